//! Who joins and who leaves, who stays and why, as a person reads it.

use super::{Mark, Style};
use crate::{
    execute::GroupReport,
    plan::{GroupPlan, GroupWait, Misspelt},
    provider::MemberChange,
};
use doorstep_core::model::UserName;
use std::collections::BTreeSet;

/// The entries of a group in a plan.
pub(super) fn entries(group: &GroupPlan) -> Vec<(Mark, Vec<String>)> {
    let mut entries = Vec::new();
    if group.has_steps() {
        entries.push((Mark::Change, vec![format!("group: {}", members(&group.change))]));
    }
    let said = |lines: Vec<String>| lines.into_iter().map(|line| format!("group: {line}")).collect();
    if !group.waits.is_empty() {
        entries.push((Mark::Wait, said(group.waits.iter().map(|wait| waiting(group, wait)).collect())));
    }
    if !group.unknown.is_empty() {
        entries.push((Mark::Note, said(group.unknown.iter().map(unknown).collect())));
    }
    entries
}

/// What was done for a group.
pub(super) fn lines(report: &GroupReport, style: Style) -> Vec<String> {
    let group = &report.plan;
    let mut lines = Vec::new();
    match &report.failed {
        Some(why) => {
            let failed = if style.colour { "\u{1b}[31mFAILED\u{1b}[0m" } else { "FAILED" };
            lines.push(format!("{failed} group: {}: {why}", members(&group.change)));
        }
        None if group.has_steps() => lines.push(format!("group: {}", members(&group.change))),
        None => {}
    }
    lines.extend(group.waits.iter().map(|wait| format!("group: {}", waiting(group, wait))));
    lines.extend(group.unknown.iter().map(|misspelt| format!("group: {}", unknown(misspelt))));
    lines
}

/// Why somebody stays although the file does not name them.
pub fn waiting(group: &GroupPlan, wait: &GroupWait) -> String {
    match wait {
        GroupWait::LastAdministrator { stay } => {
            let (verb, who) = (if stay.len() == 1 { "stays" } else { "stay" }, list(stay));
            format!("{who} {verb}: the last administrator cannot leave; name somebody here who can sign in")
        }
        GroupWait::Misspelt(Misspelt { written, near }) => {
            let word = format!("--accept group:{}", group.change.group);
            format!("nobody is called `{written}`; did you mean `{near}`, who would leave? needs {word}")
        }
    }
}

fn unknown(misspelt: &Misspelt) -> String {
    format!("nobody is called `{}` yet; did you mean `{}`?", misspelt.written, misspelt.near)
}

/// Who joins and leaves.
fn members(change: &MemberChange) -> String {
    let say = |names: &BTreeSet<UserName>, one: &str, many: &str| {
        (!names.is_empty()).then(|| format!("{} {}", list(names), if names.len() == 1 { one } else { many }))
    };
    let said = [say(&change.join, "joins", "join"), say(&change.leave, "leaves", "leave")];
    said.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn list(names: &BTreeSet<UserName>) -> String {
    names.iter().map(UserName::as_str).collect::<Vec<_>>().join(", ")
}
