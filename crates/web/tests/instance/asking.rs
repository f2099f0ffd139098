//! Questions as they come over the wire from proxies that cannot be had here, or that ask with the client's own request line:
//! Traefik 3.7.9, Envoy, and what makes gateways of Kubernetes of it. Cases of the reference, forward-auth.md §5.

use crate::{browser::Browser, person, running, running::Running};
use reqwest::Method;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

pub(crate) const HOST: &str = "wiki.example.org";

/// What came back: status, and the headers in lower case.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) head: String,
}

impl Said {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

pub(crate) fn said(running: &Running, question: &str) -> Said {
    let mut stream = TcpStream::connect(running.at).unwrap();
    stream.write_all(question.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut piece).unwrap();
        assert_ne!(read, 0, "it hung up after {answer:?} to {question}");
        answer.extend_from_slice(&piece[..read]);
    }
    let text = String::from_utf8_lossy(&answer).into_owned();
    let head = text.split("\r\n\r\n").next().unwrap().replace('\r', "");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let (line, headers) = head.split_once('\n').unwrap_or((&head, ""));
    let headers: Vec<_> = headers
        .lines()
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            format!("{}: {value}", name.to_lowercase())
        })
        .collect();
    Said { status, head: format!("{line}\n{}\n", headers.join("\n")) }
}

/// Always GET without a body; what the client sent without what belongs to a connection, and six headers of Traefik's own.
fn traefik(client: &[&str], method: &str, host: &str, uri: &str) -> String {
    let client: String = client.iter().flat_map(|line| [*line, "\r\n"]).collect();
    format!(
        "GET /fa/forward HTTP/1.1\r\nHost: doorstep:8480\r\nUser-Agent: Mozilla/5.0\r\n{client}Accept-Encoding: gzip\r\n\
         X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-Method: {method}\r\nX-Forwarded-Port: 443\r\n\
         X-Forwarded-Proto: https\r\nX-Forwarded-Uri: {uri}\r\n\r\n"
    )
}

