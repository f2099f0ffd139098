//! PostgreSQL through a small pool. Works behind pgbouncer in session mode: nothing goes into the start-up
//! packet that it does not know, and time limits are set by statement.

use crate::{
    error::StoreError,
    row::{Cell, Row, Value},
    sql::Statement,
};
use sqlx::{
    Arguments, Column, Connection, Executor, PgConnection, PgPool, Postgres, Row as _, Transaction, TypeInfo,
    error::ErrorKind as DatabaseErrorKind,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
};
use std::{io::ErrorKind, str::FromStr, time::Duration};

const CONNECTIONS: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that has rested longer than this is tried before it is used.
const RESTED: Duration = Duration::from_secs(5);
const LIMITS: &str = "SET statement_timeout = '15s'; SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '15s'";
/// The migration lock's number: «doorstep» in ASCII.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(7237970109966541168)";

pub(super) async fn open(url: &str) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Address(format!("PostgreSQL: {}", without_address(&error))))?
        .application_name("doorstep")
        .extra_float_digits(None)
        .statement_cache_capacity(256);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|conn, rest| {
            Box::pin(async move {
                if rest.idle_for > RESTED {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|conn, _| {
            Box::pin(async move {
                conn.execute(LIMITS).await?;
                Ok(())
            })
        })
        .connect_with(options.clone())
        .await;
    match pool {
        Ok(pool) => Ok(pool),
        // The pool tries again until its time is up and then says no more than that.
        Err(sqlx::Error::PoolTimedOut) => Err(unreachable(&options).await),
        Err(source) => Err(refused("a connection", "database", source)),
    }
}

/// Why a server cannot be reached, asked of one connection.
async fn unreachable(options: &PgConnectOptions) -> StoreError {
    let source = match tokio::time::timeout(PATIENCE, PgConnection::connect_with(options)).await {
        Ok(Ok(_)) => return StoreError::Busy,
        Ok(Err(source)) => source,
        Err(_) => sqlx::Error::Io(std::io::Error::new(ErrorKind::TimedOut, "no answer")),
    };
    refused("a connection", "database", source)
}

pub(super) async fn acquire(pool: &PgPool) -> Result<PoolConnection<Postgres>, StoreError> {
    pool.acquire().await.map_err(|source| refused("a connection", "database", source))
}

pub(super) async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
    pool.begin().await.map_err(|source| refused("BEGIN", "database", source))
}

pub(super) async fn commit(tx: Transaction<'static, Postgres>) -> Result<(), StoreError> {
    tx.commit().await.map_err(|source| refused("COMMIT", "database", source))
}

pub(super) async fn begin_migration(
    pool: &PgPool,
    patience: Duration,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut tx = begin(pool).await?;
    let limits = format!("SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = 0", patience.as_millis().max(1));
    let lock = async {
        sqlx::raw_sql(sqlx::AssertSqlSafe(limits)).execute(&mut *tx).await?;
        sqlx::raw_sql(MIGRATION_LOCK).execute(&mut *tx).await
    };
    lock.await.map_err(|source| refused("the migration lock", "schema_version", source))?;
    Ok(tx)
}

pub(super) async fn execute(
    conn: &mut PgConnection,
    statement: Statement,
    values: &[Value<'_>],
) -> Result<u64, StoreError> {
    let arguments = bind(statement, values)?;
    let done = sqlx::query_with(statement.text(), arguments).execute(conn).await;
    done.map(|done| done.rows_affected()).map_err(|source| refused(statement.name(), statement.table(), source))
}

pub(super) async fn rows(
    conn: &mut PgConnection,
    statement: Statement,
    values: &[Value<'_>],
) -> Result<Vec<Row>, StoreError> {
    let failed = |source| refused(statement.name(), statement.table(), source);
    let arguments = bind(statement, values)?;
    let rows = sqlx::query_with(statement.text(), arguments).fetch_all(conn).await.map_err(failed)?;
    rows.iter().map(|row| Ok(Row::new(statement, cells(row).map_err(failed)?))).collect()
}

pub(super) async fn script(conn: &mut PgConnection, text: &'static str) -> Result<(), StoreError> {
    let done = sqlx::raw_sql(text).execute(conn).await;
    done.map(|_| ()).map_err(|source| refused("a migration", "schema_version", source))
}

pub(super) async fn has_schema(conn: &mut PgConnection) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar("SELECT to_regclass('schema_version') IS NOT NULL").fetch_one(conn).await;
    found.map_err(|source| refused("the search for a schema", "schema_version", source))
}

#[cfg(feature = "testing")]
pub(super) async fn prepare(conn: &mut PgConnection, statement: Statement) -> Result<(), StoreError> {
    let done = conn.prepare(sqlx::SqlSafeStr::into_sql_str(statement.text())).await;
    done.map(|_| ()).map_err(|source| refused(statement.name(), statement.table(), source))
}

fn bind(statement: Statement, values: &[Value<'_>]) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for value in values {
        match *value {
            Value::Text(text) => arguments.add(text),
            Value::OptText(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
            Value::OptInt(number) => arguments.add(number),
            Value::Bool(truth) => arguments.add(truth),
        }
        .map_err(|source| refused(statement.name(), statement.table(), sqlx::Error::Encode(source)))?;
    }
    Ok(arguments)
}

fn cells(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
    row.columns()
        .iter()
        .map(|column| {
            let at = column.ordinal();
            Ok(match column.type_info().name() {
                "BOOL" => row.try_get::<Option<bool>, _>(at)?.map(Cell::Bool),
                "INT4" => row.try_get::<Option<i32>, _>(at)?.map(|number| Cell::Int(number.into())),
                "INT8" => row.try_get::<Option<i64>, _>(at)?.map(Cell::Int),
                _ => row.try_get::<Option<String>, _>(at)?.map(Cell::Text),
            }
            .unwrap_or(Cell::Null))
        })
        .collect()
}

/// What is wrong with an address, by kind: the address itself may hold a password.
fn without_address(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Configuration(_) => "the address cannot be read",
        _ => "the address cannot be used",
    }
}

fn refused(statement: &'static str, table: &'static str, source: sqlx::Error) -> StoreError {
    match &source {
        sqlx::Error::PoolTimedOut => StoreError::Busy,
        sqlx::Error::Database(error) => match error.kind() {
            DatabaseErrorKind::UniqueViolation => StoreError::Conflict { table },
            DatabaseErrorKind::ForeignKeyViolation => StoreError::MissingParent { table },
            // serialization_failure and deadlock_detected: PostgreSQL, appendix A.
            _ if matches!(error.code().as_deref(), Some("40001" | "40P01")) => StoreError::Aborted,
            // lock_not_available and query_canceled.
            _ if matches!(error.code().as_deref(), Some("55P03" | "57014")) => StoreError::Busy,
            _ => StoreError::Postgres { statement, source },
        },
        _ => StoreError::Postgres { statement, source },
    }
}
