//! What an IP address is for, by the registries of special-purpose addresses (RFC 6890, RFC 8190), in every form that
//! an IPv4 address can take inside an IPv6 address (security row 55). What may be called is decided in `policy`.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range {
    /// Somewhere on the Internet.
    Public,
    /// This machine.
    Loopback,
    /// A network of one's own: RFC 1918, RFC 4193, and site-local addresses, which came before it.
    Private,
    /// Behind a provider's address translation, or in an overlay network: RFC 6598.
    Shared,
    /// Measuring networks (RFC 2544, RFC 5180); some resolvers in homes hand these out for names that they route.
    Benchmarking,
    /// Valid on one link only: RFC 3927, RFC 4291 §2.5.6. Here clouds tell a machine its credentials; the other
    /// addresses at which they do so are counted in.
    LinkLocal,
    /// No address. Linux would connect to this machine.
    Unspecified,
    /// Many machines.
    Multicast,
    /// For books: RFC 5737, RFC 3849, RFC 9637.
    Documentation,
    /// Everything else. Among it 6to4, Teredo and IPv4-compatible addresses, which hide another address inside.
    Reserved,
}

impl Range {
    /// What `address` is for.
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    /// Whether it is an address that a home or a company gives out by itself.
    pub const fn is_home(self) -> bool {
        matches!(self, Self::Loopback | Self::Private | Self::Shared | Self::Benchmarking)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "a public address",
            Self::Loopback => "an address of this machine itself",
            Self::Private => "a private address",
            Self::Shared => "a shared address (100.64.0.0/10)",
            Self::Benchmarking => "an address of measuring networks",
            Self::LinkLocal => "a link-local address, or one where a cloud tells a machine its credentials",
            Self::Unspecified => "no address that can be called",
            Self::Multicast => "a multicast address",
            Self::Documentation => "an address for documentation",
            Self::Reserved => "a reserved address",
        })
    }
}

const fn of_v4(address: Ipv4Addr) -> Range {
    match address.octets() {
        [0, ..] => Range::Unspecified,
        // Oracle's, Alibaba's and Azure's addresses for what AWS has at 169.254.169.254.
        [169, 254, ..] | [192, 0, 0, 192] | [100, 100, 100, 200] | [168, 63, 129, 16] => Range::LinkLocal,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Range::Private,
        [100, 64..=127, ..] => Range::Shared,
        [127, ..] => Range::Loopback,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Range::Documentation,
        [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => Range::Reserved,
        [198, 18..=19, ..] => Range::Benchmarking,
        [224..=239, ..] => Range::Multicast,
        _ => Range::Public,
    }
}

const fn of_v6(address: Ipv6Addr) -> Range {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Range::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Range::Loopback,
        // IPv4-mapped (RFC 4291 §2.5.5.2), and by NAT64 (RFC 6052): what the address inside is for.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            of_v4(Ipv4Addr::new(a, b, c, d))
        }
        // The first two are AWS's and Google's addresses for what they have at 169.254.169.254.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] | [0xfe80..=0xfebf, ..] => {
            Range::LinkLocal
        }
        // The first is NAT64 inside of one network: RFC 8215.
        [0x64, 0xff9b, 1, ..] | [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Range::Private,
        [0xff00..=0xffff, ..] => Range::Multicast,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Range::Documentation,
        [0x2001, 2, 0, ..] => Range::Benchmarking,
        // 2001::/23 is for protocols, Teredo among them; 2002::/16 is 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2002, ..] => Range::Reserved,
        [0x2000..=0x3fff, ..] => Range::Public,
        _ => Range::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::{Range::*, *};

    const TABLE: [(Range, &[&str]); 10] = [
        (
            Public,
            &[
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "192.0.1.1",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2001:200::1",
                "2001:4860:4860::8888",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
            ],
        ),
        (Loopback, &["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1"]),
        (
            Private,
            &[
                "10.0.0.0",
                "10.255.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.168.0.1",
                "::ffff:10.0.0.5",
                "64:ff9b::10.0.0.5",
                "64:ff9b:1::1",
                "fc00::1",
                "fdff::1",
                "fec0::1",
            ],
        ),
        (Shared, &["100.64.0.0", "100.127.255.255"]),
        (Benchmarking, &["198.18.0.1", "198.19.255.255", "2001:2::1"]),
        (
            LinkLocal,
            &[
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "64:ff9b::169.254.169.254",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "fe80::1",
                "febf::1",
                "fd00:ec2::254",
                "fd20:ce::254",
            ],
        ),
        (Unspecified, &["0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"]),
        (Multicast, &["224.0.0.1", "239.255.255.255", "ff02::1"]),
        (Documentation, &["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]),
        (
            Reserved,
            &[
                "192.0.0.1",
                "192.88.99.1",
                "240.0.0.1",
                "255.255.255.255",
                "::127.0.0.1",
                "::10.0.0.5",
                "::ffff:0:10.0.0.5",
                "2002:a00:5::1",
                "2002:7f00:1::",
                "2001:0:a00:5::1",
                "2001:20::1",
                "100::1",
                "5f00::1",
                "4000::1",
            ],
        ),
    ];

    #[test]
    fn security_55_each_address_is_what_the_registries_say_in_every_form() {
        let all = TABLE.iter().flat_map(|(expected, texts)| texts.iter().map(move |text| (text, *expected)));
        let wrong: Vec<_> = all.filter(|(text, expected)| Range::of(text.parse().unwrap()) != *expected).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
