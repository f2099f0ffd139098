//! What SQLite answers, as errors of the store, and waiting while another process holds the file.

use crate::error::StoreError;
use rusqlite::{Connection, ErrorCode};
use std::{fmt, path::Path, time::Duration};

/// How long a statement waits for another process.
pub(in crate::db) const PATIENCE: Duration = Duration::from_secs(5);
/// SQLite's own share of that wait; it blocks a thread, so it is short.
pub(super) const NAP: Duration = Duration::from_millis(10);
/// Begins or ends a transaction.
pub(super) async fn control(conn: &mut Connection, word: &'static str, patience: Duration) -> Result<(), StoreError> {
    let step = |conn: &Connection| conn.prepare_cached(word)?.raw_execute().map(|_| ());
    patiently(conn, patience, step).await?.map_err(|error| refused(word, "database", error))
}

/// Takes a step; while another process holds the file, takes it again without holding up a thread.
pub(super) async fn patiently<T>(
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

pub(super) fn has_schema(conn: &Connection) -> Result<bool, StoreError> {
    conn.query_row("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'", [], |row| row.get::<_, i64>(0))
        .map(|count| count > 0)
        .map_err(|error| refused("the search for a schema", "schema_version", error))
}

pub(super) fn cannot_open(path: &Path, why: &dyn fmt::Display) -> StoreError {
    StoreError::Open { path: path.display().to_string(), why: why.to_string() }
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

pub(super) fn refused(statement: &'static str, table: &'static str, source: rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    match source.sqlite_error().map(|error| error.extended_code) {
        Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => StoreError::Conflict { table },
        Some(SQLITE_CONSTRAINT_FOREIGNKEY) => StoreError::MissingParent { table },
        _ => StoreError::Sqlite { statement, source },
    }
}
