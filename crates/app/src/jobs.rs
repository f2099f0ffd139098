//! What runs beside the requests: listening to the revocation log, writing down use, sweeping what ended.

use crate::{error::InternalError, instance::Instance};
use doorstep_store::sweep;
use std::{future::Future, sync::Arc, time::Duration};

const LISTEN_EVERY: Duration = Duration::from_secs(1);
const FLUSH_EVERY: u64 = 60;
const SWEEP_EVERY: u64 = 300;
const MAX_BATCHES: usize = 200;

/// Runs until `stop` resolves, then writes down what is still in memory.
pub async fn run(instance: Arc<Instance>, stop: impl Future<Output = ()> + Send) {
    tokio::pin!(stop);
    let mut tick = tokio::time::interval(LISTEN_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut beats: u64 = 0;
    let mut quiet = false;
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = tick.tick() => {}
        }
        beats += 1;
        let done = beat(&instance, beats).await;
        // Once when it breaks and once when it mends, not each second.
        match (&done, quiet) {
            (Err(error), false) => tracing::error!(%error, "the database does not answer the background jobs"),
            (Ok(()), true) => tracing::info!("the background jobs work again"),
            _ => {}
        }
        quiet = done.is_err();
    }
    if let Err(error) = instance.sessions.flush_use().await {
        tracing::warn!(%error, "the last use of some sessions was not written down");
    }
}

async fn beat(instance: &Instance, beats: u64) -> Result<(), InternalError> {
    instance.caches.catch_up().await?;
    if beats.is_multiple_of(FLUSH_EVERY) {
        instance.sessions.flush_use().await?;
    }
    if beats % SWEEP_EVERY == 1 {
        sweep_all(instance).await?;
    }
    Ok(())
}

/// Removes what has ended, batch by batch, letting go of the writer between them. Bounded, so that the
/// log is listened to again soon; what is left is for the next time.
async fn sweep_all(instance: &Instance) -> Result<(), InternalError> {
    for _ in 0..MAX_BATCHES {
        let report = sweep::expired(
            &mut instance.context.db.write().await?,
            instance.now(),
            instance.context.settings.audit_keep,
        )
        .await?;
        tracing::debug!(?report, "swept");
        if !report.more {
            return Ok(());
        }
        // A long sweep must not make the cache unbelievable.
        instance.caches.catch_up().await?;
    }
    tracing::info!("more has ended than was swept; the rest follows");
    Ok(())
}
