//! An HTTP proxy that knows one way: whatever name under `.test` a program asks for by `CONNECT`, it reaches the test's
//! own proxy, and nothing else is reached at all.
//!
//! Programs of any language take it from `HTTPS_PROXY`, where their resolver cannot be told a name.

use crate::loopback::anywhere;
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// The longest head of a request.
const HEAD: usize = 8_192;

/// A tunnel that ends with this value.
pub struct Tunnel {
    /// Where it listens.
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Tunnel {
    /// Leads to `proxy`.
    pub async fn to(proxy: SocketAddr) -> Self {
        let listener = TcpListener::bind(anywhere()).await.expect("a loopback port is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                connections.spawn(carry(stream, proxy));
            }
        });
        Self { address, accepting }
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(mut from: TcpStream, proxy: SocketAddr) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD {
        head.push(from.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let host = head.strip_prefix("CONNECT ").and_then(|rest| rest.split([':', ' ']).next()).unwrap_or_default();
    if host.rsplit_once('.').is_none_or(|(_, root)| root != "test") {
        return from.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
    }
    let mut to = TcpStream::connect(proxy).await?;
    from.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    copy_bidirectional(&mut from, &mut to).await.map(drop)
}
