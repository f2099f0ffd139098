//! The further clients of apps of the catalog over the real server, as the programs use them that they are for: a command
//! line, apps for desktops on a port that they find free, apps for phones by schemes of their own.

use doorstep_e2e::{
    expect::{error_page, token_error},
    http::{Answer, Visitor},
    instance::{Engine, ISSUER, Instance},
    loopback::{Loopback, answer, anywhere},
    person::{Person, Request, Tokens, userinfo},
    wait,
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The three apps, open to users, and the ids that their programs have.
const ARGOCD: (&str, &str, &str) = ("argocd", "argocd-cli", "/auth/callback");
const OPENCLOUD: (&str, &str, &str) = ("opencloud", "OpenCloudDesktop", "");
const OCIS: (&str, &str, &str) =
    ("owncloud-infinite-scale", "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69", "");
const SCOPE: &str = "openid profile email groups offline_access";

fn declared(users: &str, apps: &[&str]) -> String {
    let app = |app: &&str| format!("[apps.{app}]\nurl = \"https://{app}.home.test\"\nallow = [\"users\"]\n");
    format!("[groups]\nadmins = [\"ada\"]\nusers = [{users}]\n") + &apps.iter().map(app).collect::<String>()
}

fn all() -> String {
    declared("\"ada\"", &[ARGOCD.0, OPENCLOUD.0, OCIS.0])
}

/// A request of a program that keeps no secret.
fn request(client: &str, redirect_uri: &str) -> Request {
    let delivered = doorstep_e2e::given::Delivered::parse(&format!(
        "OIDC_CLIENT_ID={client}\nOIDC_CLIENT_SECRET=none\nOIDC_REDIRECT_URI={redirect_uri}\n"
    ));
    Request::of(&delivered, SCOPE)
}

/// The token endpoint, asked without a secret.
async fn token(back: &Visitor, client: &str, form: &[(&str, &str)]) -> Answer {
    let form = [form, &[("client_id", client)]].concat();
    back.post(&format!("{ISSUER}/token")).without_cookies().form(&form).send().await
}

async fn refresh(back: &Visitor, client: &str, refresh_token: &str) -> Answer {
    token(back, client, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

/// Signs in and says yes: a program on the machine may be any, so that each time somebody is asked (security row 17).
async fn allowed(person: &mut Person, request: &Request) -> Answer {
    let asked = person.authorize(request).await;
    assert_eq!(asked.url.path(), "/consent", "{asked:?}");
    let interaction = asked.url.query_pairs().find(|(key, _)| key == "i").unwrap().1.into_owned();
    person.consent(&interaction, "allow").await
}

/// A sign-in as the program does it: it listens on a port that is free, and the browser brings it the code.
async fn signed_in(instance: &Instance, person: &mut Person, (_, client, path): (&str, &str, &str)) -> Tokens {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = {
        let heard = Arc::clone(&heard);
        Loopback::serve(anywhere(), move |request| {
            heard.lock().unwrap().push(request.uri().to_string());
            async { answer(200, "text/plain", "You can close this window.") }
        })
        .await
    };
    let request = request(client, &format!("http://{}{path}", listener.address));
    let back = instance.visitor();
    let to = allowed(person, &request).await.location().expect("back to the program");
    assert_eq!(Visitor::plain().get(to.as_str()).send().await.status, 200);
    let heard = heard.lock().unwrap().pop().expect("the program was called");
    let called = url::Url::parse("http://127.0.0.1").unwrap().join(&heard).unwrap();
    let param = |name: &str| called.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert!(called.path() == if path.is_empty() { "/" } else { path }, "{heard}");
    assert_eq!(param("state").as_deref(), Some(request.param("state")));
    let code = param("code").unwrap_or_else(|| panic!("no code: {heard}"));

    Tokens::of(&token(&back, client, &request.redemption(&code)).await)
}

/// What every app's program can do, and nobody else for it.
async fn works(instance: &Instance, ada: &mut Person, app: (&str, &str, &str)) {
    let (client, back) = (app.1, instance.visitor());
    let tokens = signed_in(instance, ada, app).await;
    let claims = tokens.claims();
    assert_eq!((&claims["aud"], &claims["iss"]), (&json!(client), &json!(ISSUER)), "{claims}");
    let told: Value = userinfo(&back, ISSUER, &tokens.access).await.json();
    assert_eq!((&told["preferred_username"], &told["groups"]), (&json!("ada"), &json!(["admins", "users"])), "{told}");

    let first = tokens.refresh.clone().expect("a refresh token");
    let second = Tokens::of(&refresh(&back, client, &first).await);
    assert_eq!(second.claims()["aud"], json!(client));
    let others =
        refresh(&back, if client == ARGOCD.1 { OPENCLOUD.1 } else { ARGOCD.1 }, second.refresh.as_deref().unwrap())
            .await;
    token_error(&others, "invalid_grant", "a program of another app");

    // Another sign-in, which ends by the word of the program.
    let tokens = signed_in(instance, ada, app).await;
    let token = tokens.refresh.as_deref().unwrap();
    let revoked = back
        .post(&format!("{ISSUER}/revoke"))
        .without_cookies()
        .form(&[("token", token), ("client_id", client)])
        .send()
        .await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    token_error(&refresh(&back, client, token).await, "invalid_grant", "revoked");

    // And one in whose browser the person signs out.
    let tokens = signed_in(instance, ada, app).await;
    let out = ada.visitor.get(&format!("{ISSUER}/end_session?id_token_hint={}", tokens.id)).navigating().send().await;
    assert!(out.status == 200 && !ada.is_signed_in().await, "{out:?}");
    ada.sign_in_anew().await;
}

#[tokio::test]
async fn a_program_signs_in_over_a_port_that_it_found_free_refreshes_and_signs_out() {
    let instance = Instance::provider(Engine::Sqlite, &all()).await;
    let mut ada = instance.ada().await;
    for app in [ARGOCD, OPENCLOUD, OCIS] {
        works(&instance, &mut ada, app).await;
    }
    // The server of Argo CD believes an ID Token, and takes who may what from the groups in it.
    let tokens = signed_in(&instance, &mut ada, ARGOCD).await;
    assert_eq!(tokens.claims()["groups"], json!(["admins", "users"]), "{}", tokens.claims());
    let delivered = std::fs::read_to_string(instance.doorstep.data().join("apps/argocd.yaml")).unwrap();
    assert!(
        delivered.contains("cliClientID: \"argocd-cli\""),
        "its server is told which other audience is good: {delivered}"
    );

    // The apps for phones are brought the code by the system, and those of ownCloud send a secret that everybody knows.
    let back = instance.visitor();
    for (client, redirect_uri) in [
        ("OpenCloudAndroid", "oc://android.opencloud.eu"),
        ("OpenCloudIOS", "oc.ios://ios.opencloud.eu"),
        ("e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD", "oc://android.owncloud.com"),
        ("mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1", "oc://ios.owncloud.com"),
    ] {
        let request = request(client, redirect_uri);
        let to = allowed(&mut ada, &request).await;
        let way = to.leads_to().unwrap_or_else(|| panic!("no way to the app: {to:?}"));
        assert!(way.as_str().starts_with(redirect_uri), "{way}");
        let code = way.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
        let redeemed = doorstep_e2e::person::redeem(&back, ISSUER, &request, &code).await;
        assert_eq!(Tokens::of(&redeemed).claims()["aud"], json!(client));
    }
}

#[tokio::test]
async fn security_09_a_strangers_address_gets_a_page_and_nothing_goes_without_pkce() {
    let instance = Instance::provider(Engine::Sqlite, &all()).await;
    let mut ada = instance.ada().await;
    for (client, redirect_uri) in [
        (ARGOCD.1, "http://127.0.0.1:9000/"),
        (ARGOCD.1, "http://127.0.0.1:9000/auth/callback/"),
        (ARGOCD.1, "http://localhost:9000/auth/callback"),
        (ARGOCD.1, "http://127.0.0.1.evil.test:9000/auth/callback"),
        (ARGOCD.1, "http://127.0.0.1@evil.test/auth/callback"),
        (ARGOCD.1, "https://argocd.home.test/auth/callback"),
        (OPENCLOUD.1, "http://127.0.0.1:9000/cb"),
        (OPENCLOUD.1, "http://[::1]:9000"),
        (OPENCLOUD.1, "oc://android.opencloud.eu"),
        (OPENCLOUD.1, "https://opencloud.home.test/"),
        ("OpenCloudAndroid", "oc://evil.test"),
        ("OpenCloudAndroid", "oc://android.opencloud.eu/x"),
        ("OpenCloudIOS", "http://127.0.0.1:9000"),
        ("openclouddesktop", "http://127.0.0.1:9000"),
        (OCIS.1, "http://192.0.2.1:9000"),
    ] {
        error_page(&ada.ask(&request(client, redirect_uri)).await, &format!("{client} {redirect_uri}"));
    }
    // Its addresses are the catalog's: nobody is told to add one to the app.
    let page = ada.ask(&request(ARGOCD.1, "http://localhost:9000/auth/callback")).await.body;
    let reference = page.split("doorstep explain ").nth(1).unwrap().get(..9).unwrap();
    let told = instance.doorstep.reported(&["explain", reference]).out;
    assert!(told.contains("the client `cli` of argocd has the addresses that the catalog knows"), "{told}");
    assert!(!told.contains("[apps.argocd]"), "{told}");
    for app in [ARGOCD, OPENCLOUD, OCIS] {
        let request = request(app.1, &format!("http://127.0.0.1:9000{}", app.2));
        let without = ada.ask(&request.clone().with("code_challenge", None)).await;
        let said = ["error", "code"].map(|name| without.location_param(name));
        assert_eq!(said, [Some("invalid_request".to_owned()), None], "{without:?}");
        let to = allowed(&mut ada, &request).await.location().expect("back to the program");
        let code = to.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
        let mut form = request.redemption(&code);
        form.retain(|(key, _)| *key != "code_verifier");
        let stolen = token(&instance.visitor(), app.1, &form).await;
        token_error(&stolen, "invalid_grant", "whoever took the code has no verifier");
    }
}

#[tokio::test]
async fn who_leaves_the_group_is_out_of_the_programs_too_and_a_removed_app_takes_them_along() {
    let instance = Instance::provider(Engine::Sqlite, &all()).await;
    let mut ada = instance.ada().await;
    let back = instance.visitor();
    let tokens = signed_in(&instance, &mut ada, OPENCLOUD).await;
    let kept = signed_in(&instance, &mut ada, OCIS).await;
    let rows: Value = serde_json::from_str(&instance.doorstep.reported(&["app", "list", "--json"]).out).unwrap();
    assert_eq!(rows[1]["further_clients"][0], json!({ "name": "desktop", "client_id": "OpenCloudDesktop" }), "{rows}");

    instance.doorstep.declare(&declared("", &[ARGOCD.0, OPENCLOUD.0, OCIS.0]));
    instance.doorstep.reported(&["apply"]);
    wait::until("the access token is refused", Duration::from_mins(1), || async {
        (userinfo(&back, ISSUER, &tokens.access).await.status == 401).then_some(())
    })
    .await;
    token_error(
        &refresh(&back, OPENCLOUD.1, tokens.refresh.as_deref().unwrap()).await,
        "invalid_grant",
        "not in the group",
    );
    let denied = ada.authorize(&request(OPENCLOUD.1, "http://127.0.0.1:9000")).await;
    assert!(denied.location().is_none() && denied.status == 403, "{denied:?}");

    // The app gets another name: who is signed in stays so.
    let renamed = all().replace("[apps.owncloud-infinite-scale]", "[apps.ocis]\npreset = \"owncloud-infinite-scale\"");
    instance.doorstep.declare(&renamed);
    instance.doorstep.reported(&["apply", "--prune"]);
    let after = Tokens::of(&refresh(&back, OCIS.1, kept.refresh.as_deref().unwrap()).await);
    assert_eq!(userinfo(&back, ISSUER, &after.access).await.status, 200);

    instance.doorstep.reported(&["app", "remove", "ocis", "--yes"]);
    wait::until("its program is nobody's", Duration::from_mins(1), || async {
        let answer = refresh(&back, OCIS.1, after.refresh.as_deref().unwrap()).await;
        (answer.oauth_error() == "invalid_client").then_some(())
    })
    .await;
    error_page(&ada.ask(&request(OCIS.1, "http://127.0.0.1:9000")).await, "no such client");
    assert_eq!(userinfo(&back, ISSUER, &after.access).await.status, 401);
}

/// Killed at any time, what is left is made by the next apply, and nothing twice.
#[tokio::test]
async fn an_apply_that_is_killed_is_finished_by_the_next_one() {
    let apps: Vec<String> = (0..12).map(|n| format!("a{n}")).collect();
    let app = |name: &String| format!("[apps.{name}]\npreset = \"argocd\"\nurl = \"https://{name}.home.test\"\n");
    let declared = apps.iter().map(app).collect::<String>();
    let mut instance = Instance::provider(Engine::Sqlite, "").await;
    instance.doorstep.stop();
    let mut whole = Duration::from_millis(100);
    for round in 0..12 {
        instance.doorstep.declare(&declared);
        let begun = instance.doorstep.begin(&["apply"]);
        tokio::time::sleep(whole * round / 12).await;
        begun.kill();
        let since = Instant::now();
        instance.doorstep.reported(&["apply"]);
        whole = since.elapsed();
        assert_eq!(instance.doorstep.command(&["plan"]).status, 0, "round {round}");
        let rows: Value = serde_json::from_str(&instance.doorstep.reported(&["app", "list", "--json"]).out).unwrap();
        for (row, name) in rows.as_array().unwrap().iter().zip({
            let mut sorted = apps.clone();
            sorted.sort();
            sorted
        }) {
            assert_eq!(row["further_clients"][0]["client_id"], json!(format!("{name}-cli")), "round {round}");
            assert_eq!(row["state"], "in line", "round {round}");
        }
        instance.doorstep.declare("");
        instance.doorstep.reported(&["apply", "--prune", "--allow-delete", "12"]);
        assert_eq!(instance.doorstep.command(&["plan"]).status, 0, "round {round}");
    }
}
