//! Whether an ID Token of an upstream is for us, for this request, and of now: OpenID Connect Core §3.1.3.7. Its signature
//! is looked at before ([`crate::jose::PublishedKeys`]).

use super::metadata::{Metadata, is_issuer_of};
use crate::time::{Timestamp, Ttl};
use serde_json::{Map, Value};

/// How far clocks may be apart.
pub const LEEWAY: Ttl = Ttl::from_seconds(60);
/// Core §2: `sub` has at most 255 ASCII characters.
const LONGEST_SUBJECT: usize = 255;

/// What the token has to agree with.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The description of the upstream.
    pub metadata: &'a Metadata,
    /// What we are called there.
    pub client_id: &'a str,
    /// What was sent with the request.
    pub nonce: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// Whom a token is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `auth_time`: when the person last proved who they are; none where that is not said.
    pub proved_at: Option<Timestamp>,
}

/// The rule that a token breaks, with its place in Core §3.1.3.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdToken {
    /// Step 2.
    #[error("its `iss` is not the issuer that was asked")]
    Issuer,
    /// Step 3: for us, and for nobody else.
    #[error("its `aud` is not this client alone")]
    Audience,
    /// Step 5.
    #[error("its `azp` is not this client")]
    AuthorizedParty,
    /// Step 9.
    #[error("it has expired, or does not say when it will")]
    Expired,
    /// Step 10, and `nbf`.
    #[error("it is not valid yet; the clocks of the two servers differ")]
    Ahead,
    /// Step 11.
    #[error("its `nonce` is not the one that was sent")]
    Nonce,
    /// §2.
    #[error("its `sub` cannot be one")]
    Subject,
    /// Step 13.
    #[error("its `auth_time` cannot be one")]
    AuthTime,
}

