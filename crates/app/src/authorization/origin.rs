//! Which client sent a person, read from the id of a parked request, even when the request itself is gone.
//!
//! The id of a parked request is its client's id, sealed. Nobody else can make one, so that whoever comes with an
//! old id is led to the app that it was made for, and nobody chooses where a sign-in leads.

use super::service::Authorization;
use crate::{error::InternalError, keyring::Sealed};
use doorstep_core::{
    id::{ClientId, InteractionId},
    model::Client,
};
use std::sync::Arc;

const CONTEXT: &str = "interaction";

/// Where a person came from.
pub struct CameFrom {
    /// The client that asked.
    pub client: Arc<Client>,
    /// Where the app begins, if it is a declared one.
    pub url: Option<String>,
}

impl Authorization {
    /// A new id for a request of this client. One whose own id is too long to fit into it gets an id that says nothing.
    pub(super) fn new_interaction(&self, client: &ClientId) -> Result<InteractionId, InternalError> {
        let mut entropy = self.context.ambient.entropy();
        let plain = client.as_str().as_bytes();
        let sealed = self.context.keyring.seal(Sealed::Interaction, CONTEXT, plain, &mut entropy)?;
        Ok(sealed.parse().unwrap_or_else(|_| InteractionId::random(&mut entropy)))
    }

    /// Who sent a person with this id, whether the request is still parked or not. None when the id was not made
    /// here, or the client is gone.
    pub async fn came_from(&self, id: &InteractionId) -> Result<Option<CameFrom>, InternalError> {
        let Ok(plain) = self.context.keyring.open(Sealed::Interaction, CONTEXT, id.as_str()) else { return Ok(None) };
        let Ok(id) = std::str::from_utf8(plain.expose()) else { return Ok(None) };
        let Some(client) = self.caches.client(id).await? else { return Ok(None) };
        let app = match &client.app {
            Some(name) => self.caches.app_if_readable(name).await?,
            None => None,
        };
        Ok(Some(CameFrom { url: app.map(|app| app.url), client }))
    }
}
