//! Delivering to apps whose client secret is being rotated: each place gets the version that belongs there now, and it
//! is noted when the new one is in all of them. The server does this by itself, and `doorstep rotate` beside it.

use crate::config::{Config, Loaded};
use crate::ending::Failure;
use crate::reason;
use crate::wire;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageApps;
use doorstep_core::id::AppName;
use doorstep_core::model::Rotation;
use doorstep_core::time::{Timestamp, Ttl};
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::execute::{self, AppReport};
use doorstep_onboard::means::Means;
use doorstep_onboard::observe::observe_only;
use doorstep_onboard::plan::{Choices, plan};
use doorstep_store::rotations::UnderWay;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinSet;

/// How long what could not be delivered is left alone at first.
const TRY_AGAIN: Ttl = Ttl::from_seconds(5);
/// How often a delivered copy is looked at while its secret is being rotated.
const LOOK_AGAIN: Ttl = Ttl::from_seconds(30);

/// What keeps the version that belongs in a place from getting there, by app; nothing, where all is well.
pub(crate) type InTheWay = BTreeMap<AppName, Vec<String>>;

/// Delivers to these apps, and notes for each rotation whose new version is in every place that it is.
pub(crate) async fn deliver(
    instance: &Instance,
    config: &Config,
    desired: &Desired,
    apps: &BTreeSet<AppName>,
) -> Result<InTheWay, Failure> {
    // Read before the look: what is found in every place is at least as new as what was under way then.
    let now = instance.now();
    let under_way = instance.onboarding.rotations().await.map_err(|error| reason::internal(&error))?;
    let only = Desired {
        apps: desired.apps.iter().filter(|app| apps.contains(app.name())).cloned().collect(),
        ..Desired::default()
    };
    // What nothing declares is nowhere to be delivered to, and nobody has to be asked for it.
    let reports = if only.apps.is_empty() {
        Vec::new()
    } else {
        let (provider, ledger, sink) = wire::means(instance, config)?;
        let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &config.references };
        let observed = observe_only(&only, &means).await.map_err(|error| wire::unseen(&error))?;
        execute::deliver(&plan(&only, &observed, &Choices::default()), apps, &means).await
    };
    let mut in_the_way = InTheWay::new();
    for app in apps {
        let why = obstacles(app, &only, &reports);
        if !why.is_empty() {
            in_the_way.insert(app.clone(), why);
        }
    }
    for UnderWay { client, app, rotation } in &under_way {
        let is_there = app.as_ref().is_some_and(|app| apps.contains(app) && !in_the_way.contains_key(app));
        if is_there && rotation.is_to_be_delivered(now) {
            let noted =
                instance.onboarding.rotation_delivered(&wire::by_file(instance, ManageApps)?, (client, rotation)).await;
            noted.map_err(|error| reason::internal(&error))?;
        }
    }
    Ok(in_the_way)
}

fn obstacles(app: &AppName, desired: &Desired, reports: &[AppReport]) -> Vec<String> {
    if !desired.apps.iter().any(|declared| declared.name() == app) {
        return vec!["nothing declares the app any more".to_owned()];
    }
    let Some(report) = reports.iter().find(|report| report.name == *app) else { return Vec::new() };
    let waits = (!report.waits.is_empty()).then(|| format!("a change of the app waits: doorstep apply --accept {app}"));
    report.failed.iter().chain(&report.unreachable).cloned().chain(waits).collect()
}

/// Looks after the rotations, and what it knows of them.
#[derive(Default)]
pub(crate) struct Observer {
    known: BTreeMap<AppName, Rotation>,
    /// Those whose new version may be delivered, and was not everywhere yet.
    open: BTreeSet<AppName>,
    /// Apps whose rotation ended, until a last look found in every place what belongs there: what another process wrote
    /// late is mended.
    ended: BTreeSet<AppName>,
    pace: Pace,
    /// What was in the way at the last look: it is said once.
    said: InTheWay,
    /// Why nothing could be delivered at the last look.
    failed: Option<String>,
}

/// When to look again although nothing changed: soon where something is to be delivered, and less and less often where
/// it cannot be.
#[derive(Default)]
struct Pace {
    at: Option<Timestamp>,
    rest: Option<Ttl>,
}

impl Pace {
    fn is_time(&self, now: Timestamp) -> bool {
        self.at.is_none_or(|at| now >= at)
    }

    /// A look is over. What changed begins anew.
    fn looked(&mut self, now: Timestamp, changed: bool, has_open: bool) {
        let longer = |rest: Ttl| Ttl::from_millis(rest.millis().saturating_mul(2)).min(LOOK_AGAIN);
        let rest = match self.rest.filter(|_| !changed) {
            _ if !has_open => LOOK_AGAIN,
            None => TRY_AGAIN,
            Some(rest) => longer(rest),
        };
        self.rest = has_open.then_some(rest);
        self.at = Some(now + rest);
    }
}

