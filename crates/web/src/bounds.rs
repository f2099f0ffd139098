//! What one connection and one address may hold: time, and places.
//!
//! hyper bounds the head of a request on HTTP/1 only, and counts the time between requests as a part of
//! it; who says nothing at all, or speaks HTTP/2, is not bounded. So a connection on which no request
//! begins is closed here, whatever was said on it. Proxies that are trusted may rest for longer than
//! strangers: they keep connections, and must not find one closed that they are about to use.

use doorstep_core::gateway::network_key;
use ipnet::IpNet;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

/// The bounds of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// A stranger's connection on which no request is complete is closed after this long.
    pub stranger: Duration,
    /// The same for a trusted proxy: longer than any keeps an idle connection, so that it is never we who
    /// close first (nginx 60 s, Go 90 s).
    pub proxy: Duration,
    /// How long answering takes at most, reading the body included. Nothing of ours takes a tenth of it.
    pub answer: Duration,
    /// Connections that one untrusted address (an IPv6 /64) may have at a time: a browser needs six, an office
    /// a few dozen, and the server takes 4,096.
    pub per_address: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            stranger: Duration::from_secs(15),
            proxy: Duration::from_mins(2),
            answer: Duration::from_secs(30),
            per_address: 256,
        }
    }
}

/// What happens on a connection.
#[derive(Default)]
pub(crate) struct Activity {
    begun: AtomicU64,
    running: AtomicUsize,
}

/// A request that is being answered.
pub(crate) struct Answering(Arc<Activity>);

impl Activity {
    /// A request is there.
    pub(crate) fn begin(self: &Arc<Self>) -> Answering {
        self.begun.fetch_add(1, Relaxed);
        self.running.fetch_add(1, Relaxed);
        Answering(Arc::clone(self))
    }

    /// How many requests there have been.
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Relaxed)
    }

    /// Whether nothing happens, and nothing happened since `begun` was looked at.
    pub(crate) fn is_idle_since(&self, begun: u64) -> bool {
        self.running.load(Relaxed) == 0 && self.begun() == begun
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
    }
}

/// Who has how many connections.
#[derive(Default)]
pub(crate) struct Crowd {
    connections: Mutex<HashMap<IpNet, usize>>,
    told: AtomicBool,
}

/// A connection that is counted until this goes.
pub(crate) struct Counted {
    crowd: Arc<Crowd>,
    network: IpNet,
}

impl Crowd {
    /// Counts a connection; none when the address has `most` already.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Counted> {
        let network = network_key(address);
        let mut connections = self.lock();
        let count = connections.entry(network).or_default();
        if *count < most {
            *count += 1;
            return Some(Counted { crowd: Arc::clone(self), network });
        }
        drop(connections);
        if !self.told.swap(true, Relaxed) {
            tracing::warn!(
                address = %network, most,
                "one address has as many connections as it may, more are closed; if it is your proxy, name it in \
                 trusted_proxies"
            );
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpNet, usize>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut connections = self.crowd.lock();
        if let Some(count) = connections.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_leaves_nothing_behind() {
        let crowd = Arc::new(Crowd::default());
        let enter = |address: &str| crowd.enter(address.parse().unwrap(), 2);
        let (one, two) = (enter("2001:db8::1"), enter("2001:db8::2"));
        assert!(one.is_some() && two.is_some());
        assert!(enter("2001:db8::3").is_none(), "the same household");
        assert!(enter("203.0.113.9").is_some());
        drop(one);
        assert!(enter("2001:db8::3").is_some());
        drop(two);
        assert!(crowd.lock().is_empty());
    }
}
