//! SQLite inside the process: no worker thread, so that a statement costs a few microseconds.
//!
//! A statement runs where it is awaited. Waiting for another *process* (the command line beside the server)
//! happens in the scheduler, not in SQLite. Waiting for the *disk* happens in COMMIT alone, and in copying the
//! write-ahead log back: each on a thread that may wait, so that no async thread is held up. Transactions that
//! meet share a COMMIT: see `group`.

mod connect;
mod group;
mod place;
mod statement;

use crate::{error::StoreError, row::Value, sql::Statement};
use connect::{WRITER, connect, create_private, keep_a_log};
use group::{Joined, WriterState};
use place::Place;
use rusqlite::{Connection, ErrorCode};
use statement::{Ran, run};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// How long a statement waits for another process.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// SQLite's own share of that wait; it blocks a thread, so it is short.
const NAP: Duration = Duration::from_millis(10);
const READERS: usize = 4;
/// Commits after which the write-ahead log is copied back into the file.
const CHECKPOINT_EVERY: usize = 1000;

/// A database file.
#[derive(Clone)]
pub(super) struct File(Arc<Shared>);

struct Shared {
    path: PathBuf,
    place: Place,
    writer: Arc<AsyncMutex<WriterState>>,
    readers: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

/// One of a few connections that only read.
pub(super) struct Reader {
    conn: Option<Connection>,
    home: File,
    _permit: OwnedSemaphorePermit,
}

/// The one connection that writes, in a transaction.
pub(super) struct Writer {
    state: OwnedMutexGuard<WriterState>,
    /// Whether its transaction was neither committed nor abandoned.
    begun: bool,
    home: File,
}

impl File {
    pub(super) async fn open(path: &str) -> Result<Self, StoreError> {
        if path.is_empty() || path.starts_with(':') || path.contains('?') {
            return Err(StoreError::Address("after `sqlite:` comes the path of a file".into()));
        }
        let path = PathBuf::from(path);
        let opened = blocking({
            let path = path.clone();
            move || {
                create_private(&path).map_err(|error| cannot_open(&path, &error))?;
                let conn = connect(&path, WRITER)?;
                keep_a_log(&conn, &path)?;
                Ok((conn, Place::of(&path)?))
            }
        });
        let (conn, place) = opened.await?;
        Ok(Self(Arc::new(Shared {
            path,
            place,
            writer: Arc::new(AsyncMutex::new(WriterState::new(conn))),
            readers: Arc::new(Semaphore::new(READERS)),
            idle: Mutex::new(Vec::new()),
        })))
    }

    pub(super) async fn reader(&self) -> Result<Reader, StoreError> {
        let permit = Arc::clone(&self.0.readers).acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, permit).await.map_err(|_| StoreError::Busy)?;
        let permit = permit.map_err(|_| StoreError::Busy)?;
        let idle = self.idle().pop();
        let conn = if let Some(conn) = idle {
            conn
        } else {
            let home = self.clone();
            blocking(move || {
                let conn = connect(&home.0.path, "PRAGMA query_only = ON;")?;
                home.in_place()?;
                Ok(conn)
            })
            .await?
        };
        Ok(Reader { conn: Some(conn), home: self.clone(), _permit: permit })
    }

    /// The writer in a transaction, which others may be part of. Waits at most `patience` for another process.
    pub(super) async fn begin(&self, patience: Duration) -> Result<Writer, StoreError> {
        let state = Arc::clone(&self.0.writer).lock_owned();
        let mut state = tokio::time::timeout(PATIENCE, state).await.map_err(|_| StoreError::Busy)?;
        state.begin(patience).await?;
        Ok(Writer { state, begun: true, home: self.clone() })
    }

    /// One statement as a transaction of its own, lasting when it returns.
    pub(super) async fn alone(&self, statement: Statement, values: &[Value<'_>]) -> Result<Ran, StoreError> {
        let mut writer = self.begin(PATIENCE).await?;
        let ran = writer.run(statement, values).await?;
        writer.commit().await?;
        Ok(ran)
    }

    /// Commits what waits after those who are ready to write now had their turn.
    fn end_group_soon(&self) {
        let home = self.clone();
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            home.end_group().await;
        });
    }

    /// Commits what waits. Once the thread has it, the COMMIT goes on whoever stops waiting for it.
    async fn end_group(&self) {
        let mut state = Arc::clone(&self.0.writer).lock_owned().await;
        let home = self.clone();
        let ended = tokio::task::spawn_blocking(move || {
            match home.in_place() {
                Ok(()) => state.end(),
                Err(error) => state.give_up(error),
            }
            let due = state.commits >= CHECKPOINT_EVERY;
            if due {
                state.commits = 0;
            }
            due
        });
        if matches!(ended.await, Ok(true)) {
            // Writers and readers go on meanwhile.
            let path = self.0.path.clone();
            tokio::task::spawn_blocking(move || match connect(&path, "") {
                Ok(conn) => checkpoint(&conn),
                Err(error) => tracing::warn!(%error, "the write-ahead log stays long"),
            });
        }
    }

    /// Whether the file is still the one that was opened.
    pub(super) fn in_place(&self) -> Result<(), StoreError> {
        self.0.place.look()
    }

    /// Takes the file for this process as its server.
    pub(super) fn claim(&self) -> Result<(), StoreError> {
        self.0.place.claim(&self.0.path)
    }

    /// Commits what waits, copies the write-ahead log back and lets go of idle readers.
    pub(super) async fn close(&self) {
        self.end_group().await;
        self.idle().clear();
        let state = Arc::clone(&self.0.writer).lock_owned().await;
        // What it does not copy back stays in the log, for the next start.
        let _ = tokio::task::spawn_blocking(move || checkpoint(&state.conn)).await;
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    pub(super) async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<Ran, StoreError> {
        let Some(conn) = &mut self.conn else { return Err(StoreError::Busy) };
        query(conn, statement, values).await
    }

    pub(super) fn has_schema(&self) -> Result<bool, StoreError> {
        has_schema(self.get()?)
    }

    #[cfg(feature = "testing")]
    pub(super) fn prepare(&self, statement: Statement) -> Result<(), StoreError> {
        prepare(self.get()?, statement)
    }

    fn get(&self) -> Result<&Connection, StoreError> {
        self.conn.as_ref().ok_or(StoreError::Busy)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.home.idle().push(conn);
        }
    }
}

