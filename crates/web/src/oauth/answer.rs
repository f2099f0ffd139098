//! Answers to programs: JSON, and nothing that a person would read.

use super::status::status_of;
use crate::headers::Surface;
use axum::{body::Body, response::Response};
use doorstep_core::oauth::error::OAuthError;
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

/// How many seconds somebody waits who met a busy server (RFC 9110 §10.2.3).
pub(super) const BUSY_FOR: HeaderValue = HeaderValue::from_static("2");

/// A JSON document.
pub(super) fn json(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// RFC 6749 §5.2.
pub(super) fn error_json(status: StatusCode, error: &OAuthError) -> Response {
    json(status, Body::from(serde_json::to_vec(error).unwrap_or_default()))
}

/// The answer of an endpoint that programs ask, when the database does not answer.
pub(super) fn unavailable(https: bool) -> Response {
    let error = OAuthError::TEMPORARILY_UNAVAILABLE;
    let mut response = error_json(status_of(error.code()), &error);
    Surface::Data.stamp(response.headers_mut(), https);
    response.headers_mut().insert(RETRY_AFTER, BUSY_FOR);
    response
}
