//! An app without a sign-in of its own, on another root domain than the provider, behind each real proxy.

use doorstep_core::gateway::COPIED_HEADERS;
use doorstep_e2e::{
    authenticator::Authenticator,
    behind_each_that_asks,
    chromium::Browser,
    echo::Seen,
    http::{Answer, Ask, Visitor},
    instance::{Engine, GLANCES, ISSUER, Instance, with_glances},
    pages,
    person::Person,
    proxy::Kind,
    wait,
};

const APP: &str = "glances.other.test";

behind_each_that_asks! {
    one_touch_opens_the_app_and_nothing_goes_in_circles
    whoever_is_signed_in_sees_no_screen
    security_57_58_spoofed_identity_headers_never_reach_the_app
    security_59_60_61_a_client_cannot_say_what_was_asked
    security_26_a_way_in_is_for_one_browser_and_works_once
    security_64_a_broken_cookie_is_no_cookie
    security_66_no_spelling_of_a_path_goes_round_the_door
    our_cookies_never_reach_the_app
    a_script_hears_401_and_is_not_sent_away
    a_websocket_is_for_whoever_is_signed_in
    a_post_without_a_session_is_not_repeated
    signing_out_closes_the_app
    disabling_the_person_closes_the_app
    removing_the_group_closes_the_app
    with_doorstep_stopped_nothing_gets_through
}

/// What the app received last, as its page shows it.
fn shown(answer: &Answer) -> Seen {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("not the app ({error}): {answer:?}"))
}

async fn inside(kind: Kind) -> (Instance, Person) {
    inside_on(Engine::Sqlite, kind).await
}

async fn inside_on(engine: Engine, kind: Kind) -> (Instance, Person) {
    let instance = Instance::guarding(engine, kind).await;
    let mut ada = instance.ada().await;
    let page = shown(&ada.open_app(&format!("{GLANCES}/")).await);
    assert_eq!(page.all("remote-user"), ["ada"]);
    (instance, ada)
}

async fn open(person: &Person) -> Answer {
    person.visitor.get(&format!("{GLANCES}/")).navigating().send().await
}

/// Waits until the app is closed to a person. That five seconds are the most is shown in the tests of `doorstep-app`,
/// whose clock stands.
async fn closes(instance: &Instance, person: &Person) {
    wait::until("the app to be closed", wait::PATIENCE, || async { (open(person).await.status != 200).then_some(()) })
        .await;
    let before = instance.echo.seen().len();
    let script = person.visitor.get(&format!("{GLANCES}/api")).scripted().send().await;
    assert!(matches!(script.status.as_u16(), 401 | 403), "{script:?}");
    assert_eq!(instance.echo.seen().len(), before, "something reached the app");
}

async fn one_touch_opens_the_app_and_nothing_goes_in_circles(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let browser = instance.browser().await;
    let authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    browser.forget_cookies().await;
    browser.visits().await;

    let wanted = format!("{GLANCES}/deep/page?x=1&y=%20z");
    browser.before_each_page(pages::NO_AUTOFILL).await;
    browser.open(&wanted).await;
    browser.wait_for_url("the sign-in page", |url| url.path() == "/login").await;
    let signed = authenticator.credentials().await[0].sign_count;
    browser.click(pages::PASSKEY_BUTTON).await;
    browser.wait_for_url("the app", |url| url.as_str() == wanted).await;

    assert_eq!(authenticator.credentials().await[0].sign_count, signed + 1, "one touch");
    let seen: Seen = serde_json::from_str(&browser.text().await).expect("the app's page");
    assert_eq!((seen.target.as_str(), seen.all("remote-user")), ("/deep/page?x=1&y=%20z", vec!["ada"]));
    let visits = browser.visits().await;
    assert!(visits.len() <= 8, "in circles: {visits:#?}");
    assert!(visits.iter().filter(|visit| visit.url == wanted).count() <= 2, "in circles: {visits:#?}");

    browser.open(&format!("{GLANCES}/next")).await;
    let next = browser.visits().await;
    assert_eq!(next.len(), 1, "not straight there: {next:#?}");
}

async fn whoever_is_signed_in_sees_no_screen(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let browser = instance.browser().await;
    let _authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    browser.visits().await;
    browser.open(&format!("{GLANCES}/")).await;
    browser.wait_for_url("the app", |url| url.host_str() == Some(APP) && url.path() == "/").await;
    let visits = browser.visits().await;
    assert!(visits.iter().all(|visit| !visit.url.contains("/login")), "a screen: {visits:#?}");
    assert!(visits.iter().skip(1).all(|visit| visit.redirected), "not by redirects alone: {visits:#?}");
    assert_no_complaints(&browser).await;
}

