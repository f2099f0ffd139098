//! The answer that lets a request through: exactly 200, an empty body, and every header that a proxy copies, so that none of
//! the client's stays in its place (security row 57).

use crate::state::Web;
use axum::{body::Body, response::Response};
use doorstep_core::{
    gateway::{
        Attested, CACHE_CONTROL as NO_STORE, COPIED_HEADERS, IDENTITY_HEADERS, Person, Prepared, Stop, VARY as VARIES,
        session_id,
    },
    model::{Posture, Proved},
    secret::SecretHash,
    time::Timestamp,
};
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, VARY},
};

const IDENTITY: [HeaderName; 4] = [
    HeaderName::from_static("remote-user"),
    HeaderName::from_static("remote-groups"),
    HeaderName::from_static("remote-email"),
    HeaderName::from_static("remote-name"),
];
const SESSION: HeaderName = HeaderName::from_static("remote-session");
const ASSERTION: HeaderName = HeaderName::from_static("remote-assertion");
const EMPTY: HeaderValue = HeaderValue::from_static("");

const _: () = assert!(IDENTITY_HEADERS.len() == 4 && COPIED_HEADERS.len() == 6);

/// Lets the request of somebody through, who brought the cookie or token with this hash. Everything is empty for an app that is
/// told nothing. An app that waits for a signature gets no request without one.
pub(super) fn allow(
    web: &Web,
    prepared: &Prepared<'_>,
    (person, proved): (&Person, Option<Proved>),
    hash: &SecretHash,
    now: Timestamp,
) -> Result<Response, Stop> {
    let assertion = match prepared.host.posture {
        Posture::Portal => return Ok(passed()),
        Posture::Headers => EMPTY,
        Posture::Assertion => {
            let request = &prepared.request;
            let attested = Attested { host: &request.host, secure: request.secure, person, proved };
            let signed = web.instance.gateway.assertion(hash, attested, now).map_err(|error| {
                tracing::error!(%error, "forward auth cannot sign an assertion");
                Stop::Unavailable
            })?;
            HeaderValue::from_str(&signed).map_err(|_| Stop::Unavailable)?
        }
    };
    let mut values = person.identity().values();
    // Printable ASCII by construction; if it ever were not, an empty value claims nothing.
    let identity = IDENTITY.map(|_| values.next().and_then(|text| HeaderValue::from_str(text).ok()).unwrap_or(EMPTY));
    Ok(yes(identity, HeaderValue::try_from(session_id(hash)).unwrap_or(EMPTY), assertion))
}

/// The same as nobody: every header is there, and empty.
pub(super) fn passed() -> Response {
    yes([EMPTY; 4], EMPTY, EMPTY)
}

fn yes(identity: [HeaderValue; 4], session: HeaderValue, assertion: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.reserve(9);
    for (name, value) in IDENTITY.into_iter().zip(identity) {
        headers.insert(name, value);
    }
    headers.insert(SESSION, session);
    headers.insert(ASSERTION, assertion);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
    headers.insert(VARY, HeaderValue::from_static(VARIES));
    response
}
