//! What nobody declares any more: named, and removed only when asked.

use super::{AppPlan, Choices, Observed, Step, extras::Wanted};
use crate::{delivery::Address, desired::DesiredApp, sink::Fingerprint};
use doorstep_core::{id::AppName, model::Owner};
use std::collections::{BTreeMap, BTreeSet};

/// What a declaration made once and no longer asks for. What was made by hand is nobody's orphan.
pub(super) fn orphaned(
    planned: &mut AppPlan,
    observed: &Observed,
    choices: &Choices,
    (app, taken_over, further): (Option<&DesiredApp>, bool, &Wanted<'_>),
) {
    let name = &planned.name;
    let entry = app.is_none() && !taken_over && observed.apps.get(name).is_some_and(|held| held.owner == Owner::Config);
    let wants_client = app.is_some_and(|app| app.client.is_some());
    let taken = observed.remote.get(name).is_some_and(|id| further.takes(id.as_str()));
    let client = !wants_client && !taken && observed.clients.get(name).is_some_and(|held| held.owner == Owner::Config);
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

/// What was delivered once, to places that nothing declares any more, by app.
pub(super) struct LeftBehind<'a>(BTreeMap<&'a AppName, Vec<(&'a Address, Fingerprint)>>);

impl<'a> LeftBehind<'a> {
    /// `places` are those that are declared.
    pub(super) fn of(observed: &'a Observed, places: &BTreeSet<&Address>) -> Self {
        let mut by_app: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (place, (app, content)) in observed.delivered.iter().filter(|(place, _)| !places.contains(place)) {
            by_app.entry(app).or_default().push((place, *content));
        }
        Self(by_app)
    }

    /// Adds what is left of the planned app.
    pub(super) fn add_to(&self, planned: &mut AppPlan, choices: &Choices) {
        for (place, content) in self.0.get(&planned.name).into_iter().flatten() {
            if choices.removes(&planned.name) {
                planned.steps.push(Step::Withdraw { from: (*place).clone(), content: *content });
            } else {
                planned.left.push((*place).clone());
            }
        }
    }
}
