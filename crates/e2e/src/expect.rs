//! What answers must look like, each under the name that the security reference gives it.

use crate::{http::Answer, person::Request};

/// A host that no test owns; an answer that leads there is a hole.
pub const EVIL: &str = "evil.test";

/// "Error page": 400, a page, no `Location`, and nothing to click that an attacker chose.
pub fn error_page(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 400, "{what}: {answer:?}");
    assert_eq!(answer.header("location"), None, "{what}");
    let page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    assert!(page, "{what}: not a page: {answer:?}");
    leads_nowhere_evil(answer, what);
}

/// Whatever it is, it leads to no address of an attacker, neither by itself nor by a click.
pub fn leads_nowhere_evil(answer: &Answer, what: &str) {
    if let Some(to) = answer.location() {
        let host = to.host_str().unwrap_or_default();
        let ours = ["home.test", "other.test", "apps.test"]
            .iter()
            .any(|root| host == *root || host.ends_with(&format!(".{root}")));
        assert!(ours && to.scheme() == "https", "{what}: leads to {to}");
    }
    let body = answer.body.to_ascii_lowercase();
    for attribute in ["href", "action", "src"] {
        for quote in ["\"", "'", ""] {
            for beginning in ["https:", "http:", "//", "/\\", "javascript:"] {
                let start = format!("{attribute}={quote}{beginning}");
                let evil =
                    body.split(&start).skip(1).any(|rest| rest.chars().take(60).collect::<String>().contains(EVIL));
                assert!(!evil, "{what}: a link to {EVIL}: {}", answer.body);
            }
        }
    }
    assert!(!body.contains("href=\"javascript:"), "{what}: {}", answer.body);
}

/// "Redirect error": 303 to the registered redirect URI with `error`, `state` and `iss`, and no code.
pub fn redirect_error(answer: &Answer, request: &Request, issuer: &str, error: &str) {
    assert_eq!(answer.status, 303, "{error}: {answer:?}");
    let to = answer.location().expect("a redirect");
    assert!(to.as_str().starts_with(&format!("{}?", request.redirect_uri)), "{error}: {to}");
    assert_eq!(answer.location_param("error").as_deref(), Some(error), "{to}");
    assert_eq!(answer.location_param("state").as_deref(), Some(request.param("state")), "{to}");
    assert_eq!(answer.location_param("iss").as_deref(), Some(issuer), "{to}");
    assert_eq!(answer.location_param("code"), None, "{to}");
}

/// A token endpoint's refusal: RFC 6749 §5.2, never to be kept.
pub fn token_error(answer: &Answer, error: &str, what: &str) {
    let status = if error == "invalid_client" { 401 } else { 400 };
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert_eq!(answer.oauth_error(), error, "{what}: {answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
}

/// A page that no other site can frame and on which no foreign script runs: security rows 49 and 52.
pub fn guarded_page(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{what}: no policy: {answer:?}"));
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{what}: {policy}");
    assert!(policy.contains("default-src 'none'") || policy.contains("script-src"), "{what}: {policy}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{what}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
}