async fn assert_no_complaints(browser: &Browser) {
    let complaints = browser.complaints().await;
    let real: Vec<_> = complaints.iter().filter(|line| !line.contains("favicon")).collect();
    assert!(real.is_empty(), "{real:#?}");
}

async fn security_57_58_spoofed_identity_headers_never_reach_the_app(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    for spelling in [
        |n: &str| n.to_owned(),
        |n: &str| n.to_uppercase(),
        |n: &str| n.replace('-', "_"),
        |n: &str| n.replace('-', "."),
    ] {
        let mut ask = ada.visitor.get(&format!("{GLANCES}/spoof")).navigating();
        for name in COPIED_HEADERS {
            ask = ask.header(&spelling(name), "mallory").header(&spelling(name), "mallory2");
        }
        let answer = ask.send().await;
        if answer.status != 200 {
            assert!(answer.status.is_client_error(), "{answer:?}");
            continue;
        }
        let seen = shown(&answer);
        assert_eq!(seen.as_cgi_variable("Remote-User"), ["ada"], "{kind:?} {}", spelling("Remote-User"));
        assert_eq!(seen.as_cgi_variable("Remote-Groups"), ["admins,users"], "{kind:?}");
    }
    let all = instance.echo.seen();
    let spoofed: Vec<_> =
        all.iter().flat_map(|seen| &seen.headers).filter(|(_, value)| value.contains("mallory")).collect();
    assert!(spoofed.is_empty(), "{spoofed:?}");
}

async fn security_59_60_61_a_client_cannot_say_what_was_asked(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    let reached = instance.echo.seen().len();
    let stranger = instance.visitor();
    let lies: [&[(&str, &str)]; 8] = [
        &[("x-forwarded-host", ISSUER.trim_start_matches("https://"))],
        &[("x-forwarded-uri", "/public"), ("x-forwarded-method", "OPTIONS")],
        &[("x-original-url", "https://glances.other.test/public"), ("x-original-method", "OPTIONS")],
        &[("x-forwarded-for", "127.0.0.1"), ("x-real-ip", "127.0.0.1")],
        &[("x-forwarded-prefix", "/.."), ("x-forwarded-port", "1"), ("x-rewrite-url", "/public")],
        &[("connection", "x-forwarded-host, x-forwarded-uri, cookie, remote-user"), ("remote-user", "mallory")],
        &[("user-agent", "kube-probe/1.0")],
        &[("user-agent", "GoogleHC/1.0"), ("authorization", "Basic YWRtaW46YWRtaW4=")],
    ];
    for lie in lies {
        let mut ask = stranger.get(&format!("{GLANCES}/private")).navigating();
        let mut signed_in = ada.visitor.get(&format!("{GLANCES}/private")).navigating();
        for (name, value) in lie {
            ask = ask.header(name, value);
            signed_in = signed_in.header(name, value);
        }
        let answer = ask.send().await;
        assert!(!answer.status.is_success(), "{kind:?} {lie:?}: {answer:?}");
        assert!(!instance.echo.seen().iter().skip(reached).any(|seen| seen.all("remote-user") != ["ada"]), "{lie:?}");
        let answer = signed_in.send().await;
        if answer.status == 200 {
            assert_eq!(shown(&answer).as_cgi_variable("Remote-User"), ["ada"], "{kind:?} {lie:?}");
        }
    }
}

async fn security_26_a_way_in_is_for_one_browser_and_works_once(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let mut ada = instance.ada().await;
    let callback = ada.walk(&format!("{GLANCES}/page"), |to| to.path() == "/.doorstep/callback").await;
    let callback = callback.location().expect("a way in").to_string();
    assert!(callback.starts_with(&format!("{GLANCES}/.doorstep/callback?")), "{callback}");

    let thief = instance.visitor();
    let stolen = thief.get(&callback).navigating().send().await;
    assert!(stolen.status.is_client_error(), "another browser: {stolen:?}");
    assert_eq!(thief.cookie(APP, "__Host-ds_app"), None);
    let used_up = ada.visitor.get(&callback).navigating().send().await;
    assert!(used_up.status.is_client_error(), "a code that a thief presented is burned: {used_up:?}");

    let fresh = ada.walk(&format!("{GLANCES}/page"), |to| to.path() == "/.doorstep/callback").await;
    let callback = fresh.location().expect("a way in").to_string();
    let opened = ada.visitor.get(&callback).navigating().send().await;
    assert_eq!(opened.location().map(String::from).as_deref(), Some("https://glances.other.test/page"), "{opened:?}");
    assert!(ada.visitor.cookie(APP, "__Host-ds_app").is_some());
    let again = ada.visitor.get(&callback).navigating().send().await;
    assert_eq!(again.location().map(String::from).as_deref(), Some("https://glances.other.test/page"), "{again:?}");
    assert!(again.headers.get("set-cookie").is_none_or(|set| !set.to_str().expect("text").contains("ds_app")), "twice");
    ada.visitor.set_cookie(APP, "__Host-ds_app", "");
    let again = ada.visitor.get(&callback).navigating().send().await;
    assert!(again.status.is_client_error(), "twice, without a session: {again:?}");
}

