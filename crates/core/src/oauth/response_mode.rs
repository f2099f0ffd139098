//! Where an authorization response goes and how it looks on the way.
//!
//! RFC 6749 §4.1.2, OAuth 2.0 Multiple Response Type Encoding Practices §2.1, OAuth 2.0 Form Post
//! Response Mode, RFC 9207. A [`ResponseTarget`] exists only for a redirect URI that was found to be
//! registered: without one, nothing here can be called. Rendering the form is left to the pages.

use super::{
    error::{ErrorCode, OAuthError, oauth_error},
    params::encode_pairs,
    redirect::RedirectUri,
};
use crate::secret::Token;
use std::fmt;

/// `response_mode`. `fragment` is left out: it exists for tokens in the front channel (RFC 9700 §2.1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    /// Parameters in the query of the redirect URI.
    #[default]
    Query,
    /// Parameters in the body of a form that posts itself.
    FormPost,
}

impl ResponseMode {
    /// All, in the order of discovery.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The registered text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// Reads the parameter; the default for `code` is `query`.
    pub fn parse(value: Option<&str>, redirect_uri: &RedirectUri) -> Result<Self, OAuthError> {
        match value {
            None | Some("query") => Ok(Self::Query),
            Some("form_post") if names_ipv6(redirect_uri) => {
                Err(oauth_error!(InvalidRequest, "form_post cannot go to an IPv6 address"))
            }
            Some("form_post") if redirect_uri.is_web() => Ok(Self::FormPost),
            Some("form_post") => Err(oauth_error!(InvalidRequest, "form_post needs an https redirect_uri")),
            Some(_) => Err(oauth_error!(InvalidRequest, "response_mode must be query or form_post")),
        }
    }
}

/// `form-action` has no way to write such a host (CSP 3 §2.3.1, `host-source`), so no form may go there.
fn names_ipv6(uri: &RedirectUri) -> bool {
    uri.as_str().split_once("://").is_some_and(|(_, rest)| rest.starts_with('['))
}

/// A registered redirect URI with what every response to it carries. Made by
/// [`super::authorize::Untrusted::bind`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseTarget {
    pub(super) redirect_uri: RedirectUri,
    pub(super) mode: ResponseMode,
    pub(super) state: Option<String>,
    pub(super) iss: Option<String>,
}

/// An authorization response, ready to be sent. After a POST as after a GET, a redirect is a 303.
#[derive(Clone, PartialEq, Eq)]
pub enum AuthorizationResponse {
    /// Send the browser there.
    Redirect {
        /// The `Location`.
        location: String,
    },
    /// Render a form that posts itself; allow the origin of `action` in `form-action`; escape the values.
    FormPost {
        /// The redirect URI.
        action: String,
        /// The hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

/// Shows no code: names only.
impl fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = match self {
            Self::Redirect { location } => location.split(['?', '#']).next().unwrap_or_default(),
            Self::FormPost { action, .. } => action,
        };
        f.debug_tuple("AuthorizationResponse").field(&to).finish()
    }
}

impl ResponseTarget {
    /// The redirect URI, byte for byte as the request named it.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// A successful response, RFC 6749 §4.1.2.
    pub fn success(&self, code: &Token) -> AuthorizationResponse {
        self.respond(vec![("code", code.expose().to_owned())])
    }

    fn error(&self, code: ErrorCode, description: String) -> AuthorizationResponse {
        self.respond(vec![("error", code.as_str().into()), ("error_description", description)])
    }

    fn respond(&self, mut fields: Vec<(&'static str, String)>) -> AuthorizationResponse {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.extend(self.iss.clone().map(|iss| ("iss", iss)));
        match self.mode {
            ResponseMode::Query => AuthorizationResponse::Redirect { location: in_query(&self.redirect_uri, &fields) },
            ResponseMode::FormPost => {
                AuthorizationResponse::FormPost { action: self.redirect_uri.as_str().to_owned(), fields }
            }
        }
    }
}

/// An error that may be sent to the client, because its target is registered. RFC 6749 §4.1.2.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectError {
    target: ResponseTarget,
    error: OAuthError,
}

impl RedirectError {
    /// An error for a trusted target.
    pub(super) const fn new(target: ResponseTarget, error: OAuthError) -> Self {
        Self { target, error }
    }

    /// What went wrong.
    pub const fn error(&self) -> OAuthError {
        self.error
    }

    /// Where it goes.
    pub const fn target(&self) -> &ResponseTarget {
        &self.target
    }

    /// The response to send.
    pub fn response(&self) -> AuthorizationResponse {
        self.target.error(self.error.code(), self.error.description().to_owned())
    }

    /// The response, with the reference under which whoever runs the instance finds the report. What is not of
    /// letters, digits and `-` is no reference and is left out (RFC 6749 §4.1.2.1).
    pub fn response_with(&self, reference: Option<&str>) -> AuthorizationResponse {
        let plain = |text: &&str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match reference.filter(plain) {
            None => self.response(),
            Some(reference) => {
                let reported = format!("{}; doorstep explain {reference}", self.error.description());
                self.target.error(self.error.code(), reported)
            }
        }
    }
}

