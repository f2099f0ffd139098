//! What ends together, what is counted, and how other processes hear of it.

use crate::instance::{
    NOW, ada, ada_session, app_session, first_grant, furnish, furnished, grant, grant_of_client, hash, id, later,
    relay_code, token, user, wiki, wiki_client, with_person,
};
use crate::intruder::Intruder;
use doorstep_core::{
    id::{GrantId, UserId},
    model::{Alive, Grant},
    secret::TokenKind,
    time::Ttl,
};
use doorstep_store::{
    Conn, StoreError, app_sessions, apps, clients, generations, grants, limits, relay_codes,
    revocations::{self, Line, RevocationKind},
    sessions, testing, tokens, users,
};

#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_session_takes_its_app_sessions_and_relay_codes_along() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let (cookie, relay) = (hash(TokenKind::App, 1), hash(TokenKind::RelayCode, 1));
        app_sessions::insert(&mut conn, &cookie, &app_session()).await.unwrap();
        relay_codes::insert(&mut conn, &relay, &relay_code()).await.unwrap();
        assert!(sessions::delete(&mut conn, &ada_session()).await.unwrap());
        assert_eq!(app_sessions::with_principal(&mut conn, &cookie).await.unwrap(), None);
        assert_eq!(relay_codes::consume(&mut conn, &relay, NOW).await.unwrap(), None);
        assert!(grants::by_id(&mut conn, &first_grant()).await.unwrap().is_some(), "a grant may outlive its session");

        let late = app_sessions::insert(&mut conn, &cookie, &app_session()).await;
        assert!(matches!(late, Err(StoreError::MissingParent { table: "app_sessions" })), "{late:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_108_a_removed_app_or_client_leaves_nothing_that_opens() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let (cookie, bearer) = (hash(TokenKind::App, 1), hash(TokenKind::Access, 1));
        app_sessions::insert(&mut conn, &cookie, &app_session()).await.unwrap();
        tokens::insert_access(&mut conn, &bearer, &token("g-1", 600)).await.unwrap();
        drop(conn);
        let mut conn = instance.db.begin().await.unwrap();
        assert!(apps::delete(&mut conn, &wiki()).await.unwrap());
        assert!(clients::delete(&mut conn, &wiki_client(), NOW).await.unwrap());
        assert_eq!(app_sessions::with_principal(&mut conn, &cookie).await.unwrap(), None);
        assert_eq!(
            tokens::access(&mut conn, &bearer, Alive { now: NOW, idle: Ttl::from_hours(1) }).await.unwrap(),
            None
        );
        assert_eq!(grants::by_id(&mut conn, &first_grant()).await.unwrap(), None);
    }
}

/// Ada's first family, one with `offline_access`, one with another client, Bob's, and one of a client by itself.
async fn five_families(conn: &mut Conn) {
    furnish(conn).await;
    users::insert(conn, &user("bob"), "handle-of-bob").await.unwrap();
    clients::put(conn, &crate::instance::client("files"), NOW).await.unwrap();
    let offline = with_person(grant("g-offline"), |person| person.offline = true);
    let files = Grant { client: id("files"), ..grant("g-files") };
    let bobs = with_person(grant("g-bob"), |person| (person.user, person.session) = (id("u-bob"), id("s-bob")));
    for family in [offline, files, bobs, grant_of_client("g-client")] {
        grants::insert(conn, &family).await.unwrap();
    }
}

