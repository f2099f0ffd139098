//! The onboarding service: what the functions of this folder work with.

use super::in_the_way::InTheWay;
use crate::{cache::Caches, context::Context};
use std::sync::Arc;

/// Groups, apps and clients that the configuration declares.
#[derive(Clone)]
pub struct Onboarding {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
    /// What kept rotations from their end at the last look.
    pub(super) in_the_way: Arc<InTheWay>,
}

impl Onboarding {
    pub(crate) fn new(context: &Arc<Context>, caches: &Arc<Caches>) -> Self {
        Self { context: Arc::clone(context), caches: Arc::clone(caches), in_the_way: Arc::default() }
    }
}
