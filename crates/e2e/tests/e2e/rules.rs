//! Rules of an app, behind real nginx and two real versions of Caddy: cases 4, 6, 8 to 12, 19, 20 and 22 of the reference,
//! forward-auth.md §5.

use doorstep_core::gateway::COPIED_HEADERS;
use doorstep_e2e::{
    behind_each_that_asks,
    http::raw,
    instance::{Engine, GLANCES, Instance, with_glances},
    proxy::Kind,
};

const APP: &str = "glances.other.test";

/// The proxy is asked over loopback, so that every client is in that network and none in the other.
const RULES: &str = r#"
[[apps.glances.rules]]
paths = ["/healthz"]
methods = ["GET"]
do = "pass"
[[apps.glances.rules]]
paths = ["/hooks/*"]
methods = ["POST"]
networks = ["127.0.0.0/8"]
do = "pass"
[[apps.glances.rules]]
paths = ["/far/"]
networks = ["192.168.0.0/16"]
do = "pass"
[[apps.glances.rules]]
paths = ["/admin/"]
allow = ["admins"]
[[apps.glances.rules]]
paths = ["/closed/"]
do = "refuse"
"#;

behind_each_that_asks! {
    a_rule_opens_what_it_names_and_nothing_else
    security_57_what_passes_has_no_identity_whatever_the_client_says
    a_rule_asks_for_other_groups_or_refuses_everybody
}

async fn guarding(kind: Kind) -> Instance {
    Instance::guarding_as(Engine::Sqlite, kind, &(with_glances() + RULES)).await
}

async fn a_rule_opens_what_it_names_and_nothing_else(kind: Kind) {
    let instance = guarding(kind).await;
    let visitor = instance.visitor();
    for (method, path, forwarded, open) in [
        ("GET", "/healthz", None, true),
        ("HEAD", "/healthz?deep=1", None, true),
        ("POST", "/healthz", None, false),
        ("GET", "/healthz/", None, false),
        ("GET", "/page?x=/healthz", None, false),
        ("POST", "/hooks/push", None, true),
        ("POST", "/hooks/push/more", None, false),
        // Where a request comes from is what the proxy says.
        ("GET", "/far/x", None, false),
        ("GET", "/far/x", Some("192.168.1.5"), false),
        ("POST", "/hooks/push", Some("203.0.113.9"), true),
    ] {
        let before = instance.echo.seen().len();
        let ask = visitor.ask(method.parse().unwrap(), &format!("{GLANCES}{path}")).scripted();
        let ask = forwarded.into_iter().fold(ask, |ask, address| ask.header("x-forwarded-for", address));
        let answer = ask.send().await;
        let reached = instance.echo.seen().len() - before;
        let expected = if open { (200, 1) } else { (401, 0) };
        assert_eq!((answer.status.as_u16(), reached), expected, "{kind:?} {method} {path} {forwarded:?}: {answer:?}");
    }
    let before = instance.echo.seen().len();
    let ask = visitor.post(&format!("{GLANCES}/hooks/push")).scripted().header("x-http-method-override", "DELETE");
    assert_eq!(ask.send().await.status, 401, "{kind:?}: the app may take it for a DELETE");
    assert_eq!(instance.echo.seen().len(), before, "{kind:?}");
    // As no library sends them. What the app is not reached by is what counts.
    let before = instance.echo.seen();
    for target in [
        "/HEALTHZ",
        "//healthz",
        "/./healthz",
        "/%68ealthz",
        "/healthz;x",
        "/healthz%3Bx",
        "/healthz/../admin/x",
        "/healthz%2f..%2fadmin",
        "/healthz/..;/admin",
        "/healthz%3f/admin",
    ] {
        let (status, answer) = raw(instance.proxy.address, &instance.certificates, APP, target).await;
        assert_ne!(status, 200, "{kind:?} {target}: {answer}");
    }
    assert_eq!(instance.echo.seen(), before, "{kind:?}");
}

async fn security_57_what_passes_has_no_identity_whatever_the_client_says(kind: Kind) {
    let instance = guarding(kind).await;
    let mut ada = instance.ada().await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/page")).await.status, 200);
    for visitor in [&ada.visitor, &instance.visitor()] {
        let ask = visitor.get(&format!("{GLANCES}/healthz")).scripted();
        let forged = COPIED_HEADERS.into_iter().fold(ask, |ask, name| {
            ask.header(name, "admins").header(&name.replace('-', "_"), "admins").header(&name.to_lowercase(), "admins")
        });
        assert_eq!(forged.send().await.status, 200, "{kind:?}");
        let seen = instance.echo.seen().pop().unwrap();
        for name in COPIED_HEADERS {
            let values = seen.as_cgi_variable(name);
            assert!(values.iter().all(|value| value.is_empty()), "{kind:?} {name}: {seen:?}");
        }
        assert!(!seen.all("cookie").concat().contains("__Host-ds_"), "{kind:?}: {seen:?}");
    }
}

async fn a_rule_asks_for_other_groups_or_refuses_everybody(kind: Kind) {
    let instance = guarding(kind).await;
    let (mut ada, mut grace) = (instance.ada().await, instance.newcomer("grace").await);
    for person in [&mut ada, &mut grace] {
        assert_eq!(person.open_app(&format!("{GLANCES}/page")).await.status, 200, "{kind:?}");
    }
    for (path, hers, others) in [
        ("/admin/x", 200, 403),
        ("/admin", 200, 403),
        ("/ADMIN/x", 200, 403),
        ("/closed/x", 403, 403),
        ("/Closed", 403, 403),
        ("/page", 200, 200),
    ] {
        for (person, status) in [(&ada, hers), (&grace, others)] {
            let answer = person.visitor.get(&format!("{GLANCES}{path}")).navigating().send().await;
            assert_eq!(answer.status, status, "{kind:?} {path}: {answer:?}");
        }
    }
    let stranger = instance.visitor();
    let asked = |path: &str| stranger.get(&format!("{GLANCES}{path}")).navigating().send();
    assert!(asked("/admin/x").await.status.is_redirection(), "{kind:?}");
    assert_eq!(asked("/closed/x").await.status, 403, "{kind:?}: nobody is sent to sign in for nothing");
}
