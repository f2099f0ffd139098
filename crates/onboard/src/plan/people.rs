//! Whoever is invited and has no account yet: it is made, or waits for a reason that is named.

use super::{Choices, Observed};
use crate::{desired::Desired, provider::InTheWay, spec::Invitation};
use doorstep_core::model::UserName;
use serde::Serialize;
use std::collections::BTreeSet;

/// What becomes of one invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonPlan {
    /// Who it is for.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// Whether a name or mail address is meant that belonged to somebody else.
    pub reuse: bool,
    /// Why no account is made now.
    pub wait: Option<PersonWait>,
}

/// Why somebody who is invited gets no account now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "wait", rename_all = "snake_case")]
pub enum PersonWait {
    /// The link that makes the first administrator opens only while nobody has an account.
    FirstAdministrator,
    /// The user name or mail address is somebody else's, which no approval helps, or was.
    InTheWay(InTheWay),
}

impl PersonPlan {
    /// Whether the account is made.
    pub const fn has_steps(&self) -> bool {
        self.wait.is_none()
    }
}

/// Whoever has an account already is left alone: what is kept of them is theirs.
pub(super) fn people(desired: &Desired, observed: &Observed, choices: &Choices) -> Vec<PersonPlan> {
    if observed.capabilities.as_ref().is_some_and(|can| !can.people) {
        return Vec::new();
    }
    let missing = desired.people.iter().filter(|person| !observed.people.accounts.contains(&person.name));
    missing.map(|invitation| person(invitation, observed, choices)).collect()
}

fn person(invitation: &Invitation, observed: &Observed, choices: &Choices) -> PersonPlan {
    let reuse = choices.accept_people.contains(&invitation.name);
    let wait = match observed.people.in_the_way.get(&invitation.name) {
        // Approval or not, nobody may be the first who has an account but an administrator.
        _ if observed.people.administrators.is_empty() => Some(PersonWait::FirstAdministrator),
        Some(InTheWay::Former { .. }) if reuse => None,
        Some(in_the_way) => Some(PersonWait::InTheWay(in_the_way.clone())),
        None => None,
    };
    PersonPlan { invitation: invitation.clone(), reuse, wait }
}

/// Those who have an account once the plan is done.
pub(super) fn accounts(observed: &Observed, people: &[PersonPlan]) -> BTreeSet<UserName> {
    let made = people.iter().filter(|person| person.has_steps()).map(|person| &person.invitation.name);
    observed.people.accounts.iter().chain(made).cloned().collect()
}
