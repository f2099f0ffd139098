//! Rotating the client secret of an app: each step is a decision of the core, one transaction, and a line of the audit
//! log. Where the new version is delivered is not known here; that it was, whoever delivers says.
//!
//! The steps may be taken by different processes: a command begins, this or another one delivers, the token endpoint of
//! any server notes the first use, and any server ends the old version. Each step happens once.

use super::service::Onboarding;
use crate::{
    again::{Aborted, again},
    audit::{self, AuditEntry},
    error::InternalError,
};
use doorstep_core::{
    access::{Act, ManageApps},
    id::{AppName, ClientId},
    model::{Client, ClientSecret, EventKind, NotRotated, Rotation, RotationEnd, RotationTerms, SecretVersion},
    time::Timestamp,
};
use doorstep_store::{
    StoreError, Tx, clients,
    rotations::{self, UnderWay},
};
use std::collections::BTreeMap;

/// Why a rotation is not begun, or not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The app has no client.
    #[error("it has no client")]
    NoClient,
    /// Its secret cannot be rotated, or not taken back.
    #[error(transparent)]
    Refused(#[from] NotRotated),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for RotateError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for RotateError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

/// The last rotation of an app's client secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRotation {
    /// The client.
    pub client: ClientId,
    /// As it is, or was when it ended.
    pub rotation: Rotation,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
}

impl Onboarding {
    /// Issues a new version of an app's client secret, or goes on with the rotation that is under way. The version
    /// before stays valid. `unwatched` does so for a client that cannot be watched.
    pub async fn rotate(
        &self,
        act: &Act<'_, ManageApps>,
        app: &AppName,
        (terms, unwatched): (&RotationTerms, bool),
    ) -> Result<Rotation, RotateError> {
        again(|| async {
            let (mut tx, client, now) = self.held_client(app).await?;
            let next = clients::next_secret_version(&mut tx, &client.id).await?;
            let rotation = Rotation::begin(&client, next, (terms, unwatched), now)?;
            if rotation.new == next {
                clients::note_key(&mut tx, &client.id, self.under_the_key_in_force(next)).await?;
            }
            self.put_rotation(tx, act, (&client, rotation), now).await
        })
        .await
    }

    /// Turns the rotation that is under way round: the version from before is the one that stays.
    pub async fn take_rotation_back(
        &self,
        act: &Act<'_, ManageApps>,
        app: &AppName,
        terms: &RotationTerms,
    ) -> Result<Rotation, RotateError> {
        again(|| async {
            let (tx, client, now) = self.held_client(app).await?;
            let rotation = Rotation::take_back(&client, terms, now)?;
            self.put_rotation(tx, act, (&client, rotation), now).await
        })
        .await
    }

