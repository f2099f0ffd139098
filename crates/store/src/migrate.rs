//! Migrations of the schema: numbered texts, applied under a lock, all or nothing.
//!
//! There is no downgrade: a database that a newer Doorstep wrote is refused, and the error says what to do.

use crate::{
    db::{Conn, Db},
    error::StoreError,
    sql,
};
use doorstep_core::time::Timestamp;
use std::time::Duration;

/// A change of the schema.
struct Migration {
    version: i64,
    text: &'static str,
    /// The oldest schema whose programs can work with this one. A migration that only adds leaves it as it was, so that
    /// the release before runs beside this one; the next release takes away what nobody uses any more, and raises it.
    usable_from: i64,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, text: include_str!("../migrations/0001_instance.sql"), usable_from: 1 },
    Migration { version: 2, text: include_str!("../migrations/0002_rotations.sql"), usable_from: 1 },
    Migration { version: 3, text: include_str!("../migrations/0003_sources.sql"), usable_from: 1 },
    Migration { version: ROOT_KEYS, text: include_str!("../migrations/0004_root_keys.sql"), usable_from: 1 },
    Migration { version: 5, text: include_str!("../migrations/0005_icons.sql"), usable_from: 1 },
    Migration { version: 6, text: include_str!("../migrations/0006_program_tokens.sql"), usable_from: 1 },
    Migration { version: 7, text: include_str!("../migrations/0007_access_requests.sql"), usable_from: 1 },
    Migration { version: 8, text: include_str!("../migrations/0008_invitations.sql"), usable_from: 1 },
    Migration { version: 9, text: include_str!("../migrations/0009_recovery_codes.sql"), usable_from: 1 },
    Migration { version: 10, text: include_str!("../migrations/0010_places.sql"), usable_from: 1 },
    Migration { version: 11, text: include_str!("../migrations/0011_device_requests.sql"), usable_from: 1 },
    Migration { version: 12, text: include_str!("../migrations/0012_upstreams.sql"), usable_from: 1 },
    Migration { version: TOTP, text: include_str!("../migrations/0013_totp_keys.sql"), usable_from: 1 },
    Migration { version: 14, text: include_str!("../migrations/0014_asked_by_mail.sql"), usable_from: 1 },
    Migration { version: ENDS, text: include_str!("../migrations/0015_ends.sql"), usable_from: 1 },
    Migration { version: 16, text: include_str!("../migrations/0016_browsers.sql"), usable_from: 1 },
    Migration { version: 17, text: include_str!("../migrations/0017_moves.sql"), usable_from: 1 },
    Migration { version: 18, text: include_str!("../migrations/0018_language.sql"), usable_from: 1 },
];

/// The schema whose programs know of several root keys.
const ROOT_KEYS: i64 = 4;
/// The schema whose programs know that a password may want a code besides.
const TOTP: i64 = 13;
/// The schema whose programs know that accounts and memberships may end.
const ENDS: i64 = 15;

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, \
     applied_at BIGINT NOT NULL, binary_version TEXT NOT NULL, usable_from BIGINT NOT NULL)";

/// This program's version, as it stands in the ledger.
const BINARY: &str = env!("CARGO_PKG_VERSION");

/// How long to wait for another process that migrates.
const PATIENCE: Duration = Duration::from_secs(30);

/// What [`migrate`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The version before; 0 for an empty database.
    pub from: i64,
    /// The version now.
    pub to: i64,
}

/// How the database's schema compares with this program's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// Nothing there yet.
    Empty,
    /// [`migrate`] has work to do.
    Older {
        /// The database's version.
        database: i64,
    },
    /// They fit: it is this program's schema, or a later one that this program can work with.
    Current,
    /// A newer Doorstep has been here, and left a schema that this program cannot work with.
    Newer {
        /// The database's version.
        database: i64,
        /// The program that wrote it.
        written_by: String,
    },
}

/// Brings the database to this program's schema. Safe to call from several processes at once.
pub async fn migrate(db: &Db, now: Timestamp) -> Result<MigrationReport, StoreError> {
    migrate_within(db, now, PATIENCE).await
}

/// [`migrate`], waiting at most `patience` for another process.
pub async fn migrate_within(db: &Db, now: Timestamp, patience: Duration) -> Result<MigrationReport, StoreError> {
    let to = newest_known();
    // Looks first, so that a start with nothing to do takes no lock.
    if refuse_newer(db.schema_state().await?)? == SchemaState::Current {
        return Ok(MigrationReport { from: to, to });
    }
    let mut tx = db.begin_migration(patience).await?;
    tx.script(LEDGER).await?;
    // Another process may have been here while we waited.
    let from = match refuse_newer(state(&mut tx).await?)? {
        SchemaState::Current => to,
        SchemaState::Older { database } => database,
        _ => 0,
    };
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > from) {
        tx.script(migration.text).await?;
        tx.execute(
            sql::SCHEMA_RECORD,
            &[migration.version.into(), now.into(), BINARY.into(), migration.usable_from.into()],
        )
        .await?;
    }
    tx.commit().await?;
    Ok(MigrationReport { from, to })
}

impl Db {
    /// How the database's schema compares with this program's; for readiness.
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        state(&mut self.read().await?).await
    }
}

/// From now on this database is for programs that know of several root keys: what is in it is sealed under another one
/// than the first. A server of an earlier release that runs is not ready any more, and none starts.
pub async fn demand_root_keys(conn: &mut Conn) -> Result<(), StoreError> {
    conn.demand_transaction("schema_version")?;
    conn.execute(sql::SCHEMA_DEMAND, &[ROOT_KEYS.into()]).await.map(|_| ())
}

