//! What waits in the queue of durable work, and what was given up: read by whoever looks after the server.

use crate::{context::Context, error::InternalError};
use doorstep_core::{
    access::{Act, ManageApps, ReadAudit},
    id::JobId,
    model::{Job, job::pause},
    page::{After, Page},
    time::Timestamp,
};
use doorstep_store::jobs::{self, Backlog};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// A try that runs; its error is kept with the job, and logged when the job is given up.
pub type Trying = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Why a try failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The reason.
    pub why: String,
    /// Whether every further try would end the same way: it is given up at once.
    pub lasts: bool,
}

impl From<String> for Failed {
    /// It may pass.
    fn from(why: String) -> Self {
        Self { why, lasts: false }
    }
}

/// Does one kind of durable work. Doing the same job twice must do no harm.
pub trait Handler: Send + Sync {
    /// The kind of job that it does.
    fn kind(&self) -> &'static str;

    /// How long a try may take.
    fn at_most(&self) -> Duration {
        Duration::from_mins(1)
    }

    /// Whether the failure of this try is logged as a warning. The last one always is, as an error.
    fn is_told(&self, attempts: i64) -> bool {
        let _ = attempts;
        true
    }

    /// Does what the payload says.
    fn work(&self, payload: String) -> Trying;
}

/// One handler for each kind of job.
pub type Handlers = Vec<Arc<dyn Handler>>;

/// The queue of durable work.
#[derive(Clone)]
pub struct Queue {
    context: Arc<Context>,
}

/// What a job is called that does `kind` to `subject`; `None` where no job can be called so.
pub(crate) fn id_of(kind: &str, subject: &str) -> Option<JobId> {
    format!("{kind}~{subject}").parse().ok()
}

/// Work that was ordered `now` and that nobody has tried yet.
pub(crate) fn ordered((id, kind): (JobId, &str), payload: String, run_at: Timestamp, now: Timestamp) -> Job {
    Job {
        id,
        kind: kind.to_owned(),
        payload,
        run_at,
        lease: None,
        attempts: 0,
        last_error: None,
        created_at: now,
        dead_at: None,
    }
}

impl Queue {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Orders that `kind` is done to what `payload` says, of which `subject` is the name. What waits already is not
    /// ordered twice; what was given up is tried again, with all its tries. False when it waited.
    pub async fn order(&self, kind: &'static str, subject: &str, payload: &str) -> Result<bool, InternalError> {
        self.put(kind, (subject, payload), self.context.now() + pause(1)).await
    }

    /// [`Self::order`], for what nobody has tried yet.
    pub async fn order_now(&self, kind: &'static str, subject: &str, payload: &str) -> Result<bool, InternalError> {
        self.put(kind, (subject, payload), self.context.now()).await
    }

    async fn put(
        &self,
        kind: &'static str,
        (subject, payload): (&str, &str),
        run_at: Timestamp,
    ) -> Result<bool, InternalError> {
        let id = id_of(kind, subject).ok_or(InternalError::Missing("a name that a job can have"))?;
        let job = ordered((id, kind), payload.to_owned(), run_at, self.context.now());
        let mut tx = self.context.db.begin().await?;
        let ordered = jobs::enqueue(&mut tx, &job).await? || jobs::revive(&mut tx, &job.id, job.run_at).await?;
        tx.commit().await?;
        Ok(ordered)
    }

    /// How much waits of each kind, for how long, and how much was given up.
    pub async fn backlog(&self, _: &Act<'_, ReadAudit>) -> Result<Vec<Backlog>, InternalError> {
        Ok(jobs::backlog(&mut self.context.db.read().await?).await?)
    }

    /// Work that was given up until a person says otherwise, a page at a time.
    pub async fn dead_letters(
        &self,
        _: &Act<'_, ReadAudit>,
        after: &After<JobId>,
    ) -> Result<Page<Job, JobId>, InternalError> {
        Ok(jobs::dead(&mut self.context.db.read().await?, after).await?)
    }

    /// Has work that was given up tried again, with all its tries; false when there is none of this id.
    pub async fn revive(&self, act: &Act<'_, ManageApps>, id: &JobId) -> Result<bool, InternalError> {
        Ok(jobs::revive(&mut self.context.db.write().await?, id, act.now()).await?)
    }
}
