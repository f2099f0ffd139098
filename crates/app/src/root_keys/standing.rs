//! What hangs on earlier root keys: client secrets, which get another version; and what stays for ever, which is counted.

use super::RootKeyRotation;
use crate::error::InternalError;
use doorstep_core::{
    id::{AppName, ClientId},
    model::{KeyGeneration, KeyHold},
    page::After,
};
use doorstep_store::{clients, former, root_keys};
use std::collections::BTreeMap;

/// A client whose secret hangs on an earlier root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hanging {
    /// The client.
    pub client: ClientId,
    /// Its app; none where a person made the client for no app.
    pub app: Option<AppName>,
    /// How; none where the client cannot be read by this release.
    pub hold: Option<KeyHold>,
}

/// What stays with earlier root keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaysBehind {
    /// From which root key the other secrets of each app come that was there before a later one came into force.
    pub app_secrets: BTreeMap<String, KeyGeneration>,
    /// How many mail addresses are remembered that belonged to somebody: each under the key of its time.
    pub former_addresses: i64,
}

impl RootKeyRotation {
    /// The clients whose secret hangs on an earlier key than the one in force.
    pub async fn hanging(&self) -> Result<Vec<Hanging>, InternalError> {
        let current = self.context.keyring.generation();
        let (mut found, mut after) = (Vec::new(), After::start());
        loop {
            let page = clients::page(&mut self.context.db.read().await?, &after).await?;
            for client in page.items {
                match client {
                    Ok(client) => {
                        let hold = client.secret.hold(current);
                        if hold != KeyHold::Nothing {
                            found.push(Hanging { client: client.id, app: client.app, hold: Some(hold) });
                        }
                    }
                    Err(error) => {
                        if let Ok(client) = error.record().parse() {
                            found.push(Hanging { client, app: None, hold: None });
                        }
                    }
                }
            }
            match page.next {
                Some(key) => after = After::key(key),
                None => return Ok(found),
            }
        }
    }

    /// What stays with the key that it was made under.
    pub async fn stays_behind(&self) -> Result<StaysBehind, InternalError> {
        let mut conn = self.context.db.read().await?;
        let app_secrets = root_keys::app_secrets(&mut conn).await?;
        Ok(StaysBehind { app_secrets, former_addresses: former::addresses(&mut conn).await? })
    }
}
