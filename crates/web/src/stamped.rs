//! Headers of answers that nobody has given any: data, redirects, and what the framework answers by itself.

use crate::{headers::Surface, state::Web};
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderValue,
    header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS},
};
use std::sync::Arc;

/// Answers of data are stamped here. Those that the framework makes by itself (405, 413, 400) lose their
/// text: a person has no use for it.
pub(crate) async fn stamp_what_has_nothing(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_text = |value: &HeaderValue| value.as_bytes().starts_with(b"text/plain");
    if response.headers().get(CONTENT_TYPE).is_some_and(is_text) {
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(CONTENT_TYPE);
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    let is_redirect = response.headers().contains_key(LOCATION);
    if is_redirect || !response.headers().contains_key(X_CONTENT_TYPE_OPTIONS) {
        Surface::Data.stamp(response.headers_mut(), web.https);
    }
    response
}
