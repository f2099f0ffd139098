//! Sealing anew: each row that is sealed under an earlier root key gets the same thing sealed under the one in force. Until
//! all have, each opens under either.

use super::RootKeyRotation;
use crate::{
    accounts::place_of_totp, error::InternalError, keyring::Sealed, onboarding::place_of_binding,
    signing_keys::place_of,
};
use doorstep_core::{
    access::{Act, ManageKeys},
    model::RootKeyRecord,
};
use doorstep_store::{bindings, keys, root_keys, totp_keys};

impl RootKeyRotation {
    /// Seals anew what is sealed under an earlier key; gives how many rows that were. When every server has heard of the
    /// key that is in force, and nothing was left, it is noted.
    pub async fn seal_anew(&self, act: &Act<'_, ManageKeys>, key: &RootKeyRecord) -> Result<usize, InternalError> {
        // What a server that has not heard yet seals from now on is found by a later look.
        let heard_by_all = key.is_heard_by_all(self.context.now());
        let mut sealed = self.each_kind().await?;
        if heard_by_all && sealed > 0 {
            sealed += self.each_kind().await?;
        }
        if !heard_by_all || key.resealed_at.is_some() {
            return Ok(sealed);
        }
        let mut tx = self.begin_step().await?;
        if root_keys::resealed(&mut tx, &key.id, self.context.now()).await? {
            self.commit_step(tx, act, ("resealed", key.generation, &key.id)).await?;
        }
        Ok(sealed)
    }

    async fn each_kind(&self) -> Result<usize, InternalError> {
        Ok(self.signing_keys().await? + self.provider_secrets().await? + self.totp_keys().await?)
    }

    async fn signing_keys(&self) -> Result<usize, InternalError> {
        let mut sealed = 0;
        let rows = keys::all(&mut self.context.db.read().await?).await?;
        for row in rows {
            if let Some(now) = self.anew((Sealed::SigningKey, &place_of(&row.id)), &row.sealed)? {
                let mut conn = self.context.db.write().await?;
                sealed += usize::from(keys::reseal(&mut conn, &row.id, (&row.sealed, &now)).await?);
            }
        }
        Ok(sealed)
    }

    async fn provider_secrets(&self) -> Result<usize, InternalError> {
        let mut sealed = 0;
        let rows = bindings::sealed(&mut self.context.db.read().await?).await?;
        for row in rows {
            let place = place_of_binding(&row.provider, &row.app);
            if let Some(now) = self.anew((Sealed::ProviderSecret, &place), &row.sealed)? {
                let mut conn = self.context.db.write().await?;
                sealed += usize::from(bindings::reseal(&mut conn, &row, &now).await?);
            }
        }
        Ok(sealed)
    }

    async fn totp_keys(&self) -> Result<usize, InternalError> {
        let mut resealed = 0;
        let rows = totp_keys::sealed(&mut self.context.db.read().await?).await?;
        for (id, sealed) in rows {
            if let Some(now) = self.anew((Sealed::TotpKey, &place_of_totp(&id)), &sealed)? {
                let mut conn = self.context.db.write().await?;
                resealed += usize::from(totp_keys::reseal(&mut conn, &id, (&sealed, &now)).await?);
            }
        }
        Ok(resealed)
    }

    fn anew(&self, place: (Sealed, &str), sealed: &str) -> Result<Option<String>, InternalError> {
        Ok(self.context.keyring.sealed_anew(place, sealed, &mut self.context.ambient.entropy())?)
    }
}
