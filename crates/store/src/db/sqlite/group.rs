//! Several transactions, one COMMIT: those that come while one is about to commit join it.
//!
//! A transaction that has done its work lets go of the writer and waits a moment; whoever is ready to write
//! meanwhile continues in the same SQLite transaction, behind a savepoint. Then one COMMIT makes all of them
//! lasting, and only then is any of them told so. One that fails takes back its own part and no other's; a COMMIT
//! that fails fails all. The commit is a task of its own, so that a request that is cancelled cannot keep the
//! others waiting.

use super::{PATIENCE, control};
use crate::error::StoreError;
use rusqlite::Connection;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// Transactions in one COMMIT, at most: others also want to write to the file.
const LARGEST: usize = 32;

/// The connection that writes, and the transactions on it that wait for their COMMIT.
pub(super) struct WriterState {
    pub(super) conn: Connection,
    group: Option<Group>,
    /// Transactions that were committed since this was last looked at.
    pub(super) commits: usize,
}

struct Group {
    members: usize,
    outcome: watch::Sender<Outcome>,
}

/// Nothing as long as it is open.
type Outcome = Option<Result<(), Arc<StoreError>>>;

/// What a transaction that has joined a group waits for.
pub(super) struct Waiting(watch::Receiver<Outcome>);

impl Waiting {
    /// Comes back when the group was committed, or could not be.
    pub(super) async fn outcome(mut self) -> Result<(), StoreError> {
        let decided = self.0.wait_for(Option::is_some).await.map_err(|_| StoreError::Lost)?;
        match decided.as_ref() {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(StoreError::Commit(Arc::clone(error))),
            None => Err(StoreError::Lost),
        }
    }
}

/// What is to happen after a transaction has joined.
pub(super) enum Joined {
    /// It is the first: somebody has to end the group soon.
    First(Waiting),
    /// Somebody will.
    Later(Waiting),
    /// The group is full, and ended.
    Ended(Waiting),
}

impl WriterState {
    pub(super) const fn new(conn: Connection) -> Self {
        Self { conn, group: None, commits: 0 }
    }

    /// Begins a transaction: one of its own, or a part of the one that waits. Takes the write lock at once, so
    /// that a transaction never fails half-way because another process came first.
    pub(super) async fn begin(&mut self, patience: Duration) -> Result<(), StoreError> {
        if self.group.is_some() && self.conn.is_autocommit() {
            // SQLite gave the transaction up, as it does when the disk is full.
            self.end().await;
        }
        let word = if self.group.is_some() { "SAVEPOINT part" } else { "BEGIN IMMEDIATE" };
        control(&mut self.conn, word, patience).await
    }

    /// The transaction that was begun last has done its work.
    pub(super) async fn join(&mut self) -> Result<Joined, StoreError> {
        if self.conn.is_autocommit() {
            return Err(StoreError::Lost);
        }
        let Some(group) = &mut self.group else {
            let (outcome, waiting) = watch::channel(None);
            self.group = Some(Group { members: 1, outcome });
            return Ok(Joined::First(Waiting(waiting)));
        };
        control(&mut self.conn, "RELEASE part", PATIENCE).await?;
        group.members += 1;
        let waiting = Waiting(group.outcome.subscribe());
        if group.members < LARGEST {
            return Ok(Joined::Later(waiting));
        }
        self.end().await;
        Ok(Joined::Ended(waiting))
    }

    /// Commits what waits, and tells those who wait for it.
    pub(super) async fn end(&mut self) {
        let Some(Group { members, outcome }) = self.group.take() else { return };
        let committed = if self.conn.is_autocommit() {
            Err(StoreError::Lost)
        } else {
            control(&mut self.conn, "COMMIT", PATIENCE).await
        };
        match &committed {
            Ok(()) => self.commits += members,
            Err(error) => {
                tracing::error!(%error, members, "transactions could not be committed");
                self.roll_back();
            }
        }
        outcome.send_replace(Some(committed.map_err(Arc::new)));
    }

    /// Takes back the transaction that was begun last, and no other; if that fails, all that were not committed.
    pub(super) fn abandon(&mut self) {
        if self.group.is_none() || self.conn.execute_batch("ROLLBACK TO part; RELEASE part").is_err() {
            self.roll_back();
        }
    }

    fn roll_back(&self) {
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
}
