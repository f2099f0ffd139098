//! Security reference §1.6 and the forward-auth reference §5 at Doorstep's own endpoints, as a proxy asks them.

use doorstep_e2e::{
    expect::{error_page, leads_nowhere_evil},
    http::{Answer, Ask, Visitor},
    instance::{Engine, GLANCES, ISSUER, Instance, with_glances},
    person::Person,
    proxy::Kind,
};
use std::net::IpAddr;

const APP: &str = "glances.other.test";
const IDENTITY: [&str; 4] = ["remote-user", "remote-groups", "remote-email", "remote-name"];

/// The two dialects in which a proxy asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Forward,
    Nginx,
}

const BOTH: [Dialect; 2] = [Dialect::Forward, Dialect::Nginx];

/// What the proxy was asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    method: &'a str,
    host: &'a str,
    path: &'a str,
}

const PAGE: Asked<'static> = Asked { method: "GET", host: APP, path: "/page" };

struct Gate {
    instance: Instance,
    proxy: Visitor,
    ada: Person,
    /// Ada's cookie for the app.
    cookie: String,
}

async fn gate() -> Gate {
    let instance = Instance::guarding(Engine::Sqlite, Kind::Nginx).await;
    let mut ada = instance.ada().await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/")).await.status, 200);
    let cookie = ada.visitor.cookie(APP, "__Host-ds_app").expect("a session with the app");
    let proxy = Visitor::plain();
    Gate { instance, proxy, ada, cookie: format!("__Host-ds_app={cookie}") }
}

impl Gate {
    fn ask_from<'a>(&self, peer: &'a Visitor, dialect: Dialect, asked: Asked<'_>) -> Ask<'a> {
        let ask = |path: &str| peer.get(&self.instance.inside(path)).without_cookies().header("host", APP);
        match dialect {
            Dialect::Forward => ask("/fa/forward")
                .header("x-forwarded-method", asked.method)
                .header("x-forwarded-proto", "https")
                .header("x-forwarded-host", asked.host)
                .header("x-forwarded-uri", asked.path)
                .header("x-forwarded-for", "192.0.2.7"),
            Dialect::Nginx => ask("/fa/nginx")
                .header("x-original-method", asked.method)
                .header("x-original-url", format!("https://{}{}", asked.host, asked.path))
                .header("x-forwarded-for", "192.0.2.7"),
        }
    }

