//! Somebody new with an invitation, in a real Chromium: an account, a passkey, and the app, with one touch.

use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::Browser,
    instance::{Engine, ISSUER, Instance, relying_parties},
    pages::{self, NO_AUTOFILL, PASSKEY_BUTTON},
    relying_party::Library,
};
use serde_json::json;

/// An instance with a group of guests who may use its apps, and the browser of its administrator, who has just signed in.
async fn instance(engine: Engine, more: &str) -> (Instance, Browser) {
    let tables = relying_parties().replace("[groups]\n", "[groups]\nguests = []\n") + more;
    let mut instance = Instance::provider(engine, &tables).await;
    instance.start_relying_parties().await;
    let administrator = browser(&instance).await;
    Authenticator::plug_into(&administrator).await;
    pages::set_up(&administrator, &instance.doorstep.set_up_link().await).await;
    (instance, administrator)
}

async fn browser(instance: &Instance) -> Browser {
    let browser = instance.browser().await;
    browser.before_each_page(NO_AUTOFILL).await;
    browser
}

/// The address of a new invitation into the guests.
fn invited(instance: &Instance, words: &[&str]) -> String {
    let said = instance.doorstep.reported(&[&["invite", "--group", "guests"], words].concat());
    let address = said.out.split_whitespace().next().expect("an address").to_owned();
    assert!(address.starts_with(&format!("{ISSUER}/invite/ds_inv_")), "{said:?}");
    address
}

async fn fill(browser: &Browser, name: &str, user_name: &str) {
    browser.fill("input[name=display_name]", name).await;
    browser.fill("input[name=user_name]", user_name).await;
}

async fn joins_and_uses_the_app(engine: Engine) {
    let (instance, _) = instance(engine, "").await;
    let library = Library::OpenidClient;
    let address = invited(&instance, &["--for", "Grace", "--app", library.app(), "--email", "grace@home.test"]);
    let browser = browser(&instance).await;
    let authenticator = Authenticator::plug_into(&browser).await;
    for _ in 0..2 {
        browser.open(&address).await;
        let text = browser.text().await;
        assert!(
            text.contains("You are invited to") && text.contains("Grace") && text.contains("grace@home.test"),
            "{text}"
        );
    }
    // A name that is somebody's is told at its field, and costs nothing.
    fill(&browser, "Grace Hopper", "ada").await;
    browser.click(PASSKEY_BUTTON).await;
    browser.wait_for("input[name=user_name][aria-invalid=true]").await;
    assert!(authenticator.credentials().await.is_empty());
    fill(&browser, "Grace Hopper", "hopper").await;
    browser.visits().await;
    browser.click(PASSKEY_BUTTON).await;

    let learned = pages::learned(&browser, &library.host()).await;
    assert_eq!(learned["userinfo"]["preferred_username"], "hopper", "{learned}");
    assert_eq!(learned["userinfo"]["name"], "Grace Hopper", "{learned}");
    assert_eq!(learned["userinfo"]["email"], "grace@home.test", "{learned}");
    let visits = browser.visits().await;
    assert!(
        visits.iter().all(|visit| !visit.url.starts_with(&format!("{ISSUER}/login"))),
        "no further screen: {visits:#?}"
    );
    assert_eq!(authenticator.credentials().await.len(), 1, "one touch");

    // Whoever is signed in sees for whom an invitation is; and this one is used up.
    let second = invited(&instance, &[]);
    browser.open(&second).await;
    assert!(browser.text().await.contains("This invitation is for somebody new"), "{}", browser.text().await);
    browser.open(&address).await;
    assert!(browser.text().await.contains("does not open any more"), "{}", browser.text().await);
    assert!(instance.doorstep.reported(&["invite", "list"]).out.contains("one person, until"), "the second is open");
}

#[tokio::test]
async fn somebody_new_is_in_the_app_with_one_touch_on_sqlite() {
    joins_and_uses_the_app(Engine::Sqlite).await;
}

