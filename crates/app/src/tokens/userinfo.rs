//! UserInfo: OpenID Connect Core §5.3. One read, one decision, no write.

use super::service::Tokens;
use crate::error::InternalError;
use doorstep_core::{
    model::Principal,
    oauth::{
        params::Params,
        standing::Standing,
        userinfo::{BearerError, bearer, decide},
    },
};
use doorstep_store::{consents, tokens};
use serde_json::{Map, Value};

/// Why UserInfo answers no claims.
#[derive(Debug, thiserror::Error)]
pub enum UserInfoError {
    /// The token opens nothing.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<doorstep_store::StoreError> for UserInfoError {
    fn from(error: doorstep_store::StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Tokens {
    /// The claims that the request's access token opens. `form` is the body of a form POST.
    pub async fn userinfo(
        &self,
        authorization: Option<&str>,
        form: Option<&[u8]>,
    ) -> Result<Map<String, Value>, UserInfoError> {
        let params = form.map(Params::parse).transpose().map_err(|_| BearerError::Unreadable)?;
        let token = bearer(authorization, params.as_ref())?;
        let now = self.context.now();
        let mut conn = self.context.db.read().await?;
        let found = tokens::access(&mut conn, &token.hash(), self.context.alive(now)).await?;
        // Let go of before anything else is read, so that nobody holds one reader and waits for another.
        drop(conn);
        let (row, found) = found.ok_or(BearerError::Invalid)?;
        let client = self.caches.client(found.grant.client.as_str()).await?.ok_or(BearerError::Invalid)?;
        let consent = match found.grant.person() {
            Some(person) if !client.first_party => {
                consents::get(&mut self.context.db.read().await?, &person.user, &found.grant.client).await?
            }
            _ => None,
        };
        let principal = found.account.and_then(|(user, groups)| Principal::active(user, groups, now));
        let standing =
            Standing { principal: principal.as_ref(), session_alive: found.session_alive, consent: consent.as_ref() };
        Ok(decide(Some((&row, &found.grant)), &client, &standing, now)?)
    }
}
