//! `GET` and `POST /userinfo`: OpenID Connect Core §5.3.

use super::{cors::allow_origin, status::status_of, token::authorization};
use crate::{headers::Surface, state::Web};
use axum::{body::Body, extract::State, response::Response};
use bytes::Bytes;
use doorstep_app::tokens::UserInfoError;
use doorstep_core::oauth::userinfo::BearerError;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, WWW_AUTHENTICATE},
};
use std::sync::Arc;

/// The UserInfo endpoint.
pub(crate) async fn userinfo(State(web): State<Arc<Web>>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let form = (method == Method::POST && is_form(&headers) && !body.is_empty()).then_some(&body[..]);
    let answered = match authorization(&headers) {
        Ok(header) => web.instance.tokens.userinfo(header, form).await,
        Err(_) => Err(BearerError::Unreadable.into()),
    };
    let mut response = Response::new(Body::empty());
    match answered {
        Ok(claims) => {
            *response.body_mut() = Body::from(serde_json::to_vec(&claims).unwrap_or_default());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Err(UserInfoError::Bearer(error)) => {
            *response.status_mut() = error.code().map_or(StatusCode::UNAUTHORIZED, status_of);
            let challenge = HeaderValue::from_static(error.www_authenticate());
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        Err(UserInfoError::Internal(error)) => {
            tracing::error!(%error, "userinfo could not be answered");
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    Surface::Data.stamp(response.headers_mut(), web.https);
    allow_origin(&web, &headers, response.headers_mut()).await;
    response
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}