/// Each rule in order; then whom it is about.
pub fn check(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<Identity, BadIdToken> {
    let issuer = issuer(claims, expected)?;
    audience(claims, expected)?;
    times(claims, expected.now)?;
    nonce(claims, expected)?;
    Ok(Identity { issuer, subject: subject(claims)?, proved_at: proved_at(claims, expected.now)? })
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn issuer(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<String, BadIdToken> {
    let said = text(claims, "iss").ok_or(BadIdToken::Issuer)?;
    let fits = is_issuer_of(&expected.metadata.issuer, said, text(claims, "tid"));
    if fits { Ok(said.to_owned()) } else { Err(BadIdToken::Issuer) }
}

fn audience(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), BadIdToken> {
    let is_us = |value: &Value| value.as_str() == Some(expected.client_id);
    let fits = match claims.get("aud") {
        Some(Value::Array(all)) => all.len() == 1 && all.iter().all(is_us),
        Some(one) => is_us(one),
        None => false,
    };
    if !fits {
        return Err(BadIdToken::Audience);
    }
    if claims.get("azp").is_some_and(|azp| !is_us(azp)) { Err(BadIdToken::AuthorizedParty) } else { Ok(()) }
}

fn times(claims: &Map<String, Value>, now: Timestamp) -> Result<(), BadIdToken> {
    let at = |name: &str| claims.get(name).map(|value| seconds(value).ok_or(BadIdToken::Ahead)).transpose();
    let expires = claims.get("exp").and_then(seconds).ok_or(BadIdToken::Expired)?;
    if now >= expires + LEEWAY {
        return Err(BadIdToken::Expired);
    }
    let made = at("iat")?.ok_or(BadIdToken::Ahead)?;
    if made.max(at("nbf")?.unwrap_or(made)) > now + LEEWAY { Err(BadIdToken::Ahead) } else { Ok(()) }
}

fn nonce(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), BadIdToken> {
    if text(claims, "nonce") == Some(expected.nonce) { Ok(()) } else { Err(BadIdToken::Nonce) }
}

fn subject(claims: &Map<String, Value>) -> Result<String, BadIdToken> {
    let subject = text(claims, "sub").ok_or(BadIdToken::Subject)?;
    let fits = !subject.is_empty()
        && subject.len() <= LONGEST_SUBJECT
        && subject.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if fits { Ok(subject.to_owned()) } else { Err(BadIdToken::Subject) }
}

/// Never later than now: the clock there may be ahead.
fn proved_at(claims: &Map<String, Value>, now: Timestamp) -> Result<Option<Timestamp>, BadIdToken> {
    let Some(said) = claims.get("auth_time").filter(|value| !value.is_null()) else { return Ok(None) };
    let at = seconds(said).filter(|at| *at <= now + LEEWAY).ok_or(BadIdToken::AuthTime)?;
    Ok(Some(at.min(now)))
}

/// A NumericDate, RFC 7519 §2; fractions are cut off.
fn seconds(value: &Value) -> Option<Timestamp> {
    let whole = value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "cut off on purpose, and within bounds")]
        (0.0..1e12).contains(&number).then_some(number as i64)
    })?;
    (0..1_000_000_000_000).contains(&whole).then(|| Timestamp::from_seconds(whole))
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;

    fn checked(change: &Value) -> Result<Identity, BadIdToken> {
        let mut claims = sample::claims(NOW);
        claims.extend(change.as_object().unwrap().clone());
        claims.retain(|_, value| !value.is_null());
        let metadata = sample::metadata();
        let now = Timestamp::from_seconds(NOW);
        check(&claims, &Expected { metadata: &metadata, client_id: "doorstep", nonce: "n", now })
    }

    #[test]
    fn a_token_for_us_says_whom_it_is_about() {
        let identity = checked(&json!({ "auth_time": NOW - 10 })).unwrap();
        assert_eq!((identity.issuer.as_str(), identity.subject.as_str()), ("https://idp.test", "them-1"));
        assert_eq!(identity.proved_at, Some(Timestamp::from_seconds(NOW - 10)));
        assert_eq!(checked(&json!({})).unwrap().proved_at, None);
        assert_eq!(checked(&json!({ "auth_time": NOW + 30 })).unwrap().proved_at, Some(Timestamp::from_seconds(NOW)));
        assert!(checked(&json!({ "aud": ["doorstep"], "azp": "doorstep", "nbf": NOW })).is_ok());
        assert!(checked(&json!({ "exp": NOW - 59, "iat": NOW + 60 })).is_ok(), "clocks differ by a minute");
    }

    #[test]
    fn security_26_a_token_for_another_request_client_or_issuer_is_refused() {
        use BadIdToken as Bad;
        for (change, expected) in [
            (json!({ "iss": "https://idp.test/" }), Bad::Issuer),
            (json!({ "iss": null }), Bad::Issuer),
            (json!({ "aud": "other" }), Bad::Audience),
            (json!({ "aud": ["doorstep", "other"] }), Bad::Audience),
            (json!({ "aud": [] }), Bad::Audience),
            (json!({ "aud": null }), Bad::Audience),
            (json!({ "azp": "other" }), Bad::AuthorizedParty),
            (json!({ "azp": 1 }), Bad::AuthorizedParty),
            (json!({ "exp": NOW - 60 }), Bad::Expired),
            (json!({ "exp": null }), Bad::Expired),
            (json!({ "exp": "never" }), Bad::Expired),
            (json!({ "iat": NOW + 61 }), Bad::Ahead),
            (json!({ "iat": null }), Bad::Ahead),
            (json!({ "nbf": NOW + 61 }), Bad::Ahead),
            (json!({ "nbf": "now" }), Bad::Ahead),
            (json!({ "nonce": null }), Bad::Nonce),
            (json!({ "nonce": "other" }), Bad::Nonce),
            (json!({ "nonce": "" }), Bad::Nonce),
            (json!({ "sub": "" }), Bad::Subject),
            (json!({ "sub": 1 }), Bad::Subject),
            (json!({ "sub": "é" }), Bad::Subject),
            (json!({ "sub": "x".repeat(256) }), Bad::Subject),
            (json!({ "auth_time": "now" }), Bad::AuthTime),
            (json!({ "auth_time": NOW + 3600 }), Bad::AuthTime),
        ] {
            assert_eq!(checked(&change), Err(expected), "{change}");
        }
    }
}
