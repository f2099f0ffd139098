//! Client authentication: what a request presents, and whether it proves the client.
//!
//! RFC 6749 §2.3, §5.2, OpenID Connect Core §9. [`AuthenticatedClient`] is made here only, and is demanded
//! by everything that consumes a code, a refresh token or revokes one. Deriving the secrets that a client
//! may use is left to the application's keyring.

use super::{
    error::{OAuthError, oauth_error},
    params::{Params, decode},
};
use crate::{
    model::{Client, ClientAuthMethod, ClientSecret},
    secret::{Secret, SecretHash},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::slice;
use subtle::{Choice, ConstantTimeEq};

/// The label of [`SecretHash::labelled`] under which supplied secrets are kept.
pub const SECRET_LABEL: &str = "client-secret";

/// How many secrets are derived, hashed and compared with, whoever it is: a client whose secret is being rotated has two.
pub const COMPARED: usize = 2;

/// How a request presents its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresentedMethod {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
    /// No secret.
    None,
}

impl PresentedMethod {
    /// The registered text of `token_endpoint_auth_method`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::None => "none",
        }
    }
}

/// Credentials as they were presented; nothing about them is known yet.
pub struct Presented {
    client_id: String,
    method: PresentedMethod,
    /// The readings of the one secret: decoded as RFC 6749 §2.3.1 wants, then raw, as many clients send it.
    readings: Vec<Secret<String>>,
}

/// Proof that a request comes from this client (or, for a public client, names it).
#[derive(Clone, Copy, Debug)]
pub struct AuthenticatedClient<'c> {
    client: &'c Client,
    method: PresentedMethod,
    matched: Option<usize>,
}

/// Why client authentication failed. Whoever sent the request learns the [`Self::error`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientAuthError {
    /// The Authorization header cannot be read, or is not `Basic`.
    #[error("the Authorization header cannot be read as Basic")]
    MalformedHeader,
    /// No `client_id` anywhere.
    #[error("the request names no client")]
    NoClient,
    /// Header and body contradict each other.
    #[error("the Authorization header and the body name different clients or secrets")]
    Contradiction,
    /// A client assertion: not supported.
    #[error("the request authenticates with a client assertion")]
    Assertion,
    /// No such client.
    #[error("no client has this client_id")]
    UnknownClient,
    /// The client is disabled.
    #[error("the client is disabled")]
    Disabled,
    /// The client may not authenticate this way.
    #[error("the client is not registered for {}", .0.as_str())]
    Method(PresentedMethod),
    /// The secret is not the client's.
    #[error("the client secret is wrong")]
    WrongSecret,
}

impl ClientAuthError {
    /// What goes into the body. Unknown, disabled and wrong look alike.
    pub const fn error(self) -> OAuthError {
        match self {
            Self::Contradiction => {
                oauth_error!(InvalidRequest, "the Authorization header and the body contradict each other")
            }
            Self::MalformedHeader | Self::NoClient | Self::Assertion => {
                oauth_error!(InvalidClient, "use client_secret_basic, client_secret_post or none")
            }
            Self::Method(_) => {
                oauth_error!(InvalidClient, "the client is registered for another authentication method")
            }
            Self::UnknownClient | Self::Disabled | Self::WrongSecret => {
                oauth_error!(InvalidClient, "client authentication failed")
            }
        }
    }

    /// `WWW-Authenticate` of the answer. RFC 6749 §5.2: every 401 has one.
    pub const fn www_authenticate(self) -> Option<&'static str> {
        match self {
            Self::Contradiction => None,
            _ => Some("Basic realm=\"doorstep\", charset=\"UTF-8\""),
        }
    }

    /// The rule's short stable name, for `explain` and logs.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::MalformedHeader => "client_header_malformed",
            Self::NoClient => "client_id_missing",
            Self::Contradiction => "client_credentials_contradict",
            Self::Assertion => "client_assertion_unsupported",
            Self::UnknownClient => "client_unknown",
            Self::Disabled => "client_disabled",
            Self::Method(_) => "client_auth_method",
            Self::WrongSecret => "client_secret_wrong",
        }
    }
}

impl Presented {
    /// Reads the value of the Authorization header, if there is one, and the body.
    pub fn read(authorization: Option<&str>, body: &Params) -> Result<Self, ClientAuthError> {
        if body.get("client_assertion").is_some() || body.get("client_assertion_type").is_some() {
            return Err(ClientAuthError::Assertion);
        }
        match authorization {
            Some(header) => Self::from_header(header)?.agreeing_with(body),
            None => Self::from_body(body),
        }
    }

    /// The `client_id` to look up, exact.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// How the credentials came; for the log.
    pub const fn method(&self) -> PresentedMethod {
        self.method
    }

