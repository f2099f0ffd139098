//! Our cookies as headers: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, never a `Domain`.
//!
//! Security §2.1. Reading is `doorstep_core::gateway::cookie`: two copies are none. `Secure` is always
//! set; browsers take plain http on loopback for secure (Secure Contexts §3.1), which a demo needs.

use doorstep_core::{
    gateway::cookie,
    secret::{Token, TokenKind},
    time::Ttl,
};
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

/// The value of one of our cookies, if there is exactly one well-formed copy of the right kind.
pub(crate) fn read(headers: &HeaderMap, kind: TokenKind) -> Option<Token> {
    let values = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    Token::parse(kind, cookie::read(values, name(kind)?)?)
}

/// Whether a cookie of this name came at all, well formed or not: then it can be cleared.
pub(crate) fn came(headers: &HeaderMap, kind: TokenKind) -> bool {
    let Some(name) = name(kind) else { return false };
    headers
        .get_all(COOKIE)
        .iter()
        .any(|value| value.as_bytes().windows(name.len()).any(|window| window == name.as_bytes()))
}

/// Adds `Set-Cookie` for a value.
pub(crate) fn set(headers: &mut HeaderMap, token: &Token, max_age: Ttl) {
    let Some(name) = name(token.kind()) else { return };
    let text = format!(
        "{name}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
        token.expose(),
        max_age.seconds().max(0)
    );
    if let Ok(mut value) = HeaderValue::from_str(&text) {
        value.set_sensitive(true);
        headers.append(SET_COOKIE, value);
    }
}

/// Adds `Set-Cookie` that ends a cookie.
pub(crate) fn clear(headers: &mut HeaderMap, kind: TokenKind) {
    let Some(name) = name(kind) else { return };
    let text = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

const fn name(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::Session => Some(cookie::SESSION),
        TokenKind::Login => Some(cookie::LOGIN),
        TokenKind::App => Some(cookie::APP),
        TokenKind::Relay => Some(cookie::RELAY),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::entropy::Entropy;

    #[test]
    fn security_40_cookies_are_host_only_and_locked_down() {
        for kind in [TokenKind::Session, TokenKind::Login, TokenKind::App, TokenKind::Relay] {
            let token = Token::random(kind, &mut Entropy::seeded(1));
            let mut headers = HeaderMap::new();
            set(&mut headers, &token, Ttl::from_minutes(15));
            clear(&mut headers, kind);
            for value in headers.get_all(SET_COOKIE) {
                let text = value.to_str().unwrap();
                assert!(text.starts_with("__Host-ds_"), "{text}");
                for part in ["; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Lax;"] {
                    assert!(text.contains(part), "{text} lacks {part}");
                }
                assert!(!text.to_lowercase().contains("domain"), "{text}");
            }
        }
    }

    #[test]
    fn security_64_a_cookie_comes_back_once_and_of_its_kind_or_not_at_all() {
        let token = Token::random(TokenKind::Session, &mut Entropy::seeded(1));
        let value = token.expose();
        for (line, found) in [
            (format!("a=b; __Host-ds_session={value}; c=d"), true),
            (format!("__Host-ds_session={value}; __Host-ds_session={value}"), false),
            (format!("ds_session={value}"), false),
            (format!("__Host-ds_login={value}"), false),
            ("__Host-ds_session=garbage".to_owned(), false),
            (format!("__Host-ds_session={}", "x".repeat(8192)), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&line).unwrap());
            assert_eq!(read(&headers, TokenKind::Session).is_some(), found, "{line}");
        }
    }
}
