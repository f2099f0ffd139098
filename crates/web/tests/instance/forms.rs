//! What is true of every route: where forms may come from, which headers answers carry, what is never echoed.

use crate::{
    browser::FORM,
    person::{self, parked, request},
    running,
};
use reqwest::Method;
use serde_json::json;

/// Every page that answers GET, for somebody signed in.
const PAGES: [&str; 37] = [
    "/",
    "/language?next=/account",
    "/login",
    "/login?other=1",
    "/login/upstream/home/callback",
    "/setup/x",
    "/enrol/x",
    "/invite/x",
    "/invite/x/password",
    "/invite/x/upstream/home",
    "/invite/to/x",
    "/authorize",
    "/authorize/resume?i=x",
    "/consent?i=x",
    "/consent/back?i=x",
    "/logout",
    "/end_session",
    "/account",
    "/account/passkeys/new",
    "/account/tokens",
    "/account/data",
    "/account/activity",
    "/account/recovery-kit",
    "/account/authenticator",
    "/account/email",
    "/account/email/confirm/x",
    "/recover",
    "/recover/mail",
    "/recover/stop/x",
    "/join",
    "/join/x",
    "/device?code=x",
    "/access/wiki",
    "/admin/requests",
    "/admin/registrations",
    "/admin/invitations",
    "/nowhere",
];

/// Every form and script target of ours.
const FORMS: [&str; 57] = [
    "/language",
    "/login",
    "/login/upstream/home",
    "/login/code",
    "/login/passkey/options",
    "/login/passkey",
    "/enrol/options",
    "/enrol",
    "/enrol/password",
    "/invite/options",
    "/invite",
    "/invite/password",
    "/invite/upstream/home",
    "/consent",
    "/logout",
    "/account/passkeys/options",
    "/account/passkeys",
    "/account/passkeys/elsewhere",
    "/account/passkeys/x/rename",
    "/account/passkeys/x/remove",
    "/account/upstreams/home",
    "/account/identities/x/remove",
    "/account/name",
    "/account/password",
    "/account/password/remove",
    "/account/apps/photos/end",
    "/account/tokens",
    "/account/tokens/x/end",
    "/account/data/copy",
    "/account/data/delete",
    "/account/sessions/x/end",
    "/account/recovery-kit",
    "/account/recovery-kit/try",
    "/account/recovery-kit/remove",
    "/account/authenticator/new",
    "/account/authenticator",
    "/account/authenticator/x/remove",
    "/account/email",
    "/account/email/again",
    "/account/email/give-up",
    "/account/email/confirm",
    "/account/recovery/stop",
    "/recover",
    "/recover/mail",
    "/recover/stop",
    "/join",
    "/join/go-on",
    "/device",
    "/device/answer",
    "/access/wiki",
    "/admin/requests/grant",
    "/admin/requests/refuse",
    "/admin/registrations/x/approve",
    "/admin/registrations/x/refuse",
    "/admin/invitations",
    "/admin/invitations/x/end",
    "/account/sign-out-everywhere",
];

