//! The tokens service: what the functions of this folder work with.

use crate::{
    cache::{Allowances, Caches},
    context::Context,
};
use std::sync::Arc;

/// The token, revocation and UserInfo endpoints.
#[derive(Clone)]
pub struct Tokens {
    pub(super) context: Arc<Context>,
    pub(super) caches: Arc<Caches>,
    pub(super) allowances: Arc<Allowances>,
}

impl Tokens {
    pub(crate) fn new(context: &Arc<Context>, caches: &Arc<Caches>, allowances: &Arc<Allowances>) -> Self {
        Self { context: Arc::clone(context), caches: Arc::clone(caches), allowances: Arc::clone(allowances) }
    }
}
