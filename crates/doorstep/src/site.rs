//! A small HTTP server for a few answers: used before the instance is open, and for the demo's sample apps.
//!
//! The instance itself is served by `doorstep-web`; nothing here guards or signs anything.

use doorstep_web::{Listener, TlsSource};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;

/// A request.
pub(crate) type Request = http::Request<Incoming>;
/// A response.
pub(crate) type Response = http::Response<Full<bytes::Bytes>>;

const MAX_CONNECTIONS: usize = 256;
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers on `listener` for as long as it is polled.
pub(crate) async fn serve<A, F>(listener: Arc<Listener>, tls: TlsSource, answer: A)
where
    A: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = match listener.as_ref() {
            Listener::Tcp(tcp) => tcp.accept().await.map(|(stream, _)| Stream::Tcp(stream)),
            Listener::Unix(unix) => unix.accept().await.map(|(stream, _)| Stream::Unix(stream)),
        };
        let Ok(stream) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (answer, tls) = (answer.clone(), tls());
        tokio::spawn(async move {
            match (stream, tls) {
                (Stream::Tcp(stream), None) => connection(stream, answer).await,
                (Stream::Tcp(stream), Some(tls)) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, tls.accept(stream)).await {
                        connection(stream, answer).await;
                    }
                }
                (Stream::Unix(stream), _) => connection(stream, answer).await,
            }
            drop(place);
        });
    }
}

enum Stream {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream),
}

async fn connection<S, A, F>(stream: S, answer: A)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let service = service_fn(move |request| {
        let answer = answer.clone();
        async move { Ok::<_, Infallible>(answer(request).await) }
    });
    let mut builder = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
    // One answer for each connection: the next one goes to the server that listens then.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE).keep_alive(false);
    builder.http2().timer(TokioTimer::new());
    // A client that went away does not wait for an answer.
    let _ = tokio::time::timeout(PATIENCE, builder.serve_connection(TokioIo::new(stream), service)).await;
}

/// An answer of plain text.
pub(crate) fn text(status: http::StatusCode, body: &'static str) -> Response {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, http::HeaderValue::from_static("nosniff"));
    response
}
