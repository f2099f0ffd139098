//! A SQLite file that is deleted or replaced while it is open, and two servers on one file.

use crate::instance::user;
use doorstep_store::{
    Db, StoreError,
    testing::{self, Engine, TestDb},
    users,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn file(instance: &TestDb, end: &str) -> PathBuf {
    PathBuf::from(format!("{}{end}", instance.at.url.strip_prefix("sqlite:").unwrap()))
}

async fn add(db: &Db, name: &str) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    users::insert(&mut tx, &user(name), &format!("h-{name}")).await?;
    tx.commit().await
}

fn is_moved(error: &StoreError) -> bool {
    match error {
        StoreError::Moved { .. } => true,
        StoreError::Commit(error) => is_moved(error),
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_or_replaced_under_it_takes_no_commit() {
    let take_away = |path: &Path| fs::rename(path, path.with_extension("away")).unwrap();
    let replace = |path: &Path| {
        fs::copy(path, path.with_extension("copy")).unwrap();
        fs::rename(path.with_extension("copy"), path).unwrap();
    };
    for end in ["", "-wal", "-shm"] {
        for (how, change) in [("gone", &take_away as &dyn Fn(&Path)), ("replaced", &replace)] {
            let instance = testing::migrated(Engine::Sqlite).await;
            add(&instance.db, "ada").await.unwrap();
            assert_eq!(names(&instance.db).await, ["ada"], "somebody has read");
            instance.db.in_place().unwrap();
            let path = file(&instance, end);
            change(&path);
            let said = instance.db.in_place().unwrap_err();
            assert!(is_moved(&said) && said.to_string().contains(how), "{end}: {said}");
            assert!(said.to_string().contains(&path.display().to_string()), "{said}");
            let refused = add(&instance.db, "bob").await.unwrap_err();
            assert!(is_moved(&refused), "{end} {how}: {refused:?}");
            let alone = users::insert(&mut instance.db.write().await.unwrap(), &user("eve"), "e").await.unwrap_err();
            assert!(is_moved(&alone), "{end} {how}: {alone:?}");
            // And nobody reads it as if it had been written.
            assert_eq!(names(&instance.db).await, ["ada"]);
        }
    }
}

async fn names(db: &Db) -> Vec<String> {
    let all = users::names(&mut db.read().await.unwrap()).await.unwrap();
    all.into_iter().map(|name| name.to_string()).collect()
}

/// Say to this test's own program which database to open, and what to write.
const ANOTHER: (&str, &str) = ("DOORSTEP_TEST_DATABASE", "DOORSTEP_TEST_NAME");

#[expect(clippy::disallowed_methods, reason = "the test starts its own program anew and has to tell it what to do")]
fn asked_of_another() -> Option<(String, String)> {
    Some((std::env::var(ANOTHER.0).ok()?, std::env::var(ANOTHER.1).ok()?))
}

/// Another process adds a person, and says who was there before. A process of its own, because SQLite shares one index
/// among all connections of a process, and those of a server that stops may end a moment later.
fn another_adds(name: &str, url: &str) -> Vec<String> {
    let test = "place::a_server_whose_index_is_gone_says_what_to_do_and_loses_nothing_that_was_acknowledged";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(ANOTHER.0, url).env(ANOTHER.1, name);
    let ran = command.output().unwrap();
    let printed = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{printed}{}", String::from_utf8_lossy(&ran.stderr));
    let found = printed.lines().find_map(|line| line.strip_prefix("found: ")).expect("what another process found");
    found.split_whitespace().map(str::to_owned).collect()
}

/// The index alone holds nothing that the log does not: a server without it stops writing, and is only to be started
/// again. What another program writes meanwhile, with an index of its own, outlives the stop.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_index_is_gone_says_what_to_do_and_loses_nothing_that_was_acknowledged() {
    if let Some((url, name)) = asked_of_another() {
        let db = Db::open(&url).await.unwrap();
        println!("\nfound: {}", names(&db).await.join(" "));
        db.in_place().unwrap();
        return add(&db, &name).await.unwrap();
    }
    for beside in [false, true] {
        let TestDb { db, at, .. } = testing::migrated(Engine::Sqlite).await;
        add(&db, "ada").await.unwrap();
        let shm = PathBuf::from(format!("{}-shm", at.url.strip_prefix("sqlite:").unwrap()));
        fs::remove_file(&shm).unwrap();
        let said = db.in_place().unwrap_err().to_string();
        assert!(said.contains("Start the server again") && said.contains("nothing is lost"), "{said}");
        assert!(!said.contains("put the database back"), "{said}");
        assert!(is_moved(&add(&db, "bob").await.unwrap_err()));
        if beside {
            assert_eq!(another_adds("eve", &at.url), ["ada"]);
        }
        db.close().await;
        drop(db);
        let all: &[&str] = if beside { &["ada", "eve"] } else { &["ada"] };
        assert_eq!(another_adds("bob", &at.url), all, "beside: {beside}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_at_a_time_has_the_file_by_whatever_path() {
    let instance = testing::migrated(Engine::Sqlite).await;
    instance.db.claim().unwrap();
    let link = file(&instance, "").with_file_name("link.db");
    std::os::unix::fs::symlink(file(&instance, ""), &link).unwrap();
    for url in [instance.at.url.clone(), format!("sqlite:{}", link.display())] {
        let other = Db::open(&url).await.unwrap();
        let refused = other.claim().unwrap_err();
        assert!(matches!(refused, StoreError::Served { by: Some(by), .. } if by == std::process::id()), "{refused:?}");
        // A command beside the server goes on.
        add(&other, if url == instance.at.url { "ada" } else { "bob" }).await.unwrap();
    }
    let at = instance.at;
    drop(instance.db);
    Db::open(&at.url).await.unwrap().claim().unwrap();
}
