//! `GET` and `POST /userinfo`: OpenID Connect Core §5.3. And who may read answers across origins.

use super::token::authorization;
use crate::{headers::Surface, state::Web};
use axum::{body::Body, extract::State, response::Response};
use bytes::Bytes;
use doorstep_app::tokens::UserInfoError;
use doorstep_core::{model::ClientAuthMethod, oauth::userinfo::BearerError};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, ORIGIN,
        VARY, WWW_AUTHENTICATE,
    },
};
use std::sync::Arc;

/// The UserInfo endpoint.
pub(crate) async fn userinfo(State(web): State<Arc<Web>>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let form = (method == Method::POST && is_form(&headers) && !body.is_empty()).then_some(&body[..]);
    let answered = match authorization(&headers) {
        Ok(header) => web.instance.tokens.userinfo(header, form).await,
        Err(_) => Err(BearerError::Invalid.into()),
    };
    let mut response = Response::new(Body::empty());
    match answered {
        Ok(claims) => {
            *response.body_mut() = Body::from(serde_json::to_vec(&claims).unwrap_or_default());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Err(UserInfoError::Bearer(error)) => {
            *response.status_mut() = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
            let challenge = HeaderValue::from_static(error.www_authenticate());
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        Err(UserInfoError::Internal(error)) => {
            tracing::error!(%error, "userinfo could not be answered");
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    Surface::Data.stamp(response.headers_mut(), web.https);
    allow_origin(&web, &headers, response.headers_mut());
    response
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

/// Security §2.2: pages of a public client may read the answer; nobody else's.
pub(super) fn allow_origin(web: &Web, request: &HeaderMap, headers: &mut HeaderMap) {
    let Some(origin) = request.get(ORIGIN) else { return };
    let Ok(text) = origin.to_str() else { return };
    let snapshot = web.instance.snapshot();
    let of_public_client = snapshot.clients().any(|client| {
        client.enabled
            && client.auth_method == ClientAuthMethod::None
            && client.redirect_uris.iter().any(|uri| is_origin_of(text, uri))
    });
    if of_public_client {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    }
}

fn is_origin_of(origin: &str, uri: &str) -> bool {
    origin.starts_with("http") && uri.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The answer to a CORS preflight at `/token`, `/userinfo` and `/revoke`.
pub(crate) async fn preflight(State(web): State<Arc<Web>>, request: HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Surface::Data.stamp(response.headers_mut(), web.https);
    allow_origin(&web, &request, response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_the_whole_beginning_of_an_address() {
        for (origin, uri, expected) in [
            ("https://a.test", "https://a.test/cb", true),
            ("https://a.test", "https://a.test", true),
            ("https://a.test", "https://a.test.evil/cb", false),
            ("https://a.tes", "https://a.test/cb", false),
            ("https://a.test:8443", "https://a.test/cb", false),
            ("null", "null:///x", false),
            ("", "https://a.test", false),
        ] {
            assert_eq!(is_origin_of(origin, uri), expected, "{origin} {uri}");
        }
    }
}
