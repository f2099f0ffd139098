//! A SQLite file that is deleted or replaced while it is open, and two servers on one file.

use crate::instance::{id, user};
use doorstep_core::id::UserId;
use doorstep_store::{
    Db, StoreError,
    testing::{self, Engine, TestDb},
    users,
};
use std::{
    fs,
    path::{Path, PathBuf},
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
            let all = users::list(&mut instance.db.read().await.unwrap()).await.unwrap();
            assert_eq!(all.into_iter().map(|user| user.id).collect::<Vec<_>>(), [id::<UserId>("u-ada")]);
        }
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
