//! The deadline of a request: one moment for all its steps.

use crate::error::{Cause, Stage};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// When a request ends, and how long it was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    within: Duration,
}

impl Deadline {
    /// A deadline this long from now.
    pub(crate) fn within(within: Duration) -> Self {
        Self { at: Instant::now() + within, within }
    }

    /// This deadline, or one this long from now when that is sooner.
    pub(crate) fn or_within(self, within: Duration) -> Self {
        let sooner = Self::within(within);
        if sooner.at < self.at { sooner } else { self }
    }

    /// The time left for each of so many tries.
    pub(crate) fn share(self, tries: usize) -> Self {
        let left = self.at.saturating_duration_since(Instant::now());
        let tries = u32::try_from(tries.max(1)).unwrap_or(u32::MAX);
        Self { at: Instant::now() + left / tries, within: self.within }
    }

    /// The result of `work`, if it ends in time.
    pub(crate) async fn bound<T>(self, stage: Stage, work: impl Future<Output = T>) -> Result<T, Cause> {
        timeout_at(self.at, work).await.map_err(|_| Cause::TooSlow { stage, within: self.within })
    }
}
