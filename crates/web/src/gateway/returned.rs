//! What an answer that lets a request through says about headers of the client's: which cookies the app may have, and what of
//! `Authorization` is the app's.
//!
//! Our own cookies and tokens are not for apps: whoever reads them could use them to be the person. Proxies that cannot edit
//! such a header take it from the answer, as they do the identity headers.

use doorstep_core::gateway::{Dialect, cookie};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{AUTHORIZATION, COOKIE},
};

/// Envoy removes what is listed here from the request.
pub(crate) const REMOVED: HeaderName = HeaderName::from_static("x-envoy-auth-headers-to-remove");

/// `ours` says whether `Authorization` was Doorstep's.
pub(super) fn hand_on((dialect, asked): (Dialect, &HeaderMap), ours: bool, answer: &mut HeaderMap) {
    authorization(dialect, asked, ours, answer);
    cookies(dialect, asked, answer);
}

/// The app's own as it came. Of ours an empty value, so that proxies that only *set* what an answer has take the client's away
/// as well. Where the client sent none, none is there.
fn authorization(dialect: Dialect, asked: &HeaderMap, ours: bool, answer: &mut HeaderMap) {
    if !ours {
        for line in asked.get_all(AUTHORIZATION) {
            answer.append(AUTHORIZATION, line.clone());
        }
    } else if dialect.removes_by_name() {
        answer.append(REMOVED, HeaderValue::from_static("authorization"));
    } else {
        answer.insert(AUTHORIZATION, HeaderValue::from_static(""));
    }
}

/// `Cookie` without ours; left out when nothing else is there, which Envoy must be told in another way.
fn cookies(dialect: Dialect, asked: &HeaderMap, answer: &mut HeaderMap) {
    if !dialect.returns_cookies() || !asked.contains_key(COOKIE) {
        return;
    }
    let values = asked.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes);
    match cookie::of_the_app(values).and_then(|kept| HeaderValue::from_bytes(&kept).ok()) {
        Some(kept) => {
            answer.insert(COOKIE, kept);
        }
        None if dialect.removes_by_name() => {
            answer.append(REMOVED, HeaderValue::from_static("cookie"));
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values<'a>(answer: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
        answer.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    #[test]
    fn our_cookies_never_reach_the_app() {
        for (dialect, sent, kept, removed) in [
            (Dialect::Forward, Some("a=1; __Host-ds_app=x; b=2"), &["a=1; b=2"][..], &[][..]),
            (Dialect::Forward, Some("__Host-ds_app=x"), &[], &[]),
            (Dialect::Forward, None, &[], &[]),
            (Dialect::Envoy, Some("a=1; __Host-ds_app=x"), &["a=1"], &[]),
            (Dialect::Envoy, Some("__Host-ds_app=x"), &[], &["cookie"]),
            (Dialect::Envoy, None, &[], &[]),
            (Dialect::EnvoyGrpc, Some("__Host-ds_app=x; __Host-ds_relay=y"), &[], &["cookie"]),
            (Dialect::Nginx, Some("a=1; __Host-ds_app=x"), &[], &[]),
        ] {
            let mut asked = HeaderMap::new();
            asked.extend(sent.map(|sent| (COOKIE, HeaderValue::from_static(sent))));
            let mut answer = HeaderMap::new();
            hand_on((dialect, &asked), false, &mut answer);
            assert_eq!(
                (values(&answer, &COOKIE), values(&answer, &REMOVED)),
                (kept.to_vec(), removed.to_vec()),
                "{sent:?}"
            );
        }
    }

    #[test]
    fn the_apps_authorization_comes_back_and_ours_does_not() {
        for (dialect, lines, ours, expected, removed) in [
            (Dialect::Forward, &[][..], false, &[][..], &[][..]),
            (Dialect::Forward, &["Bearer x"], false, &["Bearer x"], &[]),
            (Dialect::Nginx, &["Bearer x", "Basic eDp5"], false, &["Bearer x", "Basic eDp5"], &[]),
            (Dialect::Nginx, &["Bearer ds_pat_x"], true, &[""], &[]),
            (Dialect::Forward, &["Bearer ds_pat_x", "Bearer x"], true, &[""], &[]),
            (Dialect::Envoy, &["Bearer x"], false, &["Bearer x"], &[]),
            (Dialect::Envoy, &["Bearer ds_pat_x"], true, &[], &["authorization"]),
            (Dialect::EnvoyGrpc, &["Bearer ds_pat_x"], true, &[], &["authorization"]),
        ] {
            let mut asked = HeaderMap::new();
            asked.extend(lines.iter().map(|line| (AUTHORIZATION, HeaderValue::from_static(line))));
            let mut answer = HeaderMap::new();
            hand_on((dialect, &asked), ours, &mut answer);
            let said = (values(&answer, &AUTHORIZATION), values(&answer, &REMOVED));
            assert_eq!(said, (expected.to_vec(), removed.to_vec()), "{dialect:?} {lines:?}");
        }
    }
}
