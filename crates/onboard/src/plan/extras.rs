//! The further clients of apps: made, changed and removed with them. They are known by their ids, which programs were
//! built with, so that an app which is called otherwise from now on takes them along.

use super::{AppPlan, Choices, Handed, Observed, Step, Wait, change, made_by_hand};
use crate::{
    desired::{Desired, DesiredApp},
    spec::{ClientSpec, Extra, Held},
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::Owner,
};
use std::collections::BTreeSet;

/// What has to happen so that an app has these.
pub(super) fn declared(
    planned: &mut AppPlan,
    (extras, further): (&[ClientSpec], &Wanted<'_>),
    observed: &Observed,
    choices: &Choices,
) {
    for wanted in extras {
        let Some(extra) = &wanted.extra else { continue };
        let Some(held) = observed.extras.get(&extra.id) else {
            planned.steps.push(Step::CreateExtra { spec: wanted.clone() });
            continue;
        };
        if further.is_own(&extra.id, held, observed) {
            planned.waits.push(Wait::OwnOf { client: extra.id.clone(), app: held.spec.app.clone() });
            continue;
        }
        let approved = choices.approve(&planned.name, held, &Handed::Extra(extra.id.clone()));
        if made_by_hand(held) && !approved {
            planned.waits.push(Wait::TakeOver { replaces_secret: false, client: Some(extra.id.clone()) });
        } else {
            update(planned, (wanted, extra), held, approved);
        }
    }
}

fn update(planned: &mut AppPlan, (wanted, extra): (&ClientSpec, &Extra), held: &Held<ClientSpec>, approved: bool) {
    let mut spec = wanted.clone();
    let mut changes = change::between(&held.spec, wanted);
    if !approved {
        for change in changes.extract_if(.., |change| change.contract) {
            change.field.copy(&held.spec, &mut spec);
            // What the app's own client waits for, too, is said once.
            let said = |wait: &Wait| matches!(wait, Wait::Contract { change: other, .. } if *other == change);
            if !planned.waits.iter().any(said) {
                planned.waits.push(Wait::Contract { change, client: Some(extra.id.clone()) });
            }
        }
    }
    let is_labelled = held.spec.app == wanted.app && held.spec.extra == wanted.extra;
    if !changes.is_empty() || made_by_hand(held) || !is_labelled {
        let moved = held.owner == Owner::Config && held.spec.app != wanted.app;
        let from = moved.then(|| held.spec.app.clone());
        planned.steps.push(Step::UpdateExtra { spec, changes, from });
    }
}

/// The clients that declared apps have.
pub(super) struct Wanted<'a> {
    /// Ids of further ones.
    ids: BTreeSet<&'a str>,
    /// Apps with one of their own.
    own: BTreeSet<&'a AppName>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(desired: &'a Desired) -> Self {
        let all = desired.apps.iter().flat_map(|app| &app.extras);
        Self {
            ids: all.filter_map(|client| Some(client.extra.as_ref()?.id.as_str())).collect(),
            own: desired.apps.iter().filter(|app| app.client.is_some()).map(DesiredApp::name).collect(),
        }
    }

    /// Whether a declared app takes the client with this id over.
    pub(super) fn takes(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Whether it is the own client of a declared app.
    fn is_own(&self, id: &ClientId, held: &Held<ClientSpec>, observed: &Observed) -> bool {
        let app = &held.spec.app;
        self.own.contains(app) && observed.remote.get(app).is_some_and(|own| own.as_str() == id.as_str())
    }

    /// What the planned app had and nothing declares any more.
    pub(super) fn add_left(&self, planned: &mut AppPlan, observed: &Observed, choices: &Choices) {
        let of_app =
            |(_, held): &(&ClientId, &Held<ClientSpec>)| held.owner == Owner::Config && held.spec.app == planned.name;
        let left: Vec<Extra> = observed
            .extras
            .iter()
            .filter(of_app)
            .filter(|(id, _)| !self.takes(id.as_str()))
            .filter_map(|(_, held)| held.spec.extra.clone())
            .collect();
        if choices.removes(&planned.name) {
            planned.steps.extend(left.into_iter().map(|extra| Step::DeleteExtra { extra }));
        } else {
            planned.left_clients.extend(left.into_iter().map(|extra| extra.id));
        }
    }
}
