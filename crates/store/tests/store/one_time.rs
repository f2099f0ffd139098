//! What may be used once is used once, however many come for it at the same moment, on whichever connection.

use crate::instance::{NOW, ada, code, furnished, hash, id, later, link, relay_code, token, user};
use doorstep_core::{
    id::ChallengeId,
    model::{Challenge, ChallengePurpose, LinkPurpose},
    secret::{SecretHash, TokenKind},
};
use doorstep_store::{
    Db, StoreError, challenges,
    codes::{self, CodeState},
    known_browsers::{self, Familiar},
    links, recovery_codes, relay_codes, testing,
    tokens::{self, RefreshState, StoredRefresh},
    users,
};
use std::future::Future;

const AT_ONCE: usize = 200;

/// Runs `redeem` two hundred times at once, half of them through a second [`Db`] as a second server would, and
/// says how many succeeded.
async fn race<F>(instance: &testing::TestDb, redeem: fn(Db) -> F) -> usize
where
    F: Future<Output = Result<bool, StoreError>> + Send + 'static,
{
    let other = Db::open(&instance.at.url).await.unwrap();
    let runs: Vec<_> = (0..AT_ONCE)
        .map(|n| tokio::spawn(redeem(if n % 2 == 0 { instance.db.clone() } else { other.clone() })))
        .collect();
    let mut successes = 0;
    for run in runs {
        successes += usize::from(run.await.unwrap().unwrap());
    }
    successes
}

fn secret(kind: TokenKind) -> SecretHash {
    hash(kind, 77)
}

