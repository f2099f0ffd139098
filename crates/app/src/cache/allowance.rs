//! How often strangers may do what: counted in memory, by address, before anything is written.
//!
//! Whoever is signed in is counted by their account, and only where something is written for them
//! ([`Allowances::take_own`]), so the warm paths cost nothing more. The counters are this process's
//! own: with several replicas behind a balancer the limits are as many times higher. They bound work and
//! rows; the counters that keep passwords from being guessed are in the database and shared
//! (`crate::accounts`). No library: a rate is one number ([`doorstep_core::limit`]), and the bounded map is
//! the one that forward auth has already.
//!
//! The map is bounded (security row 86). When it is full, addresses that were seen once go first; whoever
//! is forgotten begins anew, and nobody is refused because the map is full.

use crate::ambient::Ambient;
use doorstep_core::{
    id::{ClientId, UserId},
    limit::{Rate, Source, SourceKind},
    time::{Timestamp, Ttl},
};
use quick_cache::sync::Cache;
use std::{
    convert::Infallible,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
    },
};

/// Counters kept at most; about 150 bytes each.
const CAPACITY: usize = 20_000;
/// Whoever comes back at once meets the same crowd.
const SHORTEST_WAIT: Ttl = Ttl::from_seconds(10);
/// How often it is logged that somebody is over a limit.
const TELL_EVERY: Ttl = Ttl::from_seconds(60);

/// What is limited (security §2.7). Each rate is one a second or slower for long, and more at once: three
/// hundred people behind one address may come to work at nine o'clock, each with one parked request and
/// two or three ceremonies (the browser's own offer, the button), while one address cannot leave more than
/// 600 challenges (five minutes) or 7,500 parked requests (two hours) behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limited {
    /// Beginning a passkey ceremony, and ending one that does not go through.
    Ceremony,
    /// A request without a session that is parked, or refused with a report.
    Request,
    /// A link that does not open. One that opens is not counted: many may be enrolled in one office.
    Link,
    /// A token of a program that is not known. One that is known is not counted, and is never refused for others.
    Token,
    /// A cookie of an app's session that leads nowhere, likewise.
    AppSession,
    /// A line of the log about a question of forward auth that nobody had to be signed in for.
    Line,
    /// A client that does not prove itself, each by itself.
    ClientProof,
    /// What is written for one account: sessions, codes, refusals, sessions of apps, changes of the account. Thirty
    /// tabs that wake together six times are fewer.
    Own,
}

impl Limited {
    const fn rate(self) -> Rate {
        match self {
            Self::Ceremony | Self::Request | Self::AppSession | Self::Line => Rate::new(300, Ttl::from_seconds(1)),
            Self::Link => Rate::new(20, Ttl::from_minutes(3)),
            Self::Token => Rate::new(60, Ttl::from_seconds(10)),
            Self::ClientProof => Rate::new(20, Ttl::from_seconds(15)),
            Self::Own => Rate::new(200, Ttl::from_seconds(2)),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ceremony => "passkey_ceremonies",
            Self::Request => "requests_of_nobody",
            Self::Link => "links_that_do_not_open",
            Self::Token => "unknown_tokens",
            Self::AppSession => "unknown_app_sessions",
            Self::Line => "refusals_in_the_log",
            Self::ClientProof => "wrong_client_secrets",
            Self::Own => "requests_of_one_account",
        }
    }
}

/// More than is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many {}", what.as_str())]
pub struct TooMany {
    /// Of what.
    pub what: Limited,
    /// After how long it can be tried again.
    pub wait: Ttl,
}

impl TooMany {
    /// In whole seconds, rounded up, for `Retry-After`.
    pub fn seconds(&self) -> u32 {
        u32::try_from((self.wait.millis() + 999).div_euclid(1000)).unwrap_or(u32::MAX)
    }
}

/// What is counted: this, from there, by this client.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    what: Limited,
    who: Who,
    client: Option<ClientId>,
}

/// Who is counted.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Who {
    Network(IpAddr),
    Account(UserId),
}

/// The counters.
struct Counters {
    /// When each allowance is whole again, in Unix milliseconds.
    whole_at: Cache<Key, Arc<AtomicI64>>,
    tell_at: AtomicI64,
    silent_reported: AtomicBool,
    undeclared_reported: AtomicBool,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            whole_at: Cache::new(CAPACITY),
            tell_at: AtomicI64::new(0),
            silent_reported: AtomicBool::new(false),
            undeclared_reported: AtomicBool::new(false),
        }
    }
}

/// The allowances of this process.
pub struct Allowances {
    ambient: Ambient,
    counters: Counters,
}

