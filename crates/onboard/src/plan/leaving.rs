//! What nobody declares any more: named, and removed only when asked.

use super::{AppPlan, Choices, Observed, Step};
use crate::{delivery::Address, desired::DesiredApp};
use doorstep_core::model::Owner;
use std::collections::BTreeSet;

/// What a declaration made once and no longer asks for. What was made by hand is nobody's orphan.
pub(super) fn orphaned(
    planned: &mut AppPlan,
    observed: &Observed,
    choices: &Choices,
    (app, taken_over): (Option<&DesiredApp>, bool),
) {
    let name = &planned.name;
    let entry = app.is_none() && !taken_over && observed.apps.get(name).is_some_and(|held| held.owner == Owner::Config);
    let wants_client = app.is_some_and(|app| app.client.is_some());
    let client = !wants_client && observed.clients.get(name).is_some_and(|held| held.owner == Owner::Config);
    if !choices.removes(name) {
        planned.orphan = entry || client;
        return;
    }
    if entry {
        planned.steps.push(Step::DeleteApp);
    }
    if client {
        planned.steps.push(Step::DeleteClient);
    }
}

/// What was delivered once, to places that nothing declares any more.
pub(super) fn left_behind(planned: &mut AppPlan, observed: &Observed, choices: &Choices, places: &BTreeSet<&Address>) {
    let ours = observed.delivered.iter().filter(|(place, (app, _))| *app == planned.name && !places.contains(place));
    for (place, (_, content)) in ours {
        if choices.removes(&planned.name) {
            planned.steps.push(Step::Withdraw { from: place.clone(), content: *content });
        } else {
            planned.left.push(place.clone());
        }
    }
}
