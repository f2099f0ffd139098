//! What surrounds the proxy: another proxy before it, and who resolves names for it.

use std::{fmt, net::IpAddr, str::FromStr};

/// What a proxy's configuration must know of its surroundings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// From where another proxy or a tunnel, which ends TLS, sends requests. Empty: this proxy ends TLS.
    pub behind: Vec<Network>,
    /// Whom nginx asks for the address of a name.
    pub resolver: Option<IpAddr>,
    /// Whether nginx keeps a yes for the moment that Doorstep lets it.
    pub keep: bool,
}

/// An address or a network in CIDR notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network(String);

/// Not an address or a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address like 192.0.2.7 or a network like 192.0.2.0/24")]
pub struct InvalidNetwork(String);

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let refused = || InvalidNetwork(text.chars().filter(|c| !c.is_control()).take(80).collect());
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        match length.map(str::parse::<u8>) {
            None => Ok(Self(address.to_string())),
            Some(Ok(length)) if (1..=widest).contains(&length) => Ok(Self(format!("{address}/{length}"))),
            Some(_) => Err(refused()),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_address_with_or_without_a_length() {
        for (given, shown) in [
            ("127.0.0.1", "127.0.0.1"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("128.0.0.0/1", "128.0.0.0/1"),
            ("10.0.0.7/32", "10.0.0.7/32"),
            ("::1", "::1"),
            ("fd00:0::/8", "fd00::/8"),
            ("::1/128", "::1/128"),
        ] {
            assert_eq!(given.parse::<Network>().unwrap().to_string(), shown);
        }
        for bad in
            ["", "localhost", "10.0.0.0/", "10.0.0.0/0", "10.0.0.0/33", "10.0.0.0/8;", "::/0", "::/129", "1.2.3.4\n"]
        {
            assert!(bad.parse::<Network>().is_err(), "{bad:?}");
        }
    }
}
