//! A television: an app on a device shows a code, and somebody approves it on another device (RFC 8628).

use crate::{
    browser::{Answer, Browser, FORM},
    person,
    relying_party::{claims, token, userinfo},
    running::{self, ISSUER, Running},
};
use doorstep_core::{
    model::{ClientAuthMethod, ClientSecret},
    oauth::{device::GRANT_TYPE, params::encode_pairs},
    time::Ttl,
};
use reqwest::Method;
use serde_json::{Value, json};

/// An instance whose app `photos` runs on televisions, and its administrator.
async fn television() -> (Running, Browser) {
    let running = running::empty().await;
    running.declare(|client| client.device = true).await;
    let (ada, _) = person::ada(&running).await;
    (running, ada)
}

/// What the app asks for on the device.
async fn begin(running: &Running, scope: &str) -> Answer {
    let secret = running.client_secret();
    let body = [("client_id", "photos"), ("client_secret", secret.expose().as_str()), ("scope", scope)];
    let body = encode_pairs(body);
    let agent = [("user-agent", "Mozilla/5.0 (Linux; Android 14) Chrome/130.0")];
    running.browser().send(Method::POST, "/device_authorization", &agent, Some((FORM, body))).await
}

async fn begun(running: &Running, scope: &str) -> Value {
    let answer = begin(running, scope).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The app's question, whether somebody approved.
async fn poll(running: &Running, begun: &Value) -> Answer {
    token(running, &[("grant_type", GRANT_TYPE), ("device_code", begun["device_code"].as_str().unwrap())]).await
}

async fn error(running: &Running, begun: &Value) -> Value {
    let answer = poll(running, begun).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    answer.json()["error"].take()
}

async fn answer(browser: &mut Browser, code: &Value, decision: &str) -> Answer {
    browser.post("/device/answer", &[("code", code.as_str().unwrap()), ("decision", decision)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn security_48_and_100_whoever_has_the_code_sees_app_and_place_and_presses_a_button() {
    let (running, mut ada) = television().await;
    let begun = begun(&running, "openid email").await;
    let code = begun["user_code"].as_str().unwrap();
    assert_eq!(begun["verification_uri"], format!("{ISSUER}/device"));
    assert_eq!(error(&running, &begun).await, "authorization_pending");

    // The address with the code in it approves nothing, whoever opens it.
    let whole = begun["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned();
    let signed_out = running.browser().get(&whole).await;
    assert_eq!(signed_out.location(), format!("/login?next=%2Fdevice%3Fcode%3D{code}"));
    let field = ada.get(&whole).await;
    assert_eq!(field.heading(), "Sign in on another device");
    assert!(field.body.contains(&format!("value=\"{code}\"")) && !field.body.contains("Photos"));
    let asked = ada.post("/device", &[("code", &code.to_lowercase().replace('-', ""))]).await;
    assert_eq!(asked.heading(), "Sign in to Photos on another device");
    for said in [code, "Chrome on Android", "127.0.0.1", "signed in there until you sign out here"] {
        assert!(asked.body.contains(said), "{said}: {}", asked.body);
    }
    running.pass(Ttl::from_seconds(5));
    assert_eq!(error(&running, &begun).await, "authorization_pending", "seen, and not approved");

    assert_eq!(answer(&mut ada, &begun["user_code"], "allow").await.heading(), "You are signed in on the other device");
    let tokens = poll(&running, &begun).await;
    assert_eq!((tokens.status.as_u16(), tokens.header("cache-control")), (200, "no-store"));
    let tokens = tokens.json();
    let claims = claims(&tokens["id_token"]);
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!("photos"), &Value::Null));
    assert_eq!(tokens["refresh_token"], Value::Null, "offline_access was not asked for");
    assert_eq!(userinfo(&running, &tokens["access_token"]).await.json()["email"], "ada@example.org");
    assert_eq!(error(&running, &begun).await, "invalid_grant", "once");
    assert!(
        ada.get("/account/activity").await.body.contains("An app was allowed on another device: <bdi>photos</bdi>")
    );

    ada.post("/logout", &[]).await;
    assert_eq!(userinfo(&running, &tokens["access_token"]).await.status, 401, "it hung on the session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_asks_too_often_is_slowed_down_and_a_code_ends() {
    let (running, mut ada) = television().await;
    let begun = begun(&running, "openid").await;
    assert_eq!(error(&running, &begun).await, "authorization_pending");
    assert_eq!(error(&running, &begun).await, "slow_down");
    running.pass(Ttl::from_seconds(6));
    assert_eq!(error(&running, &begun).await, "slow_down", "ten seconds now");
    running.pass(Ttl::from_seconds(15));
    assert_eq!(error(&running, &begun).await, "authorization_pending");
    running.pass(Ttl::from_minutes(10));
    assert_eq!(error(&running, &begun).await, "expired_token");
    // Her sign-in is old by now, and that is asked for first.
    let code = begun["user_code"].as_str().unwrap();
    let prove = ada.post("/device", &[("code", code)]).await;
    assert_eq!(prove.location(), format!("/login?again=1&next=%2Fdevice%3Fcode%3D{code}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_refuses_or_may_not_use_the_app_gives_nothing() {
    let running = running::empty().await;
    let allowed = ["admins".parse().unwrap()].into();
    running.declare(|client| (client.device, client.allow) = (true, Some(allowed))).await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut grace, _) = person::grace(&running).await;
    let begun = begun(&running, "openid").await;
    let code = begun["user_code"].as_str().unwrap();
    let denied = grace.post("/device", &[("code", code)]).await;
    assert_eq!(denied.status, 403, "{denied:?}");
    assert_eq!(answer(&mut grace, &begun["user_code"], "allow").await.status, 403);
    assert_eq!(error(&running, &begun).await, "authorization_pending");
    assert_eq!(answer(&mut ada, &begun["user_code"], "refuse").await.heading(), "You refused");
    assert_eq!(error(&running, &begun).await, "access_denied");
    let late = answer(&mut ada, &begun["user_code"], "allow").await;
    assert_eq!(late.status, 400, "it was answered");
    assert_eq!(error(&running, &begun).await, "access_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_99_only_a_declared_app_asks_and_only_for_its_scopes() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let refused = begin(&running, "openid").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("unauthorized_client")));
    running.declare(|client| client.device = true).await;
    assert_eq!(begin(&running, "admin").await.json()["error"], "invalid_scope");
    let wrong = encode_pairs([("client_id", "photos"), ("client_secret", "wrong")]);
    let wrong = running.browser().send(Method::POST, "/device_authorization", &[], Some((FORM, wrong))).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["error"]), (401, &json!("invalid_client")));
    // A public client is known by nothing but its name: its code is still its own, and somebody approves it.
    running
        .declare(|client| {
            (client.device, client.auth_method, client.secret) = (true, ClientAuthMethod::None, ClientSecret::None);
        })
        .await;
    let body = encode_pairs([("client_id", "photos"), ("scope", "openid")]);
    let public = running.browser().send(Method::POST, "/device_authorization", &[], Some((FORM, body))).await;
    assert_eq!(public.status, 200, "{public:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_89_guessing_codes_ends_after_a_few_and_a_right_one_costs_nothing() {
    let (running, mut ada) = television().await;
    for _ in 0..7 {
        let begun = begun(&running, "openid").await;
        assert_eq!(ada.post("/device", &[("code", begun["user_code"].as_str().unwrap())]).await.status, 200);
    }
    for typed in ["", "7K2M", "7K2M-9QXF", "0000-0000", "ds_dev_x"] {
        let page = ada.post("/device", &[("code", typed)]).await;
        assert_eq!(page.status, 400, "{typed}");
        assert!(page.body.contains("No device shows this code now"), "{}", page.body);
    }
    let waiting = begun(&running, "openid").await;
    let late = ada.post("/device", &[("code", waiting["user_code"].as_str().unwrap())]).await;
    assert_eq!((late.status.as_u16(), late.header("retry-after")), (429, "600"), "a right one waits too");
    assert_eq!(answer(&mut ada, &waiting["user_code"], "allow").await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_others_says_what_it_would_see_and_the_consent_is_remembered() {
    let running = running::empty().await;
    running.declare(|client| (client.device, client.first_party) = (true, false)).await;
    let (mut ada, _) = person::ada(&running).await;
    let first = begun(&running, "openid email offline_access").await;
    let asked = ada.post("/device", &[("code", first["user_code"].as_str().unwrap())]).await;
    assert!(asked.body.contains("Your e-mail address, <bdi>ada@example.org</bdi>"), "{}", asked.body);
    assert!(asked.body.contains("until you end it under Account"), "{}", asked.body);
    answer(&mut ada, &first["user_code"], "allow").await;
    let tokens = poll(&running, &first).await.json();
    assert!(tokens["refresh_token"].is_string(), "{tokens}");
    let second = begun(&running, "openid email").await;
    let again = ada.post("/device", &[("code", second["user_code"].as_str().unwrap())]).await;
    assert!(!again.body.contains("Your e-mail address"), "allowed before");
    assert!(ada.get("/account").await.body.contains("Photos"));
}

/// Two devices wait, and get what the person says.
pub(crate) async fn one_is_refused_and_one_approved(running: &Running, person: &mut Browser) {
    for (decision, status) in [("refuse", 400), ("allow", 200)] {
        let begun = begun(running, "openid").await;
        answer(person, &begun["user_code"], decision).await;
        assert_eq!(poll(running, &begun).await.status, status, "{decision}");
    }
}
