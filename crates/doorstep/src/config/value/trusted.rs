//! The trusted proxies: those whose `X-Forwarded-*` and forward-auth requests count.
//!
//! Security row 67: from any other peer such headers are ignored, so a network of every address is refused.

use super::text::{Fault, TextValue};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network such as `10.0.0.0/8`, one address, or `unix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustedProxy {
    /// Peers with an address in this network.
    Network(IpNet),
    /// Whoever may open the Unix socket that Doorstep listens on.
    Unix,
}

/// The list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TrustedProxies(Vec<TrustedProxy>);

impl TrustedProxies {
    /// Whether a TCP peer with this address is trusted. An IPv4 address written as IPv6 counts as itself.
    pub fn contains(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|proxy| matches!(proxy, TrustedProxy::Network(net) if net.contains(&peer)))
    }
    /// Whether peers on the Unix socket are trusted.
    pub fn unix(&self) -> bool {
        self.0.contains(&TrustedProxy::Unix)
    }
    /// Each entry, in the order written.
    pub fn iter(&self) -> impl Iterator<Item = &TrustedProxy> {
        self.0.iter()
    }
}

impl Default for TrustedProxies {
    /// This machine.
    fn default() -> Self {
        let v4 = IpNet::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8);
        let v6 = IpNet::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 128);
        Self([v4, v6].into_iter().flatten().map(TrustedProxy::Network).collect())
    }
}

impl FromStr for TrustedProxy {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if text == "unix" {
            return Ok(Self::Unix);
        }
        let example = "write a network like 10.0.0.0/8, an address, or unix";
        let net = match (text.parse::<IpNet>(), text.parse::<IpAddr>()) {
            (Ok(net), _) => net,
            (_, Ok(address)) => IpNet::from(address),
            _ => return Err(Fault::new("is not a network", example)),
        };
        if net.prefix_len() == 0 {
            let remedy = "name the networks that your proxies are in; anyone else could claim any address";
            return Err(Fault::new("trusts everyone", remedy));
        }
        if net != net.trunc() {
            let remedy = format!("write {} for the network, {} for one address", net.trunc(), net.addr());
            return Err(Fault::new("names an address and a network at once", remedy));
        }
        Ok(Self::Network(net))
    }
}

impl TextValue for TrustedProxy {
    const FORMAT: &'static str = "trusted-proxy";
    fn text(&self) -> String {
        match self {
            Self::Unix => "unix".to_owned(),
            Self::Network(net) => net.to_string(),
        }
    }
}

impl Serialize for TrustedProxy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

super::text::as_string!(TrustedProxy, "TrustedProxy", "10.0.0.0/8");

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(texts: &[&str]) -> TrustedProxies {
        TrustedProxies(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn security_67_only_listed_peers_are_trusted() {
        let some = proxies(&["10.0.0.0/8", "192.168.1.4", "fd00::/8"]);
        for (peer, trusted) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("192.168.1.4", true),
            ("192.168.1.5", false),
            ("fd12::1", true),
            ("127.0.0.1", false),
            ("::1", false),
        ] {
            assert_eq!(some.contains(peer.parse().unwrap()), trusted, "{peer}");
        }
        assert!(!some.unix());
        assert!(proxies(&["unix"]).unix());
        assert!(!proxies(&["unix"]).contains("127.0.0.1".parse().unwrap()));
        for (peer, trusted) in [("127.0.0.1", true), ("::1", true), ("10.0.0.1", false)] {
            assert_eq!(TrustedProxies::default().contains(peer.parse().unwrap()), trusted, "{peer}");
        }
    }

    #[test]
    fn security_67_trusting_everyone_is_a_mistake() {
        for (text, what) in [
            ("0.0.0.0/0", "trusts everyone"),
            ("::/0", "trusts everyone"),
            ("10.0.0.1/8", "names an address and a network at once"),
            ("*", "is not a network"),
            ("10.0.0.0/33", "is not a network"),
            ("", "is not a network"),
        ] {
            assert_eq!(text.parse::<TrustedProxy>().unwrap_err().what, what, "{text}");
        }
    }
}