async fn security_64_a_broken_cookie_is_no_cookie(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    let good = ada.visitor.cookie(APP, "__Host-ds_app").expect("a session with the app");
    let session = ada.visitor.cookie("auth.home.test", "__Host-ds_session").expect("a session");
    let reached = instance.echo.seen().len();
    let long = "x".repeat(6000);
    let values = ["garbage", "", &long, &good[..good.len() - 1], &session, "ds_app_%00", "\u{fc}"];
    for value in values {
        let ask = instance
            .visitor()
            .get(&format!("{GLANCES}/"))
            .scripted()
            .header("cookie", format!("__Host-ds_app={value}"))
            .send()
            .await;
        assert!(ask.status.is_client_error(), "{value:?}: {ask:?}");
    }
    let twice = format!("__Host-ds_app={good}; __Host-ds_app={good}x");
    let ask = instance.visitor().get(&format!("{GLANCES}/")).scripted().header("cookie", twice).send().await;
    assert!(ask.status.is_client_error(), "twice: {ask:?}");
    assert_eq!(instance.echo.seen().len(), reached);
}

async fn security_66_no_spelling_of_a_path_goes_round_the_door(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let visitor = instance.visitor();
    let paths = [
        "/public/../admin",
        "/public/%2e%2e/admin",
        "/public/..%2fadmin",
        "/public/..;/admin",
        "//admin",
        "/public\\..\\admin",
        "/%61dmin",
        "/ADMIN",
        "/admin%00",
        "/%252e%252e/",
        "/.doorstep/../admin",
        "/.doorstep/callback/../../admin",
        "/.doorstep%2fcallback",
        "/_ds",
        "/healthz",
        "/admin?x=/.doorstep/callback",
    ];
    for path in paths {
        for answer in [visitor.get(&format!("{GLANCES}{path}")).scripted().send().await, raw_get(&instance, path).await]
        {
            assert!(!answer.status.is_success(), "{kind:?} {path}: {answer:?}");
        }
    }
    assert_eq!(instance.echo.seen(), [], "something reached the app");
}

/// A request whose path no library tidies up, over TLS written by hand.
async fn raw_get(instance: &Instance, path: &str) -> Answer {
    let (status, body) = doorstep_e2e::http::raw(instance.proxy.address, &instance.certificates, APP, path).await;
    Answer {
        url: url::Url::parse(GLANCES).expect("an address"),
        status: http::StatusCode::from_u16(status).expect("a status"),
        headers: http::HeaderMap::new(),
        body,
    }
}

