//! What every grant type shares: who asks, whether a family still stands, what is written and what is said.
//!
//! Signing comes after the commit: it is by far the longest part, and nobody else has to wait for it.

use super::service::Tokens;
use crate::{
    again::Aborted,
    audit::{self, AuditEntry, By},
    cache::TooMany,
    error::InternalError,
};
use doorstep_core::{
    access::Caller,
    id::{ClientId, GrantId},
    limit::Source,
    model::{Alive, Client, Consent, EventKind, Grant, Principal, StoredToken},
    oauth::{
        client_auth::{AuthenticatedClient, ClientAuthError, Presented},
        error::OAuthError,
        id_token::{IdToken, IdTokenFacts},
        params::ParamsError,
        standing::Standing,
        token_response::TokenResponse,
    },
    secret::Token,
    time::Timestamp,
};
use doorstep_store::{Conn, StoreError, consents, grants, grants::GrantWithPrincipal, tokens};
use std::{collections::BTreeSet, sync::Arc};

/// Why a token or revocation request failed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The body cannot be read.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The client did not prove itself.
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// It failed to do so too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The request or what it presents is refused.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for TokenError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

/// A grant with the live facts that decide whether it still stands for the client that asks.
pub(super) struct Live {
    pub(super) grant: Grant,
    principal: Option<Principal>,
    session_alive: bool,
    consent: Option<Consent>,
}

/// Nothing is known: nothing stands.
pub(super) const NOBODY: Standing<'static> = Standing { principal: None, session_alive: false, consent: None };

impl Live {
    /// Loads a grant with everything that may have changed since it was made.
    pub(super) async fn load(
        conn: &mut Conn,
        id: &GrantId,
        client: &Client,
        alive: Alive,
    ) -> Result<Option<Self>, StoreError> {
        let Some(found) = grants::grant_with_principal(conn, id, alive).await? else { return Ok(None) };
        let GrantWithPrincipal { grant, account, session_alive } = found;
        let consent = match grant.person() {
            Some(person) if !client.first_party => consents::get(conn, &person.user, &grant.client).await?,
            _ => None,
        };
        let principal = account.and_then(|(user, groups)| Principal::active(user, groups, alive.now));
        Ok(Some(Self { grant, principal, session_alive, consent }))
    }

    pub(super) const fn standing(&self) -> Standing<'_> {
        Standing {
            principal: self.principal.as_ref(),
            session_alive: self.session_alive,
            consent: self.consent.as_ref(),
        }
    }
}

/// What has been written and is then said.
pub(super) struct Issued {
    pub(super) access: Token,
    pub(super) refresh: Option<Token>,
    pub(super) scopes: BTreeSet<String>,
}

impl Tokens {
    /// Derives, hashes and compares as much for everybody, so that the time taken tells nothing (security row 84).
    /// Compares first: those that do not prove themselves are counted, and beyond the limit are told to wait (RFC 6749
    /// §2.3.1); a right secret of 256 bits is not found by trying, and whoever has it is not held up by others at its
    /// address.
    pub(super) fn authenticate<'c>(
        &self,
        presented: &Presented,
        client: Option<&'c Arc<Client>>,
        source: &Source,
    ) -> Result<AuthenticatedClient<'c>, TokenError> {
        let client = client.map(AsRef::as_ref);
        let derived = self.context.keyring.client_secrets(client).map_err(InternalError::from)?;
        let proved = presented.authenticate(client, &derived);
        if let Err(error) = &proved {
            let known = client.map(|client| &client.id);
            self.allowances.count_unproved(known, source)?;
            // Known clients only, so that a stranger cannot write into the log what they like.
            let id = known.map_or("unknown", ClientId::as_str);
            tracing::warn!(client = id, rule = error.rule(), "client authentication failed");
        }
        Ok(proved?)
    }

    /// Ends a family of which something came a second time.
    pub(super) async fn revoke_family(
        &self,
        conn: &mut Conn,
        id: &GrantId,
        client: &Client,
        (caller, what): (&Caller, &str),
    ) -> Result<(), TokenError> {
        let now = self.context.now();
        if grants::revoke(conn, id, now).await? {
            let happened = AuditEntry::new(EventKind::FamilyRevoked, id).client(&client.id);
            let by = By::new(&client.id, caller, now);
            audit::write(conn, &self.context, by, happened.detail("replayed", what)).await?;
        }
        Ok(())
    }

    /// Signs the ID Token and writes the response.
    pub(super) fn say(
        &self,
        issued: &Issued,
        client: &Client,
        (grant, principal): (&Grant, &Principal),
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let facts = IdTokenFacts {
            issuer: self.issuer(),
            client,
            grant,
            principal,
            access_token: Some(&issued.access),
            ttl: self.context.settings.live().id_token_ttl,
        };
        let id_token = match IdToken::build(facts, &issued.scopes, now) {
            Some(claims) => {
                let keys = self.context.keyring.keys();
                let key =
                    keys.signing(client.id_token_alg).ok_or(InternalError::Missing("the client's signing key"))?;
                Some(key.sign(&claims).map_err(InternalError::from)?)
            }
            None => None,
        };
        let response = TokenResponse {
            access_token: &issued.access,
            expires_in: client.access_ttl,
            scopes: &issued.scopes,
            id_token: id_token.as_deref(),
            refresh_token: issued.refresh.as_ref(),
        };
        serde_json::to_vec(&response).map_err(|_| InternalError::Missing("the token response").into())
    }
}

/// Writes an access token of a family.
pub(super) async fn write_access(
    conn: &mut Conn,
    token: &Token,
    (grant, scopes): (&Grant, &BTreeSet<String>),
    client: &Client,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = StoredToken {
        grant: grant.id.clone(),
        scopes: scopes.clone(),
        created_at: now,
        expires_at: now + client.access_ttl,
        consumed_at: None,
    };
    tokens::insert_access(conn, &token.hash(), &row).await
}
