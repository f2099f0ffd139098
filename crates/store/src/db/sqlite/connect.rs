//! Opens a connection to the file and sets its pragmas.

use super::answer::{NAP, PATIENCE, cannot_open, has_schema};
use crate::error::StoreError;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{fs, io, os::unix::fs::OpenOptionsExt, path::Path};

const STATEMENTS: usize = 256;
/// For the writer: enough of the file at hand that a commit under load reads little back, and a checkpoint of
/// SQLite's own, which would hold up the writer, only when ours does not come through.
pub(super) const WRITER: &str = "PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -4096;";

/// Makes the file readable by its owner alone; SQLite gives its companions the same mode.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Opens the file, which must be there.
pub(super) fn connect(path: &Path, extra: &str) -> Result<Connection, StoreError> {
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

/// Has the file keep a write-ahead log, and opens it; SQLite answers with another mode where it cannot.
pub(super) fn keep_a_log(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let mode: rusqlite::Result<String> = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
    match mode {
        // The log and its index are there once something was read.
        Ok(mode) if mode == "wal" => has_schema(conn).map(|_| ()),
        Ok(mode) => {
            let why = format!("SQLite keeps no write-ahead log there (its journal mode stays `{mode}`)");
            Err(cannot_open(path, &why))
        }
        Err(error) => Err(cannot_open(path, &error)),
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
