//! Refreshing: RFC 6749 §6, RFC 9700 §4.14.2. The successor is derived, so that an answer that was lost on
//! its way can be given again for a few seconds.

use super::{
    family::{Issued, Live, NOBODY, TokenError, write_access},
    service::Tokens,
};
use crate::{caller::Caller, error::InternalError};
use doorstep_core::{
    model::{Client, StoredToken},
    oauth::{
        error::OAuthError,
        refresh::{self, RefreshOutcome, Refreshed},
        token_request::PresentedRefresh,
    },
    secret::{SecretHash, Token, TokenKind},
    time::Timestamp,
};
use doorstep_store::{
    Conn, StoreError, Tx,
    tokens::{self, RefreshState},
};

/// What was found under a presented token.
struct LookedUp {
    token: StoredToken,
    live: Live,
    /// The successor's row, when there is one.
    next: Option<StoredToken>,
}

impl Tokens {
    pub(super) async fn refresh(
        &self,
        presented: &PresentedRefresh<'_>,
        caller: &Caller,
    ) -> Result<Vec<u8>, TokenError> {
        let (hash, client) = (presented.hash(), presented.client().client());
        let successor = self.context.keyring.refresh_successor(&hash).map_err(InternalError::from)?;
        // A second round only when another request consumed the token between our look and our statement.
        for _ in 0..2 {
            let now = self.context.now();
            let mut tx = self.context.db.begin().await?;
            let looked = look_up(&mut tx, (&hash, &successor), client, now).await?;
            let found = looked.as_ref().map(|looked| refresh::Found {
                token: &looked.token,
                grant: &looked.live.grant,
                successor: looked.next.as_ref(),
            });
            let standing = looked.as_ref().map_or(NOBODY, |looked| looked.live.standing());
            let (refreshed, first) = match refresh::decide(presented, found, &standing, now) {
                RefreshOutcome::Rotate(refreshed) => match tokens::consume_refresh(&mut tx, &hash, now).await? {
                    RefreshState::Fresh(_) => (refreshed, true),
                    _ => continue,
                },
                RefreshOutcome::RepeatSuccessor(refreshed) => (refreshed, false),
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
            let successor = (successor, first);
            return self.rotate(tx, (client, live), (refreshed, successor), now).await;
        }
        Err(OAuthError::TEMPORARILY_UNAVAILABLE.into())
    }

    /// Writes the new tokens, commits, and says them.
    async fn rotate(
        &self,
        mut tx: Tx,
        (client, live): (&Client, &Live),
        (refreshed, (successor, first)): (Refreshed<'_>, (Token, bool)),
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let access = Token::random(TokenKind::Access, &mut self.context.ambient.entropy());
        write_access(&mut tx, &access, (&live.grant, &refreshed.scopes), client, now).await?;
        if first {
            let row = StoredToken {
                grant: live.grant.id.clone(),
                scopes: refreshed.successor_scopes,
                created_at: now,
                expires_at: refreshed.successor_expires_at,
                consumed_at: None,
            };
            tokens::insert_refresh(&mut tx, &successor.hash(), &row).await?;
        }
        tx.commit().await?;
        let issued = Issued { access, refresh: Some(successor), scopes: refreshed.scopes };
        self.say(&issued, client, (&live.grant, refreshed.principal), now)
    }
}

async fn look_up(
    conn: &mut Conn,
    (hash, successor): (&SecretHash, &Token),
    client: &Client,
    now: Timestamp,
) -> Result<Option<LookedUp>, StoreError> {
    let Some(token) = tokens::refresh(conn, hash).await? else { return Ok(None) };
    let Some(live) = Live::load(conn, &token.grant, client, now).await? else { return Ok(None) };
    let next = match token.consumed_at {
        Some(_) => tokens::refresh(conn, &successor.hash()).await?,
        None => None,
    };
    Ok(Some(LookedUp { token, live, next }))
}
