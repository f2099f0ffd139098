//! Whoever is invited, as a person reads it.

use super::{Mark, Style};
use crate::{
    execute::PersonReport,
    plan::{PersonPlan, PersonWait},
    provider::InTheWay,
};
use doorstep_core::model::belonged;

/// The entry of an invitation in a plan.
pub(super) fn entries(person: &PersonPlan) -> Vec<(Mark, Vec<String>)> {
    let Some(wait) = &person.wait else {
        return vec![(Mark::Create, vec![format!("person: new account{}", called(person))])];
    };
    let mark = match wait {
        PersonWait::FirstAdministrator => Mark::Note,
        PersonWait::InTheWay(InTheWay::Email { .. }) => Mark::Warning,
        PersonWait::InTheWay(InTheWay::Former { .. }) => Mark::Wait,
    };
    vec![(mark, vec![format!("person: {}", why(person, wait))])]
}

/// What became of an invitation.
pub(super) fn lines(report: &PersonReport, style: Style) -> Vec<String> {
    let person = &report.plan;
    let name = &person.invitation.name;
    match (&report.failed, &person.wait) {
        (Some(why), _) => {
            let failed = if style.colour { "\u{1b}[31mFAILED\u{1b}[0m" } else { "FAILED" };
            vec![format!("{failed} person: {why}")]
        }
        (None, Some(wait)) => vec![format!("person: {}", why(person, wait))],
        (None, None) => {
            vec![format!("person: account made; the link to sign in with is printed by: doorstep recover {name}")]
        }
    }
}

/// Why somebody who is invited gets no account now.
pub fn why(person: &PersonPlan, wait: &PersonWait) -> String {
    let name = &person.invitation.name;
    match wait {
        PersonWait::FirstAdministrator => {
            "gets an account once there is an administrator, whom the set-up link of the server makes".to_owned()
        }
        PersonWait::InTheWay(InTheWay::Email { email, of }) => {
            format!("{email} belongs to {of}: apps know people by it, so write another one or none")
        }
        PersonWait::InTheWay(InTheWay::Former { held }) => {
            format!("{}, and apps may know them by it; needs --accept person:{name}", belonged(held))
        }
    }
}

fn called(person: &PersonPlan) -> String {
    let invitation = &person.invitation;
    let said: Vec<&str> =
        [&invitation.display_name, &invitation.email].into_iter().flatten().map(String::as_str).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}
