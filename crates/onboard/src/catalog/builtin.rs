//! The data files in `catalog/`, as the build found them.

/// Name and TOML of each entry, sorted by name.
pub(super) const ENTRIES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
