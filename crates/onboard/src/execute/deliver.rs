//! One delivery: written and recorded until what was written is what belongs there. And the deliveries of some
//! apps without anything else of a plan.

use super::{AppReport, Done, Hand, Undone, undone};
use crate::{
    delivery::{Delivery, Rendered},
    ledger::Ledger,
    means::Means,
    observe::{NotRendered, rendered},
    plan::{Plan, Reason, Step},
    provider::Provider,
    sink::Sink,
};
use doorstep_core::id::AppName;
use std::collections::BTreeSet;

/// How often a delivery is written at most, while what belongs there changes.
const WRITES: usize = 3;

/// Delivers what a plan has for these apps, and does nothing else of it, whatever waits or differs beside: what the
/// rotation of a secret needs.
pub async fn deliver<P: Provider, L: Ledger, S: Sink>(
    plan: &Plan,
    to: &BTreeSet<AppName>,
    means: &Means<'_, P, L, S>,
) -> Vec<AppReport> {
    let mut reports = Vec::new();
    for app in plan.apps.iter().filter(|app| to.contains(&app.name)) {
        let mut report = AppReport::begin(app);
        let hand = Hand { app: &app.name, at: app.remote.clone(), means };
        for step in &app.steps {
            let Step::Deliver { delivery, reason } = step else { continue };
            match hand.deliver(delivery, *reason).await {
                Ok(done) => report.done.push(done),
                Err(undone) => report.note(undone),
            }
        }
        report.note_places(app);
        reports.push(report);
    }
    reports
}

impl<P: Provider, L: Ledger, S: Sink> Hand<'_, P, L, S> {
    pub(super) async fn deliver(&self, delivery: &Delivery, reason: Reason) -> Result<Done, Undone> {
        let to = &delivery.to;
        let mut wanted = self.wanted(delivery).await?;
        // What belongs there may be another version by now: that one is not there.
        if reason == Reason::Unrecorded(wanted.fingerprint()) {
            self.record(&wanted).await?;
            return Ok(Done::Recorded { at: to.clone() });
        }
        let mut tightened = false;
        for _ in 0..WRITES {
            tightened |= self.means.sink.write(&wanted).await.map_err(|error| undone(to, error))?.tightened;
            self.record(&wanted).await?;
            // A secret that began to rotate meanwhile is not written over with the version from before.
            let now = self.wanted(delivery).await?;
            if now.fingerprint() == wanted.fingerprint() {
                return Ok(Done::Delivered { to: to.clone(), tightened });
            }
            wanted = now;
        }
        Err(Undone::Unreachable(format!("{to}: what belongs there changed each time that it was written")))
    }

    /// Remembers that this is what is there.
    async fn record(&self, written: &Rendered) -> Result<(), Undone> {
        Ok(self.means.ledger.delivered(self.app, &written.to, written.fingerprint()).await?)
    }

    /// What belongs there now.
    async fn wanted(&self, delivery: &Delivery) -> Result<Rendered, Undone> {
        let to = &delivery.to;
        rendered(delivery, self.at.as_ref(), self.means).await.map_err(|error| match error {
            NotRendered::NoClient => Undone::Failed(format!("{to}: the provider has no client for it")),
            NotRendered::Provider(error) => error.into(),
            NotRendered::Ledger(error) => error.into(),
            NotRendered::Text(why) => Undone::Failed(format!("{to}: {why}")),
        })
    }
}
