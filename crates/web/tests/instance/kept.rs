//! What nginx may keep: a yes that rests on a session and its groups alone, and nothing else, while what it rests on was heard
//! of a moment ago.

use crate::{
    browser::{Answer, Browser},
    guarded::enter,
    person,
    programs::{bearer, guarding, made},
};
use doorstep_core::{
    model::{App, Effect, Rule},
    time::Ttl,
};
use reqwest::Method;

const PLAIN: &str = "/fa/nginx";
const KEPT: &str = "/fa/nginx/kept";

async fn ask(browser: &mut Browser, at: &str, more: &[(&str, &str)]) -> Answer {
    let asked = [("x-original-url", "https://wiki.example.org/page"), ("x-original-method", "GET")];
    browser.send(Method::GET, at, &[&asked[..], more].concat(), None).await
}

/// The status, and how long it may be kept.
fn told(answer: &Answer) -> (u16, Option<&str>) {
    let kept = answer.headers.get("x-accel-expires").map(|value| value.to_str().unwrap());
    (answer.status.as_u16(), kept)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_a_session_is_kept_by_whoever_says_that_it_keeps_while_the_log_is_fresh() {
    let running = guarding(|_: &mut App| {}).await;
    let (mut grace, _) = person::grace(&running).await;
    let (mut at_app, mut stranger) = (running.browser(), running.browser());
    enter(&mut at_app, &mut grace).await;
    assert_eq!(told(&ask(&mut at_app, KEPT, &[]).await), (200, Some("1")));
    assert_eq!(told(&ask(&mut at_app, PLAIN, &[]).await), (200, None), "nobody asked for it");
    assert_eq!(told(&ask(&mut stranger, KEPT, &[]).await), (401, None), "no refusal is kept");
    let token = bearer(&made(&running, &["wiki"], false).await);
    assert_eq!(told(&ask(&mut stranger, KEPT, &[("authorization", &token)]).await), (200, None), "a program's");
    let twice = ask(&mut at_app, KEPT, &[("x-original-url", "https://wiki.example.org/")]).await;
    assert_eq!(told(&twice), (403, None), "asked about two addresses");
    // With the two seconds for which nginx keeps it, it would be older than anything that is believed.
    running.pass(Ttl::from_seconds(4));
    assert_eq!(told(&ask(&mut at_app, KEPT, &[]).await), (200, None), "the log was not heard lately");
    running.pass(Ttl::from_seconds(2));
    assert_eq!(told(&ask(&mut at_app, KEPT, &[]).await), (200, Some("1")), "it was looked at again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_a_rule_is_asked_about_each_time() {
    let rule = |effect: Effect| Rule {
        paths: vec!["/open".to_owned().try_into().unwrap()],
        methods: ["GET".to_owned().try_into().unwrap()].into(),
        networks: Vec::new(),
        effect,
    };
    for effect in [Effect::Pass, Effect::Refuse] {
        let running = guarding(|wiki: &mut App| wiki.rules = vec![rule(effect.clone())]).await;
        let (mut grace, _) = person::grace(&running).await;
        let mut at_app = running.browser();
        enter(&mut at_app, &mut grace).await;
        assert_eq!(told(&ask(&mut at_app, KEPT, &[]).await), (200, None), "{effect:?}");
        let open = [("x-original-url", "https://wiki.example.org/open"), ("x-original-method", "GET")];
        let answer = running.browser().send(Method::GET, KEPT, &open, None).await;
        assert_eq!(told(&answer), (if effect == Effect::Pass { 200 } else { 403 }, None), "{effect:?}");
    }
}
