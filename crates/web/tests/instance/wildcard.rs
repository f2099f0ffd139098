//! An app on every host below a name: what is asked, answered and led to is of the host that was asked for.

use crate::{
    browser::{Answer, Browser},
    person,
    running::{self, Running},
};
use reqwest::Method;

const INSTANCE: &str = "https://auth.example.org";
const EVERY: &str = "https://*.example.org";
const A: &str = "a.example.org";
const B: &str = "b.example.org";

/// Asks in each dialect that comes by plain HTTP, for a window; the answers have one status.
async fn ask(browser: &mut Browser, host: &str) -> Answer {
    let url = format!("https://{host}/page");
    let forward = [
        ("x-forwarded-host", host),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/page"),
    ];
    let nginx = [("x-original-url", url.as_str()), ("x-original-method", "GET")];
    let envoy = [("host", host), ("x-forwarded-proto", "https")];
    let window = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"), ("accept", "text/html")];
    let mut answers = Vec::new();
    for (at, family) in [("/fa/nginx", &nginx[..]), ("/fa/envoy/page", &envoy), ("/fa/forward", &forward)] {
        let headers = [family, &window].concat();
        answers.push(browser.send(Method::GET, at, &headers, None).await);
    }
    let last = answers.pop().unwrap();
    for other in answers {
        let same = matches!((other.status.as_u16(), last.status.as_u16()), (401, 302)) || other.status == last.status;
        assert!(same, "{host}: {other:?} and {last:?}");
    }
    last
}

/// A request for a page of Doorstep's on an app's host.
async fn at(browser: &mut Browser, (method, path): (Method, &str), host: &str, more: &[(&str, &str)]) -> Answer {
    let headers = [&[("x-forwarded-host", host), ("x-forwarded-proto", "https")], more].concat();
    browser.send(method, path, &headers, None).await
}

/// The way to sign in on a host and back to it: the path of the callback.
async fn way_back(at_app: &mut Browser, instance: &mut Browser, host: &str) -> String {
    let sent = ask(at_app, host).await;
    let start = sent.header("location").strip_prefix(INSTANCE).unwrap_or_else(|| panic!("{host}: {sent:?}")).to_owned();
    let back = instance.get(&start).await.location().to_owned();
    back.strip_prefix(&format!("https://{host}")).unwrap_or_else(|| panic!("{host}: {back}")).to_owned()
}

async fn home() -> (Running, Browser, Browser) {
    let running = running::empty().await;
    running.guard_at(EVERY, Vec::new()).await;
    let (instance, _) = person::ada(&running).await;
    let at_app = running.browser();
    (running, instance, at_app)
}

#[tokio::test(flavor = "multi_thread")]
async fn security_26_107_a_way_in_is_to_the_host_that_asked_and_a_session_is_of_that_host() {
    let (_running, mut instance, mut at_app) = home().await;
    // The same browser on both hosts, with the cookies of one replayed on the other.
    let code = way_back(&mut at_app, &mut instance, A).await;
    let elsewhere = at(&mut at_app, (Method::GET, &code), B, &[]).await;
    assert_eq!((elsewhere.status.as_u16(), at_app.cookies.contains_key("__Host-ds_app")), (400, false));
    assert!(elsewhere.body.contains("href=\"https://b.example.org/\""), "{}", elsewhere.body);
    assert_eq!(at(&mut at_app, (Method::GET, &code), A, &[]).await.status, 400, "it is spent");
    let code = way_back(&mut at_app, &mut instance, A).await;
    let entered = at(&mut at_app, (Method::GET, &code), A, &[]).await;
    assert_eq!(entered.location(), "https://a.example.org/page");
    assert_eq!(ask(&mut at_app, A).await.header("remote-user"), "ada");
    let on_a = at_app.cookies.get("__Host-ds_app").unwrap().clone();
    let code = way_back(&mut at_app, &mut instance, B).await;
    assert_eq!(at(&mut at_app, (Method::GET, &code), B, &[]).await.location(), "https://b.example.org/page");
    assert_eq!((ask(&mut at_app, B).await.status.as_u16(), ask(&mut at_app, A).await.status.as_u16()), (200, 302));
    // A form of one host signs nobody out on another; the host's own does, and then both are closed.
    at_app.cookies.insert("__Host-ds_app".into(), on_a);
    let foreign = at(&mut at_app, (Method::POST, "/.doorstep/logout"), A, &[("origin", "https://b.example.org")]).await;
    assert_eq!((foreign.status.as_u16(), ask(&mut at_app, A).await.status.as_u16()), (403, 200));
    let own = at(&mut at_app, (Method::POST, "/.doorstep/logout"), A, &[("origin", "https://a.example.org")]).await;
    assert_eq!(own.status, 303);
    assert_eq!(ask(&mut at_app, A).await.status, 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_led_to_the_host_that_it_asked_and_no_tile_leads_to_a_star() {
    let (_running, mut instance, mut at_app) = home().await;
    let asked = [
        ("x-forwarded-host", B),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/api"),
        ("sec-fetch-mode", "cors"),
        ("accept", "application/json"),
    ];
    let told = at_app.send(Method::GET, "/fa/forward", &asked, None).await;
    assert!(told.body.contains("\"login_url\":\"https://b.example.org\""), "{told:?}");
    let portal = instance.get("/").await;
    assert_eq!(portal.status, 200);
    assert!(!portal.body.contains("*.example.org"), "{}", portal.body);
    let asking = instance.get("/access/wiki").await;
    assert!(!asking.body.contains("*.example.org"), "{}", asking.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_107_108_doorsteps_own_host_is_no_apps_and_a_wildcard_that_goes_closes_all_of_its_hosts() {
    let (running, mut instance, mut at_app) = home().await;
    let code = way_back(&mut at_app, &mut instance, A).await;
    at(&mut at_app, (Method::GET, &code), A, &[]).await;
    assert_eq!(ask(&mut at_app, A).await.status, 200);
    for host in ["auth.example.org", "AUTH.example.org.", "example.org", "x.a.example.org", "x_y.example.org"] {
        assert_eq!(ask(&mut at_app, host).await.status, 403, "{host}");
        assert_eq!(at(&mut at_app, (Method::GET, "/.doorstep/logout"), host, &[]).await.status, 403, "{host}");
    }
    running.guard_at("https://other.test", Vec::new()).await;
    for host in [A, B] {
        assert_eq!(ask(&mut at_app, host).await.status, 403, "{host}");
        assert_eq!(at(&mut at_app, (Method::GET, &code), host, &[]).await.status, 403, "{host}");
    }
}
