//! Identities at upstreams that belong to accounts, and sign-ins there that are under way.

use crate::{
    id::{LinkedId, UserId},
    time::Timestamp,
    upstream::UpstreamName,
};

/// An identity at an upstream that signs an account in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Its id.
    pub id: LinkedId,
    /// Whose account it signs in.
    pub user: UserId,
    /// At which upstream.
    pub upstream: UpstreamName,
    /// The issuer that vouched for it.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// What the person recognises it by: what they were called there when it was linked.
    pub shown: Option<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Option<Timestamp>,
}

/// A sign-in at an upstream that is under way: the row behind a `state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAway {
    /// At which upstream.
    pub upstream: UpstreamName,
    /// The hash under which the browser that began it is remembered.
    pub browser_hash: String,
    /// Nonce, verifier and purpose, sealed.
    pub sealed: String,
    /// Its end.
    pub expires_at: Timestamp,
}