#[tokio::test]
async fn somebody_new_is_in_the_app_with_one_touch_on_postgresql() {
    joins_and_uses_the_app(Engine::Postgres).await;
}

#[tokio::test]
async fn security_75_and_76_of_two_with_one_place_left_one_gets_it_and_the_other_is_told() {
    let (instance, _) = instance(Engine::Sqlite, "").await;
    let address = invited(&instance, &[]);
    let (first, second) = (browser(&instance).await, browser(&instance).await);
    let (_one, other) = (Authenticator::plug_into(&first).await, Authenticator::plug_into(&second).await);
    for (browser, name) in [(&first, "hopper"), (&second, "alan")] {
        browser.open(&address).await;
        fill(browser, name, name).await;
    }
    first.click(PASSKEY_BUTTON).await;
    first.wait_for_url("the portal", |url| url.path() == "/").await;
    second.click(PASSKEY_BUTTON).await;
    second.wait_for("[data-status].bad").await;
    let told = second.text().await;
    assert!(told.contains("does not open any more"), "{told}");
    assert!(other.credentials().await.is_empty(), "nobody makes a passkey for nothing");
    let people = instance.doorstep.reported(&["user", "list"]).out;
    assert!(people.contains("hopper") && !people.contains("alan"), "{people}");
}

#[tokio::test]
async fn the_pages_fit_a_narrow_window_and_a_password_leads_to_the_app_too() {
    let (instance, _) = instance(Engine::Sqlite, "[sign_in]\npasswords = true\n").await;
    let library = Library::OpenidClient;
    let address =
        invited(&instance, &["--for", "everybody who sings in the choir", "--app", library.app(), "--times", "9"]);
    let browser = browser(&instance).await;
    for path in ["", "/password"] {
        browser.resize(320, 700).await;
        browser.open(&format!("{address}{path}")).await;
        assert!(browser.text().await.contains("the choir"), "{}", browser.text().await);
        assert_eq!(pages::overhang(&browser).await, 0, "{path} is wider than the window");
    }
    fill(&browser, "Grace Hopper", "hopper").await;
    browser.fill("input[name=password]", "four words are good").await;
    browser.click("form button").await;
    let learned = pages::learned(&browser, &library.host()).await;
    assert_eq!(learned["userinfo"]["preferred_username"], "hopper", "{learned}");
}

#[tokio::test]
async fn an_administrator_invites_from_the_portal_and_shows_the_address_with_its_code() {
    let (instance, administrator) = instance(Engine::Sqlite, "").await;
    administrator.resize(320, 700).await;
    administrator.open(&format!("{ISSUER}/")).await;
    administrator.click("a[href='/admin/invitations']").await;
    administrator.wait_for("input[name=label]").await;
    assert_eq!(pages::overhang(&administrator).await, 0, "the list");
    administrator.fill("input[name=label]", "Grace").await;
    administrator.click("input[name=group][value=guests]").await;
    administrator.click("form[action='/admin/invitations'] button").await;
    administrator.wait_for("svg.code").await;
    assert_eq!(pages::overhang(&administrator).await, 0, "the address");
    let complaints = administrator.complaints().await;
    assert!(complaints.iter().all(|line| line.contains("favicon")), "{complaints:#?}");
    let shown = administrator.script("return document.querySelector('input[readonly]').value", json!([])).await;
    let address = shown.as_str().expect("an address").to_owned();

    let guest = browser(&instance).await;
    let _authenticator = Authenticator::plug_into(&guest).await;
    guest.open(&address).await;
    fill(&guest, "Grace Hopper", "hopper").await;
    guest.click(PASSKEY_BUTTON).await;
    guest.wait_for_url("the portal", |url| url.path() == "/").await;
    assert!(guest.text().await.contains("Hello, Grace"), "{}", guest.text().await);
    administrator.open(&format!("{ISSUER}/admin/invitations")).await;
    assert!(!administrator.text().await.contains("Grace"), "{}", administrator.text().await);
}
