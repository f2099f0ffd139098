//! The app `photos`, as far as it talks to the instance by itself.

use crate::{
    browser::{Answer, FORM},
    running::{CALLBACK, Running},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::oauth::params::encode_pairs;
use reqwest::Method;
use serde_json::Value;

/// Asks the token endpoint as the app does.
pub(crate) async fn token(running: &Running, pairs: &[(&str, &str)]) -> Answer {
    let secret = running.client_secret();
    let own = [("client_id", "photos"), ("client_secret", secret.expose().as_str())];
    let body = encode_pairs(pairs.iter().copied().chain(own));
    running.browser().send(Method::POST, "/token", &[], Some((FORM, body))).await
}

/// Exchanges a code.
pub(crate) async fn redeem(running: &Running, code: &str) -> Value {
    let pairs = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    let answer = token(running, &pairs).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// What an ID Token says. Its signature is not looked at here.
pub(crate) fn claims(id_token: &Value) -> Value {
    let body = id_token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

/// Asks the UserInfo endpoint.
pub(crate) async fn userinfo(running: &Running, access: &Value) -> Answer {
    let bearer = format!("Bearer {}", access.as_str().unwrap());
    running.browser().send(Method::GET, "/userinfo", &[("authorization", &bearer)], None).await
}
