//! SQLite inside the process: no worker thread, so that a statement costs a few microseconds.
//!
//! A statement runs where it is awaited. Waiting for another *process* (the command line beside the server)
//! happens in the scheduler, not in SQLite, so that no thread is held up. The write-ahead log is copied back
//! by a thread of its own. Transactions that meet share a COMMIT: see `group`.

mod group;
mod statement;

use crate::{error::StoreError, row::Value, sql::Statement};
use group::{Joined, WriterState};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};
use statement::{Ran, run};
use std::{
    fmt, fs, io,
    os::unix::fs::OpenOptionsExt,
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
const STATEMENTS: usize = 256;
/// Commits after which the write-ahead log is copied back into the file.
const CHECKPOINT_EVERY: usize = 1000;
/// For the writer: enough of the file at hand that a commit under load reads little back, and a checkpoint of
/// SQLite's own, which would hold up the writer, only when ours does not come through.
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -4096;";

/// A database file.
#[derive(Clone)]
pub(super) struct File(Arc<Shared>);

struct Shared {
    path: PathBuf,
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

/// The one connection that writes.
pub(super) struct Writer {
    state: OwnedMutexGuard<WriterState>,
    /// Whether a transaction was begun, and neither committed nor abandoned.
    begun: bool,
    home: File,
}

impl File {
    pub(super) fn open(path: &str) -> Result<Self, StoreError> {
        if path.is_empty() || path.starts_with(':') || path.contains('?') {
            return Err(StoreError::Address("after `sqlite:` comes the path of a file".into()));
        }
        let path = PathBuf::from(path);
        create_private(&path).map_err(|error| cannot_open(&path, &error))?;
        let conn = connect(&path, WRITER)?;
        Ok(Self(Arc::new(Shared {
            path,
            writer: Arc::new(AsyncMutex::new(WriterState::new(conn))),
            readers: Arc::new(Semaphore::new(READERS)),
            idle: Mutex::new(Vec::new()),
        })))
    }

    pub(super) async fn reader(&self) -> Result<Reader, StoreError> {
        let permit = Arc::clone(&self.0.readers).acquire_owned().await.map_err(|_| StoreError::Busy)?;
        let idle = self.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => connect(&self.0.path, "PRAGMA query_only = ON;")?,
        };
        Ok(Reader { conn: Some(conn), home: self.clone(), _permit: permit })
    }

    /// The writer, for statements that each commit by themselves.
    pub(super) async fn writer(&self) -> Result<Writer, StoreError> {
        let mut writer = self.next_writer().await?;
        writer.state.end().await;
        Ok(writer)
    }

    /// The writer in a transaction, which others may be part of.
    pub(super) async fn begin(&self) -> Result<Writer, StoreError> {
        let mut writer = self.next_writer().await?;
        writer.begin(PATIENCE).await?;
        Ok(writer)
    }

    async fn next_writer(&self) -> Result<Writer, StoreError> {
        let state = Arc::clone(&self.0.writer).lock_owned();
        let state = tokio::time::timeout(PATIENCE, state).await.map_err(|_| StoreError::Busy)?;
        Ok(Writer { state, begun: false, home: self.clone() })
    }

    /// Commits what waits after those who are ready to write now had their turn.
    fn end_group_soon(&self) {
        let home = self.clone();
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            let mut state = home.0.writer.lock().await;
            state.end().await;
            home.checkpoint_now_and_then(&mut state);
        });
    }

    /// Copies the write-ahead log back and lets go of idle readers.
    pub(super) async fn close(&self) {
        self.idle().clear();
        if let Ok(writer) = self.writer().await {
            checkpoint(&writer.state.conn);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies the write-ahead log back from another thread; writers and readers go on meanwhile.
    fn checkpoint_now_and_then(&self, state: &mut WriterState) {
        if state.commits < CHECKPOINT_EVERY {
            return;
        }
        state.commits = 0;
        let path = self.0.path.clone();
        tokio::task::spawn_blocking(move || match connect(&path, "") {
            Ok(conn) => checkpoint(&conn),
            Err(error) => tracing::warn!(%error, "the write-ahead log stays long"),
        });
    }
}

impl Reader {
    pub(super) async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<Ran, StoreError> {
        let Some(conn) = &mut self.conn else { return Err(StoreError::Busy) };
        query(conn, statement, values).await
    }

    pub(super) fn script(&self, text: &str) -> Result<(), StoreError> {
        self.get()?.execute_batch(text).map_err(|error| refused("a migration", "schema_version", error))
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

    /// Begins a transaction; waits at most `patience` for another process.
    pub(super) async fn begin(&mut self, patience: Duration) -> Result<(), StoreError> {
        self.state.begin(patience).await?;
        self.begun = true;
        Ok(())
    }

    /// Comes back when what was written is lasting.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let joined = self.state.join().await?;
        self.begun = false;
        let waiting = match joined {
            Joined::First(waiting) => {
                self.home.end_group_soon();
                waiting
            }
            Joined::Later(waiting) | Joined::Ended(waiting) => waiting,
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

fn connect(path: &Path, extra: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(path, flags)?;
        // While it is being set up a connection may wait as long as it must.
        conn.busy_timeout(PATIENCE)?;
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -1024; \
             PRAGMA temp_store = MEMORY; \
             PRAGMA trusted_schema = OFF;",
        )?;
        // Keeps a statement's plan whatever is bound to it; otherwise some are planned anew at each run, for 20 µs.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.execute_batch(extra)?;
        conn.busy_timeout(NAP)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(conn)
    };
    open().map_err(|error| cannot_open(path, &error))
}

fn checkpoint(conn: &Connection) {
    if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
        tracing::warn!(%error, "the write-ahead log could not be copied back");
    }
}

/// Makes the file readable by its owner alone; SQLite gives its companions the same mode.
fn create_private(path: &Path) -> io::Result<()> {
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
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
