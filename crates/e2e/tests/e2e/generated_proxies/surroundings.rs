//! Who asks and from where, hosts that nobody declared, and what people see when something does not answer.

use crate::generated_proxies::street::{APP, GHOST, Street};
use doorstep_e2e::{
    behind_each,
    http::{Answer, Visitor},
    proxy::Kind,
    upgrade::{ask, connect},
    wait::PATIENCE,
};
use doorstep_onboard::generate::Front;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// An address that no client of these tests has.
const LIE: &str = "203.0.113.66";

behind_each! {
    security_59_67_where_a_request_comes_from_is_what_the_proxy_says
    security_67_behind_another_proxy_its_word_counts_and_nobody_elses
    events_arrive_when_they_are_sent
    people_see_a_page_when_the_app_or_doorstep_does_not_answer
    what_an_app_answers_passes_as_it_is
    a_place_that_nobody_knows_stops_nobody_else
    a_host_that_is_not_declared_is_refused
}

async fn security_59_67_where_a_request_comes_from_is_what_the_proxy_says(kind: Kind) {
    let street = Street::open(kind).await;
    let lies = [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-Server",
        "X-Forwarded-Uri",
        "X-Forwarded-Method",
        "X-Forwarded-User",
        "X-Forwarded-Ssl",
        "X-Original-URL",
        "X-Original-Method",
        "X-Original-Uri",
        "X-Original-Host",
        "X-Original-For",
        "X-Original-Forwarded-For",
        "X-Rewrite-URL",
        "X-Real-IP",
        "X-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "Client-IP",
        "X_Forwarded_For",
        "X.Real.IP",
        "X_Original_URL",
    ];
    let ask = lies.iter().fold(street.ask("/"), |ask, name| ask.header(name, LIE));
    assert_eq!(ask.send().await.status, 200, "{kind:?}");
    let seen = street.seen();
    let believed: Vec<_> = seen.headers.iter().filter(|(_, value)| value.contains(LIE)).collect();
    assert!(believed.is_empty(), "{kind:?}: {believed:?}");
    for (name, value) in [
        ("x-real-ip", "127.0.0.1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-host", APP),
        ("x-forwarded-proto", "https"),
        ("remote-session", "127.0.0.1"),
    ] {
        assert_eq!(seen.all(name), [value], "{kind:?} {name}");
    }
}

async fn security_67_behind_another_proxy_its_word_counts_and_nobody_elses(kind: Kind) {
    let behind = vec!["127.0.0.1".parse().expect("an address")];
    let street = Street::with(kind, None, Front { behind, resolver: None, keep: false }).await;
    let url = format!("http://{}/page", street.proxy.plain);
    let front = Visitor::plain();
    for forwarded in [&["198.51.100.7"][..], &["203.0.113.66, 198.51.100.7"], &["203.0.113.66", "198.51.100.7"]] {
        let passed = passed_on(&front, &url, APP, forwarded).await;
        assert_eq!(passed.status, 200, "{kind:?} {forwarded:?}: {passed:?}");
        let seen = street.seen();
        let said = ["x-real-ip", "x-forwarded-for", "remote-session"].map(|name| seen.all(name).join("|"));
        assert_eq!(said, ["198.51.100.7"; 3], "{kind:?} {forwarded:?}");
        assert_eq!(seen.all("x-forwarded-proto"), ["https"], "{kind:?}");
    }
    let reached = street.echo.seen().len();
    let stranger = Visitor::plain_from([127, 0, 0, 2].into());
    for host in [APP, "auth.home.test"] {
        assert_eq!(passed_on(&stranger, &url, host, &["198.51.100.7"]).await.status, 421, "{kind:?} {host}");
    }
    assert_eq!(street.echo.seen().len(), reached, "{kind:?}: past the other proxy");
}

/// A request that a proxy before this one passes on.
async fn passed_on(from: &Visitor, url: &str, host: &str, forwarded: &[&str]) -> Answer {
    let ask = from.get(url).header("host", host).header("cookie", "__Host-ds_app=good").navigating();
    let ask = forwarded.iter().fold(ask, |ask, value| ask.header("x-forwarded-for", value));
    ask.header("x-forwarded-proto", "http").header("x-real-ip", LIE).send().await
}