#[tokio::test(flavor = "multi_thread")]
async fn security_21_200_concurrent_redemptions_of_one_code_give_one_success() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        codes::insert(&mut conn, &secret(TokenKind::Code), &code("g-1")).await.unwrap();
        drop(conn);
        let successes = race(&instance, |db| async move {
            let mut tx = db.begin().await?;
            let state = codes::consume(&mut tx, &secret(TokenKind::Code), NOW).await?;
            tx.commit().await?;
            match state {
                CodeState::Fresh(_) => Ok(true),
                CodeState::Replayed(_) => Ok(false),
                CodeState::Expired | CodeState::Unknown => panic!("{state:?}"),
            }
        });
        assert_eq!(successes.await, 1, "{:?}", instance.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_36_200_concurrent_uses_of_one_refresh_token_give_one_success() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        tokens::insert_refresh(&mut conn, &secret(TokenKind::Refresh), &token("g-1", 3600)).await.unwrap();
        drop(conn);
        let successes = race(&instance, |db| async move {
            let mut tx = db.begin().await?;
            let state = tokens::consume_refresh(&mut tx, &secret(TokenKind::Refresh), "salt", NOW).await?;
            tx.commit().await?;
            match state {
                RefreshState::Fresh(_) => Ok(true),
                RefreshState::Consumed { at: NOW, .. } => Ok(false),
                _ => panic!("{state:?}"),
            }
        });
        assert_eq!(successes.await, 1, "{:?}", instance.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_200_concurrent_uses_of_one_link_give_one_success() {
    for instance in testing::both().await {
        let setup = link(LinkPurpose::Setup, None);
        links::insert(&mut instance.db.write().await.unwrap(), &secret(TokenKind::Link), &setup).await.unwrap();
        let successes = race(&instance, |db| async move {
            Ok(links::consume(&mut db.write().await?, &secret(TokenKind::Link), NOW).await?.is_some())
        });
        assert_eq!(successes.await, 1, "{:?}", instance.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_109_200_concurrent_uses_of_one_relay_code_give_one_success() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        relay_codes::insert(&mut conn, &secret(TokenKind::RelayCode), &relay_code()).await.unwrap();
        drop(conn);
        let successes = race(&instance, |db| async move {
            let hash = secret(TokenKind::RelayCode);
            Ok(relay_codes::consume(&mut db.write().await?, &hash, NOW).await?.is_some())
        });
        assert_eq!(successes.await, 1, "{:?}", instance.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_91_200_concurrent_uses_of_one_challenge_give_one_success() {
    for instance in testing::both().await {
        let challenge = Challenge {
            id: id("c-1"),
            purpose: ChallengePurpose::SignIn,
            browser_hash: "browser".into(),
            state: "{}".into(),
            expires_at: later(300),
        };
        challenges::insert(&mut instance.db.write().await.unwrap(), &challenge).await.unwrap();
        let successes = race(&instance, |db| async move {
            let id: ChallengeId = id("c-1");
            Ok(challenges::take(&mut db.write().await?, &id).await?.is_some())
        });
        assert_eq!(successes.await, 1, "{:?}", instance.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_tells_fresh_replayed_expired_and_unknown_apart() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let (used, unused) = (hash(TokenKind::Code, 1), hash(TokenKind::Code, 2));
        for hash in [&used, &unused] {
            codes::insert(&mut conn, hash, &code("g-1")).await.unwrap();
        }
        let mut spent = code("g-1");
        spent.consumed_at = Some(later(59));
        assert_eq!(codes::consume(&mut conn, &used, later(59)).await.unwrap(), CodeState::Fresh(spent.clone()));
        assert_eq!(codes::consume(&mut conn, &used, later(3600)).await.unwrap(), CodeState::Replayed(spent));
        assert_eq!(codes::consume(&mut conn, &unused, later(60)).await.unwrap(), CodeState::Expired);
        let never = hash(TokenKind::Code, 3);
        assert_eq!(codes::consume(&mut conn, &never, NOW).await.unwrap(), CodeState::Unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_tells_fresh_consumed_expired_and_unknown_apart() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let (used, unused) = (hash(TokenKind::Refresh, 1), hash(TokenKind::Refresh, 2));
        for hash in [&used, &unused] {
            tokens::insert_refresh(&mut conn, hash, &token("g-1", 60)).await.unwrap();
        }
        let mut spent = token("g-1", 60);
        spent.consumed_at = Some(later(1));
        let at = later(1);
        assert_eq!(
            tokens::consume_refresh(&mut conn, &used, "first", at).await.unwrap(),
            RefreshState::Fresh(spent.clone())
        );
        let again = tokens::consume_refresh(&mut conn, &used, "second", later(99)).await.unwrap();
        assert_eq!(again, RefreshState::Consumed { token: spent.clone(), at });
        let kept = StoredRefresh { token: spent, successor_salt: Some("first".into()) };
        assert_eq!(tokens::refresh(&mut conn, &used).await.unwrap(), Some(kept), "the salt of the one who won");
        assert_eq!(tokens::refresh(&mut conn, &unused).await.unwrap().unwrap().successor_salt, None);
        assert_eq!(
            tokens::consume_refresh(&mut conn, &unused, "salt", later(60)).await.unwrap(),
            RefreshState::Expired
        );
        let never = hash(TokenKind::Refresh, 3);
        assert_eq!(tokens::consume_refresh(&mut conn, &never, "salt", NOW).await.unwrap(), RefreshState::Unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_relay_codes_past_their_end_open_nothing() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let recover = link(LinkPurpose::Recover, Some(ada()));
        let hash = secret(TokenKind::Link);
        links::insert(&mut conn, &hash, &recover).await.unwrap();
        assert_eq!(links::peek(&mut conn, &hash).await.unwrap(), Some(recover));
        assert_eq!(links::consume(&mut conn, &hash, later(900)).await.unwrap(), None);
        assert!(links::consume(&mut conn, &hash, later(899)).await.unwrap().is_some());

        let code = relay_code();
        let hash = secret(TokenKind::RelayCode);
        relay_codes::insert(&mut conn, &hash, &code).await.unwrap();
        assert_eq!(relay_codes::consume(&mut conn, &hash, later(30)).await.unwrap(), None);
        assert_eq!(relay_codes::consume(&mut conn, &hash, later(29)).await.unwrap(), Some(code));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_link_voids_the_older_ones() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let kinds = [LinkPurpose::Setup, LinkPurpose::Recover, LinkPurpose::Enrol];
        for (seed, purpose) in (1..).zip(kinds) {
            let user = (purpose != LinkPurpose::Setup).then(ada);
            links::insert(&mut conn, &hash(TokenKind::Link, seed), &link(purpose, user)).await.unwrap();
        }
        assert_eq!(links::void_purpose(&mut conn, LinkPurpose::Setup, NOW).await.unwrap(), 1);
        assert_eq!(links::consume(&mut conn, &hash(TokenKind::Link, 1), NOW).await.unwrap(), None);
        assert_eq!(links::void_of_user(&mut conn, &ada(), NOW).await.unwrap(), 2);
        assert_eq!(links::consume(&mut conn, &hash(TokenKind::Link, 3), NOW).await.unwrap(), None);
        assert_eq!(links::void_of_user(&mut conn, &ada(), NOW).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_known_to_each_account_by_itself_and_the_oldest_makes_room() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        let (ada, bob) = (ada(), id("u-bob"));
        let browser = |n: i64| SecretHash::labelled("a browser", &n.to_be_bytes());
        for (who, at, familiar) in [
            (&ada, 0, Familiar::First),
            (&ada, 0, Familiar::Known),
            (&bob, 0, Familiar::First),
            (&ada, 1, Familiar::New),
            (&bob, 1, Familiar::New),
            (&ada, 1, Familiar::Known),
        ] {
            assert_eq!(known_browsers::note(&mut conn, who, &browser(at), NOW).await.unwrap(), familiar, "{who} {at}");
        }
        for n in 2..=known_browsers::MOST {
            known_browsers::note(&mut conn, &ada, &browser(n), later(n)).await.unwrap();
        }
        for n in 0..=known_browsers::MOST {
            let familiar = known_browsers::note(&mut conn, &bob, &browser(n), later(n)).await.unwrap();
            assert_eq!(familiar == Familiar::New, n > 1, "{n}");
        }
        // One of the two that were seen longest ago is gone, and no other.
        for n in 2..=known_browsers::MOST {
            let familiar = known_browsers::note(&mut conn, &ada, &browser(n), later(999)).await.unwrap();
            assert_eq!(familiar, Familiar::Known, "{n}");
        }
        let first = known_browsers::note(&mut conn, &ada, &browser(0), later(999)).await.unwrap();
        let second = known_browsers::note(&mut conn, &ada, &browser(1), later(999)).await.unwrap();
        assert!([first, second].contains(&Familiar::New));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_109_200_concurrent_uses_of_one_recovery_code_give_one_success() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut tx = instance.db.begin().await.unwrap();
        let code = SecretHash::labelled("recovery code", b"one");
        recovery_codes::replace(&mut tx, &ada(), &[code, SecretHash::labelled("recovery code", b"two")], NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let successes = race(&instance, |db| async move {
            let mut tx = db.begin().await?;
            users::lock_active(&mut tx, &ada(), NOW).await?;
            let code = SecretHash::labelled("recovery code", b"one");
            let used = recovery_codes::consume(&mut tx, (&code, &ada()), NOW).await?;
            tx.commit().await?;
            Ok(used)
        });
        assert_eq!(successes.await, 1, "{:?}", instance.engine);
        let mut conn = instance.db.write().await.unwrap();
        let kit = recovery_codes::kit_of(&mut conn, &ada()).await.unwrap().unwrap();
        assert_eq!((kit.left, kit.made_at), (1, NOW));
        assert_eq!(recovery_codes::peek(&mut conn, &code).await.unwrap(), Some((ada(), Some(NOW))));
        users::delete(&mut conn, &ada()).await.unwrap();
        assert_eq!(recovery_codes::peek(&mut conn, &code).await.unwrap(), None, "it goes with the person");
        assert_eq!(recovery_codes::kit_of(&mut conn, &ada()).await.unwrap(), None);
    }
}
