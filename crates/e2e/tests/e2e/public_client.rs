//! A public client in a page, in a real Chromium: npm oidc-client-ts redeems the code at `/token` across origins, asks
//! UserInfo, refreshes, renews in a hidden frame, revokes and signs out.
//!
//! One page lives on another site than the provider, one on the same (a sibling of the provider's host).

use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::Browser,
    given::{host_of, url_of},
    instance::{Engine, ISSUER, Instance},
    pages, wait,
};
use serde_json::{Value, json};
use std::time::Duration;

/// Another site than the provider's: its frames are not sent our cookie.
const ELSEWHERE: &str = "rp-page";
/// On the provider's site: its frames are.
const BESIDE: &str = "rp-beside";

fn declared(allow: &str) -> String {
    let page = |app: &str| {
        let url = url_of(app);
        format!(
            "\n[apps.{app}]\nurl = \"{url}\"\ncallbacks = [\"/callback\", \"/silent\"]\nauth_method = \"none\"\n\
             allow = [\"{allow}\"]\n"
        )
    };
    let confidential = format!("\n[apps.rp-node]\nurl = \"{}\"\ncallbacks = [\"/callback\"]\n", url_of("rp-node"));
    let groups = "[groups]\nadmins = [\"ada\"]\nusers = [\"ada\"]\nothers = []\n";
    [groups, &page(ELSEWHERE), &page(BESIDE), &confidential].concat()
}

#[tokio::test]
async fn a_page_redeems_refreshes_renews_in_a_frame_revokes_and_signs_out() {
    let mut instance = Instance::provider(Engine::Sqlite, &declared("users")).await;
    for app in [ELSEWHERE, BESIDE, "rp-node"] {
        instance.start_page(app).await;
    }
    let browser = instance.browser().await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;

    for app in [ELSEWHERE, BESIDE] {
        signs_in_and_refreshes(&browser, app).await;
        revokes(&browser, app).await;
    }
    renews_in_a_frame(&browser, ELSEWHERE, json!("login_required")).await;
    renews_in_a_frame(&browser, BESIDE, json!("ada")).await;
    a_page_of_a_client_with_a_secret_reads_nothing(&browser).await;

    browser.open(&url_of(BESIDE)).await;
    for (allow, expected) in [("others", json!("access_denied")), ("users", json!("ada"))] {
        instance.doorstep.declare(&declared(allow));
        instance.doorstep.reported(&["apply"]);
        wait::until(&format!("{expected} in the frame"), Duration::from_mins(1), || async {
            (renewed(&browser).await == expected).then_some(())
        })
        .await;
    }

    signs_out(&browser, BESIDE).await;
    renews_in_a_frame(&browser, BESIDE, json!("login_required")).await;
}

async fn signs_in_and_refreshes(browser: &Browser, app: &str) {
    browser.open(&url_of(app)).await;
    browser.script("page.signinRedirect()", json!([])).await;
    browser.wait_for_url("the callback", |at| at.as_str().starts_with(&format!("{}/callback", url_of(app)))).await;
    browser.wait_for("output").await;
    let profile = pages::learned(browser, &host_of(app)).await["profile"].clone();
    assert_eq!(profile["preferred_username"], "ada", "{profile}");
    assert_eq!(profile["email"], "ada@home.test", "{profile}");
    assert_eq!(profile["groups"], json!(["admins", "users"]), "{profile}");
    let refreshed = browser
        .script(
            "return page.getUser().then((old) => page.signinSilent().then((now) => \
             [old.access_token !== now.access_token, old.refresh_token !== now.refresh_token, now.profile.name]))",
            json!([]),
        )
        .await;
    assert_eq!(refreshed, json!([true, true, "Ada Lovelace"]));
}

/// Also that a page may read why it was refused.
async fn revokes(browser: &Browser, app: &str) {
    let ask = "const ask = (token) => fetch(`${arguments[0]}/userinfo`, { headers: { authorization: `Bearer ${token}` } }); \
        return page.getUser().then(async (user) => { \
            const before = (await ask(user.access_token)).status; \
            await page.revokeTokens(); \
            return [before, (await ask(user.access_token)).status] })";
    assert_eq!(browser.script(ask, json!([ISSUER])).await, json!([200, 401]), "{app}");
}

/// The library forgets who is signed in and asks with `prompt=none` in a hidden frame.
async fn renews_in_a_frame(browser: &Browser, app: &str, expected: Value) {
    browser.open(&url_of(app)).await;
    assert_eq!(renewed(browser).await, expected, "{app}");
    let complaints = browser.complaints().await;
    let framed: Vec<_> = complaints.iter().filter(|line| line.contains("frame")).collect();
    assert!(framed.is_empty(), "a page was shown in the frame: {framed:#?}");
}

async fn renewed(browser: &Browser) -> Value {
    let renew = "return page.removeUser().then(() => page.signinSilent()) \
        .then((user) => user.profile.preferred_username, (error) => error.error ?? String(error))";
    browser.script(renew, json!([])).await
}

/// Fetch standard §3.2: for want of a header the browser keeps the answer from the page.
async fn a_page_of_a_client_with_a_secret_reads_nothing(browser: &Browser) {
    browser.open(&url_of("rp-node")).await;
    let ask = "return fetch(arguments[0], { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) }) \
        .then((answer) => answer.status, (error) => error.name)";
    for path in ["/token", "/userinfo", "/revoke"] {
        assert_eq!(browser.script(ask, json!([format!("{ISSUER}{path}")])).await, json!("TypeError"), "{path}");
    }
}

async fn signs_out(browser: &Browser, app: &str) {
    signs_in_and_refreshes(browser, app).await;
    browser.script("page.signoutRedirect()", json!([])).await;
    browser.wait_for_url("the page again", |at| at.as_str() == format!("{}/", url_of(app))).await;
    assert_eq!(browser.script("return page.getUser()", json!([])).await, Value::Null);
}
