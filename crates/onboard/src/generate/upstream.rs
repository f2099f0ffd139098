//! Where a proxy reaches a program: `host:port`, or a Unix socket.

use std::{net::SocketAddr, str::FromStr};

/// `host:port` or `unix:/path`, in characters that mean nothing to a proxy's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Tcp { text: String, port: u16 },
    Unix(String),
}

/// Neither `host:port` nor `unix:/path`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither host:port nor unix:/path")]
pub struct InvalidUpstream(String);

impl FromStr for Upstream {
    type Err = InvalidUpstream;

    fn from_str(text: &str) -> Result<Self, InvalidUpstream> {
        let refused = || InvalidUpstream(text.chars().take(80).collect());
        if let Some(path) = text.strip_prefix("unix:") {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-');
            let fits = path.starts_with('/') && path.bytes().all(plain);
            return if fits { Ok(Self(Kind::Unix(path.to_owned()))) } else { Err(refused()) };
        }
        // An address to listen on is not one to connect to.
        let reachable = match text.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_unspecified() => format!("127.0.0.1:{}", address.port()),
            _ => text.to_owned(),
        };
        let (host, port) = reachable.rsplit_once(':').ok_or_else(refused)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(refused)?;
        let name = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        let fits = !host.is_empty() && (name(host) || reachable.parse::<SocketAddr>().is_ok());
        if fits { Ok(Self(Kind::Tcp { text: reachable, port })) } else { Err(refused()) }
    }
}

impl Upstream {
    /// As Caddy writes it.
    pub(super) fn caddy(&self) -> String {
        match &self.0 {
            Kind::Tcp { text, .. } => text.clone(),
            Kind::Unix(path) => format!("unix/{path}"),
        }
    }

    /// As nginx's `server` writes it.
    pub(super) fn nginx(&self) -> String {
        match &self.0 {
            Kind::Tcp { text, .. } => text.clone(),
            Kind::Unix(path) => format!("unix:{path}"),
        }
    }

    /// As HAProxy's `server` writes it.
    pub(super) fn haproxy(&self) -> String {
        match &self.0 {
            Kind::Tcp { text, .. } => text.clone(),
            Kind::Unix(path) => format!("unix@{path}"),
        }
    }

    /// As Apache's `ProxyPass` writes it.
    pub(super) fn apache(&self) -> String {
        match &self.0 {
            Kind::Tcp { text, .. } => format!("http://{text}/"),
            Kind::Unix(path) => format!("unix:{path}|http://localhost/"),
        }
    }

    /// As an address of Envoy's.
    pub(super) fn envoy(&self) -> String {
        match &self.0 {
            Kind::Tcp { text, port } => {
                let host = text.rsplit_once(':').map_or(text.as_str(), |(host, _)| host);
                let host = host.trim_start_matches('[').trim_end_matches(']');
                format!("{{ socket_address: {{ address: \"{host}\", port_value: {port} }} }}")
            }
            Kind::Unix(path) => format!("{{ pipe: {{ path: \"{path}\" }} }}"),
        }
    }

    /// The name that must be looked up; none for an address, a socket, or this machine.
    pub(super) fn name(&self) -> Option<&str> {
        let Kind::Tcp { text, .. } = &self.0 else { return None };
        let (host, _) = text.rsplit_once(':')?;
        (host != "localhost" && text.parse::<SocketAddr>().is_err()).then_some(host)
    }

    /// The host of one that has a port: a name, or an address as it stands before the port.
    pub fn host(&self) -> Option<&str> {
        match &self.0 {
            Kind::Tcp { text, .. } => text.rsplit_once(':').map(|(host, _)| host),
            Kind::Unix(_) => None,
        }
    }

    pub(super) const fn port(&self) -> Option<u16> {
        match self.0 {
            Kind::Tcp { port, .. } => Some(port),
            Kind::Unix(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_an_address_or_a_socket_and_nothing_else() {
        for (given, caddy, nginx) in [
            ("127.0.0.1:8480", "127.0.0.1:8480", "127.0.0.1:8480"),
            ("0.0.0.0:8480", "127.0.0.1:8480", "127.0.0.1:8480"),
            ("[::]:8480", "127.0.0.1:8480", "127.0.0.1:8480"),
            ("[::1]:8480", "[::1]:8480", "[::1]:8480"),
            ("glances:61208", "glances:61208", "glances:61208"),
            ("localhost:61208", "localhost:61208", "localhost:61208"),
            ("unix:/run/doorstep.sock", "unix//run/doorstep.sock", "unix:/run/doorstep.sock"),
        ] {
            let upstream: Upstream = given.parse().unwrap();
            assert_eq!((upstream.caddy().as_str(), upstream.nginx().as_str()), (caddy, nginx));
            assert_eq!(upstream.name(), (given == "glances:61208").then_some("glances"), "{given}");
            let port = upstream.port().map(|port| format!(":{port}"));
            assert!(port.map_or(given.starts_with("unix:"), |port| given.ends_with(&port)), "{given}");
        }
        for bad in [
            "",
            "glances",
            ":80",
            "a:0",
            "a:99999",
            "a b:80",
            "a;b:80",
            "a\n:80",
            "{x}:80",
            "::1:80",
            "http://a:80",
            "[glances]:80",
            "unix:",
            "unix:x",
            "unix:/a b",
            "unix:/a;b",
        ] {
            assert!(bad.parse::<Upstream>().is_err(), "{bad:?}");
        }
    }
}
