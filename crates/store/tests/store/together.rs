//! Transactions that meet: each is kept or taken back whole, whoever else was on its way at that moment.

use crate::instance::{ada, furnished, id, user};
use doorstep_core::id::UserId;
use doorstep_store::{Conn, Db, StoreError, testing, users};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Waker},
};

async fn insert(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    users::insert(conn, &user(name), &format!("h-{name}")).await
}

async fn everybody(db: &Db) -> BTreeSet<UserId> {
    let all = users::names(&mut db.read().await.unwrap()).await.unwrap();
    all.into_iter().map(|name| id(&format!("u-{name}"))).collect()
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
            if commit.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                break;
            }
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

#[tokio::test(flavor = "multi_thread")]
async fn of_two_transactions_that_wait_for_each_other_one_is_aborted_and_may_begin_again() {
    let instance = testing::migrated(testing::Engine::Postgres).await;
    drop(furnished(&instance.db).await);
    users::insert(&mut instance.db.write().await.unwrap(), &user("bob"), "handle-of-bob").await.unwrap();
    let (ada, bob): (UserId, UserId) = (ada(), id("u-bob"));
    let (mut one, mut other) = (instance.db.begin().await.unwrap(), instance.db.begin().await.unwrap());
    users::lock(&mut one, &ada).await.unwrap();
    users::lock(&mut other, &bob).await.unwrap();
    let (first, second) = tokio::join!(users::lock(&mut one, &bob), async {
        let done = users::lock(&mut other, &ada).await;
        drop(other);
        done
    });
    let failed = [first.err(), second.err()];
    assert_eq!(failed.iter().flatten().count(), 1, "{failed:?}");
    assert!(matches!(failed.iter().flatten().next(), Some(StoreError::Aborted)), "{failed:?}");
    drop(one);
    instance.db.close().await;
    assert_eq!(testing::deadlocks(&instance.at).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_commit_is_done_after_it_or_never() {
    for instance in testing::both().await {
        let done = Arc::new(AtomicU32::new(0));
        let counted = || {
            let done = Arc::clone(&done);
            move || _ = done.fetch_add(1, Ordering::SeqCst)
        };
        let mut given_up = instance.db.begin().await.unwrap();
        given_up.after_commit(counted());
        drop(given_up);
        let mut tx = instance.db.begin().await.unwrap();
        tx.after_commit(counted());
        tx.after_commit(counted());
        assert_eq!(done.load(Ordering::SeqCst), 0, "{:?}", instance.engine);
        tx.commit().await.unwrap();
        assert_eq!(done.load(Ordering::SeqCst), 2);
        // Where each statement commits by itself, what it follows has committed.
        instance.db.write().await.unwrap().after_commit(counted());
        assert_eq!(done.load(Ordering::SeqCst), 3);
    }
}
