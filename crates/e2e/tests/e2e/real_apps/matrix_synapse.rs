//! Matrix Synapse: the server itself, on SQLite.

use doorstep_e2e::{
    http::{Answer, Visitor},
    person::Person,
    process::run,
    real_app::{RealApp, between, python},
};
use serde_json::{Value, json};
use std::fs;

const URL: &str = "https://matrix-synapse.apps.test";
const LOGIN: &str = "/_matrix/client/v3/login";

/// What any Synapse needs.
fn own_settings(app: &RealApp) -> String {
    let home = app.home.display();
    format!(
        "server_name: home.test\nreport_stats: false\nsigning_key_path: {home}/signing.key\n\
         media_store_path: {home}/media\nmacaroon_secret_key: only-for-this-test\n\
         registration_shared_secret: only-for-this-test-too\ntrusted_key_servers: []\n\
         rc_login: {{ address: {{ per_second: 99, burst_count: 99 }} }}\n\
         database: {{ name: sqlite3, args: {{ database: {home}/homeserver.db }} }}\n\
         listeners:\n - {{ port: {}, bind_addresses: ['127.0.0.1'], type: http, tls: false, x_forwarded: true,\n\
         \x20    resources: [ {{ names: [client], compress: false }} ] }}\n",
        app.address().port()
    )
}

#[tokio::test]
async fn synapse_signs_people_in_and_nobody_registers() {
    let mut app = RealApp::declared("matrix-synapse").await;
    fs::write(app.home.join("homeserver.yaml"), own_settings(&app)).expect("the app's folder can be written");
    let delivered = app.file("yaml").await;
    let mut command = app.command(python("matrix-synapse", "python"));
    command.args(["-m", "synapse.app.homeserver", "--config-path", "homeserver.yaml", "--config-path"]).arg(delivered);
    run(app.command(python("matrix-synapse", "python")).args(["-m", "synapse.app.homeserver"]).args([
        "--config-path",
        "homeserver.yaml",
        "--generate-keys",
    ]));
    app.start(&mut command).await;
    // An account of the machine's administrator, as the entry says, of a name that somebody has here.
    let mut register = app.command(python("matrix-synapse", "register_new_matrix_user"));
    register.args(["--user", "grace", "--password", "a long password", "--admin", "--config", "homeserver.yaml"]);
    run(register.arg(format!("http://{}", app.address())));
    let start = format!("{URL}{LOGIN}/sso/redirect/oidc-doorstep?redirectUrl=https%3A%2F%2Fclient.apps.test%2F");

    let ada = sign_in(&mut app.ada, &start).await;
    assert_eq!(ada["user_id"], "@ada:home.test", "{ada}");
    let again = sign_in(&mut app.ada, &start).await;
    assert_eq!(again["user_id"], ada["user_id"], "the same account at the second sign-in");
    let name = get(&app.ada.visitor, "/_matrix/client/v3/profile/@ada:home.test/displayname", &token(&ada)).await;
    assert_eq!(name.json()["displayname"], "Ada Lovelace", "{name:?}");
    let mails = get(&app.ada.visitor, "/_matrix/client/v3/account/3pid", &token(&ada)).await.json();
    assert_eq!(mails["threepids"][0]["address"], "ada@example.org", "{mails}");
    // The name that is taken is not entered: grace gets another one.
    let grace = sign_in(&mut app.grace, &start).await;
    assert_eq!(grace["user_id"], "@grace1:home.test", "{grace}");
    for signed_in in [&ada, &grace] {
        let admin = get(&app.ada.visitor, "/_synapse/admin/v2/users", &token(signed_in)).await;
        assert_eq!(admin.status, 403, "nobody is administrator by signing in: {admin:?}");
    }
    app.mallory_gets_a_page_before_it(&start).await;

    strangers_stay_outside(&app.stranger()).await;
    let out = app.ada.visitor.post(&format!("{URL}/_matrix/client/v3/logout")).bearer(&token(&ada));
    assert_eq!(out.json(&json!({})).send().await.status, 200);
    let whoami = get(&app.ada.visitor, "/_matrix/client/v3/account/whoami", &token(&ada)).await;
    assert_eq!(whoami.status, 401, "{whoami:?}");
}

async fn strangers_stay_outside(stranger: &Visitor) {
    let flows = stranger.get(&format!("{URL}{LOGIN}")).send().await.json();
    let kinds: Vec<_> = flows["flows"].as_array().into_iter().flatten().map(|flow| flow["type"].clone()).collect();
    assert!(kinds.contains(&json!("m.login.sso")) && !kinds.contains(&json!("m.login.password")), "{flows}");
    for (name, password) in [("grace", "a long password"), ("ada", "ada"), ("ada", "")] {
        let ask = json!({ "type": "m.login.password", "password": password,
                          "identifier": { "type": "m.id.user", "user": name } });
        let answer = stranger.post(&format!("{URL}{LOGIN}")).json(&ask).send().await;
        let said = (answer.status.as_u16(), answer.json()["error"].clone());
        assert_eq!(said, (400, json!("Password login has been disabled.")), "{answer:?}");
    }
    for kind in ["user", "guest"] {
        let ask = json!({ "username": "eve", "password": "evil passes", "auth": { "type": "m.login.dummy" } });
        let answer = stranger.post(&format!("{URL}/_matrix/client/v3/register?kind={kind}")).json(&ask).send().await;
        assert_eq!(answer.status, 403, "{kind}: {answer:?}");
    }
    let forged = json!({ "type": "m.login.token", "token": "syl_evil" });
    assert_eq!(stranger.post(&format!("{URL}{LOGIN}")).json(&forged).send().await.status, 403);
    for path in ["/_matrix/client/v3/account/whoami", "/_matrix/client/v3/sync", "/_synapse/admin/v2/users"] {
        assert_eq!(get(stranger, path, "evil").await.status, 401, "{path}");
    }
    let forged = [("logout_token", "e30.e30.")];
    let logout = format!("{URL}/_synapse/client/oidc/backchannel_logout");
    assert_eq!(stranger.post(&logout).form(&forged).send().await.status, 400);
}

/// As a client does: by the browser, and then with the token that its page hands to the client.
async fn sign_in(person: &mut Person, start: &str) -> Value {
    let shown = person.open_app(start).await;
    let token = between(&shown.body, "loginToken=", "\"").unwrap_or_else(|| panic!("no token: {shown:?}"));
    let ask = json!({ "type": "m.login.token", "token": token });
    let answer = person.visitor.post(&format!("{URL}{LOGIN}")).json(&ask).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn token(signed_in: &Value) -> String {
    signed_in["access_token"].as_str().unwrap_or_default().to_owned()
}

async fn get(visitor: &Visitor, path: &str, token: &str) -> Answer {
    visitor.get(&format!("{URL}{path}")).bearer(token).send().await
}
