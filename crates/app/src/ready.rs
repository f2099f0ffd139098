//! Whether requests can be served: the database is the one that was opened, has this program's schema, is under root keys
//! that are held, and takes what is written.
//!
//! Reading alone says nothing about a full disk, a file system that was made read-only, or a PostgreSQL standby.
//! Anybody may ask, so a write is tried once in five seconds at most, whoever asks.

use crate::{context::Context, error::InternalError};
use doorstep_core::time::Timestamp;
use doorstep_store::{StoreError, generations, migrate::SchemaState};
use std::time::Duration;
use tokio::sync::Mutex;

const BELIEVED_FOR_MILLIS: i64 = 5_000;
const PATIENCE: Duration = Duration::from_secs(5);

/// How the last write that was tried went, and when.
#[derive(Default)]
pub(crate) struct Tried(Mutex<Option<(Timestamp, bool)>>);

impl Context {
    /// Whether requests can be served now.
    pub async fn is_ready(&self) -> Result<(), InternalError> {
        self.db.in_place()?;
        if self.keyring.is_lacking() {
            return Err(InternalError::Missing("a root key that is in force"));
        }
        match self.db.schema_state().await? {
            SchemaState::Current => self.takes_writes().await,
            _ => Err(InternalError::Missing("the schema of this program")),
        }
    }

    async fn takes_writes(&self) -> Result<(), InternalError> {
        // Whoever else asks meanwhile waits for this answer.
        let mut tried = self.tried.0.lock().await;
        let now = self.now();
        let known = tried.filter(|(at, _)| (0..BELIEVED_FOR_MILLIS).contains(&now.since(*at).millis()));
        if let Some((_, went_well)) = known {
            return if went_well { Ok(()) } else { Err(InternalError::Missing("a database that can be written to")) };
        }
        let done = tokio::time::timeout(PATIENCE, self.try_a_write()).await.unwrap_or(Err(StoreError::Busy));
        *tried = Some((now, done.is_ok()));
        Ok(done?)
    }

    async fn try_a_write(&self) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        generations::bump(&mut tx, "ready").await?;
        tx.commit().await
    }
}
