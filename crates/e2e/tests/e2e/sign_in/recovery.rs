//! Lock-out drills: whoever has lost every passkey comes back by themselves, with a code on paper.

use crate::sign_in::{assert_no_complaints, instance, patient};
use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::{Browser, ENTER},
    instance::{Engine, ISSUER, Instance, relying_parties},
    pages::{self, NO_AUTOFILL, PASSKEY_BUTTON},
    relying_party::Library,
};
use serde_json::json;

/// Makes a kit on the account page, by its buttons; the codes.
async fn printed(browser: &Browser) -> Vec<String> {
    browser.open(&format!("{ISSUER}/account")).await;
    browser.click("a[href='/account/recovery-kit']").await;
    browser.click("form[action='/account/recovery-kit'] button").await;
    browser.wait_for(".codes li").await;
    assert!(browser.has("button[data-print]:not([hidden])").await, "it can be printed");
    let codes =
        browser.script("return [...document.querySelectorAll('.codes li')].map((li) => li.textContent)", json!([]));
    let codes: Vec<String> = serde_json::from_value(codes.await).expect("a list of texts");
    assert_eq!(codes.len(), 10);
    codes
}

#[tokio::test]
async fn lock_out_drill_whoever_lost_the_only_passkey_comes_back_by_a_code_and_to_an_app() {
    let mut instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    instance.start_relying_parties().await;
    let browser = patient(&instance).await;
    let lost = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    let codes = printed(&browser).await;
    browser.screenshot("recovery-kit-made").await;
    for width in [320, 1280] {
        browser.resize(width, 800).await;
        assert!(pages::overhang(&browser).await <= 0, "{width}");
    }
    lost.unplug().await;

    // A new telephone: no cookie, no passkey.
    let telephone = instance.browser().await;
    telephone.before_each_page(NO_AUTOFILL).await;
    telephone.resize(320, 640).await;
    let new = Authenticator::plug_into(&telephone).await;
    let library = Library::ALL[0];
    telephone.open(&library.url()).await;
    telephone.wait_for_url("the sign-in page", |url| url.path() == "/login").await;
    telephone.click("footer summary").await;
    telephone.click("a[href='/recover']").await;
    telephone.wait_for("input[name=code]").await;
    telephone.screenshot("recover-320").await;
    // By keyboard alone: the field has the focus.
    for key in codes[0].to_lowercase().chars() {
        telephone.press(&key.to_string()).await;
    }
    telephone.press(ENTER).await;
    telephone.wait_for_url("the recovery link", |url| url.path().starts_with("/enrol/")).await;
    assert!(telephone.text().await.contains("Welcome back, Ada"), "{}", telephone.text().await);
    telephone.click(PASSKEY_BUTTON).await;
    telephone.wait_for_url("the portal", |url| url.path() == "/").await;
    assert_eq!(new.credentials().await.len(), 1);
    telephone.open(&library.url()).await;
    let learned = pages::learned(&telephone, &library.host()).await;
    assert_eq!(learned["userinfo"]["preferred_username"], "ada", "{learned}");
    assert_no_complaints(&telephone).await;

    // Whoever sat at the old browser is out.
    browser.open(&format!("{ISSUER}/account")).await;
    browser.wait_for_url("the sign-in page", |url| url.path() == "/login").await;
}

#[tokio::test]
async fn a_code_is_used_and_tested_by_plain_forms_that_work_without_script() {
    let instance = instance().await;
    let browser = patient(&instance).await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    let codes = printed(&browser).await;

    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.open(&format!("{ISSUER}/account/recovery-kit")).await;
    browser.click("summary").await;
    browser.fill("form[action$='/try'] input[name=code]", &codes[1]).await;
    browser.click("form[action$='/try'] button").await;
    browser.wait_for("[role=status]").await;
    assert!(browser.text().await.contains("This code works. It was not used up."), "{}", browser.text().await);
    browser.forget_cookies().await;
    browser.open(&format!("{ISSUER}/recover")).await;
    browser.fill("input[name=code]", "7K2M-9QXF-0A3C-VT8B").await;
    browser.click("form button").await;
    browser.wait_for("[role=alert]").await;
    browser.fill("input[name=code]", &codes[1]).await;
    browser.click("form button").await;
    browser.wait_for_url("the recovery link", |url| url.path().starts_with("/enrol/")).await;
}
