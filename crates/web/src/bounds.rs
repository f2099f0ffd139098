//! What one connection and one address may hold: time, and places.
//!
//! hyper bounds the head of a request on HTTP/1 only, and counts the time between requests as a part of
//! it; who says nothing at all, or speaks HTTP/2, is not bounded. So a connection on which no request
//! begins is closed here, whatever was said on it. Proxies that are trusted may rest for longer than
//! strangers: they keep connections, and must not find one closed that they are about to use.

use doorstep_core::gateway::network_key;
use http::Request;
use hyper::body::Body;
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

/// RFC 9113 §6.5.2 counts as much for a field beside its name and value.
const FIELD: usize = 32;

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
    /// Bytes that all requests of one untrusted address may hold while they are answered, on whichever connections and
    /// streams: heads as they are, bodies as long as they say they will be. A sign-in holds two kilobytes.
    pub bytes_per_address: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            stranger: Duration::from_secs(15),
            proxy: Duration::from_mins(2),
            answer: Duration::from_secs(30),
            per_address: 256,
            bytes_per_address: 4 * 1024 * 1024,
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

/// Who has how many connections, and how much in them.
#[derive(Default)]
pub(crate) struct Crowd {
    addresses: Mutex<HashMap<IpNet, Address>>,
    reported: AtomicBool,
}

#[derive(Default)]
struct Address {
    connections: usize,
    bytes: Arc<AtomicUsize>,
}

/// A connection that is counted until this goes.
pub(crate) struct Counted {
    crowd: Arc<Crowd>,
    network: IpNet,
    bytes: Arc<AtomicUsize>,
}

/// Bytes that are counted until this goes.
pub(crate) struct Held {
    bytes: Arc<AtomicUsize>,
    count: usize,
}

impl Crowd {
    /// Counts a connection; none when the address has `most` already.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Counted> {
        let network = network_key(address);
        let mut addresses = self.lock();
        let known = addresses.entry(network).or_default();
        if known.connections < most {
            known.connections += 1;
            return Some(Counted { crowd: Arc::clone(self), network, bytes: Arc::clone(&known.bytes) });
        }
        drop(addresses);
        if !self.reported.swap(true, Relaxed) {
            tracing::warn!(
                address = %network, most,
                "one address has as many connections as it may, more are closed; if it is your proxy, name it in \
                 trusted_proxies"
            );
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpNet, Address>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// Counts what a request holds; none when the address would hold more than `most`.
    pub(crate) fn hold(&self, count: usize, most: usize) -> Option<Held> {
        let fits = |held: usize| held.checked_add(count).filter(|sum| *sum <= most);
        self.bytes.fetch_update(Relaxed, Relaxed, fits).ok()?;
        Some(Held { bytes: Arc::clone(&self.bytes), count })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut addresses = self.crowd.lock();
        if let Some(known) = addresses.get_mut(&self.network) {
            known.connections -= 1;
            if known.connections == 0 {
                addresses.remove(&self.network);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.bytes.fetch_sub(self.count, Relaxed);
    }
}

/// What a request holds while it is answered: its head, and of its body what will be read of it.
pub(crate) fn weight<B: Body>(request: &Request<B>, longest_body: usize) -> usize {
    let head: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + FIELD).sum();
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let body = request.body().size_hint().exact().and_then(|length| usize::try_from(length).ok());
    head + target + body.unwrap_or(longest_body).min(longest_body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use hyper::body::{Frame, SizeHint};
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{self, Poll},
    };

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

    #[test]
    fn an_address_holds_so_many_bytes_over_all_its_connections() {
        let crowd = Arc::new(Crowd::default());
        let enter = |address: &str| crowd.enter(address.parse().unwrap(), 9).unwrap();
        let (one, two, other) = (enter("2001:db8::1"), enter("2001:db8::2"), enter("203.0.113.9"));
        let held = one.hold(60, 100).unwrap();
        assert!(two.hold(41, 100).is_none() && two.hold(usize::MAX, 100).is_none());
        assert!(two.hold(40, 100).is_some() && other.hold(100, 100).is_some());
        drop((one, held));
        assert!(two.hold(100, 100).is_some(), "what was held is given back");
    }

    #[test]
    fn a_request_weighs_what_it_brings_and_what_it_announces() {
        let weigh = |length: Option<u64>| {
            let body = length.map_or_else(Left::unknown, Left::of);
            weight(&Request::get("/login?a=b").header("accept", "*/*").body(body).unwrap(), 1000)
        };
        let head = "/login?a=b".len() + "accept*/*".len() + 32;
        for (length, body) in [(Some(0), 0), (Some(7), 7), (Some(5000), 1000), (None, 1000)] {
            assert_eq!(weigh(length), head + body, "{length:?}");
        }
    }

    /// A body that only says how long it is.
    struct Left(SizeHint);

    impl Left {
        fn of(length: u64) -> Self {
            Self(SizeHint::with_exact(length))
        }

        fn unknown() -> Self {
            Self(SizeHint::default())
        }
    }

    impl Body for Left {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut task::Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(None)
        }

        fn size_hint(&self) -> SizeHint {
            self.0
        }
    }
}