impl Observer {
    /// One look: delivers when a rotation began, turned or ended, again and again to a place that did not take it, and
    /// now and then to mend a copy that was lost. A failure is logged and tried again.
    async fn look(&mut self, instance: &Instance, (running, loaded): (&Config, &Loaded)) {
        let now = instance.now();
        let found = match instance.onboarding.rotations().await {
            Ok(found) => found,
            Err(error) => return tracing::debug!(%error, "the rotations of client secrets cannot be read"),
        };
        let open = |rotation: &UnderWay| rotation.app.clone().filter(|_| rotation.rotation.is_to_be_delivered(now));
        let open: BTreeSet<AppName> = found.iter().filter_map(open).collect();
        let found: BTreeMap<AppName, Rotation> =
            found.into_iter().filter_map(|rotation| Some((rotation.app?, rotation.rotation))).collect();
        if found.is_empty() && self.known.is_empty() && self.ended.is_empty() {
            return;
        }
        let changed = found != self.known || open != self.open;
        if !changed && !self.pace.is_time(now) {
            return;
        }
        let Ok(desired) = wire::desired(loaded, running) else { return };
        self.ended.extend(self.known.keys().cloned());
        self.ended.retain(|app| !found.contains_key(app));
        (self.known, self.open) = (found, open);
        let declared: BTreeSet<&AppName> = desired.apps.iter().map(DesiredApp::name).collect();
        self.ended.retain(|app| declared.contains(app));
        let apps = self.known.keys().chain(&self.ended).cloned().collect();
        let delivered = deliver(instance, &wire::reaching(running, &loaded.config), &desired, &apps).await;
        match delivered {
            Ok(in_the_way) => {
                self.ended.retain(|app| in_the_way.contains_key(app));
                self.failed = None;
                self.say(in_the_way);
            }
            Err(failure) => self.fail(&failure),
        }
        let has_open = self.open.iter().chain(&self.ended).any(|app| declared.contains(app));
        self.pace.looked(instance.now(), changed, has_open);
    }

    fn say(&mut self, in_the_way: InTheWay) {
        if in_the_way != self.said {
            for (app, why) in &in_the_way {
                let (app, why) = (app.as_str(), why.join("; "));
                tracing::warn!(app, why, "a rotated client secret is not in every place yet; it is tried again");
            }
            self.said = in_the_way;
        }
    }

    fn fail(&mut self, failure: &Failure) {
        let why = failure.to_string();
        if self.failed.replace(why.clone()).is_none_or(|said| said != why) {
            tracing::warn!(%failure, "a rotated client secret cannot be delivered yet; it is tried again");
        }
    }
}

/// The rotations that a server looks after, beside everything else that it does: a place that does not answer holds up
/// nothing but the next look. One that is under way ends with this.
pub(crate) struct Rotations {
    at_rest: Option<Observer>,
    at_work: JoinSet<Observer>,
}

impl Rotations {
    pub(crate) fn new() -> Self {
        Self { at_rest: Some(Observer::default()), at_work: JoinSet::new() }
    }

    /// Ends the look that is under way: what it would deliver to may be no place any more, and it knows of no other.
    pub(crate) async fn give_up(&mut self) {
        if !self.at_work.is_empty() {
            self.at_work.shutdown().await;
            self.at_rest = Some(Observer::default());
        }
    }

    /// The same without waiting for its end: the next look begins anew.
    pub(crate) fn cut_off(&mut self) {
        self.at_work.abort_all();
    }

    /// Begins a look, unless the one before is still under way.
    pub(crate) fn begin(&mut self, instance: &Arc<Instance>, (running, loaded): (&Arc<Loaded>, &Arc<Loaded>)) {
        if let Some(looked) = self.at_work.try_join_next() {
            self.at_rest = Some(looked.unwrap_or_default());
        }
        let Some(mut observer) = self.at_rest.take() else { return };
        let (instance, running, loaded) = (Arc::clone(instance), Arc::clone(running), Arc::clone(loaded));
        self.at_work.spawn(async move {
            observer.look(&instance, (&running.config, &loaded)).await;
            observer
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_delivered_is_tried_less_and_less_often_until_something_changes() {
        let mut now = Timestamp::from_seconds(1_800_000_000);
        let mut pace = Pace::default();
        assert!(pace.is_time(now));
        for (number, (changed, has_open, rest)) in [
            (true, true, 5),
            (false, true, 10),
            (false, true, 20),
            (false, true, 30),
            (false, true, 30),
            (true, true, 5),
            (false, false, 30),
            (false, true, 5),
            (true, false, 30),
        ]
        .into_iter()
        .enumerate()
        {
            pace.looked(now, changed, has_open);
            assert!(!pace.is_time(now + Ttl::from_seconds(rest - 1)), "look {number}");
            now = now + Ttl::from_seconds(rest);
            assert!(pace.is_time(now), "look {number}");
        }
    }
}
