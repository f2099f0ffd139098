//! What can go wrong between Doorstep and its database. Says nothing about HTTP.

use std::{sync::Arc, time::Duration};

/// A failed database operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address of the database cannot be used. Never repeats the address: it may hold a password.
    #[error("the database address cannot be used: {0}")]
    Address(String),
    /// The SQLite file cannot be made or opened.
    #[error("the database file {path} cannot be opened: {why}")]
    Open {
        /// The file.
        path: String,
        /// What the operating system or SQLite said.
        why: String,
    },
    /// The SQLite file, or what belongs to it, is not the one that was opened.
    #[error("the database file {path} {how} since it was opened; nothing more is written. {remedy}")]
    Moved {
        /// The file.
        path: String,
        /// What became of it.
        how: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// Another server has the SQLite file.
    #[error("the database file {path} is in use by another doorstep serve{}", .by.map(|by| format!(" (process {by})")).unwrap_or_default())]
    Served {
        /// The file.
        path: String,
        /// The other's process id, if it has written it.
        by: Option<u32>,
    },
    /// Somebody else held the database for too long, or every connection was busy.
    #[error("the database was busy for too long")]
    Busy,
    /// The database ended the transaction for the sake of another one that it met; nothing of it was written, and it
    /// may be begun again.
    #[error("the database ended the transaction for the sake of another one; nothing of it was written")]
    Aborted,
    /// A value that must be unique is already there.
    #[error("{table}: already there")]
    Conflict {
        /// Where.
        table: &'static str,
    },
    /// The row that a new row belongs to is not there (any more).
    #[error("{table}: the row that this one belongs to does not exist")]
    MissingParent {
        /// Where.
        table: &'static str,
    },
    /// A row holds something that Doorstep never wrote.
    #[error("{table}: a row cannot be read: {what}")]
    Corrupt {
        /// Where.
        table: &'static str,
        /// What is wrong with it, without its content.
        what: String,
    },
    /// A record that is there, and that this release does not serve.
    #[error(transparent)]
    Unreadable(#[from] crate::unreadable::Unreadable),
    /// A statement that is only right inside a transaction was run outside of one.
    #[error("{table}: this belongs inside a transaction")]
    OutsideTransaction {
        /// Where.
        table: &'static str,
    },
    /// The transaction was given up by the database: nothing of it was written.
    #[error("the database gave the transaction up; nothing of it was written")]
    Lost,
    /// The COMMIT that several transactions shared failed: nothing of them was written.
    #[error("{0}")]
    Commit(Arc<StoreError>),
    /// The database was written by a newer Doorstep.
    #[error(
        "the database has schema version {database} (written by Doorstep {written_by}), and this is Doorstep {binary}, \
         which knows versions up to {known}. Run Doorstep {written_by} or newer, or restore the backup that was taken \
         before the upgrade"
    )]
    Newer {
        /// The database's schema version.
        database: i64,
        /// The program version that wrote it.
        written_by: String,
        /// The newest schema version this program knows.
        known: i64,
        /// This program's version.
        binary: &'static str,
    },
    /// Another process holds the migration lock.
    #[error(
        "another process has been changing this database for more than {} seconds; wait until it has finished, or \
         stop it, and start again",
        .waited.as_secs_f32()
    )]
    MigrationLocked {
        /// How long we waited.
        waited: Duration,
    },
    /// Anything else that SQLite said.
    #[error("SQLite refused {statement}: {source}")]
    Sqlite {
        /// The statement's name.
        statement: &'static str,
        /// What it said.
        source: rusqlite::Error,
    },
    /// Anything else that PostgreSQL said.
    #[error("PostgreSQL refused {statement}: {source}")]
    Postgres {
        /// The statement's name.
        statement: &'static str,
        /// What it said.
        source: sqlx::Error,
    },
}
