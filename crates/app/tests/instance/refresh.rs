//! Refreshing: security rows 35, 36 and 37 where tokens are concerned.

use crate::fixture::{at_once, may, myself, nobody, on_both, own, refresh, refused, seconds, text};
use doorstep_app::accounts::AccountError;
use doorstep_core::access::ManageUsers;
use doorstep_onboard::{
    provider::{Provider, Sought},
    spec::ClientSpec,
};
use std::{collections::BTreeSet, sync::Arc};

const GRANT: &str = "invalid_grant";
const SCOPE: &str = "openid email groups offline_access";

#[tokio::test(flavor = "multi_thread")]
async fn security_35_whatever_changed_is_seen_at_the_next_refresh_on_every_replica() {
    on_both!(|home| {
        let only_family = |spec: &mut ClientSpec| {
            spec.first_party = false;
            spec.allow = Some(BTreeSet::from(["family".parse().unwrap()]));
        };
        let replica = home.replica().await;
        for (n, case) in ["disabled", "group", "consent", "deleted", "narrowed", "nothing"].into_iter().enumerate() {
            let ada = home.person(&format!("ada{n}"), &["family"]).await;
            let name = format!("app{n}");
            let app = home.client(&name, only_family).await;
            let tokens = home.tokens(&ada, &app, SCOPE).await;
            let proof = home.proof(&app).await;
            let own = own(&home.instance);
            match case {
                "disabled" => home.switch(ada.user.name.as_str(), false).await,
                "group" => assert!(home.member(ada.user.name.as_str(), "family", false).await),
                "consent" => {
                    home.instance
                        .accounts
                        .end_access(&myself(&home.instance, &home.who(&ada.session).await), &app)
                        .await
                        .unwrap();
                }
                "deleted" => own.delete_client(&name.parse().unwrap()).await.unwrap(),
                "narrowed" => {
                    let held = own.observe(&Sought::default()).await.unwrap();
                    let mut spec = held.clients.get(name.as_str()).unwrap().spec.clone();
                    spec.scopes.remove("email");
                    own.update_client(&name.parse().unwrap(), &spec, &[]).await.unwrap();
                }
                _ => {}
            }
            replica.caches.catch_up().await.unwrap();
            let expected = match case {
                "nothing" => None,
                "deleted" => Some("invalid_client"),
                _ => Some(GRANT),
            };
            for instance in [&replica, &home.instance] {
                let answer = refresh(instance, text(&tokens, "refresh_token"), &proof).await;
                assert_eq!(answer.err().as_deref(), expected, "{case}");
            }
            assert_eq!(home.opens(&tokens).await, expected.is_none(), "{case}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_35_a_consent_that_is_given_again_does_not_wake_old_tokens() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("third", |spec| spec.first_party = false).await;
        let tokens = home.tokens(&ada, &app, SCOPE).await;
        let who = home.who(&ada.session).await;
        home.instance.accounts.end_access(&myself(&home.instance, &who), &app).await.unwrap();
        assert!(matches!(
            home.instance.accounts.end_access(&myself(&home.instance, &who), &app).await,
            Err(AccountError::NotFound)
        ));
        let again = home.tokens(&ada, &app, SCOPE).await;
        assert_eq!(home.refresh(text(&tokens, "refresh_token"), &app).await, refused(GRANT));
        assert!(home.opens(&again).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_36_fifty_refreshes_at_once_yield_one_successor() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let tokens = home.tokens(&ada, &app, SCOPE).await;
        let (first, proof) = (text(&tokens, "refresh_token").to_owned(), home.proof(&app).await);
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(50, |n| {
            let (instance, first, proof) = (Arc::clone(&instances[n % 2]), first.clone(), proof.clone());
            async move { refresh(&instance, &first, &proof).await }
        })
        .await;
        let successors: BTreeSet<_> =
            done.iter().map(|one| text(one.as_ref().unwrap(), "refresh_token").to_owned()).collect();
        assert_eq!(successors.len(), 1, "{:?}", home.at.engine);
        let access: BTreeSet<_> =
            done.iter().map(|one| text(one.as_ref().unwrap(), "access_token").to_owned()).collect();
        assert_eq!(access.len(), 50);
        let next = successors.first().unwrap();
        assert!(home.refresh(next, &app).await.is_ok());
        assert_eq!(home.refresh(&first, &app).await, refused(GRANT), "its successor was used: that is a thief");
        assert_eq!(home.refresh(next, &app).await, refused(GRANT));
        assert!(!home.opens(done[0].as_ref().unwrap()).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_36_a_lost_answer_is_given_again_for_an_hour_and_a_restart_forgets_nothing() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        for (wait, same) in [(0, true), (3600, true), (3601, false)] {
            let tokens = home.tokens(&ada, &app, SCOPE).await;
            let first = text(&tokens, "refresh_token");
            let next = home.refresh(first, &app).await.unwrap();
            home.wait(seconds(wait));
            let restarted = home.replica().await;
            let again = refresh(&restarted, first, &home.proof(&app).await).await;
            let successor = again.as_ref().map(|again| text(again, "refresh_token"));
            assert_eq!(successor.ok(), same.then(|| text(&next, "refresh_token")), "{wait}");
            // The access token lives for an hour; the family for as long as nothing came twice.
            assert_eq!(home.opens(&next).await, wait == 0, "{wait}");
            let later = home.refresh(text(&next, "refresh_token"), &app).await;
            assert_eq!(later.is_ok(), same, "{wait}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_36_a_lost_answer_is_given_again_until_its_successor_is_used() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let tokens = home.tokens(&ada, &app, SCOPE).await;
        let mut current = text(&tokens, "refresh_token").to_owned();
        for _ in 0..3 {
            let lost = home.refresh(&current, &app).await.unwrap();
            home.wait(seconds(60));
            let again = home.refresh(&current, &app).await.unwrap();
            assert_eq!(text(&again, "refresh_token"), text(&lost, "refresh_token"));
            assert_ne!(text(&again, "access_token"), text(&lost, "access_token"));
            assert!(home.opens(&again).await);
            let before = std::mem::replace(&mut current, text(&again, "refresh_token").to_owned());
            assert_ne!(before, current);
        }
        let next = home.refresh(&current, &app).await.unwrap();
        home.refresh(text(&next, "refresh_token"), &app).await.unwrap();
        assert_eq!(home.refresh(&current, &app).await, refused(GRANT), "its successor was used");
        assert!(!home.opens(&next).await, "the whole family has ended");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_36_an_ancestor_ends_the_family_even_after_the_clock_was_set_back() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let tokens = home.tokens(&ada, &app, SCOPE).await;
        let first = text(&tokens, "refresh_token");
        let second = home.refresh(first, &app).await.unwrap();
        home.refresh(text(&second, "refresh_token"), &app).await.unwrap();
        home.wait(seconds(-3600));
        assert_eq!(home.refresh(first, &app).await, refused(GRANT));
        home.wait(seconds(3600));
        assert!(!home.opens(&second).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_ends_when_it_said_and_never_widens() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("app", |spec| spec.refresh_ttl = seconds(100)).await;
        let tokens = home.tokens(&ada, &app, "openid email offline_access").await;
        let first = text(&tokens, "refresh_token");
        let proof = home.proof(&app).await;
        let wide = refresh(&home.instance, &format!("{first}&scope=openid+groups"), &proof).await;
        assert_eq!(wide, refused("invalid_scope"));
        let narrow = refresh(&home.instance, &format!("{first}&scope=openid"), &proof).await.unwrap();
        assert_eq!(text(&narrow, "scope"), "openid");
        home.wait(seconds(99));
        let next = home.refresh(text(&narrow, "refresh_token"), &app).await.unwrap();
        assert_eq!(text(&next, "scope"), "email offline_access openid", "narrowed for one access token only");
        home.wait(seconds(1));
        assert_eq!(home.refresh(text(&next, "refresh_token"), &app).await, refused(GRANT));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_offline_access_outlives_signing_out_and_nothing_outlives_the_account() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let offline = home.tokens(&ada, &app, SCOPE).await;
        let online = home.tokens(&ada, &app, "openid").await;
        home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap();
        assert!(!home.opens(&online).await);
        assert!(home.opens(&offline).await);
        let next = home.refresh(text(&offline, "refresh_token"), &app).await.unwrap();
        home.instance.accounts.set_active(&may(&home.instance, ManageUsers), "ada", false).await.unwrap();
        assert_eq!(home.refresh(text(&next, "refresh_token"), &app).await, refused(GRANT));
        home.switch("ada", true).await;
        assert_eq!(home.refresh(text(&next, "refresh_token"), &app).await, refused(GRANT), "it was revoked");
    });
}
