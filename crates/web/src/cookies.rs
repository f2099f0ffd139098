//! Our cookies as headers: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, never a `Domain`.
//!
//! Security §2.1. Reading is `doorstep_core::gateway::cookie`: two copies are none. `Secure` is always
//! set; browsers take plain http on loopback for secure (Secure Contexts §3.1), which a demo needs.

use doorstep_core::{
    gateway::cookie,
    model::login_cookie_tag,
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_words::Language;
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use std::borrow::Cow;

/// The value of one of our cookies, if there is exactly one well-formed copy of the right kind.
pub(crate) fn read(headers: &HeaderMap, kind: TokenKind) -> Option<Token> {
    let values = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    Token::parse(kind, cookie::read(values, fixed_name(kind)?)?)
}

/// Every login cookie: well formed, and under the name that belongs to its value.
pub(crate) fn read_login(headers: &HeaderMap) -> Vec<Token> {
    let values: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let token =
        |(name, value): (&str, &str)| Token::parse(TokenKind::Login, value).filter(|token| name_of(token) == name);
    cookie::read_family(&values, cookie::LOGIN).into_iter().filter_map(token).collect()
}

/// Whether a cookie of this name came at all, well formed or not: then it can be cleared.
pub(crate) fn came(headers: &HeaderMap, kind: TokenKind) -> bool {
    let Some(name) = fixed_name(kind) else { return false };
    headers
        .get_all(COOKIE)
        .iter()
        .any(|value| value.as_bytes().windows(name.len()).any(|window| window == name.as_bytes()))
}

/// Adds `Set-Cookie` for a value.
pub(crate) fn set(headers: &mut HeaderMap, token: &Token, max_age: Ttl) {
    let name = name_of(token);
    if name.is_empty() {
        return;
    }
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
    if let Some(name) = fixed_name(kind) {
        clear_named(headers, name);
    }
}

/// Adds `Set-Cookie` that ends one login cookie.
pub(crate) fn clear_login(headers: &mut HeaderMap, token: &Token) {
    clear_named(headers, &name_of(token));
}

/// The language that the person chose, as a tag that may be anything.
pub(crate) fn language<'a>(lines: impl IntoIterator<Item = &'a HeaderValue>) -> Option<&'a str> {
    cookie::read(lines.into_iter().map(HeaderValue::as_bytes), cookie::LANGUAGE)
}

/// Keeps the language that the person chose, or forgets that one was.
pub(crate) fn set_language(headers: &mut HeaderMap, chosen: Option<Language>) {
    let (value, age) = chosen.map_or(("", 0), |language| (language.tag(), A_YEAR));
    let text = format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age}", cookie::LANGUAGE);
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

/// In seconds.
const A_YEAR: u32 = 365 * 24 * 60 * 60;

/// Notes for a minute that a late sign-in was led to its page.
pub(crate) fn mark_late(headers: &mut HeaderMap, tag: &str) {
    let text = format!("{}{tag}=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60", cookie::LATE);
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

/// Whether that was just done.
pub(crate) fn is_marked_late(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    cookie::read(values, &format!("{}{tag}", cookie::LATE)).is_some()
}

fn clear_named(headers: &mut HeaderMap, name: &str) {
    let text = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

/// Each login cookie has a name of its own, so that none takes another's place.
fn name_of(token: &Token) -> Cow<'static, str> {
    match token.kind() {
        TokenKind::Login => format!("{}{}", cookie::LOGIN, login_cookie_tag(token)).into(),
        kind => fixed_name(kind).unwrap_or_default().into(),
    }
}

const fn fixed_name(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::Session => Some(cookie::SESSION),
        TokenKind::Browser => Some(cookie::BROWSER),
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
        for kind in [TokenKind::Session, TokenKind::Browser, TokenKind::Login, TokenKind::App, TokenKind::Relay] {
            let token = Token::random(kind, &mut Entropy::seeded(1));
            let mut headers = HeaderMap::new();
            set(&mut headers, &token, Ttl::from_minutes(15));
            clear(&mut headers, kind);
            mark_late(&mut headers, "0a1b2c3d4e5f");
            set_language(&mut headers, Some(Language::Chinese));
            set_language(&mut headers, None);
            clear_login(&mut headers, &Token::random(TokenKind::Login, &mut Entropy::seeded(2)));
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

    #[test]
    fn security_64_login_cookies_have_names_of_their_own_and_each_comes_back_once() {
        let [one, other] = [1, 2].map(|seed| Token::random(TokenKind::Login, &mut Entropy::seeded(seed)));
        let pair = |name: &Token, value: &Token| format!("{}={}", name_of(name), value.expose());
        let (one_pair, other_pair) = (pair(&one, &one), pair(&other, &other));
        for (line, found) in [
            (format!("{one_pair}; a=b; {other_pair}"), vec![&one, &other]),
            (format!("{one_pair}; {other_pair}; {one_pair}"), vec![&other]),
            (pair(&one, &other), vec![]),
            (format!("__Host-ds_login={}", one.expose()), vec![]),
            (format!("__Host-ds_login_={}", one.expose()), vec![]),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&line).unwrap());
            let read: Vec<_> = read_login(&headers).iter().map(|token| token.expose().to_owned()).collect();
            assert_eq!(read, found.iter().map(|token| token.expose()).collect::<Vec<_>>(), "{line}");
        }
    }
}
