//! Every state-changing request to a page must come from a page of ours: `Origin`, else `Sec-Fetch-Site`.
//!
//! Fetch standard §3.2; security row 47. Browsers send `Origin` with every POST, so no token in forms
//! is needed; the comparison is exact and includes the scheme.

use crate::{respond, state::Web};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, Method, header::ORIGIN};
use std::sync::Arc;

/// Middleware over the routes of pages.
pub(crate) async fn require_same_origin(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request.headers(), web.instance.context.rp().origin()) {
        return next.run(request).await;
    }
    // The route, for an address may hold the secret of a link.
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    tracing::warn!(route, "refused a form that did not come from a page of ours");
    respond::foreign_form(&web)
}

fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes() == own.as_bytes(),
        (Some(_), Some(_)) => false,
        // No browser leaves both out; a program without cookies of a person can do no harm.
        (None, _) => headers.get("sec-fetch-site").is_none_or(|site| site.as_bytes() == b"same-origin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_47_only_our_own_origin_may_post() {
        let own = "https://auth.example.org";
        for (origin, site, expected) in [
            (Some("https://auth.example.org"), None, true),
            (Some("https://auth.example.org"), Some("cross-site"), true),
            (Some("http://auth.example.org"), Some("same-origin"), false),
            (Some("https://auth.example.org.evil.test"), None, false),
            (Some("https://auth.example.org:443"), None, false),
            (Some("https://AUTH.example.org"), None, false),
            (Some("null"), Some("same-origin"), false),
            (Some(""), None, false),
            (None, Some("cross-site"), false),
            (None, Some("same-site"), false),
            (None, Some("none"), false),
            (None, Some("same-origin"), true),
            (None, None, true),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            assert_eq!(is_same_origin(&headers, own), expected, "{origin:?} {site:?}");
        }
        let mut two = HeaderMap::new();
        two.append(ORIGIN, own.parse().unwrap());
        two.append(ORIGIN, own.parse().unwrap());
        assert!(!is_same_origin(&two, own));
    }
}
