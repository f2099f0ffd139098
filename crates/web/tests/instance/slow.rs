//! Clients that take their time, or much at once: none of them holds a place for long, or many.

use crate::running::{self, Running};
use doorstep_web::Bounds;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::timeout,
};

/// Longer than a slow machine takes for a first byte.
const SHORT: Duration = Duration::from_secs(4);
const LONG: Duration = Duration::from_mins(10);
/// Far more than any of it takes, and far less than `LONG`.
const PLENTY: Duration = Duration::from_mins(1);

const WHOLE: &str = "GET /login HTTP/1.1\r\nhost: auth.example.org\r\n\r\n";
const HALF_A_HEAD: &str = "GET /login HTTP/1.1\r\nhost: auth.exam";
const HALF_A_BODY: &str = "POST /token HTTP/1.1\r\nhost: auth.example.org\r\ncontent-type: \
                           application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\ngrant_type=";

/// A connection from an address that is nobody's proxy, which says nothing: waits until the server has ended it.
async fn until_the_silent_are_left_standing(at: SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut silent = socket.connect(at).await.unwrap();
    let ended = timeout(PLENTY, silent.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "who says nothing is waited for");
}

/// Sends `parts`, waiting for an answer after each but the last, and returns what came until the end.
async fn say(at: SocketAddr, parts: &[&str]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let mut received = Vec::new();
    for (nth, part) in parts.iter().enumerate() {
        if nth > 0 {
            assert!(stream.read_buf(&mut received).await.unwrap() > 0, "an answer to {:?}", parts[nth - 1]);
        }
        stream.write_all(part.as_bytes()).await.unwrap();
    }
    // Closed with or without a reset: what counts is that it is closed.
    let ended = timeout(PLENTY, stream.read_to_end(&mut received)).await;
    assert!(ended.is_ok(), "the connection is still open after {parts:?}");
    String::from_utf8_lossy(&received).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn security_106_whoever_says_half_a_request_is_left_standing() {
    let bounds = Bounds { stranger: SHORT, answer: LONG, proxy: LONG, ..Bounds::default() };
    let running = running::within(bounds, false).await;
    let all = [
        &[""][..],
        &["G"],
        &[HALF_A_HEAD],
        &["PRI * HTTP/2.0\r\n"],
        &["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
        &["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"],
        &[WHOLE, ""],
        &[WHOLE, HALF_A_HEAD],
    ];
    // All at once: each takes its time.
    let at = running.at;
    let said = all.map(|parts| async move { (parts, say(at, parts).await) });
    for (parts, received) in said.into_iter().collect::<JoinSet<_>>().join_all().await {
        assert_eq!(received.contains("HTTP/1.1 200 OK"), parts.len() > 1, "{parts:?} {received}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_106_a_body_that_does_not_come_is_not_waited_for() {
    let bounds = Bounds { stranger: LONG, answer: SHORT, proxy: LONG, ..Bounds::default() };
    let running = running::within(bounds, true).await;
    let received = say(running.at, &[HALF_A_BODY]).await;
    // Not 408, which invites to send it again at once.
    assert!(received.starts_with("HTTP/1.1 503 "), "{received}");
    assert!(received.to_ascii_lowercase().contains("\r\nretry-after: 5\r\n"), "{received}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_may_keep_a_connection() {
    let bounds = Bounds { stranger: SHORT, proxy: LONG, answer: LONG, ..Bounds::default() };
    let running = running::within(bounds, true).await;
    let mut stream = TcpStream::connect(running.at).await.unwrap();
    for _ in 0..2 {
        let mut received = Vec::new();
        stream.write_all(WHOLE.as_bytes()).await.unwrap();
        while !received.ends_with(b"</html>") {
            assert!(timeout(PLENTY, stream.read_buf(&mut received)).await.unwrap().unwrap() > 0);
        }
        // Silent for longer than a stranger may be.
        until_the_silent_are_left_standing(running.at).await;
        assert!(timeout(Duration::ZERO, stream.read_u8()).await.is_err(), "the connection stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_take_all_places() {
    let bounds = Bounds { stranger: LONG, per_address: 3, ..Bounds::default() };
    let running = running::within(bounds, false).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(running.at).await.unwrap();
        stream.write_all(WHOLE.as_bytes()).await.unwrap();
        assert!(timeout(PLENTY, stream.read_u8()).await.unwrap().is_ok());
        held.push(stream);
    }
    let is_served = async || {
        let mut stream = TcpStream::connect(running.at).await.unwrap();
        stream.write_all(WHOLE.as_bytes()).await.is_ok() && timeout(PLENTY, stream.read_u8()).await.unwrap().is_ok()
    };
    assert!(!is_served().await, "a fourth one is closed");
    held.pop();
    let again = timeout(PLENTY, async {
        while !is_served().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(again.await.is_ok(), "a place that was given back can be taken");
}

/// RFC 9113 §3.4 and §6.5: the preface and empty settings.
const H2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// RFC 9113 §6.2 and RFC 7541: the head of `POST /token` on stream 1, without END_STREAM.
const H2_HEAD: &[u8] = b"\0\0\x1c\x01\x04\0\0\0\x01\x83\x86\x04\x06/token\x01\x10auth.example.org";
/// One byte of its body.
const H2_DRIP: &[u8] = b"\0\0\x01\0\0\0\0\0\x01x";

#[tokio::test(flavor = "multi_thread")]
async fn security_106_a_body_that_trickles_on_http2_has_its_time_and_no_more() {
    for (answer, answered) in [(SHORT, true), (LONG, false)] {
        let bounds = Bounds { stranger: SHORT, answer, proxy: LONG, ..Bounds::default() };
        let running = running::within(bounds, false).await;
        let mut stream = TcpStream::connect(running.at).await.unwrap();
        stream.write_all(&[H2, H2_HEAD].concat()).await.unwrap();
        let (mut reads, mut writes) = stream.into_split();
        let dripping = tokio::spawn(async move {
            while writes.write_all(H2_DRIP).await.is_ok() {
                tokio::time::sleep(SHORT / 10).await;
            }
        });
        let mut received = Vec::new();
        let patience = if answered {
            PLENTY
        } else {
            until_the_silent_are_left_standing(running.at).await;
            Duration::ZERO
        };
        let ended = timeout(patience, reads.read_to_end(&mut received)).await;
        dripping.abort();
        // A request that is being answered within its time is not cut by the time for those who say nothing.
        assert_eq!(ended.is_ok(), answered, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_106_a_strangers_connection_has_few_streams_and_a_proxys_many() {
    for (trusted, streams) in [(false, 8), (true, 128)] {
        let running = running::within(Bounds::default(), trusted).await;
        let mut stream = TcpStream::connect(running.at).await.unwrap();
        stream.write_all(H2).await.unwrap();
        let mut received = Vec::new();
        // RFC 9113 §6.5.2: SETTINGS_MAX_CONCURRENT_STREAMS and SETTINGS_INITIAL_WINDOW_SIZE.
        for setting in [[0, 3, 0, 0, 0, streams], [0, 4, 0, 1, 0, 0]] {
            while !received.windows(6).any(|bytes| bytes == setting) {
                let more = timeout(PLENTY, stream.read_buf(&mut received)).await;
                assert!(more.unwrap().unwrap() > 0, "{setting:?} in {received:?}");
                assert!(received.len() < 4096, "{setting:?} in {received:?}");
            }
        }
    }
}

/// RFC 9113 §6.9: what all streams of a connection may send before it is read, as told at its beginning.
async fn window(running: &Running) -> u32 {
    let mut stream = TcpStream::connect(running.at).await.unwrap();
    stream.write_all(&[H2, H2_PING].concat()).await.unwrap();
    let (mut received, mut window, mut answered) = (Vec::new(), 65_535, 0);
    while answered < 3 {
        while let Some(head) = received.first_chunk::<9>() {
            let length = usize::from(head[1]) * 256 + usize::from(head[2]);
            let Some(frame) = received.get(..9 + length).map(<[u8]>::to_vec) else { break };
            received.drain(..frame.len());
            match frame[3] {
                8 if frame[5..9] == [0; 4] => window += u32::from_be_bytes(frame[9..13].try_into().unwrap()),
                6 => {
                    answered += 1;
                    stream.write_all(H2_PING).await.unwrap();
                }
                _ => {}
            }
        }
        assert!(timeout(PLENTY, stream.read_buf(&mut received)).await.unwrap().unwrap() > 0);
    }
    window
}

const H2_PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0any ping";

#[tokio::test(flavor = "multi_thread")]
async fn security_106_all_streams_of_a_stranger_share_what_one_may_send_unread() {
    for (trusted, bytes) in [(false, 65_535), (true, 128 * 64 * 1024)] {
        let running = running::within(Bounds::default(), trusted).await;
        assert_eq!(window(&running).await, bytes, "{trusted}");
    }
}

/// What a request whose body has no length of its own is answered before the body: 100 when it may be sent (RFC 9110
/// §10.1.1), 503 when it would be too much. The connection stays open with it.
async fn before_a_body(at: SocketAddr) -> (u16, TcpStream) {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let expect = "transfer-encoding: chunked\r\nexpect: 100-continue";
    let begin = HALF_A_BODY.replace("content-length: 1000", expect).replace("grant_type=", "");
    stream.write_all(begin.as_bytes()).await.unwrap();
    let mut received = [0; 12];
    timeout(PLENTY, stream.read_exact(&mut received)).await.unwrap().unwrap();
    (String::from_utf8_lossy(&received[9..]).parse().unwrap(), stream)
}

/// A body without a length may become as long as any that is read: the bound leaves room for one such request.
#[tokio::test(flavor = "multi_thread")]
async fn security_106_one_address_holds_so_many_bytes_whatever_its_connections() {
    let bounds = Bounds { answer: LONG, bytes_per_address: 100_000, ..Bounds::default() };
    for http2 in [true, false] {
        let running = running::within(bounds, false).await;
        let until = async |status: u16, holds: bool| {
            let reached = timeout(PLENTY, async {
                loop {
                    let first = if http2 && holds {
                        let mut stream = TcpStream::connect(running.at).await.unwrap();
                        stream.write_all(&[H2, H2_HEAD, H2_DRIP].concat()).await.unwrap();
                        Some(stream)
                    } else if holds {
                        Some(before_a_body(running.at).await.1)
                    } else {
                        None
                    };
                    // On HTTP/2 nobody hears which of the two came first: then both begin anew.
                    if before_a_body(running.at).await.0 == status {
                        return first;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
            reached.await.unwrap_or_else(|_| panic!("never {status}, HTTP/2: {http2}"))
        };
        let held = until(503, true).await;
        // Who brings little is served all the same, and what is given back can be taken.
        let whole = WHOLE.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        assert!(say(running.at, &[&whole]).await.contains(" 200 "));
        assert_eq!(before_a_body(running.at).await.0, 503);
        drop(held);
        until(100, false).await;
    }
    let running = running::within(bounds, true).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        let (status, stream) = before_a_body(running.at).await;
        assert_eq!(status, 100, "a trusted proxy speaks for many");
        all.push(stream);
    }
}
