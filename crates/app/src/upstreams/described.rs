//! How upstreams describe themselves and the keys that they publish, kept for an hour. A key that is not known is asked for
//! again, at most once a minute; a failure is kept for half a minute, so that a server that is down is not asked by each
//! person who waits.

use super::{error::UpstreamError, service::Upstreams, way_out::Call};
use doorstep_core::{
    jose::{PublishedKeys, VerifyError},
    time::{Timestamp, Ttl},
    upstream::{
        Kind, Upstream, UpstreamName,
        metadata::{self, Metadata, discovery_address},
    },
};
use serde_json::{Map, Value};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const KEPT_FOR: Ttl = Ttl::from_hours(1);
const FAILURE_KEPT_FOR: Ttl = Ttl::from_seconds(30);
const ASKED_AGAIN_AFTER: Ttl = Ttl::from_seconds(60);

/// What was read, by upstream.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<UpstreamName, Entry>>);

struct Entry {
    /// Of which upstream: another address is another server.
    home: String,
    at: Timestamp,
    read: Result<Arc<Described>, String>,
}

/// A description, and the keys beside it.
pub(crate) struct Described {
    pub(crate) metadata: Metadata,
    keys: PublishedKeys,
    keys_at: Timestamp,
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, HashMap<UpstreamName, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, upstream: &Upstream, now: Timestamp) -> Option<Result<Arc<Described>, String>> {
        let kept = self.lock();
        let entry = kept.get(&upstream.name).filter(|entry| entry.home == upstream.home())?;
        let lasts = if entry.read.is_ok() { KEPT_FOR } else { FAILURE_KEPT_FOR };
        (now < entry.at + lasts && !entry.at.is_ahead_of(now)).then(|| entry.read.clone())
    }

    fn put(&self, upstream: &Upstream, at: Timestamp, read: Result<Arc<Described>, String>) {
        self.lock().insert(upstream.name.clone(), Entry { home: upstream.home().to_owned(), at, read });
    }
}

impl Upstreams {
    /// The description of an upstream.
    pub(crate) async fn described(&self, upstream: &Upstream) -> Result<Arc<Described>, UpstreamError> {
        let now = self.context.now();
        if let Some(kept) = self.kept.get(upstream, now) {
            return kept.map_err(UpstreamError::Unreachable);
        }
        match self.read(upstream, now).await {
            Ok(described) => {
                let described = Arc::new(described);
                self.kept.put(upstream, now, Ok(Arc::clone(&described)));
                Ok(described)
            }
            Err(error) => {
                self.kept.put(upstream, now, Err(error.to_string()));
                Err(error)
            }
        }
    }

    async fn read(&self, upstream: &Upstream, now: Timestamp) -> Result<Described, UpstreamError> {
        if let Kind::GitHub { site, .. } = &upstream.kind {
            let (metadata, keys) = (metadata::of_github(site), PublishedKeys::default());
            return Ok(Described { metadata, keys, keys_at: now });
        }
        let address = discovery_address(upstream).ok_or(UpstreamError::NotSetUp)?;
        let document = self.document(upstream, &address).await?;
        let metadata = metadata::read(upstream, document.as_object().unwrap_or(&Map::new()))?;
        let keys = self.keys(upstream, &metadata).await?;
        Ok(Described { metadata, keys, keys_at: now })
    }

    async fn keys(&self, upstream: &Upstream, metadata: &Metadata) -> Result<PublishedKeys, UpstreamError> {
        let Some(address) = &metadata.jwks_uri else { return Ok(PublishedKeys::default()) };
        Ok(PublishedKeys::read(&self.document(upstream, address).await?))
    }

    async fn document(&self, upstream: &Upstream, address: &str) -> Result<Value, UpstreamError> {
        let said = self.call(Call::get(upstream.home(), address)).await?;
        if said.is_success { Ok(said.json) } else { Err(UpstreamError::Unreachable(format!("{address} is refused"))) }
    }

    /// The claims of an ID Token whose signature holds.
    pub(super) async fn verified(
        &self,
        upstream: &Upstream,
        described: &Described,
        token: &str,
    ) -> Result<Map<String, Value>, UpstreamError> {
        let now = self.context.now();
        match described.keys.verify(token) {
            Err(VerifyError::UnknownKey) if now >= described.keys_at + ASKED_AGAIN_AFTER => {
                // Noted before it is asked, so that many with such a token ask once.
                let metadata = described.metadata.clone();
                let noted = Described { metadata: metadata.clone(), keys: described.keys.clone(), keys_at: now };
                self.kept.put(upstream, now, Ok(Arc::new(noted)));
                let keys = self.keys(upstream, &metadata).await?;
                let claims = keys.verify(token);
                self.kept.put(upstream, now, Ok(Arc::new(Described { metadata, keys, keys_at: now })));
                Ok(claims?)
            }
            checked => Ok(checked?),
        }
    }
}
