//! Time limits: each step has one, and all of them together.

use crate::error::{Cause, Error, Stage};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long handing over may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Each step.
    pub step: Duration,
    /// All of them.
    pub all: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { step: Duration::from_secs(15), all: Duration::from_mins(1) }
    }
}

/// When a message is given up, and how long each step is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Instant,
    limits: Limits,
}

impl Deadline {
    pub(crate) fn of(limits: Limits) -> Self {
        Self { end: Instant::now() + limits.all, limits }
    }

    /// The result of `work`, if it ends in time.
    pub(crate) async fn bound<T>(&self, stage: Stage, work: impl Future<Output = T>) -> Result<T, Error> {
        self.within(self.limits.step, stage, work).await
    }

    /// The same for one of so many tries that share the time of a step.
    pub(crate) async fn share<T>(&self, tries: usize, stage: Stage, work: impl Future<Output = T>) -> Result<T, Error> {
        let tries = u32::try_from(tries.max(1)).unwrap_or(u32::MAX);
        self.within(self.limits.step / tries, stage, work).await
    }

    async fn within<T>(&self, limit: Duration, stage: Stage, work: impl Future<Output = T>) -> Result<T, Error> {
        let end = self.end.min(Instant::now() + limit);
        timeout_at(end, work).await.map_err(|_| Error::new(stage, Cause::TooSlow))
    }
}
