//! The sessions service: what the functions of this folder work with.

use crate::{cache::Caches, context::Context};
use std::sync::Arc;

/// Sessions of browsers.
#[derive(Clone)]
pub struct Sessions {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
}

impl Sessions {
    pub(crate) fn new(context: &Arc<Context>, caches: &Arc<Caches>) -> Self {
        Self { context: Arc::clone(context), caches: Arc::clone(caches) }
    }
}
