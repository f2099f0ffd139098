//! What runs beside the requests: listening to the revocation log, writing down use, sweeping what ended.
//!
//! Each duty has a rhythm of its own and waits for no other: however long a sweep, a write or a connection
//! hangs, the log of endings is heard.

use crate::{error::InternalError, instance::Instance};
use doorstep_store::{StoreError, sweep};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval, timeout},
};

const LISTEN_EVERY: Duration = Duration::from_secs(1);
/// After this long a look at the log is given up, and the next one is made on another connection.
const LISTEN_FOR: Duration = Duration::from_secs(2);
const FLUSH_EVERY: Duration = Duration::from_mins(1);
const SWEEP_EVERY: Duration = Duration::from_mins(5);
const MAX_BATCHES: usize = 200;

/// Runs until `stop` resolves, lets what has begun finish, and writes down what is still in memory.
pub async fn run(instance: Arc<Instance>, stop: impl Future<Output = ()> + Send) {
    let (tell, stopped) = watch::channel(false);
    let stop = async {
        stop.await;
        tell.send_replace(true);
    };
    tokio::join!(
        stop,
        Box::pin(listen(&instance, Beat::of(LISTEN_EVERY, "listening to the log of endings", &stopped))),
        Box::pin(flush(&instance, Beat::of(FLUSH_EVERY, "writing down the use of sessions", &stopped))),
        Box::pin(sweep(&instance, Beat::of(SWEEP_EVERY, "sweeping what has ended", &stopped))),
    );
    if let Err(error) = instance.sessions.flush_use().await {
        tracing::warn!(%error, "the last use of some sessions was not written down");
    }
}

async fn listen(instance: &Instance, mut beat: Beat) {
    while beat.next().await {
        let heard = timeout(LISTEN_FOR, instance.caches.catch_up()).await;
        beat.note(&heard.unwrap_or(Err(StoreError::Busy.into())));
    }
}

async fn flush(instance: &Instance, mut beat: Beat) {
    // The first beat comes at once, and nothing was used yet.
    beat.next().await;
    while beat.next().await {
        beat.note(&instance.sessions.flush_use().await);
    }
}

async fn sweep(instance: &Instance, mut beat: Beat) {
    while beat.next().await {
        let done = sweep_all(instance, &beat).await;
        beat.note(&done);
    }
}

/// Removes what has ended, batch by batch, letting go of the writer between them. Bounded; what is left is for the
/// next time.
async fn sweep_all(instance: &Instance, beat: &Beat) -> Result<(), InternalError> {
    for _ in 0..MAX_BATCHES {
        let report = sweep::expired(
            &mut instance.context.db.write().await?,
            instance.now(),
            instance.context.settings.live().audit_keep,
        )
        .await?;
        tracing::debug!(?report, "swept");
        if !report.more || beat.is_stopped() {
            return Ok(());
        }
    }
    tracing::info!("more has ended than was swept; the rest follows");
    Ok(())
}

/// The rhythm of a duty, and whether it gets through: told once when it breaks and once when it mends, not each time.
struct Beat {
    tick: Interval,
    stopped: watch::Receiver<bool>,
    duty: &'static str,
    failing: bool,
}

impl Beat {
    fn of(period: Duration, duty: &'static str, stopped: &watch::Receiver<bool>) -> Self {
        let mut tick = interval(period);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { tick, stopped: stopped.clone(), duty, failing: false }
    }

    /// Waits for the next turn; false when there is none.
    async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            _ = self.stopped.wait_for(|stopped| *stopped) => false,
            _ = self.tick.tick() => true,
        }
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    fn note(&mut self, done: &Result<(), InternalError>) {
        match (done, self.failing) {
            (Err(error), false) => tracing::error!(%error, duty = self.duty, "a background job does not get through"),
            (Ok(()), true) => tracing::info!(duty = self.duty, "a background job works again"),
            _ => {}
        }
        self.failing = done.is_err();
    }
}
