//! A rule that asks how long ago somebody signed in, and by what: case 7 of the reference, forward-auth.md §5.

use crate::{
    browser::{Answer, Browser},
    guarded::{at_wiki, enter},
    person::{self, secret_of},
    running::{self, Running},
};
use doorstep_core::{
    model::{Effect, Level, Proof, Rule},
    time::Ttl,
};
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "four words are good";
const WIKI: &str = "https://wiki.example.org";

async fn guarded() -> Running {
    let running = running::with_passwords(true).await;
    let rule = |path: &str, max_age, least| Rule {
        paths: vec![path.to_owned().try_into().unwrap()],
        methods: [].into(),
        networks: vec![],
        effect: Effect::SignIn { allow: None, proof: Proof { max_age, least } },
    };
    running
        .guard_by(vec![rule("/admin/", Some(Ttl::from_minutes(15)), None), rule("/keys/", None, Some(Level::Passkey))])
        .await;
    running
}

async fn ask(at_app: &mut Browser, path: &str, mode: &str) -> Answer {
    at_app.send(Method::GET, "/fa/forward", &at_wiki(path, mode), None).await
}

/// Where a browser is sent to prove anew who it is, on the instance's host. The app's own cookies stay.
async fn sent(at_app: &mut Browser, path: &str) -> String {
    let answer = ask(at_app, path, "navigate").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-doorstep-reason")), (302, "step_up"), "{path}");
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    assert!(cookies.iter().all(|line| line.starts_with("__Host-ds_relay=")), "{cookies:?}");
    answer.header("location").strip_prefix("https://auth.example.org").unwrap().to_owned()
}

/// Comes back to the app by what the instance answers at `start`.
async fn back(at_app: &mut Browser, instance: &mut Browser, start: &str, path: &str) {
    let code = instance.get(start).await.location().strip_prefix(WIKI).unwrap().to_owned();
    let answer = at_app.send(Method::GET, &code, &at_wiki(path, "navigate"), None).await;
    assert_eq!(answer.location(), format!("{WIKI}{path}"));
    assert_eq!(ask(at_app, path, "navigate").await.status, 200, "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_7_whoever_signed_in_too_long_ago_does_so_again_and_comes_to_the_page() {
    let running = guarded().await;
    let (mut instance, mut soft) = person::ada(&running).await;
    let mut at_app = running.browser();
    enter(&mut at_app, &mut instance).await;
    assert_eq!(ask(&mut at_app, "/admin/x", "navigate").await.status, 200, "she has just signed in");
    running.pass(Ttl::from_minutes(20));
    assert_eq!(ask(&mut at_app, "/page", "navigate").await.status, 200, "nothing else of the app asks");

    let read = ask(&mut at_app, "/admin/x", "cors").await;
    assert_eq!((read.status.as_u16(), read.header("x-doorstep-reason")), (401, "step_up"));
    assert_eq!(read.header("x-doorstep-login"), "https://wiki.example.org/admin/x");
    let read: Value = serde_json::from_str(&read.body).unwrap();
    assert_eq!(read, json!({ "error": "step_up", "login_url": "https://wiki.example.org/admin/x" }));

    let start = sent(&mut at_app, "/admin/x").await;
    for _ in 0..2 {
        let page = instance.get(&start).await;
        assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Confirm that you are still Ada Lovelace"));
        assert!(page.body.contains("Wiki</bdi> asks for this before you continue"), "{}", page.body);
    }
    let next = person::sign_in(&mut instance, &mut soft, &json!({ "next": start })).await.next();
    back(&mut at_app, &mut instance, &next, "/admin/x").await;
    // An address of before leads on once somebody has signed in anew, and to no page that asks again.
    assert!(instance.get(&start).await.location().starts_with(WIKI));
    running.pass(Ttl::from_minutes(14));
    assert_eq!(ask(&mut at_app, "/admin/x", "navigate").await.status, 200);
    running.pass(Ttl::from_minutes(2));
    sent(&mut at_app, "/admin/x").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_without_a_session_proves_enough_at_the_first_time() {
    let running = guarded().await;
    let (mut instance, mut soft) = person::ada(&running).await;
    running.pass(Ttl::from_minutes(20));
    let mut at_app = running.browser();
    let answer = ask(&mut at_app, "/admin/x", "navigate").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-doorstep-reason")), (302, "sign_in"));
    let start = answer.header("location").strip_prefix("https://auth.example.org").unwrap().to_owned();
    assert_eq!(instance.get(&start).await.heading(), "Confirm that you are still Ada Lovelace");
    let next = person::sign_in(&mut instance, &mut soft, &json!({ "next": start })).await.next();
    back(&mut at_app, &mut instance, &next, "/admin/x").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_passkey_is_asked_for_a_password_is_not_offered_and_whoever_has_none_is_told() {
    let running = guarded().await;
    let (mut with_passkey, mut soft) = person::ada(&running).await;
    with_passkey.post("/account/password", &[("user_name", "ada"), ("new", PASSWORD)]).await;
    let (mut instance, mut at_app) = (running.browser(), running.browser());
    instance.post("/login", &[("user_name", "ada"), ("password", PASSWORD)]).await;
    enter(&mut at_app, &mut instance).await;
    assert_eq!(ask(&mut at_app, "/admin/x", "navigate").await.status, 200, "it is recent");
    let start = sent(&mut at_app, "/keys/x").await;
    let page = instance.get(&start).await;
    assert!(page.body.contains("Continue with a passkey") && !page.body.contains("name=\"password\""), "{}", page.body);
    // By a password all the same: nobody comes in by it, and nothing goes in circles.
    instance.post("/login", &[("user_name", "ada"), ("password", PASSWORD), ("next", &start)]).await;
    assert_eq!(instance.get(&start).await.heading(), "Confirm that you are still Ada Lovelace");
    let next = person::sign_in(&mut instance, &mut soft, &json!({ "next": start })).await.next();
    back(&mut at_app, &mut instance, &next, "/keys/x").await;

    let link = running.add_person("grace").await;
    let (mut instance, mut at_app) = (running.browser(), running.browser());
    let fields =
        [("link", secret_of(&link)), ("user_name", "grace"), ("display_name", "Grace"), ("password", PASSWORD)];
    instance.post("/enrol/password", &fields).await;
    enter(&mut at_app, &mut instance).await;
    let start = sent(&mut at_app, "/keys/x").await;
    let page = instance.get(&start).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (403, "This needs a passkey"));
}
