//! What is answered at the host of an issuer that the instance had before it moved. Pages are where the instance is now:
//! whoever opens one is sent on by a redirect of GET and HEAD alone, which is never cached, so that a move can be undone.
//! Programs that were not told of the new issuer are answered under the one that they know (`oauth`).

use crate::{
    headers::Surface,
    respond::{LONGEST_LOCATION, see_other},
    state::Web,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use doorstep_core::oauth::{authorize::ASKED_ISSUER, params::encode};
use http::{
    HeaderValue, Method, Uri,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::json;

/// A former issuer under whose host a program asks, for the handlers.
#[derive(Clone, Debug)]
pub(crate) struct AskedUnder(pub(crate) String);

/// The redirect to the same page at the present issuer; `None` for what is not a page that is opened.
pub(crate) fn to_present(web: &Web, former: &str, method: &Method, uri: &Uri) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let to = target(&web.instance.context.settings.issuer, former, (uri.path(), uri.query()))?;
    let mut response = see_other(&to);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(response)
}

/// The same path and query at the issuer, which has no path of its own: whatever follows, the host is the issuer's. An
/// authorization request says under which issuer it was made.
fn target(issuer: &str, former: &str, (path, query): (&str, Option<&str>)) -> Option<String> {
    if !path.starts_with('/') {
        return None;
    }
    let mut query = query.map(str::to_owned);
    if path == "/authorize" {
        let said = format!("{ASKED_ISSUER}={}", encode(former));
        query = Some(query.filter(|query| !query.is_empty()).map_or(said.clone(), |query| format!("{query}&{said}")));
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let to = format!("{issuer}{path}{query}");
    (to.len() <= LONGEST_LOCATION).then_some(to)
}

/// `GET /.well-known/webauthn` at a former RP ID: its passkeys may be used by pages of the present origin (WebAuthn Level 3
/// §5.11).
pub(crate) fn related_origins(web: &Web) -> Response {
    let mut response = Json(json!({ "origins": [web.instance.context.rp().origin()] })).into_response();
    let head = response.headers_mut();
    Surface::Public.stamp(head, false);
    // §5.11.1 step 3: nothing but exactly this type is read.
    head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::target;

    const NEW: &str = "https://id.example.org";
    const OLD: &str = "https://auth.example.com";

    #[test]
    fn security_11_a_former_host_leads_to_the_issuer_and_nowhere_else() {
        for (path, query, to) in [
            ("/", None, Some("https://id.example.org/")),
            ("/enrol/abc", None, Some("https://id.example.org/enrol/abc")),
            ("/login", Some("next=/account"), Some("https://id.example.org/login?next=/account")),
            ("//evil.test/", None, Some("https://id.example.org//evil.test/")),
            ("/\\evil.test", None, Some("https://id.example.org/\\evil.test")),
            ("/@evil.test", None, Some("https://id.example.org/@evil.test")),
            (".evil.test/", None, None),
            ("@evil.test/", None, None),
            ("*", None, None),
            ("", None, None),
        ] {
            assert_eq!(target(NEW, OLD, (path, query)).as_deref(), to, "{path}");
        }
        assert_eq!(target(NEW, OLD, ("/", Some(&"a".repeat(3000)))), None, "no proxy takes it");
    }

    #[test]
    fn an_authorization_request_says_under_which_issuer_it_was_made() {
        let said = "doorstep_issuer=https%3A%2F%2Fauth.example.com";
        for (query, to) in [
            (Some("client_id=a"), format!("{NEW}/authorize?client_id=a&{said}")),
            (Some(""), format!("{NEW}/authorize?{said}")),
            (None, format!("{NEW}/authorize?{said}")),
        ] {
            assert_eq!(target(NEW, OLD, ("/authorize", query)), Some(to));
        }
    }
}
