//! Only a websocket may be upgraded: over any other protocol, requests would reach the app that nobody asks about. And a
//! websocket may be silent.

use crate::generated_proxies::street::{APP, Street};
use doorstep_e2e::{
    behind_each,
    proxy::Kind,
    upgrade::{Switching, ask},
    wait::PATIENCE,
};
use doorstep_onboard::generate::Front;
use http::Request;
use tokio::time::timeout;

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
    // HAProxy refuses a websocket without its key, and Envoy whoever asks for another protocol.
    assert!(app.seen().len() >= 4 || kind == Kind::Envoy, "{kind:?}: the requests themselves reach the app");
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

/// How often the time of nginx passes in the next test: its minute of silence, the default, in three seconds.
const FASTER: u64 = 20;

/// What was generated, in faster time: nginx's own minutes, which stand in no file, and every time that is written and
/// as long as they are.
fn faster(text: &str) -> String {
    let minute = 60 / FASTER;
    let own = format!("proxy_read_timeout {minute}s;\nproxy_send_timeout {minute}s;\nsend_timeout {minute}s;\n");
    text.lines().fold(own, |own, line| own + &faster_line(line).unwrap_or_else(|| line.to_owned()) + "\n")
}

fn faster_line(line: &str) -> Option<String> {
    let (name, time) = line.trim().strip_suffix(';')?.split_once("_timeout ")?;
    let (number, unit) = time.split_at(time.len().checked_sub(1)?);
    let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let seconds = number.parse::<u64>().ok()? * units.iter().find(|(name, _)| *name == unit)?.1;
    (seconds >= 60).then(|| format!("{name}_timeout {}s;", seconds / FASTER))
}

/// nginx ends what was silent for a minute. One websocket stands behind what was generated, another behind the same
/// without the lines that make it patient: when that one has been ended, the first, silent for longer, goes on.
#[tokio::test]
async fn a_websocket_is_silent_for_more_than_a_minute_and_stays_open() {
    let app = Switching::start().await;
    let behind = async |patient: bool| {
        let by_hand = |text: String| {
            let kept =
                text.lines().filter(|line| patient || !line.starts_with("    proxy_") || !line.ends_with(" 1d;"));
            let kept: Vec<_> = kept.collect();
            assert_eq!(text.lines().count() - kept.len(), if patient { 0 } else { 6 }, "two lines for each app");
            faster(&kept.join("\n"))
        };
        let street = Street::altered(Kind::Nginx, Some(&app.upstream()), Front::default(), by_hand).await;
        let lines = [COOKIE, KEY, "Sec-WebSocket-Version: 13", "Connection: Upgrade", "Upgrade: websocket"];
        let mut socket = ask(street.proxy.address, &street.certificates, APP, &lines).await;
        assert!(socket.agreed(), "{}", socket.head);
        assert_eq!(socket.echo(b"hello").await, b"hello");
        (street, socket)
    };
    let (_street, mut ours) = behind(true).await;
    let (_other, other) = behind(false).await;
    timeout(PATIENCE, other.ended()).await.expect("nginx ends what is silent, when nothing else is said");
    assert_eq!(ours.echo(b"still here").await, b"still here");
}
