//! `scope`: what is asked for, and what of it a client may have.
//!
//! RFC 6749 §3.3, OpenID Connect Core §5.4, §11. A scope that the client is not registered for is left
//! out, not refused: the response says what was granted. Which claims a scope brings is said in
//! [`super::claims`].

use super::error::{OAuthError, oauth_error};
use std::collections::BTreeSet;

/// Makes the request an OpenID Connect one.
pub const OPENID: &str = "openid";
/// `name`, `preferred_username`, `updated_at`.
pub const PROFILE: &str = "profile";
/// `email`, `email_verified`.
pub const EMAIL: &str = "email";
/// `groups`.
pub const GROUPS: &str = "groups";
/// A refresh token that outlives the session, OpenID Connect Core §11.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// The scopes that mean something here, in the order of discovery.
pub const SUPPORTED: [&str; 5] = [OPENID, PROFILE, EMAIL, GROUPS, OFFLINE_ACCESS];

/// The scopes of an authorization request that the client is registered for. RFC 6749 §3.3.
///
/// Without the parameter the default is `openid`. Nothing left is `invalid_scope`.
pub fn requested(value: Option<&str>, registered: &BTreeSet<String>) -> Result<BTreeSet<String>, OAuthError> {
    let asked = tokens(value.unwrap_or(OPENID))?;
    let granted: BTreeSet<_> = asked.intersection(registered).cloned().collect();
    if granted.is_empty() {
        return Err(oauth_error!(InvalidScope, "the client is registered for none of these scopes"));
    }
    Ok(granted)
}

/// The scopes of an access token made by refresh. RFC 6749 §6.
///
/// Asking for more than was granted is `invalid_scope`; what the client was never registered for was
/// left out at first and is left out again.
pub fn narrowed(
    value: Option<&str>,
    granted: &BTreeSet<String>,
    registered: &BTreeSet<String>,
) -> Result<BTreeSet<String>, OAuthError> {
    let Some(value) = value else { return Ok(granted.clone()) };
    let known: BTreeSet<_> = tokens(value)?.intersection(registered).cloned().collect();
    if known.is_empty() || !known.is_subset(granted) {
        return Err(oauth_error!(InvalidScope, "the scope is wider than what was granted"));
    }
    Ok(known)
}

/// The text of a set of scopes.
pub fn to_text(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// RFC 6749 §3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`.
fn tokens(value: &str) -> Result<BTreeSet<String>, OAuthError> {
    let fits = |b: u8| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E | b' ');
    if !value.bytes().all(fits) {
        return Err(oauth_error!(InvalidScope, "scope has a character that it cannot have"));
    }
    Ok(value.split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> BTreeSet<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn code(result: Result<BTreeSet<String>, OAuthError>) -> Result<String, &'static str> {
        result.map(|scopes| to_text(&scopes)).map_err(|e| e.code().as_str())
    }

    #[test]
    fn rfc6749_3_3_only_registered_scopes_are_granted() {
        let registered = set("openid profile email offline_access");
        for (asked, granted) in [
            (Some("openid"), Ok("openid")),
            (Some("email openid"), Ok("email openid")),
            (Some("openid  openid email "), Ok("email openid")),
            (Some("openid address roles"), Ok("openid")),
            (Some("openid groups offline_access"), Ok("offline_access openid")),
            (Some("profile"), Ok("profile")),
            (None, Ok("openid")),
            (Some("OpenID"), Err("invalid_scope")),
            (Some("admin"), Err("invalid_scope")),
            (Some("openid\temail"), Err("invalid_scope")),
            (Some("openid \"x\""), Err("invalid_scope")),
            (Some("openid\\"), Err("invalid_scope")),
            (Some("öpenid"), Err("invalid_scope")),
        ] {
            assert_eq!(code(requested(asked, &registered)), granted.map(str::to_owned), "{asked:?}");
        }
    }

    #[test]
    fn rfc6749_6_a_refresh_narrows_and_never_widens() {
        let registered = set("openid profile email offline_access");
        let granted = set("openid email offline_access");
        for (asked, result) in [
            (None, Ok("email offline_access openid")),
            (Some("openid email offline_access"), Ok("email offline_access openid")),
            (Some("openid"), Ok("openid")),
            (Some("openid roles"), Ok("openid")),
            (Some("openid profile"), Err("invalid_scope")),
            (Some("roles"), Err("invalid_scope")),
        ] {
            assert_eq!(code(narrowed(asked, &granted, &registered)), result.map(str::to_owned), "{asked:?}");
        }
    }
}