impl Allowances {
    /// Nobody has done anything yet.
    pub(crate) fn new(ambient: Ambient) -> Self {
        Self { ambient, counters: Counters::default() }
    }

    /// Takes one from the allowance of an address, before the work is done.
    pub fn take(&self, what: Limited, source: &Source) -> Result<(), TooMany> {
        self.counters.take(&Key::new(what, source, None), source, self.ambient.now())
    }

    /// Takes one from the allowance of a person who is signed in, wherever they come from and in however many
    /// browsers, before something is written for them.
    pub fn take_own(&self, user: &UserId) -> Result<(), TooMany> {
        self.counters.take_own(user, self.ambient.now())
    }

    /// Gives one back: it came to nothing that is limited.
    pub fn give_back(&self, what: Limited, source: &Source) {
        self.counters.give_back(&Key::new(what, source, None), source);
    }

    /// Counts a client that did not prove itself, each known client by itself, so that an app behind a busy
    /// address is not held up by another one that is set up wrongly. Who proves itself is never asked: a
    /// stranger's wrong secrets from the same address strike the stranger (security row 87).
    pub(crate) fn count_unproved(&self, client: Option<&ClientId>, source: &Source) -> Result<(), TooMany> {
        self.counters.take(&Key::new(Limited::ClientProof, source, client), source, self.ambient.now())
    }
}

impl Key {
    fn new(what: Limited, source: &Source, client: Option<&ClientId>) -> Self {
        Self { what, who: Who::Network(source.network().addr()), client: client.cloned() }
    }
}

impl Counters {
    fn take(&self, key: &Key, source: &Source, now: Timestamp) -> Result<(), TooMany> {
        self.count(key, source.share_of(key.what.rate()), now).inspect_err(|_| self.tell(key.what, source, now))
    }

    fn take_own(&self, user: &UserId, now: Timestamp) -> Result<(), TooMany> {
        let what = Limited::Own;
        let key = Key { what, who: Who::Account(user.clone()), client: None };
        self.count(&key, what.rate(), now).inspect_err(|_| {
            if self.is_due(now) {
                tracing::warn!(limit = what.as_str(), user = %user, "more for one account than is allowed; answered with 429");
            }
        })
    }

    fn count(&self, key: &Key, rate: Rate, now: Timestamp) -> Result<(), TooMany> {
        let Ok(whole_at) = self.whole_at.get_or_insert_with(key, || Ok::<_, Infallible>(Arc::default()));
        let next = |millis| rate.take(Timestamp::from_millis(millis), now).ok().map(Timestamp::millis);
        let Err(millis) = whole_at.fetch_update(Relaxed, Relaxed, next) else { return Ok(()) };
        let Err(wait) = rate.take(Timestamp::from_millis(millis), now) else { return Ok(()) };
        Err(TooMany { what: key.what, wait: wait.max(SHORTEST_WAIT) })
    }

    fn give_back(&self, key: &Key, source: &Source) {
        let Some(whole_at) = self.whole_at.get(key) else { return };
        let rate = source.share_of(key.what.rate());
        let back = |millis| Some(rate.give_back(Timestamp::from_millis(millis)).millis());
        let _ = whole_at.fetch_update(Relaxed, Relaxed, back);
    }

    /// Whether a limit may be logged again.
    fn is_due(&self, now: Timestamp) -> bool {
        let due = |at| (at <= now.millis()).then_some((now + TELL_EVERY).millis());
        self.tell_at.fetch_update(Relaxed, Relaxed, due).is_ok()
    }

    /// Logs once a minute that somebody is over a limit, and once that visitors cannot be distinguished.
    fn tell(&self, what: Limited, source: &Source, now: Timestamp) {
        let address = source.network();
        if self.is_due(now) {
            let so = match what {
                Limited::Token | Limited::AppSession => "looked up one at a time",
                Limited::Line => "some are left out",
                Limited::Ceremony | Limited::Request | Limited::Link | Limited::ClientProof | Limited::Own => {
                    "answered with 429"
                }
            };
            tracing::warn!(limit = what.as_str(), %address, "more from one address than is allowed; {so}");
        }
        if !self.is_first_of(source.kind()) {
            return;
        }
        match source.kind() {
            SourceKind::SilentProxy => tracing::warn!(
                %address,
                "all visitors that come by this address are counted as one, because it does not say who they are: \
                 have the proxy send X-Forwarded-For"
            ),
            SourceKind::UndeclaredProxy => tracing::warn!(
                %address,
                "all visitors that come by this address are counted as one; if it is your proxy, name it in \
                 trusted_proxies"
            ),
            SourceKind::Visitor => {}
        }
    }

