//! Open WebUI: the wheel of its makers, without the libraries that run models on this machine.

use doorstep_e2e::{
    http::{Answer, Visitor},
    real_app::{RealApp, python},
};
use serde_json::{Value, json};

const URL: &str = "https://open-webui.apps.test";

async fn start(app: &mut RealApp) {
    let delivered = app.variables().await;
    let mut command = app.command(python("open-webui", "open-webui"));
    command.args(["serve", "--host", "127.0.0.1", "--port", &app.address().port().to_string()]);
    command.envs(delivered.pairs()).env("DATA_DIR", &app.home);
    // Nothing is fetched from model hubs, and nothing is looked for on the network.
    command.env("OFFLINE_MODE", "true").env("HF_HUB_OFFLINE", "1").env("BYPASS_EMBEDDING_AND_RETRIEVAL", "true");
    command.env("ENABLE_OLLAMA_API", "false").env("ENABLE_OPENAI_API", "false");
    app.start(&mut command).await;
}

#[tokio::test]
async fn open_webui_signs_people_in_with_their_roles_and_nobody_signs_up() {
    let mut app = RealApp::declared_with("open-webui", "roles = { admins = \"admin\", users = \"user\" }").await;
    start(&mut app).await;
    // Before anybody is there: the first is no stranger who signs up.
    nobody_signs_up(&app.stranger()).await;
    let start = app.at("/oauth/oidc/login");

    // The first to sign in becomes administrator, as the entry says, whatever their role: until they come again and are
    // not alone any more.
    app.grace.open_app(&start).await;
    assert_eq!(session(&app.grace.visitor).await.json()["role"], "admin");
    app.ada.open_app(&start).await;
    for (person, name, role) in [(&mut app.grace, "grace", "user"), (&mut app.ada, "ada", "admin")] {
        person.open_app(&start).await;
        let who = session(&person.visitor).await.json();
        assert_eq!(who["email"], format!("{name}@example.org"), "{who}");
        assert_eq!(who["role"], role, "{who}");
    }
    app.mallory_gets_a_page_before_it(&start).await;
    nobody_signs_up(&app.stranger()).await;
    let ada = session(&app.ada.visitor).await.json()["token"].as_str().expect("a token").to_owned();
    strangers_stay_outside(&app.stranger(), &ada).await;

    // Out there, out here.
    let out = app.ada.visitor.post(&format!("{URL}/api/v1/auths/signout")).send().await;
    let to = out.json()["redirect_url"].as_str().map_or_else(|| panic!("no way out: {out:?}"), str::to_owned);
    let end = app.ada.walk(&to, |to| to.path() == "/auth").await;
    assert_eq!(end.location().map(String::from).as_deref(), Some("https://open-webui.apps.test/auth"), "{end:?}");
    assert_eq!(session(&app.ada.visitor).await.status, 401);
    assert!(!app.ada.is_signed_in().await, "signed in here still");
    assert_eq!(session(&app.grace.visitor).await.status, 200);
}

/// Whoever has an address in Open WebUI from before is not entered by a sign-in.
#[tokio::test]
async fn open_webui_merges_nobody_by_mail_address() {
    let mut app = RealApp::declared("open-webui").await;
    start(&mut app).await;
    app.ada.open_app(&app.at("/oauth/oidc/login")).await;
    let ada = session(&app.ada.visitor).await.json();
    assert_eq!(ada["role"], "admin", "the first to sign in: {ada}");
    // An account of the administrator's making, with a password and the address of grace.
    let token = ada["token"].as_str().unwrap_or_default().to_owned();
    let account = json!({ "name": "G", "email": "grace@example.org", "password": "a long password", "role": "user" });
    let made = app.ada.visitor.post(&format!("{URL}/api/v1/auths/add")).bearer(&token).json(&account).send().await;
    assert_eq!(made.status, 200, "{made:?}");
    app.grace.open_app(&app.at("/oauth/oidc/login")).await;
    assert_eq!(session(&app.grace.visitor).await.status, 401, "it was entered");
    let form = json!({ "email": "grace@example.org", "password": "a long password" });
    let password = app.stranger().post(&format!("{URL}/api/v1/auths/signin")).json(&form).send().await;
    assert_eq!(password.status, 403, "{password:?}");
}

async fn nobody_signs_up(stranger: &Visitor) {
    let form = json!({ "name": "Eve", "email": "eve@example.org", "password": "evil passes" });
    let answer = stranger.post(&format!("{URL}/api/v1/auths/signup")).json(&form).send().await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

/// `administrator` is the token of somebody whom the same addresses answer.
async fn strangers_stay_outside(stranger: &Visitor, administrator: &str) {
    let eve = json!({ "name": "Eve", "email": "eve@example.org", "password": "evil passes", "role": "admin" });
    let closed = "The requested action has been restricted as a security measure.";
    for (path, body, status, detail) in [
        ("/api/v1/auths/signin", json!({ "email": "ada@example.org", "password": "ada" }), 403, closed),
        ("/api/v1/auths/signin", json!({ "email": "", "password": "" }), 403, closed),
        ("/api/v1/auths/ldap", json!({ "user": "ada", "password": "ada" }), 400, "LDAP authentication is not enabled"),
        ("/api/v1/auths/oauth/oidc/token/exchange", json!({ "token": "evil" }), 403, "Token exchange is disabled"),
        ("/api/v1/auths/add", eve, 401, "Not authenticated"),
    ] {
        let answer = stranger.post(&format!("{URL}{path}")).json(&body).send().await;
        let said = (answer.status.as_u16(), answer.json()["detail"].clone());
        assert_eq!(said, (status, json!(detail)), "{path}: {answer:?}");
    }
    for path in ["/api/v1/auths/", "/api/v1/users/", "/api/v1/chats/", "/api/models"] {
        for ask in [stranger.get(&format!("{URL}{path}")), stranger.get(&format!("{URL}{path}")).bearer("sk-evil")] {
            let answer = ask.header("x-forwarded-email", "ada@example.org").send().await;
            assert_eq!(answer.status, 401, "{path}: {answer:?}");
        }
        // With cookies of its own: it is given the token as one.
        let answer = stranger.stranger().get(&format!("{URL}{path}")).bearer(administrator).send().await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    let shown: Value = stranger.get(&format!("{URL}/api/config")).send().await.json();
    let features = &shown["features"];
    assert_eq!((&features["enable_signup"], &features["enable_login_form"]), (&json!(false), &json!(false)), "{shown}");
}

async fn session(visitor: &Visitor) -> Answer {
    let token = visitor.cookie("open-webui.apps.test", "token").unwrap_or_default();
    visitor.get(&format!("{URL}/api/v1/auths/")).bearer(token.trim_matches('"')).send().await
}
