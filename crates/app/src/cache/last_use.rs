//! When an entry was last used, and whether that is written down, in one number: a cache of many thousands has no room
//! for more, and a request that is answered from it waits for nobody.

use doorstep_core::time::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds times two, and one more while it is not written down.
pub(super) struct LastUse(AtomicI64);

impl LastUse {
    /// Used now, which is not written down yet.
    pub(super) const fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(unwritten(now)))
    }

    /// Not used yet.
    pub(super) const fn never() -> Self {
        Self(AtomicI64::new(0))
    }

    /// When.
    pub(super) fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed) >> 1)
    }

    /// Used once more.
    pub(super) fn mark(&self, now: Timestamp) {
        self.0.store(unwritten(now), Ordering::Relaxed);
    }

    /// What is still to be written down.
    pub(super) fn unwritten(&self) -> Option<Timestamp> {
        let number = self.0.load(Ordering::Relaxed);
        (number & 1 == 1).then(|| Timestamp::from_millis(number >> 1))
    }

    /// That it was used then is written down. A later use still is not.
    pub(super) fn written(&self, at: Timestamp) {
        let (Ok(_) | Err(_)) =
            self.0.compare_exchange(unwritten(at), unwritten(at) & !1, Ordering::Relaxed, Ordering::Relaxed);
    }
}

const fn unwritten(at: Timestamp) -> i64 {
    at.millis() << 1 | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_used_has_nothing_to_be_written() {
        let used = LastUse::never();
        assert_eq!(used.unwritten(), None);
        used.mark(Timestamp::from_millis(7));
        assert_eq!((used.at(), used.unwritten()), (Timestamp::from_millis(7), Some(Timestamp::from_millis(7))));
    }

    #[test]
    fn a_use_is_to_be_written_until_it_was_and_a_later_one_anew() {
        for at in [-5, 0, 1, 1_800_000_000_000] {
            let at = Timestamp::from_millis(at);
            let later = Timestamp::from_millis(at.millis() + 1);
            let used = LastUse::new(at);
            assert_eq!((used.at(), used.unwritten()), (at, Some(at)));
            used.mark(later);
            used.written(at);
            assert_eq!((used.at(), used.unwritten()), (later, Some(later)), "used while the one before was written");
            used.written(later);
            assert_eq!((used.at(), used.unwritten()), (later, None));
        }
    }
}
