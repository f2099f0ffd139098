//! What `doorstep generate` prints, in real nginx and real Caddy, with a stand-in for Doorstep that lets in
//! whoever carries the right cookie.
//!
//! The proxies' part of forward auth is shown here; that Doorstep plays its own is shown in `forward_auth`.

use doorstep_e2e::{
    behind_both,
    certificates::Certificates,
    echo::{Echo, Seen},
    house::{GLANCES, ISSUER},
    http::{Ask, Visitor},
    loopback::{Loopback, answer, anywhere},
    proxy::{Hosts, Kind, Proxy},
};
use doorstep_onboard::generate::{self, Site};
use tempfile::TempDir;

const APP: &str = "glances.other.test";

struct Street {
    visitor: Visitor,
    echo: Echo,
    gate: Option<Loopback>,
    _proxy: Proxy,
    _directory: TempDir,
}

/// Yes to the cookie `__Host-ds_app=good`, otherwise the way to sign in; says nothing about groups.
async fn gate() -> Loopback {
    Loopback::serve(anywhere(), |request| async move {
        let header =
            |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let nginx = match request.uri().path() {
            "/fa/nginx" => true,
            "/fa/forward" => false,
            path => return answer(200, "text/plain", format!("doorstep {path}")),
        };
        let (host, asked) = if nginx {
            (APP.to_owned(), header("x-original-url"))
        } else {
            (header("x-forwarded-host"), format!("{GLANCES}{}", header("x-forwarded-uri")))
        };
        let good = host == APP && asked.starts_with(GLANCES) && header("cookie").contains("__Host-ds_app=good");
        let mut response = answer(
            if good {
                200
            } else if nginx {
                401
            } else {
                302
            },
            "text/plain",
            "",
        );
        let headers = response.headers_mut();
        if good {
            for (name, value) in
                [("remote-user", "ada"), ("remote-groups", ""), ("remote-email", ""), ("remote-name", "Ada")]
            {
                headers.insert(name, value.parse().expect("a value"));
            }
        } else {
            headers.insert("location", format!("{ISSUER}/fa/start?st=x").parse().expect("an address"));
            headers.insert("set-cookie", "__Host-ds_relay=r; Path=/; Secure; HttpOnly".parse().expect("a cookie"));
        }
        response
    })
    .await
}

impl Street {
    async fn open(kind: Kind) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let certificates = Certificates::make(directory.path());
        let (echo, gate) = (Echo::start().await, gate().await);
        let listen = gate.address.to_string().parse().expect("an address");
        let upstream = "127.0.0.1:9".parse().expect("an address");
        let house = generate::House { issuer: ISSUER.to_owned(), listen };
        let sites = [Site { name: "glances".to_owned(), url: GLANCES.to_owned(), upstream, protected: true }];
        let text = match kind {
            Kind::Nginx => generate::nginx(&house, &sites),
            Kind::Caddy => generate::caddy(&house, &sites),
        };
        let hosts = Hosts::none(kind, &certificates).generated(&text.expect("a configuration"), &echo.upstream());
        let proxy = hosts.start().await;
        let visitor = Visitor::through(proxy.address, &certificates, &[APP, "auth.home.test"]);
        visitor.set_cookie(APP, "__Host-ds_app", "good");
        Self { visitor, echo, gate: Some(gate), _proxy: proxy, _directory: directory }
    }

    fn ask(&self, path: &str) -> Ask<'_> {
        self.visitor.get(&format!("{GLANCES}{path}")).navigating()
    }

    /// What the app received last.
    fn seen(&self) -> Seen {
        self.echo.seen().pop().expect("nothing reached the app")
    }
}

behind_both! {
    the_right_cookie_opens_the_app_and_another_does_not
    security_57_58_60_only_doorstep_says_who_somebody_is
    no_cookie_of_ours_reaches_the_app
    without_doorstep_nothing_gets_through
    the_provider_answers_people_and_not_proxies_from_outside
}

