//! What one address may do how often (security §2.7), and that nobody else notices.

use crate::{
    browser::{Answer, Browser, FORM},
    person::{self, request, secret_of},
    running::{self, CALLBACK, ISSUER, Running},
};
use doorstep_core::{model::PkcePolicy, oauth::params::encode_pairs, time::Ttl};
use reqwest::Method;
use serde_json::json;

/// Two visitors, as the proxy names them, and somebody in the first one's network.
const HERE: &str = "203.0.113.9";
const ELSEWHERE: &str = "198.51.100.7";

async fn get(browser: &mut Browser, path: &str, from: &str) -> Answer {
    browser.send(Method::GET, path, &[("x-forwarded-for", from)], None).await
}

async fn begin(browser: &mut Browser, path: &str, fields: &serde_json::Value, from: &str) -> Answer {
    let headers = [("origin", ISSUER), ("x-forwarded-for", from)];
    browser.send(Method::POST, path, &headers, Some(("application/json", fields.to_string()))).await
}

fn is_too_many(answer: &Answer, heading: &str, seconds: &str) {
    assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (429, heading));
    assert_eq!(answer.header("retry-after"), seconds);
    assert_eq!(answer.header("x-frame-options"), "DENY");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_nobody_parks_requests_without_limit() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut hers, _) = person::ada(&running).await;
    let mut stranger = running.browser();

    // Asking in silence leaves nothing behind, and a refusal leaves a report.
    for _ in 0..310 {
        assert_eq!(
            get(&mut stranger, &request("&prompt=none"), HERE).await.sent("error").as_deref(),
            Some("login_required")
        );
    }
    for _ in 0..150 {
        assert!(get(&mut stranger, &request(""), HERE).await.location().starts_with("/login?i="));
        assert_eq!(get(&mut stranger, "/authorize", HERE).await.status, 400);
    }
    for path in [request(""), request("&prompt=none"), "/authorize".to_owned(), "/fa/start?st=made-up".to_owned()] {
        is_too_many(&get(&mut stranger, &path, HERE).await, "Too many sign‑ins at once", "10");
    }

    // Others, and whoever is signed in.
    assert_eq!(get(&mut stranger, &request(""), ELSEWHERE).await.status, 303);
    for _ in 0..20 {
        assert!(get(&mut hers, &request(""), HERE).await.location().starts_with(CALLBACK));
    }
    running.pass(Ttl::from_seconds(10));
    assert!(get(&mut stranger, &request(""), HERE).await.location().starts_with("/login?i="));
}

/// A refusal that goes back to the app leaves a report, too, where a line of the declaration would mend it.
#[tokio::test(flavor = "multi_thread")]
async fn security_86_nobody_leaves_reports_at_an_apps_expense_without_limit() {
    let running = running::empty().await;
    running.declare(|client| client.pkce = PkcePolicy::Required).await;
    let mut stranger = running.browser();
    for _ in 0..300 {
        let refused = get(&mut stranger, &request(""), HERE).await;
        assert!(refused.sent("error_description").unwrap().contains("doorstep explain"), "{refused:?}");
    }
    is_too_many(&get(&mut stranger, &request(""), HERE).await, "Too many sign‑ins at once", "10");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_what_is_written_for_one_account_is_bounded() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut hers, _) = person::ada(&running).await;
    for _ in 0..200 {
        assert!(get(&mut hers, &request(""), HERE).await.location().starts_with(CALLBACK));
    }
    for (path, from) in [(request(""), HERE), (request("&prompt=none"), ELSEWHERE), (request("&prompt=login"), HERE)] {
        is_too_many(&get(&mut hers, &path, from).await, "Too many requests at once", "10");
    }
    let answer = begin(&mut hers, "/account/passkeys/options", &json!({}), HERE).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "10"));
    // What is only read, and what makes an account safe, goes on.
    assert_eq!(get(&mut hers, "/account", HERE).await.status, 200);
    let mut stranger = running.browser();
    assert!(get(&mut stranger, &request(""), HERE).await.location().starts_with("/login?i="));
    running.pass(Ttl::from_seconds(2));
    assert!(get(&mut hers, &request(""), HERE).await.location().starts_with(CALLBACK));
}

