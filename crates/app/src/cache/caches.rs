//! The caches of one process, and how they hear of what others changed.

use super::{
    declared::Declared,
    gateway_sessions::GatewaySessions,
    snapshot::{Snapshot, Snapshots},
};
use crate::{context::Context, error::InternalError};
use doorstep_store::revocations;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long a look takes at most that somebody waits for.
const LOOK_FOR: Duration = Duration::from_secs(1);

/// What is kept in memory of the database.
pub struct Caches {
    context: Arc<Context>,
    snapshots: Snapshots,
    /// Held while somebody looks because nothing was heard for too long.
    looking: Mutex<()>,
    /// Sessions of protected apps that were seen lately.
    pub(crate) gateway_sessions: GatewaySessions,
    /// Who belongs to which group by configuration.
    pub(crate) declared: Declared,
}

impl Caches {
    /// Empty ones.
    pub(crate) fn new(context: Arc<Context>) -> Self {
        Self {
            context,
            snapshots: Snapshots::default(),
            looking: Mutex::default(),
            gateway_sessions: GatewaySessions::default(),
            declared: Declared::default(),
        }
    }

    /// Loads clients and apps, and begins to listen to the revocation log from where it stands.
    pub(crate) async fn start(&self) -> Result<(), InternalError> {
        let now = self.context.now();
        let newest = revocations::newest(&mut self.context.db.read().await?).await?;
        self.snapshots.refresh(&self.context, false).await?;
        self.gateway_sessions.start(newest, now);
        Ok(())
    }

    /// Clients and apps, if what is known of them may be believed: as old as sessions are at most. When the log was
    /// not heard for longer (the database was away, the machine slept), one look is made at once, whoever asks, for
    /// a second at most; then it is a refusal. Whatever lets somebody in asks this one.
    pub async fn believed(&self) -> Result<Arc<Snapshot>, InternalError> {
        if !self.gateway_sessions.is_believed(self.context.now()) {
            Box::pin(timeout(LOOK_FOR, self.look_again())).await.unwrap_or(Err(InternalError::Stale))?;
        }
        Ok(self.snapshots.current())
    }

    async fn look_again(&self) -> Result<(), InternalError> {
        let _one_at_a_time = self.looking.lock().await;
        if self.gateway_sessions.is_believed(self.context.now()) {
            return Ok(());
        }
        self.catch_up().await.map_err(|error| {
            tracing::warn!(%error, "the database was not heard for too long, and a look at it failed");
            InternalError::Stale
        })
    }

    /// Clients and apps as they stood at the last look: for what is shown. What lets somebody in asks
    /// [`Self::believed`].
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.current()
    }

    /// [`Self::catch_up`] for whoever has just committed. What is done is done: where it fails, the next second's
    /// look catches up, and nothing older than the bound of the caches is believed meanwhile.
    pub(crate) async fn catch_up_after_commit(&self) {
        if let Err(error) = self.catch_up().await {
            tracing::warn!(%error, "a change is written, and this server has not read it back yet");
        }
    }

    /// Reads the revocation log and the declared apps up to now. Every replica does so each second; whoever
    /// made a change does so at once.
    pub async fn catch_up(&self) -> Result<(), InternalError> {
        // What a deleted or replaced file says is believed by nobody.
        self.context.db.in_place()?;
        let asked_at = self.context.now();
        self.gateway_sessions.forget_if_silent(asked_at);
        let last = self.gateway_sessions.last_line();
        let from = last.as_ref().map_or(0, |line| line.seq);
        let mut conn = self.context.db.read().await?;
        let lines = revocations::from(&mut conn, from).await?;
        let same_log = self.gateway_sessions.apply(last.as_ref(), &lines);
        if !same_log {
            tracing::warn!("the revocation log went back: the database was restored, or another one took over");
            // Not before the pictures are new: if this fails, the next look finds the same.
            self.snapshots.refresh(&self.context, true).await?;
            self.gateway_sessions.restart(revocations::newest(&mut conn).await?);
        }
        drop(conn);
        self.snapshots.refresh(&self.context, false).await?;
        self.gateway_sessions.heard(asked_at);
        Ok(())
    }
}