/// RFC 6749 §3.1.2: a query of the redirect URI is kept. For addresses that a browser opens, an empty
/// fragment is added, so that the browser does not carry one over from `/authorize#…` (RFC 9700
/// §4.1.2). A bare `#` ends the carry-over (Fetch §4.4) and leaves `location.hash` empty, which `#_`
/// would not. A private-use address is handed to an app, some of which cut the text by hand: no marker.
fn in_query(uri: &RedirectUri, fields: &[(&'static str, String)]) -> String {
    let marker = if uri.is_web() { "#" } else { "" };
    let query = encode_pairs(fields.iter().map(|(name, value)| (*name, value.as_str())));
    format!("{}{marker}", append_query(uri.as_str(), &query))
}

/// Adds to the query of an address, or begins one.
pub(super) fn append_query(uri: &str, query: &str) -> String {
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, known)) if known.is_empty() || known.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{entropy::Entropy, oauth::redirect::RedirectRules, secret::TokenKind};

    fn target(uri: &str, mode: ResponseMode, state: &str) -> ResponseTarget {
        let rules = RedirectRules { native: true, insecure_http: true };
        let redirect_uri = RedirectUri::register(uri, rules).unwrap();
        ResponseTarget { redirect_uri, mode, state: Some(state.into()), iss: Some("https://auth.example.org".into()) }
    }

    fn error_location(uri: &str, state: &str) -> String {
        let error = oauth_error!(LoginRequired, "sign in");
        match RedirectError::new(target(uri, ResponseMode::Query, state), error).response() {
            AuthorizationResponse::Redirect { location } => location,
            AuthorizationResponse::FormPost { .. } => panic!("a redirect was asked for"),
        }
    }

    #[test]
    fn rfc6749_3_1_2_a_registered_query_is_kept() {
        let tail = "error=login_required&error_description=sign%20in&state=s&iss=https%3A%2F%2Fauth.example.org";
        for (uri, begin) in [
            ("https://app.example.com/cb", "https://app.example.com/cb?"),
            ("https://app.example.com/cb?a=1&b=%20", "https://app.example.com/cb?a=1&b=%20&"),
            ("https://app.example.com/cb?", "https://app.example.com/cb?"),
            ("https://app.example.com/cb?a&", "https://app.example.com/cb?a&"),
            ("https://app.example.com", "https://app.example.com?"),
            ("https://app.example.com:443/@me/", "https://app.example.com:443/@me/?"),
        ] {
            assert_eq!(error_location(uri, "s"), format!("{begin}{tail}#"), "{uri}");
        }
    }

    #[test]
    fn security_14_a_fragment_is_not_carried_over() {
        for (uri, marked) in [
            ("https://app.example.com/cb", true),
            ("http://127.0.0.1:8250/oidc/callback", true),
            ("http://localhost:8481/callback", true),
            ("app.immich:///oauth-callback", false),
            ("kitchenowl:/signin/redirect", false),
        ] {
            let location = error_location(uri, "s");
            assert_eq!(location.ends_with('#'), marked, "{location}");
            assert_eq!(location.matches('#').count(), usize::from(marked), "{location}");
            assert!(location.starts_with(uri), "{location}");
        }
    }

    #[test]
    fn rfc6749_4_1_2_state_comes_back_byte_for_byte() {
        for state in ["a b", "nonce:/path?x=1&y=2", "abc+/==", "\"<>%&#\\{}|", "ä🚪", "%2F", "\0\n"] {
            let location = error_location("https://app.example.com/cb", state);
            let query = location.trim_end_matches('#').split_once('?').unwrap().1;
            let params = super::super::params::Params::parse(query.as_bytes()).unwrap();
            assert_eq!(params.get("state"), Some(state));
        }
    }

    #[test]
    fn security_16_form_post_keeps_values_apart_from_the_address() {
        let code = Token::random(TokenKind::Code, &mut Entropy::seeded(1));
        let state = "\"><script>alert(1)</script>";
        let response = target("https://app.example.com/cb?a=1", ResponseMode::FormPost, state).success(&code);
        let AuthorizationResponse::FormPost { action, fields } = &response else { panic!("form_post was asked for") };
        assert_eq!(action, "https://app.example.com/cb?a=1");
        assert_eq!(
            fields,
            &[
                ("code", code.expose().to_owned()),
                ("state", state.to_owned()),
                ("iss", "https://auth.example.org".to_owned())
            ]
        );
        assert!(!format!("{response:?}").contains("ds_cod_"));
    }

    #[test]
    fn response_modes() {
        let web = RedirectUri::register("https://app.example.com/cb", RedirectRules::default()).unwrap();
        let app = RedirectUri::register("app.immich:///oauth-callback", RedirectRules::default()).unwrap();
        let literal = RedirectUri::register("https://[2001:db8::1]/cb", RedirectRules::default()).unwrap();
        for (uri, value, mode) in [
            (&web, None, Some(ResponseMode::Query)),
            (&web, Some("query"), Some(ResponseMode::Query)),
            (&web, Some("form_post"), Some(ResponseMode::FormPost)),
            (&app, Some("query"), Some(ResponseMode::Query)),
            (&app, Some("form_post"), None),
            (&web, Some("fragment"), None),
            (&web, Some("jwt"), None),
            (&web, Some("Query"), None),
            (&literal, Some("query"), Some(ResponseMode::Query)),
            (&literal, Some("form_post"), None),
        ] {
            assert_eq!(ResponseMode::parse(value, uri).ok(), mode, "{value:?}");
        }
    }
}
