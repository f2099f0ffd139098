//! SQLite inside the process: no worker thread, so that a statement costs a few microseconds.
//!
//! A statement runs where it is awaited. Waiting for another *process* (the command line beside the server)
//! happens in the scheduler, not in SQLite. Waiting for the *disk* happens in COMMIT alone, and in copying the
//! write-ahead log back: each on a thread that may wait, so that no async thread is held up. Transactions that
//! meet share a COMMIT: see `group`.

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
const WRITER: &str = "PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -4096;";

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
        let conn = blocking({
            let path = path.clone();
            move || {
                create_private(&path).map_err(|error| cannot_open(&path, &error))?;
                let conn = connect(&path, WRITER)?;
                keep_a_log(&conn, &path)?;
                Ok(conn)
            }
        });
        Ok(Self(Arc::new(Shared {
            path,
            writer: Arc::new(AsyncMutex::new(WriterState::new(conn.await?))),
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
            let path = self.0.path.clone();
            blocking(move || connect(&path, "PRAGMA query_only = ON;")).await?
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
        let path = self.0.path.clone();
        let ended = tokio::task::spawn_blocking(move || {
            state.end();
            let due = state.commits >= CHECKPOINT_EVERY;
            if due {
                state.commits = 0;
            }
            due
        });
        if matches!(ended.await, Ok(true)) {
            // Writers and readers go on meanwhile.
            tokio::task::spawn_blocking(move || match connect(&path, "") {
                Ok(conn) => checkpoint(&conn),
                Err(error) => tracing::warn!(%error, "the write-ahead log stays long"),
            });
        }
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

fn connect(path: &Path, extra: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(path, flags)?;
        // While it is being set up a connection may wait as long as it must.
        conn.busy_timeout(PATIENCE)?;
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -1024; \
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

/// Has the file keep a write-ahead log; SQLite answers with another mode where it cannot.
fn keep_a_log(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let mode: rusqlite::Result<String> = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
    match mode {
        Ok(mode) if mode == "wal" => Ok(()),
        Ok(mode) => {
            let why = format!("SQLite keeps no write-ahead log there (its journal mode stays `{mode}`)");
            Err(cannot_open(path, &why))
        }
        Err(error) => Err(cannot_open(path, &error)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_waits_for_the_disk_and_writes_the_file_by_no_other_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("doorstep.db");
        create_private(&path).unwrap();
        for extra in [WRITER, "PRAGMA query_only = ON;", ""] {
            let conn = connect(&path, extra).unwrap();
            let asked = |what: &str| conn.query_row(&format!("PRAGMA {what}"), [], |row| row.get::<_, i64>(0)).unwrap();
            // 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous
            assert_eq!((asked("synchronous"), asked("mmap_size")), (2, 0), "{extra}");
        }
    }

    #[test]
    fn a_place_where_no_log_can_be_kept_is_refused() {
        let said = keep_a_log(&Connection::open_in_memory().unwrap(), Path::new("/a/b.db")).unwrap_err().to_string();
        assert!(said.contains("/a/b.db") && said.contains("`memory`"), "{said}");
    }
}
