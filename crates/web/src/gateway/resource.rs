//! How a refused program learns what to send: the challenges in an answer's head, and the document that they point to, on the
//! app's own host.

use super::relay::{app_host, other};
use crate::{
    headers::Surface,
    state::{Peer, Web},
};
use axum::response::{IntoResponse, Json, Response};
use doorstep_core::gateway::{Answer, Dialect, Invitation, Kind, Prepared, ResourceMetadata, Verdict};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ALLOW, WWW_AUTHENTICATE},
    request::Parts,
};

/// What nginx does not pass on from the answer to its question: it takes one challenge from a 401, and none from a 403. The
/// generated configuration makes a challenge of it again.
const FURTHER: HeaderName = HeaderName::from_static("x-doorstep-challenge");

/// Writes the challenges of a refusal.
pub(super) fn invite<S>(
    head: &mut HeaderMap,
    (dialect, answer): (Dialect, &Answer),
    prepared: &Prepared<'_>,
    verdict: &Verdict<S>,
) {
    let Some(invitation) = Invitation::of(answer, prepared, verdict) else { return };
    let mut lines = invitation.lines().filter_map(|line| HeaderValue::from_str(line).ok());
    let Some(first) = lines.next() else { return };
    head.insert(WWW_AUTHENTICATE, first.clone());
    let mut further = lines.next();
    match dialect {
        Dialect::Nginx => {}
        Dialect::NginxRefusal => {
            if answer.kind == Kind::Forbidden {
                further = Some(first);
            }
            head.extend(further.map(|line| (FURTHER, line)));
        }
        Dialect::Forward | Dialect::Envoy | Dialect::EnvoyGrpc => {
            if let Some(line) = further {
                head.append(WWW_AUTHENTICATE, line);
            }
        }
    }
}

/// The document about the app on whose host it is asked for. Nobody has to sign in to read it: it says nothing that a refusal
/// does not.
pub(crate) async fn resource(web: &Web, peer: Peer, parts: &Parts) -> Response {
    let host = match app_host(web, peer, &parts.headers).await {
        Ok(host) => host,
        Err(elsewhere) => return elsewhere.answer(web),
    };
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return (http::StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let issuer = &web.instance.context.settings.issuer;
    let Some(document) = ResourceMetadata::of(&host, issuer) else { return other() };
    let mut response = Json(document).into_response();
    // No HSTS: on an app's host it would speak for the app.
    Surface::Data.stamp(response.headers_mut(), false);
    response
}
