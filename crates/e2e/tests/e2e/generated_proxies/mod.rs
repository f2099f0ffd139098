//! What `doorstep generate` prints, in real nginx and real Caddy, with a stand-in for Doorstep that lets in
//! whoever carries the right cookie.
//!
//! The proxies' part of forward auth is shown here; that Doorstep plays its own is shown in `forward_auth`.

mod apache;
mod emergency;
mod ingress;
mod street;
mod surroundings;
mod upgrade;
mod webfinger;

use doorstep_e2e::{behind_each, instance::ISSUER, proxy::Kind};
use street::{APP, Street};

behind_each! {
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
    for name in doorstep_core::gateway::COPIED_HEADERS {
        for spelling in [name.to_owned(), name.to_uppercase(), name.replace('-', "_"), name.replace('-', ".")] {
            let ask = || street.ask("/").header(&spelling, "mallory").header(&spelling, "mallory2");
            let named = ask().header("connection", "remote-user, x-forwarded-host, x-original-url").send().await;
            let answer = match kind {
                Kind::Envoy => {
                    assert_eq!(named.status, 400, "it refuses a request that names headers: {named:?}");
                    ask().send().await
                }
                Kind::Nginx
                | Kind::NginxThatKeeps
                | Kind::Caddy
                | Kind::DebianCaddy
                | Kind::Haproxy
                | Kind::EnvoyGrpc => named,
            };
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
        // On loopback, where hosts share cookies.
        ("__Host-ds_app=good; __Host-ds_login_0a1b2c3d=l", ""),
        ("__Host-ds_app=good\na=1", "a=1"),
        ("a=1\n__Host-ds_relay=r; __Host-ds_app=good\nb=2", "a=1; b=2"),
    ] {
        // Envoy joins lines with a comma: whatever one of ours is joined with does not reach the app either.
        if kind == Kind::Envoy && sent.contains('\n') {
            continue;
        }
        let ask = sent.split('\n').fold(street.ask("/"), |ask, line| ask.header("cookie", line));
        let answer = ask.send().await;
        assert_eq!(answer.status, 200, "{kind:?} {sent}: {answer:?}");
        let seen = street.seen();
        // Ours alone leaves no empty line behind. Of several lines, which no browser sends (HTTP/2's are joined before),
        // Caddy cannot take one away, and the app reads an empty one as none (RFC 6265 §5.4 has one line, and its
        // pairs are split at `;`).
        let (empty, lines): (Vec<_>, Vec<_>) = seen.all("cookie").into_iter().partition(|line| line.is_empty());
        assert!(empty.is_empty() || sent.contains('\n') && kind != Kind::Nginx, "{kind:?} {sent}: {lines:?}");
        assert_eq!(lines.join("; "), left, "{kind:?} {sent}");
    }
    for name in ["upgrade", "connection"] {
        assert_ne!(street.seen().all(name), ["^;"], "{kind:?}");
    }
}

async fn without_doorstep_nothing_gets_through(kind: Kind) {
    let mut street = Street::open(kind).await;
    assert_eq!(street.ask("/").send().await.status, 200);
    street.gate.take().expect("it is there").end().await;
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