impl Writer {
    pub(super) async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<Ran, StoreError> {
        if self.begun && !self.in_transaction() {
            // SQLite gave it up after an error: what follows must not commit by itself.
            return Err(StoreError::Lost);
        }
        query(&mut self.state.conn, statement, values).await
    }

    /// Comes back when what was written is lasting.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let joined = self.state.join()?;
        self.begun = false;
        let waiting = match joined {
            Joined::First(waiting) => {
                self.home.end_group_soon();
                waiting
            }
            Joined::Later(waiting) => waiting,
        };
        drop(self);
        waiting.outcome().await
    }

    pub(super) fn script(&self, text: &str) -> Result<(), StoreError> {
        self.state.conn.execute_batch(text).map_err(|error| refused("a migration", "schema_version", error))
    }

    pub(super) fn has_schema(&self) -> Result<bool, StoreError> {
        has_schema(&self.state.conn)
    }

    pub(super) fn in_transaction(&self) -> bool {
        !self.state.conn.is_autocommit()
    }

    #[cfg(feature = "testing")]
    pub(super) fn prepare(&self, statement: Statement) -> Result<(), StoreError> {
        prepare(&self.state.conn, statement)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.begun {
            self.state.abandon();
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("File").field(&self.0.path).finish()
    }
}

/// Begins or ends a transaction.
async fn control(conn: &mut Connection, word: &'static str, patience: Duration) -> Result<(), StoreError> {
    let step = |conn: &Connection| conn.prepare_cached(word)?.raw_execute().map(|_| ());
    patiently(conn, patience, step).await?.map_err(|error| refused(word, "database", error))
}

async fn query(conn: &mut Connection, statement: Statement, values: &[Value<'_>]) -> Result<Ran, StoreError> {
    let step = |conn: &Connection| run(conn, statement, values);
    patiently(conn, PATIENCE, step).await?.map_err(|error| refused(statement.name(), statement.table(), error))
}

/// Takes a step; while another process holds the file, takes it again without holding up a thread.
async fn patiently<T>(
    conn: &mut Connection,
    patience: Duration,
    step: impl Fn(&Connection) -> rusqlite::Result<T>,
) -> Result<rusqlite::Result<T>, StoreError> {
    let first = step(conn);
    if !first.as_ref().is_err_and(is_busy) {
        return Ok(first);
    }
    tokio::time::timeout(patience, again(conn, step)).await.map_err(|_| StoreError::Busy)
}

async fn again<T>(conn: &mut Connection, step: impl Fn(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    loop {
        tokio::time::sleep(NAP).await;
        let result = step(conn);
        if !result.as_ref().is_err_and(is_busy) {
            return result;
        }
    }
}

fn has_schema(conn: &Connection) -> Result<bool, StoreError> {
    conn.query_row("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'", [], |row| row.get::<_, i64>(0))
        .map(|count| count > 0)
        .map_err(|error| refused("the search for a schema", "schema_version", error))
}

#[cfg(feature = "testing")]
fn prepare(conn: &Connection, statement: Statement) -> Result<(), StoreError> {
    conn.prepare(statement.text()).map(|_| ()).map_err(|error| refused(statement.name(), statement.table(), error))
}

/// Runs what may wait for the disk on a thread that may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Lost))
}

fn checkpoint(conn: &Connection) {
    if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
        tracing::warn!(%error, "the write-ahead log could not be copied back");
    }
}

fn cannot_open(path: &Path, why: &dyn fmt::Display) -> StoreError {
    StoreError::Open { path: path.display().to_string(), why: why.to_string() }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn refused(statement: &'static str, table: &'static str, source: rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    match source.sqlite_error().map(|error| error.extended_code) {
        Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => StoreError::Conflict { table },
        Some(SQLITE_CONSTRAINT_FOREIGNKEY) => StoreError::MissingParent { table },
        _ => StoreError::Sqlite { statement, source },
    }
}
