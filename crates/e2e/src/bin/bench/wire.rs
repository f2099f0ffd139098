//! HTTP/1.1 as a load generator needs it: a request that is rendered already goes out, one answer comes in.
//!
//! Knows `Content-Length` and nothing else. No pipelining: the next request leaves when the answer is complete.

use std::{net::SocketAddr, str};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const ROOM: usize = 64 * 1024;

/// A connection that is kept alive.
pub(crate) struct Wire {
    stream: TcpStream,
    room: Vec<u8>,
}

/// An answer, in the connection's own buffer.
pub(crate) struct Answer<'a> {
    /// The status code.
    pub(crate) status: &'a [u8],
    /// Status line and headers.
    pub(crate) head: &'a [u8],
    /// The body.
    pub(crate) body: &'a [u8],
}

impl Wire {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server takes connections");
        stream.set_nodelay(true).expect("a socket without delay");
        Self { stream, room: vec![0; ROOM] }
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Answer<'_> {
        match self.exchange(request).await {
            Ok((head, total)) => {
                let (head, body) = self.room[..total].split_at(head);
                Answer { status: &head[9..12], head, body }
            }
            Err(what) => {
                panic!("{what}; asked for {}", text(request.split(|b| *b == b'\r').next().unwrap_or_default()))
            }
        }
    }

    /// Where the head of the answer ends and where all of it does; or what went wrong.
    async fn exchange(&mut self, request: &[u8]) -> Result<(usize, usize), String> {
        self.stream.write_all(request).await.map_err(|error| format!("the server does not read: {error}"))?;
        let (mut filled, mut shape) = (0, None);
        loop {
            let read = self.stream.read(&mut self.room[filled..]).await;
            let read = read.map_err(|error| format!("the server does not answer: {error}"))?;
            if read == 0 {
                return Err(format!("the server closed the connection after {:?}", text(&self.room[..filled])));
            }
            filled += read;
            shape = shape.or_else(|| shape_of(&self.room[..filled]));
            match shape {
                Some((_, total)) if filled > total => return Err("more came than one answer".to_owned()),
                Some((head, total)) if filled == total => return Ok((head, total)),
                _ => {}
            }
        }
    }
}

impl Answer<'_> {
    /// Panics unless the status is `expected`.
    pub(crate) fn must_be(&self, expected: &str) {
        assert!(self.status == expected.as_bytes(), "not {expected}: {}{}", text(self.head), text(self.body));
    }

    /// The value of a header whose name is given in lower case, with its colon.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = str::from_utf8(self.head).ok()?.split("\r\n");
        lines.find_map(|line| {
            let (given, value) = line.split_at_checked(name.len())?;
            given.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Where the head ends and where the whole answer does, once the head is complete.
fn shape_of(received: &[u8]) -> Option<(usize, usize)> {
    let head = received.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let (mut length, mut line) = (0, 0);
    while line < head {
        let end = received[line..head].iter().position(|byte| *byte == b'\n').map_or(head, |at| line + at + 1);
        if let Some(value) = after(&received[line..end], b"content-length:") {
            length = text(value).trim().parse().expect("a length is a number");
        }
        assert!(after(&received[line..end], b"transfer-encoding:").is_none(), "an answer without a length");
        line = end;
    }
    Some((head, head + length))
}

fn after<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (given, value) = line.split_at_checked(name.len())?;
    given.eq_ignore_ascii_case(name).then_some(value)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
