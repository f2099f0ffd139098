//! Several transactions, one COMMIT: those that come while one is about to commit join it.
//!
//! A transaction that has done its work lets go of the writer and waits; whoever is ready to write meanwhile
//! continues in the same SQLite transaction, behind a savepoint. Then one COMMIT, with one wait for the disk, makes
//! all of them lasting, and only then is any of them told so. One that fails takes back its own part and no other's;
//! a COMMIT that fails fails all. [`WriterState::end`] waits for the disk: it belongs on a thread that may.

use super::answer::{NAP, PATIENCE, control, is_busy, refused};
use crate::error::StoreError;
use rusqlite::Connection;
use std::{sync::Arc, thread, time::Duration};
use tokio::sync::watch;

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
            self.tell(Err(StoreError::Lost));
        }
        let word = if self.group.is_some() { "SAVEPOINT part" } else { "BEGIN IMMEDIATE" };
        control(&mut self.conn, word, patience).await
    }

    /// The transaction that was begun last has done its work.
    pub(super) fn join(&mut self) -> Result<Joined, StoreError> {
        if self.conn.is_autocommit() {
            return Err(StoreError::Lost);
        }
        let Some(group) = &mut self.group else {
            let (outcome, waiting) = watch::channel(None);
            self.group = Some(Group { members: 1, outcome });
            return Ok(Joined::First(Waiting(waiting)));
        };
        execute(&self.conn, "RELEASE part").map_err(|error| refused("RELEASE", "database", error))?;
        group.members += 1;
        Ok(Joined::Later(Waiting(group.outcome.subscribe())))
    }

    /// Commits what waits, and tells those who wait for it. Waits for the disk and for other processes.
    pub(super) fn end(&mut self) {
        let Some(members) = self.group.as_ref().map(|group| group.members) else { return };
        let committed = if self.conn.is_autocommit() { Err(StoreError::Lost) } else { commit(&self.conn) };
        match &committed {
            Ok(()) => self.commits += members,
            Err(error) => {
                tracing::error!(%error, members, "transactions could not be committed");
                self.roll_back();
            }
        }
        self.tell(committed);
    }

    /// Takes back what waits, and tells those who wait for it why.
    pub(super) fn give_up(&mut self, why: StoreError) {
        if self.group.is_some() {
            tracing::error!(error = %why, "transactions are not committed");
            self.roll_back();
            self.tell(Err(why));
        }
    }

    /// Tells the group how it ended, and is ready for the next one.
    fn tell(&mut self, how: Result<(), StoreError>) {
        if let Some(group) = self.group.take() {
            group.outcome.send_replace(Some(how.map_err(Arc::new)));
        }
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

/// COMMIT; while another process is in the way, again, for as long as anything waits for another process.
fn commit(conn: &Connection) -> Result<(), StoreError> {
    // Each try waits for a nap inside of SQLite, too.
    let mut tries = PATIENCE.as_millis() / (2 * NAP.as_millis());
    loop {
        match execute(conn, "COMMIT") {
            Err(error) if is_busy(&error) && tries > 0 => tries -= 1,
            Err(error) if is_busy(&error) => return Err(StoreError::Busy),
            done => return done.map_err(|error| refused("COMMIT", "database", error)),
        }
        thread::sleep(NAP);
    }
}

fn execute(conn: &Connection, word: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(word)?.raw_execute().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> WriterState {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE instance (id INTEGER PRIMARY KEY);
             CREATE TABLE room (instance INTEGER REFERENCES instance (id) DEFERRABLE INITIALLY DEFERRED);",
        )
        .unwrap();
        WriterState::new(conn)
    }

    /// Begins, writes and joins.
    async fn one(state: &mut WriterState, text: &str) -> (&'static str, Waiting) {
        state.begin(PATIENCE).await.unwrap();
        state.conn.execute_batch(text).unwrap();
        match state.join().unwrap() {
            Joined::First(waiting) => ("first", waiting),
            Joined::Later(waiting) => ("later", waiting),
        }
    }

    fn instances(state: &WriterState) -> Vec<i64> {
        let mut statement = state.conn.prepare("SELECT id FROM instance ORDER BY id").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn those_who_meet_share_a_commit() {
        let mut state = state();
        let (first, a) = one(&mut state, "INSERT INTO instance VALUES (1)").await;
        let (later, b) = one(&mut state, "INSERT INTO instance VALUES (2)").await;
        assert_eq!((first, later), ("first", "later"));
        assert!(a.0.borrow().is_none() && b.0.borrow().is_none(), "nobody is told before it is true");
        state.end();
        assert!(state.conn.is_autocommit());
        a.outcome().await.unwrap();
        b.outcome().await.unwrap();
        assert_eq!((instances(&state), state.commits), (vec![1, 2], 2));
        let (next, _) = one(&mut state, "INSERT INTO instance VALUES (3)").await;
        assert_eq!(next, "first");
    }

    #[tokio::test]
    async fn one_that_is_abandoned_takes_back_its_own_part() {
        let mut state = state();
        for (round, abandoned) in [(0, 0), (10, 1), (20, 2)] {
            for step in 0..3 {
                state.begin(PATIENCE).await.unwrap();
                state.conn.execute_batch(&format!("INSERT INTO instance VALUES ({})", round + step)).unwrap();
                if step == abandoned {
                    state.abandon();
                } else {
                    state.join().unwrap();
                }
            }
            state.end();
            assert!(state.conn.is_autocommit());
        }
        assert_eq!(instances(&state), [1, 2, 10, 12, 20, 21]);
    }

    #[tokio::test]
    async fn a_commit_that_fails_is_told_to_all_and_stops_nobody_after() {
        let mut state = state();
        let (_, a) = one(&mut state, "INSERT INTO instance VALUES (1)").await;
        let (_, b) = one(&mut state, "INSERT INTO room VALUES (404)").await;
        state.end();
        for waiting in [a, b] {
            let reported = waiting.outcome().await;
            let Err(StoreError::Commit(error)) = &reported else { panic!("{reported:?}") };
            assert!(matches!(**error, StoreError::MissingParent { .. }), "{error:?}");
        }
        assert_eq!((instances(&state), state.commits), (vec![], 0));
        let (_, c) = one(&mut state, "INSERT INTO instance VALUES (3)").await;
        state.end();
        c.outcome().await.unwrap();
        assert_eq!(instances(&state), [3]);
    }

    /// On a file without a write-ahead log, where whoever reads is in the way of a COMMIT.
    fn on_a_file(path: &std::path::Path) -> WriterState {
        let conn = Connection::open(path).unwrap();
        conn.execute_batch("CREATE TABLE instance (id INTEGER PRIMARY KEY)").unwrap();
        conn.busy_timeout(NAP).unwrap();
        WriterState::new(conn)
    }

    #[tokio::test]
    async fn a_commit_waits_for_another_process_and_goes_on_although_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = on_a_file(&folder.path().join("a.db"));
        let reader = Connection::open(folder.path().join("a.db")).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM instance").unwrap();
        drop(one(&mut state, "INSERT INTO instance VALUES (1)").await);
        let ending = thread::spawn(move || {
            state.end();
            state
        });
        thread::sleep(10 * NAP);
        assert!(!ending.is_finished());
        reader.execute_batch("COMMIT").unwrap();
        let mut state = ending.join().unwrap();
        assert!(state.conn.is_autocommit());
        let (role, next) = one(&mut state, "INSERT INTO instance VALUES (2)").await;
        state.end();
        next.outcome().await.unwrap();
        assert_eq!((role, instances(&state)), ("first", vec![1, 2]));
    }

    #[tokio::test]
    async fn a_full_disk_fails_its_own_and_leaves_nothing_half_done() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = on_a_file(&folder.path().join("a.db"));
        state.conn.execute_batch("CREATE TABLE stuff (text TEXT); PRAGMA max_page_count = 20").unwrap();
        let (_, a) = one(&mut state, "INSERT INTO instance VALUES (1)").await;
        state.begin(PATIENCE).await.unwrap();
        let full = state.conn.execute_batch("INSERT INTO stuff VALUES (hex(randomblob(200000)))").unwrap_err();
        assert_eq!(full.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
        state.abandon();
        state.end();
        // Either SQLite kept the part of the neighbour, or it gave all of them up and said so.
        let kept = a.outcome().await.is_ok();
        assert_eq!(instances(&state), if kept { vec![1] } else { vec![] });
        let (role, b) = one(&mut state, "INSERT INTO instance VALUES (2)").await;
        state.end();
        b.outcome().await.unwrap();
        assert_eq!(role, "first");
        assert!(instances(&state).contains(&2) && state.conn.is_autocommit());
    }

    #[tokio::test]
    async fn what_sqlite_gave_up_is_never_called_committed() {
        let mut state = state();
        let (_, a) = one(&mut state, "INSERT INTO instance VALUES (1)").await;
        // As after a full disk: the transaction is gone, with the parts of all.
        state.conn.execute_batch("ROLLBACK").unwrap();
        let (role, b) = one(&mut state, "INSERT INTO instance VALUES (2)").await;
        assert_eq!(role, "first");
        assert!(a.outcome().await.is_err());
        state.begin(PATIENCE).await.unwrap();
        state.conn.execute_batch("ROLLBACK").unwrap();
        assert!(matches!(state.join(), Err(StoreError::Lost)));
        state.abandon();
        state.end();
        assert!(b.outcome().await.is_err());
        assert!(instances(&state).is_empty());
    }
}
