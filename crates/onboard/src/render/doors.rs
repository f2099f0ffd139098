//! What stays open beside the sign-in of apps, as a person reads it.

use crate::{
    catalog::Doors,
    desired::{DesiredApp, Reopened},
    plan::Plan,
};
use std::fmt::Write;

/// Of so many new apps a plan tells what is to be done by hand; of more it tells where that stands.
const TOLD_IN_FULL: usize = 3;

/// What `doorstep plan --doors` prints: every app that is declared, whether it exists already or not.
pub fn render_doors(apps: &[DesiredApp]) -> String {
    if apps.is_empty() {
        return "No app is declared.\n".to_owned();
    }
    let width = apps.iter().map(|app| app.name().as_str().len()).max().unwrap_or_default() + 1;
    let mut out = String::new();
    for app in apps {
        let line = match &app.doors {
            Some(doors) => summary(doors).unwrap_or_else(|| "nothing stays open".to_owned()),
            None => {
                "the catalog does not know it: look in it for sign-up, passwords and first accounts of its own".into()
            }
        };
        let _ = writeln!(out, "  {:<width$}{line}", app.name().as_str());
        let steps = app.doors.iter().flat_map(|doors| doors.by_hand.iter().cloned());
        let warnings = app.reopens.iter().map(|door| format!("warning: {}", open_again(door)));
        for line in warnings.chain(steps) {
            let _ = writeln!(out, "  {:width$}  {line}", "");
        }
    }
    out
}

/// What a declaration opens again, and how it is closed.
pub fn open_again(door: &Reopened) -> String {
    let Reopened { name, value, closed, door } = door;
    format!("`set` says {name} = {value:?}, where {closed:?} would be delivered: {}", door.opened())
}

/// The doors of the apps that a plan makes, in one place below it: a line each, and what is to be done by hand where
/// that is not too long.
pub(super) fn of_new_apps(plan: &Plan, width: usize) -> String {
    let new = plan.apps.iter().filter_map(|app| Some((&app.name, app.doors.as_ref()?)));
    let open: Vec<_> = new.filter_map(|(name, doors)| Some((name, doors, summary(doors)?))).collect();
    if open.is_empty() {
        return String::new();
    }
    let by_hand = open.iter().filter(|(_, doors, _)| !doors.by_hand.is_empty()).count();
    let mut out = "\nStays open beside the sign-in:\n".to_owned();
    for (name, doors, line) in &open {
        let steps = match doors.by_hand.len() {
            0 => String::new(),
            _ if by_hand <= TOLD_IN_FULL => String::new(),
            1 => " (1 thing to do)".to_owned(),
            many => format!(" ({many} things to do)"),
        };
        let _ = writeln!(out, "    {:<width$}{line}{steps}", name.as_str());
        for step in doors.by_hand.iter().filter(|_| by_hand <= TOLD_IN_FULL) {
            let _ = writeln!(out, "    {:width$}  {step}", "");
        }
    }
    if by_hand > TOLD_IN_FULL {
        out.push_str("What is to be done by hand: doorstep plan --doors\n");
    }
    out
}

/// One line; nothing where nothing is open and nothing is to be done.
fn summary(doors: &Doors<String>) -> Option<String> {
    let open = doors.open();
    match (open.is_empty(), doors.by_hand.is_empty()) {
        (false, _) => Some(open.join("; ")),
        (true, false) => Some("for you to look at".to_owned()),
        (true, true) => None,
    }
}
