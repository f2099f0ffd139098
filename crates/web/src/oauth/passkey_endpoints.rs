//! `GET /.well-known/passkey-endpoints` (W3C, A Well-Known URL for Relying Party Passkey Endpoints): where passkeys are
//! made and managed.

use super::public_preflight;
use crate::{headers::Surface, state::Web};
use axum::{Json, extract::State, response::IntoResponse, response::Response};
use doorstep_core::ceremony::PasskeyEndpoints;
use http::{
    HeaderValue, StatusCode,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL},
};
use std::sync::Arc;

/// Nobody has to sign in, and nothing is looked up.
pub(crate) async fn passkey_endpoints(State(web): State<Arc<Web>>) -> Response {
    told(&web.instance.context.settings.issuer, web.https)
}

/// Its preflight, as that of the other public documents.
pub(crate) async fn passkey_preflight(State(web): State<Arc<Web>>) -> Response {
    public_preflight(&web)
}

fn told(issuer: &str, https: bool) -> Response {
    let Some(endpoints) = PasskeyEndpoints::of(issuer) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Json(endpoints).into_response();
    let head = response.headers_mut();
    Surface::Public.stamp(head, https);
    head.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    head.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_without_https_has_none() {
        assert_eq!(told("https://auth.example.org", true).status(), StatusCode::OK);
        assert_eq!(told("http://localhost:8480", false).status(), StatusCode::NOT_FOUND);
    }
}
