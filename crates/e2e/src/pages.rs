//! What a person does on Doorstep's pages in a real browser, step by step.

use crate::chromium::Browser;
use serde_json::json;
use url::Url;

/// The one button of a page on which a passkey is made or used.
pub const PASSKEY_BUTTON: &str = "form[data-passkey] button";

/// The button of the sign-in page for passkeys of a host that the instance had before.
pub const FORMER_BUTTON: &str = "form[data-passkey] button[name=former]";

/// A script that takes the browser's own offer of passkeys away, so that only the button is left.
pub const NO_AUTOFILL: &str =
    "if (globalThis.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false";

/// A script that keeps what pages tell about passkeys (WebAuthn Level 3 §5.1.10) in `signals`, and passes it on.
pub const SIGNALS_KEPT: &str = "globalThis.signals = []; \
    for (const kind of Object.getOwnPropertyNames(PublicKeyCredential).filter((name) => name.startsWith('signal'))) { \
    const real = PublicKeyCredential[kind]; \
    PublicKeyCredential[kind] = (told) => (signals.push([kind, told]), real.call(PublicKeyCredential, told)); }";

/// Opens the set-up link and becomes the administrator `ada`.
pub async fn set_up(browser: &Browser, link: &str) {
    browser.open(link).await;
    browser.fill("input[name=display_name]", "Ada Lovelace").await;
    browser.fill("input[name=user_name]", "ada").await;
    browser.fill("input[name=email]", "ada@home.test").await;
    browser.click(PASSKEY_BUTTON).await;
    wait_for_the_instance(browser, link).await;
}

/// Opens a link for a new or lost passkey and makes one.
pub async fn enrol(browser: &Browser, link: &str) {
    browser.open(link).await;
    if browser.has("input[name=display_name]").await {
        browser.fill("input[name=display_name]", "Grace Hopper").await;
    }
    browser.click(PASSKEY_BUTTON).await;
    wait_for_the_instance(browser, link).await;
}

async fn wait_for_the_instance(browser: &Browser, link: &str) {
    let link = Url::parse(link).expect("a link is an address");
    let inside = |url: &Url| url.origin() == link.origin() && url.path() != link.path();
    browser.wait_for_url("a page of the instance after the passkey was made", inside).await;
}

/// Signs out of everything, from the account page.
pub async fn sign_out(browser: &Browser, issuer: &str) {
    browser.open(&format!("{issuer}/account")).await;
    browser.click("form[action='/logout'] button").await;
    browser.wait_for_url("the page that says so", |url| url.path() != "/account").await;
}

/// What the relying party's last page shows: the JSON of what it learned.
pub async fn learned(browser: &Browser, host: &str) -> serde_json::Value {
    let back = |url: &Url| url.host_str() == Some(host) && url.path() == "/callback";
    browser.wait_for_url(&format!("{host} again"), back).await;
    let text = browser.text().await;
    let shown = serde_json::from_str(&text);
    shown.unwrap_or_else(|error| panic!("{host} shows no JSON ({error}): {text}"))
}

/// How many CSS pixels the page is wider than the window.
pub async fn overhang(browser: &Browser) -> i64 {
    let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    browser.script(script, json!([])).await.as_i64().expect("a width is a number")
}
