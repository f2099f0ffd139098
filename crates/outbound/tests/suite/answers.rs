//! Servers that are slow, endless or odd, and what a request looks like to them.

use crate::server::{Script, Server};
use doorstep_core::secret::Secret;
use doorstep_outbound::{Cause, Error, OperatorUrl, Outbound, Request, Settings, Stage};
use http::{HeaderValue, header};
use std::time::Duration;
use tokio::{net::TcpStream, task::JoinSet};

/// For tests of time. All others get what a request gets by itself.
const SOON: Duration = Duration::from_secs(2);

fn outbound() -> Outbound {
    Outbound::new(Settings::default()).unwrap()
}

fn get(server: &Server) -> Request {
    Request::get(OperatorUrl::parse(&server.url("/")).unwrap())
}

async fn answered(script: Script) -> Result<String, Error> {
    let server = Server::start(move |_| script.clone()).await;
    let answer = outbound().send(get(&server).at_most(1000)).await?;
    Ok(String::from_utf8(answer.body().to_vec()).unwrap())
}

#[tokio::test]
async fn a_slow_server_gets_so_much_time_and_no_more() {
    let tick = Duration::from_millis(10);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n";
    let table = [
        (Script::say("").then_silence(), Stage::Head),
        (Script::say("HTTP/1.1 200 OK\r\n").then_again("a: b\r\n", tick), Stage::Head),
        (Script::say("").then_again("HTTP/1.1 100 Continue\r\n\r\n", tick), Stage::Head),
        (Script::say(head).then_silence(), Stage::Body),
        (Script::say(head).then_again("x", tick), Stage::Body),
    ];
    // All at once: each takes its time.
    let asked = table.map(|(script, expected)| async move {
        let server = Server::start(move |_| script.clone()).await;
        let error = outbound().send(get(&server).within(SOON)).await.unwrap_err();
        let Cause::TooSlow { stage, within } = error.cause() else { panic!("{error}") };
        assert_eq!((*stage, *within), (expected, SOON));
        assert!(error.passes());
    });
    asked.into_iter().collect::<JoinSet<()>>().join_all().await;
}

#[tokio::test]
async fn a_body_gets_so_much_room_and_no_more() {
    let sized = |size: usize| Script::ok(&"x".repeat(size));
    let until_closed = |size: usize| Script::say(format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(size)));
    assert_eq!(answered(sized(1000)).await.unwrap().len(), 1000);
    assert_eq!(answered(until_closed(1000)).await.unwrap().len(), 1000);

    let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000));
    let chunked = Script::say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    let too_large = [
        sized(1001),
        until_closed(1001),
        Script::say("HTTP/1.1 200 OK\r\ncontent-length: 9000000000\r\n\r\n").then_silence(),
        Script::say("HTTP/1.1 200 OK\r\n\r\n").then_again("x".repeat(500), Duration::ZERO),
        chunked.then_again(chunk, Duration::ZERO),
    ];
    for script in too_large {
        let error = answered(script).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::BodyTooLarge { limit: 1000 }) && !error.passes(), "{error}");
    }
}

#[tokio::test]
async fn headers_get_so_much_room_and_no_more() {
    let begin = "HTTP/1.1 200 OK\r\n";
    let huge = format!("{begin}a: {}\r\n\r\n", "x".repeat(1_000_000));
    let large = |size: usize| format!("{begin}content-length: 2\r\na: {}\r\n\r\nok", "x".repeat(size));
    let many = |number: usize| format!("{begin}content-length: 2\r\n{}\r\nok", "a: b\r\n".repeat(number - 1));
    for script in [
        Script::say(huge),
        Script::say(large(17 * 1024)),
        Script::say(many(81)),
        Script::say(format!("{begin}a: ")).then_again("x".repeat(1000), Duration::ZERO),
        Script::say(begin).then_again("a: b\r\n".repeat(50), Duration::ZERO),
    ] {
        let error = answered(script).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::HeadTooLarge), "{error:?}");
    }
    for enough in [large(15 * 1024), many(80)] {
        assert_eq!(answered(Script::say(enough)).await.unwrap(), "ok");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_none() {
    for text in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    ] {
        let error = answered(Script::say(text)).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::Broken(_)), "{text:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_none() {
    let text = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nab";
    let error = answered(Script::say(text)).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Compressed), "{error}");
}