async fn events_arrive_when_they_are_sent(kind: Kind) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let app = listener.local_addr().expect("an address").to_string();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = vec![0; 4096];
        let _ = stream.read(&mut request).await;
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        let _ = stream.write_all(head).await;
        let _ = stream.write_all(b"9\r\ndata: 1\n\n\r\n").await;
        // The stream stays open: what arrives, arrives while it is.
        let _ = stream.read(&mut request).await;
    });
    let street = Street::with(kind, Some(&app), Front::default()).await;
    let mut events = ask(street.proxy.address, &street.certificates, APP, &["Cookie: __Host-ds_app=good"]).await;
    assert!(events.head.starts_with("HTTP/1.1 200"), "{kind:?}: {}", events.head);
    let first = timeout(PATIENCE, events.until("data: 1")).await;
    assert!(first.is_ok(), "{kind:?}: kept back");
    served.abort();
}

fn a_page(answer: &Answer, kind: Kind) {
    let text = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    assert!(text && answer.status.is_server_error(), "{kind:?}: {answer:?}");
    assert!(answer.body.contains("<h1>") && answer.body.contains("Try again</a>"), "{kind:?}: {answer:?}");
    assert!(answer.body.contains("<style>") && !answer.body.contains("http"), "it stands alone: {answer:?}");
    assert!(!answer.body.contains("<center>nginx"), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
}

async fn people_see_a_page_when_the_app_or_doorstep_does_not_answer(kind: Kind) {
    let mut street = Street::with(kind, Some("127.0.0.1:9"), Front::default()).await;
    a_page(&street.ask("/").send().await, kind);
    street.gate.take().expect("it is there").end().await;
    for path in ["/", "/.doorstep/callback?code=x", "/%2e%2e%2f"] {
        let answer = street.ask(path).send().await;
        if answer.status != 400 {
            a_page(&answer, kind);
        }
    }
    a_page(&street.visitor.get("https://auth.home.test/login").send().await, kind);
}

async fn what_an_app_answers_passes_as_it_is(kind: Kind) {
    for status in [401, 403, 404, 500, 502, 503] {
        let app = doorstep_e2e::loopback::Loopback::serve(doorstep_e2e::loopback::anywhere(), move |_| async move {
            doorstep_e2e::loopback::answer(status, "text/plain", "the app's own")
        })
        .await;
        let street = Street::with(kind, Some(&app.address.to_string()), Front::default()).await;
        let answer = street.ask("/").send().await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, "the app's own"), "{kind:?}");
    }
}

async fn a_place_that_nobody_knows_stops_nobody_else(kind: Kind) {
    let street = Street::open(kind).await;
    assert_eq!(street.ask("/").send().await.status, 200, "{kind:?}");
    a_page(&street.visitor.get(&format!("https://{GHOST}/")).navigating().send().await, kind);
}

/// The status of a request in these words, over plain HTTP; 0 when there is no answer.
async fn plain(to: SocketAddr, text: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(to).await.expect("the proxy listens");
    stream.write_all(text.as_bytes()).await.expect("the proxy reads");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default(), answer)
}

async fn a_host_that_is_not_declared_is_refused(kind: Kind) {
    let street = Street::open(kind).await;
    let proxy = &street.proxy;
    let mut stream = connect(proxy.address, &street.certificates, APP).await.expect("TLS");
    let other = "GET / HTTP/1.1\r\nHost: unknown.other.test\r\nCookie: __Host-ds_app=good\r\nConnection: close\r\n\r\n";
    stream.write_all(other.as_bytes()).await.expect("the proxy reads");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(street.echo.seen(), [], "{kind:?}: {}", String::from_utf8_lossy(&answer));
    if kind != Kind::Nginx {
        return;
    }
    assert!(connect(proxy.address, &street.certificates, "unknown.other.test").await.is_err(), "no certificate");
    assert!(answer.starts_with(b"HTTP/1.1 421"), "{}", String::from_utf8_lossy(&answer));
    let named = |host: &str| format!("GET /a?b=%20c HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    assert_eq!(plain(proxy.plain, &named("unknown.other.test")).await.0, 421);
    let (status, answer) = plain(proxy.plain, &named(APP)).await;
    assert_eq!(status, 308);
    assert!(answer.contains(&format!("Location: https://{APP}/a?b=%20c\r\n")), "{answer}");
    let six = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], proxy.address.port()));
    assert!(connect(six, &street.certificates, APP).await.is_ok(), "over IPv6");
}
