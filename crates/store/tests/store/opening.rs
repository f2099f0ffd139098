//! Opening a database: addresses, file modes, other processes, and versions that do not fit.

use crate::{
    instance::{NOW, furnished, user},
    intruder::{Intruder, file},
};
use doorstep_store::{
    Db, StoreError, clients,
    migrate::{MigrationReport, SchemaState, migrate, migrate_within},
    records::Unreadable,
    sessions,
    testing::{self, Engine},
    users,
};
use std::{os::unix::fs::PermissionsExt, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_of_two_kinds_and_is_never_repeated() {
    for bad in ["", "mysql://u:geheim@host/db", "sqlite:", "sqlite::memory:", "postgres://u:geheim@[bad/db"] {
        let said = Db::open(bad).await.unwrap_err().to_string();
        assert!(!said.contains("geheim"), "{said}");
    }
    let nowhere = Db::open("sqlite:/no/such/directory/doorstep.db").await.unwrap_err().to_string();
    assert!(nowhere.contains("/no/such/directory/doorstep.db"), "{nowhere}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_as_such() {
    let said = Db::open("postgres://u:geheim@127.0.0.1:1/db").await.unwrap_err().to_string();
    assert!(said.contains("Connection refused") && !said.contains("geheim"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_and_its_companions_are_for_their_owner_only() {
    let instance = testing::migrated(Engine::Sqlite).await;
    let dir = file(&instance.at).parent().unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["doorstep.db", "doorstep.db-shm", "doorstep.db-wal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write_to_the_file() {
    let instance = testing::migrated(Engine::Sqlite).await;
    let written = users::insert(&mut instance.db.read().await.unwrap(), &user("ada"), "h").await;
    assert!(matches!(written, Err(StoreError::Sqlite { .. })), "{written:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_is_there_after_closing_and_opening() {
    for instance in testing::both().await {
        furnished(&instance.db).await;
        instance.db.close().await;
        let again = Db::open(&instance.at.url).await.unwrap();
        assert_eq!(again.schema_state().await.unwrap(), SchemaState::Current);
        assert_eq!(users::names(&mut again.read().await.unwrap()).await.unwrap(), [user("ada").name]);
    }
}

/// Whoever copies the file of a server that has stopped has everything, without the log beside it.
#[tokio::test(flavor = "multi_thread")]
async fn closing_copies_the_write_ahead_log_back() {
    let instance = testing::migrated(Engine::Sqlite).await;
    let elsewhere = tempfile::tempdir().unwrap();
    furnished(&instance.db).await;
    instance.db.close().await;
    let copy = elsewhere.path().join("doorstep.db");
    std::fs::copy(file(&instance.at), &copy).unwrap();
    let closed = Db::open(&format!("sqlite:{}", copy.display())).await.unwrap();
    assert_eq!(users::names(&mut closed.read().await.unwrap()).await.unwrap(), [user("ada").name]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_waits_for_another_process_and_goes_on() {
    let instance = testing::migrated(Engine::Sqlite).await;
    let mut intruder = Intruder::new(&instance.at).await;
    intruder.run("BEGIN IMMEDIATE").await;
    let db = instance.db.clone();
    let write = tokio::spawn(async move {
        users::insert(&mut db.write().await?, &user("ada"), "h").await?;
        let mut tx = db.begin().await?;
        users::insert(&mut tx, &user("bob"), "i").await?;
        tx.commit().await
    });
    // Whoever only reads does not wait: again and again, while the write stands in line.
    for _ in 0..200 {
        assert_eq!(users::names(&mut instance.db.read().await.unwrap()).await.unwrap(), []);
        assert!(!write.is_finished());
    }
    intruder.run("COMMIT").await;
    write.await.unwrap().unwrap();
    assert_eq!(users::names(&mut instance.db.read().await.unwrap()).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_a_reader_ends_as_busy() {
    let instance = testing::migrated(Engine::Sqlite).await;
    let mut readers = Vec::new();
    let refused = loop {
        match instance.db.read().await {
            Ok(reader) => readers.push(reader),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Busy), "{refused:?}");
    readers.pop();
    assert_eq!(users::names(&mut instance.db.read().await.unwrap()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_changes_nothing() {
    for engine in Engine::ALL {
        let at = testing::empty(engine).await;
        let db = Db::open(&at.url).await.unwrap();
        assert_eq!(db.schema_state().await.unwrap(), SchemaState::Empty);
        assert_eq!(migrate(&db, NOW).await.unwrap(), MigrationReport { from: 0, to: 4 });
        assert_eq!(db.schema_state().await.unwrap(), SchemaState::Current);
        assert_eq!(migrate(&db, NOW).await.unwrap(), MigrationReport { from: 4, to: 4 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_migrators_at_once_one_does_the_work() {
    for engine in Engine::ALL {
        let at = testing::empty(engine).await;
        let mut runs = Vec::new();
        for _ in 0..8 {
            let db = Db::open(&at.url).await.unwrap();
            runs.push(tokio::spawn(async move { migrate(&db, NOW).await }));
        }
        let mut workers = 0;
        for run in runs {
            let report = run.await.unwrap().unwrap();
            assert_eq!(report.to, 4);
            workers += usize::from(report.from == 0);
        }
        assert_eq!(workers, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_migration_lock_ends_in_a_clear_error() {
    for engine in Engine::ALL {
        let at = testing::empty(engine).await;
        let db = Db::open(&at.url).await.unwrap();
        let mut intruder = Intruder::new(&at).await;
        intruder.hold_migration_lock().await;
        let error = migrate_within(&db, NOW, Duration::from_millis(300)).await.unwrap_err();
        assert!(matches!(error, StoreError::MigrationLocked { .. }), "{error:?}");
        assert!(error.to_string().contains("another process"), "{error}");
        assert_eq!(db.schema_state().await.unwrap(), SchemaState::Empty);
        drop(intruder);
        migrate_within(&db, NOW, Duration::from_mins(1)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused_with_both_versions_and_the_way_out() {
    for instance in testing::both().await {
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("INSERT INTO schema_version VALUES (999, 0, '7.8.9', 999)").await;
        let newer = SchemaState::Newer { database: 999, written_by: "7.8.9".into() };
        assert_eq!(instance.db.schema_state().await.unwrap(), newer);
        let said = migrate(&instance.db, NOW).await.unwrap_err().to_string();
        for part in ["999", "7.8.9", env!("CARGO_PKG_VERSION"), "restore the backup"] {
            assert!(said.contains(part), "{said}");
        }
    }
}

/// Migrations expand first and contract a release later, so that two neighbouring releases run side by side.
#[tokio::test(flavor = "multi_thread")]
async fn the_release_before_works_on_beside_one_that_only_added_to_the_schema() {
    for instance in testing::both().await {
        furnished(&instance.db).await;
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("ALTER TABLE users ADD COLUMN pronouns TEXT").await;
        intruder.run("CREATE TABLE devices (id TEXT NOT NULL PRIMARY KEY)").await;
        intruder.run("INSERT INTO schema_version VALUES (5, 0, '0.2.0', 1)").await;
        let again = Db::open(&instance.at.url).await.unwrap();
        for db in [&instance.db, &again] {
            assert_eq!(db.schema_state().await.unwrap(), SchemaState::Current);
            migrate(db, NOW).await.unwrap();
            assert_eq!(users::names(&mut db.read().await.unwrap()).await.unwrap(), [user("ada").name]);
        }
        users::insert(&mut again.write().await.unwrap(), &user("bob"), "another handle").await.unwrap();
        intruder.run("INSERT INTO schema_version VALUES (6, 0, '0.3.0', 5)").await;
        assert!(matches!(again.schema_state().await.unwrap(), SchemaState::Newer { database: 6, .. }));
        // One that goes back behind what was taken away does not open it again.
        intruder.run("INSERT INTO schema_version VALUES (7, 0, '0.4.0', 1)").await;
        assert!(matches!(again.schema_state().await.unwrap(), SchemaState::Newer { database: 7, .. }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_doorstep_never_wrote_is_an_error_and_not_a_panic() {
    for instance in testing::both().await {
        furnished(&instance.db).await;
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("UPDATE clients SET document = '{\"scopes\":\"hunter2\"}'").await;
        intruder.run("UPDATE sessions SET amr = 'telepathy'").await;
        let mut conn = instance.db.read().await.unwrap();
        let client = clients::by_id(&mut conn, &crate::instance::wiki_client()).await.unwrap_err();
        assert!(matches!(client, StoreError::Unreadable(Unreadable::Corrupt { table: "clients", .. })), "{client:?}");
        assert!(!client.to_string().contains("hunter2"), "{client}");
        let session = sessions::of_user(&mut conn, &crate::instance::ada()).await.unwrap_err();
        assert!(matches!(session, StoreError::Corrupt { table: "sessions", .. }), "{session:?}");
    }
}
