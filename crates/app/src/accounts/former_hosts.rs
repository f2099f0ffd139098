//! Passkeys of hosts that the instance had before it moved: WebAuthn Level 3 §5.11. They sign in while the file names the
//! former issuer, and whoever has no other is asked to make one of the present host.

use super::service::Accounts;
use crate::error::InternalError;
use doorstep_core::model::Passkey;
use doorstep_store::{moves, passkeys};

impl Accounts {
    /// The former hosts whose passkeys are offered: of which somebody still has any, or of which that cannot be told.
    pub async fn former_hosts(&self) -> Vec<String> {
        let rp = self.context.rp();
        let mut hosts = Vec::new();
        for host in rp.former_ids() {
            let held = self.has_passkeys_of(host).await;
            if let Err(error) = &held {
                tracing::warn!(%error, host, "whether anybody has passkeys of a former host cannot be read");
            }
            if held.unwrap_or(true) {
                hosts.push(host.to_owned());
            }
        }
        hosts
    }

    async fn has_passkeys_of(&self, host: &str) -> Result<bool, InternalError> {
        Ok(moves::has_passkeys(&mut self.context.db.read().await?, host).await?)
    }

    /// The former host that a passkey was made for, as people are told of it.
    pub fn former_host_of<'p>(&self, passkey: &'p Passkey) -> Option<&'p str> {
        (!self.context.rp().is_present(passkey)).then_some(passkey.rp_id.as_str())
    }

    /// Whether a passkey that just signed in is of a former host, and its owner has none of the present one.
    pub(super) async fn wants_a_present_one(&self, used: &Passkey) -> Result<bool, InternalError> {
        let rp = self.context.rp();
        if rp.is_present(used) {
            return Ok(false);
        }
        let all = passkeys::of_user(&mut self.context.db.read().await?, &used.user).await?;
        Ok(!all.iter().any(|passkey| rp.is_present(passkey)))
    }
}
