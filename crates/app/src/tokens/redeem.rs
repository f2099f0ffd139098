//! Redeeming a code: RFC 6749 §4.1.3. Redeemed, refused and replayed each write and commit once.

use super::{
    family::{Issued, Live, NOBODY, TokenError, write_access},
    service::Tokens,
};
use crate::error::InternalError;
use doorstep_core::{
    access::Caller,
    model::{Client, Grant, StoredToken},
    oauth::{
        code::{self, CodeOutcome},
        refresh,
        token_request::PresentedCode,
    },
    secret::{Token, TokenKind},
    time::Timestamp,
};
use doorstep_store::{
    Conn,
    codes::{self, CodeState},
    tokens,
};

impl Tokens {
    pub(super) async fn redeem_code(
        &self,
        presented: &PresentedCode<'_>,
        caller: &Caller,
    ) -> Result<Vec<u8>, TokenError> {
        let (now, client) = (self.context.now(), presented.client().client());
        let mut tx = self.context.db.begin().await?;
        let state = codes::consume(&mut tx, &presented.hash(), now).await?;
        let live = match &state {
            CodeState::Fresh(code) | CodeState::Replayed(code) => {
                Live::load(&mut tx, &code.grant, client, self.context.alive(now)).await?
            }
            CodeState::Expired | CodeState::Unknown => None,
        };
        let found = match (&state, &live) {
            (CodeState::Fresh(code), Some(live)) => code::Found::First { code, grant: &live.grant },
            (CodeState::Replayed(_), Some(live)) => code::Found::Again { grant: &live.grant },
            _ => code::Found::Nothing,
        };
        let standing = live.as_ref().map_or(NOBODY, Live::standing);
        match (code::decide(presented, found, &standing, now), &live) {
            (CodeOutcome::Redeem { principal }, Some(live)) => {
                let issued = self.write_first_tokens(&mut tx, &live.grant, client, now).await?;
                tx.commit().await?;
                self.say(&issued, client, (&live.grant, principal), now)
            }
            (CodeOutcome::RevokeFamily(id), _) => {
                self.revoke_family(&mut tx, &id, client, (caller, "code")).await?;
                tx.commit().await?;
                Err(code::REPLAYED.into())
            }
            (CodeOutcome::Refuse(refusal), _) => {
                // The code stays consumed: there is one try.
                tx.commit().await?;
                tracing::warn!(client = client.id.as_str(), %refusal, "a code was not redeemed");
                Err(refusal.error().into())
            }
            (CodeOutcome::Redeem { .. }, None) => Err(InternalError::Missing("the grant of a code").into()),
        }
    }

    pub(super) async fn write_first_tokens(
        &self,
        conn: &mut Conn,
        grant: &Grant,
        client: &Client,
        now: Timestamp,
    ) -> Result<Issued, TokenError> {
        let mut entropy = self.context.ambient.entropy();
        let access = Token::random(TokenKind::Access, &mut entropy);
        write_access(conn, &access, (grant, &grant.scopes), client, now).await?;
        let refresh = refresh::is_issued(grant).then(|| Token::random(TokenKind::Refresh, &mut entropy));
        if let Some(token) = &refresh {
            let row = StoredToken {
                grant: grant.id.clone(),
                scopes: grant.scopes.clone(),
                created_at: now,
                expires_at: refresh::family_end(grant, client),
                consumed_at: None,
            };
            tokens::insert_refresh(conn, &token.hash(), &row).await?;
        }
        Ok(Issued { access, refresh, scopes: grant.scopes.clone() })
    }
}
