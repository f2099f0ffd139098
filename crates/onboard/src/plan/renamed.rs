//! An app that goes on under another name: the declared one takes the address over at once.
//!
//! Two apps on one host name guard nothing, because each would receive the other's cookies. An entry that a
//! declaration made and that nothing declares any more therefore makes room for a declared app with the same host
//! name, without approval: it names the same place. Its client stays until it is pruned, and what was made by hand
//! gives way to nobody.

use super::{AppPlan, Observed, Plan, Step};
use crate::{
    desired::cookie_scope,
    spec::{AppSpec, Held},
};
use doorstep_core::{id::AppName, model::Owner};
use std::collections::{BTreeSet, HashMap};

/// Entries that a declaration made and that nothing declares any more, by the cookies that their host receives.
pub(super) struct Leaving<'a>(HashMap<String, Vec<(&'a AppName, &'a Held<AppSpec>)>>);

impl<'a> Leaving<'a> {
    pub(super) fn of(observed: &'a Observed, declared: &BTreeSet<&AppName>) -> Self {
        let mut by_scope: HashMap<_, Vec<_>> = HashMap::new();
        let leaving =
            |(name, held): &(&AppName, &Held<AppSpec>)| held.owner == Owner::Config && !declared.contains(name);
        for (name, held) in observed.apps.iter().filter(leaving) {
            if let Some(scope) = cookie_scope(&held.spec.url) {
                by_scope.entry(scope).or_default().push((name, held));
            }
        }
        Self(by_scope)
    }
}

/// Lets the planned app, which is to live as `spec`, take over what is in its way. Names whose entry goes.
pub(super) fn take_over(planned: &mut AppPlan, spec: &AppSpec, leaving: &Leaving<'_>) -> Vec<AppName> {
    if leaving.0.is_empty() {
        return Vec::new();
    }
    let found = cookie_scope(&spec.url).and_then(|scope| leaving.0.get(&scope));
    let in_the_way = found.into_iter().flatten().filter(|(_, held)| spec.protected || held.spec.protected);
    let gone: Vec<AppName> = in_the_way.map(|(name, _)| (*name).clone()).collect();
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
