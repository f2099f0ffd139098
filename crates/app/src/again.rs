//! A transaction script that the database aborted for the sake of another one (PostgreSQL's 40001 and 40P01) runs
//! again from its beginning, a few times: nothing of it was written. Every script takes its rows in one order, so that
//! this is rare ([ADR 26](../../../docs/adr/0026-one-order-of-locks.md)).

use crate::error::InternalError;
use doorstep_store::StoreError;
use std::{future::Future, time::Duration};

/// Rests before another try; afterwards the error stands, and whoever asked is told to come again.
const PAUSES: [Duration; 3] = [Duration::from_millis(5), Duration::from_millis(25), Duration::from_millis(125)];

/// An error that may be that of an aborted transaction.
pub(crate) trait Aborted {
    /// Whether the script may run again.
    fn is_aborted(&self) -> bool;
}

impl Aborted for InternalError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Store(StoreError::Aborted))
    }
}

/// Runs `script`, which begins and commits one transaction and does nothing else that lasts.
pub(crate) async fn again<T, E, F>(mut script: impl FnMut() -> F) -> Result<T, E>
where
    E: Aborted,
    F: Future<Output = Result<T, E>>,
{
    for pause in PAUSES {
        match script().await {
            Err(error) if error.is_aborted() => tokio::time::sleep(pause).await,
            done => return done,
        }
    }
    script().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_aborted_runs_again_a_few_times_and_what_failed_does_not() {
        for (aborted, error, tries, succeeds) in [
            (0, StoreError::Aborted, 1, true),
            (1, StoreError::Aborted, 2, true),
            (3, StoreError::Aborted, 4, true),
            (9, StoreError::Aborted, 4, false),
            (9, StoreError::Busy, 1, false),
        ] {
            let mut tried = 0;
            let done = again(|| {
                tried += 1;
                std::future::ready(match &error {
                    _ if tried > aborted => Ok(()),
                    StoreError::Aborted => Err(InternalError::Store(StoreError::Aborted)),
                    _ => Err(InternalError::Store(StoreError::Busy)),
                })
            })
            .await;
            assert_eq!((tried, done.is_ok()), (tries, succeeds), "{aborted} {error}");
            assert!(done.err().is_none_or(|error| error.is_busy()), "told to come again");
        }
    }
}
