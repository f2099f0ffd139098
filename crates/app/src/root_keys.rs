//! One root key after the other: offered to the servers, brought into force, everything sealed anew, and finished when no
//! client secret hangs on an earlier one. How far one is says [`doorstep_core::model::RootKeyRecord`]; each step is one
//! conditional statement with its line of the audit log, so that any process may take it, and be killed before or after.
//!
//! A server hears of a step by the counter of the signing keys, which every step raises, reads the key file again where a
//! key is missing, and believes nothing while one that was in force is not there.

mod seal;
mod standing;

use crate::{
    again::again,
    audit::{self, AuditEntry},
    cache::Caches,
    context::Context,
    error::InternalError,
    keyring::{KeyError, RootKeys, Sealed, key_file},
    signing_keys::{SIGNING_KEYS, place_of},
};
use doorstep_core::{
    access::{Act, ManageKeys},
    model::{AuditSubject, EventKind, Heard, KeyGeneration, RootKeyId, RootKeyRecord, RootKeyRecords, ServerProcess},
};
use doorstep_store::{StoreError, Tx, generations, keys, migrate, root_keys};
pub use standing::{Hanging, StaysBehind};
use std::sync::{Arc, OnceLock};

/// Why a key is not offered.
#[derive(Debug, thiserror::Error)]
pub enum NotOffered {
    /// None is held beside those that the database knows, and none can be made: they come from outside.
    #[error("no root key is held beside those that were in force, and they come from outside")]
    NoSpare,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

/// The rotation of the root key.
pub struct RootKeyRotation {
    context: Arc<Context>,
    caches: Arc<Caches>,
    /// Which one of the servers this process is, if it is any.
    server: OnceLock<ServerProcess>,
}

/// Takes in which root keys there are, entering those that the instance is made with when none was.
pub(crate) async fn begin(context: &Context) -> Result<(), InternalError> {
    if root_keys::all(&mut context.db.read().await?).await?.is_empty() {
        let known = at_the_start(context).await?;
        let mut tx = context.db.begin().await?;
        for (number, id) in (1..).zip(&known) {
            let key = KeyGeneration::from_number(number).unwrap_or(KeyGeneration::FIRST);
            root_keys::enter(&mut tx, (key, id), context.now()).await?;
        }
        if known.len() > 1 {
            migrate::demand_root_keys(&mut tx).await?;
        }
        tx.commit().await?;
    }
    arrange(context).await
}

/// Takes in what the database says of the root keys, with the help of the key file where one is missing.
pub(crate) async fn arrange(context: &Context) -> Result<(), InternalError> {
    let records = root_keys::all(&mut context.db.read().await?).await?;
    if records.iter().any(|record| !context.keyring.holds(&record.id)) {
        read_again(context).await;
    }
    let before = context.keyring.root_keys().current().map(|record| record.generation);
    context.keyring.arrange(&records)?;
    if !context.keyring.spares().is_empty() {
        // It may have been taken out of the file: then it is not to be used.
        read_again(context).await;
    }
    let now = context.keyring.generation();
    if before.is_some_and(|before| before != now) {
        tracing::info!(root_key = now.number(), "another root key is in force");
    }
    Ok(())
}

/// The keys that are known before any rotation, of those that are held, the oldest first: the one that the signing keys
/// are sealed under. A database that holds none is new, and all are known in it: the one that is written first is in force,
/// and no rotation goes back to one that was before it in a database that is lost.
async fn at_the_start(context: &Context) -> Result<Vec<RootKeyId>, InternalError> {
    let rows = keys::all(&mut context.db.read().await?).await?;
    let under = rows.iter().map(|row| context.keyring.opened(Sealed::SigningKey, &place_of(&row.id), &row.sealed));
    if let Some(Ok((id, _))) = under.clone().find(Result::is_ok) {
        return Ok(vec![id]);
    }
    match under.into_iter().next() {
        Some(refused) => Ok(vec![refused?.0]),
        None => Ok(context.keyring.held().into_iter().rev().collect()),
    }
}

/// The root key that is held and that the database does not know, if there is one: a rotation is about to begin, or the
/// database was put back to before one. Then things were made under that key of which nothing is known here.
pub(crate) async fn spare(context: &Context) -> Result<Option<RootKeyId>, InternalError> {
    if context.keyring.spares().is_empty() {
        return Ok(None);
    }
    // Another process may have offered it since, or somebody taken it out of the file.
    arrange(context).await?;
    Ok(context.keyring.spares().into_iter().next())
}

/// Takes in what stands in the key file now. A file that cannot be read is as one that did not change: what is missing
/// is said by whoever misses it.
async fn read_again(context: &Context) {
    let Some(path) = context.keyring.file().cloned() else { return };
    let reading = tokio::task::spawn_blocking(move || key_file::load(&path));
    match reading.await {
        Ok(Ok(keys)) => {
            if let Err(error) = context.keyring.take_in(&keys) {
                tracing::warn!(%error, "a root key that came to the file is not taken in");
            }
        }
        Ok(Err(error)) if context.keyring.is_news(&error) => {
            tracing::warn!(%error, "a root key is missing, and its file cannot be read");
        }
        Ok(Err(_)) | Err(_) => {}
    }
}

impl RootKeyRotation {
    pub(crate) fn new(context: &Arc<Context>, caches: &Arc<Caches>) -> Self {
        Self { context: Arc::clone(context), caches: Arc::clone(caches), server: OnceLock::new() }
    }

