//! The client's address behind trusted proxies, for logs, rate limits and network rules.
//!
//! Security rows 67, 68 and 88: `X-Forwarded-For` counts only when the peer is trusted, and only from
//! the right, as far as the trusted proxies reach. A list that cannot be read says nothing, and the
//! peer's own address stands.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv6Addr};

/// More hops than any honest set-up has.
const MAX_HOPS: usize = 16;

/// Whether the forwarded client addresses of `peer` are believed.
pub fn is_trusted(peer: IpAddr, trusted: &[IpNet]) -> bool {
    let peer = peer.to_canonical();
    trusted.iter().any(|net| net.contains(&peer))
}

/// The rightmost address that is not a trusted proxy, as far as a trusted proxy says so: `None` where the peer is none, said
/// nothing, or said what cannot be read. `forwarded_for` are the values of the `X-Forwarded-For` lines in the order received.
///
/// Whoever needs an address all the same, for a log or a limit, takes that of the peer; a rule by network must not, because
/// it is a proxy's, and nobody's who came through it.
pub fn forwarded_client<'a>(
    peer: IpAddr,
    forwarded_for: impl IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    if !is_trusted(peer, trusted) {
        return None;
    }
    let mut client = None;
    let hops = forwarded_for.into_iter().rev().flat_map(|value| value.rsplit(|b| *b == b','));
    for (nth, hop) in hops.enumerate() {
        let address = std::str::from_utf8(hop).ok().and_then(|text| text.trim().parse::<IpAddr>().ok());
        let address = address.filter(|_| nth < MAX_HOPS)?.to_canonical();
        if !is_trusted(address, trusted) {
            return Some(address);
        }
        client = Some(address);
    }
    client
}

/// The key under which attempts from an address are counted: a whole /64 for IPv6, because one
/// household holds at least that many addresses (row 88).
pub fn network_key(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpNet::V4(Ipv4Net::from(v4)),
        IpAddr::V6(v6) => {
            let prefix = Ipv6Addr::from(u128::from(v6) >> 64 << 64);
            IpNet::V6(Ipv6Net::new(prefix, 64).unwrap_or_else(|_| Ipv6Net::from(v6)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(peer: &str, forwarded_for: &[&str]) -> String {
        let trusted: Vec<IpNet> = ["10.0.0.0/28", "fd00::/8"].iter().map(|net| net.parse().unwrap()).collect();
        let said = forwarded_client(peer.parse().unwrap(), forwarded_for.iter().map(|v| v.as_bytes()), &trusted);
        said.map_or("-".to_owned(), |said| said.to_string())
    }

    #[test]
    fn security_67_only_a_trusted_peer_speaks_for_clients() {
        for (peer, forwarded_for, client) in [
            ("203.0.113.9", &["10.0.0.1"][..], "-"),
            ("203.0.113.9", &["192.168.1.5"], "-"),
            ("10.0.0.16", &["192.168.1.5"], "-"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.168.1.5, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.168.1.5", "203.0.113.9,10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["192.168.1.5", "10.0.0.2"], "192.168.1.5"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", &[], "-"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
        ] {
            assert_eq!(resolve(peer, forwarded_for), client, "{peer} {forwarded_for:?}");
        }
    }

    #[test]
    fn security_68_an_address_that_cannot_be_read_is_nobodys() {
        let many = "10.0.0.2,".repeat(300) + "10.0.0.2";
        for odd in ["a", "", " ", "1.2.3.4:99", "[2001:db8::7]:99", "unknown", "1.2.3.4,", "1.2.3.4, a", &many] {
            assert_eq!(resolve("10.0.0.1", &[odd]), "-", "{odd}");
        }
        assert_eq!(resolve("10.0.0.1", &["garbage, 203.0.113.9"]), "203.0.113.9");
        // As many proxies as are followed, and one too many.
        for (proxies, client) in [(MAX_HOPS - 1, "203.0.113.9"), (MAX_HOPS, "-")] {
            assert_eq!(resolve("10.0.0.1", &[&format!("203.0.113.9{}", ",10.0.0.2".repeat(proxies))]), client);
        }
    }

    #[test]
    fn security_88_ipv6_is_counted_by_its_64() {
        for (address, key) in [
            ("203.0.113.9", "203.0.113.9/32"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("::ffff:203.0.113.9", "203.0.113.9/32"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(network_key(address.parse().unwrap()).to_string(), key);
        }
    }
}
