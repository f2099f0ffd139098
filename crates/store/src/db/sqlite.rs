//! SQLite inside the process: no worker thread, so that a statement costs a few microseconds.
//!
//! A statement runs where it is awaited. Waiting for another *process* (the command line beside the server)
//! happens in the scheduler, not in SQLite. Waiting for the *disk* happens in COMMIT alone, and in copying the
//! write-ahead log back: each on a thread that may wait, so that no async thread is held up. Transactions that
//! meet share a COMMIT: see `group`.

mod answer;
mod connect;
mod group;
mod place;
mod statement;

use crate::{error::StoreError, row::Value, sql::Statement};
pub(super) use answer::PATIENCE;
use answer::{cannot_open, has_schema, patiently, refused};
use connect::{WRITER, connect, create_private, keep_a_log};
use group::{Joined, WriterState};
use place::Place;
use rusqlite::{Connection, config::DbConfig};
use statement::{Ran, run};
use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

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

impl Drop for Shared {
    /// The last connection to close would copy the log back by the index that it knows, and delete the log. Another
    /// program may have gone on with that log and an index of its own: what it wrote would be lost.
    fn drop(&mut self) {
        if self.place.look().is_ok() {
            return;
        }
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        idle.iter().for_each(leave_the_log);
        if let Ok(state) = self.writer.try_lock() {
            leave_the_log(&state.conn);
        }
    }
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

    /// Commits what waits, copies the write-ahead log back and lets go of idle readers. Where the file or what belongs
    /// to it was taken away, all that is there stays as it is.
    pub(super) async fn close(&self) {
        self.end_group().await;
        if self.in_place().is_err() {
            return;
        }
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

async fn query(conn: &mut Connection, statement: Statement, values: &[Value<'_>]) -> Result<Ran, StoreError> {
    let step = |conn: &Connection| run(conn, statement, values);
    patiently(conn, PATIENCE, step).await?.map_err(|error| refused(statement.name(), statement.table(), error))
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

fn leave_the_log(conn: &Connection) {
    if let Err(error) = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        tracing::warn!(%error, "SQLite may copy back and delete a log that another program uses");
    }
}

fn checkpoint(conn: &Connection) {
    if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
        tracing::warn!(%error, "the write-ahead log could not be copied back");
    }
}
