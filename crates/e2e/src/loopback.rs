//! A small HTTP server within the test process, for the neighbours that we write ourselves.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

/// A server on loopback that ends with this value.
pub struct Loopback {
    /// Where it listens.
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Loopback {
    /// Serves `answer` at `address`, to which port 0 means any free one.
    pub async fn serve<F, R>(address: SocketAddr, answer: F) -> Self
    where
        F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
        R: Future<Output = Response<String>> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.expect("the address is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        let answer = Arc::new(answer);
        let accepting = tokio::spawn(async move {
            // Dropped with the task, and every open connection with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                    let answer = Arc::clone(&answer);
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
                        let response = answer(Request::from_parts(head, body)).await;
                        Ok::<_, Infallible>(response.map(|text| Full::new(Bytes::from(text))))
                    }
                });
                while connections.try_join_next().is_some() {}
                connections.spawn(async move {
                    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, accepting }
    }

    /// Ends it: nobody is served any more when this returns.
    pub async fn end(mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Any free port on loopback.
pub fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A response with a content type.
pub fn answer(status: u16, content_type: &str, body: impl Into<String>) -> Response<String> {
    Response::builder()
        .status(status)
        .header("content-type", content_type)
        .body(body.into())
        .expect("status and content type are well formed")
}

/// A redirect that a browser follows with GET.
pub fn redirect(location: &str) -> Response<String> {
    Response::builder()
        .status(303)
        .header("location", location)
        .body(String::new())
        .expect("a location is a header value")
}
