//! A database that neither answers nor refuses: a server that is asked meanwhile answers, and goes on afterwards.

use crate::{
    person::{self, request},
    running::{self, Running},
};
use doorstep_core::time::Ttl;
use doorstep_store::{
    Db,
    testing::{self, Detour, Engine, TestDb},
};
use doorstep_web::Bounds;
use reqwest::Method;
use std::time::Duration;
use tokio::time::Instant;

/// What answering takes at most here.
const ANSWER: Duration = Duration::from_secs(3);
/// Beyond that, on a machine that has other things to do.
const MARGIN: Duration = Duration::from_secs(4);
const AT_ONCE: Duration = Duration::from_secs(2);

async fn is_alive(running: &Running) {
    let asked = Instant::now();
    let answer = running.browser().get("/healthz").await;
    assert_eq!(answer.status, 200);
    assert!(asked.elapsed() < AT_ONCE, "{:?}", asked.elapsed());
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
        ] {
            let mut browser = ada.twin();
            asked.push(tokio::spawn(async move {
                let began = Instant::now();
                let answer = browser.send(method, &path, &[("origin", running::ISSUER)], body).await;
                (path, answer, began.elapsed())
            }));
        }
    }
    while !asked.iter().all(tokio::task::JoinHandle::is_finished) {
        is_alive(&running).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for one in asked {
        let (path, answer, took) = one.await.unwrap();
        assert_eq!(answer.status, 503, "{path} {answer:?}");
        assert!(took < ANSWER + MARGIN, "{path} took {took:?}");
        let told_when = answer.headers.contains_key("retry-after");
        assert!(told_when || path == "/readyz", "{path} {answer:?}");
    }

    detour.let_go();
    let began = Instant::now();
    while ada.get("/account").await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not go on");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(ada.get("/readyz").await.status, 200);
}
