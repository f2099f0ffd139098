//! Only a websocket may be upgraded: over any other protocol, requests would reach the app that nobody asks about.

use crate::street::{APP, Street};
use doorstep_e2e::{
    behind_each,
    proxy::Kind,
    upgrade::{Switching, ask},
};
use doorstep_onboard::generate::Front;
use http::Request;

const COOKIE: &str = "Cookie: __Host-ds_app=good";
const SETTINGS: &str = "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA";
const KEY: &str = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

behind_each! {
    security_57_no_stream_gets_past_the_guard_over_another_protocol
    a_websocket_is_a_tunnel
}

async fn security_57_no_stream_gets_past_the_guard_over_another_protocol(kind: Kind) {
    let app = Switching::start().await;
    let street = Street::with(kind, Some(&app.upstream()), Front::default()).await;
    let lines: [&[&str]; 8] = [
        &["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", SETTINGS],
        &["Connection: upgrade,http2-settings", "Upgrade: H2C", SETTINGS],
        &["Connection: Upgrade", "Upgrade: websocket, h2c", SETTINGS],
        &["Connection: Upgrade", "Upgrade: h2c, websocket", SETTINGS],
        &["Connection: Upgrade", "Upgrade: h2c", "Upgrade: websocket", SETTINGS],
        &["Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c", SETTINGS],
        &["Connection: Upgrade", "Connection: HTTP2-Settings", "Upgrade:\th2c ", SETTINGS],
        &["Connection: Upgrade", "Upgrade: TLS/1.0, HTTP/2.0, irc"],
    ];
    for lines in lines {
        let lines = [&[COOKIE], lines].concat();
        let switched = ask(street.proxy.address, &street.certificates, APP, &lines).await;
        if switched.agreed() {
            let forged = Request::get(format!("http://{APP}/forged")).header("remote-user", "mallory");
            // Whether a websocket came of it or HTTP/2: nothing is believed that only came through the tunnel.
            let _ = switched.http2(forged.body(()).expect("a request")).await;
        }
        for seen in app.seen() {
            assert_eq!(seen.all("remote-user"), ["ada"], "{kind:?} {lines:?}: {seen:?}");
            let upgrades = seen.all("upgrade");
            assert!(upgrades.is_empty() || upgrades == ["websocket"], "{kind:?} {lines:?}: {seen:?}");
            assert_eq!(seen.all("http2-settings"), [""; 0], "{kind:?} {lines:?}");
        }
    }
    assert!(app.seen().len() >= 6, "{kind:?}: the requests themselves reach the app");
}

async fn a_websocket_is_a_tunnel(kind: Kind) {
    let app = Switching::start().await;
    let street = Street::with(kind, Some(&app.upstream()), Front::default()).await;
    for lines in [
        ["Connection: Upgrade", "Upgrade: websocket"],
        ["Connection: keep-alive, Upgrade", "Upgrade: websocket"],
        ["Connection: upgrade", "Upgrade: WebSocket"],
    ] {
        let lines = [COOKIE, KEY, "Sec-WebSocket-Version: 13", lines[0], lines[1]];
        let mut switched = ask(street.proxy.address, &street.certificates, APP, &lines).await;
        assert!(switched.agreed(), "{kind:?} {lines:?}: {}", switched.head);
        assert_eq!(switched.echo(b"hello").await, b"hello");
        assert_eq!(app.seen().last().expect("a request").all("remote-user"), ["ada"], "{kind:?}");
    }
    let refused = ask(street.proxy.address, &street.certificates, APP, &["Connection: Upgrade", "Upgrade: websocket"]);
    assert!(!refused.await.agreed(), "{kind:?}: nobody is signed in");
}
