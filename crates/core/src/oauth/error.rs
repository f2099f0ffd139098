//! The error codes of the specifications in one list, and an error as it goes on the wire.
//!
//! Descriptions are literals that are checked when this crate is compiled: nothing that a request
//! carried can be reflected through them. Which HTTP header goes with an error is said by
//! [`super::client_auth`] and [`super::userinfo`]; statuses and pages for people are made elsewhere.

use serde::{Serialize, Serializer};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// An `error` value, under the name that its specification gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// All codes, for tables.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The registered text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

error_codes! {
    /// RFC 6749 §4.1.2.1, §5.2; RFC 6750 §3.1.
    InvalidRequest = "invalid_request";
    /// RFC 6749 §4.1.2.1, §5.2.
    UnauthorizedClient = "unauthorized_client";
    /// RFC 6749 §4.1.2.1.
    AccessDenied = "access_denied";
    /// RFC 6749 §4.1.2.1.
    UnsupportedResponseType = "unsupported_response_type";
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidScope = "invalid_scope";
    /// RFC 6749 §4.1.2.1.
    ServerError = "server_error";
    /// RFC 6749 §4.1.2.1.
    TemporarilyUnavailable = "temporarily_unavailable";
    /// RFC 6749 §5.2.
    InvalidClient = "invalid_client";
    /// RFC 6749 §5.2.
    InvalidGrant = "invalid_grant";
    /// RFC 6749 §5.2.
    UnsupportedGrantType = "unsupported_grant_type";
    /// RFC 8628 §3.5.
    AuthorizationPending = "authorization_pending";
    /// RFC 8628 §3.5.
    SlowDown = "slow_down";
    /// RFC 8628 §3.5.
    ExpiredToken = "expired_token";
    /// RFC 6750 §3.1.
    InvalidToken = "invalid_token";
    /// RFC 6750 §3.1.
    InsufficientScope = "insufficient_scope";
    /// OpenID Connect Core §3.1.2.6.
    InteractionRequired = "interaction_required";
    /// OpenID Connect Core §3.1.2.6.
    LoginRequired = "login_required";
    /// OpenID Connect Core §3.1.2.6.
    ConsentRequired = "consent_required";
    /// OpenID Connect Core §3.1.2.6.
    RequestNotSupported = "request_not_supported";
    /// OpenID Connect Core §3.1.2.6.
    RequestUriNotSupported = "request_uri_not_supported";
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An error of RFC 6749 §5.2. Serialises as the JSON body of a direct answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct OAuthError {
    #[serde(rename = "error")]
    code: ErrorCode,
    #[serde(rename = "error_description")]
    description: &'static str,
}

impl OAuthError {
    /// Something broke on our side.
    pub const SERVER_ERROR: Self = Self::new(ErrorCode::ServerError, "the server could not finish this request");
    /// The server is starting, stopping or overloaded.
    pub const TEMPORARILY_UNAVAILABLE: Self =
        Self::new(ErrorCode::TemporarilyUnavailable, "the server cannot take this request now");
    /// Too many clients failed to prove themselves from one address. RFC 6749 §5.2 has no code for it; this one
    /// (§4.1.2.1) says that the same request may go through later. It goes with 429, RFC 6585 §4.
    pub const TOO_MANY_FAILURES: Self = Self::new(
        ErrorCode::TemporarilyUnavailable,
        "client authentication failed too often from this address; try again after the time in Retry-After",
    );
    /// RFC 6749 §3.2: the body is not a form.
    pub const NOT_A_FORM: Self =
        Self::new(ErrorCode::InvalidRequest, "send the parameters as application/x-www-form-urlencoded");
    /// The Authorization header is not text, or comes twice.
    pub const UNREADABLE_HEADER: Self =
        Self::new(ErrorCode::InvalidRequest, "the Authorization header must come once, as plain text");
    /// The request names another host than the issuer's.
    pub const WRONG_HOST: Self = Self::new(
        ErrorCode::InvalidRequest,
        "this server answers under the host name of its issuer only; \
         use the endpoints of its discovery document, and let a proxy in front pass the Host header on",
    );
    /// RFC 7636 §4.4.1: the client must use PKCE and did not.
    pub const PKCE_MISSING: Self = Self::new(ErrorCode::InvalidRequest, "this client must send code_challenge (PKCE)");
    /// The person pressed the button that refuses.
    pub const ACCESS_DENIED: Self = Self::new(ErrorCode::AccessDenied, "the person refused");

    /// Must be called in a constant, where a description with a forbidden character does not compile.
    /// [`oauth_error!`] does so.
    pub(super) const fn new(code: ErrorCode, description: &'static str) -> Self {
        assert!(is_description(description), "RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E");
        Self { code, description }
    }

    /// `error`.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// `error_description`, within the character set of RFC 6749 §5.2.
    pub const fn description(&self) -> &'static str {
        self.description
    }
}

/// `error_description` characters: RFC 6749 §4.1.2.1 and §5.2.
const fn is_description(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if !matches!(first, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E) {
            return false;
        }
        rest = tail;
    }
    !text.is_empty()
}

/// An [`OAuthError`] whose description is checked at compile time.
macro_rules! oauth_error {
    ($code:ident, $description:literal) => {
        const { $crate::oauth::error::OAuthError::new($crate::oauth::error::ErrorCode::$code, $description) }
    };
}
pub(super) use oauth_error;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_5_2_descriptions_have_no_quotes_backslashes_or_foreign_letters() {
        for good in ["plain words", "a-z ~ !"] {
            assert!(is_description(good), "{good}");
        }
        for bad in ["", "a \"quote\"", "back\\slash", "ümlaut", "line\nbreak", "tab\t", "\u{7f}"] {
            assert!(!is_description(bad), "{bad:?}");
        }
    }

    #[test]
    fn rfc6749_5_2_the_body_of_a_direct_answer() {
        let error = oauth_error!(InvalidGrant, "the code has ended");
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"error":"invalid_grant","error_description":"the code has ended"}"#
        );
    }
}
