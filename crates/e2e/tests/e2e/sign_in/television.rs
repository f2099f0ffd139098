//! A television: npm openid-client shows a code, and a person approves it in a browser on another device (RFC 8628).

use crate::sign_in::{assert_no_complaints, look_at, patient, tab_to};
use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::{Browser, ENTER},
    given::url_of,
    http::Visitor,
    instance::{Engine, ISSUER, Instance},
    pages::{self, PASSKEY_BUTTON},
    wait,
};
use serde_json::{Value, json};

const APP: &str = "rp-node";
const ALLOW: &str = "button[value=allow]";

fn declared() -> String {
    let url = url_of(APP);
    format!(
        "[groups]\nadmins = [\"ada\"]\n[apps.{APP}]\nurl = \"{url}\"\ntitle = \"Television\"\ndevice = true\n\
         callbacks = []\nauth_method = \"none\"\n"
    )
}

async fn begun(television: &Visitor) -> Value {
    let answer = television.get(&format!("{}/begin", url_of(APP))).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// What the app has learned, once it does not wait any more.
async fn ended(television: &Visitor) -> Value {
    let asked = || async {
        let state = television.get(&format!("{}/state", url_of(APP))).send().await.json();
        (state["waiting"] != true).then_some(state)
    };
    wait::until("the television to be answered", wait::PATIENCE, asked).await
}

/// Opens the page by the short address, and types the code.
async fn type_code(browser: &Browser, begun: &Value) {
    browser.open(begun["verification_uri"].as_str().expect("an address")).await;
    browser.wait_for("input[name=code]").await;
    // Without the dash and in small letters, by keyboard: the field has the focus.
    for key in begun["user_code"].as_str().expect("a code").to_lowercase().replace('-', "").chars() {
        browser.press(&key.to_string()).await;
    }
    browser.press(ENTER).await;
    browser.wait_for(ALLOW).await;
}

#[tokio::test]
async fn a_person_types_the_code_of_a_television_sees_who_asks_and_allows_it_by_keyboard() {
    let mut instance = Instance::provider(Engine::Sqlite, &declared()).await;
    instance.start_script(APP, "television.mjs").await;
    let television = instance.visitor();
    let browser = patient(&instance).await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;

    let first = begun(&television).await;
    type_code(&browser, &first).await;
    let text = browser.text().await;
    for part in ["Sign in to Television on another device", first["user_code"].as_str().unwrap(), "127.0.0.1"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    browser.screenshot("device-asked").await;
    tab_to(&browser, ALLOW).await;
    browser.press(ENTER).await;
    let learned = ended(&television).await;
    assert_eq!(learned["userinfo"]["preferred_username"], "ada", "{learned}");
    assert_eq!((&learned["claims"]["acr"], &learned["claims"]["iss"]), (&json!("phr"), &json!(ISSUER)), "{learned}");

    assert_no_complaints(&browser).await;

    // The code is spent, and says nothing of whose it was.
    browser.open(first["verification_uri_complete"].as_str().unwrap()).await;
    browser.wait_for("input[name=code]").await;
    browser.press(ENTER).await;
    browser.wait_for("[role=alert]").await;
}

#[tokio::test]
async fn security_48_the_code_in_a_link_stands_in_the_field_and_refusing_is_told_to_the_television() {
    let mut instance = Instance::provider(Engine::Sqlite, &declared()).await;
    instance.start_script(APP, "television.mjs").await;
    let television = instance.visitor();
    let browser = patient(&instance).await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    browser.forget_cookies().await;

    // Scanned by a telephone on which nobody is signed in: the sign-in comes first, and leads back to the code.
    let begun = begun(&television).await;
    let scanned = begun["verification_uri_complete"].as_str().unwrap();
    browser.open(scanned).await;
    browser.click(PASSKEY_BUTTON).await;
    browser.wait_for("input[name=code]").await;
    let typed = browser.script("return document.querySelector('input[name=code]').value", json!([])).await;
    assert_eq!(typed, begun["user_code"], "it stands there, and nothing was approved");
    let waiting = television.get(&format!("{}/state", url_of(APP))).send().await.json();
    assert_eq!(waiting, json!({ "waiting": true }));
    browser.resize(320, 640).await;
    look_at(&browser, scanned, "device").await;

    // Plain forms, without script.
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.open(scanned).await;
    browser.click("form button").await;
    browser.wait_for(ALLOW).await;
    assert_eq!(pages::overhang(&browser).await, 0);
    browser.click("button[value=refuse]").await;
    browser.wait_for("h1").await;
    assert_eq!(ended(&television).await, json!({ "error": "access_denied" }));
}
