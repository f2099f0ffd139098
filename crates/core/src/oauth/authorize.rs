//! The authorization request: from untrusted parameters to one whose every part has been checked.
//!
//! RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1–2. Three types, one for each degree of trust:
//! [`Untrusted`] knows nothing, so its errors can only become a page ([`PageError`]); [`Bound`] knows the
//! client and a registered redirect URI, so every error after it is a [`RedirectError`];
//! [`AuthorizationRequest`] is what [`super::decide`] decides on. Who the person is plays no part here.

use super::{
    acr,
    error::{OAuthError, oauth_error},
    params::{self, Params, ParamsError},
    pkce::CodeChallenge,
    prompt::{self, Prompts},
    redirect::{Mismatch, RedirectUri},
    response_mode::{RedirectError, ResponseMode, ResponseTarget},
    scope,
};
use crate::{
    id::ClientId,
    model::{Acr, Client, Interaction},
    time::Ttl,
};
use std::collections::BTreeSet;

/// Parameters of an authorization request, of which nothing is known yet.
#[derive(Clone, Debug)]
pub struct Untrusted(Params);

/// An error that can only become a page, because no redirect URI was found to be the client's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The parameters cannot be read in one way only.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// There is no `client_id`.
    #[error("the request names no client")]
    MissingClientId,
    /// No client has this `client_id`.
    #[error("no client has this client_id")]
    UnknownClient {
        /// What was sent.
        sent: String,
    },
    /// The client is disabled.
    #[error("the client is disabled")]
    DisabledClient {
        /// Which.
        client: ClientId,
    },
    /// There is no `redirect_uri`; there is no default either.
    #[error("the request has no redirect_uri")]
    MissingRedirectUri {
        /// Who asked.
        client: ClientId,
    },
    /// The `redirect_uri` is not registered.
    #[error("the redirect_uri is not registered for the client")]
    UnregisteredRedirectUri {
        /// Who asked.
        client: ClientId,
        /// What differs.
        mismatch: Mismatch,
    },
}

impl PageError {
    /// The rule's short stable name, for `explain` and logs.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Params(ParamsError::TooLarge) => "request_too_large",
            Self::Params(ParamsError::Malformed) => "request_malformed",
            Self::Params(ParamsError::Duplicate) => "parameter_duplicated",
            Self::MissingClientId => "client_id_missing",
            Self::UnknownClient { .. } => "client_unknown",
            Self::DisabledClient { .. } => "client_disabled",
            Self::MissingRedirectUri { .. } => "redirect_uri_missing",
            Self::UnregisteredRedirectUri { .. } => "redirect_uri_not_registered",
        }
    }
}

/// The client whose id differs from the one that was sent in the case of letters only: for the page and
/// `explain`. Never a match: RFC 6749 §2.2 ids are compared exactly.
pub fn case_twin<'a>(sent: &str, ids: impl IntoIterator<Item = &'a ClientId>) -> Option<&'a ClientId> {
    ids.into_iter().find(|id| id.as_str() != sent && id.as_str().eq_ignore_ascii_case(sent))
}

/// The parameter by which a request that came to a former issuer's authorization endpoint says so at the present one.
pub const ASKED_ISSUER: &str = "doorstep_issuer";

impl Untrusted {
    /// Reads the raw query of a GET or the raw body of a POST.
    pub fn parse(raw: &[u8]) -> Result<Self, PageError> {
        Self::with_one_target(Params::read(raw)?)
    }

    /// Takes a parked request up again; it is checked anew.
    pub fn resume(interaction: &Interaction) -> Result<Self, PageError> {
        Self::with_one_target(Params::from_pairs(interaction.params.clone()))
    }

    /// RFC 6749 §4.1.2.1: the parameters that say where the answer goes must come once; a repetition of any other is an
    /// error that is sent there.
    fn with_one_target(params: Params) -> Result<Self, PageError> {
        if ["client_id", "redirect_uri"].into_iter().any(|name| params.repeats(name)) {
            return Err(ParamsError::Duplicate.into());
        }
        Ok(Self(params))
    }

    /// The `client_id` to look up, exact.
    pub fn client_id(&self) -> Option<&str> {
        self.0.get("client_id")
    }

    /// What the redirect from a former issuer's authorization endpoint says ([`ASKED_ISSUER`]). Unchecked, and not believed
    /// beyond the issuers that the instance had.
    pub fn asked_issuer(&self) -> Option<&str> {
        self.0.get(ASKED_ISSUER)
    }

    /// The parameters to park, in order, as they came.
    pub fn pairs(&self) -> &[(String, String)] {
        self.0.pairs()
    }

