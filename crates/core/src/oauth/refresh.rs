//! Refreshing: RFC 6749 §6, RFC 9700 §4.14.2. Every refresh token works once; an answer that was lost on the way
//! is given again, with the same successor, until that successor is first used or too much time has passed.
//!
//! [`decide`] is pure; the application consumes the token with one conditional statement and, when
//! another request was faster, reads again and decides again.

use super::{
    error::{OAuthError, oauth_error},
    scope,
    standing::{self, Fallen, Standing},
    token_request::PresentedRefresh,
};
use crate::{
    id::GrantId,
    model::{Client, ClientAuthMethod, Grant, Principal, StoredToken},
    time::{Timestamp, Ttl},
};
use std::collections::BTreeSet;

/// How long a consumed refresh token still yields its successor to a client that authenticates: longer than a phone
/// loses its network, or an app restarts, in the middle of an answer.
const REPEATED_TO_CONFIDENTIAL: Ttl = Ttl::from_hours(1);
/// The same for a public client, where the token alone is enough to use it.
const REPEATED_TO_PUBLIC: Ttl = Ttl::from_minutes(5);

/// What was found under the hash of the presented token.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The token.
    pub token: &'a StoredToken,
    /// Its family.
    pub grant: &'a Grant,
    /// Its successor's row, if it has one.
    pub successor: Option<&'a StoredToken>,
}

/// What to do about a presented refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshOutcome<'a> {
    /// Consume it, make its successor, issue an access token.
    Rotate(Refreshed<'a>),
    /// Its answer may have been lost: give the same successor again, with a new access token.
    RepeatSuccessor(Refreshed<'a>),
    /// Answer `invalid_grant` and revoke the family: somebody else has the token too.
    RevokeFamily(GrantId),
    /// Answer the refusal's error; write nothing.
    Refuse(RefreshRefusal),
}

/// What a refresh yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed<'a> {
    /// The person, live: groups and names are those of now.
    pub principal: &'a Principal,
    /// Scopes of the access token.
    pub scopes: BTreeSet<String>,
    /// Scopes of the successor: those of the token it replaces.
    pub successor_scopes: BTreeSet<String>,
    /// When the successor ends: never later than the family does.
    pub successor_expires_at: Timestamp,
}

/// Why a refresh is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshRefusal {
    /// Unknown.
    #[error("the refresh token is unknown")]
    Unknown,
    /// It or its family has ended.
    #[error("the refresh token has ended")]
    Ended,
    /// The grant does not stand.
    #[error(transparent)]
    Grant(#[from] Fallen),
    /// The scope is wider than what was granted.
    #[error("{}", .0.description())]
    Scope(OAuthError),
}

/// The answer to a refresh token that was used before, beside the revocation of its family.
pub const REUSED: OAuthError = ENDED;

const ENDED: OAuthError = oauth_error!(InvalidGrant, "the refresh token is unknown, has ended or was used");

impl RefreshRefusal {
    /// What goes into the body.
    pub const fn error(self) -> OAuthError {
        match self {
            Self::Unknown | Self::Ended => ENDED,
            Self::Grant(_) => standing::FALLEN,
            Self::Scope(error) => error,
        }
    }
}

/// Whether a grant comes with a refresh token. OpenID Connect Core §11: when a person granted `offline_access`;
/// RFC 6749 §4.4.3: a client that acts for itself has no need of one.
pub fn is_issued(grant: &Grant) -> bool {
    grant.person().is_some_and(|person| person.offline)
}

/// When a family's refresh tokens end, however often they rotate.
pub fn family_end(grant: &Grant, client: &Client) -> Timestamp {
    grant.created_at + client.refresh_ttl
}

/// Decides about a refresh token that has just been looked up.
pub fn decide<'a>(
    presented: &PresentedRefresh<'_>,
    found: Option<Found<'_>>,
    standing: &Standing<'a>,
    now: Timestamp,
) -> RefreshOutcome<'a> {
    let Some(found) = found else { return RefreshOutcome::Refuse(RefreshRefusal::Unknown) };
    if is_leaked(presented, &found, now) {
        return RefreshOutcome::RevokeFamily(found.grant.id.clone());
    }
    match (refreshed(presented, &found, standing, now), found.token.consumed_at) {
        (Ok(refreshed), None) => RefreshOutcome::Rotate(refreshed),
        (Ok(refreshed), Some(_)) => RefreshOutcome::RepeatSuccessor(refreshed),
        (Err(refusal), _) => RefreshOutcome::Refuse(refusal),
    }
}

/// RFC 9700 §4.14.2: used before (too long ago, or when its successor was used already), or presented by a
/// client that it was not issued to.
fn is_leaked(presented: &PresentedRefresh<'_>, found: &Found<'_>, now: Timestamp) -> bool {
    let repeated = match presented.client.client().auth_method {
        ClientAuthMethod::None => REPEATED_TO_PUBLIC,
        ClientAuthMethod::Basic | ClientAuthMethod::Post | ClientAuthMethod::Either => REPEATED_TO_CONFIDENTIAL,
    };
    let stale = found.token.consumed_at.is_some_and(|at| now.since(at) > repeated);
    let overtaken = found.successor.is_some_and(|successor| successor.consumed_at.is_some());
    stale || overtaken || found.grant.client != presented.client.client().id
}

fn refreshed<'a>(
    presented: &PresentedRefresh<'_>,
    found: &Found<'_>,
    standing: &Standing<'a>,
    now: Timestamp,
) -> Result<Refreshed<'a>, RefreshRefusal> {
    let (token, grant, client) = (found.token, found.grant, presented.client.client());
    let end = family_end(grant, client);
    if now >= token.expires_at || now >= end || token.grant != grant.id {
        return Err(RefreshRefusal::Ended);
    }
    let principal = standing::person(grant, client, standing)?;
    let scopes =
        scope::narrowed(presented.scope.as_deref(), &token.scopes, &client.scopes).map_err(RefreshRefusal::Scope)?;
    let successor_expires_at = end.min(token.expires_at);
    Ok(Refreshed { principal, scopes, successor_scopes: token.scopes.clone(), successor_expires_at })
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
