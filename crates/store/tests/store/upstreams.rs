//! Identities at upstreams, sign-ins there that are under way, and memberships that come with them.

use crate::instance::{NOW, ada, furnished, hash, id, later};
use doorstep_core::{
    id::{GroupName, UserId},
    model::{LinkedIdentity, SignInAway},
    secret::TokenKind,
};
use doorstep_store::{
    groups::{self, MemberSource},
    linked_identities, sign_ins_away, testing,
};

fn identity(key: &str, user: &UserId, subject: &str) -> LinkedIdentity {
    LinkedIdentity {
        id: id(key),
        user: user.clone(),
        upstream: "home".parse().unwrap(),
        issuer: "https://idp.test".into(),
        subject: subject.into(),
        shown: Some("Ada".into()),
        linked_at: NOW,
        last_used_at: None,
    }
}

#[tokio::test]
async fn an_identity_is_one_accounts_and_is_found_by_all_of_it() {
    for engine in testing::Engine::ALL {
        let db = testing::migrated(engine).await;
        let mut conn = furnished(&db.db).await;
        let linked = identity("l-1", &ada(), "them-1");
        assert!(linked_identities::insert(&mut conn, &linked).await.unwrap());
        assert!(!linked_identities::insert(&mut conn, &identity("l-2", &ada(), "them-1")).await.unwrap());
        for (upstream, issuer, subject, is_it) in [
            ("home", "https://idp.test", "them-1", true),
            ("work", "https://idp.test", "them-1", false),
            ("home", "https://idp.test/", "them-1", false),
            ("home", "https://idp.test", "THEM-1", false),
        ] {
            let upstream = upstream.parse().unwrap();
            let found = linked_identities::by_subject(&mut conn, &upstream, (issuer, subject)).await.unwrap();
            assert_eq!(found.is_some(), is_it, "{upstream} {issuer} {subject}");
        }
        assert!(linked_identities::record_use(&mut conn, &linked, later(5)).await.unwrap());
        let used = LinkedIdentity { last_used_at: Some(later(5)), ..linked.clone() };
        assert_eq!(linked_identities::of_user(&mut conn, &ada()).await.unwrap(), [used]);
        assert!(!linked_identities::delete(&mut conn, &linked.id, &id("nobody")).await.unwrap());
        assert!(linked_identities::delete(&mut conn, &linked.id, &ada()).await.unwrap());
        assert!(!linked_identities::record_use(&mut conn, &linked, later(6)).await.unwrap());
        assert_eq!(linked_identities::delete_of_user(&mut conn, &ada()).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn security_26_a_sign_in_that_is_away_is_taken_once() {
    for engine in testing::Engine::ALL {
        let db = testing::migrated(engine).await;
        let mut conn = db.db.write().await.unwrap();
        let away = SignInAway {
            upstream: "home".parse().unwrap(),
            browser_hash: "b".into(),
            sealed: "s".into(),
            expires_at: later(60),
        };
        let state = hash(TokenKind::Upstream, 1);
        sign_ins_away::insert(&mut conn, &state, &away).await.unwrap();
        assert_eq!(sign_ins_away::take(&mut conn, &hash(TokenKind::Upstream, 2)).await.unwrap(), None);
        assert_eq!(sign_ins_away::take(&mut conn, &state).await.unwrap(), Some(away));
        assert_eq!(sign_ins_away::take(&mut conn, &state).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_membership_that_an_upstream_made_is_its_own_until_somebody_here_makes_it() {
    for engine in testing::Engine::ALL {
        let db = testing::migrated(engine).await;
        let mut conn = furnished(&db.db).await;
        let (home, work, family) = ("home".parse().unwrap(), "work".parse().unwrap(), id::<GroupName>("kin"));
        let ada = ada();
        let pair = (&ada, &family);
        assert!(!groups::add_by_upstream(&mut conn, pair, &home, NOW).await.unwrap(), "there is no such group yet");
        groups::ensure(&mut conn, &family, NOW).await.unwrap();
        assert!(groups::add_by_upstream(&mut conn, pair, &home, NOW).await.unwrap());
        assert!(!groups::add_by_upstream(&mut conn, pair, &work, NOW).await.unwrap());
        assert_eq!(groups::by_upstream(&mut conn, &ada, &home).await.unwrap(), [family.clone()].into());
        assert!(groups::by_upstream(&mut conn, &ada, &work).await.unwrap().is_empty());
        assert!(groups::add_member(&mut conn, &ada, &family, MemberSource::Console).await.unwrap());
        assert!(groups::by_upstream(&mut conn, &ada, &home).await.unwrap().is_empty());
        assert!(!groups::add_by_upstream(&mut conn, pair, &home, NOW).await.unwrap());
    }
}
