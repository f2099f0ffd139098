//! People with a passkey.

use crate::{
    browser::{Answer, Browser},
    running::{ISSUER, Running},
};
use doorstep_core::ceremony::soft::SoftAuthenticator;
use serde_json::{Value, json};

/// A passkey of its own for each number.
pub(crate) fn passkey(number: u8) -> SoftAuthenticator {
    SoftAuthenticator::new(ISSUER, [number; 16]).unwrap()
}

/// Options of a ceremony.
pub(crate) struct Options {
    pub(crate) challenge: Value,
    pub(crate) public_key: Value,
}

/// Asks for options.
pub(crate) async fn options(browser: &mut Browser, path: &str, fields: &Value) -> Options {
    let answer = browser.post_json(path, fields).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut json = answer.json();
    Options { challenge: json["challenge_id"].take(), public_key: json["publicKey"].take() }
}

/// `fields` with a challenge and its answer.
pub(crate) fn answered(fields: &Value, challenge: &Value, credential: &Value) -> Value {
    let mut all = fields.clone();
    all["challenge_id"] = challenge.clone();
    all["credential"] = credential.clone();
    all
}

/// Makes a passkey by `path` (`/enrol` or `/account/passkeys`).
pub(crate) async fn make(browser: &mut Browser, soft: &mut SoftAuthenticator, path: &str, fields: &Value) -> Answer {
    let drawn = options(browser, &format!("{path}/options"), fields).await;
    let credential = soft.register(&drawn.public_key).unwrap();
    browser.post_json(path, &answered(fields, &drawn.challenge, &credential)).await
}

/// Signs in. `fields` are those of the page's form.
pub(crate) async fn sign_in(browser: &mut Browser, soft: &mut SoftAuthenticator, fields: &Value) -> Answer {
    let drawn = options(browser, "/login/passkey/options", fields).await;
    let credential = soft.sign_in(&drawn.public_key).unwrap();
    browser.post_json("/login/passkey", &answered(fields, &drawn.challenge, &credential)).await
}

/// The fields of the set-up page for a link.
pub(crate) fn first_person(link: &str) -> Value {
    json!({ "link": link, "display_name": "Ada Lovelace", "user_name": "ada", "email": "ada@example.org" })
}

/// The set-up link's path, printed anew.
pub(crate) async fn setup_link(running: &Running) -> String {
    let link = running.instance.accounts.make_setup_link(&running.act()).await.unwrap().unwrap();
    link.url.strip_prefix(ISSUER).unwrap().to_owned()
}

/// The secret at the end of a link.
pub(crate) fn secret_of(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

/// The first administrator, signed in.
pub(crate) async fn ada(running: &Running) -> (Browser, SoftAuthenticator) {
    let (mut browser, mut soft) = (running.browser(), passkey(1));
    let link = setup_link(running).await;
    let made = make(&mut browser, &mut soft, "/enrol", &first_person(secret_of(&link))).await;
    assert_eq!(made.next(), "/");
    (browser, soft)
}

/// Somebody who is no administrator, signed in.
pub(crate) async fn grace(running: &Running) -> (Browser, SoftAuthenticator) {
    let (mut browser, mut soft) = (running.browser(), passkey(2));
    let link = running.add_person("grace").await;
    let made = make(&mut browser, &mut soft, "/enrol", &json!({ "link": secret_of(&link) })).await;
    assert_eq!(made.next(), "/");
    (browser, soft)
}

/// An authorization request of `photos`, with more parameters.
pub(crate) fn request(more: &str) -> String {
    let callback = doorstep_core::oauth::params::encode(crate::running::CALLBACK);
    let scope = "openid%20profile%20email%20groups";
    format!(
        "/authorize?client_id=photos&response_type=code&scope={scope}&redirect_uri={callback}&state=s1&nonce=n1{more}"
    )
}

/// The id of a parked request in an address like `/login?i=…`.
pub(crate) fn parked(location: &str) -> Value {
    json!({ "interaction": location.split_once("i=").unwrap().1 })
}