pub(crate) const WINDOW: [&str; 3] = ["Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
pub(crate) const SCRIPT: [&str; 3] = ["Accept: application/json", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"];
/// `Upgrade` and `Connection` are gone, the key stays.
pub(crate) const SOCKET: [&str; 2] = ["Sec-Websocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-Websocket-Version: 13"];

/// The cookie of somebody who is signed in at the guarded host.
pub(crate) async fn inside(running: &Running) -> String {
    running.guard().await;
    let (mut ada, mut at_app) = (person::ada(running).await.0, running.browser());
    let headers = [
        ("x-forwarded-host", HOST),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/page"),
        ("accept", "text/html"),
    ];
    let start = at_app.send(Method::GET, "/fa/forward", &headers, None).await.header("location").to_owned();
    let code = ada.get(start.strip_prefix("https://auth.example.org").unwrap()).await.location().to_owned();
    let code = code.strip_prefix("https://wiki.example.org").unwrap().to_owned();
    at_app.send(Method::GET, &code, &headers[..2], None).await;
    app_cookie(&at_app)
}

fn app_cookie(at_app: &Browser) -> String {
    at_app
        .cookies
        .iter()
        .find(|(name, _)| *name == "__Host-ds_app")
        .map(|(name, value)| format!("{name}={value}"))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn traefik_is_answered_as_each_client_needs_it() {
    let running = running::empty().await;
    let session = format!("Cookie: theme=dark; {}; lang=en", inside(&running).await);
    let (with, alone) = (session.as_str(), session.replace("theme=dark; ", "").replace("; lang=en", ""));
    let window = |cookie: &str| [&WINDOW[..], &[cookie]].concat().iter().map(ToString::to_string).collect::<Vec<_>>();
    for (client, method, host, uri, status, located) in [
        (window("X-None: 1"), "GET", HOST, "/page", 302, true),
        (window("X-None: 1"), "POST", HOST, "/save", 303, true),
        (SCRIPT.map(String::from).to_vec(), "GET", HOST, "/api", 401, false),
        (SOCKET.map(String::from).to_vec(), "GET", HOST, "/socket", 401, false),
        (window(with), "GET", HOST, "/page", 200, false),
        (window(with), "POST", HOST, "/save", 200, false),
        (window(with), "HEAD", HOST, "/page", 200, false),
        (window(with), "OPTIONS", HOST, "/page", 200, false),
        (window(with), "GET", "WIKI.example.org.", "/page", 200, false),
        (window(with), "GET", "other.example.org", "/page", 403, false),
        (window(with), "GET", "wiki.example.org/abc?x=", "/page", 400, false),
        (window(with), "GET", HOST, "/a%2F..%2Fadmin", 400, false),
        (window("X-Forwarded-Host: other.example.org"), "GET", HOST, "/page", 400, false),
        (window("X_Forwarded_Host: wiki.example.org"), "GET", HOST, "/page", 400, false),
        (window("X-Original-URL: https://other.example.org/healthz"), "GET", HOST, "/page", 302, true),
    ] {
        let lines: Vec<&str> = client.iter().map(String::as_str).collect();
        let said = said(&running, &traefik(&lines, method, host, uri));
        assert_eq!(
            (said.status, said.header("location").is_some()),
            (status, located),
            "{method} {host}{uri}: {}",
            said.head
        );
        let user = said.header("remote-user");
        assert_eq!(user, (status == 200).then_some("ada"), "{method} {host}{uri}: {}", said.head);
        assert_eq!(said.header("cookie"), (status == 200).then_some("theme=dark; lang=en"), "what the app may have");
    }
    let said = said(&running, &traefik(&[&alone], "GET", HOST, "/page"));
    assert_eq!((said.status, said.header("cookie")), (200, None), "nothing is left for the app: {}", said.head);
}

/// Case 31, and the rest of the table as Envoy asks it: with the client's own method, path and host.
#[tokio::test(flavor = "multi_thread")]
async fn envoy_is_answered_by_forward_auth_and_by_nothing_else() {
    let running = running::empty().await;
    let session = format!("cookie: {}", inside(&running).await);
    for (method, path, host, proto, with, status) in [
        ("GET", "/page?x=/healthz", HOST, "https", true, 200),
        ("POST", "/save", HOST, "https", true, 200),
        ("OPTIONS", "/x", HOST, "https", false, 401),
        ("GET", "/page", HOST, "https", false, 401),
        ("GET", "/../healthz", HOST, "https", false, 400),
        ("GET", "/..%2Fhealthz", HOST, "https", false, 400),
        ("GET", "/healthz", HOST, "https", false, 401),
        ("GET", "/jwks", HOST, "https", false, 401),
        ("GET", "//page", HOST, "https", true, 200),
        ("GET", "/page", "auth.example.org", "https", true, 403),
        ("GET", "/page", "other.example.org", "https", true, 403),
        ("GET", "/page", HOST, "http", true, 400),
        ("GET", "/.doorstep/callback", HOST, "https", true, 403),
        ("GET", "", HOST, "https", true, 404),
    ] {
        let cookie = if with { format!("{session}\r\n") } else { String::new() };
        let question = format!(
            "{method} /fa/envoy{path} HTTP/1.1\r\nhost: {host}\r\nx-forwarded-proto: {proto}\r\nuser-agent: kube-probe/1.33\r\n\
             origin: https://evil.test\r\naccess-control-request-method: GET\r\n{cookie}content-length: 0\r\n\r\n"
        );
        let said = said(&running, &question);
        // The first branch of 404 is that the path is not a question at all.
        let status =
            if path.is_empty() { [404, 421].into_iter().find(|s| *s == said.status).unwrap_or(0) } else { status };
        assert_eq!(said.status, status, "{method} {path} at {host}: {}", said.head);
        if status == 200 {
            assert_eq!(said.header("remote-user"), Some("ada"));
            assert_eq!(said.header("x-envoy-auth-headers-to-remove"), Some("cookie"), "nothing else is left");
        }
    }
}