/// Each sign-in leaves a session and a line in the audit log, in whatever browser it is: an account that signs in by a
/// program fills no table with them.
#[tokio::test(flavor = "multi_thread")]
async fn security_86_sign_ins_count_for_their_account_in_whatever_browser() {
    let running = running::with_passwords(true).await;
    running.declare(|_| ()).await;
    let (mut hers, mut soft) = person::ada(&running).await;
    let (_, mut graces) = person::grace(&running).await;
    let right = [("user_name", "ada"), ("password", "correct horse battery")];
    let set = hers.post("/account/password", &[("user_name", "ada"), ("new", "correct horse battery")]).await;
    assert_eq!(set.location(), "/account?told=password_changed");
    for _ in 0..199 {
        assert!(get(&mut hers, &request(""), HERE).await.location().starts_with(CALLBACK));
    }
    let mut other = running.browser();
    let refused = person::sign_in(&mut other, &mut soft, &json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "10"));
    assert!(refused.body.contains("with your account"), "{}", refused.body);
    is_too_many(&other.post("/login", &right).await, "Too many requests at once", "10");
    assert_eq!(other.get("/account").await.location(), "/login?next=%2Faccount", "nobody is signed in");
    let named = [("name", "Ada"), ("given_name", ""), ("family_name", "")];
    let changed = [("current", "correct horse battery"), ("new", "another horse battery")];
    for (path, form) in [("/account/name", &named[..]), ("/account/password", &changed[..])] {
        is_too_many(&hers.post(path, form).await, "Too many requests at once", "10");
    }
    // What makes an account safe goes on.
    let ended = hers.post("/account/apps/photos/end", &[]).await;
    assert_eq!(ended.location(), "/account?told=access_ended&id=photos");

    // Somebody else, and a while later.
    assert_eq!(person::sign_in(&mut running.browser(), &mut graces, &json!({})).await.next(), "/");
    running.pass(Ttl::from_seconds(4));
    assert_eq!(person::sign_in(&mut other, &mut soft, &json!({})).await.next(), "/");
    assert_eq!(running.browser().post("/login", &right).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_nobody_has_apps_looked_up_at_the_sign_out_without_limit() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut hers, _) = person::ada(&running).await;
    let mut stranger = running.browser();
    let bye = "post_logout_redirect_uri=https%3A%2F%2Fphotos.example.org%2Fbye";
    let (known, made_up) = (format!("client_id=photos&{bye}"), format!("client_id=made-up&{bye}"));
    // An app of ours sends people who are signed out already as often as it likes.
    for _ in 0..310 {
        assert!(press(&mut stranger, &known, HERE).await.contains(GOES_ON));
    }
    for _ in 0..300 {
        assert!(!press(&mut stranger, &made_up, HERE).await.contains(GOES_ON));
    }
    // Beyond the limit nobody is sent on; whoever has a session is signed out and sent on all the same.
    assert!(!press(&mut stranger, &known, HERE).await.contains(GOES_ON));
    assert!(press(&mut stranger, &known, ELSEWHERE).await.contains(GOES_ON));
    assert!(press(&mut hers, &known, HERE).await.contains(GOES_ON));
    assert!(get(&mut hers, "/", HERE).await.location().starts_with("/login"));
}

const GOES_ON: &str = "https://photos.example.org/bye";

