//! What the sweep takes, when, and how much at a time.

use crate::instance::{
    NOW, ada, app_session, code, furnish, hash, id, later, link, relay_code, session, token, wiki_client,
};
use doorstep_core::{
    model::{AuditEvent, Challenge, ChallengePurpose, Interaction, LinkPurpose, Place, Refusal},
    secret::TokenKind,
    time::{Timestamp, Ttl},
};
use doorstep_store::{
    Conn, app_sessions, audit, challenges, codes, interactions, limits, links, refusals, relay_codes,
    revocations::{self, RevocationKind},
    sessions, sweep, testing, tokens, users,
};

async fn sweep_fixture(conn: &mut Conn) {
    furnish(conn).await;
    let mut short = session("s-short", &ada());
    short.expires_at = later(60);
    sessions::insert(conn, &hash(TokenKind::Session, 2), &short, &Place::default()).await.unwrap();
    let mut app_session = app_session();
    app_session.expires_at = later(60);
    app_sessions::insert(conn, &hash(TokenKind::App, 1), &app_session).await.unwrap();
    relay_codes::insert(conn, &hash(TokenKind::RelayCode, 1), &relay_code()).await.unwrap();
    codes::insert(conn, &hash(TokenKind::Code, 1), &code("g-1")).await.unwrap();
    tokens::insert_access(conn, &hash(TokenKind::Access, 1), &token("g-1", 60)).await.unwrap();
    tokens::insert_refresh(conn, &hash(TokenKind::Refresh, 1), &token("g-1", 60)).await.unwrap();
    links::insert(conn, &hash(TokenKind::Link, 1), &link(LinkPurpose::Setup, None)).await.unwrap();
    limits::hit(conn, "login:ada", NOW, Ttl::from_seconds(60)).await.unwrap();
    let challenge = Challenge {
        id: id("c-1"),
        purpose: ChallengePurpose::SignIn,
        browser_hash: "b".into(),
        state: "{}".into(),
        expires_at: later(60),
    };
    challenges::insert(conn, &challenge).await.unwrap();
    let parked = Interaction {
        id: id("i-1"),
        client: wiki_client(),
        browser_hash: "b".into(),
        params: vec![],
        created_at: NOW,
        signed_in_at: None,
        consented: false,
        expires_at: later(60),
    };
    interactions::insert(conn, &parked).await.unwrap();
    let refusal = Refusal {
        reference: "R".into(),
        at: NOW,
        rule: "r".into(),
        what: "w".into(),
        remedy: "m".into(),
        facts: vec![],
    };
    refusals::insert(conn, &refusal, later(60)).await.unwrap();
    for _ in 0..2 {
        revocations::record(conn, RevocationKind::All, "", NOW).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_takes_what_is_past_its_keep_time_and_nothing_else() {
    let at_sixty = [
        "access_tokens",
        "app_sessions",
        "challenges",
        "interactions",
        "rate_limits",
        "refresh_tokens",
        "refusals",
        "sessions",
    ];
    let day = 24 * 3600;
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        sweep_fixture(&mut tx).await;
        tx.commit().await.unwrap();
        let mut conn = instance.db.write().await.unwrap();
        for (at, tables) in [
            (later(59), &[][..]),
            (later(60), &at_sixty),
            (later(3599), &[]),
            // Ada's session; used codes and links are kept for a day after their end.
            (later(day - 1), &["sessions"]),
            (later(day), &["revocations"]),
            // The code goes, and the grant that it was the last of.
            (later(day + 60), &["authorization_codes", "grants"]),
            (later(day + 900), &["links"]),
            (later(400 * day), &[]),
        ] {
            assert_eq!(swept(&mut conn, at).await, tables, "{:?} at {at:?}", instance.engine);
        }
        assert!(users::by_id(&mut conn, &ada()).await.unwrap().is_some());
        // By the newest line, readers tell that the log is still the one that they know.
        assert_eq!(revocations::newest(&mut conn).await.unwrap().unwrap().seq, 3);
    }
}

async fn swept(conn: &mut Conn, at: Timestamp) -> Vec<&'static str> {
    let report = sweep::expired(conn, at, None).await.unwrap();
    assert!(!report.more);
    // Of the log, the line of the client that was written goes along with the one that was recorded.
    let rows = |table| if table == "revocations" { 2 } else { 1 };
    assert!(report.removed.iter().all(|(table, removed)| *removed == rows(*table)), "{report:?}");
    let mut tables: Vec<_> = report.removed.into_iter().map(|(table, _)| table).collect();
    tables.sort_unstable();
    tables
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_works_in_batches() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        for n in 0..=sweep::BATCH {
            limits::hit(&mut tx, &format!("key-{n}"), NOW, Ttl::from_seconds(1)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = instance.db.write().await.unwrap();
        for (rows, more) in [(sweep::BATCH, true), (1, false)] {
            let report = sweep::expired(&mut conn, later(9), None).await.unwrap();
            assert_eq!((report.removed, report.more), (vec![("rate_limits", rows)], more));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_the_audit_log_go_when_they_are_old_enough_or_never() {
    let keep = Some(Ttl::from_seconds(100));
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        for (name, second) in [("a", 0), ("b", 0), ("c", 50), ("d", 99)] {
            audit::insert(&mut tx, &line(name, later(second))).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = instance.db.write().await.unwrap();
        for (at, keep, left) in [
            (later(1_000_000), None, 4),
            (later(99), keep, 4),
            (later(100), keep, 2),
            (later(150), keep, 1),
            (later(198), keep, 1),
            (later(199), keep, 0),
        ] {
            sweep::expired(&mut conn, at, keep).await.unwrap();
            let lines = audit::recent(&mut conn, 10).await.unwrap();
            assert_eq!(lines.len(), left, "{:?} at {at:?}", instance.engine);
        }
    }
}

fn line(name: &str, at: Timestamp) -> AuditEvent {
    testing::signed_in(id(name), at)
}
