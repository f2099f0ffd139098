//! What was done, as a person reads it.

use super::{Style, doors::open_again, extras, groups, people, shows_its_letter};
use crate::{
    delivery::Address,
    execute::{AppReport, Done, Report},
    plan::{Field, Wait},
};
use std::{fmt::Write, time::Duration};

/// What `doorstep apply` prints.
pub fn render_apply(report: &Report, elapsed: Duration, style: Style) -> String {
    let mut out = String::new();
    let width = report.apps.iter().map(|app| app.name.as_str().len()).max().unwrap_or_default().max(10) + 1;
    let groups = report.groups.iter().map(|group| (group.plan.change.group.as_str(), groups::lines(group, style)));
    let apps = report.apps.iter().map(|app| (app.name.as_str(), lines(app, style)));
    let people =
        report.people.iter().map(|person| (person.plan.invitation.name.as_str(), people::lines(person, style)));
    for (name, lines) in people.chain(groups).chain(apps) {
        let mut head = format!("  {name:<width$}");
        for line in lines {
            let _ = writeln!(out, "{head}{line}");
            head = " ".repeat(2 + width);
        }
    }
    let count = |which: fn(&AppReport) -> bool| report.apps.iter().filter(|app| which(app)).count();
    let done = count(|app| !app.done.is_empty() && app.failed.is_empty() && app.unreachable.is_empty());
    let failed = count(|app| !app.failed.is_empty());
    let waiting = count(waits_for_a_word);
    let unreachable = count(|app| !app.unreachable.is_empty());
    let orphans = count(|app| app.orphan || !app.left.is_empty() || !app.left_clients.is_empty());
    if report.apps.is_empty() {
        if out.is_empty() {
            out.push_str("Nothing to do.\n");
        }
        return out;
    }
    let _ = write!(out, "{done} done in {}", took(elapsed));
    if failed > 0 {
        let _ = write!(out, ", {failed} failed");
    }
    if unreachable > 0 {
        let _ = write!(out, ", {unreachable} to try again");
    }
    if waiting > 0 {
        let _ = write!(out, ", {waiting} {} for --accept", if waiting == 1 { "waits" } else { "wait" });
    }
    if orphans > 0 {
        let _ = write!(out, ", {orphans} {} for --prune", if orphans == 1 { "waits" } else { "wait" });
    }
    out.push_str(". Nothing else touched.\n");
    out
}

fn took(elapsed: Duration) -> String {
    let thousandths = elapsed.as_millis();
    if thousandths < 100 { format!("{thousandths} ms") } else { format!("{:.1} s", elapsed.as_secs_f64()) }
}

fn waits_for_a_word(app: &AppReport) -> bool {
    app.waits.iter().any(Wait::is_for_a_word)
}

fn lines(app: &AppReport, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    let done: Vec<String> = app.done.iter().filter_map(|done| did(done, app)).collect();
    if !done.is_empty() {
        lines.push(done.join(" · "));
    }
    let failed = if style.colour { "\u{1b}[31mFAILED\u{1b}[0m" } else { "FAILED" };
    lines.extend(app.failed.iter().map(|why| format!("{failed} {why}")));
    lines.extend(app.unreachable.iter().map(|why| format!("no answer: {why}")));
    lines.extend(extras::own_of_others(&app.name, &app.waits));
    if waits_for_a_word(app) {
        lines.push(format!("waits for --accept {}", app.name));
    }
    if app.orphan {
        lines.push("nothing declares it any more and it stays; `doorstep apply --prune` removes it".into());
    }
    lines.extend(extras::stay(app));
    lines.extend(app.reopens.iter().map(|door| format!("warning: {}", open_again(door))));
    lines.extend(app.letter.iter().map(|why| shows_its_letter(why)));
    let left = |place: &Address| format!("{place} was delivered once; `doorstep apply --prune` removes it");
    lines.extend(app.left.iter().map(left));
    let steps = app.setup.iter().enumerate();
    lines.extend(steps.map(|(at, step)| format!("{}{step}", if at == 0 { "left to do: " } else { "  " })));
    lines
}

const fn closed(tightened: bool) -> &'static str {
    if tightened { "; everyone on the machine could read it, and no longer can" } else { "" }
}

fn did(done: &Done, app: &AppReport) -> Option<String> {
    let labels = |fields: &[Field]| fields.iter().map(|field| field.label()).collect::<Vec<_>>().join(", ");
    let alone = app.done.len() == 1;
    match done {
        Done::ClientMade => Some("client made".into()),
        Done::ClientChanged { fields } | Done::AppChanged { fields } if !fields.is_empty() => {
            Some(format!("{} changed", labels(fields)))
        }
        Done::ClientChanged { .. } => Some("client taken over".into()),
        Done::AppMade { protected: true } => Some("Doorstep stands in front".into()),
        Done::AppMade { .. } | Done::AppChanged { .. } => alone.then(|| "entry written".into()),
        Done::Delivered { to, tightened } => Some(format!("{to} written{}", closed(*tightened))),
        Done::Recorded { at } => Some(format!("{at} recorded")),
        Done::Adopted { place, tightened } => Some(format!("{place} taken over{}", closed(*tightened))),
        Done::TakenOver { from } => Some(format!("address taken over from {from}")),
        Done::AppRemoved => Some("entry removed".into()),
        Done::ClientRemoved => Some("client removed".into()),
        Done::ExtraMade { name } => Some(format!("{} made", extras::named(name))),
        Done::ExtraChanged { name, .. } => Some(format!("{} changed", extras::named(name))),
        Done::ExtraRemoved { name } => Some(format!("{} removed", extras::named(name))),
        Done::SecretDrawn { replaced: false } => Some("secret drawn".into()),
        Done::SecretDrawn { replaced: true } => Some("secret replaced".into()),
        Done::Withdrawn { from } => Some(format!("{from} removed")),
        Done::LeftBehind { at } => Some(format!("{at} stays: it is not what was delivered, look at it yourself")),
    }
}
