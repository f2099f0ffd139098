//! The signed assertion of an app that asks for one: what the app verifies, with nothing but what Doorstep publishes.

use crate::{
    browser::{Answer, Browser},
    guarded::{at_wiki, enter},
    person,
    programs::{bearer, guarding, made},
    running::Running,
};
use doorstep_core::{
    access::{Actor, ManageGroups, ON_THE_HOST},
    gateway::ASSERTION_TYP,
    jose::{KeySet, VerifyError},
    model::{App, Effect, Posture, Rule},
    time::Ttl,
};
use reqwest::Method;
use serde_json::{Map, Value, json};

fn asks_for_one(wiki: &mut App) {
    wiki.posture = Posture::Assertion;
    wiki.rules = vec![Rule {
        paths: vec!["/healthz".to_owned().try_into().unwrap()],
        methods: ["GET".to_owned().try_into().unwrap()].into(),
        networks: Vec::new(),
        effect: Effect::Pass,
    }];
}

async fn ask(at_app: &mut Browser, path: &str, more: &[(&str, &str)]) -> Answer {
    let headers = [&at_wiki(path, "navigate")[..], more].concat();
    at_app.send(Method::GET, "/fa/forward", &headers, None).await
}

/// The one assertion of an answer.
fn assertion(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let all: Vec<_> = answer.headers.get_all("remote-assertion").iter().collect();
    assert_eq!(all.len(), 1, "{answer:?}");
    all[0].to_str().unwrap().to_owned()
}

async fn published(running: &Running) -> KeySet {
    KeySet::from_jwks(&running.browser().get("/jwks").await.json())
}

/// What an app reads, once it has verified it.
async fn claims(running: &Running, text: &str) -> Map<String, Value> {
    let keys = published(running).await;
    let claims = keys.verify_as(ASSERTION_TYP, text).unwrap();
    assert_eq!(keys.verify(text), Err(VerifyError::WrongType), "RFC 8725 §3.11: nobody takes it for an ID Token");
    let now = running.instance.now().seconds();
    let [iat, exp] = ["iat", "exp"].map(|name| claims[name].as_i64().unwrap());
    assert!(iat <= now && now + 30 <= exp && exp - iat == 60, "{iat} {now} {exp}");
    claims
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_verifies_is_what_the_headers_say() {
    let running = guarding(asks_for_one).await;
    let (mut grace, _) = person::grace(&running).await;
    let mut at_app = running.browser();
    enter(&mut at_app, &mut grace).await;
    let answer = ask(&mut at_app, "/", &[("remote-assertion", "of a client")]).await;
    let said = claims(&running, &assertion(&answer)).await;
    let same = [
        ("iss", json!("https://auth.example.org")),
        ("aud", json!("https://wiki.example.org")),
        ("preferred_username", json!(answer.header("remote-user"))),
        ("name", json!(answer.header("remote-name"))),
        ("groups", json!(answer.header("remote-groups").split_terminator(',').collect::<Vec<_>>())),
        ("amr", json!(["pop", "user", "mfa"])),
    ];
    for (name, value) in same {
        assert_eq!(said[name], value, "{name}");
    }
    assert!(said["auth_time"].is_i64() && !said["sub"].as_str().unwrap().is_empty(), "{said:?}");

    let token = made(&running, &["wiki"], false).await;
    let line = bearer(&token);
    let by_token = ask(&mut running.browser(), "/", &[("authorization", &line)]).await;
    let of_ada = claims(&running, &assertion(&by_token)).await;
    assert_eq!((&of_ada["preferred_username"], &of_ada["groups"]), (&json!("ada"), &json!(["admins"])));
    assert!(!of_ada.contains_key("auth_time") && !of_ada.contains_key("amr"), "nobody signed in: {of_ada:?}");

    // Nobody is nobody, whoever sends it and whatever stands in it.
    for browser in [&mut at_app, &mut running.browser()] {
        assert_eq!(assertion(&ask(browser, "/healthz", &[("remote-assertion", "of a client")]).await), "");
    }
    for posture in [Posture::Headers, Posture::Portal] {
        let running = guarding(|wiki| wiki.posture = posture).await;
        let line = bearer(&made(&running, &["wiki"], false).await);
        assert_eq!(assertion(&ask(&mut running.browser(), "/", &[("authorization", &line)]).await), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_sent_again_for_half_a_minute_and_never_says_what_is_not_so_any_more() {
    let running = guarding(asks_for_one).await;
    let (mut grace, _) = person::grace(&running).await;
    let mut at_app = running.browser();
    enter(&mut at_app, &mut grace).await;
    let first = assertion(&ask(&mut at_app, "/", &[]).await);
    running.pass(Ttl::from_seconds(4));
    assert_eq!(assertion(&ask(&mut at_app, "/", &[]).await), first);

    let act = running.instance.context.require(ManageGroups, Actor::Cli, &ON_THE_HOST).unwrap();
    running.instance.accounts.set_member(&act, ("grace", &"admins".parse().unwrap()), true).await.unwrap();
    let changed = assertion(&ask(&mut at_app, "/", &[]).await);
    assert!(claims(&running, &changed).await["groups"].as_array().unwrap().contains(&json!("admins")));
    running.pass(Ttl::from_seconds(30));
    let later = assertion(&ask(&mut at_app, "/", &[]).await);
    assert_ne!(later, changed);
    claims(&running, &later).await;

    // Without one that can sign, an app that waits for a signature gets nothing.
    running.instance.context.keyring.install(KeySet::default());
    assert_eq!(ask(&mut at_app, "/", &[]).await.status, 503);
}
