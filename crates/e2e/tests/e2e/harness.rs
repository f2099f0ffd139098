//! The harness itself: each neighbour is there, is real, and does what the other tests rely on.

use doorstep_e2e::{
    authenticator::Authenticator,
    certificates::Certificates,
    chromium::{Browser, Visit},
    echo::Echo,
    http::Visitor,
    loopback::{Loopback, answer, anywhere, redirect},
    postgres::Postgres,
    proxy::{Hosts, Kind, Proxy},
};
use serde_json::json;
use tempfile::TempDir;

const AUTH: &str = "https://auth.home.test";

/// A page that knows nothing of Doorstep and makes and uses a passkey.
const PASSKEY_PAGE: &str = r#"<!doctype html><title>passkey</title><h1>Hello</h1>
<input name="username" autocomplete="username webauthn"><script>
const bytes = n => crypto.getRandomValues(new Uint8Array(n));
async function register() {
  const made = await navigator.credentials.create({ publicKey: {
    challenge: bytes(32), rp: { name: "Tests" }, user: { id: bytes(16), name: "ada", displayName: "Ada" },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "required", userVerification: "required" } } });
  return made.id;
}
async function sign(mediation) {
  const used = await navigator.credentials.get({ mediation, publicKey: { challenge: bytes(32), userVerification: "required" } });
  return used.id;
}
</script>"#;

struct Street {
    browser: Browser,
    certificates: Certificates,
    _site: Loopback,
    proxy: Proxy,
    _directory: TempDir,
}

impl Street {
    /// A browser, a proxy, and a site at auth.home.test behind it.
    async fn open(kind: Kind) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let certificates = Certificates::make(directory.path());
        let site = Loopback::serve(anywhere(), |request| async move {
            match request.uri().path() {
                "/hop" => redirect("https://auth.home.test/hop2"),
                "/hop2" => redirect("/"),
                _ => answer(200, "text/html", PASSKEY_PAGE),
            }
        })
        .await;
        let hosts = Hosts::none(kind, &certificates).plain("auth.home.test", &site.address.to_string());
        let proxy = hosts.start().await;
        let browser = Browser::start(proxy.address, &certificates).await;
        Self { browser, certificates, _site: site, proxy, _directory: directory }
    }
}

#[tokio::test]
async fn a_browser_makes_a_passkey_and_signs_with_it_over_tls() {
    for kind in [Kind::Nginx, Kind::Caddy] {
        let street = Street::open(kind).await;
        let (browser, none) = (&street.browser, json!([]));
        let authenticator = Authenticator::plug_into(browser).await;
        browser.open(AUTH).await;
        let made = browser.script("return register()", none.clone()).await;
        let held = authenticator.credentials().await;
        assert_eq!(held.len(), 1);
        assert_eq!((held[0].rp_id.as_str(), json!(held[0].id)), ("auth.home.test", made.clone()));
        assert_eq!(browser.script("return sign('optional')", none.clone()).await, made);
        assert_eq!(browser.script("return sign('conditional')", none.clone()).await, made, "autofill");

        authenticator.set_user_verified(false).await;
        let refused =
            browser.try_script("return sign('optional')", none.clone()).await.expect_err("no finger, no passkey");
        assert!(refused.message.contains("not allowed"), "{refused:?}");
        authenticator.set_user_verified(true).await;
        assert_eq!(browser.script("return sign('optional')", none).await, made);
    }
}

#[tokio::test]
async fn a_browser_tells_which_documents_it_asked_for_and_what_pages_complained_about() {
    let street = Street::open(Kind::Nginx).await;
    let browser = &street.browser;
    browser.visits().await;
    browser.open(&format!("{AUTH}/hop")).await;
    let visit = |path: &str, redirected| Visit { url: format!("{AUTH}{path}"), redirected };
    assert_eq!(browser.visits().await, [visit("/hop", false), visit("/hop2", true), visit("/", true)]);
    assert_eq!(browser.visits().await, []);

    browser.script("console.error('the roof leaks'); return true", json!([])).await;
    let complaints = browser.complaints().await;
    assert!(complaints.iter().any(|line| line.contains("the roof leaks")), "{complaints:?}");
    assert_eq!(browser.text().await.trim(), "Hello");
    assert!(browser.screenshot("harness").await.metadata().expect("a picture").len() > 1000);
}

