//! Who may read answers across origins, and the preflights that browsers ask first. Fetch standard §3.2, §4.8.
//!
//! Discovery and keys are for any page; everything else for pages of public clients
//! ([`doorstep_core::oauth::cors`]). No answer is given with cookies.

use crate::{headers::Surface, state::Web};
use axum::{body::Body, extract::State, response::Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
    },
};
use std::sync::Arc;

/// Lets a page of a public client read the answer; nobody else's. Security §2.2.
pub(super) async fn allow_origin(web: &Web, request: &HeaderMap, headers: &mut HeaderMap) {
    let Some(origin) = request.get(ORIGIN) else { return };
    let Ok(text) = origin.to_str() else { return };
    // Who may read is as fresh as what is read; without the database nobody may.
    if web.instance.caches.is_origin(text).await.unwrap_or(false) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    }
}

/// The answer to a preflight at `/token`, `/userinfo` and `/revoke`.
pub(crate) async fn preflight(State(web): State<Arc<Web>>, request: HeaderMap) -> Response {
    let mut response = nothing(&web);
    allow_origin(&web, &request, response.headers_mut()).await;
    response
}

/// The answer to a preflight for discovery and keys, which some libraries ask for with headers of their own.
pub(crate) fn public_preflight(web: &Web) -> Response {
    let mut response = nothing(web);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*, authorization"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}

fn nothing(web: &Web) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Surface::Data.stamp(response.headers_mut(), web.https);
    response
}