    /// Checks the credentials. `client` is what was found under [`Self::client_id`]; `derived` are the secrets of
    /// [`ClientSecret::accepted`], in that order, and dummies where it has fewer: those prove nobody.
    ///
    /// The same hashing and comparing is done for an unknown client and for one without a rotation (security row 84).
    pub fn authenticate<'c>(
        &self,
        client: Option<&'c Client>,
        derived: &[Secret<String>; COMPARED],
    ) -> Result<AuthenticatedClient<'c>, ClientAuthError> {
        let client = client.filter(|client| client.id.as_str() == self.client_id);
        let matched = matching(client, derived, &self.readings);
        let client = client.ok_or(ClientAuthError::UnknownClient)?;
        if !client.enabled {
            return Err(ClientAuthError::Disabled);
        }
        if client.auth_method == ClientAuthMethod::None {
            // A secret that a public client sends proves nothing and harms nothing.
            return Ok(AuthenticatedClient { client, method: PresentedMethod::None, matched: None });
        }
        if !is_allowed(client.auth_method, self.method) {
            return Err(ClientAuthError::Method(self.method));
        }
        let matched = Some(matched.ok_or(ClientAuthError::WrongSecret)?);
        Ok(AuthenticatedClient { client, method: self.method, matched })
    }

    /// RFC 6749 §2.3.1, RFC 7617 §2.
    fn from_header(header: &str) -> Result<Self, ClientAuthError> {
        let malformed = ClientAuthError::MalformedHeader;
        let (scheme, value) = header.split_once(' ').ok_or(malformed)?;
        if !scheme.eq_ignore_ascii_case("Basic") {
            return Err(malformed);
        }
        let text = STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = Secret::new(text.ok_or(malformed)?);
        let (id, secret) = text.expose().split_once(':').ok_or(malformed)?;
        let client_id = decode(id.as_bytes()).unwrap_or_else(|_| id.to_owned());
        if client_id.is_empty() {
            return Err(ClientAuthError::NoClient);
        }
        let decoded = decode(secret.as_bytes()).ok().filter(|decoded| decoded != secret).map(Secret::new);
        let readings = decoded.into_iter().chain([Secret::new(secret.to_owned())]).collect();
        let method = if secret.is_empty() { PresentedMethod::None } else { PresentedMethod::Basic };
        Ok(Self { client_id, method, readings })
    }

    fn from_body(body: &Params) -> Result<Self, ClientAuthError> {
        let client_id = body.get("client_id").ok_or(ClientAuthError::NoClient)?.to_owned();
        let (method, readings) = match body.get("client_secret") {
            Some(secret) => (PresentedMethod::Post, vec![Secret::new(secret.to_owned())]),
            None => (PresentedMethod::None, Vec::new()),
        };
        Ok(Self { client_id, method, readings })
    }

    /// RFC 6749 §2.3: one method a request. What says the same twice contradicts nothing.
    fn agreeing_with(self, body: &Params) -> Result<Self, ClientAuthError> {
        let id_agrees = body.get("client_id").is_none_or(|id| id == self.client_id);
        let secret_agrees = body
            .get("client_secret")
            .is_none_or(|secret| self.readings.iter().any(|reading| reading.matches(secret.as_bytes())));
        if id_agrees && secret_agrees { Ok(self) } else { Err(ClientAuthError::Contradiction) }
    }
}

impl<'c> AuthenticatedClient<'c> {
    /// The client.
    pub const fn client(&self) -> &'c Client {
        self.client
    }

    /// How it authenticated; for the log.
    pub const fn method(&self) -> PresentedMethod {
        self.method
    }

    /// Which of the derived secrets it used: 0 is the current one. None for a public client.
    pub const fn matched(&self) -> Option<usize> {
        self.matched
    }
}

/// Whether this is a secret of the client, whether or not it may prove itself now: for what was found in some place.
/// `derived` is as for [`Presented::authenticate`].
pub fn is_secret_of(client: &Client, candidate: &Secret<String>, derived: &[Secret<String>; COMPARED]) -> bool {
    matching(Some(client), derived, slice::from_ref(candidate)).is_some()
}

/// Which of the client's secrets a reading is. Looks at all, whatever it finds.
fn matching(
    client: Option<&Client>,
    derived: &[Secret<String>; COMPARED],
    readings: &[Secret<String>],
) -> Option<usize> {
    let (known, own) = known_hashes(client, derived);
    let presented: Vec<_> = readings.iter().map(|reading| hash(reading.expose())).collect();
    let mut matched = None;
    for (index, hash) in known.iter().enumerate().rev() {
        let equal = presented.iter().fold(Choice::from(0), |any, reading| any | reading.ct_eq(hash));
        if bool::from(equal) {
            matched = Some(index);
        }
    }
    matched.filter(|index| *index < own)
}

/// The hashes to compare with, as many for everybody, and how many of them are the client's: the others prove nobody.
fn known_hashes(client: Option<&Client>, derived: &[Secret<String>; COMPARED]) -> ([[u8; 32]; COMPARED], usize) {
    let mut known = derived.each_ref().map(|secret| hash(secret.expose()));
    let own = match client.map(|client| &client.secret) {
        None | Some(ClientSecret::None) => 0,
        Some(secret @ ClientSecret::Derived { .. }) => secret.accepted().len(),
        Some(ClientSecret::Supplied { hash }) => match (SecretHash::from_text(hash), &mut known) {
            (Some(hash), [first, ..]) => {
                *first = *hash.bytes();
                1
            }
            (None, _) => 0,
        },
    };
    (known, own)
}

fn hash(secret: &str) -> [u8; 32] {
    *SecretHash::labelled(SECRET_LABEL, secret.as_bytes()).bytes()
}

fn is_allowed(registered: ClientAuthMethod, presented: PresentedMethod) -> bool {
    matches!(
        (registered, presented),
        (ClientAuthMethod::Either | ClientAuthMethod::Basic, PresentedMethod::Basic)
            | (ClientAuthMethod::Either | ClientAuthMethod::Post, PresentedMethod::Post)
    )
}

#[cfg(test)]
#[path = "client_auth_tests.rs"]
mod tests;
