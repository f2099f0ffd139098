//! Security row 109: each one-time value on two replicas at the same time, again and again.

use crate::fixture::{
    Home, at_once, authenticator, begin, browser, code_in, myself, nobody, on_both, redeem, refresh, request, sent,
    sign_in, somewhere, text,
};
use doorstep_app::accounts::EnrolmentAnswer;
use doorstep_app::authorization::Authorized;
use doorstep_app::gateway::RelayError;
use doorstep_core::gateway::{RelayState, ReturnPath};
use doorstep_core::model::{LinkPurpose, Proof};
use doorstep_store::clients;
use std::sync::Arc;

const ROUNDS: usize = 10;

fn won(done: &[bool]) -> usize {
    done.iter().filter(|one| **one).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn security_109_each_one_time_value_serves_on_one_replica_only() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let (app, wiki) = (home.client("app", |_| {}).await, home.guarded("wiki", None).await);
        let instances = [Arc::clone(&home.instance), home.replica().await];
        for _ in 0..ROUNDS {
            let (code, proof) = (home.code(&ada, &app, "openid").await, home.proof(&app).await);
            let done = at_once(2, |n| {
                let (instance, code, app, proof) =
                    (Arc::clone(&instances[n]), code.clone(), app.clone(), proof.clone());
                async move { redeem(&instance, &code, &app, &proof).await.is_ok() }
            });
            assert_eq!(won(&done.await), 1, "a code");

            let (relay, code) = home.relay(&ada, &wiki, "/").await;
            let done = at_once(2, |n| {
                let (instance, wiki, code, relay) =
                    (Arc::clone(&instances[n]), wiki.clone(), code.clone(), relay.clone());
                async move { instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.is_ok() }
            });
            assert_eq!(won(&done.await), 1, "a relay code");

            let browser = browser();
            let begun = begin(&home.instance, &browser).await;
            let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
            let done = at_once(2, |n| {
                let (instance, browser, answer) = (Arc::clone(&instances[n]), browser.clone(), answer.clone());
                let challenge = begun.challenge.clone();
                async move {
                    instance
                        .accounts
                        .finish_passkey_sign_in(&browser, (&challenge, &answer), None, &nobody())
                        .await
                        .is_ok()
                }
            });
            assert_eq!(won(&done.await), 1, "a challenge");
            links(&home, &instances, &ada).await;
            // A recovery signs everybody out.
            ada.session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap().token;
        }
    });
}

