//! Why nobody is asked to sign in for a request that does not reach the app: a rule refuses it to everybody, or whoever is
//! signed in is in none of the groups that it is for.

use super::{Caller, Demands, Person};
use crate::{id::GroupName, model::Language};
use std::collections::BTreeSet;

/// A signed-in person is refused, or everybody is by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deny {
    /// Who asks.
    pub caller: Caller,
    /// The rule that decides, the first being 0; `None` behind the last one.
    pub rule: Option<usize>,
    /// Whom it refuses.
    pub whom: Whom,
}

/// Who is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Whoever sends it: no account and no group changes that.
    Everybody,
    /// This person.
    Person(Box<Outsider>),
}

/// Somebody who is signed in, and what would let them in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    /// The user name.
    pub name: Box<str>,
    /// The language that they chose.
    pub language: Option<Language>,
    /// Whether it is a part of the app that is closed to them, and others are open.
    pub is_part: bool,
    /// Of each of these lists, one group. One that is empty lets nobody in.
    pub missing: Vec<Vec<GroupName>>,
}

impl Outsider {
    /// `is_part`: whether the request is about a part of the app that a rule tells from the rest.
    pub(super) fn of(person: &Person, demands: &Demands<'_>, is_part: bool) -> Self {
        let unmet = demands.each().flatten().filter(|allow| !person.is_allowed(Some(allow)));
        let (name, language) = (person.name().into(), person.language());
        Self { name, language, is_part, missing: shortest(&unmet.collect::<Vec<_>>()) }
    }
}

/// As little as says it all: the groups that are in every list, where there are some; else the lists, without those that
/// another one meets as well.
fn shortest(unmet: &[&BTreeSet<GroupName>]) -> Vec<Vec<GroupName>> {
    let Some((first, rest)) = unmet.split_first() else { return Vec::new() };
    let shared: Vec<_> =
        first.iter().filter(|group| rest.iter().all(|other| other.contains(*group))).cloned().collect();
    if !shared.is_empty() {
        return vec![shared];
    }
    let is_met_by_another = |at: usize, one: &BTreeSet<GroupName>| {
        unmet.iter().enumerate().any(|(place, other)| other.is_subset(one) && (**other != *one || place < at))
    };
    let needed = unmet.iter().enumerate().filter(|(at, one)| !is_met_by_another(*at, one));
    needed.map(|(_, one)| one.iter().cloned().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_as_shortly_as_it_can_be() {
        let read = |text: &str| -> BTreeSet<GroupName> {
            text.split_terminator(' ').map(|name| name.parse().unwrap()).collect()
        };
        for (unmet, said) in [
            (vec![], vec![]),
            (vec!["admins"], vec!["admins"]),
            (vec!["admins staff"], vec!["admins staff"]),
            (vec!["admins staff", "admins ops"], vec!["admins"]),
            (vec!["admins", "staff"], vec!["admins", "staff"]),
            (vec!["a b", "b c", "c"], vec!["a b", "c"]),
            (vec!["a", "b", "a"], vec!["a", "b"]),
            (vec!["", "a"], vec![""]),
        ] {
            let lists: Vec<_> = unmet.iter().map(|text| read(text)).collect();
            let found = shortest(&lists.iter().collect::<Vec<_>>());
            let found: Vec<_> =
                found.iter().map(|one| one.iter().map(GroupName::as_str).collect::<Vec<_>>().join(" ")).collect();
            assert_eq!(found, said, "{unmet:?}");
        }
    }
}
