//! How a connection is closed on which something may wait unread.
//!
//! A socket that is closed while bytes wait there is reset, and the answer that was just sent is lost with it
//! (RFC 9112 §9.6). Whoever sends too much would learn nothing but that the connection broke. So what still comes is
//! read and thrown away, for a moment and within bounds.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    sync::oneshot,
    time::{Instant, timeout, timeout_at},
};

const LONGEST: Duration = Duration::from_secs(1);
const MOST: usize = 4 * 1024 * 1024;

/// A stream that comes back when whoever it was lent to is done with it.
pub(crate) struct Lent<S: Unpin>(Option<(S, oneshot::Sender<S>)>);

/// Where it comes back.
pub(crate) struct Owner<S>(oneshot::Receiver<S>);

/// Lends `stream`.
pub(crate) fn lend<S: Unpin>(stream: S) -> (Lent<S>, Owner<S>) {
    let (back, owner) = oneshot::channel();
    (Lent(Some((stream, back))), Owner(owner))
}

impl<S: AsyncRead + AsyncWrite + Unpin> Owner<S> {
    /// Closes the stream; `unread` when it is known that not all was read that was sent.
    pub(crate) async fn close(self, unread: bool) {
        let Ok(mut stream) = self.0.await else { return };
        let end = Instant::now() + LONGEST;
        let mut rest = [0; 8192];
        let patience = if unread { LONGEST } else { Duration::ZERO };
        if !matches!(timeout(patience, stream.read(&mut rest)).await, Ok(Ok(1..))) {
            return;
        }
        let goes_on = async {
            stream.shutdown().await?;
            let mut most = MOST;
            while most > 0 {
                match stream.read(&mut rest).await? {
                    0 => break,
                    read => most = most.saturating_sub(read),
                }
            }
            io::Result::Ok(())
        };
        if !matches!(timeout_at(end, goes_on).await, Ok(Ok(()))) {
            tracing::debug!("a connection was closed before all of it was read");
        }
    }
}

impl<S: Unpin> Drop for Lent<S> {
    fn drop(&mut self) {
        if let Some((stream, back)) = self.0.take() {
            // Nobody waits for it: then it is closed.
            drop(back.send(stream));
        }
    }
}

impl<S: Unpin> Lent<S> {
    /// It is there until it is dropped.
    fn stream(self: Pin<&mut Self>) -> io::Result<Pin<&mut S>> {
        let there = self.get_mut().0.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        Ok(Pin::new(&mut there.0))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lent<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lent<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.as_ref().is_some_and(|(stream, _)| stream.is_write_vectored())
    }
}
