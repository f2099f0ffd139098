//! Actual Budget's server: the program as it comes from npm.

use doorstep_e2e::{
    http::{Answer, Visitor},
    person::Person,
    real_app::{RealApp, current_node, node},
};
use serde_json::{Value, json};

const URL: &str = "https://actual-budget.apps.test";

#[tokio::test]
async fn actual_belongs_to_who_signs_in_first_and_no_stranger_gets_in() {
    let mut app = RealApp::declared("actual-budget").await;
    let delivered = app.variables().await;
    let mut command = app.command(current_node());
    command.arg(node("@actual-app/sync-server/build/bin/actual-server.js")).envs(delivered.pairs());
    command.env("ACTUAL_HOSTNAME", "127.0.0.1").env("ACTUAL_PORT", app.address().port().to_string());
    command.env("ACTUAL_DATA_DIR", &app.home).env("ACTUAL_TRUSTED_PROXIES", "127.0.0.1");
    app.start(&mut command).await;

    // The first becomes administrator and owner, the next one does not; each under their own name.
    let mut tokens = Vec::new();
    for (person, name, full, permission) in
        [(&mut app.ada, "ada", "Ada Lovelace", "ADMIN"), (&mut app.grace, "grace", "Grace Hopper", "BASIC")]
    {
        let token = sign_in(person).await;
        let who = validate(&person.visitor, &token).await;
        assert_eq!(who["data"]["userName"], name, "{who}");
        assert_eq!(who["data"]["displayName"], full, "{who}");
        assert_eq!(who["data"]["permission"], permission, "{who}");
        assert_eq!(who["data"]["loginMethod"], "openid", "{who}");
        tokens.push(token);
    }
    let start = start(&app.mallory.visitor).await;
    app.mallory_gets_a_page_before_it(&start).await;

    strangers_stay_outside(&app.stranger(), &tokens[0]).await;
}

/// A server that nobody owns takes another provider from whoever comes, as the entry says.
#[tokio::test]
async fn actual_that_nobody_owns_is_anybodys() {
    let mut app = RealApp::declared("actual-budget").await;
    let delivered = app.variables().await;
    let mut command = app.command(current_node());
    command.arg(node("@actual-app/sync-server/build/bin/actual-server.js")).envs(delivered.pairs());
    command.env("ACTUAL_HOSTNAME", "127.0.0.1").env("ACTUAL_PORT", app.address().port().to_string());
    command.env("ACTUAL_DATA_DIR", &app.home).env("ACTUAL_TRUSTED_PROXIES", "127.0.0.1");
    app.start(&mut command).await;
    let other = json!({ "openId": {
        "issuer": { "name": "evil", "authorization_endpoint": "https://evil.test/a", "token_endpoint": "https://evil.test/t",
                    "userinfo_endpoint": "https://evil.test/u" },
        "client_id": "evil", "client_secret": "evil", "server_hostname": URL,
    } });
    let taken = post(&app.stranger(), "/account/bootstrap", &other).await;
    assert_eq!(taken.status, 200, "it asks for the owner now: mend the entry: {taken:?}");
    // A start sets it right again, and once somebody owns it nobody else may.
    app.stop();
    app.start(&mut command).await;
    sign_in(&mut app.ada).await;
    let refused = post(&app.stranger(), "/account/bootstrap", &other).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    sign_in(&mut app.grace).await;
}

/// `owner` is the token of somebody whom the same addresses answer.
async fn strangers_stay_outside(stranger: &Visitor, owner: &str) {
    let eve = json!({ "userName": "eve", "displayName": "Eve", "enabled": true, "role": "ADMIN" });
    let evil = "https://evil.test/";
    for (path, body, status, reason) in [
        ("/account/bootstrap", json!({ "password": "evil" }), 400, "already-bootstrapped"),
        // Whatever method is asked for, a sign-in by Doorstep is begun: it wants an address of its own to come back to.
        ("/account/login", json!({ "loginMethod": "password", "password": "evil" }), 400, "Invalid redirect URL"),
        ("/account/login", json!({ "loginMethod": "password", "password": "" }), 400, "Invalid redirect URL"),
        ("/account/login", json!({ "loginMethod": "header" }), 400, "Invalid redirect URL"),
        ("/account/login", json!({ "loginMethod": "openid", "returnUrl": evil }), 400, "Invalid redirect URL"),
        ("/account/change-password", json!({ "password": "evil" }), 401, "unauthorized"),
        ("/openid/config", json!({ "password": "" }), 400, "already-bootstraped"),
        ("/openid/disable", json!({ "password": "" }), 401, "unauthorized"),
        ("/openid/enable", json!({ "openId": {} }), 401, "unauthorized"),
        ("/admin/users", eve, 401, "unauthorized"),
    ] {
        let answer =
            stranger.post(&format!("{URL}{path}")).header("x-actual-password", "evil").json(&body).send().await;
        let said = (answer.status.as_u16(), answer.json()["reason"].clone());
        assert_eq!(said, (status, json!(reason)), "{path} {body}: {answer:?}");
    }
    for path in ["/account/validate", "/sync/list-user-files", "/admin/users/"] {
        for (token, status) in [("", 401), ("evil", 401), (owner, 200)] {
            let answer = stranger.get(&format!("{URL}{path}")).header("x-actual-token", token).send().await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
    }
}

/// Where its page sends a browser to sign in.
async fn start(visitor: &Visitor) -> String {
    let answer = post(visitor, "/account/login", &json!({ "loginMethod": "openid", "returnUrl": URL })).await;
    let to = answer.json()["data"]["returnUrl"].as_str().map(str::to_owned);
    to.unwrap_or_else(|| panic!("no way to sign in: {answer:?}"))
}

async fn sign_in(person: &mut Person) -> String {
    let start = start(&person.visitor).await;
    let back = person.walk(&start, |to| to.path().ends_with("/openid-cb")).await;
    back.location_param("token").unwrap_or_else(|| panic!("no token: {back:?}"))
}

async fn validate(visitor: &Visitor, token: &str) -> Value {
    visitor.get(&format!("{URL}/account/validate")).header("x-actual-token", token).send().await.json()
}

async fn post(visitor: &Visitor, path: &str, body: &Value) -> Answer {
    visitor.post(&format!("{URL}{path}")).json(body).send().await
}
