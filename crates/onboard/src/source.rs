//! Whose declaration counts, when the servers of one instance have different files: the one that changed last.
//!
//! A server applies what it declares when that is new: to itself, or to everyone. One whose declaration is as it was
//! stands aside for what another one applied since, also after a restart. No clock takes part: what is newer is what
//! came into force later, and who runs is told by a counter ([ADR 38](../../../docs/adr/0038-the-file-that-changed-last-counts.md)).

use crate::{catalog::Catalog, desired::Basis, manifest::Manifest};
use doorstep_core::model::IconSource;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// What a server is to do with what it declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Apply it, and go on mending what differs from it.
    Apply,
    /// Leave everything as another server applied it.
    Aside,
    /// The same, for as long as a server runs that declares what is in force.
    AsideWhileOthersRun,
}

/// A declaration, beside the one that is in force and the one that its server had before. `D` stands for the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<D> {
    /// What the server declares.
    pub mine: D,
    /// What is in force; `None` before the first.
    pub in_force: Option<D>,
    /// What the server declared when it was last heard of, and whether it had applied that.
    pub before: Option<(D, bool)>,
    /// Whether what it declares was in force once.
    pub is_known: bool,
    /// Whether another server runs that declares what is in force, as far as anybody knows; or a person put it there.
    pub others_run: bool,
    /// Whether the database has no other server.
    pub alone: bool,
}

/// Whose turn it is.
pub fn turn<D: PartialEq>(facts: &Facts<D>) -> Turn {
    if facts.alone || facts.in_force.as_ref().is_none_or(|now| *now == facts.mine) {
        return Turn::Apply;
    }
    match &facts.before {
        // Its file is another one than the server had.
        Some((before, _)) if *before != facts.mine => Turn::Apply,
        // It is what it was, and another one was applied since.
        Some((_, true)) => Turn::Aside,
        // A new server with what nobody had yet: the first of a change.
        None if !facts.is_known => Turn::Apply,
        // A new server with what was replaced: a late one of those before the change, or a way back. Which of the two,
        // those who run tell.
        _ if facts.others_run => Turn::AsideWhileOthersRun,
        _ => Turn::Apply,
    }
}

/// Everything that what is declared depends on, as one text: the same for the same declaration in whatever language,
/// order and file, and without what a reference leads to. It may hold what a person wrote and means to keep secret.
pub fn declared(manifest: &Manifest, catalog: &Catalog, basis: &Basis) -> String {
    let groups: BTreeMap<_, Vec<&String>> = manifest
        .groups
        .iter()
        .map(|(name, people)| {
            let mut people: Vec<&String> = people.iter().collect();
            people.sort();
            (name, people)
        })
        .collect();
    let people: BTreeMap<_, _> = manifest.people.iter().collect();
    let apps: BTreeMap<_, _> = manifest.apps.iter().collect();
    let followed = apps.iter().map(|(name, entry)| entry.preset.as_ref().unwrap_or(name));
    let entries: BTreeMap<_, _> = followed.filter_map(|name| Some((name, catalog.source(name)?))).collect();
    json!({
        "release": env!("CARGO_PKG_VERSION"),
        "issuer": basis.issuer,
        "internal": basis.internal,
        "name": basis.name,
        "lifetimes": [basis.lifetimes.access.millis(), basis.lifetimes.refresh.millis()],
        "groups": groups,
        "people": people,
        "apps": apps,
        "entries": entries,
        "icons": icons(basis),
    })
    .to_string()
}

/// What stands in the files of icons, which belongs to the declaration: of two servers with the same text, one may have
/// another picture.
fn icons(basis: &Basis) -> BTreeMap<&String, IconSource> {
    let read = basis.icons.0.iter().filter_map(|(name, file)| Some((name, file.as_ref().ok()?)));
    read.map(|(name, file)| (name, IconSource::file(&file.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Turn::{Apply, Aside, AsideWhileOthersRun as While};

    /// What is in force, what the server had, whether its own was in force once, whether others run; of declaration 1.
    type Row = (Option<u8>, Option<(u8, bool)>, bool, bool, Turn);

    #[test]
    fn the_one_that_changed_last_counts() {
        let rows: [Row; 15] = [
            // Nothing is in force, or this.
            (None, None, false, false, Apply),
            (Some(1), None, true, true, Apply),
            (Some(1), Some((1, true)), true, true, Apply),
            (Some(1), Some((1, false)), true, true, Apply),
            (Some(1), Some((2, true)), true, true, Apply),
            // The server has another file than it had: a change, and a change back.
            (Some(2), Some((3, true)), false, true, Apply),
            (Some(2), Some((2, true)), false, true, Apply),
            (Some(2), Some((2, true)), true, true, Apply),
            (Some(2), Some((2, false)), true, true, Apply),
            // It has what it had: whatever became of the others.
            (Some(2), Some((1, true)), true, true, Aside),
            (Some(2), Some((1, true)), true, false, Aside),
            // A new server, with something new and with something replaced.
            (Some(2), None, false, true, Apply),
            (Some(2), None, true, true, While),
            (Some(2), None, true, false, Apply),
            (Some(2), Some((1, false)), true, true, While),
        ];
        for (in_force, before, is_known, others_run, expected) in rows {
            let facts = Facts { mine: 1, in_force, before, is_known, others_run, alone: false };
            assert_eq!(turn(&facts), expected, "{facts:?}");
            assert_eq!(turn(&Facts { alone: true, ..facts }), Apply, "{facts:?}");
        }
    }
}