/// Presses the button of the page that asks before it signs out.
async fn press(browser: &mut Browser, form: &str, from: &str) -> String {
    let headers = [("origin", ISSUER), ("x-forwarded-for", from)];
    let answer = browser.send(Method::POST, "/logout", &headers, Some((FORM, form.to_owned()))).await;
    assert_eq!(answer.status, 200);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_nobody_draws_challenges_without_limit() {
    let running = running::empty().await;
    let (mut hers, _) = person::ada(&running).await;
    let link = running.add_person("grace").await;
    let mut stranger = running.browser();
    for _ in 0..300 {
        assert_eq!(begin(&mut stranger, "/login/passkey/options", &json!({}), HERE).await.status, 200);
    }
    let made_up = json!({ "challenge_id": "x", "credential": {} });
    for (path, fields) in [
        ("/login/passkey/options", json!({})),
        ("/login/passkey", made_up),
        ("/enrol/options", json!({ "link": secret_of(&link) })),
    ] {
        let answer = begin(&mut stranger, path, &fields, HERE).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "10"), "{path}");
        assert!(answer.json()["message"].as_str().unwrap().contains("Wait 10 seconds"), "{answer:?}");
        assert_ne!(begin(&mut stranger, path, &fields, ELSEWHERE).await.status, 429, "{path}");
    }
    // Whoever is signed in adds a passkey all the same.
    assert_eq!(begin(&mut hers, "/account/passkeys/options", &json!({}), HERE).await.status, 200);
    running.pass(Ttl::from_seconds(10));
    assert_eq!(begin(&mut stranger, "/login/passkey/options", &json!({}), HERE).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_87_links_cannot_be_tried_without_limit() {
    let running = running::empty().await;
    person::ada(&running).await;
    let link = running.add_person("grace").await;
    let mut browser = running.browser();
    // One that opens is not counted: mail scanners look, and many are enrolled in one office.
    for _ in 0..30 {
        assert_eq!(get(&mut browser, &link, HERE).await.status, 200);
    }
    for path in ["/enrol/made-up", "/setup/made-up"].into_iter().cycle().take(20) {
        assert_eq!(get(&mut browser, path, HERE).await.status, 410);
    }
    for path in ["/enrol/made-up", "/setup/made-up", &link] {
        is_too_many(&get(&mut browser, path, HERE).await, "Too many links were tried", "180");
    }
    assert_eq!(get(&mut browser, &link, HERE).await.header("referrer-policy"), "no-referrer");
    assert_eq!(get(&mut browser, &link, ELSEWHERE).await.status, 200);
    running.pass(Ttl::from_minutes(3));
    assert_eq!(get(&mut browser, &link, HERE).await.status, 200);
}

async fn prove(running: &Running, path: &str, (client, secret): (&str, &str), from: &str) -> Answer {
    let pairs = [("client_id", client), ("client_secret", secret), ("token", "x"), ("grant_type", "refresh_token")];
    let body = encode_pairs(pairs.iter().copied());
    running.browser().send(Method::POST, path, &[("x-forwarded-for", from)], Some((FORM, body))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn security_87_client_secrets_cannot_be_tried_without_limit() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let secret = running.client_secret();
    let (right, wrong) = (("photos", secret.expose().as_str()), ("photos", "wrong"));
    for path in ["/token", "/revoke"].into_iter().cycle().take(60) {
        assert_ne!(prove(&running, path, right, HERE).await.status.as_u16() / 100, 5);
    }
    for path in ["/token", "/revoke"].into_iter().cycle().take(20) {
        assert_eq!(prove(&running, path, wrong, HERE).await.status, 401);
    }
    for path in ["/token", "/revoke"] {
        let answer = prove(&running, path, wrong, HERE).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "15"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json()["error"], "temporarily_unavailable");
    }
    // The app itself is at the same address, and is never held up by it.
    for _ in 0..30 {
        assert_eq!(prove(&running, "/revoke", right, HERE).await.status, 200);
        assert_eq!(prove(&running, "/token", right, HERE).await.json()["error"], "invalid_request");
    }
    assert_eq!(prove(&running, "/token", wrong, HERE).await.status, 429, "and forgives the stranger nothing");
    // Nobody else notices: another address, and clients that are not known, which are counted together.
    assert_eq!(prove(&running, "/revoke", right, ELSEWHERE).await.status, 200);
    for nth in 0..25 {
        let status = prove(&running, "/token", (&format!("made-up-{nth}"), "x"), ELSEWHERE).await.status.as_u16();
        assert_eq!(status, if nth < 20 { 401 } else { 429 }, "{nth}");
    }
    assert_eq!(prove(&running, "/revoke", right, ELSEWHERE).await.status, 200);
    running.pass(Ttl::from_seconds(15));
    assert_eq!(prove(&running, "/revoke", wrong, HERE).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_88_whoever_hides_behind_a_proxy_or_pretends_to_is_limited_all_the_same() {
    for (trusting, limit) in [(false, 200), (true, 200)] {
        let running = if trusting { running::empty().await } else { running::trusting_nobody().await };
        let mut browser = running.browser();
        for nth in 0..limit + 5 {
            // A trusted peer that says nothing readable, and one that is not trusted and says whatever it likes.
            let named = if trusting { "unknown".to_owned() } else { format!("203.0.113.{nth}") };
            let status = get(&mut browser, "/enrol/made-up", &named).await.status.as_u16();
            assert_eq!(status, if nth < limit { 410 } else { 429 }, "{trusting} {nth}");
        }
    }
}