async fn the_right_cookie_opens_the_app_and_another_does_not(kind: Kind) {
    let street = Street::open(kind).await;
    let good = street.ask("/a%20b?c=d%26e&f").send().await;
    assert_eq!(good.status, 200, "{good:?}");
    let seen = street.seen();
    assert_eq!(
        (seen.target.as_str(), seen.all("remote-user"), seen.all("host")),
        ("/a%20b?c=d%26e&f", vec!["ada"], vec![APP])
    );

    street.visitor.set_cookie(APP, "__Host-ds_app", "bad");
    let refused = street.ask("/").send().await;
    assert!(matches!(refused.status.as_u16(), 302 | 303), "{refused:?}");
    assert_eq!(refused.header("location"), Some("https://auth.home.test/fa/start?st=x"));
    assert!(refused.header("set-cookie").is_some_and(|cookie| cookie.starts_with("__Host-ds_relay=r;")), "{refused:?}");
    assert_eq!(street.echo.seen().len(), 1);
}

async fn security_57_58_60_only_doorstep_says_who_somebody_is(kind: Kind) {
    let street = Street::open(kind).await;
    for name in ["Remote-User", "Remote-Groups", "Remote-Email", "Remote-Name"] {
        for spelling in [name.to_owned(), name.to_uppercase(), name.replace('-', "_"), name.replace('-', ".")] {
            let ask = street.ask("/").header(&spelling, "mallory").header(&spelling, "mallory2");
            let answer = ask.header("connection", "remote-user, x-forwarded-host, x-original-url").send().await;
            assert_eq!(answer.status, 200, "{kind:?} {spelling}: {answer:?}");
            let seen = street.seen();
            assert!(!seen.headers.iter().any(|(_, value)| value.contains("mallory")), "{kind:?} {spelling}: {seen:?}");
            assert_eq!(seen.as_cgi_variable("Remote-User"), ["ada"], "{kind:?} {spelling}");
        }
    }
}

async fn no_cookie_of_ours_reaches_the_app(kind: Kind) {
    let street = Street::open(kind).await;
    street.visitor.forget_cookies();
    for (sent, left) in [
        ("__Host-ds_app=good", ""),
        ("a=1; __Host-ds_app=good", "a=1"),
        ("__Host-ds_app=good; b=2", "b=2"),
        ("a=1; __Host-ds_relay=r; __Host-ds_app=good; b=2", "a=1; b=2"),
    ] {
        let answer = street.ask("/").header("cookie", sent).send().await;
        assert_eq!(answer.status, 200, "{kind:?} {sent}: {answer:?}");
        assert_eq!(street.seen().all("cookie").join("; "), left, "{kind:?} {sent}");
    }
}

async fn without_doorstep_nothing_gets_through(kind: Kind) {
    let mut street = Street::open(kind).await;
    assert_eq!(street.ask("/").send().await.status, 200);
    drop(street.gate.take());
    // The task that served it ends at its next step, and its connections with it.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let reached = street.echo.seen().len();
    for path in ["/", "/.doorstep/callback", "/.doorstep/ask", "/_ds"] {
        let answer = street.ask(path).send().await;
        assert!(answer.status.is_server_error() || answer.status.is_client_error(), "{kind:?} {path}: {answer:?}");
    }
    assert_eq!(street.echo.seen().len(), reached, "something reached the app");
}

async fn the_provider_answers_people_and_not_proxies_from_outside(kind: Kind) {
    let street = Street::open(kind).await;
    for (path, status) in [
        ("/login", 200),
        ("/fa/start?st=x", 200),
        ("/fa/nginx", 404),
        ("/fa/forward", 404),
        ("/.doorstep/callback", 404),
    ] {
        let answer = street.visitor.get(&format!("{ISSUER}{path}")).send().await;
        assert_eq!(answer.status, status, "{kind:?} {path}: {answer:?}");
    }
}
