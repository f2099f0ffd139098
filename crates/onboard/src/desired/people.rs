//! Groups and the people in them, as declared; and the groups that an app names.

use super::ADMINS;
use crate::mistake::{Mistake, Place};
use doorstep_core::{id::GroupName, model::UserName};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// The declared groups; what cannot be one is a mistake.
pub(super) fn groups(
    written: &IndexMap<String, Vec<String>>,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<GroupName, BTreeSet<UserName>> {
    let mut groups = BTreeMap::new();
    for (name, people) in written {
        let at = Place::of(["groups", name]);
        let Ok(group) = name.parse::<GroupName>() else {
            let what = Mistake::new(at, format!("`{name}` cannot be the name of a group"));
            mistakes.push(what.remedy("letters, digits and . _ ~ - without spaces"));
            continue;
        };
        let mut members = BTreeSet::new();
        for (index, person) in people.iter().enumerate() {
            match person.parse::<UserName>() {
                Ok(person) => {
                    members.insert(person);
                }
                Err(why) => mistakes.push(Mistake::new(at.then(index), format!("`{person}`: {why}"))),
            }
        }
        groups.insert(group, members);
    }
    groups
}

/// The names that an app may use: every declared group, and the administrators.
pub(super) fn declared(written: &IndexMap<String, Vec<String>>) -> BTreeSet<String> {
    written.keys().cloned().chain([ADMINS.to_owned()]).collect()
}

/// A group that an app names.
pub(super) fn named(name: &str, at: Place, declared: &BTreeSet<String>) -> Result<GroupName, Mistake> {
    let unknown =
        || Mistake::new(at, format!("no group is called `{name}`")).nearest(name, declared.iter().map(String::as_str));
    declared.get(name).and_then(|name| name.parse().ok()).ok_or_else(unknown)
}
