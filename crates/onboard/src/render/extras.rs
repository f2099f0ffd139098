//! The further clients of an app, as a plan and a report tell of them.

use super::change_lines;
use crate::{
    execute::AppReport,
    plan::{AppPlan, Change, Wait},
    spec::ClientSpec,
};
use doorstep_core::id::AppName;

pub(super) fn named(name: &str) -> String {
    format!("client for {name}")
}

/// One that is made.
pub(super) fn of(spec: &ClientSpec) -> Option<String> {
    let extra = spec.extra.as_ref()?;
    Some(format!("{} ({})", named(&extra.name), extra.id))
}

/// One that stays while its app is made.
pub(super) fn kept(spec: &ClientSpec, from: Option<&AppName>) -> Option<String> {
    let of = of(spec)?;
    Some(from.map_or_else(|| of.clone(), |from| format!("{of} taken over from {from}")))
}

/// Those that a person made and that the declaration would take over.
pub(super) fn made_by_hand(app: &AppPlan) -> impl Iterator<Item = String> {
    app.waits.iter().filter_map(|wait| {
        let Wait::TakeOver { client: Some(client), .. } = wait else { return None };
        let name = &app.name;
        Some(format!("the client {client} was made by hand; what taking it over means: doorstep adopt {name}"))
    })
}

/// Those whose id another app's own client has.
pub(super) fn own_of_others(name: &AppName, waits: &[Wait]) -> impl Iterator<Item = String> {
    waits.iter().filter_map(move |wait| {
        let Wait::OwnOf { client, app } = wait else { return None };
        let remedy = format!("name in `extra_clients` of {name} those that it needs; [] is none");
        Some(format!("the client {client} is the own one of {app} and stays so; {remedy}"))
    })
}

/// One that changes.
pub(super) fn changed(spec: &ClientSpec, changes: &[Change], from: Option<&AppName>) -> Vec<String> {
    let head = of(spec).unwrap_or_default();
    let moved = from.map(|from| format!("{head}: taken over from {from}, which nothing declares any more"));
    let mut lines: Vec<String> = changes.iter().flat_map(change_lines).map(|line| format!("{head}: {line}")).collect();
    if moved.is_none() && lines.is_empty() {
        lines.push(format!("{head}: taken over by the declaration"));
    }
    moved.into_iter().chain(lines).collect()
}

/// Those that stay until they are pruned, in a plan.
pub(super) fn left(app: &AppPlan) -> impl Iterator<Item = String> {
    let say = |id| format!("nothing declares the client {id} any more; `apply --prune` removes it");
    app.left_clients.iter().map(say)
}

/// The same in a report.
pub(super) fn stay(app: &AppReport) -> impl Iterator<Item = String> {
    let say =
        |id| format!("nothing declares the client {id} any more and it stays; `doorstep apply --prune` removes it");
    app.left_clients.iter().map(say)
}
