//! A rotation of the root key as it is told while it happens: a line for each step.

use crate::context::Context;
use crate::ending::Failure;
use doorstep_core::id::ClientId;
use doorstep_core::model::{RootKeyRecord, RootStage, RotationStage};
use std::collections::BTreeMap;

/// How much was told.
pub(super) struct KeyProgress {
    json: bool,
    stage: Option<RootStage>,
    waiting: Option<String>,
    /// What was told last of each client, and whether it is being rotated.
    clients: BTreeMap<ClientId, (bool, String)>,
}

impl KeyProgress {
    pub(super) const fn new(json: bool) -> Self {
        Self { json, stage: None, waiting: None, clients: BTreeMap::new() }
    }

    fn line(&self, text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        context.line(text)?;
        Ok(context.streams.out.flush()?)
    }

    /// Tells how far the key is, once for each stage.
    pub(super) fn stage(&mut self, key: &RootKeyRecord, place: &str, context: &mut Context<'_>) -> Result<(), Failure> {
        let stage = key.stage();
        if self.stage == Some(stage) {
            return Ok(());
        }
        self.stage = Some(stage);
        let number = key.generation;
        let told = match stage {
            RootStage::Offered => format!(
                "Root key {number} ({}) is in {place}, before the others. Back it up once more. It comes into force when \
                 every server that runs holds it …",
                key.id
            ),
            RootStage::InForce => {
                format!("Root key {number} ({}) is in force: whatever is made from now on is made under it.", key.id)
            }
            RootStage::Resealed => "Everything that is sealed is sealed under it.".to_owned(),
            RootStage::Finished => "No client secret comes from an earlier key any more.".to_owned(),
        };
        self.line(&told, context)
    }

    /// Tells once what is waited for.
    pub(super) fn waits(&mut self, why: &str, context: &mut Context<'_>) -> Result<(), Failure> {
        if self.waiting.as_deref() == Some(why) {
            return Ok(());
        }
        self.waiting = Some(why.to_owned());
        context.remark(&format!("{why}\n"))
    }

    /// Tells what became of a client's secret, when that is new.
    pub(super) fn client(&mut self, client: &ClientId, told: String, context: &mut Context<'_>) -> Result<(), Failure> {
        self.tell(client, (true, told), context)
    }

    /// Tells why a client's secret is not rotated, when that is new.
    pub(super) fn in_the_way(
        &mut self,
        client: &ClientId,
        why: &str,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.tell(client, (false, format!("not rotated: {why}")), context)
    }

    fn tell(&mut self, client: &ClientId, now: (bool, String), context: &mut Context<'_>) -> Result<(), Failure> {
        if self.clients.get(client) == Some(&now) {
            return Ok(());
        }
        self.line(&format!("  {client}: {}", now.1), context)?;
        self.clients.insert(client.clone(), now);
        Ok(())
    }

    /// Tells of each client that was told of before and is done now.
    pub(super) fn done(&mut self, hanging: &[ClientId], context: &mut Context<'_>) -> Result<(), Failure> {
        let done: Vec<ClientId> = self.clients.keys().filter(|client| !hanging.contains(client)).cloned().collect();
        for client in done {
            // What was in the way may have gone, and the client with it.
            if self.clients.remove(&client).is_some_and(|(is_rotated, _)| is_rotated) {
                self.line(&format!("  {client}: done, the version of the earlier key is retired"), context)?;
            }
        }
        Ok(())
    }
}

/// What is told of a rotation.
pub(super) const fn told(stage: RotationStage) -> &'static str {
    match stage {
        RotationStage::Issued => "a version of the new key is issued",
        RotationStage::Delivered => "delivered, waiting for the app to use it",
        RotationStage::Used => "used; the version before is valid a while longer",
    }
}
