//! How often a stranger may do something, and who counts as one stranger.
//!
//! The rate is the generic cell rate algorithm (ITU-T I.371): of everyone who is counted only one point
//! in time is kept, the one at which nothing of the allowance is used any more. Up to `burst` may come
//! at once, and one more each `every`. Where the points are kept is decided elsewhere. Security rows 86
//! and 88.

use crate::{
    gateway::network_key,
    time::{Timestamp, Ttl},
};
use ipnet::IpNet;
use std::net::IpAddr;

/// How many at once, and how soon one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    burst: i64,
    every: Ttl,
}

impl Rate {
    /// `burst` at once, and one more each `every`.
    pub const fn new(burst: i64, every: Ttl) -> Self {
        Self { burst, every }
    }

    /// The same for `many` that are counted as one.
    #[must_use]
    pub const fn times(self, many: i64) -> Self {
        Self { burst: self.burst * many, every: Ttl::from_millis(self.every.millis() / many) }
    }

    /// Takes one. `whole_at` is when the allowance is whole again; the answer is its new value, or how long
    /// to wait. A clock that was set back begins anew: it makes nobody wait for it.
    pub fn take(self, whole_at: Timestamp, now: Timestamp) -> Result<Timestamp, Ttl> {
        let all = Ttl::from_millis(self.burst.saturating_mul(self.every.millis()));
        let left = if whole_at > now + all { now } else { whole_at.max(now) };
        let whole_at = left + self.every;
        let over = whole_at.since(now + all);
        if over.millis() > 0 { Err(over) } else { Ok(whole_at) }
    }

    /// Gives one back.
    pub fn give_back(self, whole_at: Timestamp) -> Timestamp {
        whole_at - self.every
    }
}

/// Who is counted as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    network: IpNet,
    kind: SourceKind,
}

/// What is known of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// The address of one visitor: a household, an office.
    Visitor,
    /// That of a trusted peer (or of our Unix socket) that forwards no client address.
    SilentProxy,
    /// That of a peer that forwards client addresses and is not trusted: a proxy that nobody declared, or a visitor
    /// who pretends to be one.
    UndeclaredProxy,
}

/// For how many visitors an address stands that many of them share.
const SHARED_BY: i64 = 10;

impl Source {
    /// `peer` is the other end of the connection, none for our Unix socket; `client` what
    /// [`crate::gateway::client_ip`] made of it.
    pub fn of(peer: Option<IpAddr>, client: IpAddr, trusted: bool, forwarded: bool) -> Self {
        // Our Unix socket stands for this machine when nobody is named.
        let unnamed = match peer {
            Some(peer) => peer.to_canonical() == client.to_canonical(),
            None => client.is_loopback(),
        };
        let kind = match peer {
            Some(_) if !trusted && forwarded => SourceKind::UndeclaredProxy,
            Some(_) if !trusted => SourceKind::Visitor,
            _ if unnamed => SourceKind::SilentProxy,
            _ => SourceKind::Visitor,
        };
        Self { network: network_key(client), kind }
    }

    /// The network that is counted: an IPv4 address or an IPv6 /64.
    pub const fn network(&self) -> IpNet {
        self.network
    }

    /// What is known of it.
    pub const fn kind(&self) -> SourceKind {
        self.kind
    }

    /// Its share of a rate. All visitors of a proxy that names none of them are counted together. They get more than
    /// one visitor, so that a few do not use up what the others need, but not an unlimited share, so that hiding behind
    /// a proxy is no way around the limit (security row 88). A peer that forwards addresses without being trusted gets
    /// the larger share only in a private network, because undeclared proxies are there and strangers are not.
    #[must_use]
    pub fn share_of(&self, rate: Rate) -> Rate {
        let many = match self.kind {
            SourceKind::Visitor => false,
            SourceKind::SilentProxy => true,
            SourceKind::UndeclaredProxy => is_private(self.network.addr()),
        };
        if many { rate.times(SHARED_BY) } else { rate }
    }
}

/// RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6 and loopback.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::new(3, Ttl::from_seconds(10));

    /// Takes at each second; what came of it, as seconds to wait or 0.
    fn taken(at: &[i64]) -> Vec<i64> {
        let mut whole_at = Timestamp::from_seconds(0);
        at.iter()
            .map(|second| match RATE.take(whole_at, Timestamp::from_seconds(*second)) {
                Ok(new) => {
                    whole_at = new;
                    0
                }
                Err(wait) => wait.seconds(),
            })
            .collect()
    }

    #[test]
    fn a_burst_at_once_and_then_one_each_while() {
        for (at, expected) in [
            (&[100, 100, 100, 100][..], &[0, 0, 0, 10][..]),
            (&[100, 100, 100, 104, 110, 110], &[0, 0, 0, 6, 0, 10]),
            (&[100, 110, 120, 130, 140], &[0, 0, 0, 0, 0]),
            (&[100, 100, 100, 200, 200, 200, 200], &[0, 0, 0, 0, 0, 0, 10]),
            // The clock is set back.
            (&[1_000_000, 1_000_000, 1_000_000, 50, 50, 50, 50], &[0, 0, 0, 0, 0, 0, 10]),
        ] {
            assert_eq!(taken(at), expected, "{at:?}");
        }
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let now = Timestamp::from_seconds(100);
        let mut whole_at = now;
        for _ in 0..3 {
            whole_at = RATE.take(whole_at, now).unwrap();
        }
        assert!(RATE.take(whole_at, now).is_err());
        whole_at = RATE.give_back(whole_at);
        assert!(RATE.take(whole_at, now).is_ok());
    }

    #[test]
    fn many_counted_as_one_have_as_much_as_all_of_them() {
        // Ten times three at once, and ten in ten seconds.
        let (many, now) = (RATE.times(10), Timestamp::from_seconds(100));
        let mut whole_at = now;
        for _ in 0..30 {
            whole_at = many.take(whole_at, now).unwrap();
        }
        assert_eq!(many.take(whole_at, now), Err(Ttl::from_seconds(1)));
        assert!(many.take(whole_at, now + Ttl::from_seconds(1)).is_ok());
    }

    #[test]
    fn security_88_a_shared_address_has_more_and_not_everything() {
        let one = RATE;
        let many = Rate::new(30, Ttl::from_seconds(1));
        let (visitor, silent, undeclared) = (SourceKind::Visitor, SourceKind::SilentProxy, SourceKind::UndeclaredProxy);
        for (peer, client, trusted, forwarded, kind, share) in [
            (Some("203.0.113.9"), "203.0.113.9", false, false, visitor, one),
            // Speaks for others without being trusted: the peer is counted.
            (Some("203.0.113.9"), "203.0.113.9", false, true, undeclared, one),
            (Some("172.18.0.5"), "172.18.0.5", false, true, undeclared, many),
            (Some("fd00::5"), "fd00::5", false, true, undeclared, many),
            (Some("172.18.0.5"), "172.18.0.5", false, false, visitor, one),
            // Trusted, and says who it is.
            (Some("10.0.0.1"), "203.0.113.9", true, true, visitor, one),
            (Some("10.0.0.1"), "10.0.0.7", true, true, visitor, one),
            // Trusted, and says nothing, or nothing that can be read.
            (Some("10.0.0.1"), "10.0.0.1", true, false, silent, many),
            (Some("10.0.0.1"), "10.0.0.1", true, true, silent, many),
            (Some("::ffff:10.0.0.1"), "10.0.0.1", true, false, silent, many),
            (Some("127.0.0.1"), "127.0.0.1", true, false, silent, many),
            // Our Unix socket.
            (None, "127.0.0.1", false, true, silent, many),
            (None, "127.0.0.1", true, false, silent, many),
            (None, "203.0.113.9", true, true, visitor, one),
        ] {
            let source =
                Source::of(peer.map(|peer| peer.parse().unwrap()), client.parse().unwrap(), trusted, forwarded);
            assert_eq!((source.kind(), source.share_of(one)), (kind, share), "{peer:?} {client} {trusted} {forwarded}");
        }
    }

    #[test]
    fn security_88_a_household_is_one() {
        let of = |client: &str| Source::of(None, client.parse().unwrap(), true, true).network();
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.10"));
    }
}
