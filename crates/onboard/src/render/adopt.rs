//! What would be taken over, as a person reads it: names and never values.

use super::{change_lines, extras, waits};
use crate::{
    adopt::{Found, SecretFate, Survey},
    plan::Step,
    sink::Whose,
};
use doorstep_core::id::ClientId;
use std::{collections::BTreeSet, fmt::Write};

/// What `doorstep adopt` prints before anything is changed.
pub fn render_survey(survey: &Survey) -> String {
    let mut out = String::new();
    if !survey.finds_something() && survey.cannot.is_empty() {
        return format!("Nothing of {} was made by somebody else.\n", survey.app);
    }
    let mut block = |head: &str, lines: Vec<String>| {
        let _ = writeln!(out, "  {head}");
        for line in lines {
            let _ = writeln!(out, "      {line}");
        }
    };
    let mut changes = changes(survey);
    if let Some(id) = &survey.client {
        let mut lines =
            vec![format!("it was made by hand, and becomes a declared one; its id, {}, stays", id.as_str())];
        lines.push(secret(survey));
        lines.append(&mut changes);
        block(&format!("the client of {}", survey.app), lines);
    } else if survey.entry {
        let mut lines = vec!["it was made by hand, and becomes a declared one".to_owned()];
        lines.append(&mut changes);
        block(&format!("the entry of {}", survey.app), lines);
    }
    for id in &survey.extras {
        let mut lines = vec!["it was made by hand, and becomes a declared one; its id stays".to_owned()];
        let of = steps(survey).map(Step::changes).filter(|(client, _)| *client == Some(id));
        lines.extend(of.flat_map(|(_, changes)| changes).flat_map(change_lines));
        block(&format!("the client {id}"), lines);
    }
    changes.extend(made(survey));
    if !changes.is_empty() {
        block(&format!("what else is done for {}", survey.app), changes);
    }
    for found in &survey.places {
        block(&found.to.to_string(), place(found, survey));
    }
    for blocked in &survey.cannot {
        block(&blocked.to.to_string(), vec![format!("cannot be taken over: {}", blocked.why)]);
    }
    if let Some(plan) = survey.plan.as_ref().filter(|plan| !plan.waits.is_empty()) {
        block(&format!("what is no part of it, and waits for: doorstep apply --accept {}", survey.app), waits(plan));
    }
    out
}

fn secret(survey: &Survey) -> String {
    let held: Vec<String> =
        survey.places.iter().filter(|found| found.holds_secret).map(|found| found.to.to_string()).collect();
    match survey.secret {
        SecretFate::None => "it has no secret".to_owned(),
        SecretFate::First => "it has no secret yet, and gets its first".to_owned(),
        SecretFate::Stays if held.is_empty() => "its secret stays".to_owned(),
        SecretFate::Stays => format!("its secret stays: {} holds it", held.join(" and ")),
        SecretFate::Changes => {
            "its secret changes: only its hash is kept, and no place above or below holds it. The one in use ends at \
             once, so the app has to read the new one"
                .to_owned()
        }
        SecretFate::Ends => "its secret ends: it is declared without one".to_owned(),
    }
}

fn steps(survey: &Survey) -> impl Iterator<Item = &Step> {
    survey.plan.iter().flat_map(|plan| &plan.steps)
}

/// What of the app's is made and written, where nothing of anybody's stands.
fn made(survey: &Survey) -> impl Iterator<Item = String> {
    steps(survey).filter_map(|step| match step {
        Step::CreateClient { .. } => Some("its client is made".to_owned()),
        Step::CreateExtra { spec } => extras::of(spec).map(|extra| format!("{extra} is made")),
        Step::PutApp { new: true, .. } => Some("its entry is made".to_owned()),
        Step::Deliver { delivery, .. } => Some(format!("{} is written", delivery.to)),
        _ => None,
    })
}

/// What the declaration changes in what is there, but for the further clients that a person made.
fn changes(survey: &Survey) -> Vec<String> {
    let by_hand = |client: Option<&ClientId>| client.is_some_and(|id| survey.extras.contains(id));
    let of = |step: &Step| match step {
        Step::UpdateClient { changes, .. } | Step::PutApp { changes, .. } => {
            changes.iter().flat_map(change_lines).collect()
        }
        Step::UpdateExtra { spec, changes, from } if !by_hand(step.changes().0) && !changes.is_empty() => {
            extras::changed(spec, changes, from.as_ref())
        }
        _ => Vec::new(),
    };
    steps(survey).flat_map(of).collect()
}

fn place(found: &Found, survey: &Survey) -> Vec<String> {
    let whose = match &found.foreign.whose {
        Whose::Unsaid => "Doorstep did not put there what stands there".to_owned(),
        Whose::Program(program) => format!("{program} manages what stands there"),
        Whose::Instance(other) => format!(
            "the instance {other} delivers it: it is left alone, unless you name it: --accept {}",
            found.to.to_text()
        ),
    };
    let mut lines = vec![whose];
    if !found.foreign.keys.is_empty() {
        lines.push(format!("it holds {}", list(found.foreign.keys.iter().map(String::as_str))));
    }
    if survey.secret == SecretFate::Stays && !found.holds_secret {
        lines.push("it does not hold the secret of the app's client, which stays as it is".to_owned());
    }
    lines.push(format!("it is replaced whole, by {}", list(found.writes.iter().map(String::as_str))));
    let lost: BTreeSet<&str> = found.lost().collect();
    if !lost.is_empty() {
        lines.push(format!("gone are then {}", list(lost)));
    }
    lines
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}