#[tokio::test(flavor = "multi_thread")]
async fn security_47_no_form_is_taken_from_elsewhere() {
    let running = running::empty().await;
    let (mut browser, _) = person::ada(&running).await;
    for path in FORMS {
        for headers in [
            &[("origin", "http://auth.example.org")][..],
            &[("origin", "https://auth.example.org.evil.test")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            let answer = browser.send(Method::POST, path, headers, Some((FORM, String::new()))).await;
            assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (403, "Nothing was changed"), "{path}");
        }
    }
    assert_eq!(browser.get("/").await.heading(), "Hello, Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_49_every_answer_forbids_framing_and_sniffing() {
    let running = running::empty().await;
    let (mut browser, _) = person::ada(&running).await;
    let mut answers = Vec::new();
    for path in PAGES {
        answers.push((path, running.browser().get(path).await));
        answers.push((path, browser.get(path).await));
    }
    for path in FORMS {
        answers.push((path, browser.send(Method::POST, path, &[], Some(("text/plain", "x".to_owned()))).await));
        answers.push((path, browser.send(Method::PUT, path, &[], None).await));
    }
    for (path, answer) in answers {
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path} {answer:?}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000", "{path} {answer:?}");
        assert!(!answer.header("content-type").starts_with("text/plain"), "{path} {answer:?}");
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        // A form on a page without a referrer is sent with `Origin: null` (Fetch §3.2), which we refuse.
        let has_form = answer.body.contains("method=\"post\"");
        assert!(!has_form || answer.header("referrer-policy") != "no-referrer", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_52_nothing_that_was_sent_comes_back_as_markup() {
    let running = running::with_passwords(true).await;
    let vector = "\"><svg onload=alert(1)>\u{202e}";
    running.declare(|client| (client.name, client.first_party) = (vector.to_owned(), false)).await;
    let (mut browser, _) = person::ada(&running).await;
    let value = doorstep_core::oauth::params::encode(vector).into_owned();
    let consent = browser.get(&request("")).await.location().to_owned();
    let login = running.browser().get(&request(&format!("&login_hint={value}"))).await.location().to_owned();
    let mut pages = vec![browser.get("/").await, browser.get("/account").await, browser.get(&consent).await];
    for path in PAGES {
        let mark = if path.contains('?') { '&' } else { '?' };
        for name in ["next", "i", "app", "told", "id", "other", "again", "client_id", "redirect_uri", "state"] {
            let mut anyone = running.browser();
            anyone.cookies.insert("__Host-ds_session".to_owned(), "%22%3E%3Csvg".to_owned());
            pages.push(anyone.get(&format!("{path}{mark}{name}={value}")).await);
        }
    }
    let form = [("user_name", vector), ("password", "not the password")];
    pages.push(running.browser().post("/login", &form).await);
    pages.push(running.browser().get(&login).await);
    for page in pages {
        assert!(!page.body.contains("<svg onload") && !page.body.contains('\u{202e}'), "{page:?}");
        assert!(!page.header("location").contains(['<', '"']), "{page:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_form_goes_on_by_a_page_and_tells_nothing_apart() {
    let running = running::with_passwords(true).await;
    running.declare(|_| ()).await;
    let (mut ada, _) = person::ada(&running).await;
    ada.post("/account/password", &[("new", "correct horse battery")]).await;

    let mut browser = running.browser();
    let login = browser.get(&request("&login_hint=ada")).await.location().to_owned();
    assert!(browser.get(&login).await.body.contains("name=\"user_name\" value=\"ada\""));
    let id = parked(&login)["interaction"].as_str().unwrap().to_owned();
    let mut bodies = Vec::new();
    for (name, password) in [("ada", "wrong"), ("nobody", "wrong"), ("ada@example.org", "wrong")] {
        let form = [("interaction", id.as_str()), ("user_name", name), ("password", password)];
        let answer = browser.post("/login", &form).await;
        assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (400, "Sign in to Photos"));
        bodies.push(answer.body.replace(&format!("value=\"{name}\""), ""));
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    let empty = browser.post("/login", &[("interaction", &id), ("user_name", "ada"), ("password", "")]).await;
    assert!(empty.status == 400 && empty.body.contains("Both are needed"), "{empty:?}");

    let form = [("interaction", id.as_str()), ("user_name", "ada"), ("password", "correct horse battery")];
    let next = browser.post("/login", &form).await.goes_on_to();
    assert_eq!(next, format!("/authorize/resume?i={id}"));
    assert!(browser.get(&next).await.sent("code").is_some());

    for _ in 0..6 {
        browser.post("/login", &[("user_name", "ada"), ("password", "wrong")]).await;
    }
    let held = browser.post("/login", &[("user_name", "ada"), ("password", "wrong")]).await;
    assert_eq!((held.status.as_u16(), held.header("retry-after")), (429, "300"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_instance_without_passwords_takes_none() {
    let running = running::empty().await;
    let mut browser = running.browser();
    assert!(!browser.get("/login").await.body.contains("name=\"password\""));
    assert_eq!(browser.post("/login", &[("user_name", "ada"), ("password", "x")]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_told_in_json_what_is_wrong() {
    let running = running::empty().await;
    let mut browser = running.browser();
    for (path, kind, body) in [
        ("/login/passkey", "application/json", "{".to_owned()),
        ("/login/passkey", "application/json", json!({ "challenge_id": "/", "credential": {} }).to_string()),
        ("/login/passkey", "text/plain", "{}".to_owned()),
        ("/enrol", "application/json", json!({ "link": 7 }).to_string()),
    ] {
        let answer = browser.send(Method::POST, path, &[], Some((kind, body.clone()))).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json(), json!({ "message": "This page is out of date. Load it again." }), "{body}");
    }
    let long = json!({ "link": "x".repeat(70_000) }).to_string();
    let answer = browser.send(Method::POST, "/enrol/options", &[], Some(("application/json", long))).await;
    assert_eq!((answer.status.as_u16(), answer.json()["message"].is_string()), (413, true));
}
