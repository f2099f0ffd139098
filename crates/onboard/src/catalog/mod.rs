//! What is known about apps: one data file for each app, read and checked on first use.
//!
//! An entry says what to register and what to deliver, in the app's own words. It decides nothing.

mod builtin;
mod check;
mod document;
mod doors;
mod entry;
mod form;
mod opening;
mod page;
mod public;
mod syntax;
mod template;

pub use document::{Document, Format, Node};
pub(crate) use document::{at_mut, try_map};
pub use doors::{Anonymous, Closing, Door, DoorKind, Doors, FirstAdministrator, Linking};
pub use entry::{Between, Entry, Evidence, ExtraClient, Kind, KnownBy, Person, Roles, Text};
pub(crate) use form::Form;
pub use opening::Opening;
pub use page::{delivered_as, page, summary, what};
pub use syntax::Syntax;
pub use template::{Filled, Public, Template, UnknownName, Value};

use crate::manifest::{AppEntry, Manifest};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Why an entry cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the catalog entry {name}: {why}")]
pub struct CatalogError {
    /// The entry.
    pub name: String,
    /// The file that it stands in, if it is not part of the binary.
    pub file: Option<PathBuf>,
    /// The line in it, from 1, where one is known.
    pub line: Option<u32>,
    /// What is wrong with it.
    pub why: String,
}

/// Entries by name. Cheap to make: an entry is parsed when it is first asked for.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: BTreeMap<Cow<'static, str>, Lazy>,
}

type Parsed = Result<Entry, (Option<u32>, String)>;

#[derive(Debug)]
struct Lazy {
    source: Cow<'static, str>,
    file: Option<PathBuf>,
    /// Apart: an entry is large, and few of them are ever asked for.
    parsed: OnceLock<Box<Parsed>>,
}

impl Catalog {
    /// The catalog that is part of the binary.
    pub fn builtin() -> Self {
        Self::from_sources(builtin::ENTRIES.iter().copied())
    }

    /// A catalog of these (name, TOML) pairs.
    pub fn from_sources(sources: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let lazy = |(name, source)| {
            (Cow::Borrowed(name), Lazy { source: Cow::Borrowed(source), file: None, parsed: OnceLock::new() })
        };
        Self { entries: sources.into_iter().map(lazy).collect() }
    }

    /// Adds an entry of somebody's own, or puts it in the place of the one that has its name.
    pub fn put(&mut self, name: String, source: String, file: PathBuf) {
        let entry = Lazy { source: Cow::Owned(source), file: Some(file), parsed: OnceLock::new() };
        self.entries.insert(Cow::Owned(name), entry);
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(AsRef::as_ref)
    }

    /// The entry of that name, if there is one.
    pub fn get(&self, name: &str) -> Option<Result<&Entry, CatalogError>> {
        let lazy = self.entries.get(name)?;
        let parsed = lazy.parsed.get_or_init(|| Box::new(Entry::parse(&lazy.source)));
        Some(parsed.as_ref().as_ref().map_err(|(line, why)| CatalogError {
            name: name.to_owned(),
            file: lazy.file.clone(),
            line: *line,
            why: why.clone(),
        }))
    }

    /// The text of an entry, as it was written.
    pub fn source(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(|lazy| lazy.source.as_ref())
    }

    /// The file that an entry of somebody's own stands in.
    pub fn file(&self, name: &str) -> Option<&Path> {
        self.entries.get(name)?.file.as_deref()
    }

    /// The declared apps that know a person who comes again by this, sorted by name. An entry that cannot be read says
    /// nothing.
    pub fn known_by<'m>(&self, manifest: &'m Manifest, by: KnownBy) -> Vec<&'m str> {
        let knows = |name: &str, written: &AppEntry| {
            let entry = self.get(written.preset.as_deref().unwrap_or(name))?.ok()?;
            Some(entry.person.as_ref()?.known_by(&written.set) == by)
        };
        let mut found: Vec<&str> = manifest
            .apps
            .iter()
            .filter(|(name, written)| knows(name, written).unwrap_or_default())
            .map(|(name, _)| name.as_str())
            .collect();
        found.sort_unstable();
        found
    }

    /// What is wrong with the entries of somebody's own.
    pub fn mistakes(&self) -> Vec<CatalogError> {
        let own = self.entries.iter().filter(|(_, lazy)| lazy.file.is_some());
        own.filter_map(|(name, _)| self.get(name)?.err()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_nobody_asks_for_takes_little_memory() {
        assert!(size_of::<Lazy>() <= 96, "{} bytes, {} of them parsed", size_of::<Lazy>(), size_of::<Parsed>());
    }
}
