//! What could not be taken away when an app was pruned: nobody plans that again, so it is durable work. Tried again
//! with growing pauses by whichever server comes first, and in the end a dead letter that names the place.

use super::{ledger::StoredLedger, provider::PROVIDER, service::Onboarding};
use crate::{
    error::InternalError,
    queue::{Handler, Queue, Trying},
};
use doorstep_core::{
    access::{Act, Actor, ManageApps, ON_THE_HOST},
    secret::SecretHash,
};
use doorstep_onboard::{
    delivery::Address,
    execute::{Done, Report},
    ledger::Ledger,
    plan::{Plan, Step},
    sink::Sink,
};
use std::{collections::BTreeSet, sync::Arc};

const KIND: &str = "withdraw";

/// Every place that the configuration delivers to now; none when it cannot be read, or another one is in force.
pub type Declared = Arc<dyn Fn() -> Option<BTreeSet<Address>> + Send + Sync>;

/// Takes away what was delivered to a place that nothing declares any more.
pub struct Withdrawal<S> {
    parts: Arc<Parts<S>>,
}

struct Parts<S> {
    onboarding: Onboarding,
    sink: S,
    declared: Declared,
}

/// Orders what of a plan was to be taken away and could not be reached.
pub async fn order_withdrawals(
    queue: &Queue,
    _: &Act<'_, ManageApps>,
    (plan, report): (&Plan, &Report),
) -> Result<(), InternalError> {
    for (app, step) in plan.apps.iter().flat_map(|app| app.steps.iter().map(move |step| (app, step))) {
        let Step::Withdraw { from, .. } = step else { continue };
        let of_app = report.apps.iter().filter(|done| done.name == app.name);
        let mut done = of_app.clone().flat_map(|done| &done.done);
        let mut unreachable = of_app.flat_map(|done| &done.unreachable);
        let is_done = done.any(|done| match done {
            Done::Withdrawn { from: place } | Done::LeftBehind { at: place } => place == from,
            _ => false,
        });
        if !is_done && unreachable.any(|why| why.starts_with(&format!("{from}: "))) {
            let place = from.to_text();
            let subject = SecretHash::labelled("a place of a delivery", place.as_bytes()).to_text();
            queue.order(KIND, &subject, &place).await?;
        }
    }
    Ok(())
}

impl<S: Sink + 'static> Withdrawal<S> {
    /// By these kinds of places. What the configuration says is asked before each try.
    pub fn new(onboarding: &Onboarding, sink: S, declared: Declared) -> Self {
        Self { parts: Arc::new(Parts { onboarding: onboarding.clone(), sink, declared }) }
    }
}

impl<S: Sink + 'static> Handler for Withdrawal<S> {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn work(&self, payload: String) -> Trying {
        let parts = Arc::clone(&self.parts);
        Box::pin(async move { Ok(parts.withdraw(&payload).await?) })
    }
}

impl<S: Sink> Parts<S> {
    async fn withdraw(&self, place: &str) -> Result<(), String> {
        let Some(place) = Address::from_text(place) else {
            return Err(format!("{place}: this release does not know this kind of place"));
        };
        let declared = Arc::clone(&self.declared);
        let declared = tokio::task::spawn_blocking(move || declared()).await.ok().flatten();
        let declared = declared
            .ok_or("what is delivered to is not known: the configuration has mistakes, or another one is in force")?;
        if declared.contains(&place) {
            // It is delivered to again, and what is there belongs there.
            return Ok(());
        }
        // The file declared it away.
        let act = self.onboarding.context.require(ManageApps, Actor::Config, &ON_THE_HOST);
        let act = act.map_err(|error| error.to_string())?;
        let ledger = StoredLedger::new(&self.onboarding, act, PROVIDER);
        let recorded = ledger.recall().await.map_err(|error| error.to_string())?;
        let Some((_, content)) = recorded.delivered.get(&place) else { return Ok(()) };
        self.sink.remove(&place, *content).await.map_err(|error| format!("{place}: {error}"))?;
        ledger.forget(&place).await.map_err(|error| error.to_string())
    }
}
