//! Requests that are too large or cannot be read: each gets an answer that arrives, on each surface and in both
//! versions of HTTP.

use crate::running::{self, Running};
use reqwest::{Client, StatusCode, header::HeaderMap, redirect::Policy};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PLENTY: Duration = Duration::from_mins(1);

/// One way of each kind: forward auth, an app's host, health, documents, pages, data; with what is answered there.
const PATHS: [(&str, u16); 8] = [
    ("/fa/forward", 400),
    ("/fa/nginx", 403),
    ("/fa/nginx/refusal", 400),
    ("/.doorstep/callback", 400),
    ("/healthz", 200),
    ("/jwks", 200),
    ("/login", 200),
    ("/userinfo", 401),
];

fn fields(count: usize, length: usize) -> impl Iterator<Item = (String, String)> {
    (0..count).map(move |nth| (format!("x-f-{nth}"), "x".repeat(length)))
}

/// What a client hears that writes all before it reads.
async fn says(running: &Running, text: &str) -> String {
    let mut stream = TcpStream::connect(running.at).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    timeout(PLENTY, stream.read_to_end(&mut received)).await.unwrap().unwrap();
    String::from_utf8_lossy(&received).into_owned()
}

async fn over_http1(running: &Running, path: &str, (count, length): (usize, usize)) -> u16 {
    let fields: String =
        fields(count, length).flat_map(|(name, value)| [name, ": ".into(), value, "\r\n".into()]).collect();
    let head = format!("GET {path} HTTP/1.1\r\nhost: auth.example.org\r\nconnection: close\r\n{fields}\r\n");
    status(&says(running, &head).await)
}

fn status(received: &str) -> u16 {
    let status = received.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split(' ').next());
    status.and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no answer: {received:?}"))
}

fn http2(running: &Running) -> Client {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = Client::builder().http2_prior_knowledge().redirect(Policy::none()).no_proxy();
    client.resolve("auth.example.org", running.at).build().unwrap()
}

async fn over_http2(client: &Client, path: &str, (count, length): (usize, usize)) -> Result<StatusCode, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields(count, length) {
        headers.insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    let answer = client.get(format!("http://auth.example.org{path}")).headers(headers).send().await;
    answer.map(|answer| answer.status()).map_err(|error| format!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn security_106_a_head_that_is_too_large_is_answered_on_http1() {
    let running = running::empty().await;
    for (path, own) in PATHS {
        for (head, status) in [
            ((90, 10), own),
            ((1, 30_000), own),
            ((150, 10), 431),
            ((900, 10), 431),
            ((20_000, 10), 431),
            ((1, 70_000), 431),
            ((1, 2_000_000), 431),
        ] {
            assert_eq!(over_http1(&running, path, head).await, status, "{path} {head:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_106_a_head_that_is_too_large_is_answered_on_http2() {
    let running = running::empty().await;
    let client = http2(&running);
    for (path, own) in PATHS {
        for (head, status) in [((900, 10), own), ((1, 30_000), own), ((2000, 10), 431), ((1, 70_000), 431)] {
            let answer = over_http2(&client, path, head).await;
            assert_eq!(answer.map(|status| status.as_u16()), Ok(status), "{path} {head:?}");
        }
        // RFC 9113 §7: the answer to whoever goes on without end is for the whole connection.
        for head in [(20_000, 10), (1, 2_000_000)] {
            let reported = over_http2(&client, path, head).await.unwrap_err();
            assert!(reported.contains("GoAway(") && reported.contains("Remote"), "{path} {head:?} {reported}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_cannot_be_read_is_answered() {
    let running = running::empty().await;
    for (head, expected) in [
        ("G@T / HTTP/1.1\r\nhost: auth.example.org\r\n", 400),
        ("GET / HTTP/7.1\r\nhost: auth.example.org\r\n", 400),
        ("GET / HTTP/1.1\r\nhost : auth.example.org\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: auth.example.org\r\nno colon\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: auth.example.org\r\ncontent-length: x\r\n", 400),
        (&format!("GET /{} HTTP/1.1\r\nhost: auth.example.org\r\n", "x".repeat(100_000)), 431),
    ] {
        let received = says(&running, &format!("{head}\r\n{}", "x".repeat(10_000))).await;
        assert_eq!(status(&received), expected, "{}", &head[..50.min(head.len())]);
    }
}

/// What is not read of a body does not cost the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_answered() {
    let running = running::empty().await;
    for path in ["/login", "/token", "/authorize", "/fa/forward"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: auth.example.org\r\norigin: https://auth.example.org\r\ncontent-type: \
             application/x-www-form-urlencoded\r\ncontent-length: 3000000\r\n\r\n"
        );
        let answer = status(&says(&running, &(head + &"x".repeat(3_000_000))).await);
        assert_eq!(answer, if path == "/fa/forward" { 400 } else { 413 }, "{path}");
    }
}
