//! What is known about apps: one data file for each app, read and checked on first use.
//!
//! An entry says what to register and what to deliver, in the app's own words. It decides nothing.

mod builtin;
mod doors;
mod entry;
mod template;

pub use doors::{Closing, Door, DoorKind, Doors, FirstAdministrator, Linking};
pub(crate) use entry::is_variable;
pub use entry::{Entry, Kind, Node, Roles};
pub use template::{Filled, Public, Template, UnknownName, Value};

use std::{collections::BTreeMap, sync::OnceLock};

/// Why an entry cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the catalog entry {name}: {why}")]
pub struct CatalogError {
    /// The entry.
    pub name: String,
    /// What is wrong with it.
    pub why: String,
}

/// Entries by name. Cheap to make: an entry is parsed when it is first asked for.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: BTreeMap<&'static str, Lazy>,
}

#[derive(Debug)]
struct Lazy {
    source: &'static str,
    parsed: OnceLock<Result<Entry, String>>,
}

impl Catalog {
    /// The catalog that is part of the binary.
    pub fn builtin() -> Self {
        Self::from_sources(builtin::ENTRIES.iter().copied())
    }

    /// A catalog of these (name, TOML) pairs.
    pub fn from_sources(sources: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let lazy = |(name, source)| (name, Lazy { source, parsed: OnceLock::new() });
        Self { entries: sources.into_iter().map(lazy).collect() }
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.keys().copied()
    }

    /// The entry of that name, if there is one.
    pub fn get(&self, name: &str) -> Option<Result<&Entry, CatalogError>> {
        let lazy = self.entries.get(name)?;
        let parsed = lazy.parsed.get_or_init(|| Entry::parse(lazy.source));
        Some(parsed.as_ref().map_err(|why| CatalogError { name: name.to_owned(), why: why.clone() }))
    }
}
