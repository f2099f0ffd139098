//! The upstreams of the configuration, and the way to them. Nothing of a request is kept here (security row 41).

use super::{
    described::Kept,
    error::UpstreamError,
    way_out::{Call, Said, WayOut},
};
use crate::context::Context;
use doorstep_core::{
    secret::Secret,
    upstream::{Upstream, UpstreamName},
};
use std::sync::{Arc, OnceLock};

/// Asks upstreams.
pub(crate) struct Upstreams {
    pub(super) context: Arc<Context>,
    way: OnceLock<Arc<dyn WayOut>>,
    pub(super) kept: Kept,
}

impl Upstreams {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context), way: OnceLock::new(), kept: Kept::default() }
    }

    /// From now on they are called this way. Said once, before anybody is served.
    pub(crate) fn reach_by(&self, way: Arc<dyn WayOut>) {
        // A second way would be a second client, which counts its requests apart.
        let _ = self.way.set(way);
    }

    /// The upstream of this name, as it is set up now.
    pub(crate) fn named(&self, name: &UpstreamName) -> Result<Upstream, UpstreamError> {
        let live = self.context.settings.live();
        live.upstreams.iter().find(|upstream| upstream.name == *name).cloned().ok_or(UpstreamError::NotSetUp)
    }

    pub(super) async fn call(&self, call: Call) -> Result<Said, UpstreamError> {
        self.way()?.call(call).await.map_err(UpstreamError::Unreachable)
    }

    pub(super) async fn client_secret(&self, name: &UpstreamName) -> Result<Secret<String>, UpstreamError> {
        self.way()?.client_secret(name).await.map_err(UpstreamError::Unreachable)
    }

    fn way(&self) -> Result<&Arc<dyn WayOut>, UpstreamError> {
        self.way.get().ok_or_else(|| UpstreamError::Unreachable("this process calls no other servers".to_owned()))
    }
}
