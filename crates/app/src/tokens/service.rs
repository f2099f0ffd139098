//! The tokens service: what the functions of this folder work with.

use crate::{
    cache::{Allowances, Caches},
    context::Context,
};
use doorstep_core::id::ClientId;
use doorstep_store::{StoreError, moves};
use std::sync::Arc;

/// The token, revocation and UserInfo endpoints.
#[derive(Clone)]
pub struct Tokens {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
    pub(super) allowances: Arc<Allowances>,
    /// The former issuer under which it is asked.
    former: Option<String>,
}

impl Tokens {
    pub(crate) fn new(context: &Arc<Context>, caches: &Arc<Caches>, allowances: &Arc<Allowances>) -> Self {
        Self {
            context: Arc::clone(context),
            caches: Arc::clone(caches),
            allowances: Arc::clone(allowances),
            former: None,
        }
    }

    /// The same service as it answers under a former issuer: an app that was not told of the new one finds the issuer in
    /// its ID Tokens that it knows, byte for byte (OpenID Connect Core §3.1.3.7).
    #[must_use]
    pub fn under(&self, former: &str) -> Self {
        Self { former: Some(former.to_owned()), ..self.clone() }
    }

    /// What ID Tokens name as their issuer.
    pub(super) fn issuer(&self) -> &str {
        self.former.as_deref().unwrap_or(&self.context.settings.issuer)
    }

    /// Notes that an app asked under a former issuer, so that somebody knows when that may be given up. It is answered
    /// all the same when that fails.
    pub(super) async fn note_former_use(&self, client: &ClientId) {
        let Some(issuer) = &self.former else { return };
        let (noted, client_id) = (self.write_former_use(issuer, client).await, client.as_str());
        match noted {
            Ok(true) => tracing::info!(client = client_id, issuer, "an app asked under a former issuer"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, client = client_id, "an app asked under a former issuer: not noted"),
        }
    }

    async fn write_former_use(&self, issuer: &str, client: &ClientId) -> Result<bool, StoreError> {
        moves::note_use(&mut self.context.db.write().await?, issuer, client, self.context.now()).await
    }
}
