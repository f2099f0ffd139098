//! What a warm decision costs the database: nothing, by its own count. The hot path of forward auth.

use crate::{
    browser::Browser,
    guarded::enter,
    person,
    programs::{bearer, made},
    running::{self, Running},
};
use doorstep_core::model::{Effect, Level, Proof, Rule};
use reqwest::Method;

const URL: &str = "https://wiki.example.org";

/// Public to read below `/public/`; below `/keys/` whoever signed in with a passkey.
async fn home() -> Running {
    let running = running::empty().await;
    let rule = |methods: &[&str], path: &str, effect| Rule {
        paths: vec![path.to_owned().try_into().unwrap()],
        methods: methods.iter().map(|method| (*method).to_owned().try_into().unwrap()).collect(),
        networks: vec![],
        effect,
    };
    let proof = Proof { max_age: None, least: Some(Level::Passkey) };
    running
        .guard_by(vec![
            rule(&["GET"], "/public/", Effect::Pass),
            rule(&[], "/keys/", Effect::SignIn { allow: None, proof }),
            rule(&[], "/closed/", Effect::Refuse),
        ])
        .await;
    running
}

/// Asks in each dialect that comes by plain HTTP, for a script of a page; every answer has this status.
async fn ask(browser: &mut Browser, path: &str, more: &[(&str, &str)], status: u16) {
    let url = format!("{URL}{path}");
    let forward = [
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", path),
    ];
    let nginx = [("x-original-url", url.as_str()), ("x-original-method", "GET")];
    let envoy = [("host", "wiki.example.org"), ("x-forwarded-proto", "https")];
    let at = format!("/fa/envoy{path}");
    for (address, family) in [("/fa/forward", &forward[..]), ("/fa/nginx", &nginx), (at.as_str(), &envoy)] {
        let headers = [family, more, &[("sec-fetch-mode", "cors"), ("accept", "*/*")]].concat();
        let answer = browser.send(Method::GET, address, &headers, None).await;
        assert_eq!(answer.status.as_u16(), status, "{address} {path}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_warm_reads_no_database_and_neither_does_a_refusal_without_a_session() {
    let running = home().await;
    let (mut instance, _) = person::ada(&running).await;
    let mut ada = running.browser();
    enter(&mut ada, &mut instance).await;
    let token = bearer(&made(&running, &["wiki"], false).await);
    let with_token = [("authorization", token.as_str())];
    let (mut program, mut nobody) = (running.browser(), running.browser());

    ask(&mut ada, "/page", &[], 200).await;
    ask(&mut program, "/page", &with_token, 200).await;
    let db = &running.instance.context.db;
    let before = db.asked();
    assert!(before > 0, "it counts");
    for number in 0..40 {
        ask(&mut ada, &format!("/page/{number}"), &[], 200).await;
        ask(&mut ada, "/keys/1", &[], 200).await;
        ask(&mut ada, "/public/logo.svg", &[], 200).await;
        ask(&mut program, "/page", &with_token, 200).await;
        ask(&mut nobody, &format!("/public/{number}"), &[], 200).await;
        ask(&mut nobody, &format!("/page/{number}"), &[], 401).await;
    }
    assert_eq!(db.asked(), before, "720 warm decisions");

    // The count would have told: a cookie that was never seen is looked up.
    ask(&mut running.browser(), "/page", &[("cookie", &unknown_cookie())], 401).await;
    assert!(db.asked() > before);
}

/// Well formed, and nobody's.
fn unknown_cookie() -> String {
    use doorstep_core::{
        entropy::Entropy,
        secret::{Token, TokenKind},
    };
    let token = Token::random(TokenKind::App, &mut Entropy::seeded(404));
    format!("__Host-ds_app={}", token.expose())
}