#[tokio::test]
async fn where_nobody_listens_is_said() {
    let gone = Server::start(|_| Script::ok("")).await;
    let (request, at) = (get(&gone), gone.at);
    drop(gone);
    while TcpStream::connect(at).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let error = outbound().send(request).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Unreachable { .. }) && error.passes(), "{error}");
}

#[tokio::test]
async fn the_request_says_what_was_asked_for() {
    let server = Server::start(|_| Script::ok("")).await;
    let url = OperatorUrl::parse(&server.url("/a b?c=d&e={f}#g")).unwrap();
    let request = Request::post(url, "application/x-www-form-urlencoded", "logout_token=x")
        .accept("application/json")
        .header(header::HOST, HeaderValue::from_static("other.example"))
        .header(header::CONTENT_LENGTH, HeaderValue::from_static("3"))
        .header(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))
        .bearer(&Secret::new("ds_word".to_owned()))
        .unwrap();
    outbound().send(request).await.unwrap();
    let head = server.heads().remove(0);
    let mut lines: Vec<&str> = head.trim_end().lines().collect();
    lines.sort_unstable();
    let host = format!("host: {}", server.at);
    let agent = concat!("user-agent: Doorstep/", env!("CARGO_PKG_VERSION"));
    let expected = [
        "POST /a%20b?c=d&e={f} HTTP/1.1",
        "accept-encoding: identity",
        "accept: application/json",
        "authorization: Bearer ds_word",
        "connection: close",
        "content-length: 14",
        "content-type: application/x-www-form-urlencoded",
        host.as_str(),
        agent,
    ];
    assert_eq!(lines, expected);
}

/// Environment variables cannot be set in a test, so that the test above runs again in a process that has them.
#[tokio::test]
async fn proxies_of_the_environment_are_not_used() {
    let trap = Server::trap("127.0.0.1:0").await;
    let proxy = format!("http://{}", trap.at);
    let mut again = tokio::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "answers::the_request_says_what_was_asked_for"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(name, &proxy);
    }
    let output = again.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn two_requests_at_a_time_go_to_one_server() {
    let server = Server::start(|_| Script::say("").then_silence()).await;
    let outbound = outbound();
    let mut first = JoinSet::new();
    for _ in 0..2 {
        let (outbound, request) = (outbound.clone(), get(&server).within(Duration::from_mins(1)));
        first.spawn(async move { outbound.send(request).await });
    }
    while server.connections() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let third = outbound.send(get(&server).within(SOON)).await.unwrap_err();
    assert!(matches!(third.cause(), Cause::TooSlow { stage: Stage::Turn, .. }), "{third}");
    assert_eq!(server.connections(), 2);
    // Whatever is given up gives its turn back.
    first.shutdown().await;
    let fourth = outbound.send(get(&server).within(SOON)).await.unwrap_err();
    assert!(matches!(fourth.cause(), Cause::TooSlow { stage: Stage::Head, .. }), "{fourth}");
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn neither_an_error_nor_debug_shows_a_query_a_header_or_a_body() {
    let server = Server::start(|_| {
        Script::say("HTTP/1.1 500 No\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n\"hushhush")
    })
    .await;
    let url = OperatorUrl::parse(&server.url("/path?hush=1")).unwrap();
    let request = Request::post(url, "text/plain", "hush").bearer(&Secret::new("hush".to_owned())).unwrap();
    let asked = format!("{request:?}");
    let answer = outbound().send(request).await.unwrap();
    let answered = format!("{answer:?}");
    let not_json = answer.json::<String>().unwrap_err();
    let not_well = answer.success().unwrap_err();
    let shown = format!("{asked} {answered} {not_json} {not_json:?} {not_well} {not_well:?}");
    assert!(shown.contains("/path") && shown.contains("500") && !shown.contains("hush"), "{shown}");
    assert!(not_well.passes() && !not_json.passes());
}