    /// This process is a server, and is called this among them. Others may be called the same: a cloned machine is.
    pub fn serve_as(&self, name: &str) -> &ServerProcess {
        self.server.get_or_init(|| ServerProcess::start(name, &mut self.context.ambient.entropy()))
    }

    /// Says that this server runs and whether it holds the key that is offered, while one is.
    pub async fn tell(&self) -> Result<(), InternalError> {
        let (Some(server), Some(offered)) = (self.server.get(), self.context.keyring.root_keys().offered().cloned())
        else {
            return Ok(());
        };
        if !self.context.keyring.holds(&offered.id) {
            read_again(&self.context).await;
        }
        let holds = self.context.keyring.holds(&offered.id);
        let mut conn = self.context.db.write().await?;
        Ok(root_keys::tell(&mut conn, server, (offered.generation, holds)).await?)
    }

    /// Every root key, as the database says now.
    pub async fn records(&self) -> Result<RootKeyRecords, InternalError> {
        arrange(&self.context).await?;
        Ok(self.context.keyring.root_keys())
    }

    /// Goes on with the rotation that is under way, or offers a key to the servers: one that stands in the file or the
    /// configuration and that the database does not know, or a new one, which is on the disk before anybody hears of it.
    pub async fn offer(&self, act: &Act<'_, ManageKeys>) -> Result<RootKeyRecord, NotOffered> {
        let records = self.records().await?;
        if let Some(under_way) = records.under_way() {
            return Ok(under_way.clone());
        }
        let spare = self.spare_or_new(&records).await?;
        again(|| async {
            let mut tx = self.begin_step().await?;
            if root_keys::offer(&mut tx, &spare, act.now()).await? {
                let number = records.iter().map(|record| record.generation.number()).max().unwrap_or(0) + 1;
                let key = KeyGeneration::from_number(number).unwrap_or(KeyGeneration::FIRST);
                self.commit_step(tx, act, ("offered", key, &spare)).await?;
            }
            Ok::<_, InternalError>(())
        })
        .await?;
        let records = self.records().await?;
        let offered = records.under_way().or_else(|| records.current()).cloned();
        Ok(offered.ok_or(InternalError::Missing("the root key that was offered"))?)
    }

