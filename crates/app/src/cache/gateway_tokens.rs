//! Tokens of programs that were seen lately, beside the sessions of [`super::gateway_sessions`]: as live as the same log,
//! which ends them with their owner, with an app that they are for, and one by one.
//!
//! What is not there is not kept: strangers make up tokens. The reads that they cause are counted by address; an address
//! that brought too many unknown ones reads on, one at a time with its like, so that a right token gets through all the
//! same and no flood takes the readers of the database from everyone else (security rows 86 and 87).

use super::last_use::LastUse;
use crate::error::InternalError;
use doorstep_core::{
    gateway::TokenView,
    id::{ProgramTokenId, UserId},
    model::ProgramToken,
    secret::SecretHash,
    time::Timestamp,
};
use quick_cache::sync::Cache;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Entries kept at most; some hundred bytes each.
const CAPACITY: usize = 20_000;

/// A token, as it stood when it was loaded.
#[derive(Clone)]
pub struct CachedToken(Arc<Entry>);

struct Entry {
    view: TokenView,
    token: ProgramTokenId,
    owner: UserId,
    last_used: LastUse,
    refusal_told: AtomicBool,
}

impl AsRef<TokenView> for CachedToken {
    fn as_ref(&self) -> &TokenView {
        &self.0.view
    }
}

impl CachedToken {
    pub(crate) fn new(view: TokenView, token: &ProgramToken) -> Self {
        Self(Arc::new(Entry {
            view,
            token: token.id.clone(),
            owner: token.user.clone(),
            last_used: LastUse::never(),
            refusal_told: AtomicBool::new(false),
        }))
    }

    /// Its id.
    pub(crate) fn token(&self) -> &ProgramTokenId {
        &self.0.token
    }

    /// Whose it is.
    pub(crate) fn owner(&self) -> &UserId {
        &self.0.owner
    }

    /// Marks it as used. Writes nothing when it was used in the same millisecond.
    pub fn note_use(&self, now: Timestamp) {
        if now > self.0.last_used.at() {
            self.0.last_used.mark(now);
        }
    }

    /// Whether nobody was told yet, since it was loaded, that it was refused. Only the first who asks hears yes.
    pub(crate) fn is_first_refusal(&self) -> bool {
        !self.0.refusal_told.swap(true, Ordering::Relaxed)
    }

    /// When it was used, if that is not written down yet.
    pub(crate) fn unwritten(&self) -> Option<Timestamp> {
        self.0.last_used.unwritten()
    }

    /// That it was used then is written down.
    pub(crate) fn written(&self, at: Timestamp) {
        self.0.last_used.written(at);
    }
}

/// The cache, and the line in which unknown ones stand.
pub(super) struct GatewayTokens {
    pub(super) cache: Cache<SecretHash, CachedToken>,
    turns: Semaphore,
}

impl Default for GatewayTokens {
    fn default() -> Self {
        Self { cache: Cache::new(CAPACITY), turns: Semaphore::new(1) }
    }
}

impl GatewayTokens {
    /// A turn of those who brought too many unknown ones.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, InternalError> {
        self.turns.acquire().await.map_err(|_| InternalError::Missing("the line of unknown tokens"))
    }
}
