//! An app while its declaration is read: what was written, what it rests on, and the mistakes so far.

use super::{Basis, people};
use crate::{
    catalog::Catalog,
    manifest::AppEntry,
    mistake::{Mistake, Place},
    remedy::Remedy,
};
use doorstep_core::id::GroupName;
use std::collections::BTreeSet;
use url::Origin;

/// What every declaration of an app rests on.
pub(super) struct Ground<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) basis: &'a Basis,
    pub(super) issuer: Option<Origin>,
    pub(super) groups: BTreeSet<String>,
}

/// One app, as far as it was read.
pub(super) struct Draft<'a> {
    pub(super) at: Place,
    pub(super) written: &'a AppEntry,
    pub(super) ground: &'a Ground<'a>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Draft<'_> {
    /// What was read; a mistake is noted.
    pub(super) fn take<T>(&mut self, result: Result<T, Mistake>) -> Option<T> {
        result.map_err(|mistake| self.mistakes.push(mistake)).ok()
    }

    /// Notes a mistake at a key.
    pub(super) fn wrong(&mut self, key: &str, what: impl Into<String>, remedy: impl Into<Remedy>) {
        self.mistakes.push(Mistake::new(self.at.then(key), what).remedy(remedy));
    }

    /// The groups that a list names, each of which is declared.
    pub(super) fn groups(&mut self, written: &[String], at: &Place, instead: impl Into<Remedy>) -> BTreeSet<GroupName> {
        if written.is_empty() {
            self.mistakes.push(Mistake::new(at.clone(), "an empty list lets nobody in").remedy(instead));
        }
        let mut groups = BTreeSet::new();
        for (index, name) in written.iter().enumerate() {
            groups.extend(self.take(people::named(name, at.then(index), &self.ground.groups)));
        }
        groups
    }
}
