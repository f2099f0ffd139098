//! Token revocation: RFC 7009. Whatever the token is, the answer is the same.

use super::{family::TokenError, service::Tokens};
use crate::audit::{self, AuditEntry, By};
use doorstep_core::{
    access::Caller,
    limit::Source,
    model::EventKind,
    oauth::{
        client_auth::Presented,
        params::Params,
        revoke::{RevocationRequest, RevokeOutcome},
    },
    secret::TokenKind,
};
use doorstep_store::{grants, tokens};

impl Tokens {
    /// Ends a token for the client that it was issued to.
    pub async fn revoke(
        &self,
        authorization: Option<&str>,
        body: &[u8],
        (caller, source): (&Caller, &Source),
    ) -> Result<(), TokenError> {
        let params = Params::parse(body)?;
        let presented = Presented::read(authorization, &params)?;
        let client = self.caches.client(presented.client_id()).await?;
        let authenticated = self.authenticate(&presented, client.as_ref(), source)?;
        self.note_first_use(&authenticated, caller).await;
        let request = RevocationRequest::parse(&params, authenticated)?;
        let Some((kind, hash)) = request.lookup() else { return Ok(()) };
        let now = self.context.now();
        let mut tx = self.context.db.begin().await?;
        let grant = match kind {
            TokenKind::Refresh => match tokens::refresh(&mut tx, &hash).await? {
                Some(found) => grants::by_id(&mut tx, &found.token.grant).await?,
                None => None,
            },
            _ => tokens::access(&mut tx, &hash, self.context.alive(now)).await?.map(|(_, found)| found.grant),
        };
        let (ended, what) = match request.decide(grant.as_ref()) {
            RevokeOutcome::Nothing => return Ok(()),
            RevokeOutcome::AccessToken => (tokens::delete_access(&mut tx, &hash).await?, "access token"),
            RevokeOutcome::Family(id) => (grants::revoke(&mut tx, &id, now).await?, "family"),
        };
        if let Some(grant) = grant.filter(|_| ended) {
            let happened = AuditEntry::new(EventKind::TokenRevoked, &grant.id).client(&grant.client);
            let by = By::new(&grant.client, caller, now);
            audit::write(&mut tx, &self.context, by, happened.detail("ended", what)).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