    /// Whether it was never told that visitors by such a proxy cannot be distinguished.
    fn is_first_of(&self, kind: SourceKind) -> bool {
        match kind {
            SourceKind::SilentProxy => !self.silent_reported.swap(true, Relaxed),
            SourceKind::UndeclaredProxy => !self.undeclared_reported.swap(true, Relaxed),
            SourceKind::Visitor => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(address: &str) -> Source {
        Source::of(Some(address.parse().unwrap()), address.parse().unwrap(), false, false)
    }

    fn taken(allowances: &Counters, what: Limited, address: &str, now: i64) -> Result<(), TooMany> {
        let source = visitor(address);
        allowances.take(&Key::new(what, &source, None), &source, Timestamp::from_seconds(now))
    }

    #[test]
    fn each_limit_has_its_burst_and_its_rate() {
        for (what, burst, next) in [
            (Limited::Ceremony, 300, 10_u32),
            (Limited::Request, 300, 10),
            (Limited::Link, 20, 180),
            (Limited::Token, 60, 10),
            (Limited::AppSession, 300, 10),
            (Limited::Line, 300, 10),
            (Limited::ClientProof, 20, 15),
        ] {
            let allowances = Counters::default();
            for nth in 0..burst {
                assert_eq!(taken(&allowances, what, "203.0.113.9", 1000), Ok(()), "{what:?} {nth}");
            }
            let refused = taken(&allowances, what, "203.0.113.9", 1000).unwrap_err();
            assert_eq!((refused.what, refused.seconds()), (what, next));
            // Another address, another matter, and a while later.
            assert_eq!(taken(&allowances, what, "203.0.113.10", 1000), Ok(()));
            let other = if what == Limited::Link { Limited::Request } else { Limited::Link };
            assert_eq!(taken(&allowances, other, "203.0.113.9", 1000), Ok(()));
            assert_eq!(taken(&allowances, what, "203.0.113.9", 1000 + i64::from(next)), Ok(()));
        }
    }

    #[test]
    fn security_86_what_one_account_has_written_for_it_is_bounded_and_nobody_else_waits() {
        let counters = Counters::default();
        let [ada, bob] = [1, 2].map(|seed| UserId::random(&mut doorstep_core::entropy::Entropy::seeded(seed)));
        let at = Timestamp::from_seconds;
        assert!((0..200).all(|_| counters.take_own(&ada, at(1000)).is_ok()));
        let refused = counters.take_own(&ada, at(1000)).unwrap_err();
        assert_eq!((refused.what, refused.seconds()), (Limited::Own, 10));
        assert_eq!(counters.take_own(&bob, at(1000)), Ok(()));
        let hour = (0..3600).filter(|second| counters.take_own(&ada, at(1001 + second)).is_ok()).count();
        assert_eq!(hour, 1800, "one each two seconds");
    }

    #[test]
    fn the_log_tells_of_a_limit_once_a_minute_and_of_each_kind_of_proxy_once() {
        let counters = Counters::default();
        for (millis, due) in [(0, true), (1, false), (59_999, false), (60_000, true), (119_999, false), (300_000, true)]
        {
            assert_eq!(counters.is_due(Timestamp::from_millis(1_000_000 + millis)), due, "{millis}");
        }
        for (kind, first) in [
            (SourceKind::Visitor, false),
            (SourceKind::SilentProxy, true),
            (SourceKind::SilentProxy, false),
            (SourceKind::UndeclaredProxy, true),
            (SourceKind::UndeclaredProxy, false),
        ] {
            assert_eq!(counters.is_first_of(kind), first, "{kind:?}");
        }
    }

    #[test]
    fn security_86_made_up_addresses_fill_no_memory_and_shut_nobody_out() {
        let allowances = Counters::default();
        for i in 0..200_000_u32 {
            let made_up = std::net::Ipv4Addr::from_bits(0x0a00_0000 + i).to_string();
            assert_eq!(taken(&allowances, Limited::Ceremony, &made_up, 1000), Ok(()));
        }
        assert!(allowances.whole_at.len() <= CAPACITY, "{}", allowances.whole_at.len());
        assert_eq!(taken(&allowances, Limited::Ceremony, "203.0.113.9", 1000), Ok(()));
    }

    #[test]
    fn security_87_parallel_tries_do_not_outrun_the_count() {
        let allowances = Counters::default();
        let passed = AtomicI64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        if taken(&allowances, Limited::Link, "203.0.113.9", 1000).is_ok() {
                            passed.fetch_add(1, Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 20);
    }
}