/// From now on this database is for programs that ask for a code after the password of somebody who has an authenticator
/// app: one of an earlier release would let them in without.
pub async fn demand_second_factors(conn: &mut Conn) -> Result<(), StoreError> {
    conn.demand_transaction("schema_version")?;
    conn.execute(sql::SCHEMA_DEMAND, &[TOTP.into()]).await.map(|_| ())
}

/// From now on this database is for programs that know that an account or a membership may end: to one of an earlier
/// release it would last.
pub async fn demand_ends(conn: &mut Conn) -> Result<(), StoreError> {
    conn.demand_transaction("schema_version")?;
    conn.execute(sql::SCHEMA_DEMAND, &[ENDS.into()]).await.map(|_| ())
}

/// The oldest schema whose programs can work with this database; 0 for an empty one.
pub async fn usable_from(db: &Db) -> Result<i64, StoreError> {
    let row = db.read().await?.row(sql::SCHEMA_NEWEST, &[]).await?;
    row.map_or(Ok(0), |row| row.int(2))
}

async fn state(conn: &mut Conn) -> Result<SchemaState, StoreError> {
    if !conn.has_schema().await? {
        return Ok(SchemaState::Empty);
    }
    let Some(mut row) = conn.row(sql::SCHEMA_NEWEST, &[]).await? else { return Ok(SchemaState::Empty) };
    let (database, written_by, usable_from) = (row.int(0)?, row.text(1)?, row.int(2)?);
    Ok(compared(newest_known(), (database, written_by, usable_from)))
}

fn compared(known: i64, (database, written_by, usable_from): (i64, String, i64)) -> SchemaState {
    if database < known {
        SchemaState::Older { database }
    } else if usable_from <= known {
        SchemaState::Current
    } else {
        SchemaState::Newer { database, written_by }
    }
}

fn refuse_newer(state: SchemaState) -> Result<SchemaState, StoreError> {
    match state {
        SchemaState::Newer { database, written_by } => {
            Err(StoreError::Newer { database, written_by, known: newest_known(), binary: BINARY })
        }
        fits => Ok(fits),
    }
}

fn newest_known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, Engine};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[tokio::test(flavor = "multi_thread")]
    async fn a_migration_that_is_cut_short_leaves_nothing_half_done() {
        for engine in Engine::ALL {
            let at = testing::empty(engine).await;
            let db = Db::open(&at.url).await.unwrap();
            let mut tx = db.begin_migration(PATIENCE).await.unwrap();
            tx.script(LEDGER).await.unwrap();
            tx.script(MIGRATIONS[0].text).await.unwrap();
            assert!(tx.has_schema().await.unwrap());
            drop(tx);
            assert_eq!(db.schema_state().await.unwrap(), SchemaState::Empty, "{engine:?}");
            assert_eq!(migrate(&db, NOW).await.unwrap(), MigrationReport { from: 0, to: newest_known() });
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_migration_that_fails_leaves_nothing_half_done() {
        for engine in Engine::ALL {
            let at = testing::empty(engine).await;
            let db = Db::open(&at.url).await.unwrap();
            let mut tx = db.begin_migration(PATIENCE).await.unwrap();
            tx.script(LEDGER).await.unwrap();
            assert!(tx.script("CREATE TABLE half (a TEXT); CREATE TABLE half (a TEXT);").await.is_err());
            drop(tx);
            assert_eq!(db.schema_state().await.unwrap(), SchemaState::Empty, "{engine:?}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn security_79_a_release_that_asks_for_no_code_is_refused_once_somebody_has_an_authenticator_app() {
        for engine in Engine::ALL {
            let at = testing::migrated(engine).await;
            let db = &at.db;
            let for_schema_10 = async || {
                let mut conn = db.read().await.unwrap();
                let mut row = conn.row(sql::SCHEMA_NEWEST, &[]).await.unwrap().unwrap();
                compared(10, (row.int(0).unwrap(), row.text(1).unwrap(), row.int(2).unwrap()))
            };
            assert_eq!(for_schema_10().await, SchemaState::Current, "the schema alone only adds");
            let mut tx = db.begin().await.unwrap();
            demand_second_factors(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            let newer = SchemaState::Newer { database: newest_known(), written_by: BINARY.to_owned() };
            assert_eq!(for_schema_10().await, newer);
            assert_eq!(db.schema_state().await.unwrap(), SchemaState::Current);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_release_that_knows_one_root_key_is_refused_once_another_is_in_force() {
        for engine in Engine::ALL {
            let at = testing::migrated(engine).await;
            let db = &at.db;
            let for_schema_3 = async || {
                let mut conn = db.read().await.unwrap();
                let mut row = conn.row(sql::SCHEMA_NEWEST, &[]).await.unwrap().unwrap();
                compared(3, (row.int(0).unwrap(), row.text(1).unwrap(), row.int(2).unwrap()))
            };
            assert_eq!(for_schema_3().await, SchemaState::Current, "the schema alone only adds");
            for _ in 0..2 {
                let mut tx = db.begin().await.unwrap();
                demand_root_keys(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
                let newer = SchemaState::Newer { database: newest_known(), written_by: BINARY.to_owned() };
                assert_eq!(for_schema_3().await, newer);
                assert_eq!(db.schema_state().await.unwrap(), SchemaState::Current);
            }
        }
    }

    #[test]
    fn migrations_are_numbered_without_gaps() {
        let numbers: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert_eq!(numbers, (1..=newest_known()).collect::<Vec<_>>());
    }
}
