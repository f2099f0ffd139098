//! What runs beside the requests: a supervised task for each duty, and the worker of the queue.
//!
//! Each duty has a rhythm and a time limit of its own and waits for no other: however long a sweep, a write or a
//! connection hangs, the log of endings is heard ([ADR 24](../../../../docs/adr/0024-duties-and-durable-work.md)).

mod duty;
mod work;

use crate::{error::InternalError, instance::Instance, queue::Handlers};
use doorstep_core::access::{Actor, ManageApps, ON_THE_HOST};
use doorstep_store::sweep;
use duty::{Duty, Next, Stopped, supervise};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::time::timeout;

const LISTEN_EVERY: Duration = Duration::from_secs(1);
/// After this long a look at the log is given up, and the next one is made on another connection.
const LISTEN_FOR: Duration = Duration::from_secs(2);
const FLUSH_EVERY: Duration = Duration::from_mins(1);
const FLUSH_FOR: Duration = Duration::from_secs(30);
const SWEEP_EVERY: Duration = Duration::from_mins(5);
/// A server that starts answers first.
const FIRST_SWEEP: Duration = Duration::from_millis(500);
/// What is left after this long is for the next time.
const SWEEP_FOR: Duration = Duration::from_mins(2);
const END_EVERY: Duration = Duration::from_secs(1);
const END_FOR: Duration = Duration::from_secs(30);
const TELL_EVERY: Duration = Duration::from_secs(1);
const TELL_FOR: Duration = Duration::from_secs(10);
/// Soon enough after a start for whoever restarts a server every day.
const FIRST_WARNING: Duration = Duration::from_secs(10);
/// It is said once a day; who looks more often says it early on the next one.
const WARN_EVERY: Duration = Duration::from_hours(1);
const WARN_FOR: Duration = Duration::from_secs(30);
/// A question that was answered in another way is not shown as open for longer than this.
const SETTLE_EVERY: Duration = Duration::from_mins(5);
const SETTLE_FOR: Duration = Duration::from_secs(30);
const WORK_EVERY: Duration = Duration::from_secs(1);
/// How long a server that stops waits for the database to take the last use of sessions.
const LAST_WORDS: Duration = Duration::from_secs(5);
const MAX_BATCHES: usize = 200;

/// Runs until `stop` resolves, lets what has begun finish, and writes down what is still in memory.
pub async fn run(instance: Arc<Instance>, handlers: Handlers, stop: impl Future<Output = ()> + Send) {
    let (tell, stopped) = Stopped::channel();
    let mut tasks = tokio::task::JoinSet::new();
    for duty in duties(&instance, handlers) {
        tasks.spawn(supervise(duty, stopped.clone()));
    }
    stop.await;
    tell.send_replace(true);
    while tasks.join_next().await.is_some() {}
    match timeout(LAST_WORDS, flush_use(&instance)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the last use of some sessions was not written down"),
        Err(_) => tracing::warn!("the last use of some sessions was not written down: the database does not answer"),
    }
}

fn duties(instance: &Arc<Instance>, handlers: Handlers) -> Vec<Duty> {
    let [listening, flushing, sweeping, ending, warning, settling, closing, working, telling] =
        std::array::from_fn(|_| Arc::clone(instance));
    let handlers = Arc::new(handlers);
    vec![
        Duty::new("listening to the log of endings", LISTEN_EVERY, LISTEN_FOR, move |_| {
            let instance = Arc::clone(&listening);
            Box::pin(async move { instance.caches.catch_up().await.map(|()| Next::Rest) })
        }),
        Duty::new("writing down the use of sessions", FLUSH_EVERY, FLUSH_FOR, move |_| {
            let instance = Arc::clone(&flushing);
            Box::pin(async move { flush_use(&instance).await.map(|()| Next::Rest) })
        }),
        Duty::new("sweeping what has ended", SWEEP_EVERY, SWEEP_FOR, move |stopped| {
            let instance = Arc::clone(&sweeping);
            Box::pin(async move { sweep_all(&instance, &stopped).await.map(|()| Next::Rest) })
        })
        .first_after(FIRST_SWEEP),
        Duty::new("ending the client secrets that were rotated", END_EVERY, END_FOR, move |_| {
            let instance = Arc::clone(&ending);
            Box::pin(async move { end_rotated(&instance).await.map(|()| Next::Rest) })
        }),
        Duty::new("warning of tokens that end soon", WARN_EVERY, WARN_FOR, move |_| {
            let instance = Arc::clone(&warning);
            Box::pin(async move { instance.accounts.warn_of_ending_tokens().await.map(|()| Next::Rest) })
        })
        .first_after(FIRST_WARNING),
        Duty::new("settling requests for access", SETTLE_EVERY, SETTLE_FOR, move |_| {
            let instance = Arc::clone(&settling);
            Box::pin(async move { instance.accounts.settle_access_requests().await.map(|()| Next::Rest) })
        }),
        Duty::new("ending accounts and memberships that are over", SETTLE_EVERY, SETTLE_FOR, move |_| {
            let instance = Arc::clone(&closing);
            Box::pin(async move { instance.accounts.end_what_is_over().await.map(|()| Next::Rest) })
        }),
        Duty::new("telling which root keys are held", TELL_EVERY, TELL_FOR, move |_| {
            let instance = Arc::clone(&telling);
            Box::pin(async move { instance.root_keys.tell().await.map(|()| Next::Rest) })
        }),
        Duty::new("doing durable work", WORK_EVERY, work::turn_limit(&handlers), move |stopped| {
            let (instance, handlers) = (Arc::clone(&working), Arc::clone(&handlers));
            Box::pin(async move { work::one_of_each(&instance.context, &handlers, &stopped).await })
        }),
    ]
}

/// Writes down when sessions and tokens were last used.
async fn flush_use(instance: &Instance) -> Result<(), InternalError> {
    instance.sessions.flush_use().await?;
    instance.gateway.flush_token_use().await
}

/// Ends each old client secret whose app uses the new one, or whose time is over.
async fn end_rotated(instance: &Instance) -> Result<(), InternalError> {
    let act = instance.context.require(ManageApps, Actor::Config, &ON_THE_HOST);
    let act = act.map_err(|_| InternalError::Missing("the permission to end a client secret"))?;
    instance.onboarding.end_due_rotations(&act).await.map(|_| ())
}

/// Removes what has ended, batch by batch, letting go of the writer between them. Bounded; what is left is for the
/// next time.
async fn sweep_all(instance: &Instance, stopped: &Stopped) -> Result<(), InternalError> {
    for _ in 0..MAX_BATCHES {
        let keep = instance.context.settings.live().audit_keep;
        let report = sweep::expired(&mut instance.context.db.write().await?, instance.now(), keep).await?;
        tracing::debug!(?report, "swept");
        if !report.more || stopped.is_now() {
            return Ok(());
        }
    }
    tracing::info!("not all that has ended was swept yet; the rest follows");
    Ok(())
}
