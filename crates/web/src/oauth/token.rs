//! `POST /token` (RFC 6749 §3.2), `POST /device_authorization` (RFC 8628 §3.1) and `POST /revoke` (RFC 7009).

use super::{
    answer::{BUSY_FOR, error_json, json},
    cors::allow_origin,
    status::status_of,
};
use crate::{extract::Visitor, former::AskedUnder, headers::Surface, state::Web};
use axum::{Extension, body::Body, extract::State, response::Response};
use bytes::Bytes;
use doorstep_app::{cache::TooMany, tokens::TokenError};
use doorstep_core::oauth::error::OAuthError;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
};
use std::sync::Arc;

/// The token endpoint.
pub(crate) async fn token(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    under: Option<Extension<AskedUnder>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let former = under.map(|Extension(AskedUnder(issuer))| web.instance.tokens.under(&issuer));
    let tokens = former.as_ref().unwrap_or(&web.instance.tokens);
    let answered = match form(&headers).and_then(|()| authorization(&headers)) {
        Ok(header) => tokens.token(header, &body, (&visitor.caller, &visitor.source)).await,
        Err(error) => Err(error.into()),
    };
    let response = match answered {
        Ok(text) => json(StatusCode::OK, Body::from(text)),
        Err(error) => refused(error),
    };
    finish(&web, &headers, response).await
}

/// The device authorization endpoint.
pub(crate) async fn device_authorization(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answered = match form(&headers).and_then(|()| authorization(&headers)) {
        Ok(header) => web.instance.tokens.authorize_device(header, &body, (&visitor.caller, &visitor.source)).await,
        Err(error) => Err(error.into()),
    };
    let response = match answered {
        Ok(text) => json(StatusCode::OK, Body::from(text)),
        Err(error) => refused(error),
    };
    finish(&web, &headers, response).await
}

/// The revocation endpoint.
pub(crate) async fn revoke(State(web): State<Arc<Web>>, visitor: Visitor, headers: HeaderMap, body: Bytes) -> Response {
    let answered = match form(&headers).and_then(|()| authorization(&headers)) {
        Ok(header) => web.instance.tokens.revoke(header, &body, (&visitor.caller, &visitor.source)).await,
        Err(error) => Err(error.into()),
    };
    let response = match answered {
        Ok(()) => json(StatusCode::OK, Body::empty()),
        Err(error) => refused(error),
    };
    finish(&web, &headers, response).await
}

/// RFC 6749 §3.2: parameters come in a form body. A missing content type is forgiven, another is not.
fn form(headers: &HeaderMap) -> Result<(), OAuthError> {
    let is_form = headers.get(CONTENT_TYPE).is_none_or(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    });
    if is_form { Ok(()) } else { Err(OAuthError::NOT_A_FORM) }
}

/// The one Authorization header, if there is one.
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, OAuthError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| OAuthError::UNREADABLE_HEADER),
        (Some(_), Some(_)) => Err(OAuthError::UNREADABLE_HEADER),
    }
}

fn refused(error: TokenError) -> Response {
    let (error, challenge) = match error {
        TokenError::Client(error) => (error.error(), error.www_authenticate()),
        TokenError::TooMany(too_many) => return later(too_many),
        TokenError::Refused(error) => (error, None),
        TokenError::Params(error) => (error.error(), None),
        TokenError::Internal(error) => {
            tracing::error!(%error, "a token request could not be answered");
            (if error.is_busy() { OAuthError::TEMPORARILY_UNAVAILABLE } else { OAuthError::SERVER_ERROR }, None)
        }
    };
    let mut response = error_json(status_of(error.code()), &error);
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, BUSY_FOR);
    }
    if let Some(challenge) = challenge {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// The answer to a program that asked under another name than the issuer's (RFC 9110 §15.5.20). A person gets a
/// page; a program reads this in its log.
pub(crate) async fn wrong_host(web: &Web, request: &HeaderMap) -> Response {
    finish(web, request, error_json(StatusCode::MISDIRECTED_REQUEST, &OAuthError::WRONG_HOST)).await
}

/// RFC 6585 §4.
fn later(too_many: TooMany) -> Response {
    let mut response = error_json(StatusCode::TOO_MANY_REQUESTS, &OAuthError::TOO_MANY_FAILURES);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(too_many.seconds()));
    response
}

async fn finish(web: &Web, request: &HeaderMap, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.reserve(8);
    Surface::Data.stamp(headers, web.https);
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    allow_origin(web, request, headers).await;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_app::error::InternalError;
    use doorstep_store::StoreError;

    #[test]
    fn who_meets_a_busy_server_is_told_when_to_come_back() {
        let internal = |error: InternalError| TokenError::from(error);
        for (error, status, wait) in [
            (internal(StoreError::Busy.into()), 503, Some("2")),
            (OAuthError::TEMPORARILY_UNAVAILABLE.into(), 503, Some("2")),
            (internal(InternalError::Missing("a key")), 500, None),
            (OAuthError::NOT_A_FORM.into(), 400, None),
        ] {
            let response = refused(error);
            let reported = response.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap_or_default());
            assert_eq!((response.status().as_u16(), reported), (status, wait));
        }
    }
}
