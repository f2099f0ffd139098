//! The one file that knows two engines: opening, reading, writing, transactions, the migration lock.
//!
//! SQLite has one writer and a few readers; PostgreSQL a pool. Everything above sees a [`Conn`] that runs
//! [`Statement`]s. What each engine needs lives in `db/sqlite.rs` and `db/postgres.rs`.

mod postgres;
mod sqlite;

use crate::{
    error::StoreError,
    row::{Row, Value},
    sql::{GENERATION_BUMP, REVOCATION_INSERT, Statement},
};
use doorstep_core::time::Timestamp;
use sqlx::{Postgres, Transaction, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    asked: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::File),
    Postgres(sqlx::PgPool),
}

/// A connection, for as long as it is held. Outside of a [`Tx`] each statement stands for itself.
pub struct Conn {
    inner: Inner,
    /// What is added to the log of endings at the commit, in order.
    endings: Vec<Ending>,
    /// What is done once the commit has succeeded.
    then: Vec<Then>,
}

type Then = Box<dyn FnOnce() + Send + Sync>;

/// A line of the log of endings that has no number yet.
pub(crate) struct Ending {
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) at: Timestamp,
}

/// The counter that numbers the log of endings.
const ENDINGS: &str = "revocations";

enum Inner {
    SqliteReader(sqlite::Reader),
    SqliteWriter(sqlite::Writer),
    /// Each statement takes the writer for itself.
    SqliteAlone(sqlite::File),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// A transaction on the writer. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx(Conn);

impl Db {
    /// Opens `sqlite:/path/to/file.db` (made with mode 0600 when it is not there) or `postgres://…`.
    /// Does not touch the schema: see [`crate::migrate::migrate`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::on(Engine::Sqlite(sqlite::File::open(path).await?)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::on(Engine::Postgres(postgres::open(url).await?)));
        }
        Err(StoreError::Address("it begins neither with `sqlite:` nor with `postgres://`".into()))
    }

    fn on(engine: Engine) -> Self {
        Self { engine, asked: Arc::default() }
    }

    /// The engine, for one more connection or transaction.
    fn ask(&self) -> &Engine {
        self.asked.fetch_add(1, Ordering::Relaxed);
        &self.engine
    }

    /// How many connections and transactions were asked for since it was opened: what answers from memory adds none.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// A connection to read with. On SQLite it refuses to write.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(Conn::new(match self.ask() {
            Engine::Sqlite(file) => Inner::SqliteReader(file.reader().await?),
            Engine::Postgres(pool) => Inner::Postgres(postgres::acquire(pool).await?),
        }))
    }

    /// A connection on which each statement commits by itself, and is lasting when it returns.
    pub async fn write(&self) -> Result<Conn, StoreError> {
        Ok(Conn::new(match self.ask() {
            Engine::Sqlite(file) => Inner::SqliteAlone(file.clone()),
            Engine::Postgres(pool) => Inner::Postgres(postgres::acquire(pool).await?),
        }))
    }

    /// Begins a transaction. Never begin a second one while holding the first: SQLite has one writer.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx(Conn::new(match self.ask() {
            Engine::Sqlite(file) => Inner::SqliteWriter(file.begin(sqlite::PATIENCE).await?),
            Engine::Postgres(pool) => Inner::PostgresTx(postgres::begin(pool).await?),
        })))
    }

    /// Begins the transaction of a migration: nobody else migrates until it ends. Waits at most `patience`.
    pub(crate) async fn begin_migration(&self, patience: Duration) -> Result<Tx, StoreError> {
        let begun = match self.ask() {
            Engine::Sqlite(file) => file.begin(patience).await.map(Inner::SqliteWriter),
            Engine::Postgres(pool) => postgres::begin_migration(pool, patience).await.map(Inner::PostgresTx),
        };
        match begun {
            Ok(inner) => Ok(Tx(Conn::new(inner))),
            Err(StoreError::Busy) => Err(StoreError::MigrationLocked { waited: patience }),
            Err(error) => Err(error),
        }
    }

    /// Takes a SQLite file for a server, until the process ends; refused while another one has it. Commands beside
    /// the server do not ask.
    pub fn claim(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(file) => file.claim(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Whether a SQLite file is still the one that was opened: deleted or replaced, it takes nothing more.
    pub fn in_place(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(file) => file.in_place(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Closes what can be closed politely. Connections in use end when they are let go.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(file) => file.close().await,
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn {
    const fn new(inner: Inner) -> Self {
        Self { inner, endings: Vec::new(), then: Vec::new() }
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<i64, StoreError> {
        let changed = match &mut self.inner {
            Inner::SqliteReader(reader) => reader.run(statement, values).await?.changed,
            Inner::SqliteWriter(writer) => writer.run(statement, values).await?.changed,
            Inner::SqliteAlone(file) => file.alone(statement, values).await?.changed,
            Inner::Postgres(conn) => postgres::execute(conn, statement, values).await?,
            Inner::PostgresTx(tx) => postgres::execute(tx, statement, values).await?,
        };
        Ok(i64::try_from(changed).unwrap_or(i64::MAX))
    }

    /// Runs a statement that yields rows.
    pub(crate) async fn rows(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        match &mut self.inner {
            Inner::SqliteReader(reader) => Ok(reader.run(statement, values).await?.rows),
            Inner::SqliteWriter(writer) => Ok(writer.run(statement, values).await?.rows),
            Inner::SqliteAlone(file) => Ok(file.alone(statement, values).await?.rows),
            Inner::Postgres(conn) => postgres::rows(conn, statement, values).await,
            Inner::PostgresTx(tx) => postgres::rows(tx, statement, values).await,
        }
    }

    /// Runs a statement that yields at most one row.
    pub(crate) async fn row(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(statement, values).await?.pop())
    }

    /// Runs the text of a migration, inside a transaction.
    pub(crate) async fn script(&mut self, text: &'static str) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::SqliteWriter(writer) => writer.script(text),
            Inner::SqliteReader(_) | Inner::SqliteAlone(_) => {
                Err(StoreError::OutsideTransaction { table: "schema_version" })
            }
            Inner::Postgres(conn) => postgres::script(conn, text).await,
            Inner::PostgresTx(tx) => postgres::script(tx, text).await,
        }
    }

    /// Whether the table of schema versions is there: asked before it may be read.
    pub(crate) async fn has_schema(&mut self) -> Result<bool, StoreError> {
        match &mut self.inner {
            Inner::SqliteReader(reader) => reader.has_schema(),
            Inner::SqliteWriter(writer) => writer.has_schema(),
            Inner::SqliteAlone(file) => file.reader().await?.has_schema(),
            Inner::Postgres(conn) => postgres::has_schema(conn).await,
            Inner::PostgresTx(tx) => postgres::has_schema(tx).await,
        }
    }

    /// Has a line added to the log of endings when the transaction commits.
    pub(crate) fn end_at_commit(&mut self, ending: Ending) {
        self.endings.push(ending);
    }

    /// Does something when the transaction has committed, and never when it has not; at once where each statement
    /// commits by itself.
    pub fn after_commit(&mut self, then: impl FnOnce() + Send + Sync + 'static) {
        if self.is_in_transaction() {
            self.then.push(Box::new(then));
        } else {
            then();
        }
    }

    /// Refuses to go on outside of a transaction.
    pub(crate) fn demand_transaction(&self, table: &'static str) -> Result<(), StoreError> {
        if self.is_in_transaction() { Ok(()) } else { Err(StoreError::OutsideTransaction { table }) }
    }

    fn is_in_transaction(&self) -> bool {
        match &self.inner {
            Inner::SqliteReader(_) | Inner::SqliteAlone(_) | Inner::Postgres(_) => false,
            Inner::SqliteWriter(writer) => writer.in_transaction(),
            Inner::PostgresTx(_) => true,
        }
    }

    /// Has the engine parse and plan a statement without running it.
    #[cfg(feature = "testing")]
    pub async fn prepare(&mut self, statement: Statement) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::SqliteReader(reader) => reader.prepare(statement),
            Inner::SqliteWriter(writer) => writer.prepare(statement),
            Inner::SqliteAlone(file) => file.reader().await?.prepare(statement),
            Inner::Postgres(conn) => postgres::prepare(conn, statement).await,
            Inner::PostgresTx(tx) => postgres::prepare(tx, statement).await,
        }
    }
}

impl Tx {
    /// Numbers what ended. The counter's row is the last that a transaction takes: it is everybody's, so whoever waited
    /// for another row while holding it would hold everybody up, and two would wait for each other. It stays taken
    /// until the commit, so that a reader who has seen number n has seen every number below it.
    async fn write_endings(&mut self) -> Result<(), StoreError> {
        for Ending { kind, subject, at } in std::mem::take(&mut self.0.endings) {
            let counted = self.row(GENERATION_BUMP, &[ENDINGS.into()]).await?;
            let seq = counted.ok_or(StoreError::OutsideTransaction { table: "generations" })?.int(0)?;
            self.execute(REVOCATION_INSERT, &[seq.into(), kind.into(), (&subject).into(), at.into()]).await?;
        }
        Ok(())
    }

    /// Makes everything that was written since [`Db::begin`] lasting, at once.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_endings().await?;
        let Conn { inner, then, .. } = self.0;
        match inner {
            Inner::SqliteWriter(writer) => writer.commit().await?,
            Inner::PostgresTx(tx) => postgres::commit(tx).await?,
            // `begin` makes no others.
            Inner::SqliteReader(_) | Inner::SqliteAlone(_) | Inner::Postgres(_) => {
                return Err(StoreError::OutsideTransaction { table: "database" });
            }
        }
        for then in then {
            then();
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}
