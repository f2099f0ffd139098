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

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> WriterState {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE house (id INTEGER PRIMARY KEY);
             CREATE TABLE room (house INTEGER REFERENCES house (id) DEFERRABLE INITIALLY DEFERRED);",
        )
        .unwrap();
        WriterState::new(conn)
    }

    /// Begins, writes and joins.
    async fn one(state: &mut WriterState, text: &str) -> (&'static str, Waiting) {
        state.begin(PATIENCE).await.unwrap();
        state.conn.execute_batch(text).unwrap();
        match state.join().await.unwrap() {
            Joined::First(waiting) => ("first", waiting),
            Joined::Later(waiting) => ("later", waiting),
            Joined::Ended(waiting) => ("ended", waiting),
        }
    }

    fn houses(state: &WriterState) -> Vec<i64> {
        let mut statement = state.conn.prepare("SELECT id FROM house ORDER BY id").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn those_who_meet_share_a_commit() {
        let mut state = state();
        let (first, a) = one(&mut state, "INSERT INTO house VALUES (1)").await;
        let (later, b) = one(&mut state, "INSERT INTO house VALUES (2)").await;
        assert_eq!((first, later), ("first", "later"));
        assert!(a.0.borrow().is_none() && b.0.borrow().is_none(), "nobody is told before it is true");
        state.end().await;
        assert!(state.conn.is_autocommit());
        a.outcome().await.unwrap();
        b.outcome().await.unwrap();
        assert_eq!((houses(&state), state.commits), (vec![1, 2], 2));
        let (next, _) = one(&mut state, "INSERT INTO house VALUES (3)").await;
        assert_eq!(next, "first");
    }

    #[tokio::test]
    async fn a_full_group_ends_by_itself() {
        let mut state = state();
        let mut roles = Vec::new();
        for id in 0..=LARGEST {
            roles.push(one(&mut state, &format!("INSERT INTO house VALUES ({id})")).await.0);
        }
        let mut expected = vec!["later"; LARGEST + 1];
        (expected[0], expected[LARGEST - 1], expected[LARGEST]) = ("first", "ended", "first");
        assert_eq!(roles, expected);
        assert_eq!(state.commits, LARGEST);
    }

    #[tokio::test]
    async fn one_that_is_abandoned_takes_back_its_own_part() {
        let mut state = state();
        for (round, abandoned) in [(0, 0), (10, 1), (20, 2)] {
            for step in 0..3 {
                state.begin(PATIENCE).await.unwrap();
                state.conn.execute_batch(&format!("INSERT INTO house VALUES ({})", round + step)).unwrap();
                if step == abandoned {
                    state.abandon();
                } else {
                    state.join().await.unwrap();
                }
            }
            state.end().await;
            assert!(state.conn.is_autocommit());
        }
        assert_eq!(houses(&state), [1, 2, 10, 12, 20, 21]);
    }

    #[tokio::test]
    async fn a_commit_that_fails_is_told_to_all_and_stops_nobody_after() {
        let mut state = state();
        let (_, a) = one(&mut state, "INSERT INTO house VALUES (1)").await;
        let (_, b) = one(&mut state, "INSERT INTO room VALUES (404)").await;
        state.end().await;
        for waiting in [a, b] {
            let told = waiting.outcome().await;
            let Err(StoreError::Commit(error)) = &told else { panic!("{told:?}") };
            assert!(matches!(**error, StoreError::MissingParent { .. }), "{error:?}");
        }
        assert_eq!((houses(&state), state.commits), (vec![], 0));
        let (_, c) = one(&mut state, "INSERT INTO house VALUES (3)").await;
        state.end().await;
        c.outcome().await.unwrap();
        assert_eq!(houses(&state), [3]);
    }

    #[tokio::test]
    async fn what_sqlite_gave_up_is_never_called_committed() {
        let mut state = state();
        let (_, a) = one(&mut state, "INSERT INTO house VALUES (1)").await;
        // As after a full disk: the transaction is gone, with the parts of all.
        state.conn.execute_batch("ROLLBACK").unwrap();
        let (role, b) = one(&mut state, "INSERT INTO house VALUES (2)").await;
        assert_eq!(role, "first");
        assert!(a.outcome().await.is_err());
        state.begin(PATIENCE).await.unwrap();
        state.conn.execute_batch("ROLLBACK").unwrap();
        assert!(matches!(state.join().await, Err(StoreError::Lost)));
        state.abandon();
        state.end().await;
        assert!(b.outcome().await.is_err());
        assert!(houses(&state).is_empty());
    }
}
