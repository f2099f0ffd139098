//! What was applied, told: as lines for a person, and in the log.

use crate::paint::Paint;
use crate::wire;
use doorstep_onboard::render::{Style, open_again, person_waits, render_apply, waiting};

/// What was applied, as lines; empty when there was nothing to do.
pub(crate) fn shown(applied: &wire::Applied, paint: Paint) -> String {
    let report = &applied.report;
    if report.apps.is_empty() && report.groups.is_empty() && report.people.is_empty() {
        return String::new();
    }
    render_apply(report, applied.took, Style { colour: paint != Paint::PLAIN })
}

/// Logs what waits for a person or went wrong.
pub(crate) fn note(applied: &wire::Applied) {
    for person in &applied.report.people {
        let name = person.plan.invitation.name.as_str();
        match (&person.failed, &person.plan.wait) {
            (Some(why), _) => tracing::error!(person = name, why, "no account was made for somebody who is invited"),
            (None, Some(wait)) => {
                tracing::warn!(person = name, why = person_waits(&person.plan, wait), "an invitation waits");
            }
            (None, None) => {
                tracing::info!(person = name, "an account was made: doorstep recover {name} prints its link");
            }
        }
    }
    for group in &applied.report.groups {
        let name = group.plan.change.group.as_str();
        if let Some(why) = &group.failed {
            tracing::error!(group = name, why, "a group could not be brought in line");
        }
        for wait in &group.plan.waits {
            let why = waiting(&group.plan, wait);
            tracing::warn!(group = name, why, "a person stays in a group although the file does not name them there");
        }
    }
    for app in &applied.report.apps {
        let name = app.name.as_str();
        for why in &app.failed {
            tracing::error!(app = name, why, "an app could not be brought in line");
        }
        for why in &app.unreachable {
            tracing::warn!(app = name, why, "did not answer; it is tried again");
        }
        if !app.waits.is_empty() {
            tracing::warn!(app = name, "a change waits for approval: doorstep plan shows it");
        }
        for door in &app.reopens {
            tracing::warn!(app = name, "{}", open_again(door));
        }
        if let Some(why) = &app.letter {
            tracing::warn!(app = name, why, "an icon is not shown, and the app's letter stands in its place");
        }
        if app.orphan {
            tracing::warn!(
                app = name,
                "nothing declares the app any more and it stays: doorstep apply --prune removes it"
            );
        }
    }
}
