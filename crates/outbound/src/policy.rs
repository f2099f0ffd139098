//! Which addresses may be called: by who named the URL, and by the IP addresses that its host has at this moment
//! (security rows 53 to 55). Pure; connections are made to the addresses that it returns and to no other.

use crate::{
    destination::{Destination, NamedBy},
    range::Range,
};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};
use thiserror::Error;
use url::Url;

/// The ports that a stranger's address may have.
const PORTS: [u16; 2] = [443, 8443];

/// An entry of `outbound.allow`: what strangers may name beyond public addresses at the usual ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Each private address in this network, at each port.
    Network(IpNet),
    /// This host at this port, wherever it leads: a public or a private address.
    HostAndPort(String),
}

/// Why a text is no entry of `outbound.allow`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is neither a network such as 10.0.0.0/8 nor a host with its port such as jwks.home.example:443")]
pub struct BadAllowed(String);

/// What may be called.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    allow: Vec<Allowed>,
}

/// Why an address is not called, before anything connects to it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// A stranger's address leads into a network of one's own.
    #[error(
        "{host} is at {address}, which is {range}, and somebody whom Doorstep does not trust may have named it; if it \
         should be called, `outbound.allow = [\"{entry}\"]` allows it"
    )]
    Home {
        /// The host in the URL.
        host: String,
        /// What it resolved to.
        address: IpAddr,
        /// What that is for.
        range: Range,
        /// The entry that would allow it.
        entry: String,
    },
    /// An address that nothing allows.
    #[error("{host} is at {address}, which is {range}; Doorstep never calls it{}", if *by_name { " by name" } else { "" })]
    Never {
        /// The host in the URL.
        host: String,
        /// What it resolved to.
        address: IpAddr,
        /// What that is for.
        range: Range,
        /// Whether it would be called if the URL had the address itself.
        by_name: bool,
    },
    /// A stranger's address at an unusual port.
    #[error(
        "strangers may name ports 443 and 8443 only; if {entry} should be called, `outbound.allow = [\"{entry}\"]` \
         allows it"
    )]
    Port {
        /// The entry that would allow it.
        entry: String,
    },
    /// http to a public address.
    #[error("{host} is at {address}, a public address, and http:// would send everything there readably; use https://")]
    PlainHttp {
        /// The host in the URL.
        host: String,
        /// What it resolved to.
        address: IpAddr,
    },
    /// The URL has a host or characters that cannot be sent.
    #[error("{host} is no host that a request can name")]
    Unfit {
        /// The host in the URL.
        host: String,
    },
    /// The name has no address.
    #[error("{host} has no address")]
    Nowhere {
        /// The host in the URL.
        host: String,
    },
}

impl Policy {
    /// A policy that also lets strangers name these.
    pub const fn new(allow: Vec<Allowed>) -> Self {
        Self { allow }
    }

    /// Where to connect to, given the addresses that the host has.
    ///
    /// A stranger's name is refused when one of its addresses is: a name that leads to the Internet and inside has no
    /// good reason to, and whether it was called would depend on the order of answers. An operator's name is called at
    /// those of its addresses that may be: multicast DNS adds a link-local address to the names of most homes.
    pub fn judge(&self, to: &Destination, found: &[IpAddr]) -> Result<Vec<SocketAddr>, Refused> {
        let mut good = Vec::with_capacity(found.len());
        let mut refused = None;
        for address in found.iter().map(IpAddr::to_canonical) {
            match self.judge_one(to, address) {
                Ok(()) => good.push(SocketAddr::new(address, to.port())),
                Err(why) if to.named_by() == NamedBy::Stranger => return Err(why),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            _ if !good.is_empty() => Ok(good),
            Some(why) => Err(why),
            None => Err(Refused::Nowhere { host: to.host().to_owned() }),
        }
    }

    fn judge_one(&self, to: &Destination, address: IpAddr) -> Result<(), Refused> {
        let range = Range::of(address);
        let host = || to.host().to_owned();
        let stranger = to.named_by() == NamedBy::Stranger;
        match range {
            Range::Public if !to.is_https() => Err(Refused::PlainHttp { host: host(), address }),
            Range::Public if !stranger || PORTS.contains(&to.port()) || self.names(to) => Ok(()),
            Range::Public => Err(Refused::Port { entry: to.host_and_port() }),
            _ if range.is_home() => {
                if !stranger || self.names(to) || self.has_network(address) {
                    return Ok(());
                }
                Err(Refused::Home { host: host(), address, range, entry: to.host_and_port() })
            }
            Range::LinkLocal if !stranger && to.literal().is_some() => Ok(()),
            _ => {
                let by_name = range == Range::LinkLocal && !stranger;
                Err(Refused::Never { host: host(), address, range, by_name })
            }
        }
    }

    fn names(&self, to: &Destination) -> bool {
        let name = to.host_and_port();
        self.allow.iter().any(|allowed| matches!(allowed, Allowed::HostAndPort(entry) if *entry == name))
    }

    fn has_network(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|allowed| matches!(allowed, Allowed::Network(network) if network.contains(&address)))
    }
}

impl FromStr for Allowed {
    type Err = BadAllowed;

    fn from_str(text: &str) -> Result<Self, BadAllowed> {
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network.trunc()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address.to_canonical().into()));
        }
        let bad = || BadAllowed(text.to_owned());
        // The port is read apart: a URL forgets the usual one.
        let (_, port) = text.rsplit_once(':').ok_or_else(bad)?;
        let port: u16 = port.parse().map_err(|_| bad())?;
        let url = Url::parse(&format!("https://{text}/")).map_err(|_| bad())?;
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        match url.host_str() {
            Some(host) if plain && port != 0 && url.password().is_none() => {
                Ok(Self::HostAndPort(format!("{}:{port}", host.trim_end_matches('.'))))
            }
            _ => Err(bad()),
        }
    }
}
