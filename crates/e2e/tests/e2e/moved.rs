//! After a move to another domain, as browsers see it. The whole way of somebody with a passkey of the old host is a drill
//! (`drills`).

use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::Browser,
    instance::{Engine, ISSUER, Instance, MOVED, relying_parties},
    pages::{self, FORMER_BUTTON, NO_AUTOFILL, PASSKEY_BUTTON},
};

/// As Firefox says of itself: WebAuthn Level 3 §5.1.9.
const NO_RELATED_ORIGINS: &str =
    "PublicKeyCredential.getClientCapabilities = async () => ({ conditionalGet: true, relatedOrigins: false })";

/// An instance that has moved, and the browser of its administrator, who made a passkey before.
async fn set_up_and_move() -> (Instance, Browser) {
    let mut instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let browser = instance.browser().await;
    browser.before_each_page(NO_AUTOFILL).await;
    Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    instance.doorstep.reported(&["move", MOVED, "--yes"]);
    instance.doorstep.stop();
    instance.doorstep.start().await;
    (instance, browser)
}

#[tokio::test]
async fn a_page_of_the_old_host_opens_at_the_new_one_and_its_passkey_signs_in_again_and_again() {
    let (_instance, browser) = set_up_and_move().await;
    for _ in 0..2 {
        browser.forget_cookies().await;
        browser.open(&format!("{ISSUER}/account")).await;
        browser.wait_for_url("the sign-in page of the new host", |url| url.as_str().starts_with(MOVED)).await;
        browser.click(FORMER_BUTTON).await;
        browser.wait_for_url("the page to make another", |url| url.path() == "/account/passkeys/new").await;
        // Not now.
        browser.click("a.button[href='/account']").await;
        browser.wait_for_url("the account", |url| url.as_str() == format!("{MOVED}/account")).await;
        let text = browser.text().await;
        assert!(text.contains("It is for auth.home.test, the former address."), "{text}");
    }
}

#[tokio::test]
async fn a_browser_without_related_origins_says_so_and_a_link_is_the_way() {
    let (instance, browser) = set_up_and_move().await;
    browser.before_each_page(NO_RELATED_ORIGINS).await;
    browser.open(&format!("{MOVED}/login")).await;
    browser.wait_for("[data-unrelated]").await;
    let text = browser.text().await;
    assert!(text.contains("This browser cannot use passkeys of auth.home.test here."), "{text}");
    assert!(!text.contains("Use a passkey of auth.home.test"), "{text}");
    let link = instance.doorstep.reported(&["recover", "ada"]).link(MOVED);
    pages::enrol(&browser, &link).await;
    browser.forget_cookies().await;
    browser.open(&format!("{MOVED}/account")).await;
    browser.click(PASSKEY_BUTTON).await;
    browser.wait_for_url("the account", |url| url.as_str() == format!("{MOVED}/account")).await;
}
