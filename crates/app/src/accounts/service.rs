//! The accounts service: what the functions of this folder work with.

use crate::{
    cache::{Allowances, Caches},
    context::Context,
    password::Passwords,
    sessions::Sessions,
    upstreams::{Upstreams, WayOut},
};
use std::sync::Arc;

/// People, their passkeys and passwords, and the links that open once.
#[derive(Clone)]
pub struct Accounts {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
    pub(super) sessions: Sessions,
    pub(super) passwords: Passwords,
    pub(super) allowances: Arc<Allowances>,
    pub(super) upstreams: Arc<Upstreams>,
}

impl Accounts {
    pub(crate) fn new(
        context: &Arc<Context>,
        (caches, allowances): (&Arc<Caches>, &Arc<Allowances>),
        sessions: &Sessions,
        passwords: Passwords,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            caches: Arc::clone(caches),
            sessions: sessions.clone(),
            passwords,
            allowances: Arc::clone(allowances),
            upstreams: Arc::new(Upstreams::new(context)),
        }
    }

    /// How upstreams are called. Said once, before anybody is served.
    pub fn reach_upstreams_by(&self, way: Arc<dyn WayOut>) {
        self.upstreams.reach_by(way);
    }
}
