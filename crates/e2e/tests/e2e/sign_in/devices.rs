//! A second device, enrolled from a first one that is signed in.

use crate::sign_in::{assert_no_complaints, instance, patient};
use doorstep_e2e::{
    authenticator::Authenticator,
    instance::ISSUER,
    pages::{self, PASSKEY_BUTTON},
};
use serde_json::json;

#[tokio::test]
async fn a_second_device_is_enrolled_by_the_address_that_the_first_one_shows() {
    let instance = instance().await;
    let browser = patient(&instance).await;
    let first = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    browser.open(&format!("{ISSUER}/account/passkeys/new")).await;
    browser.click("form[action='/account/passkeys/elsewhere'] button").await;
    browser.wait_for("svg.code").await;
    for width in [320, 1280] {
        browser.resize(width, 800).await;
        browser.screenshot(&format!("other-device-{width}")).await;
        assert!(pages::overhang(&browser).await <= 0, "{width}");
    }
    let link = browser.script("return document.querySelector('input.mono').value", json!([])).await;

    let telephone = patient(&instance).await;
    telephone.resize(320, 640).await;
    let second = Authenticator::plug_into(&telephone).await;
    telephone.open(link.as_str().expect("an address")).await;
    assert!(telephone.text().await.contains("Add this device"), "{}", telephone.text().await);
    telephone.screenshot("add-this-device-320").await;
    telephone.click(PASSKEY_BUTTON).await;
    telephone.wait_for_url("the portal", |url| url.path() == "/").await;
    let (held, new) = (first.credentials().await, second.credentials().await);
    assert_eq!((held.len(), new.len()), (1, 1));
    assert_eq!(held[0].user_handle, new[0].user_handle, "one account");
    assert_no_complaints(&telephone).await;

    // The first browser is where it was, with both passkeys.
    browser.open(&format!("{ISSUER}/account")).await;
    browser.wait_for_url("the account", |url| url.path() == "/account").await;
    let rows = "return document.querySelectorAll('[aria-labelledby=passkeys] .rows > li').length";
    assert_eq!(browser.script(rows, json!([])).await, json!(2));
}
