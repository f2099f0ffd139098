//! The device grant (RFC 8628) on two replicas, at the same time, and with everything that may have changed meanwhile.

use crate::fixture::{Home, Person, ask, at_once, myself, nobody, on_both, somewhere};
use doorstep_app::{accounts::DeviceError, instance::Instance};
use doorstep_core::{id::ClientId, oauth::device::GRANT_TYPE, time::Ttl};
use serde_json::Value;
use std::sync::Arc;

const ROUNDS: usize = 5;

/// An app that runs on televisions.
async fn television(home: &Home) -> ClientId {
    home.client("tv", |client| client.device = true).await
}

async fn begun(home: &Home, app: &ClientId, scope: &str) -> (String, String) {
    let body = format!("{}&scope={}", home.proof(app).await, scope.replace(' ', "+"));
    let said = home.instance.tokens.authorize_device(None, body.as_bytes(), (&nobody(), &somewhere())).await.unwrap();
    let said: Value = serde_json::from_slice(&said).unwrap();
    let text = |name: &str| said[name].as_str().unwrap().to_owned();
    (text("device_code"), text("user_code"))
}

/// What the app is told: tokens, or the error.
async fn poll(instance: &Instance, device_code: &str, proof: &str) -> Result<Value, String> {
    ask(instance, None, &format!("{proof}&grant_type={GRANT_TYPE}&device_code={device_code}")).await
}

async fn answer(home: &Home, instance: &Instance, who: &Person, code: &str, yes: bool) -> Result<(), DeviceError> {
    let who = home.who(&who.session).await;
    instance.accounts.answer_device(&myself(instance, &who), (code, yes), "192.0.2.7").await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn security_100_and_109_one_person_answers_a_code_and_it_is_redeemed_once_on_two_replicas() {
    on_both!(|home| {
        let (ada, grace) = (home.person("ada", &[]).await, home.person("grace", &[]).await);
        let app = television(&home).await;
        let home = Arc::new(home);
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let people = Arc::new([ada, grace]);
        for _ in 0..ROUNDS {
            let (device, code) = begun(&home, &app, "openid").await;
            let done = at_once(2, |n| {
                let (home, instance, people, code) =
                    (Arc::clone(&home), Arc::clone(&instances[n]), Arc::clone(&people), code.clone());
                async move { answer(&home, &instance, &people[n], &code, true).await.is_ok() }
            })
            .await;
            assert_eq!(done.iter().filter(|one| **one).count(), 1, "one of two people");
            let proof = home.proof(&app).await;
            let done = at_once(2, |n| {
                let (instance, device, proof) = (Arc::clone(&instances[n]), device.clone(), proof.clone());
                async move { poll(&instance, &device, &proof).await.is_ok() }
            })
            .await;
            assert_eq!(done.iter().filter(|one| **one).count(), 1, "redeemed once");
            assert_eq!(poll(&home.instance, &device, &proof).await, Err("invalid_grant".to_owned()));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_38_what_changed_since_the_approval_counts_when_the_app_asks() {
    on_both!(|home| {
        let ada = home.person("ada", &["tv-users"]).await;
        let app = home
            .client("tv", |client| {
                client.device = true;
                client.allow = Some(crate::fixture::groups(&["tv-users"]));
            })
            .await;
        let proof = home.proof(&app).await;
        let (device, code) = begun(&home, &app, "openid offline_access").await;
        answer(&home, &home.instance, &ada, &code, true).await.unwrap();
        home.member("ada", "tv-users", false).await;
        assert_eq!(poll(&home.instance, &device, &proof).await, Err("invalid_grant".to_owned()), "not in the group");
        home.member("ada", "tv-users", true).await;
        let tokens = poll(&home.instance, &device, &proof).await.unwrap();
        assert!(tokens["refresh_token"].is_string() && home.opens(&tokens).await, "nothing was used up by the refusal");

        let (device, code) = begun(&home, &app, "openid offline_access").await;
        answer(&home, &home.instance, &ada, &code, true).await.unwrap();
        home.switch("ada", false).await;
        // Switching off ends the session in which it was approved.
        assert_eq!(poll(&home.instance, &device, &proof).await, Err("access_denied".to_owned()), "switched off");
        assert!(!home.opens(&tokens).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_100_another_client_gets_nothing_and_a_code_that_ended_is_swept() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (app, other) = (television(&home).await, home.client("other", |client| client.device = true).await);
        let (device, code) = begun(&home, &app, "openid").await;
        answer(&home, &home.instance, &ada, &code, true).await.unwrap();
        let others = home.proof(&other).await;
        assert_eq!(poll(&home.instance, &device, &others).await, Err("invalid_grant".to_owned()));
        home.wait(Ttl::from_minutes(10));
        let own = home.proof(&app).await;
        assert_eq!(poll(&home.instance, &device, &own).await, Err("expired_token".to_owned()));
        let mut conn = home.db().write().await.unwrap();
        doorstep_store::sweep::expired(&mut conn, home.instance.now(), None).await.unwrap();
        drop(conn);
        assert_eq!(poll(&home.instance, &device, &own).await, Err("invalid_grant".to_owned()));
    });
}
