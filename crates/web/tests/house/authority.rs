//! HTTP/2 has no `Host`: the name stands in `:authority` (RFC 9113 §8.3.1).

use crate::running::{self, Running};
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper::{body::Bytes, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

async fn get(running: &Running, authority: &str, path: &str) -> StatusCode {
    let stream = TcpStream::connect(running.at).await.unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get(format!("https://{authority}{path}")).body(Empty::<Bytes>::new()).unwrap();
    let status = sender.send_request(request).await.unwrap().status();
    connection.abort();
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn security_74_over_http_2_the_house_answers_under_its_own_name_only() {
    let running = running::empty().await;
    for (authority, path, status) in [
        ("auth.example.org", "/login", 200),
        ("auth.example.org:443", "/login", 200),
        ("auth.example.org", "/authorize", 400),
        ("auth.example.org", "/jwks", 200),
        ("evil.test", "/login", 421),
        ("auth.example.org:8443", "/login", 421),
    ] {
        assert_eq!(get(&running, authority, path).await, status, "{authority}{path}");
    }
}
