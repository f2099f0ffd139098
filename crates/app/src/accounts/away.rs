//! Going to an upstream: what is kept until the person comes back, and that it is taken out once, by the browser that
//! began it, at the upstream that it was for (security rows 26 and 41).

use super::{account_error::AccountError, newcomer::Newcomer, service::Accounts, typed::NewPerson};
use crate::{error::InternalError, keyring::Sealed, sessions::Own, upstreams::UpstreamError};
use doorstep_core::{
    id::{SessionId, UserId},
    model::{Browser, SignInAway},
    secret::{SecretHash, Token, TokenKind},
    time::Timestamp,
    upstream::{
        Upstream, UpstreamName,
        request::{AWAY_FOR, Drawn, address},
    },
};
use doorstep_store::sign_ins_away;
use serde::{Deserialize, Serialize};

/// What is kept, sealed, under the hash of `state`.
#[derive(Serialize, Deserialize)]
pub(super) struct Away {
    pub(super) drawn: Drawn,
    pub(super) begun_at: Timestamp,
    /// Whether the person is to prove afresh who they are.
    pub(super) afresh: bool,
    pub(super) errand: Errand,
}

/// What for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Errand {
    /// To sign in, and to go on there: a path of ours.
    SignIn { then: String },
    /// To link the identity to an account, in this session.
    Link { user: UserId, session: SessionId },
    /// To make an account with an invitation.
    Join { invite: String, person: Newcomer },
}

impl Accounts {
    /// Where a browser is sent to sign in at an upstream. `then` is a path of ours; with `afresh`, whoever is signed in
    /// already is to prove it again.
    pub async fn sign_in_at(
        &self,
        (upstream, browser): (&UpstreamName, &Browser),
        then: String,
        afresh: bool,
    ) -> Result<String, UpstreamError> {
        let upstream = self.upstreams.named(upstream)?;
        self.set_out((&upstream, browser), Errand::SignIn { then }, afresh).await
    }

    /// Where a person is sent to link an identity to their account.
    pub async fn begin_linking(
        &self,
        own: &Own<'_>,
        (upstream, browser): (&UpstreamName, &Browser),
    ) -> Result<String, UpstreamError> {
        let upstream = self.upstreams.named(upstream)?;
        self.require_fresh(own.who).await.map_err(|error| match error {
            AccountError::Internal(error) => UpstreamError::Internal(error),
            error => error.into(),
        })?;
        let errand = Errand::Link { user: own.user().clone(), session: own.who.session.id.clone() };
        self.set_out((&upstream, browser), errand, false).await
    }

    /// Where somebody new is sent who makes an account with an invitation. What they typed about themselves is checked.
    pub async fn join_at(
        &self,
        (upstream, browser): (&UpstreamName, &Browser),
        invite: &Token,
        typed: &NewPerson,
    ) -> Result<String, UpstreamError> {
        let upstream = self.upstreams.named(upstream)?;
        if !upstream.enrols {
            return Err(UpstreamError::EnrolsNobody);
        }
        let person = self.check_invited(invite, typed).await?;
        let errand = Errand::Join { invite: invite.expose().to_owned(), person };
        self.set_out((&upstream, browser), errand, false).await
    }

    async fn set_out(
        &self,
        (upstream, browser): (&Upstream, &Browser),
        errand: Errand,
        afresh: bool,
    ) -> Result<String, UpstreamError> {
        let described = self.upstreams.described(upstream).await?;
        let mut entropy = self.context.ambient.entropy();
        let now = self.context.now();
        let (state, drawn) = Drawn::new(&mut entropy);
        let redirect_uri = upstream.redirect_uri(&self.context.settings.issuer);
        let there = address((upstream, &described.metadata), &redirect_uri, (&state, &drawn), afresh);
        let away = serde_json::to_vec(&Away { drawn, begun_at: now, afresh, errand })
            .map_err(|_| InternalError::Missing("what is kept of a sign-in"))?;
        let hash = state.hash();
        let sealed = self.context.keyring.seal(Sealed::SignInAway, &hash.to_text(), &away, &mut entropy);
        let row = SignInAway {
            upstream: upstream.name.clone(),
            browser_hash: browser.hash(),
            sealed: sealed.map_err(InternalError::from)?,
            expires_at: now + AWAY_FOR,
        };
        sign_ins_away::insert(&mut self.context.db.write().await?, &hash, &row).await?;
        Ok(there)
    }

    /// What the browser set out for. The row is gone before anything of the answer is looked at.
    pub(super) async fn returned(
        &self,
        (upstream, browser): (&UpstreamName, &Browser),
        state: &str,
    ) -> Result<Away, UpstreamError> {
        let state = Token::parse(TokenKind::Upstream, state).ok_or(UpstreamError::Gone)?;
        let hash = state.hash();
        let row = sign_ins_away::take(&mut self.context.db.write().await?, &hash).await?;
        let row = row.ok_or(UpstreamError::Gone)?;
        let is_its =
            row.upstream == *upstream && browser.began(&row.browser_hash) && self.context.now() < row.expires_at;
        if is_its { self.opened(&hash, &row) } else { Err(UpstreamError::Gone) }
    }

    fn opened(&self, hash: &SecretHash, row: &SignInAway) -> Result<Away, UpstreamError> {
        let plain = self.context.keyring.open(Sealed::SignInAway, &hash.to_text(), &row.sealed);
        let plain = plain.map_err(|_| UpstreamError::Gone)?;
        serde_json::from_slice(plain.expose()).map_err(|_| UpstreamError::Gone)
    }
}
