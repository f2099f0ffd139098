//! `GET /.well-known/webfinger` (RFC 7033): the issuer of accounts of its own host.

use crate::{headers::Surface, state::Web};
use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use doorstep_core::oauth::webfinger::{MEDIA_TYPE, NotDescribed, describe};
use http::{
    HeaderValue, StatusCode,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
};
use std::sync::Arc;

/// Nobody has to sign in, and nothing is looked up.
pub(crate) async fn webfinger(State(web): State<Arc<Web>>, RawQuery(query): RawQuery) -> Response {
    let settings = &web.instance.context.settings;
    let (query, own) = (query.as_deref().unwrap_or_default(), settings.issuer_host());
    let described = describe(query, own, settings.issuer.as_str());
    let (status, body) = match described {
        Ok(descriptor) => (StatusCode::OK, Body::from(serde_json::to_vec(&descriptor).unwrap_or_default())),
        Err(NotDescribed::Malformed) => (StatusCode::BAD_REQUEST, Body::empty()),
        Err(NotDescribed::Elsewhere) => (StatusCode::NOT_FOUND, Body::empty()),
    };
    let found = status == StatusCode::OK;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let head = response.headers_mut();
    Surface::Public.stamp(head, web.https);
    if found {
        head.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        head.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    }
    // RFC 7033 §5
    head.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
