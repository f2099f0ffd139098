//! Security row 54: no redirect leads anywhere else.

use crate::server::{Script, Server};
use doorstep_outbound::{Cause, OperatorUrl, Outbound, Request, Settings};
use http::Method;

fn url(text: &str) -> OperatorUrl {
    OperatorUrl::parse(text).unwrap()
}

fn outbound() -> Outbound {
    Outbound::new(Settings::default()).unwrap()
}

#[tokio::test]
async fn security_54_a_redirect_elsewhere_is_never_followed() {
    let trap = Server::trap("127.0.0.1:0").await;
    let at = trap.at;
    let elsewhere = [
        format!("http://{at}/admin"),
        format!("//{at}/admin"),
        format!("http://localhost:{}/", at.port()),
        format!("https://{at}/"),
        format!("http://name:word@{at}/"),
        format!("\\\\{at}/"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        String::new(),
        "http://[".to_owned(),
    ];
    for status in [301, 302, 303, 307, 308] {
        for to in elsewhere.clone() {
            let location = to.clone();
            let server = Server::start(move |_| Script::redirect(status, &location)).await;
            for request in [
                Request::get(url(&server.url("/jwks"))),
                Request::get(url(&server.url("/jwks"))).following_same_origin(),
            ] {
                let error = outbound().send(request).await.unwrap_err();
                assert!(matches!(error.cause(), Cause::Redirect { .. }), "{status} {to}: {error}");
                assert!(!error.to_string().contains("latest"), "{error}");
            }
        }
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_redirect_on_the_same_origin_is_followed_by_choice() {
    let server = Server::start(|head| match head.split(' ').nth(1) {
        Some("/old") => Script::redirect(301, "new?x=1"),
        _ => Script::ok("found"),
    })
    .await;
    let not_by_choice = outbound().send(Request::get(url(&server.url("/old")))).await;
    assert!(matches!(not_by_choice.unwrap_err().cause(), Cause::Redirect { .. }));
    let answer = outbound().send(Request::get(url(&server.url("/old"))).following_same_origin()).await.unwrap();
    assert_eq!(answer.body().as_ref(), b"found");
    assert!(server.heads().last().unwrap().starts_with("GET /new?x=1 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn security_54_redirects_end() {
    let server = Server::start(|_| Script::redirect(302, "/again")).await;
    let error = outbound().send(Request::get(url(&server.url("/"))).following_same_origin()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Redirect { .. }), "{error}");
    assert_eq!(server.connections(), 4);
}

#[tokio::test]
async fn only_a_get_is_sent_again() {
    let server = Server::start(|_| Script::redirect(307, "/again")).await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::new(method, url(&server.url("/"))).following_same_origin();
        assert!(outbound().send(request).await.is_err());
    }
    assert_eq!(server.connections(), 3);
}
