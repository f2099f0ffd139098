//! An app that goes on under another name: the declared one takes the address over at once.
//!
//! Two apps on one host name guard nothing, because each would receive the other's cookies. An entry that a
//! declaration made and that nothing declares any more therefore makes room for a declared app with the same host
//! name, without approval: it names the same place. Its client stays until it is pruned, and what was made by hand
//! gives way to nobody.

use super::{AppPlan, Observed, Plan, Step};
use crate::{desired::cookie_scope, spec::AppSpec};
use doorstep_core::{id::AppName, model::Owner};
use std::collections::BTreeSet;

/// Lets the planned app, which is to live as `spec`, take over what is in its way. Names whose entry goes.
pub(super) fn take_over(
    planned: &mut AppPlan,
    spec: &AppSpec,
    observed: &Observed,
    declared: &BTreeSet<&AppName>,
) -> Vec<AppName> {
    let Some(scope) = cookie_scope(&spec.url) else { return Vec::new() };
    let in_the_way = observed.apps.iter().filter(|(name, held)| {
        let shares = cookie_scope(&held.spec.url).as_ref() == Some(&scope) && (spec.protected || held.spec.protected);
        shares && held.owner == Owner::Config && !declared.contains(name)
    });
    let gone: Vec<AppName> = in_the_way.map(|(name, _)| name.clone()).collect();
    let entry = planned.steps.iter().position(|step| matches!(step, Step::PutApp { .. })).unwrap_or_default();
    planned.steps.splice(entry..entry, gone.iter().map(|from| Step::TakeOver { from: from.clone() }));
    gone
}

impl Plan {
    /// Whether an app with a client goes on under another name, and so with another client.
    pub fn renames_a_client(&self) -> bool {
        let has = |app: &AppPlan, what: fn(&Step) -> bool| app.steps.iter().any(what);
        let taken = |step: &Step| matches!(step, Step::TakeOver { .. });
        self.apps.iter().any(|app| has(app, taken) && has(app, |step| matches!(step, Step::CreateClient { .. })))
    }
}
