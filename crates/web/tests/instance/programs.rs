//! Programs in front of a guarded app: what the proxy is answered when a token comes, as Bearer or as Basic.

use crate::{
    browser::Answer,
    guarded::{at_wiki, enter},
    person,
    running::{self, Running},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_app::accounts::{MadeToken, NewToken};
use doorstep_core::{
    access::{Actor, ManageUsers, ON_THE_HOST},
    model::{App, AuthorizationHeader, Effect, Posture, Rule},
};
use doorstep_store::{apps, audit, generations};
use reqwest::Method;

use doorstep_core::gateway::COPIED_HEADERS as IDENTITY;

/// The wiki, and a second app beside it, changed as a test needs it.
pub(crate) async fn guarding(change: impl Fn(&mut App)) -> Running {
    let running = running::empty().await;
    running.guard().await;
    let instance = &running.instance;
    let mut tx = instance.context.db.begin().await.unwrap();
    let mut wiki = apps::by_name(&mut tx, &"wiki".parse().unwrap()).await.unwrap().unwrap();
    let other = App { name: "other".parse().unwrap(), url: "https://other.example.org".to_owned(), ..wiki.clone() };
    change(&mut wiki);
    for app in [&wiki, &other] {
        apps::put(&mut tx, app, instance.now()).await.unwrap();
    }
    generations::bump(&mut tx, "declared").await.unwrap();
    tx.commit().await.unwrap();
    instance.caches.catch_up().await.unwrap();
    person::ada(&running).await;
    running
}

pub(crate) async fn made(running: &Running, apps: &[&str], read_only: bool) -> MadeToken {
    let act = running.instance.context.require(ManageUsers, Actor::Cli, &ON_THE_HOST).unwrap();
    let apps = apps.iter().map(|app| (*app).to_owned()).collect();
    let new = NewToken { label: "backup".to_owned(), apps, days: None, read_only };
    running.instance.accounts.make_token(&act, "ada", &new).await.unwrap()
}

pub(crate) fn bearer(token: &MadeToken) -> String {
    format!("Bearer {}", token.text.expose())
}

fn basic(token: &MadeToken) -> String {
    format!("Basic {}", STANDARD.encode(format!("somebody:{}", token.text.expose())))
}

/// Asks as both kinds of proxies do; what is answered in Caddy's dialect. Both agree on what is let through.
async fn asked(running: &Running, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let url = format!("https://wiki.example.org{path}");
    let nginx = [("x-original-url", url.as_str()), ("x-original-method", method)];
    let forward = [
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", method),
        ("x-forwarded-uri", path),
    ];
    let with = |family: &[(&'static str, &str)]| {
        let all = family.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let more = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        all.map(|(name, value)| (name.to_owned(), value)).chain(more).collect::<Vec<_>>()
    };
    let send = async |at: &str, all: Vec<(String, String)>| {
        let all: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        running.browser().send(Method::GET, at, &all, None).await
    };
    let by_nginx = send("/fa/nginx", with(&nginx)).await;
    let answer = send("/fa/forward", with(&forward)).await;
    let ours = |answer: &Answer| (answer.status == 200, authorization(answer));
    assert_eq!(ours(&by_nginx), ours(&answer), "{path}: {by_nginx:?}");
    assert!(matches!(by_nginx.status.as_u16(), 200 | 401 | 403), "{by_nginx:?}");
    assert!(!answer.headers.contains_key("set-cookie") || answer.status == 302, "{answer:?}");
    answer
}

/// The `Authorization` lines of an answer.
fn authorization(answer: &Answer) -> Vec<String> {
    answer.headers.get_all("authorization").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

fn refused(answer: &Answer) -> (u16, &str) {
    assert!(answer.body.len() <= 4096 && authorization(answer).is_empty(), "{answer:?}");
    (answer.status.as_u16(), answer.header("x-doorstep-reason"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_token_opens_as_bearer_and_as_basic_and_the_app_gets_none_of_it() {
    let running = guarding(|_| {}).await;
    let token = made(&running, &["wiki"], false).await;
    for line in [bearer(&token), basic(&token)] {
        for method in ["GET", "POST", "OPTIONS"] {
            let answer = asked(&running, method, "/api/x", &[("authorization", &line)]).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""), "{line}");
            assert_eq!(authorization(&answer), [""], "an empty value: the proxy takes the client's away");
            assert_eq!((answer.header("remote-user"), answer.header("remote-groups")), ("ada", "admins"));
            assert!(!answer.header("remote-session").is_empty());
        }
    }
}

/// Security row 57: an app that is told nothing gets every header, each empty, so that nothing of the client's stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_told_nothing_has_empty_headers_for_people_and_for_programs_and_may_have_a_client() {
    let running = guarding(|wiki| wiki.posture = Posture::Portal).await;
    running.declare(|_| {}).await;
    let mut tx = running.instance.context.db.begin().await.unwrap();
    let wiki = apps::by_name(&mut tx, &"wiki".parse().unwrap()).await.unwrap().unwrap();
    apps::put(&mut tx, &App { client: Some("photos".parse().unwrap()), ..wiki }, running.instance.now()).await.unwrap();
    generations::bump(&mut tx, "declared").await.unwrap();
    tx.commit().await.unwrap();
    running.instance.caches.catch_up().await.unwrap();
    let (mut grace, _) = person::grace(&running).await;
    let mut at_app = running.browser();
    enter(&mut at_app, &mut grace).await;
    let by_session = at_app.send(Method::GET, "/fa/forward", &at_wiki("/", "navigate"), None).await;
    let token = made(&running, &["wiki"], false).await;
    let by_token = asked(&running, "GET", "/", &[("authorization", bearer(&token).as_str())]).await;
    for answer in [by_session, by_token] {
        assert_eq!(answer.status, 200, "{answer:?}");
        for name in IDENTITY {
            let values: Vec<_> = answer.headers.get_all(name).iter().collect();
            assert_eq!(values, [""], "{name}: {answer:?}");
        }
    }
    assert_eq!(asked(&running, "GET", "/", &[]).await.status, 401, "the door is guarded all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn fa_28_a_wrong_token_is_refused_whatever_else_comes() {
    let running = guarding(|_| {}).await;
    let (others, reads) = (made(&running, &["other"], false).await, made(&running, &["wiki"], true).await);
    let right = made(&running, &["wiki"], false).await;
    let unknown = {
        let ended = made(&running, &["wiki"], false).await;
        running.instance.accounts.revoke_token(&running.act(), &ended.token.id).await.unwrap();
        ended
    };
    let cut = bearer(&right).replace("ds_pat_", "ds_pat_x");
    let window: &[(&str, &str)] =
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"), ("accept", "text/html")];
    for (line, method, reason) in [
        (bearer(&others), "GET", "token_for_another_app"),
        (basic(&others), "GET", "token_for_another_app"),
        (bearer(&unknown), "GET", "token_unknown"),
        (basic(&unknown), "GET", "token_unknown"),
        (cut, "GET", "token_malformed"),
        (format!("Basic {}", STANDARD.encode("ada:ds_pat_wrong")), "GET", "token_malformed"),
        (format!("Basic {}", STANDARD.encode(format!("{}:", right.text.expose()))), "GET", "token_malformed"),
        (format!("{}, Bearer x", bearer(&right)), "GET", "token_not_alone"),
    ] {
        for more in [&[][..], window] {
            let headers = [&[("authorization", line.as_str())][..], more].concat();
            let answer = asked(&running, method, "/page", &headers).await;
            assert_eq!(refused(&answer), (401, reason), "{line} {method} {more:?}: {answer:?}");
            let error = if reason == "token_not_alone" { "invalid_request" } else { "invalid_token" };
            let expected = format!("Bearer realm=\"doorstep\", error=\"{error}\", error_description=\"");
            assert!(answer.header("www-authenticate").starts_with(&expected), "{answer:?}");
            assert_eq!(answer.json()["error"], reason);
        }
    }
    let twice = [("authorization", bearer(&right)), ("authorization", "Bearer x".to_owned())];
    let twice: Vec<_> = twice.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(refused(&asked(&running, "GET", "/page", &twice).await), (401, "token_not_alone"));
    let reads = bearer(&reads);
    for (method, headers, status) in [
        ("GET", &[][..], 200),
        ("HEAD", &[], 200),
        ("GET", &[("x-http-method-override", "DELETE")], 403),
        ("GET", &[("upgrade", "websocket")], 403),
        ("POST", &[], 403),
        ("DELETE", &[], 403),
    ] {
        let headers = [&[("authorization", reads.as_str())][..], headers].concat();
        let answer = asked(&running, method, "/page", &headers).await;
        assert_eq!(answer.status, status, "{method} {headers:?}");
        if status == 403 {
            assert_eq!(refused(&answer), (403, "token_only_reads"), "RFC 6750 §3.1");
            assert!(answer.header("www-authenticate").contains("error=\"insufficient_scope\""), "{answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_apps_comes_back_and_changes_nothing() {
    let health = Rule {
        paths: vec!["/healthz".to_owned().try_into().unwrap()],
        methods: ["GET".to_owned().try_into().unwrap()].into(),
        networks: Vec::new(),
        effect: Effect::Pass,
    };
    let running = guarding(|wiki| wiki.rules = vec![health.clone()]).await;
    let token = made(&running, &["wiki"], false).await;
    let app_basic = format!("Basic {}", STANDARD.encode("admin:secret"));
    for (line, handed) in [
        (None, &[][..]),
        (Some("Bearer of-the-app"), &["Bearer of-the-app"]),
        (Some(app_basic.as_str()), &[app_basic.as_str()]),
        (Some(&bearer(&token)), &[""]),
        (Some("Bearer ds_pat_wrong"), &[""]),
    ] {
        let headers: Vec<_> = line.iter().map(|line| ("authorization", *line)).collect();
        let answer = asked(&running, "GET", "/healthz", &headers).await;
        assert_eq!(
            (answer.status.as_u16(), authorization(&answer)),
            (200, handed.iter().map(|v| (*v).to_owned()).collect())
        );
        assert!(IDENTITY.iter().all(|name| answer.header(name).is_empty()), "{answer:?}");
    }
    // Without a session: as before, and no header goes back.
    let answer = asked(&running, "GET", "/page", &[("authorization", &app_basic)]).await;
    assert_eq!(refused(&answer), (401, "sign_in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_says_what_becomes_of_the_header() {
    for (authorization, own, token) in [
        (AuthorizationHeader::Pass, (401, "sign_in"), 200),
        (AuthorizationHeader::Consume, (401, "authorization_refused"), 200),
        (AuthorizationHeader::Ignore, (401, "sign_in"), 401),
    ] {
        let running = guarding(|wiki| wiki.authorization = authorization).await;
        let made = made(&running, &["wiki"], false).await;
        let answer = asked(&running, "GET", "/page", &[("authorization", "Bearer of-the-app")]).await;
        assert_eq!(refused(&answer), own, "{authorization:?}");
        let answer = asked(&running, "GET", "/page", &[("authorization", &bearer(&made))]).await;
        assert_eq!(answer.status, token, "{authorization:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_leaves_one_line_with_its_request_and_the_page_of_nginx_none() {
    let running = guarding(|_| {}).await;
    let token = made(&running, &["other"], false).await;
    for _ in 0..3 {
        asked(&running, "GET", "/page", &[("authorization", &bearer(&token))]).await;
    }
    let page = [("x-original-url", "https://wiki.example.org/page"), ("x-original-method", "GET")];
    let line = bearer(&token);
    let headers = [&page[..], &[("authorization", line.as_str())]].concat();
    let answer = running.browser().send(Method::GET, "/fa/nginx/refusal", &headers, None).await;
    assert_eq!(refused(&answer), (401, "token_for_another_app"));
    let lines = audit::recent(&mut running.instance.context.db.read().await.unwrap(), 100).await.unwrap();
    let told: Vec<_> = lines.iter().filter(|line| line.kind == "program_token_refused").collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(!told[0].request_id.is_empty() && told[0].ip == "127.0.0.1" && told[0].actor_name == "ada", "{told:?}");
    // With a right one, nginx's second question lets nothing through all the same.
    let right = bearer(&made(&running, &["wiki"], false).await);
    let headers = [&page[..], &[("authorization", right.as_str())]].concat();
    let answer = running.browser().send(Method::GET, "/fa/nginx/refusal", &headers, None).await;
    assert_eq!(refused(&answer), (403, "refused_by_proxy"));
}
