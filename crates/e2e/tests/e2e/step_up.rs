//! A rule that asks for a passkey, in a real browser, behind real nginx and two real versions of Caddy: case 7 of the
//! reference, forward-auth.md §5. That a sign-in grows too old is shown in the tests of `doorstep-web`, whose clock goes
//! where it is put.

use doorstep_e2e::{
    authenticator::Authenticator,
    behind_each,
    chromium::Browser,
    instance::{Engine, GLANCES, ISSUER, Instance, with_glances},
    pages,
    proxy::Kind,
};
use serde_json::json;

const PASSWORD: &str = "four words are good";
const RULES: &str = "
[[apps.glances.rules]]
paths = [\"/keys/\"]
require = 'passkey'
[sign_in]
passwords = true
";

behind_each! {
    case_7_less_proof_than_a_rule_asks_for_is_one_touch_away_from_the_page
}

/// Signs in by a password, which is set first.
async fn by_password(browser: &Browser) {
    browser.open(&format!("{ISSUER}/account")).await;
    browser.click("section[aria-labelledby=password] summary").await;
    browser.fill("form[action='/account/password'] input[name=new]", PASSWORD).await;
    browser.click("form[action='/account/password'] button").await;
    browser.wait_for("[role=status]").await;
    browser.forget_cookies().await;
    browser.open(&format!("{GLANCES}/page")).await;
    browser.wait_for_url("the sign-in page", |url| url.path() == "/login").await;
    browser.fill("input[name=user_name]", "ada").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("form[method=post][action='/login'] button").await;
    browser.wait_for_url("the app", |url| url.as_str() == format!("{GLANCES}/page")).await;
}

async fn case_7_less_proof_than_a_rule_asks_for_is_one_touch_away_from_the_page(kind: Kind) {
    let instance = Instance::guarding_as(Engine::Sqlite, kind, &(with_glances() + RULES)).await;
    let browser = instance.browser().await;
    let authenticator = Authenticator::plug_into(&browser).await;
    browser.before_each_page(pages::NO_AUTOFILL).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    by_password(&browser).await;

    // A script of the app hears what is missing, and is sent nowhere.
    let asked = "return fetch('/keys/x').then(async (answer) => [answer.status, await answer.json()])";
    let heard = browser.script(asked, json!([])).await;
    let address = format!("{GLANCES}/keys/x");
    assert_eq!(heard, json!([401, { "error": "step_up", "login_url": address }]), "{kind:?}");

    let before = instance.echo.seen().len();
    browser.visits().await;
    browser.open(&address).await;
    browser.wait_for_url("the page that asks", |url| url.path() == "/fa/start").await;
    assert!(browser.text().await.contains("Confirm that you are still Ada Lovelace"), "{kind:?}");
    assert!(!browser.has("input[name=password]").await, "{kind:?}: a password would not be enough");
    assert_eq!(instance.echo.seen().len(), before, "{kind:?}: nothing reached the app");
    let signed = authenticator.credentials().await[0].sign_count;
    browser.click(pages::PASSKEY_BUTTON).await;
    browser.wait_for_url("the page of the app", |url| url.as_str() == address).await;
    assert_eq!(authenticator.credentials().await[0].sign_count, signed + 1, "{kind:?}: one touch");
    let visits = browser.visits().await;
    assert!(visits.len() <= 8, "{kind:?}: in circles: {visits:#?}");

    let heard = browser.script("return fetch('/keys/y').then((answer) => answer.status)", json!([])).await;
    assert_eq!(heard, json!(200), "{kind:?}: the rest is open now");
}
