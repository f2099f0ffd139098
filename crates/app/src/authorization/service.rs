//! The authorization service: what the functions of this folder work with.

use super::without_pkce::WithoutPkce;
use crate::{cache::Caches, context::Context, refusals::Refusals, sessions::Sessions};
use std::sync::Arc;

/// The authorization and end-session endpoints.
#[derive(Clone)]
pub struct Authorization {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
    pub(super) sessions: Sessions,
    pub(super) refusals: Refusals,
    pub(super) without_pkce: WithoutPkce,
}

impl Authorization {
    pub(crate) fn new(context: &Arc<Context>, caches: &Arc<Caches>, sessions: &Sessions, refusals: &Refusals) -> Self {
        Self {
            context: Arc::clone(context),
            caches: Arc::clone(caches),
            sessions: sessions.clone(),
            refusals: refusals.clone(),
            without_pkce: WithoutPkce::default(),
        }
    }
}
