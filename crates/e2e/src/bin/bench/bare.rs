//! What Doorstep is held against: the least that axum can do, an app that says ok, and a stand-in for Doorstep that lets everybody in.

use axum::{
    Router,
    body::{Body, Bytes},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full};
use std::{convert::Infallible, net::SocketAddr};

/// What the stand-in says of everybody: as much as Doorstep says of a person.
const IDENTITY: [(&str, &str); 8] = [
    ("remote-user", "person-1234"),
    ("remote-groups", "users"),
    ("remote-email", "person-1234@example.org"),
    ("remote-name", "Person 1234"),
    ("remote-session", "4hd72kd9sk3jf8sl"),
    ("remote-assertion", ""),
    ("cache-control", "no-store"),
    ("vary", "Cookie, Authorization, Accept, Sec-Fetch-Mode"),
];

/// Serves at `address` until the process ends.
pub(crate) fn serve(address: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let router = Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/fa/forward", any(yes))
            .route("/fa/nginx", any(yes))
            .route("/fa/envoy/{*path}", any(yes))
            .route("/envoy.service.auth.v3.Authorization/Check", post(yes_by_grpc))
            .fallback(any(|| async { "ok" }));
        let listener = tokio::net::TcpListener::bind(address).await.expect("a free address");
        axum::serve(listener, router).await.expect("it serves");
    });
}

async fn yes() -> Response {
    let mut response = Response::new(Body::empty());
    for (name, value) in IDENTITY {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// A `CheckResponse` without a field is a yes: its `status.code` is 0, which is OK.
async fn yes_by_grpc() -> Response {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let message = Bytes::from_static(&[0; 5]);
    let body = Full::new(message).with_trailers(async { Some(Ok::<_, Infallible>(trailers)) });
    ([("content-type", "application/grpc")], Body::new(body)).into_response()
}