    fn ask(&self, dialect: Dialect, asked: Asked<'_>) -> Ask<'_> {
        self.ask_from(&self.proxy, dialect, asked)
    }

    async fn with_session(&self, dialect: Dialect, asked: Asked<'_>) -> Answer {
        self.ask(dialect, asked).header("cookie", &self.cookie).navigating().send().await
    }

    async fn without(&self, dialect: Dialect, asked: Asked<'_>) -> Answer {
        self.ask(dialect, asked).navigating().send().await
    }
}

/// Anything but a yes, small, and with nothing of the request in it.
fn refused(answer: &Answer, dialect: Dialect, what: &str) {
    assert!(!answer.status.is_success(), "{what}: {answer:?}");
    if dialect == Dialect::Nginx {
        assert!(matches!(answer.status.as_u16(), 401 | 403), "nginx makes 500 of anything else: {what}: {answer:?}");
    }
    assert!(answer.body.len() <= 4096, "{what}: {} bytes", answer.body.len());
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
}

#[tokio::test]
async fn security_57_a_yes_is_200_empty_and_names_everything_known() {
    let gate = gate().await;
    for dialect in BOTH {
        let yes = gate.with_session(dialect, PAGE).await;
        assert_eq!((yes.status.as_u16(), yes.body.as_str()), (200, ""), "{dialect:?}: {yes:?}");
        let values = IDENTITY.map(|name| yes.header(name).map(str::to_owned));
        let expected = ["ada", "admins,users", "ada@home.test", "Ada Lovelace"].map(|value| Some(value.to_owned()));
        assert_eq!(values, expected, "{dialect:?}");
        assert_eq!(yes.headers.get_all("set-cookie").iter().count(), 0, "{dialect:?}");
    }
}

#[tokio::test]
async fn fa_1_to_4_a_person_is_sent_to_sign_in_and_a_program_is_told() {
    let gate = gate().await;
    let post = Asked { method: "POST", path: "/save", ..PAGE };
    for (dialect, asked, status) in [
        (Dialect::Forward, PAGE, 302),
        (Dialect::Forward, post, 303),
        (Dialect::Nginx, PAGE, 401),
        (Dialect::Nginx, post, 401),
    ] {
        let answer = gate.without(dialect, asked).await;
        assert_eq!(answer.status, status, "{dialect:?}: {answer:?}");
        assert!(
            answer.header("location").is_some_and(|to| to.starts_with(&format!("{ISSUER}/fa/start?st="))),
            "{answer:?}"
        );
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies.len(), 1, "{answer:?}");
        assert!(cookies[0].to_str().expect("text").starts_with("__Host-ds_relay="), "{answer:?}");
    }
    for dialect in BOTH {
        let program =
            gate.ask(dialect, PAGE).header("accept", "application/json").header("sec-fetch-mode", "cors").send().await;
        assert_eq!((program.status.as_u16(), program.header("location")), (401, None), "{program:?}");
        assert!(program.header("www-authenticate").is_some(), "{program:?}");
        refused(&program, dialect, "a program");
        let socket =
            gate.ask(dialect, PAGE).header("upgrade", "websocket").header("connection", "upgrade").send().await;
        assert_eq!((socket.status.as_u16(), socket.header("location")), (401, None), "{socket:?}");
        let socket = gate.ask(dialect, PAGE).header("cookie", &gate.cookie);
        let socket = socket.header("upgrade", "websocket").header("connection", "upgrade").send().await;
        assert_eq!(socket.status, 200, "{dialect:?}: a websocket with a session: {socket:?}");
    }
}

