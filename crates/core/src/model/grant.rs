//! What a user allowed a client: consent that is remembered, and grants that own codes and tokens.

use super::Amr;
use crate::{
    id::{ClientId, GrantId, SessionId, UserId},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// One authorization: the family to which a code and all tokens that follow from it belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The family's id.
    pub id: GrantId,
    /// For whom the client acts.
    pub subject: GrantSubject,
    /// To which client it was granted.
    pub client: ClientId,
    /// What was granted.
    pub scopes: BTreeSet<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Set when the family was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// For whom a client acts with a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantSubject {
    /// For a person, who allowed it in a session.
    Person(PersonInSession),
    /// For itself, RFC 6749 §4.4: no person, no session, no ID Token and no refresh token.
    Client,
}

/// A person who allowed something, and what ID Tokens repeat of that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonInSession {
    /// Who allowed.
    pub user: UserId,
    /// In which SSO session.
    pub session: SessionId,
    /// `nonce` of the request, to be echoed in every ID Token of the family.
    pub nonce: Option<String>,
    /// When the person had proved who they are; repeated unchanged at refresh.
    pub auth_time: Timestamp,
    /// How they had.
    pub amr: Amr,
    /// Whether `offline_access` was granted, so that the family outlives the session.
    pub offline: bool,
}

impl Grant {
    /// The person who allowed it; none when the client acts for itself.
    pub const fn person(&self) -> Option<&PersonInSession> {
        match &self.subject {
            GrantSubject::Person(person) => Some(person),
            GrantSubject::Client => None,
        }
    }
}

/// An authorization code as a row, RFC 6749 §4.1.2. The code itself is kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// Its family.
    pub grant: GrantId,
    /// The `redirect_uri` of the authorization request, to be repeated at the token endpoint.
    pub redirect_uri: String,
    /// The S256 `code_challenge`, RFC 7636 §4.3.
    pub code_challenge: Option<String>,
    /// At most sixty seconds after issue.
    pub expires_at: Timestamp,
    /// Set by the one statement that consumes it.
    pub consumed_at: Option<Timestamp>,
}

/// An access or refresh token as a row. The token itself is kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// Its family.
    pub grant: GrantId,
    /// Scopes of this token, within those of the grant.
    pub scopes: BTreeSet<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// For refresh tokens: when it was exchanged for its successor.
    pub consumed_at: Option<Timestamp>,
}

/// Consent that is remembered for a client that is not first-party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who allowed.
    pub user: UserId,
    /// To whom.
    pub client: ClientId,
    /// What.
    pub scopes: BTreeSet<String>,
    /// When last.
    pub granted_at: Timestamp,
}