/// Two browsers that both made a passkey through one link.
async fn links(home: &Home, instances: &[Arc<doorstep_app::instance::Instance>; 2], ada: &crate::fixture::Person) {
    let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
    let mut ready = Vec::new();
    for instance in instances {
        let browser = browser();
        let begun = instance.accounts.begin_enrolment(&browser, &link, None).await.unwrap();
        let answer = authenticator().register(&begun.public_key).unwrap();
        ready.push((Arc::clone(instance), browser, link.clone(), begun.challenge, answer));
    }
    let done = at_once(2, |n| {
        let (instance, browser, link, challenge, answer) = ready[n].clone();
        async move {
            instance
                .accounts
                .finish_enrolment((&browser, None), &link, EnrolmentAnswer::new(&challenge, &answer), &nobody())
                .await
                .is_ok()
        }
    });
    assert_eq!(won(&done.await), 1, "a link");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_109_a_refresh_token_has_one_successor_on_two_replicas() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let tokens = home.tokens(&ada, &app, "openid offline_access").await;
        let mut current = text(&tokens, "refresh_token").to_owned();
        for _ in 0..ROUNDS {
            let proof = home.proof(&app).await;
            let done = at_once(2, |n| {
                let (instance, token, proof) = (Arc::clone(&instances[n]), current.clone(), proof.clone());
                async move { refresh(&instance, &token, &proof).await.unwrap() }
            })
            .await;
            assert_eq!(text(&done[0], "refresh_token"), text(&done[1], "refresh_token"));
            text(&done[0], "refresh_token").clone_into(&mut current);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_request_that_is_taken_up_twice_at_once_yields_one_code() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        for _ in 0..ROUNDS {
            let query = crate::fixture::request(&app, "openid", "");
            let answer = home.asked(&query, None, &ada.browser).await;
            let id = crate::fixture::interaction_in(&answer);
            let who = home.who(&ada.session).await;
            let done = at_once(2, |n| {
                let (instance, id, who, browser) =
                    (Arc::clone(&instances[n]), id.clone(), who.clone(), ada.browser.clone());
                async move { crate::fixture::resumed(&instance, &id, Some(&who), &browser).await.is_some() }
            });
            assert_eq!(won(&done.await), 1);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_ways_out_at_once_both_come_through() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        for _ in 0..ROUNDS {
            ada.session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap().token;
            home.tokens(&ada, &app, "openid").await;
            let who = home.who(&ada.session).await;
            let done = at_once(2, |n| {
                let (instance, who) = (Arc::clone(&instances[n]), who.clone());
                async move {
                    match n {
                        0 => instance.sessions.sign_out(&who, &nobody()).await,
                        _ => instance.sessions.sign_out_everywhere(&myself(&instance, &who)).await.map(|_| ()),
                    }
                }
            });
            for one in done.await {
                one.unwrap();
            }
            assert!(!home.is_signed_in(&ada.session).await);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn coming_in_to_an_app_while_signing_out_breaks_neither() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let wiki = home.guarded("wiki", None).await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        for _ in 0..ROUNDS {
            ada.session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap().token;
            let (who, (relay, code)) = (home.who(&ada.session).await, home.relay(&ada, &wiki, "/").await);
            let done = at_once(2, |n| {
                let (instance, who, wiki) = (Arc::clone(&instances[n]), who.clone(), wiki.clone());
                let (relay, code) = (relay.clone(), code.clone());
                async move {
                    match n {
                        0 => instance.sessions.sign_out(&who, &nobody()).await.map(|()| None),
                        _ => match instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await {
                            Ok(inside) => Ok(inside.session.map(|session| session.token)),
                            Err(RelayError::Internal(error)) => Err(error),
                            Err(_) => Ok(None),
                        },
                    }
                }
            });
            for one in done.await {
                if let Some(cookie) = one.unwrap() {
                    assert!(home.instance.gateway.load(&cookie.hash(), &somewhere()).await.unwrap().is_none());
                }
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_whoever_signs_out_while_an_app_asks_gets_no_code_and_is_asked_to_sign_in() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (app, wiki) = (home.client("app", |_| {}).await, home.guarded("wiki", None).await);
        // Looked up just before it ends.
        let who = home.who(&ada.session).await;
        let raw = request(&app, "openid offline_access", "");
        home.instance.sessions.sign_out_everywhere(&myself(&home.instance, &who)).await.unwrap();
        let authorization = &home.instance.authorization;
        let answered = authorization.authorize(raw.as_bytes(), Some(&who), &ada.browser, &nobody()).await.unwrap();
        assert!(matches!(answered, Authorized::SignIn { .. }));
        let silent = format!("{raw}&prompt=none");
        let answered = authorization.authorize(silent.as_bytes(), Some(&who), &ada.browser, &nobody()).await.unwrap();
        assert!(sent(&answered).contains("login_required"), "{}", sent(&answered));

        let state = RelayState {
            app: wiki.app.clone(),
            host: wiki.host.to_string(),
            return_path: ReturnPath::root(),
            browser_hash: home.instance.gateway.new_relay_browser().hash(),
            issued_at: home.instance.now(),
            proof: Proof::default(),
        };
        let refused = home.instance.gateway.go_back(&who, &state).await;
        assert!(matches!(refused, Err(RelayError::SignedOut)), "{refused:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_another_server_has_just_removed_is_an_unknown_one() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let replica = home.replica().await;
        let raw = request(&app, "openid", "");
        for who in [Some(home.who(&ada.session).await), None] {
            assert!(replica.caches.client(app.as_str()).await.unwrap().is_some(), "warm");
            let mut tx = home.db().begin().await.unwrap();
            clients::delete(&mut tx, &app, home.instance.now()).await.unwrap();
            tx.commit().await.unwrap();
            let asked = replica.authorization.authorize(raw.as_bytes(), who.as_ref(), &ada.browser, &nobody()).await;
            assert!(matches!(asked.unwrap(), Authorized::Page(_)));
            home.client("app", |_| {}).await;
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_code_that_is_made_while_everything_ends_yields_nothing() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let raw = request(&app, "openid offline_access", "");
        for _ in 0..ROUNDS {
            ada.session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap().token;
            let who = home.who(&ada.session).await;
            let done = at_once(2, |n| {
                let (instance, who, raw) = (Arc::clone(&instances[n]), who.clone(), raw.clone());
                let browser = ada.browser.clone();
                async move {
                    if n == 0 {
                        instance.sessions.sign_out_everywhere(&myself(&instance, &who)).await.unwrap();
                        return None;
                    }
                    let caller = nobody();
                    let asked = instance.authorization.authorize(raw.as_bytes(), Some(&who), &browser, &caller);
                    Some(asked.await.unwrap())
                }
            });
            for answered in done.await.into_iter().flatten() {
                if sent(&answered).contains("code=") {
                    assert!(home.redeem(&code_in(&answered), &app).await.is_err(), "outlived it");
                }
            }
        }
    });
}
