//! Transactions that meet: each is kept or taken back whole, whoever else was on its way at that moment.

use crate::instance::{id, user};
use doorstep_core::id::UserId;
use doorstep_store::{Conn, Db, StoreError, testing, users};
use std::{
    collections::BTreeSet,
    task::{Context, Waker},
};

async fn insert(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    users::insert(conn, &user(name), &format!("h-{name}")).await
}

async fn everybody(db: &Db) -> BTreeSet<UserId> {
    let all = users::list(&mut db.read().await.unwrap()).await.unwrap();
    all.into_iter().map(|user| user.id).collect()
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Commits,
    IsDropped,
    Conflicts,
    CommitsAfterAConflict,
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_at_once_each_is_kept_or_taken_back_whole() {
    for instance in testing::both().await {
        insert(&mut instance.db.write().await.unwrap(), "first").await.unwrap();
        let run = |number: usize| {
            let db = instance.db.clone();
            let way = match number % 7 {
                2 => Way::IsDropped,
                4 => Way::Conflicts,
                // On PostgreSQL a transaction is over with its first error.
                5 if instance.engine == testing::Engine::Sqlite => Way::CommitsAfterAConflict,
                _ => Way::Commits,
            };
            tokio::spawn(async move {
                let mut tx = db.begin().await?;
                insert(&mut tx, &format!("a{number}")).await?;
                tokio::task::yield_now().await;
                if matches!(way, Way::Conflicts | Way::CommitsAfterAConflict) {
                    let again = insert(&mut tx, "first").await;
                    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
                }
                insert(&mut tx, &format!("b{number}")).await.or_else(|error| match way {
                    Way::Conflicts => Ok(()),
                    _ => Err(error),
                })?;
                match way {
                    Way::Commits | Way::CommitsAfterAConflict => tx.commit().await?,
                    Way::IsDropped | Way::Conflicts => return Ok(None),
                }
                // Whoever was told so finds it at once.
                let found = everybody(&db).await;
                assert!(found.contains(&id::<UserId>(&format!("u-b{number}"))), "{number}");
                Ok::<_, StoreError>(Some(number))
            })
        };
        let runs: Vec<_> = (0..200).map(run).collect();
        let mut kept = BTreeSet::from([id("u-first")]);
        for run in runs {
            if let Some(number) = run.await.unwrap().unwrap() {
                kept.extend([id(&format!("u-a{number}")), id(&format!("u-b{number}"))]);
            }
        }
        assert!(kept.len() > 200, "{:?}", instance.engine);
        assert_eq!(everybody(&instance.db).await, kept, "{:?}", instance.engine);
    }
}

#[tokio::test]
async fn a_commit_that_is_dropped_leaves_no_transaction_behind() {
    let instance = testing::migrated(testing::Engine::Sqlite).await;
    let other = Db::open(&instance.at.url).await.unwrap();
    let mut kept = BTreeSet::new();
    for asked in 0..6 {
        let mut tx = instance.db.begin().await.unwrap();
        insert(&mut tx, &format!("dropped{asked}")).await.unwrap();
        // The browser went away: the request is asked so many times and never again.
        let mut commit = Box::pin(tx.commit());
        for _ in 0..asked {
            let _ = commit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            tokio::task::yield_now().await;
        }
        drop(commit);
        // Neither another program nor the next request finds the file locked, or itself inside of what was left.
        for (name, db) in [("other", &other), ("next", &instance.db)] {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &format!("{name}{asked}")).await.unwrap();
            tx.commit().await.unwrap();
            kept.insert(id(&format!("u-{name}{asked}")));
        }
        // Whose COMMIT was never asked for takes nothing along; whose was, is whole.
        if asked > 0 {
            kept.insert(id(&format!("u-dropped{asked}")));
        }
        assert_eq!(everybody(&other).await, kept, "asked {asked} times");
    }
}

#[tokio::test]
async fn a_statement_by_itself_is_lasting_when_it_returns_although_transactions_wait() {
    let instance = testing::migrated(testing::Engine::Sqlite).await;
    let other = Db::open(&instance.at.url).await.unwrap();
    let transaction = async {
        let mut tx = instance.db.begin().await.unwrap();
        insert(&mut tx, "ada").await.unwrap();
        tx.commit().await.unwrap();
    };
    let alone = async {
        insert(&mut instance.db.write().await.unwrap(), "bob").await.unwrap();
        everybody(&other).await
    };
    let ((), seen) = tokio::join!(transaction, alone);
    assert_eq!(seen, BTreeSet::from([id("u-ada"), id("u-bob")]));
}
