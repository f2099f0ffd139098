//! Who joins and who leaves a declared group, and what of that waits for approval or is refused.
//!
//! The file may empty any group but the administrators: somebody who can let people in again always stays. A
//! name that no account has, beside somebody of nearly that name who would have to go, is most likely misspelt.

use super::{Choices, Observed};
use crate::{
    desired::ADMINS,
    desired::Desired,
    mistake::nearest,
    provider::{MemberChange, People},
};
use doorstep_core::{access::Administered, id::GroupName, model::UserName};
use serde::Serialize;
use std::collections::BTreeSet;

/// What will change in one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupPlan {
    /// What is done: who joins, who leaves.
    #[serde(flatten)]
    pub change: MemberChange,
    /// What is not done, and why.
    pub waits: Vec<GroupWait>,
    /// Names that nobody has, with somebody of nearly that name who is not in the group by the file.
    pub unknown: Vec<Misspelt>,
}

/// Somebody who stays in a group although the file does not name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "wait", rename_all = "snake_case")]
pub enum GroupWait {
    /// No administrator could sign in afterwards. No word helps.
    LastAdministrator {
        /// They stay.
        stay: BTreeSet<UserName>,
    },
    /// The file names nobody's account in their place.
    Misspelt(Misspelt),
}

/// A name as written, and the one that it most likely stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misspelt {
    /// No account has this name.
    pub written: UserName,
    /// This one exists.
    pub near: UserName,
}

impl GroupPlan {
    /// Whether anybody joins or leaves.
    pub fn has_steps(&self) -> bool {
        !(self.change.join.is_empty() && self.change.leave.is_empty())
    }
}

/// `accounts` are those that there will be: whoever has none then joins when it is made.
pub(super) fn groups(
    desired: &Desired,
    (observed, accounts): (&Observed, &BTreeSet<UserName>),
    choices: &Choices,
) -> Vec<GroupPlan> {
    if observed.capabilities.as_ref().is_some_and(|can| !can.groups) {
        return Vec::new();
    }
    let names: BTreeSet<&GroupName> = desired.groups.keys().chain(observed.people.members.keys()).collect();
    let plans = names.into_iter().map(|name| group(name, desired, (observed, accounts), choices));
    plans.filter(|group| group.has_steps() || !group.waits.is_empty() || !group.unknown.is_empty()).collect()
}

fn group(
    name: &GroupName,
    desired: &Desired,
    (observed, accounts): (&Observed, &BTreeSet<UserName>),
    choices: &Choices,
) -> GroupPlan {
    let (none, people) = (BTreeSet::new(), &observed.people);
    let written = desired.groups.get(name).unwrap_or(&none);
    let held = people.members.get(name).unwrap_or(&none);
    let wanted: BTreeSet<UserName> = written.intersection(accounts).cloned().collect();
    let join = wanted.difference(held).cloned().collect();
    let mut leave: BTreeSet<UserName> = held.difference(&wanted).cloned().collect();
    let mut planned = (Vec::new(), Vec::new());
    for written in written.difference(accounts) {
        let others = accounts.iter().filter(|account| !wanted.contains(*account)).map(UserName::as_str);
        let Some(near) = nearest(written.as_str(), others).and_then(|near| near.parse::<UserName>().ok()) else {
            continue;
        };
        let misspelt = Misspelt { written: written.clone(), near: near.clone() };
        if leave.contains(&near) && !choices.accept_groups.contains(name) {
            leave.remove(&near);
            planned.0.push(GroupWait::Misspelt(misspelt));
        } else {
            planned.1.push(misspelt);
        }
    }
    let mut change = MemberChange { group: name.clone(), join, leave };
    if name.as_str() == ADMINS && nobody_remains(&change, &observed.people) {
        let stay = std::mem::take(&mut change.leave);
        planned.0.push(GroupWait::LastAdministrator { stay });
    }
    GroupPlan { change, waits: planned.0, unknown: planned.1 }
}

/// Whether a change takes the last administrator away: the last who can sign in, or where none can, the last of all. Who is
/// disabled administers nothing.
fn nobody_remains(change: &MemberChange, people: &People) -> bool {
    let by =
        |names: &mut dyn Iterator<Item = &UserName>| Administered::by(names.map(|name| people.able.contains(name)));
    let stay = people.administrators.iter().filter(|name| !change.leave.contains(*name));
    let come = change.join.iter().filter(|name| !people.off.contains(*name));
    by(&mut stay.chain(come)) < by(&mut people.administrators.iter())
}
