//! The only clock and the only randomness. Read once for each request and handed down as data.

use doorstep_core::{entropy::Entropy, time::Timestamp};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// Where the time and random bytes come from.
#[derive(Clone)]
pub enum Ambient {
    /// The operating system's.
    System,
    /// A clock that stands until it is moved, and a seeded generator: for tests.
    Fixed(Arc<Fixed>),
}

/// The state of [`Ambient::Fixed`].
pub struct Fixed {
    millis: AtomicI64,
    seed: AtomicU64,
}

impl Ambient {
    /// A standing clock and a seed.
    pub fn fixed(now: Timestamp, seed: u64) -> Self {
        Self::Fixed(Arc::new(Fixed { millis: AtomicI64::new(now.millis()), seed: AtomicU64::new(seed) }))
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Fixed(fixed) => Timestamp::from_millis(fixed.millis.load(Ordering::SeqCst)),
        }
    }

    /// Random bytes, as much as is asked for.
    pub fn entropy(&self) -> Entropy {
        match self {
            Self::System => Entropy::from_os(fill),
            Self::Fixed(fixed) => Entropy::seeded(fixed.seed.fetch_add(1, Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; the system's stands where it is.
    pub fn advance(&self, by: doorstep_core::time::Ttl) {
        if let Self::Fixed(fixed) = self {
            fixed.millis.fetch_add(by.millis(), Ordering::SeqCst);
        }
    }
}

/// A monotonic moment for measuring how long something took; never for deciding anything.
#[expect(clippy::disallowed_methods, reason = "durations in output come from here")]
pub fn stopwatch() -> Instant {
    Instant::now()
}

/// Fills from the operating system, or ends the process: to go on with predictable secrets would be worse.
#[expect(clippy::disallowed_methods, reason = "this is the one source of randomness")]
fn fill(out: &mut [u8]) {
    if aws_lc_rs::rand::fill(out).is_err() {
        tracing::error!("the operating system gives no random bytes; stopping");
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::time::Ttl;

    #[test]
    fn a_fixed_clock_stands_until_it_is_moved() {
        let ambient = Ambient::fixed(Timestamp::from_seconds(10), 1);
        assert_eq!(ambient.now(), ambient.now());
        ambient.advance(Ttl::from_seconds(5));
        assert_eq!(ambient.now().seconds(), 15);
        assert_ne!(ambient.entropy().bytes::<16>(), ambient.entropy().bytes::<16>());
    }

    #[test]
    fn security_42_the_system_source_does_not_repeat() {
        let mut entropy = Ambient::System.entropy();
        let drawn: std::collections::HashSet<[u8; 16]> = (0..1000).map(|_| entropy.bytes()).collect();
        assert_eq!(drawn.len(), 1000);
        let ones: u32 = drawn.iter().flatten().map(|b| b.count_ones()).sum();
        assert!((60_000..68_000).contains(&ones), "{ones} of 128000 bits are set");
    }
}
