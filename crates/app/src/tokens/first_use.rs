//! The first use of a new version of a client's secret, noted once: by it, a rotation knows that the app has it.

use super::service::Tokens;
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
};
use doorstep_core::{
    access::Caller,
    model::{ClientSecret, EventKind, Rotation},
    oauth::client_auth::AuthenticatedClient,
};
use doorstep_store::rotations;

impl Tokens {
    /// Notes it, if this is it. Costs nothing otherwise, and no request fails for it: the next use is noted as well.
    pub(super) async fn note_first_use(&self, proved: &AuthenticatedClient<'_>, caller: &Caller) {
        let Some(rotation) = first_use(proved) else { return };
        let noting = Box::pin(self.write_first_use(proved, rotation, caller));
        if let Err(error) = noting.await {
            let client = proved.client().id.as_str();
            tracing::warn!(%error, client, "the first use of a new client secret was not noted; the next one is");
        }
    }

    async fn write_first_use(
        &self,
        proved: &AuthenticatedClient<'_>,
        rotation: &Rotation,
        caller: &Caller,
    ) -> Result<(), InternalError> {
        let (client, now) = (&proved.client().id, self.context.now());
        let mut tx = self.context.db.begin().await?;
        if rotations::used(&mut tx, (client, rotation), now).await? {
            let happened = AuditEntry::new(EventKind::SecretFirstUsed, client).client(client);
            let happened = happened.detail("version", &rotation.new.to_string());
            audit::write(&mut tx, &self.context, By::new(client, caller, now), happened).await?;
            tx.commit().await?;
        }
        // Also where another server was faster: what this one keeps in memory is older.
        self.caches.catch_up_after_commit().await;
        Ok(())
    }
}

/// The rotation whose new version the client proved itself with for the first time, as far as is known here.
fn first_use<'c>(proved: &AuthenticatedClient<'c>) -> Option<&'c Rotation> {
    let ClientSecret::Derived { rotation: Some(rotation), .. } = &proved.client().secret else { return None };
    let version = proved.client().secret.accepted().get(proved.matched()?).copied()?;
    rotation.is_first_use(version.number).then_some(rotation)
}
