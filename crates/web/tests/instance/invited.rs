//! What a program reads that is refused: what to send, and where a person gets it, RFC 6750 §3 and RFC 9728.

use crate::{
    browser::Answer,
    guarded::at_wiki,
    programs::{bearer, guarding, made},
    running::Running,
};
use doorstep_core::model::AuthorizationHeader;
use reqwest::Method;
use serde_json::json;

const METADATA: &str = "https://wiki.example.org/.doorstep/oauth-protected-resource";

fn lines<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

/// A request as a program sends it, by these words of a proxy.
async fn by(running: &Running, at: &str, method: &str, more: &[(&str, &str)]) -> Answer {
    let words = [
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", method),
        ("x-forwarded-uri", "/api"),
        ("x-original-url", "https://wiki.example.org/api"),
        ("x-original-method", method),
    ];
    let headers = [&words[..], more].concat();
    running.browser().send(Method::GET, at, &headers, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_proxy_is_given_the_challenges_in_the_way_that_it_passes_on() {
    let running = guarding(|_| {}).await;
    let bearer_line = format!("Bearer realm=\"doorstep\", resource_metadata=\"{METADATA}\"");
    let basic = "Basic realm=\"doorstep\", charset=\"UTF-8\"";
    let reads = bearer(&made(&running, &["wiki"], true).await);
    let cors = [("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
    for (at, more, first, further) in [
        ("/fa/forward", &[][..], &[bearer_line.as_str(), basic][..], &[][..]),
        ("/fa/nginx", &[], &[&bearer_line], &[]),
        ("/fa/nginx/refusal", &[], &[&bearer_line], &[basic]),
        ("/fa/forward", &cors, &[&bearer_line], &[]),
        ("/fa/nginx", &cors, &[&bearer_line], &[]),
        ("/fa/nginx/refusal", &cors, &[&bearer_line], &[]),
    ] {
        let answer = by(&running, at, "GET", more).await;
        assert_eq!(answer.status, 401, "{at} {more:?}: {answer:?}");
        assert_eq!(lines(&answer, "www-authenticate"), first, "{at} {more:?}");
        assert_eq!(lines(&answer, "x-doorstep-challenge"), further, "{at} {more:?}");
    }
    let insufficient = "error=\"insufficient_scope\"";
    for at in ["/fa/forward", "/fa/nginx", "/fa/nginx/refusal"] {
        let answer = by(&running, at, "POST", &[("authorization", &reads)]).await;
        assert_eq!(answer.status, 403, "{at}: {answer:?}");
        let (told, further) = (lines(&answer, "www-authenticate"), lines(&answer, "x-doorstep-challenge"));
        assert!(told.len() == 1 && told[0].contains(insufficient) && told[0].contains(METADATA), "{at}: {told:?}");
        assert_eq!(further, if at.ends_with("refusal") { told } else { vec![] }, "{at}");
    }
    // A window is sent to sign in, and a person who may not is no program.
    let window = running.browser().send(Method::GET, "/fa/forward", &at_wiki("/", "navigate"), None).await;
    assert_eq!((window.status.as_u16(), lines(&window, "www-authenticate")), (302, vec![]), "{window:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9728_3_the_document_stands_on_the_apps_host_and_says_where_a_token_is_made() {
    let running = guarding(|_| {}).await;
    let path = METADATA.strip_prefix("https://wiki.example.org").unwrap();
    let on = |host: &'static str| [("x-forwarded-host", host), ("x-forwarded-proto", "https")];
    let mut browser = running.browser();
    let answer = browser.send(Method::GET, path, &on("wiki.example.org"), None).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{answer:?}");
    let document = answer.json();
    assert_eq!(
        document,
        json!({
            "resource": "https://wiki.example.org", "resource_name": "Wiki", "bearer_methods_supported": ["header"],
            "resource_documentation": "https://auth.example.org/account/tokens",
        })
    );
    assert!(lines(&answer, "set-cookie").is_empty() && lines(&answer, "strict-transport-security").is_empty());
    for (method, host, status) in [
        (Method::HEAD, "wiki.example.org", 200),
        (Method::POST, "wiki.example.org", 405),
        (Method::GET, "unknown.example.org", 403),
        (Method::GET, "auth.example.org", 403),
    ] {
        let answer = browser.send(method.clone(), path, &on(host), None).await;
        assert_eq!(answer.status, status, "{method} {host}: {answer:?}");
    }

    // What takes no tokens has no such document, and points to none.
    let running = guarding(|wiki| wiki.authorization = AuthorizationHeader::Ignore).await;
    let answer = running.browser().send(Method::GET, path, &on("wiki.example.org"), None).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    let answer = by(&running, "/fa/forward", "GET", &[]).await;
    assert_eq!(lines(&answer, "www-authenticate"), ["Bearer realm=\"doorstep\""], "RFC 9110 §15.5.2");
}
