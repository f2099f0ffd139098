//! A database that neither answers nor refuses: a server that is asked meanwhile answers, and goes on afterwards.

use crate::{
    person::{self, request},
    running,
};
use doorstep_core::time::Ttl;
use doorstep_store::{
    Db,
    testing::{self, Detour, Engine, TestDb},
};
use doorstep_web::Bounds;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// What answering takes at most here.
const ANSWER: Duration = Duration::from_secs(3);
/// Far more than any of it takes.
const PLENTY: Duration = Duration::from_mins(2);

/// Waits until a page of somebody who is inside is there again.
async fn goes_on(mut is_there: impl AsyncFnMut() -> bool) {
    let again = timeout(PLENTY, async {
        while !is_there().await {
            sleep(Duration::from_millis(100)).await;
        }
    });
    assert!(again.await.is_ok(), "it does not go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hung_database_never_holds_the_listener() {
    let TestDb { engine, at, db } = testing::migrated(Engine::Postgres).await;
    drop(db);
    let detour = Detour::to(&at);
    let db = TestDb { engine, db: Db::open(&detour.url).await.unwrap(), at };
    let running = running::on(db, false, true, Bounds { answer: ANSWER, ..Bounds::default() }).await;
    running.declare(|_| ()).await;
    let (mut ada, _) = person::ada(&running).await;
    assert_eq!(ada.get("/account").await.status, 200);
    let drawn = person::options(&mut ada, "/login/passkey/options", &json!({})).await;
    let mut unknown = person::passkey(9);
    unknown.user_handle = Some(vec![1; 32]);
    let unknown = person::answered(&json!({}), &drawn.challenge, &unknown.sign_in(&drawn.public_key).unwrap());

    detour.hold();
    // What is known of clients is not believed any more either.
    running.pass(Ttl::from_seconds(10));
    let mut asked = Vec::new();
    // More than there are connections to the database.
    for _ in 0..5 {
        let token = ("application/x-www-form-urlencoded", "grant_type=refresh_token&client_id=photos".to_owned());
        let json = ("application/json", "{}".to_owned());
        for (method, path, body) in [
            (Method::GET, "/account".to_owned(), None),
            (Method::GET, request(""), None),
            (Method::GET, "/readyz".to_owned(), None),
            (Method::POST, "/token".to_owned(), Some(token)),
            (Method::POST, "/login/passkey/options".to_owned(), Some(json)),
            (Method::POST, "/login/passkey".to_owned(), Some(("application/json", unknown.to_string()))),
        ] {
            let mut browser = ada.twin();
            asked.push(tokio::spawn(async move {
                let answer = browser.send(method, &path, &[("origin", running::ISSUER)], body).await;
                (path, answer)
            }));
        }
    }
    // Whoever was held up by them would be answered when they are, and not before.
    let mut meanwhile = 0;
    while asked.iter().any(|one| !one.is_finished()) {
        assert_eq!(running.browser().get("/healthz").await.status, 200);
        meanwhile += usize::from(asked.iter().filter(|one| one.is_finished()).count() < 5);
    }
    assert!(meanwhile > 2, "they held the listener");
    for one in asked {
        // Answered although the database still says nothing.
        let (path, answer) = timeout(PLENTY, one).await.unwrap().unwrap();
        assert_eq!(answer.status, 503, "{path} {answer:?}");
        let reported_when = answer.headers.contains_key("retry-after");
        assert!(reported_when || path == "/readyz", "{path} {answer:?}");
        // A passkey that could not be looked up is none to be forgotten.
        assert!(!answer.body.contains("unknown_credential"), "{path} {answer:?}");
    }

    detour.let_go();
    goes_on(async || ada.get("/account").await.status == 200).await;
    assert_eq!(ada.get("/readyz").await.status, 200);
}

/// A path, headers, and the status of a refusal.
type Question = (&'static str, &'static [(&'static str, &'static str)], u16);

/// What a proxy sends for a person's browser, to each of the three addresses that answer for forward auth.
const QUESTIONS: [Question; 3] = [
    (
        "/fa/forward",
        &[
            ("x-forwarded-host", "wiki.example.org"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-method", "GET"),
            ("x-forwarded-uri", "/page"),
            ("accept", "text/html"),
        ],
        503,
    ),
    // nginx takes 401 and 403 for an answer, and asks the third for the page.
    ("/fa/nginx", NGINX, 403),
    ("/fa/nginx/refusal", NGINX, 503),
];

const NGINX: &[(&str, &str)] =
    &[("x-original-url", "https://wiki.example.org/page"), ("x-original-method", "GET"), ("accept", "text/html")];

/// Whoever is inside is refused like a stranger: a sign-out that this server has not heard of must not be overlooked.
#[tokio::test(flavor = "multi_thread")]
async fn forward_auth_refuses_with_its_own_503_what_is_too_old_to_be_believed() {
    let TestDb { engine, at, db } = testing::migrated(Engine::Postgres).await;
    drop(db);
    let detour = Detour::to(&at);
    let db = TestDb { engine, db: Db::open(&detour.url).await.unwrap(), at };
    let running = running::on(db, false, true, Bounds { answer: ANSWER, ..Bounds::default() }).await;
    running.guard().await;
    let (mut ada, _) = person::ada(&running).await;
    let mut inside = running.browser();
    let (path, headers, _) = QUESTIONS[0];
    let sent = inside.send(Method::GET, path, headers, None).await;
    let code = ada.get(sent.header("location").strip_prefix(running::ISSUER).unwrap()).await.location().to_owned();
    inside.send(Method::GET, code.strip_prefix("https://wiki.example.org").unwrap(), headers, None).await;
    assert_eq!(inside.send(Method::GET, path, headers, None).await.header("remote-user"), "ada");

    detour.hold();
    for (silent, believed) in [(5, true), (1, false)] {
        running.pass(Ttl::from_seconds(silent));
        for (path, headers, refused) in QUESTIONS {
            // Answered although the database says nothing.
            let mut twin = inside.twin();
            let answer = timeout(PLENTY, twin.send(Method::GET, path, headers, None)).await.unwrap();
            if believed {
                let whom = if path == "/fa/nginx/refusal" { "" } else { "ada" };
                assert_eq!(answer.header("remote-user"), whom, "{path} {answer:?}");
                continue;
            }
            assert_eq!(
                (answer.status.as_u16(), answer.header("x-doorstep-reason")),
                (refused, "unavailable"),
                "{path}"
            );
            assert_eq!(answer.header("remote-user"), "", "{path}");
            assert!(answer.header("location").is_empty() && answer.headers.get("set-cookie").is_none(), "{answer:?}");
            let is_page = answer.body.contains("<h1");
            assert_eq!(is_page, path != "/fa/nginx", "{path}: {}", answer.body);
        }
    }

    detour.let_go();
    goes_on(async || inside.send(Method::GET, path, headers, None).await.status == 200).await;
}
