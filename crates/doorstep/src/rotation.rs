//! Delivering to apps whose client secret is being rotated: each place gets the version that belongs there now, and it
//! is noted when the new one is in all of them. The server does this by itself, and `doorstep rotate` beside it.

use crate::config::{Config, Loaded};
use crate::ending::Failure;
use crate::wire;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageApps;
use doorstep_core::id::AppName;
use doorstep_core::model::Rotation;
use doorstep_core::time::{Timestamp, Ttl};
use doorstep_onboard::desired::Desired;
use doorstep_onboard::execute::{self, AppReport};
use doorstep_onboard::means::Means;
use doorstep_onboard::observe::observe;
use doorstep_onboard::plan::{Choices, plan};
use doorstep_store::rotations::UnderWay;
use std::collections::{BTreeMap, BTreeSet};

/// How long what could not be delivered is left alone.
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
    let under_way = instance.onboarding.rotations().await.map_err(|error| wire::internal(&error))?;
    let only = Desired {
        apps: desired.apps.iter().filter(|app| apps.contains(app.name())).cloned().collect(),
        ..Desired::default()
    };
    let (provider, ledger, sink) = wire::means(instance, config)?;
    let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &config.references };
    let observed = observe(&only, &means).await.map_err(|error| wire::unseen(&error))?;
    let planned = plan(&only, &observed, &Choices::default());
    let reports = execute::deliver(&planned, apps, &means).await;
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
            noted.map_err(|error| wire::internal(&error))?;
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

/// The rotations that a server knows of.
#[derive(Default)]
pub(crate) struct Rotations {
    known: BTreeMap<AppName, Rotation>,
    /// Those whose new version may be delivered, and was not everywhere yet.
    open: BTreeSet<AppName>,
    again_at: Option<Timestamp>,
    /// What was in the way at the last look: it is said once.
    said: InTheWay,
}

impl Rotations {
    /// One look: delivers when a rotation began, turned or ended, again and again to a place that did not take it, and
    /// now and then to mend a copy that was lost. A failure is logged and tried again.
    pub(crate) async fn look(&mut self, instance: &Instance, (running, loaded): (&Config, &Loaded)) {
        let now = instance.now();
        let found = match instance.onboarding.rotations().await {
            Ok(found) => found,
            Err(error) => return tracing::debug!(%error, "the rotations of client secrets cannot be read"),
        };
        let open = |rotation: &UnderWay| rotation.app.clone().filter(|_| rotation.rotation.is_to_be_delivered(now));
        let open: BTreeSet<AppName> = found.iter().filter_map(open).collect();
        let found: BTreeMap<AppName, Rotation> =
            found.into_iter().filter_map(|rotation| Some((rotation.app?, rotation.rotation))).collect();
        if found.is_empty() && self.known.is_empty() {
            return;
        }
        let is_time = self.again_at.is_none_or(|at| now >= at);
        if found == self.known && open == self.open && !is_time {
            return;
        }
        // Those that have ended get a last look: what another process wrote late is mended.
        let apps: BTreeSet<AppName> = found.keys().chain(self.known.keys()).cloned().collect();
        self.again_at = Some(now + if open.is_empty() { LOOK_AGAIN } else { TRY_AGAIN });
        (self.known, self.open) = (found, open);
        let Ok(desired) = wire::desired(loaded, running) else { return };
        match deliver(instance, running, &desired, &apps).await {
            Ok(in_the_way) => self.say(in_the_way),
            Err(failure) => tracing::warn!(%failure, "a rotated client secret cannot be delivered yet"),
        }
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
}
