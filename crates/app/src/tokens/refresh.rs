//! Refreshing: RFC 6749 §6, RFC 9700 §4.14.2. The successor is derived from a salt that is kept with the consumed
//! token, so that an answer that was lost on its way can be given again.

use super::{
    family::{Issued, Live, NOBODY, TokenError, write_access},
    service::Tokens,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    access::Caller,
    model::{Client, EventKind, StoredToken},
    oauth::{
        error::OAuthError,
        refresh::{self, RefreshOutcome, Refreshed},
        token_request::PresentedRefresh,
    },
    secret::{SecretHash, Token, TokenKind},
    time::Timestamp,
};
use doorstep_store::{
    Conn, Tx,
    tokens::{self, RefreshState, StoredRefresh},
};

/// What was found under a presented token.
struct LookedUp {
    token: StoredToken,
    live: Live,
    /// The successor, when the token was consumed, and its row.
    successor: Option<Token>,
    next: Option<StoredToken>,
}

/// The refresh token that an answer carries.
enum Successor {
    /// To be written.
    New(Token),
    /// Written before, in an answer that was lost.
    Known(Token),
}

impl Tokens {
    pub(super) async fn refresh(
        &self,
        presented: &PresentedRefresh<'_>,
        caller: &Caller,
    ) -> Result<Vec<u8>, TokenError> {
        let (hash, client) = (presented.hash(), presented.client().client());
        // A second round only when another request consumed the token between our look and our statement.
        for _ in 0..2 {
            let now = self.context.now();
            let mut tx = self.context.db.begin().await?;
            let looked = self.look_up(&mut tx, &hash, client, now).await?;
            let found = looked.as_ref().map(|looked| refresh::Found {
                token: &looked.token,
                grant: &looked.live.grant,
                successor: looked.next.as_ref(),
            });
            let standing = looked.as_ref().map_or(NOBODY, |looked| looked.live.standing());
            let (refreshed, successor) = match refresh::decide(presented, found, &standing, now) {
                RefreshOutcome::Rotate(refreshed) => {
                    let salt = URL_SAFE_NO_PAD.encode(self.context.ambient.entropy().bytes::<32>());
                    match tokens::consume_refresh(&mut tx, &hash, &salt, now).await? {
                        RefreshState::Fresh(_) => (refreshed, Successor::New(self.successor(&hash, &salt)?)),
                        _ => continue,
                    }
                }
                RefreshOutcome::RepeatSuccessor(refreshed) => {
                    let known = looked.as_ref().and_then(|looked| looked.successor.clone());
                    (
                        refreshed,
                        Successor::Known(known.ok_or(InternalError::Missing("the salt of a consumed refresh token"))?),
                    )
                }
                RefreshOutcome::RevokeFamily(id) => {
                    self.revoke_family(&mut tx, &id, client, (caller, "refresh token")).await?;
                    tx.commit().await?;
                    return Err(refresh::REUSED.into());
                }
                RefreshOutcome::Refuse(refusal) => {
                    tracing::warn!(client = client.id.as_str(), %refusal, "a refresh was refused");
                    return Err(refusal.error().into());
                }
            };
            let Some(LookedUp { live, .. }) = &looked else {
                return Err(InternalError::Missing("the grant of a refresh token").into());
            };
            let said = self.rotate(tx, (client, live), (refreshed, successor), now).await?;
            let happened = AuditEntry::new(EventKind::TokensRefreshed, &live.grant.id).client(&client.id);
            audit::log_only(&self.context, By::new(&client.id, caller, now), happened);
            return Ok(said);
        }
        Err(OAuthError::TEMPORARILY_UNAVAILABLE.into())
    }

    /// Writes the new tokens, commits, and says them.
    async fn rotate(
        &self,
        mut tx: Tx,
        (client, live): (&Client, &Live),
        (refreshed, successor): (Refreshed<'_>, Successor),
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let access = Token::random(TokenKind::Access, &mut self.context.ambient.entropy());
        write_access(&mut tx, &access, (&live.grant, &refreshed.scopes), client, now).await?;
        if let Successor::New(token) = &successor {
            let row = StoredToken {
                grant: live.grant.id.clone(),
                scopes: refreshed.successor_scopes,
                created_at: now,
                expires_at: refreshed.successor_expires_at,
                consumed_at: None,
            };
            tokens::insert_refresh(&mut tx, &token.hash(), &row).await?;
        }
        tx.commit().await?;
        let (Successor::New(token) | Successor::Known(token)) = successor;
        let issued = Issued { access, refresh: Some(token), scopes: refreshed.scopes };
        self.say(&issued, client, (&live.grant, refreshed.principal), now)
    }

    async fn look_up(
        &self,
        conn: &mut Conn,
        hash: &SecretHash,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<LookedUp>, TokenError> {
        let Some(StoredRefresh { token, successor_salt }) = tokens::refresh(conn, hash).await? else {
            return Ok(None);
        };
        let Some(live) = Live::load(conn, &token.grant, client, self.context.alive(now)).await? else {
            return Ok(None);
        };
        let (successor, next) = match successor_salt {
            Some(salt) => self.known_successor(conn, hash, &salt).await?,
            None => (None, None),
        };
        Ok(Some(LookedUp { token, live, successor, next }))
    }

    /// The successor that was written, under whichever root key it was made, with its row; the first that it could be
    /// where none is there.
    async fn known_successor(
        &self,
        conn: &mut Conn,
        hash: &SecretHash,
        salt: &str,
    ) -> Result<(Option<Token>, Option<StoredToken>), TokenError> {
        let all = self.context.keyring.refresh_successors(hash, salt).map_err(InternalError::from)?;
        for successor in &all {
            if let Some(found) = tokens::refresh(conn, &successor.hash()).await? {
                return Ok((Some(successor.clone()), Some(found.token)));
            }
        }
        Ok((all.into_iter().next(), None))
    }

    fn successor(&self, hash: &SecretHash, salt: &str) -> Result<Token, TokenError> {
        Ok(self.context.keyring.refresh_successor(hash, salt).map_err(InternalError::from)?)
    }
}
