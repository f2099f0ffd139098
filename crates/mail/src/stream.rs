//! The connection as the SMTP library is given it: encrypted already where it is to be, with a greeting in front where the
//! server gave its own before the encryption began.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// RFC 3207 §4.2: after STARTTLS both begin anew, and the server does not greet again. The library waits for a greeting.
const AGAIN: &[u8] = b"220 encrypted\r\n";

/// A connection, and what is read before anything of it.
pub(crate) struct Stream {
    way: Way,
    first: &'static [u8],
    peer: SocketAddr,
}

enum Way {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub(crate) const fn plain(tcp: TcpStream, peer: SocketAddr) -> Self {
        Self { way: Way::Plain(tcp), first: b"", peer }
    }

    /// Encrypted; `greeted` when the server greeted before that.
    pub(crate) fn encrypted(tls: TlsStream<TcpStream>, peer: SocketAddr, greeted: bool) -> Self {
        Self { way: Way::Tls(Box::new(tls)), first: if greeted { AGAIN } else { b"" }, peer }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let (now, later) = self.first.split_at(self.first.len().min(into.remaining()));
            into.put_slice(now);
            self.first = later;
            return Poll::Ready(Ok(()));
        }
        match &mut self.way {
            Way::Plain(tcp) => Pin::new(tcp).poll_read(cx, into),
            Way::Tls(tls) => Pin::new(tls).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.way {
            Way::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Way::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Way::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Way::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

/// The library wants it; what travels is not shown.
impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
