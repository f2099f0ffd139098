//! The forward-auth service: what the functions of this folder work with.

use crate::{
    cache::{Allowances, Caches},
    context::Context,
    sessions::Sessions,
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Forward auth: sessions with protected apps, and how they begin and end.
#[derive(Clone)]
pub struct Gateway {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
    pub(super) sessions: Sessions,
    pub(super) allowances: Arc<Allowances>,
    /// The line in which cookies are looked up of whoever brought too many that are nobody's.
    pub(super) turns: Arc<Semaphore>,
}

impl Gateway {
    pub(crate) fn new(
        context: &Arc<Context>,
        (caches, allowances): (&Arc<Caches>, &Arc<Allowances>),
        sessions: &Sessions,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            caches: Arc::clone(caches),
            sessions: sessions.clone(),
            allowances: Arc::clone(allowances),
            turns: Arc::new(Semaphore::new(1)),
        }
    }
}
