//! What pages tell whoever keeps a person's passkeys, WebAuthn Level 3 §5.1.10.

use crate::sign_in::{assert_no_complaints, instance, patient};
use doorstep_e2e::{
    authenticator::{Authenticator, Held},
    instance::ISSUER,
    pages::{self, PASSKEY_BUTTON, SIGNALS_KEPT},
    wait::{PATIENCE, until},
};
use serde_json::json;

#[tokio::test]
async fn a_passkey_that_nobody_here_knows_is_refused_and_forgotten_and_a_disabled_persons_is_kept() {
    let (one, other) = (instance().await, instance().await);
    let first = patient(&one).await;
    let authenticator = Authenticator::plug_into(&first).await;
    pages::set_up(&first, &one.doorstep.set_up_link().await).await;
    let held = authenticator.credentials().await.remove(0);

    // The same name, another server behind it: the passkey fits the name and nobody there knows it.
    let second = patient(&other).await;
    second.before_each_page(SIGNALS_KEPT).await;
    let elsewhere = Authenticator::plug_into(&second).await;
    elsewhere.put(&held).await;
    second.open(&format!("{ISSUER}/login")).await;
    second.click(PASSKEY_BUTTON).await;
    second.wait_for("[data-status].bad").await;
    assert_eq!(second.url().await.path(), "/login");
    let unknown = json!({ "rpId": held.rp_id, "credentialId": held.id });
    assert_eq!(second.script("return signals", json!([])).await, json!([["signalUnknownCredential", unknown]]));
    elsewhere.until_it_keeps("a passkey to be forgotten", <[Held]>::is_empty).await;

    // Somebody whose account is disabled may come back.
    let _ada = other.ada().await;
    pages::enrol(&second, &other.doorstep.reported(&["user", "add", "grace"]).link(ISSUER)).await;
    second.forget_cookies().await;
    other.doorstep.reported(&["user", "disable", "grace"]);
    second.open(&format!("{ISSUER}/login")).await;
    second.click(PASSKEY_BUTTON).await;
    second.wait_for("[data-status].bad").await;
    assert!(second.text().await.contains("Your account is disabled."), "{}", second.text().await);
    assert_eq!(second.script("return signals", json!([])).await, json!([]));
    assert_eq!(elsewhere.credentials().await.len(), 1);
}

#[tokio::test]
async fn the_account_page_tells_the_authenticator_which_passkeys_are_left_and_what_the_person_is_called() {
    let instance = instance().await;
    let browser = patient(&instance).await;
    let lost = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    let first = lost.credentials().await.remove(0);
    lost.unplug().await;
    let authenticator = Authenticator::plug_into(&browser).await;
    browser.open(&format!("{ISSUER}/account/passkeys/new")).await;
    browser.click(PASSKEY_BUTTON).await;
    browser.wait_for_url("the account", |url| url.path() == "/account").await;

    // Both passkeys are good: the one that this authenticator has stays, under the new name.
    browser.before_each_page(SIGNALS_KEPT).await;
    browser.click("#you ~ details summary").await;
    browser.fill("form[action='/account/name'] input[name=name]", "Countess Ada").await;
    browser.click("form[action='/account/name'] button").await;
    let renamed = |held: &[Held]| held.iter().any(|one| one.names == ["ada", "Countess Ada"]);
    authenticator.until_it_keeps("the new name", renamed).await;

    browser.click(".rows > li:nth-child(2) .verbs details:nth-of-type(2) summary").await;
    browser.click(".rows > li:nth-child(2) .verbs form button.danger").await;
    authenticator.until_it_keeps("nothing that was removed", <[Held]>::is_empty).await;
    let (rp, user) = (&first.rp_id, &first.user_handle);
    let told = json!([
        ["signalAllAcceptedCredentials", { "rpId": rp, "userId": user, "allAcceptedCredentialIds": [first.id] }],
        ["signalCurrentUserDetails", { "rpId": rp, "userId": user, "name": "ada", "displayName": "Countess Ada" }],
    ]);
    let complete = async || Some(browser.script("return signals", json!([])).await).filter(|signals| *signals == told);
    until("both signals", PATIENCE, complete).await;
    assert_no_complaints(&browser).await;
}
