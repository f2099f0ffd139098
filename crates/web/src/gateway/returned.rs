//! What an answer that lets a request through says about headers of the client's: which cookies the app may have.
//!
//! Our own cookies are not for apps: whoever reads them could use them to be the person. Proxies that cannot edit a
//! `Cookie` header take it from the answer.

use doorstep_core::gateway::{Dialect, cookie};
use http::{HeaderMap, HeaderName, HeaderValue, header::COOKIE};

/// Envoy removes what is listed here from the request.
const REMOVED: HeaderName = HeaderName::from_static("x-envoy-auth-headers-to-remove");

/// `Cookie` without ours; left out when nothing else is there, which Envoy must be told in another way.
pub(super) fn cookies(dialect: Dialect, asked: &HeaderMap, answer: &mut HeaderMap) {
    if !dialect.returns_cookies() || !asked.contains_key(COOKIE) {
        return;
    }
    let values = asked.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes);
    match cookie::of_the_app(values).and_then(|kept| HeaderValue::from_bytes(&kept).ok()) {
        Some(kept) => {
            answer.insert(COOKIE, kept);
        }
        None if dialect.removes_by_name() => {
            answer.insert(REMOVED, HeaderValue::from_static("cookie"));
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookies_never_reach_the_app() {
        for (dialect, sent, kept, removed) in [
            (Dialect::Forward, Some("a=1; __Host-ds_app=x; b=2"), Some("a=1; b=2"), None),
            (Dialect::Forward, Some("__Host-ds_app=x"), None, None),
            (Dialect::Forward, None, None, None),
            (Dialect::Envoy, Some("a=1; __Host-ds_app=x"), Some("a=1"), None),
            (Dialect::Envoy, Some("__Host-ds_app=x"), None, Some("cookie")),
            (Dialect::Envoy, None, None, None),
            (Dialect::EnvoyGrpc, Some("__Host-ds_app=x; __Host-ds_relay=y"), None, Some("cookie")),
            (Dialect::Nginx, Some("a=1; __Host-ds_app=x"), None, None),
        ] {
            let mut asked = HeaderMap::new();
            if let Some(sent) = sent {
                asked.insert(COOKIE, HeaderValue::from_static(sent));
            }
            let mut answer = HeaderMap::new();
            cookies(dialect, &asked, &mut answer);
            let value = |name: &HeaderName| answer.get(name).map(|value| value.to_str().unwrap());
            assert_eq!((value(&COOKIE), value(&REMOVED)), (kept, removed), "{dialect:?} {sent:?}");
        }
    }
}
