//! Connections: TCP or a Unix socket, plain or TLS, bounded in every direction, closed gracefully.

use crate::{
    bounds::{Activity, Counted, Crowd, weight},
    linger::{Lent, lend},
    router::{App, BODY},
    state::Peer,
};
use axum::response::IntoResponse;
use http::{HeaderName, StatusCode, header::RETRY_AFTER};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
};
use std::{future::Future, io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;

/// Where the server listens.
pub enum Listener {
    /// A TCP socket.
    Tcp(TcpListener),
    /// A Unix socket.
    Unix(UnixListener),
}

const TLS_WITHIN: Duration = Duration::from_secs(10);
const CLOSE_WITHIN: Duration = Duration::from_secs(10);
/// Apps' own cookies pass through `/fa/*`: 32 kB of headers must fit.
const HEADER_BYTES: usize = 64 * 1024;
const MAX_CONNECTIONS: usize = 4096;
/// Requests that a stranger's connection may have open at a time on HTTP/2: a page of ours needs four. All of them
/// together may send [`STREAM_BYTES`] before it is read; what is read counts in
/// [`crate::bounds::Bounds::bytes_per_address`].
const STREAMS: u32 = 8;
/// The same for a trusted proxy, which speaks for many.
const PROXY_STREAMS: u32 = 128;
/// As much as the largest body that is read.
const STREAM_BYTES: u32 = 64 * 1024;

/// The answer to what took too long. Not 408: RFC 9110 §15.5.9 invites the client to send the request again at once,
/// and a code or refresh token must not be sent twice.
const LATER: (StatusCode, [(HeaderName, &str); 1]) = (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")]);

/// The current TLS settings: replaced when the certificate's files change.
pub type TlsSource = Arc<dyn Fn() -> Option<TlsAcceptor> + Send + Sync>;

/// Serves until `stop` resolves, then lets running requests finish for ten seconds.
pub async fn serve(listener: Listener, app: App, tls: TlsSource, stop: impl Future<Output = ()> + Send) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let crowd = Arc::new(Crowd::default());
    tokio::pin!(stop);
    loop {
        let next = async { (Arc::clone(&places).acquire_owned().await, accept(&listener).await) };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let counted = match peer {
            Peer::Tcp(address) if !app.trusts(peer) => {
                let Some(counted) = crowd.enter(address.ip(), app.bounds().per_address) else { continue };
                Some(counted)
            }
            _ => None,
        };
        let (app, tls, watcher) = (app.clone(), tls(), graceful.watcher());
        tokio::spawn(async move {
            match (stream, tls) {
                (Stream::Tcp(stream), None) => connection(stream, peer, app, watcher, counted).await,
                (Stream::Tcp(stream), Some(tls)) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(TLS_WITHIN, tls.accept(stream)).await {
                        connection(stream, peer, app, watcher, counted).await;
                    }
                }
                (Stream::Unix(stream), _) => connection(stream, peer, app, watcher, counted).await,
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(CLOSE_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still running when the server stopped");
    }
}

enum Stream {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream),
}

async fn accept(listener: &Listener) -> io::Result<(Stream, Peer)> {
    match listener {
        Listener::Tcp(tcp) => {
            let (stream, address) = tcp.accept().await?;
            stream.set_nodelay(true)?;
            Ok((Stream::Tcp(stream), Peer::Tcp(address)))
        }
        Listener::Unix(unix) => {
            let (stream, _) = unix.accept().await?;
            Ok((Stream::Unix(stream), Peer::Unix))
        }
    }
}

async fn connection<S>(stream: S, peer: Peer, app: App, watcher: Watcher, counted: Option<Counted>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (lent, owner) = lend(stream);
    let unread = talk(lent, peer, app, watcher, counted).await;
    owner.close(unread).await;
}

/// Whether some of what the peer sent will certainly never be read.
async fn talk<S>(stream: Lent<S>, peer: Peer, app: App, watcher: Watcher, counted: Option<Counted>) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let bounds = app.bounds();
    let patience = if app.trusts(peer) { bounds.proxy } else { bounds.stranger };
    let builder = builder(patience, app.trusts(peer));
    let activity = Arc::new(Activity::default());
    let happens = Arc::clone(&activity);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let answering = happens.begin();
        let held = counted.as_ref().map(|counted| counted.hold(weight(&request, BODY), bounds.bytes_per_address));
        let app = app.clone();
        async move {
            if matches!(held, Some(None)) {
                return Ok(LATER.into_response());
            }
            let answered = tokio::time::timeout(bounds.answer, app.answer(peer, request)).await;
            drop((answering, held));
            answered.unwrap_or_else(|_| Ok(LATER.into_response()))
        }
    });
    let connection = watcher.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
    tokio::pin!(connection);
    loop {
        let begun = activity.begun();
        match tokio::time::timeout(patience, &mut connection).await {
            Ok(Ok(())) => return false,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a connection ended early");
                return true;
            }
            Err(_) if activity.is_idle_since(begun) => return false,
            Err(_) => {}
        }
    }
}

fn builder(patience: Duration, trusted: bool) -> auto::Builder<TokioExecutor> {
    let (streams, window) =
        if trusted { (PROXY_STREAMS, STREAM_BYTES * PROXY_STREAMS) } else { (STREAMS, STREAM_BYTES) };
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Without `pipeline_flush`: with it, the answer to a head that cannot be read is written and never sent. Head and
    // body of an answer are copied into one buffer, as it does: cheaper for small answers than handing over both.
    let mut http1 = builder.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEADER_BYTES).writev(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(64 * 1024)
        .max_concurrent_streams(streams)
        // What one stream, and all streams of a connection, may send before it is read.
        .initial_stream_window_size(STREAM_BYTES)
        .initial_connection_window_size(window)
        .keep_alive_interval(Some(patience));
    builder
}
