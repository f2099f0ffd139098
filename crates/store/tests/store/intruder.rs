//! Another program that works on the same database.

use doorstep_store::testing::{Engine, TestUrl};
use sqlx::Connection;
use std::path::Path;

/// The file of a SQLite database.
pub(crate) fn file(at: &TestUrl) -> &Path {
    Path::new(at.url.strip_prefix("sqlite:").unwrap())
}

/// Runs SQL behind the store's back, as another program would; the connection holds whatever it holds until dropped.
pub(crate) enum Intruder {
    Sqlite(rusqlite::Connection),
    Postgres(sqlx::PgConnection),
}

impl Intruder {
    pub(crate) async fn new(at: &TestUrl) -> Self {
        match at.engine {
            Engine::Sqlite => Self::Sqlite(rusqlite::Connection::open(file(at)).unwrap()),
            Engine::Postgres => Self::Postgres(sqlx::PgConnection::connect(&at.url).await.unwrap()),
        }
    }

    pub(crate) async fn run(&mut self, text: &'static str) {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(text).unwrap(),
            Self::Postgres(conn) => sqlx::raw_sql(text).execute(conn).await.map(|_| ()).unwrap(),
        }
    }

    /// What the engine says to statements that it does not take; nothing when it took them.
    pub(crate) async fn refusal(&mut self, text: String) -> String {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(&text).err().map(|error| error.to_string()),
            Self::Postgres(conn) => {
                let ran = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(conn).await;
                ran.err().map(|error| error.to_string())
            }
        }
        .unwrap_or_default()
    }

    /// What one column of the first row says.
    pub(crate) async fn text(&mut self, query: &'static str) -> String {
        match self {
            Self::Sqlite(conn) => conn.query_row(query, [], |row| row.get(0)).unwrap(),
            Self::Postgres(conn) => sqlx::query_scalar(query).fetch_one(conn).await.unwrap(),
        }
    }

    /// Takes what a migrator takes.
    pub(crate) async fn hold_migration_lock(&mut self) {
        match self {
            Self::Sqlite(_) => self.run("BEGIN IMMEDIATE").await,
            Self::Postgres(_) => self.run("BEGIN; SELECT pg_advisory_xact_lock(7237970109966541168)").await,
        }
    }
}