#[tokio::test]
async fn security_59_61_one_family_of_headers_each_once() {
    let gate = gate().await;
    let yes = gate.ask(Dialect::Forward, PAGE).header("cookie", &gate.cookie);
    let ignored = [
        ("x-forwarded-prefix", "/.."),
        ("x-forwarded-port", "1"),
        ("x-rewrite-url", "/admin"),
        ("forwarded", "host=evil.test"),
        ("x-original-url", "https://elsewhere.test/"),
    ];
    let answer = ignored.iter().fold(yes, |ask, (name, value)| ask.header(name, value)).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for (name, value) in [
        ("x-forwarded-host", APP),
        ("x-forwarded-uri", "/page"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-proto", "https"),
        ("x_forwarded_host", APP),
        ("x.forwarded.uri", "/page"),
    ] {
        let answer = gate.ask(Dialect::Forward, PAGE).header("cookie", &gate.cookie).header(name, value).send().await;
        assert_eq!(answer.status, 400, "{name} a second time: {answer:?}");
    }
    for host in ["a.test, glances.other.test", "glances.other.test/abc?x=", "glances.other.test@evil.test", ""] {
        let answer = gate.with_session(Dialect::Forward, Asked { host, ..PAGE }).await;
        assert_eq!(answer.status, 400, "{host:?}: {answer:?}");
    }
    let bare = gate
        .proxy
        .get(&gate.instance.inside("/fa/forward"))
        .without_cookies()
        .header("cookie", &gate.cookie)
        .send()
        .await;
    assert_eq!(bare.status, 400, "nothing was asked: {bare:?}");
    let other_family =
        gate.proxy.get(&gate.instance.inside("/fa/nginx")).without_cookies().header("cookie", &gate.cookie);
    let answer = other_family
        .header("x-forwarded-host", APP)
        .header("x-forwarded-uri", "/")
        .header("x-forwarded-method", "GET")
        .send()
        .await;
    refused(&answer, Dialect::Nginx, "the other family is no substitute");
}

#[tokio::test]
async fn security_63_a_health_check_is_nobody_special() {
    let gate = gate().await;
    for agent in ["kube-probe/1.0", "GoogleHC/1.0", "ELB-HealthChecker/2.0"] {
        for dialect in BOTH {
            let answer = gate.ask(dialect, Asked { path: "/healthz", ..PAGE }).header("user-agent", agent).send().await;
            refused(&answer, dialect, agent);
        }
    }
}

#[tokio::test]
async fn security_64_a_broken_cookie_is_no_cookie() {
    let gate = gate().await;
    let long = format!("__Host-ds_app={}", "x".repeat(8000));
    let twice = format!("{}; {}", gate.cookie, gate.cookie);
    let cookies = [
        "__Host-ds_app=",
        "__Host-ds_app=%%%",
        "__Host-ds_app=ds_app_\u{fc}",
        &long,
        &twice,
        "__host-ds_app=good",
        &gate.cookie[..gate.cookie.len() - 1],
    ];
    for cookie in cookies {
        for dialect in BOTH {
            let answer = gate.ask(dialect, PAGE).header("cookie", cookie).send().await;
            refused(&answer, dialect, cookie);
            assert_eq!(answer.status, 401, "{cookie}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn security_65_a_host_is_one_host_however_it_is_spelt() {
    let gate = gate().await;
    for dialect in BOTH {
        for host in ["GLANCES.other.test", "glances.other.test.", "glances.other.test:443", "Glances.Other.TEST.:443"] {
            let answer = gate.with_session(dialect, Asked { host, ..PAGE }).await;
            assert_eq!(answer.status, 200, "{dialect:?} {host}: {answer:?}");
        }
        for host in [
            "unknown.other.test",
            "glances.other.test.evil.test",
            "other.test",
            "glances.other.test:8443",
            "auth.home.test",
        ] {
            let answer = gate.with_session(dialect, Asked { host, ..PAGE }).await;
            assert_eq!(answer.status, 403, "{dialect:?} {host}: {answer:?}");
            refused(&answer, dialect, host);
        }
    }
}

#[tokio::test]
async fn security_62_66_no_spelling_of_a_path_is_public() {
    let gate = gate().await;
    let paths = [
        "/healthz/../admin/x",
        "/public/%2e%2e/admin",
        "/public/..%2fadmin",
        "/public/..;/admin",
        "//admin",
        "/public\\..\\admin",
        "/%61dmin",
        "/admin%00",
        "/%252e%252e/",
        "/../../etc",
        "/page#/public",
        "/page?x=/public",
        "https://glances.other.test/page",
        "*",
        "",
    ];
    for path in paths {
        for dialect in BOTH {
            refused(&gate.without(dialect, Asked { path, ..PAGE }).await, dialect, path);
        }
    }
    for method in ["GET POST", "GET,POST", "", "G\u{e9}T"] {
        let answer = gate.with_session(Dialect::Forward, Asked { method, ..PAGE }).await;
        assert_eq!(answer.status, 400, "{method:?}: {answer:?}");
    }
}

#[tokio::test]
async fn security_67_a_peer_that_is_no_proxy_of_ours_hears_no() {
    let gate = gate().await;
    let stranger = Visitor::plain_from(IpAddr::from([127, 0, 0, 9]));
    for dialect in BOTH {
        let answer = gate.ask_from(&stranger, dialect, PAGE).header("cookie", &gate.cookie).navigating().send().await;
        assert_eq!(answer.status, 403, "{dialect:?}: {answer:?}");
        assert!(IDENTITY.iter().all(|name| answer.header(name).is_none()), "{answer:?}");
    }
}

#[tokio::test]
async fn security_68_an_address_that_is_none_opens_nothing() {
    let gate = gate().await;
    let many = vec!["10.0.0.1"; 300].join(", ");
    for value in ["a", "", "1.2.3.4:99", "127.0.0.1", "unknown", &many] {
        for dialect in BOTH {
            let ask = gate.proxy.get(&gate.instance.inside(if dialect == Dialect::Nginx {
                "/fa/nginx"
            } else {
                "/fa/forward"
            }));
            let ask = ask
                .without_cookies()
                .header("x-original-method", "GET")
                .header("x-original-url", format!("{GLANCES}/page"));
            let ask = ask
                .header("x-forwarded-method", "GET")
                .header("x-forwarded-proto", "https")
                .header("x-forwarded-host", APP);
            let answer = ask.header("x-forwarded-uri", "/page").header("x-forwarded-for", value).send().await;
            refused(&answer, dialect, value);
        }
    }
}

#[tokio::test]
async fn security_11_fa_27_nobody_chooses_where_a_sign_in_leads() {
    let mut gate = gate().await;
    let sent = gate.without(Dialect::Forward, PAGE).await.location().expect("a way to sign in").to_string();
    let begin = sent.find("st=").expect("a state") + 3;
    for place in (begin..sent.len()).step_by(7) {
        let mut edited = sent.clone().into_bytes();
        edited[place] = if edited[place] == b'A' { b'B' } else { b'A' };
        let edited = String::from_utf8(edited).expect("ASCII");
        error_page(&gate.ada.visitor.get(&edited).navigating().send().await, &edited);
    }
    let session = gate.ada.visitor.cookie("auth.home.test", "__Host-ds_session").expect("a session");
    for path in ["//evil.test/", "/\\evil.test/", "/%5cevil.test/", "/%09/evil.test/", "/.//evil.test/", "/@evil.test/"]
    {
        gate.ada.visitor.forget_cookies();
        gate.ada.visitor.set_cookie("auth.home.test", "__Host-ds_session", &session);
        let end = gate.ada.walk(&format!("{GLANCES}{path}"), |to| to.path() == "/.doorstep/callback").await;
        let Some(callback) = end.location() else { continue };
        let opened = gate.ada.visitor.get(callback.as_str()).navigating().send().await;
        leads_nowhere_evil(&opened, path);
        let to = opened.location().expect("the way back to the page");
        assert_eq!(to.host_str(), Some(APP), "{path}: {opened:?}");
    }
}

#[tokio::test]
async fn security_107_a_session_with_one_app_opens_no_other() {
    let gate = gate().await;
    let other = "files.other.test";
    let files = format!("\n[apps.files]\nurl = \"https://{other}\"\nforward_auth = true\n");
    gate.instance.doorstep.declare(&(with_glances() + &files));
    gate.instance.doorstep.reload();
    let asked = Asked { host: other, ..PAGE };
    doorstep_e2e::wait::until("the other app to be guarded", doorstep_e2e::wait::PATIENCE, || async {
        (gate.without(Dialect::Forward, asked).await.status == 302).then_some(())
    })
    .await;
    for dialect in BOTH {
        assert_eq!(gate.with_session(dialect, PAGE).await.status, 200, "{dialect:?}");
        let answer = gate.with_session(dialect, asked).await;
        refused(&answer, dialect, "the cookie of another app");
        assert!(IDENTITY.iter().all(|name| answer.header(name).is_none()), "{answer:?}");
    }
}

#[tokio::test]
async fn security_72_a_no_repeats_nothing_of_the_request() {
    let gate = gate().await;
    for dialect in BOTH {
        let ask = gate
            .ask(dialect, Asked { path: "/needle-in-path", ..PAGE })
            .header("authorization", "Bearer needle-in-header");
        let answer = ask.header("cookie", "a=needle-in-cookie").header("accept", "application/json").send().await;
        refused(&answer, dialect, "needles");
        assert!(!answer.body.contains("needle"), "{answer:?}");
    }
    for needle in ["needle-in-header", "needle-in-cookie"] {
        assert!(!gate.instance.doorstep.printed().contains(needle), "{needle} is in the log");
    }
}

#[tokio::test]
async fn security_101_what_opens_doors_is_never_in_the_log() {
    let gate = gate().await;
    gate.with_session(Dialect::Forward, PAGE).await;
    gate.without(Dialect::Forward, PAGE).await;
    let log = gate.instance.doorstep.printed();
    for kind in ["ds_ses_", "ds_log_", "ds_app_", "ds_rel_", "ds_rlc_", "ds_cod_", "ds_acc_", "ds_ref_"] {
        assert!(!log.contains(kind), "a {kind} value is in the log");
    }
}
