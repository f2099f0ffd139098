//! Django with allauth, set up from Paperless-ngx's variables as Paperless-ngx does it, which itself comes as a
//! container only.

use doorstep_e2e::{
    http::{Answer, Visitor},
    instance::ISSUER,
    person::Person,
    process::{repository, run},
    real_app::{RealApp, between, follow, python},
};
use serde_json::Value;
use std::process::Command;

const URL: &str = "https://paperless-ngx.apps.test";

async fn paperless(app: &RealApp) -> Command {
    let mut command = app.command(python("paperless-ngx", "python"));
    command.arg(repository().join("crates/e2e/apps/python/paperless.py")).envs(app.variables().await.pairs());
    command.env("PAPERLESS_PORT", app.address().port().to_string()).env("PAPERLESS_DATA_DIR", &app.home);
    command.env("PAPERLESS_SECRET_KEY", "only for this test");
    command
}

#[tokio::test]
async fn paperless_signs_people_in_by_allauth_and_nobody_signs_up() {
    let mut app = RealApp::declared("paperless-ngx").await;
    // As its container does: the local administrator has the delivered password.
    let delivered = app.variables().await;
    let (name, password) = (delivered.get("PAPERLESS_ADMIN_USER"), delivered.get("PAPERLESS_ADMIN_PASSWORD"));
    run(paperless(&app).await.args(["admin", name, password, "root@example.org"]));
    let mut command = paperless(&app).await;
    app.start(&mut command).await;

    for (person, name, full) in [(&mut app.ada, "ada", "Ada Lovelace"), (&mut app.grace, "grace", "Grace Hopper")] {
        let shown = sign_in(person).await;
        assert_eq!((shown.status.as_u16(), shown.url.as_str()), (200, "https://paperless-ngx.apps.test/"), "{shown:?}");
        let who = who(&person.visitor).await;
        assert_eq!(who["name"], name, "{who}");
        assert_eq!(who["email"], format!("{name}@example.org"), "{who}");
        assert_eq!(who["superuser"], false, "{who}");
        assert!(full.starts_with(who["full_name"].as_str().unwrap_or("?")), "{who}");
    }
    let begin = begin(&app.mallory.visitor).await.location().expect("a way to sign in");
    app.mallory_gets_a_page_before_it(begin.as_str()).await;
    strangers_stay_outside(&app.stranger()).await;
    assert_eq!(who(&app.stranger()).await["accounts"], 3);

    // Its own passwords go on, as the entry says; the line that it names closes its form.
    assert_eq!(by_password(&app.stranger(), name, password).await["superuser"], true);
    app.stop();
    app.redeclare("set = { PAPERLESS_DISABLE_REGULAR_LOGIN = \"true\" }");
    let mut command = paperless(&app).await;
    app.start(&mut command).await;
    assert_eq!(by_password(&app.stranger(), name, password).await["name"], "");

    // Its sign-out leads here, where a person says whether they mean it.
    let out = app.grace.visitor.get(&app.at("/accounts/logout/")).navigating().send().await;
    let end = follow(&app.grace.visitor, out).await;
    assert!(end.url.as_str().starts_with(ISSUER), "{end:?}");
    assert_eq!(who(&app.grace.visitor).await["name"], "", "signed out");
    app.ada.visitor.set_cookie("paperless-ngx.apps.test", "sessionid", "");
    assert_eq!(sign_in(&mut app.ada).await.status, 200);
    assert_eq!(who(&app.ada.visitor).await["name"], "ada");
}

/// An account of the same address from before is not entered: Paperless asks for another address instead.
#[tokio::test]
async fn paperless_enters_no_account_by_its_mail_address() {
    let mut app = RealApp::declared("paperless-ngx").await;
    run(paperless(&app).await.args(["admin", "squatter", "evil passes", "ada@example.org"]));
    let mut command = paperless(&app).await;
    app.start(&mut command).await;
    let shown = sign_in(&mut app.ada).await;
    assert_eq!(shown.url.path(), "/accounts/3rdparty/signup/", "{shown:?}");
    let who = who(&app.ada.visitor).await;
    assert_eq!((who["name"].as_str(), who["accounts"].as_u64()), (Some(""), Some(1)), "{who}");
}

async fn strangers_stay_outside(stranger: &Visitor) {
    let page = stranger.get(&format!("{URL}/accounts/signup/")).navigating().send().await;
    assert!(!page.body.contains("password1"), "{page:?}");
    for path in ["/accounts/signup/", "/accounts/3rdparty/signup/", "/accounts/password/reset/"] {
        let token = token(stranger).await;
        let form = [
            ("csrfmiddlewaretoken", token.as_str()),
            ("username", "eve"),
            ("email", "eve@example.org"),
            ("password1", "evil passes"),
            ("password2", "evil passes"),
        ];
        post(stranger, path, &form).await;
        assert_eq!(who(stranger).await["name"], "", "{path}");
    }
    for (name, password) in [("ada", ""), ("ada", "ada"), ("ada@example.org", "ada"), ("paperless-admin", "admin")] {
        assert_eq!(by_password(&stranger.stranger(), name, password).await["name"], "", "{name}");
    }
    let forged = format!("{URL}/accounts/oidc/doorstep/login/callback/?code=evil&state=evil");
    stranger.get(&forged).navigating().send().await;
    assert_eq!(who(stranger).await["name"], "");
}

async fn who(visitor: &Visitor) -> Value {
    visitor.get(&format!("{URL}/")).send().await.json()
}

/// The token of its sign-in page.
async fn token(visitor: &Visitor) -> String {
    let page = visitor.get(&format!("{URL}/accounts/login/")).navigating().send().await;
    let token = between(&page.body, "name=\"csrfmiddlewaretoken\" value=\"", "\"");
    token.unwrap_or_else(|| panic!("no token: {page:?}")).to_owned()
}

async fn post(visitor: &Visitor, path: &str, form: &[(&str, &str)]) -> Answer {
    let ask = visitor.post(&format!("{URL}{path}")).on_own_page().header("referer", format!("{URL}/accounts/login/"));
    ask.form(form).send().await
}

/// Presses the button of its sign-in page.
async fn begin(visitor: &Visitor) -> Answer {
    let token = token(visitor).await;
    post(visitor, "/accounts/oidc/doorstep/login/?process=login", &[("csrfmiddlewaretoken", &token)]).await
}

async fn sign_in(person: &mut Person) -> Answer {
    let begin = begin(&person.visitor).await;
    let to = begin.location().unwrap_or_else(|| panic!("no way to sign in: {begin:?}"));
    person.open_app(to.as_str()).await
}

async fn by_password(visitor: &Visitor, name: &str, password: &str) -> Value {
    let token = token(visitor).await;
    let form = [("csrfmiddlewaretoken", token.as_str()), ("login", name), ("password", password)];
    post(visitor, "/accounts/login/", &form).await;
    who(visitor).await
}