    /// Ties the request to the client that it names and to a redirect URI registered for it.
    /// `client` is what was found under [`Self::client_id`]. RFC 6749 §4.1.2.1, security rows 2 and 3.
    pub fn bind<'c>(self, client: Option<&'c Client>, issuer: &str) -> Result<Bound<'c>, PageError> {
        let client = self.known_client(client)?;
        let redirect_uri = self.registered_redirect_uri(client)?;
        let target = ResponseTarget {
            redirect_uri,
            mode: ResponseMode::default(),
            state: self.0.get("state").map(str::to_owned),
            iss: client.iss_parameter.then(|| issuer.to_owned()),
        };
        Ok(Bound { params: self.0, client, target })
    }

    fn known_client<'c>(&self, found: Option<&'c Client>) -> Result<&'c Client, PageError> {
        let sent = self.client_id().ok_or(PageError::MissingClientId)?;
        match found.filter(|client| client.id.as_str() == sent) {
            None => Err(PageError::UnknownClient { sent: sent.to_owned() }),
            Some(client) if !client.enabled => Err(PageError::DisabledClient { client: client.id.clone() }),
            Some(client) => Ok(client),
        }
    }

    /// OpenID Connect Core §3.1.2.1: required, even when only one is registered.
    fn registered_redirect_uri(&self, client: &Client) -> Result<RedirectUri, PageError> {
        let Some(sent) = self.0.get("redirect_uri") else {
            return Err(PageError::MissingRedirectUri { client: client.id.clone() });
        };
        RedirectUri::registered(client, sent)
            .map_err(|mismatch| PageError::UnregisteredRedirectUri { client: client.id.clone(), mismatch })
    }
}

/// A request whose client is known and whose redirect URI is registered.
#[derive(Clone, Debug)]
pub struct Bound<'c> {
    params: Params,
    client: &'c Client,
    target: ResponseTarget,
}

impl Bound<'_> {
    /// Checks everything else. `response_mode` comes first, so that each later error goes the right way.
    pub fn check(mut self) -> Result<AuthorizationRequest, RedirectError> {
        match ResponseMode::parse(self.params.get("response_mode"), self.target.redirect_uri()) {
            Ok(mode) => self.target.mode = mode,
            Err(error) => return Err(RedirectError::new(self.target, error)),
        }
        match self.request() {
            Ok(request) => Ok(request),
            Err(error) => Err(RedirectError::new(self.target, error)),
        }
    }

    fn request(&self) -> Result<AuthorizationRequest, OAuthError> {
        let get = |name| self.params.get(name);
        if self.params.is_ambiguous() {
            return Err(params::DUPLICATE);
        }
        // It is kept beside the grant, and PostgreSQL takes no NUL.
        if get("nonce").is_some_and(|nonce| nonce.contains('\0')) {
            return Err(oauth_error!(InvalidRequest, "nonce has a NUL character"));
        }
        check_request_objects(&self.params)?;
        check_response_type(get("response_type"))?;
        Ok(AuthorizationRequest {
            client: self.client.id.clone(),
            scopes: scope::requested(get("scope"), &self.client.scopes)?,
            challenge: CodeChallenge::parse(get("code_challenge"), get("code_challenge_method"), self.client)?,
            nonce: get("nonce").map(str::to_owned),
            prompts: Prompts::parse(get("prompt"))?,
            max_age: prompt::max_age(get("max_age"))?,
            acr: acr::wished(get("acr_values")),
            login_hint: get("login_hint").map(str::to_owned),
            id_token_hint: get("id_token_hint").map(str::to_owned),
            target: self.target.clone(),
        })
    }
}

/// An authorization request that is in order. Made by [`Bound::check`] only: nothing else has a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: ClientId,
    /// What is asked for, within what the client is registered for.
    pub scopes: BTreeSet<String>,
    /// The S256 challenge.
    pub challenge: Option<CodeChallenge>,
    /// To be echoed in the ID Token.
    pub nonce: Option<String>,
    /// How much the person is to be asked.
    pub prompts: Prompts,
    /// How long ago the person may have signed in.
    pub max_age: Option<Ttl>,
    /// How well the person is wished to have proved who they are.
    pub acr: Option<Acr>,
    /// What the sign-in page may fill in; the person may change it.
    pub login_hint: Option<String>,
    /// An ID Token that tells who is expected; not verified yet.
    pub id_token_hint: Option<String>,
    target: ResponseTarget,
}

impl AuthorizationRequest {
    /// Where the response goes.
    pub const fn target(&self) -> &ResponseTarget {
        &self.target
    }

    /// The response to send when the person refuses, or when something breaks on our side.
    pub fn refuse(&self, error: OAuthError) -> RedirectError {
        RedirectError::new(self.target.clone(), error)
    }
}

/// OpenID Connect Core §6.1, §6.2: request objects are not supported, and never ignored.
fn check_request_objects(params: &Params) -> Result<(), OAuthError> {
    if params.get("request").is_some() {
        return Err(oauth_error!(RequestNotSupported, "the request parameter is not supported"));
    }
    if params.get("request_uri").is_some() {
        return Err(oauth_error!(RequestUriNotSupported, "the request_uri parameter is not supported"));
    }
    Ok(())
}

/// RFC 6749 §3.1.1; RFC 9700 §2.1.2: the code flow only.
fn check_response_type(value: Option<&str>) -> Result<(), OAuthError> {
    match value {
        Some("code") => Ok(()),
        Some(_) => Err(oauth_error!(
            UnsupportedResponseType,
            "response_type must be code: set the app to the authorization code flow"
        )),
        None => Err(oauth_error!(InvalidRequest, "response_type is missing")),
    }
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
