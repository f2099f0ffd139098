//! Node-RED with passport-openidconnect: both as they come from npm.

use doorstep_e2e::{
    http::{Answer, Visitor},
    real_app::{RealApp, current_node, node},
};
use serde_json::json;
use std::fs;

#[tokio::test]
async fn node_red_opens_its_editor_to_who_signs_in_and_to_nobody_else() {
    let mut app = RealApp::declared("node-red").await;
    // As the entry says: the library in Node-RED's folder, the delivered file beside settings.js, and one line there.
    fs::copy(app.file("js").await, app.home.join("node-red.js")).expect("the delivered file can be copied");
    std::os::unix::fs::symlink(node(""), app.home.join("node_modules")).expect("a link can be made");
    let settings = format!(
        "module.exports = {{\n uiHost: '127.0.0.1', uiPort: {},\n \
         adminAuth: require(\"{}/node-red.js\"),\n logging: {{ console: {{ level: 'info', audit: false }} }} }};\n",
        app.address().port(),
        app.home.display()
    );
    fs::write(app.home.join("settings.js"), settings).expect("the app's folder can be written");
    let mut command = app.command(current_node());
    command.arg(node("node-red/red.js")).arg("--userDir").arg(&app.home).arg("--settings");
    app.start(command.arg(app.home.join("settings.js"))).await;
    let start = app.at("/auth/strategy");

    let mut tokens = Vec::new();
    for (person, name) in [(&mut app.ada, "ada"), (&mut app.grace, "grace")] {
        let shown = person.open_app(&start).await;
        // Node-RED does not escape it.
        let code = shown.url.query().and_then(|query| query.strip_prefix("code="));
        let code = code.unwrap_or_else(|| panic!("no code to exchange: {shown:?}"));
        let form = [("client_id", "node-red-editor"), ("grant_type", "authorization_code"), ("code", code)];
        let token = person.visitor.post("https://node-red.apps.test/auth/token").form(&form).send().await;
        let token = token.json()["accessToken"].as_str().unwrap_or_else(|| panic!("no token: {token:?}")).to_owned();
        let settings = settings_for(&person.visitor, &token).await;
        assert_eq!(settings.json()["user"]["username"], name, "{settings:?}");
        assert_eq!(settings.json()["user"]["permissions"], "*", "{settings:?}");
        tokens.push(token);
    }
    app.mallory_gets_a_page_before_it(&start).await;

    // A stranger: no page of its own takes a name and a password, and its API answers nobody without a token.
    let stranger = app.stranger();
    let offered = stranger.get(&app.at("/auth/login")).send().await.json();
    assert_eq!(offered["type"], "strategy", "{offered}");
    for name in ["ada", "admin", ""] {
        let form = [
            ("client_id", "node-red-admin"),
            ("grant_type", "password"),
            ("scope", "*"),
            ("username", name),
            ("password", "password"),
        ];
        let answer = stranger.post(&app.at("/auth/token")).form(&form).send().await;
        let said = (answer.status.as_u16(), answer.json());
        assert_eq!(said, (400, json!({ "error": "Error: Invalid exchange code" })), "{answer:?}");
    }
    for path in ["/settings", "/flows", "/nodes", "/plugins", "/diagnostics"] {
        let answer = stranger.get(&app.at(path)).send().await;
        assert_eq!(answer.status, 401, "{path}: {answer:?}");
        for (token, status) in [("node-red-editor", 401), (tokens[0].as_str(), 200)] {
            let answer = settings_at(&stranger, path, token).await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
    }
    let flows = stranger.post(&app.at("/flows")).json(&json!([])).send().await;
    assert_eq!(flows.status, 401, "{flows:?}");

    // Out there, and the token is worth nothing any more.
    let out = json!({ "token": tokens[0] });
    app.ada.visitor.post(&app.at("/auth/revoke")).bearer(&tokens[0]).json(&out).send().await;
    assert_eq!(settings_for(&app.ada.visitor, &tokens[0]).await.status, 401);
    assert_eq!(settings_for(&app.grace.visitor, &tokens[1]).await.status, 200);
}

async fn settings_for(visitor: &Visitor, token: &str) -> Answer {
    settings_at(visitor, "/settings", token).await
}

async fn settings_at(visitor: &Visitor, path: &str, token: &str) -> Answer {
    visitor.get(&format!("https://node-red.apps.test{path}")).bearer(token).send().await
}
