//! Groups and the people in them, as declared; people who are invited; and the groups that an app names.

use super::ADMINS;
use crate::{
    manifest::PersonEntry,
    mistake::{Mistake, Place},
    spec::Invitation,
};
use doorstep_core::{
    id::GroupName,
    model::{UserName, mail_address, mail_key},
};
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

/// The most characters of a name that people read.
const LONGEST: usize = 100;

/// Whoever is invited; what cannot be an invitation is a mistake.
pub(super) fn invited(written: &IndexMap<String, PersonEntry>, mistakes: &mut Vec<Mistake>) -> Vec<Invitation> {
    let (mut invited, mut addresses) = (BTreeMap::new(), BTreeMap::new());
    for (name, entry) in written {
        let at = Place::of(["people", name]);
        let Ok(user) = name.parse::<UserName>() else {
            let what = Mistake::new(at, format!("`{name}` cannot be a user name"));
            mistakes.push(what.remedy("2 to 64 of a-z 0-9 . _ - beginning with a letter"));
            continue;
        };
        let mut line = |key: &str, text: &Option<String>| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
            if text.chars().any(char::is_control) || text.chars().count() > LONGEST {
                let what = format!("a name is one line of at most {LONGEST} characters");
                mistakes.push(Mistake::new(at.then(key), what));
            }
            Some(text.to_owned())
        };
        let display_name = line("name", &entry.name);
        let (given_name, family_name) =
            (line("given_name", &entry.given_name), line("family_name", &entry.family_name));
        let email = entry.email.as_deref().filter(|email| !email.trim().is_empty()).and_then(|email| {
            let read = mail_address(email).and_then(|email| Ok((mail_key(&email)?, email)));
            let Ok((key, email)) = read else {
                mistakes.push(Mistake::new(at.then("email"), format!("`{email}` is not a mail address")));
                return None;
            };
            if let Some(other) = addresses.insert(key, user.clone()) {
                let what = format!("{other} has this address too, and apps know people by it");
                mistakes.push(Mistake::new(at.then("email"), what));
            }
            Some(email)
        });
        let invitation = Invitation { name: user.clone(), display_name, given_name, family_name, email };
        if invited.insert(user.clone(), invitation).is_some() {
            mistakes.push(Mistake::new(at, format!("{user} is declared twice: letter case makes no other user name")));
        }
    }
    invited.into_values().collect()
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