#[tokio::test]
async fn a_browser_is_as_narrow_as_it_is_told_to_be() {
    let street = Street::open(Kind::Nginx).await;
    street.browser.resize(320, 640).await;
    street.browser.open(AUTH).await;
    assert_eq!(street.browser.script("return innerWidth", json!([])).await, json!(320));
}

#[tokio::test]
async fn both_proxies_end_tls_and_tell_the_app_what_was_asked() {
    for kind in [Kind::Nginx, Kind::Caddy] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let certificates = Certificates::make(directory.path());
        let echo = Echo::start().await;
        let proxy = Hosts::none(kind, &certificates).plain("glances.other.test", &echo.upstream()).start().await;
        let visitor = Visitor::through(proxy.address, &certificates, &["glances.other.test"]);
        let answer = visitor.get("https://glances.other.test/a?b=c").header("x-mine", "1").send().await;
        assert_eq!(answer.status, 200, "{}", proxy.log());
        let seen = echo.seen();
        assert_eq!((seen.len(), seen[0].target.as_str(), seen[0].all("x-mine")), (1, "/a?b=c", vec!["1"]));
        assert_eq!(seen[0].all("x-forwarded-proto"), ["https"], "{kind:?}");
        assert_eq!(seen[0].all("host"), ["glances.other.test"], "{kind:?}");
    }
}

#[tokio::test]
async fn a_visitor_trusts_the_tests_authority_only_and_keeps_cookies_by_host() {
    let street = Street::open(Kind::Caddy).await;
    let other = tempfile::tempdir().expect("a temporary directory");
    let strangers = Certificates::make(other.path());
    let fooled = Visitor::through(street.proxy.address, &strangers, &["auth.home.test"]);
    assert!(fooled.get(AUTH).try_send().await.is_err());

    let visitor = Visitor::through(street.proxy.address, &street.certificates, &["auth.home.test"]);
    let answer = visitor.get(&format!("{AUTH}/hop")).send().await;
    assert_eq!((answer.status.as_u16(), answer.location().map(String::from)), (303, Some(format!("{AUTH}/hop2"))));

    let jar = Loopback::serve(anywhere(), |request| async move {
        let mut response = answer_with_cookie(request.uri().path());
        let sent = request.headers().get("cookie").map(|value| value.to_str().unwrap_or_default().to_owned());
        *response.body_mut() = sent.unwrap_or_default();
        response
    })
    .await;
    let visitor = Visitor::plain();
    let at = |path: &str| format!("http://{}{path}", jar.address);
    visitor.get(&at("/set")).send().await;
    assert_eq!(visitor.get(&at("/")).send().await.body, "name=value");
    assert_eq!(visitor.get(&at("/")).without_cookies().send().await.body, "");
    assert_eq!(visitor.stranger().get(&at("/")).send().await.body, "");
    visitor.get(&at("/end")).send().await;
    assert_eq!(visitor.get(&at("/")).send().await.body, "");
}

fn answer_with_cookie(path: &str) -> ::http::Response<String> {
    let mut response = answer(200, "text/plain", "");
    let cookie = match path {
        "/set" => "name=value; Path=/; HttpOnly",
        "/end" => "name=; Max-Age=0; Path=/",
        _ => return response,
    };
    response.headers_mut().insert("set-cookie", ::http::HeaderValue::from_static(cookie));
    response
}

#[tokio::test]
async fn postgresql_answers_and_is_empty() {
    let postgres = Postgres::start().await;
    assert!(postgres.query("doorstep", "SHOW server_version").trim().starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(
        postgres
            .query("doorstep", "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
            .trim(),
        "0"
    );
    assert!(postgres.url().starts_with("postgres://"));
}