async fn revoked(conn: &mut Conn) -> Vec<&'static str> {
    let mut found = Vec::new();
    for name in ["g-1", "g-offline", "g-files", "g-bob", "g-client"] {
        let family: GrantId = id(name);
        if grants::by_id(conn, &family).await.unwrap().unwrap().revoked_at.is_some() {
            found.push(name);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_each_way_to_revoke_reaches_its_families_and_no_others() {
    for instance in testing::both().await {
        for (way, reached) in [
            ("family", &["g-1"][..]),
            ("session", &["g-1", "g-files"]),
            ("user and client", &["g-1", "g-offline"]),
            ("user", &["g-1", "g-offline", "g-files"]),
            ("client", &["g-1", "g-offline", "g-bob", "g-client"]),
        ] {
            // Rolled back by dropping, so that each row of the table finds the same families.
            let mut tx = instance.db.begin().await.unwrap();
            five_families(&mut tx).await;
            for expected in [i64::try_from(reached.len()).unwrap(), 0] {
                let count = match way {
                    "family" => i64::from(grants::revoke(&mut tx, &first_grant(), NOW).await.unwrap()),
                    "session" => grants::revoke_of_session(&mut tx, &ada_session(), NOW).await.unwrap(),
                    "user and client" => {
                        grants::revoke_of_user_client(&mut tx, &ada(), &wiki_client(), NOW).await.unwrap()
                    }
                    "user" => grants::revoke_of_user(&mut tx, &ada(), NOW).await.unwrap(),
                    _ => grants::revoke_of_client(&mut tx, &wiki_client(), NOW).await.unwrap(),
                };
                assert_eq!(count, expected, "{way}");
            }
            assert_eq!(revoked(&mut tx).await, reached, "{way}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_transaction_leaves_nothing_and_the_next_one_goes_on() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        users::insert(&mut tx, &user("ada"), "handle-of-ada").await.unwrap();
        drop(tx);
        let mut tx = instance.db.begin().await.unwrap();
        assert_eq!(users::by_id(&mut tx, &ada()).await.unwrap(), None);
        users::insert(&mut tx, &user("bob"), "handle-of-bob").await.unwrap();
        tx.commit().await.unwrap();
        let bob: UserId = id("u-bob");
        assert!(users::by_id(&mut instance.db.read().await.unwrap(), &bob).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn revocations_are_numbered_in_the_order_of_commits() {
    for instance in testing::both().await {
        let mut runs = Vec::new();
        for n in 0..40 {
            let db = instance.db.clone();
            runs.push(tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                revocations::record(&mut tx, RevocationKind::Session, &format!("s-{n}"), NOW).unwrap();
                if n % 4 == 3 {
                    return; // dropped: it never has a number
                }
                tx.commit().await.unwrap();
                let mut conn = db.read().await.unwrap();
                let seen = revocations::from(&mut conn, 0).await.unwrap();
                let seq = seen.iter().find(|line| line.subject == format!("s-{n}")).unwrap().seq;
                let numbers: Vec<i64> = seen.iter().map(|line| line.seq).take_while(|n| *n <= seq).collect();
                assert_eq!(numbers, (1..=seq).collect::<Vec<_>>(), "whoever sees a number sees all below it");
            }));
        }
        for run in runs {
            run.await.unwrap();
        }
        let mut conn = instance.db.write().await.unwrap();
        let last = revocations::newest(&mut conn).await.unwrap().unwrap();
        assert_eq!((last.seq, last.kind, last.at), (30, RevocationKind::Session, NOW));
        assert_eq!(revocations::from(&mut conn, 30).await.unwrap(), [last]);
        assert_eq!(revocations::from(&mut conn, 31).await.unwrap(), []);
        let outside = revocations::record(&mut conn, RevocationKind::All, "", NOW);
        assert!(matches!(outside, Err(StoreError::OutsideTransaction { .. })), "{outside:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_revocation_is_read_back() {
    use RevocationKind::{All, App, AppSession, Client, Session, User};
    for instance in testing::both().await {
        assert_eq!(revocations::newest(&mut instance.db.read().await.unwrap()).await.unwrap(), None);
        for (seq, kind) in (1..).zip([Session, User, App, Client, AppSession, All]) {
            let mut tx = instance.db.begin().await.unwrap();
            revocations::record(&mut tx, kind, "x", NOW).unwrap();
            tx.commit().await.unwrap();
            let line = Line { seq, kind, subject: "x".into(), at: NOW };
            let mut conn = instance.db.read().await.unwrap();
            assert_eq!(revocations::from(&mut conn, seq).await.unwrap(), std::slice::from_ref(&line));
            assert_eq!(revocations::newest(&mut conn).await.unwrap(), Some(line));
        }
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("UPDATE revocations SET kind = 'federation' WHERE seq = 6").await;
        let newest = revocations::newest(&mut instance.db.read().await.unwrap()).await.unwrap().unwrap();
        assert_eq!(newest.kind, All, "what this release does not know ends everything");
    }
}

/// A line gets its number at the commit: a transaction that takes long holds nobody up, and no reader passes it by.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_commits_late_comes_late_and_is_not_passed_by() {
    let instance = testing::migrated(testing::Engine::Postgres).await;
    let mut slow = instance.db.begin().await.unwrap();
    revocations::record(&mut slow, RevocationKind::Session, "late", NOW).unwrap();
    revocations::record(&mut slow, RevocationKind::User, "late too", NOW).unwrap();
    let mut quick = instance.db.begin().await.unwrap();
    revocations::record(&mut quick, RevocationKind::Session, "quick", NOW).unwrap();
    quick.commit().await.unwrap();
    let mut conn = instance.db.read().await.unwrap();
    let seen = revocations::newest(&mut conn).await.unwrap().unwrap();
    assert_eq!((seen.seq, seen.subject.as_str()), (1, "quick"));
    slow.commit().await.unwrap();
    let after = revocations::from(&mut conn, seen.seq).await.unwrap();
    let lines: Vec<_> = after.iter().map(|line| (line.seq, line.subject.as_str())).collect();
    assert_eq!(lines, [(1, "quick"), (2, "late"), (3, "late too")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn generations_count_by_name() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        assert_eq!(generations::get(&mut conn, "clients").await.unwrap(), 0);
        assert_eq!(generations::bump(&mut conn, "clients").await.unwrap(), 1);
        assert_eq!(generations::bump(&mut conn, "clients").await.unwrap(), 2);
        assert_eq!(generations::bump(&mut conn, "apps").await.unwrap(), 1);
        assert_eq!(generations::get(&mut conn, "clients").await.unwrap(), 2);
        for (names, values) in [
            (["clients", "apps"], [2, 1]),
            (["apps", "clients"], [1, 2]),
            (["none", "apps"], [0, 1]),
            (["a", "b"], [0, 0]),
        ] {
            assert_eq!(generations::pair(&mut conn, names).await.unwrap(), values, "{names:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_in_fixed_windows() {
    let window = Ttl::from_seconds(60);
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        for (second, count) in [(0, 1), (1, 2), (59, 3), (60, 1), (119, 2), (500, 1)] {
            let hits = limits::hit(&mut conn, "login:ada", later(second), window).await.unwrap();
            assert_eq!(hits, count, "after {second} seconds");
        }
        assert_eq!(limits::hit(&mut conn, "login:bob", later(500), window).await.unwrap(), 1);
        limits::clear(&mut conn, "login:ada").await.unwrap();
        assert_eq!(limits::hit(&mut conn, "login:ada", later(500), window).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_at_once_are_all_counted() {
    for instance in testing::both().await {
        let runs: Vec<_> = (0..50)
            .map(|_| {
                let db = instance.db.clone();
                tokio::spawn(async move {
                    limits::hit(&mut db.write().await.unwrap(), "login:ada", NOW, Ttl::from_minutes(1)).await.unwrap()
                })
            })
            .collect();
        let mut hits = Vec::new();
        for run in runs {
            hits.push(run.await.unwrap());
        }
        hits.sort_unstable();
        assert_eq!(hits, (1..=50).collect::<Vec<_>>());
    }
}