    /// A key that the database does not know, made where there is none.
    async fn spare_or_new(&self, records: &RootKeyRecords) -> Result<RootKeyId, NotOffered> {
        let unknown = || records.spares(&self.context.keyring.held()).into_iter().next();
        read_again(&self.context).await;
        if let Some(id) = unknown() {
            return Ok(id);
        }
        let Some(path) = self.context.keyring.file().cloned() else { return Err(NotOffered::NoSpare) };
        let known: Vec<RootKeyId> = records.iter().map(|record| record.id.clone()).collect();
        let mut entropy = self.context.ambient.entropy();
        let writing = tokio::task::spawn_blocking(move || {
            let is_spare = |id: &RootKeyId| !known.contains(id);
            key_file::put_before(&path, |key| key.id().is_ok_and(|id| is_spare(&id)), &mut entropy)
        });
        let keys: RootKeys = writing
            .await
            .map_err(|_| InternalError::Missing("the thread that writes a root key"))?
            .map_err(InternalError::from)?;
        self.context.keyring.take_in(&keys).map_err(InternalError::from)?;
        Ok(unknown().ok_or(InternalError::Missing("the root key that was made"))?)
    }

    /// What servers say of a key now.
    pub async fn heard(&self, key: KeyGeneration) -> Result<Heard, InternalError> {
        Ok(root_keys::heard(&mut self.context.db.read().await?, key).await?)
    }

    /// Brings a key into force: from now on everything is made under it, and a release that knows of one root key alone
    /// does not work with the database any more. False when it is in force.
    pub async fn bring_in(&self, act: &Act<'_, ManageKeys>, key: &RootKeyRecord) -> Result<bool, InternalError> {
        if !self.context.keyring.holds(&key.id) {
            return Err(KeyError::Lacking { generation: key.generation, id: key.id.clone() }.into());
        }
        let before = self.records().await?;
        let before = before.current().ok_or(InternalError::Missing("the root key in force"))?.generation;
        let done = again(|| async {
            // The time at which the step is held: until then others make things under the key before.
            let mut tx = self.begin_step().await?;
            if !root_keys::bring_in(&mut tx, &key.id, before, self.context.now()).await? {
                return Ok::<_, InternalError>(false);
            }
            migrate::demand_root_keys(&mut tx).await?;
            self.commit_step(tx, act, ("in force", key.generation, &key.id)).await?;
            Ok(true)
        });
        let done = done.await?;
        arrange(&self.context).await?;
        Ok(done)
    }

    /// Takes the key back that is offered and not in force yet: nothing was made under it. Gives it; none where none is.
    pub async fn take_back(&self, act: &Act<'_, ManageKeys>) -> Result<Option<RootKeyRecord>, InternalError> {
        let Some(offered) = self.records().await?.offered().cloned() else { return Ok(None) };
        let done = again(|| async {
            let mut tx = self.begin_step().await?;
            if !root_keys::take_back(&mut tx, &offered.id).await? {
                return Ok::<_, InternalError>(None);
            }
            self.commit_step(tx, act, ("taken back", offered.generation, &offered.id)).await?;
            Ok(Some(offered.clone()))
        });
        done.await
    }

    /// Notes that no client secret hangs on an earlier key, if none does; says whether that is so.
    pub async fn finish(&self, act: &Act<'_, ManageKeys>, key: &RootKeyRecord) -> Result<bool, InternalError> {
        if !self.hanging().await?.is_empty() {
            return Ok(false);
        }
        again(|| async {
            let mut tx = self.begin_step().await?;
            if root_keys::finish(&mut tx, &key.id, self.context.now()).await? {
                self.commit_step(tx, act, ("finished", key.generation, &key.id)).await?;
            }
            Ok::<_, InternalError>(())
        })
        .await?;
        Ok(true)
    }

    /// A transaction that takes a step: one after the other, and every server hears of it.
    async fn begin_step(&self) -> Result<Tx, StoreError> {
        let mut tx = self.context.db.begin().await?;
        generations::bump(&mut tx, SIGNING_KEYS).await?;
        Ok(tx)
    }

    async fn commit_step(
        &self,
        mut tx: Tx,
        act: &Act<'_, ManageKeys>,
        (step, key, id): (&str, KeyGeneration, &RootKeyId),
    ) -> Result<(), InternalError> {
        let entry = AuditEntry::new(EventKind::RootKeyRotated, AuditSubject::Nothing);
        let entry = entry.detail("step", step).detail("root_key", &key.to_string()).detail("check", id.as_str());
        audit::write(&mut tx, &self.context, act, entry).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }
}