    /// The rotations that are under way and can be read, by client.
    pub async fn rotations(&self) -> Result<Vec<UnderWay>, InternalError> {
        let found = rotations::under_way(&mut self.context.db.read().await?).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The last rotation of an app's client secret, under way or not; none when the client's secret is another since.
    pub async fn last_rotation(&self, app: &AppName) -> Result<Option<LastRotation>, InternalError> {
        let mut conn = self.context.db.read().await?;
        let Some(client) = clients::of_app(&mut conn, app).await? else { return Ok(None) };
        let found = rotations::last(&mut conn, &client.id).await?;
        let is_under_way = matches!(client.secret, ClientSecret::Derived { rotation: Some(_), .. });
        let found = found.filter(|(_, ended_at)| ended_at.is_some() || is_under_way);
        Ok(found.map(|(rotation, ended_at)| LastRotation { client: client.id, rotation, ended_at }))
    }

    /// Notes that the new version is in every place that whoever says so delivers to; false when that was noted before.
    pub async fn rotation_delivered(
        &self,
        act: &Act<'_, ManageApps>,
        (client, rotation): (&ClientId, &Rotation),
    ) -> Result<bool, InternalError> {
        let mut tx = self.context.db.begin().await?;
        if !rotations::delivered(&mut tx, (client, rotation), act.now()).await? {
            return Ok(false);
        }
        audit::write(&mut tx, &self.context, act, happened(client, "delivered", rotation.new)).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(true)
    }

    /// Ends the old versions whose time has come: the app uses the new one, or a deadline is over. Gives how many. One
    /// that cannot be read or ended is logged, once, and holds up no other.
    pub async fn end_due_rotations(&self, act: &Act<'_, ManageApps>) -> Result<usize, InternalError> {
        let (mut ended, mut in_the_way) = (0, BTreeMap::new());
        for rotation in rotations::under_way(&mut self.context.db.read().await?).await? {
            let UnderWay { client, rotation, .. } = match rotation {
                Ok(rotation) => rotation,
                Err(error) => {
                    in_the_way.insert(error.record().to_owned(), error.to_string());
                    continue;
                }
            };
            if rotation.due(act.now()).is_none() {
                continue;
            }
            match again(|| self.end_rotation(act, &client)).await {
                Ok(done) => ended += usize::from(done),
                Err(error) => {
                    in_the_way.insert(client.as_str().to_owned(), error.to_string());
                }
            }
        }
        for (client, error) in self.in_the_way.news(in_the_way) {
            tracing::error!(%error, %client, "the rotation of a client secret cannot be ended yet; it is tried again");
        }
        if ended > 0 {
            self.caches.catch_up_after_commit().await;
        }
        Ok(ended)
    }

    /// Ends the old version of this client, if its time has come; says whether it was ended now.
    pub async fn end_due_rotation(&self, act: &Act<'_, ManageApps>, client: &ClientId) -> Result<bool, InternalError> {
        let ended = again(|| self.end_rotation(act, client)).await?;
        if ended {
            self.caches.catch_up_after_commit().await;
        }
        Ok(ended)
    }

    /// Ends the old version of one client, if that is still what is to be done.
    async fn end_rotation(&self, act: &Act<'_, ManageApps>, id: &ClientId) -> Result<bool, InternalError> {
        let mut tx = self.context.db.begin().await?;
        clients::lock(&mut tx, id).await?;
        let secret = clients::by_id(&mut tx, id).await?.map(|client| client.secret);
        let Some(ClientSecret::Derived { rotation: Some(rotation), .. }) = secret else { return Ok(false) };
        let Some(why) = rotation.due(act.now()) else { return Ok(false) };
        if !rotations::end(&mut tx, (id, &rotation), act.now()).await? {
            return Ok(false);
        }
        let why = match why {
            RotationEnd::Used => "the app uses the other one",
            RotationEnd::Deadline => "the deadline is over",
        };
        let entry = happened(id, "retired", rotation.old).detail("because", why);
        audit::write(&mut tx, &self.context, act, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A derived secret for a client that has none, of a version that no client of this id ever had.
    pub(super) async fn next_version(&self, tx: &mut Tx, id: &ClientId) -> Result<ClientSecret, StoreError> {
        let version = clients::next_secret_version(tx, id).await?;
        clients::note_key(tx, id, self.under_the_key_in_force(version)).await?;
        Ok(ClientSecret::derived(version))
    }

    fn under_the_key_in_force(&self, number: u32) -> SecretVersion {
        SecretVersion { number, key: self.context.keyring.generation() }
    }

    /// The client of an app, held until the transaction ends, and the time since when it is: what is decided from it
    /// begins then, however long it took to get there.
    async fn held_client(&self, app: &AppName) -> Result<(Tx, Client, Timestamp), RotateError> {
        let mut tx = self.context.db.begin().await?;
        let found = clients::of_app(&mut tx, app).await?.ok_or(RotateError::NoClient)?;
        clients::lock(&mut tx, &found.id).await?;
        let client = clients::by_id(&mut tx, &found.id).await?.ok_or(RotateError::NoClient)?;
        Ok((tx, client, self.context.now()))
    }

    /// Writes what was decided from the client: a rotation that is new or turned round, or other terms of the one that
    /// is under way. Where nothing is other than it was, nothing is written.
    async fn put_rotation(
        &self,
        mut tx: Tx,
        act: &Act<'_, ManageApps>,
        (client, rotation): (&Client, Rotation),
        now: Timestamp,
    ) -> Result<Rotation, RotateError> {
        let id = &client.id;
        let entry = match client.secret.rotation() {
            Some(before) if *before == rotation => return Ok(rotation),
            Some(before) if before.new == rotation.new => {
                if !rotations::change_terms(&mut tx, (id, &rotation), now).await? {
                    return Err(NotRotated::NotUnderWay.into());
                }
                terms_changed(id, &rotation)
            }
            _ => {
                rotations::put(&mut tx, id, &rotation, now).await?;
                happened(id, if rotation.taken_back { "taken back" } else { "issued" }, rotation.new)
            }
        };
        audit::write(&mut tx, &self.context, act, entry).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(rotation)
    }
}

/// When the old version ends now, in Unix milliseconds, and for how many it overlaps the new one.
fn terms_changed<'a>(client: &'a ClientId, rotation: &Rotation) -> AuditEntry<'a> {
    let entry = happened(client, "terms changed", rotation.new);
    let entry = entry.detail("overlap", &rotation.overlap.millis().to_string());
    match rotation.ends_at {
        Some(end) => entry.detail("ends_at", &end.millis().to_string()),
        None => entry,
    }
}

fn happened<'a>(client: &'a ClientId, step: &str, version: u32) -> AuditEntry<'a> {
    let entry = AuditEntry::new(EventKind::SecretRotated, client).client(client);
    entry.detail("step", step).detail("version", &version.to_string())
}
