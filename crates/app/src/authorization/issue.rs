//! A code for a client: grant, code, audit event and the end of the parked request, in one transaction.

use super::{
    authorize::{Authorized, Sender},
    service::Authorization,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
};
use doorstep_core::{
    id::GrantId,
    model::{Client, EventKind, Interaction},
    oauth::decide::IssueGrant,
    secret::{Token, TokenKind},
};
use doorstep_store::{StoreError, codes, grants, interactions, sessions};

impl Authorization {
    /// Writes grant and code, and spends the parked request.
    pub(super) async fn issue(
        &self,
        client: &Client,
        issue: IssueGrant,
        parked: Option<&Interaction>,
        Sender { who, browser, caller }: Sender<'_>,
    ) -> Result<Option<Authorized>, InternalError> {
        let who = who.ok_or(InternalError::Missing("the person whom a code is for"))?;
        let now = self.context.now();
        let mut entropy = self.context.ambient.entropy();
        let grant = issue.grant(GrantId::begun_at(now, &mut entropy), now);
        let code = Token::random(TokenKind::Code, &mut entropy);
        let mut tx = self.context.db.begin().await?;
        // Whoever ends it ends the grants that were made in it afterwards: one that it does not find would last.
        if !sessions::lock(&mut tx, &who.session.id).await? {
            return Err(StoreError::MissingParent { table: "grants" }.into());
        }
        grants::insert(&mut tx, &grant).await?;
        codes::insert(&mut tx, &code.hash(), &issue.code(grant.id.clone(), now)).await?;
        let happened = AuditEntry::new(EventKind::CodeIssued, &grant.id).client(&client.id);
        audit::write(&mut tx, &self.context, By::of(&who.principal, caller, now), happened).await?;
        if let Some(parked) = parked
            && !interactions::delete(&mut tx, &parked.id).await?
        {
            // Answered at this very moment by the same browser: one request yields one code.
            return Ok(None);
        }
        let spent = match parked.and_then(|parked| browser.spare(&parked.browser_hash)) {
            Some(cookie) if !interactions::has_browser(&mut tx, &cookie.hash().to_text()).await? => {
                Some(cookie.clone())
            }
            _ => None,
        };
        tx.commit().await?;
        if issue.challenge.is_none() {
            self.without_pkce.tell(&client.id, now);
        }
        let (response, client) = (issue.target.success(&code), client.name.clone());
        Ok(Some(Authorized::Respond { response, client, spent, reported: false }))
    }
}
