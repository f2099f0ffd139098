//! Whether a rule may ask where a request comes from: who says so, and who could say anything.
//!
//! A request comes from the address that a trusted proxy reports, and addresses that are trusted are passed over on the way to
//! it (security row 67). So such a rule is worth what `trusted_proxies` is.

use super::draft::Draft;
use crate::mistake::{Mistake, Place};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Who is believed about where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxies {
    /// Peers with an address in one of these.
    pub networks: Vec<IpNet>,
    /// Whoever may open the Unix socket.
    pub unix: bool,
}

impl Default for Proxies {
    /// This machine, as when nothing is said.
    fn default() -> Self {
        let v4 = Ipv4Net::new(Ipv4Addr::LOCALHOST, 8).map(|net| IpNet::from(net.trunc()));
        let v6 = Ipv6Net::new(Ipv6Addr::LOCALHOST, 128).map(IpNet::from);
        Self { networks: [v4, v6].into_iter().flatten().collect(), unix: false }
    }
}

const REMEDY: &str =
    "name the proxies themselves in `trusted_proxies`, by their addresses or a network that only they are in";

/// Notes what makes the networks of a rule worth nothing.
pub(super) fn believable(draft: &mut Draft<'_>, at: &Place) {
    let proxies = &draft.ground.basis.proxies;
    if proxies.networks.is_empty() && !proxies.unix {
        let what = "`trusted_proxies` is empty, so that nobody is believed about where a request comes from";
        let remedy = "name your proxy in `trusted_proxies`, or leave `networks` out";
        draft.mistakes.push(Mistake::new(at.clone(), what).remedy(remedy));
    }
    if let Some(wide) = proxies.networks.iter().find(|network| is_wide(network)) {
        let what = format!(
            "`trusted_proxies` holds {wide}, a large part of the internet: whoever is there may say to come from anywhere"
        );
        draft.mistakes.push(Mistake::new(at.clone(), what).remedy(REMEDY));
    }
}

/// More than one in 256 of all addresses of version 4, or of those of version 6 that are on the internet as much as any
/// registry holds. Proxies of companies that offer them have ranges that are narrower.
fn is_wide(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < 8,
        IpNet::V6(network) => {
            let global = Ipv6Net::new(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
            network.prefix_len() < 16 && global.is_ok_and(|global| overlap((*network).into(), global.into()).is_some())
        }
    }
}

/// What a person should know of a door that is open to these networks.
pub(super) fn doubt(networks: &[IpNet], proxies: &Proxies) -> Option<String> {
    let shared = networks
        .iter()
        .find_map(|one| proxies.networks.iter().find_map(|trusted| Some((overlap(*one, *trusted)?, trusted))));
    let (both, trusted) = shared.filter(|(_, trusted)| trusted.addr().is_loopback() || !is_single(trusted))?;
    Some(if trusted.addr().is_loopback() {
        format!(
            "{both} is this machine: behind a tunnel or another proxy here that the first one does not know, everybody is"
        )
    } else {
        format!("whoever is in {both} counts as a proxy (`trusted_proxies`), and may say to come from anywhere")
    })
}

fn is_single(network: &IpNet) -> bool {
    network.prefix_len() == network.max_prefix_len()
}

/// The addresses that both hold: of two networks, one holds the other or they share none.
fn overlap(one: IpNet, other: IpNet) -> Option<IpNet> {
    if one.contains(&other) {
        Some(other)
    } else if other.contains(&one) {
        Some(one)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_range_is_too_wide_where_strangers_are_in_it() {
        for (network, wide) in [
            ("0.0.0.0/1", true),
            ("128.0.0.0/7", true),
            ("10.0.0.0/8", false),
            ("104.16.0.0/13", false),
            ("::/1", true),
            ("2000::/3", true),
            ("2a00::/12", true),
            ("2a06:98c0::/29", false),
            // Unique local addresses and those of a link are nobody's on the internet.
            ("fc00::/7", false),
            ("fe80::/10", false),
        ] {
            assert_eq!(is_wide(&network.parse().unwrap()), wide, "{network}");
        }
    }

    #[test]
    fn a_door_for_a_network_that_proxies_are_in_is_doubted() {
        for (networks, trusted, said) in [
            (&["192.168.0.0/16"][..], &["127.0.0.0/8"][..], None),
            (&["192.168.0.0/16"], &["192.168.1.2/32"], None),
            (&["10.0.0.0/8"], &["10.244.0.0/16"], Some("10.244.0.0/16 counts as a proxy")),
            (&["10.1.0.0/16", "fd00::/8"], &["192.168.1.2/32", "10.0.0.0/8"], Some("10.1.0.0/16 counts as a proxy")),
            (&["127.0.0.0/8"], &["127.0.0.1/32"], Some("127.0.0.1/32 is this machine")),
            (&["0.0.0.0/1"], &["127.0.0.0/8"], Some("127.0.0.0/8 is this machine")),
            (&[], &["10.0.0.0/8"], None),
        ] {
            let proxies = Proxies { networks: nets(trusted), unix: false };
            let doubt = doubt(&nets(networks), &proxies);
            let fits = doubt.as_deref().map_or(said.is_none(), |doubt| said.is_some_and(|said| doubt.contains(said)));
            assert!(fits, "{networks:?} {trusted:?}: {doubt:?}");
        }
        assert_eq!(Proxies::default().networks, nets(&["127.0.0.0/8", "::1/128"]));
    }
}
