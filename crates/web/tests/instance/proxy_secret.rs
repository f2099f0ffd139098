//! A secret that proxies send, where others live on their network: forward-auth.md §4.1.

use crate::{
    browser::{Answer, Browser},
    guarded::{at_wiki, enter},
    person,
    running::{self, Running},
};
use doorstep_web::Trusted;
use reqwest::Method;

const OLD: &str = "0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld";
const NEW: &str = "n3wn3wn3wn3wn3wn3wn3wn3wn3wn3wn3w";
const HEADER: &str = "x-doorstep-proxy-secret";

fn demand(running: &Running, secrets: &str) {
    running.web.trust(Trusted { secrets: Some(secrets.parse().unwrap()), ..running::trusted(true) });
}

async fn ask(browser: &mut Browser, sent: &[&str]) -> Answer {
    let mut headers = at_wiki("/page", "cors");
    headers.extend(sent.iter().map(|secret| (HEADER, *secret)));
    browser.send(Method::GET, "/fa/forward", &headers, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn security_67_only_whoever_sends_the_secret_may_ask() {
    let running = running::empty().await;
    running.guard().await;
    let (mut instance, _) = person::ada(&running).await;
    let mut ada = running.browser();
    enter(&mut ada, &mut instance).await;
    assert_eq!(ask(&mut ada, &[]).await.status, 200, "no secret is asked for");
    demand(&running, &format!("{NEW} {OLD}"));
    for (sent, status) in [
        (vec![NEW], 200),
        (vec![OLD], 200),
        (vec![], 403),
        (vec![&NEW[1..]], 403),
        (vec!["guess", NEW], 403),
        (vec![NEW, NEW], 403),
    ] {
        let answer = ask(&mut ada, &sent).await;
        assert_eq!(answer.status, status, "{sent:?}");
        assert!(status == 200 || answer.header("x-doorstep-reason") == "untrusted_peer", "{answer:?}");
        assert!(!answer.body.contains(NEW) && !format!("{:?}", answer.headers).contains(NEW));
    }
    demand(&running, NEW);
    assert_eq!(ask(&mut ada, &[OLD]).await.status, 403, "the old one has been taken back, without a restart");
    // What the proxy hands on for the app's host comes from a proxy too.
    let mut headers = at_wiki("/.doorstep/logout", "navigate");
    let out = ada.send(Method::GET, "/.doorstep/logout", &headers, None).await;
    assert_eq!(out.status, 403, "{out:?}");
    headers.push((HEADER, NEW));
    assert_ne!(ada.send(Method::GET, "/.doorstep/logout", &headers, None).await.status, 403);
}

/// A neighbour of the proxy that names another address for itself is counted and written down under its own.
#[tokio::test(flavor = "multi_thread")]
async fn security_67_an_address_that_came_without_the_secret_is_not_believed() {
    let running = running::empty().await;
    demand(&running, NEW);
    let mut neighbour = running.browser();
    let mut tried = async |number: usize| {
        let address = format!("198.51.{}.{}", number / 250, number % 250);
        neighbour.send(Method::GET, "/enrol/made-up", &[("x-forwarded-for", &address)], None).await.status.as_u16()
    };
    let mut number = 0;
    // Of somebody in a private network who may be a proxy that nobody declared, some more are heard.
    while tried(number).await == 410 {
        number += 1;
        assert!(number < 1000, "made-up addresses of one neighbour are one");
    }
    assert_eq!(tried(number).await, 429);
    let by_proxy = [("x-forwarded-for", "198.51.100.99"), (HEADER, NEW)];
    assert_eq!(neighbour.send(Method::GET, "/enrol/made-up", &by_proxy, None).await.status, 410);
}