async fn our_cookies_never_reach_the_app(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    ada.visitor.set_cookie(APP, "theirs", "1");
    ada.visitor.set_cookie(APP, "zz", "2");
    let seen = shown(&open(&ada).await);
    assert_eq!(seen.all("cookie").join("; "), "theirs=1; zz=2", "the app lost its own, or has more");
    // With a name that looks like ours the app may lose all, but sees nothing of ours.
    ada.visitor.set_cookie(APP, "a__Host-ds_app", "2");
    assert_eq!(open(&ada).await.status, 200);
    let ours: Vec<_> = instance
        .echo
        .seen()
        .into_iter()
        .flat_map(|seen| seen.headers)
        .filter(|(_, value)| value.contains("ds_app_"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
    let sso = ada.visitor.cookie("auth.home.test", "__Host-ds_session").expect("a session");
    assert!(!instance.echo.seen().iter().flat_map(|seen| &seen.headers).any(|(_, value)| value.contains(&sso)));
}

async fn a_script_hears_401_and_is_not_sent_away(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let visitor = instance.visitor();
    let script = visitor.get(&format!("{GLANCES}/api")).scripted().send().await;
    assert_eq!((script.status.as_u16(), script.header("location")), (401, None), "{script:?}");
    assert_eq!(script.headers.get_all("www-authenticate").iter().count(), 1, "{script:?}");
    let program = visitor.get(&format!("{GLANCES}/api")).header("accept", "*/*").send().await;
    assert_eq!((program.status.as_u16(), program.header("location")), (401, None), "{program:?}");
    let person = visitor.get(&format!("{GLANCES}/page")).navigating().send().await;
    let to = person.location().unwrap_or_else(|| panic!("not sent to sign in: {person:?}"));
    assert!(to.as_str().starts_with(&format!("{ISSUER}/fa/start?")), "{to}");
    assert!(visitor.cookie(APP, "__Host-ds_relay").is_some(), "{person:?}");
    assert_eq!(person.headers.get_all("set-cookie").iter().count(), 1, "{person:?}");
    assert_eq!(instance.echo.seen(), []);
}

/// The request with which a browser begins a websocket: RFC 6455 §4.1.
fn socket(visitor: &Visitor) -> Ask<'_> {
    let ask = visitor.get(&format!("{GLANCES}/socket")).header("origin", GLANCES).header("sec-websocket-version", "13");
    ask.header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==")
}

async fn a_websocket_is_for_whoever_is_signed_in(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    // The app answers it like any other request; Envoy keeps the body of such an answer back.
    let answer = socket(&ada.visitor).send().await;
    assert_eq!(answer.status, 200, "{kind:?}: {answer:?}");
    let seen = instance.echo.seen().pop().expect("it reached the app");
    assert_eq!((seen.all("upgrade"), seen.all("remote-user")), (vec!["websocket"], vec!["ada"]), "{kind:?}");
    let reached = instance.echo.seen().len();
    let refused = socket(&instance.visitor()).send().await;
    assert_eq!((refused.status.as_u16(), refused.header("location")), (401, None), "{refused:?}");
    assert_eq!(instance.echo.seen().len(), reached);
}

async fn a_post_without_a_session_is_not_repeated(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let mut ada = instance.ada().await;
    let url = format!("{GLANCES}/save");
    let answer = ada.visitor.post(&url).navigating().form(&[("a", "b")]).send().await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let to = answer.location().expect("a way to sign in").to_string();
    let end = ada.walk(&to, |_| false).await;
    let seen = shown(&end);
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/"));
    assert!(instance.echo.seen().iter().all(|seen| seen.method == "GET"));
}

async fn signing_out_closes_the_app(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    let answer = ada.visitor.post(&ada.at("/logout")).on_own_page().form::<&str, &str>(&[]).send().await;
    assert!(answer.status.is_success() || answer.status == 303, "{answer:?}");
    closes(&instance, &ada).await;
}

async fn disabling_the_person_closes_the_app(kind: Kind) {
    let (instance, _ada) = inside(kind).await;
    let mut grace = instance.newcomer("grace").await;
    assert_eq!(shown(&grace.open_app(&format!("{GLANCES}/")).await).all("remote-user"), ["grace"]);
    instance.doorstep.reported(&["user", "disable", "grace"]);
    closes(&instance, &grace).await;
}

#[tokio::test]
async fn a_instance_on_postgresql_opens_and_closes_as_well() {
    let (instance, ada) = inside_on(Engine::Postgres, Kind::Caddy).await;
    ada.visitor.post(&ada.at("/logout")).on_own_page().form::<&str, &str>(&[]).send().await;
    closes(&instance, &ada).await;
}

async fn removing_the_group_closes_the_app(kind: Kind) {
    let (instance, ada) = inside(kind).await;
    instance.doorstep.declare(&with_glances().replace("users = [\"ada\", \"grace\"]", "users = [\"grace\"]"));
    closes(&instance, &ada).await;
    assert!(ada.is_signed_in().await, "she is still at home");
    let page = open(&ada).await;
    assert_eq!(page.status, 403, "not sent round to sign in again: {page:?}");
}

async fn with_doorstep_stopped_nothing_gets_through(kind: Kind) {
    let (mut instance, ada) = inside(kind).await;
    instance.doorstep.stop();
    if kind == Kind::NginxThatKeeps {
        let closed = || async { (open(&ada).await.status != 200).then_some(()) };
        wait::until("what was kept to end", wait::PATIENCE, closed).await;
    }
    let reached = instance.echo.seen().len();
    for answer in [
        open(&ada).await,
        ada.visitor.get(&format!("{GLANCES}/api")).scripted().send().await,
        ada.visitor.post(&format!("{GLANCES}/save")).navigating().form(&[("a", "b")]).send().await,
        instance.visitor().get(&format!("{GLANCES}/")).navigating().send().await,
    ] {
        assert!(answer.status.is_server_error() || answer.status.is_client_error(), "{answer:?}");
    }
    assert_eq!(instance.echo.seen().len(), reached, "something reached the app");
    instance.doorstep.start().await;
    assert_eq!(shown(&open(&ada).await).all("remote-user"), ["ada"], "and she is still signed in afterwards");
}
