//! A password and an authenticator app, in a real browser: added by its page, asked for at the next sign-in, each code once.

use crate::sign_in::patient;
use doorstep_core::{
    time::{Timestamp, Ttl},
    totp::TotpSecret,
};
use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::{Browser, ENTER},
    instance::{Engine, ISSUER, Instance, relying_parties},
    pages,
    relying_party::Library,
};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const PASSWORD: &str = "four words are good";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp::from_millis(i64::try_from(since.as_millis()).expect("a date"))
}

/// What somebody types into their app, as it is read from the page.
async fn secret_on(browser: &Browser) -> TotpSecret {
    let shown = browser.script("return document.querySelector('input.mono[readonly]').value", json!([])).await;
    let letters = shown.as_str().expect("a text").chars().filter(|letter| *letter != ' ');
    let bits: Vec<usize> = letters
        .flat_map(|letter| {
            let five = LETTERS.find(letter).expect("base32");
            (0..5).rev().map(move |place| five >> place & 1)
        })
        .collect();
    let byte = |bits: &[usize]| u8::try_from(bits.iter().fold(0, |all, bit| all << 1 | bit)).expect("a byte");
    TotpSecret::from_bytes(&bits.chunks(8).map(byte).collect::<Vec<_>>()).expect("160 bits")
}

/// User name and password, as far as the question for a code.
async fn with_the_password(browser: &Browser) {
    browser.fill("input[name=user_name]", "ada").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("form[method=post][action='/login'] button").await;
    browser.wait_for("form[action='/login/code'] input[name=code]").await;
}

/// The page says no, whatever the machine's load made of the half minute.
async fn refused(browser: &Browser, code: &str, why: &str) {
    browser.fill("form[action='/login/code'] input[name=code]", code).await;
    browser.click("form[action='/login/code'] button").await;
    browser.wait_for("#problem").await;
    assert!(browser.text().await.contains(why), "{why}: {}", browser.text().await);
}

#[tokio::test]
async fn a_password_and_a_code_lead_to_the_app_and_the_code_works_once() {
    let settings = relying_parties() + "[sign_in]\npasswords = true\n";
    let mut instance = Instance::provider(Engine::Sqlite, &settings).await;
    instance.start_relying_parties().await;
    let browser = patient(&instance).await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    browser.open(&format!("{ISSUER}/account")).await;
    browser.click("section[aria-labelledby=password] summary").await;
    browser.fill("form[action='/account/password'] input[name=new]", PASSWORD).await;
    browser.click("form[action='/account/password'] button").await;
    browser.wait_for("a[href='/account/authenticator']").await;
    browser.click("a[href='/account/authenticator']").await;
    browser.click("form[action='/account/authenticator/new'] button").await;
    browser.wait_for("svg.code").await;
    browser.screenshot("authenticator-add").await;
    for width in [320, 1280] {
        browser.resize(width, 800).await;
        assert!(pages::overhang(&browser).await <= 0, "{width}");
    }
    let secret = secret_on(&browser).await;
    browser.fill("input[name=name]", "Telephone").await;
    let first = secret.code_at(now());
    browser.fill("input[name=code]", &first).await;
    browser.press(ENTER).await;
    browser.wait_for("[role=status]").await;
    assert!(browser.text().await.contains("The authenticator app is ready."), "{}", browser.text().await);

    // Another browser, without the passkey.
    let telephone = patient(&instance).await;
    telephone.resize(320, 640).await;
    let library = Library::ALL[0];
    telephone.open(&library.url()).await;
    telephone.wait_for("input[name=password]").await;
    with_the_password(&telephone).await;
    telephone.screenshot("sign-in-code-320").await;
    assert!(pages::overhang(&telephone).await <= 0);
    refused(&telephone, &first, "code").await;
    let early = secret.code_at(now() + Ttl::from_minutes(5));
    refused(&telephone, &early, "The clock of the device with the app is wrong").await;
    // The one after the first, which the app will show, counts half a minute early.
    let code = secret.code_at(now() + Ttl::from_seconds(30));
    telephone.fill("form[action='/login/code'] input[name=code]", &code).await;
    telephone.press(ENTER).await;
    let learned = pages::learned(&telephone, &library.host()).await;
    assert_eq!(learned["claims"]["amr"], json!(["pwd", "otp", "mfa"]), "{learned}");
    // The browser remarks on the two codes that were refused, and on nothing else.
    let complaints = telephone.complaints().await;
    let expected = |line: &String| (line.contains("/login/code") && line.contains("400")) || line.contains("favicon");
    assert!(complaints.iter().all(expected), "{complaints:#?}");

    telephone.forget_cookies().await;
    telephone.open(&format!("{ISSUER}/login")).await;
    with_the_password(&telephone).await;
    refused(&telephone, &code, "code").await;
    assert!(telephone.has("a[href='/login']").await, "a passkey is one press away");
}
