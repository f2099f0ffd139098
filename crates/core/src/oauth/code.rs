//! Redeeming an authorization code. RFC 6749 §4.1.2–3, RFC 7636 §4.6, RFC 9700 §4.5.
//!
//! Order: the client has authenticated (by type); one statement consumes the code, looked up by its hash
//! alone; then [`decide`] compares. A comparison that fails leaves the code consumed: there is one try.

use super::{
    error::{OAuthError, oauth_error},
    pkce,
    standing::{self, Fallen, Standing},
    token_request::PresentedCode,
};
use crate::{
    id::GrantId,
    model::{AuthorizationCode, Grant, Principal},
    time::Timestamp,
};

/// What the consuming statement found under the code's hash.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// This request consumed it.
    First {
        /// The code.
        code: &'a AuthorizationCode,
        /// Its family.
        grant: &'a Grant,
    },
    /// Another request had consumed it before.
    Again {
        /// Its family.
        grant: &'a Grant,
    },
    /// No such code, or one that had ended unused.
    Nothing,
}

/// What to do about a presented code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOutcome<'a> {
    /// Issue tokens for the whole scope of the grant.
    Redeem {
        /// The person, live.
        principal: &'a Principal,
    },
    /// Answer `invalid_grant` and revoke the family: somebody else has the code too.
    RevokeFamily(GrantId),
    /// Answer `invalid_grant`.
    Refuse(CodeRefusal),
}

/// Why a code is not redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// Unknown, or ended unused.
    #[error("the code is unknown or has ended")]
    Ended,
    /// `redirect_uri` is missing or not the one of the authorization request.
    #[error("redirect_uri is not the one of the authorization request")]
    RedirectUri,
    /// The verifier does not fit.
    #[error("{}", .0.description())]
    Pkce(OAuthError),
    /// The grant does not stand.
    #[error(transparent)]
    Grant(#[from] Fallen),
}

/// The answer to a code that comes a second time, beside the revocation of its family.
pub const REPLAYED: OAuthError = ENDED;

const ENDED: OAuthError = oauth_error!(InvalidGrant, "the code is unknown, has ended or was used");

impl CodeRefusal {
    /// What goes into the body: always `invalid_grant`.
    pub const fn error(self) -> OAuthError {
        match self {
            Self::Ended => ENDED,
            Self::RedirectUri => oauth_error!(InvalidGrant, "redirect_uri is not the one of the authorization request"),
            Self::Pkce(error) => error,
            Self::Grant(_) => standing::FALLEN,
        }
    }
}

/// Decides about a code that has just been looked up and consumed.
pub fn decide<'a>(
    presented: &PresentedCode<'_>,
    found: Found<'_>,
    standing: &Standing<'a>,
    now: Timestamp,
) -> CodeOutcome<'a> {
    match found {
        Found::Nothing => CodeOutcome::Refuse(CodeRefusal::Ended),
        Found::Again { grant } => CodeOutcome::RevokeFamily(grant.id.clone()),
        Found::First { code, grant } => match check(presented, code, grant, standing, now) {
            Ok(principal) => CodeOutcome::Redeem { principal },
            Err(refusal) => CodeOutcome::Refuse(refusal),
        },
    }
}

fn check<'a>(
    presented: &PresentedCode<'_>,
    code: &AuthorizationCode,
    grant: &Grant,
    standing: &Standing<'a>,
    now: Timestamp,
) -> Result<&'a Principal, CodeRefusal> {
    if now >= code.expires_at || code.grant != grant.id {
        return Err(CodeRefusal::Ended);
    }
    let principal = standing::person(grant, presented.client.client(), standing)?;
    check_redirect_uri(presented.redirect_uri.as_deref(), &code.redirect_uri)?;
    let verifier = presented.verifier.as_ref().map(|verifier| verifier.expose().as_str());
    pkce::verify(code.code_challenge.as_deref(), verifier).map_err(CodeRefusal::Pkce)?;
    Ok(principal)
}

/// RFC 6749 §4.1.3: the authorization request always had one, so it must come, and be identical.
fn check_redirect_uri(sent: Option<&str>, of_request: &str) -> Result<(), CodeRefusal> {
    if sent == Some(of_request) { Ok(()) } else { Err(CodeRefusal::RedirectUri) }
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
