//! Where the server listens: an address and port, or a Unix socket.

use super::text::{Fault, TextValue};
use serde::{Serialize, Serializer};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// `127.0.0.1:8480`, `[::1]:8480` or `unix:/run/doorstep/doorstep.sock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address and port. Port 0 takes any free one.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl Default for Listen {
    fn default() -> Self {
        Self::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)))
    }
}

impl FromStr for Listen {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if let Some(path) = text.strip_prefix("unix:") {
            if path.is_empty() || path.contains('\0') {
                return Err(Fault::new("names no socket", "write it like unix:/run/doorstep/doorstep.sock"));
            }
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Tcp(address));
        }
        let port = text.rsplit(':').next().and_then(|port| port.parse::<u16>().ok()).unwrap_or(8480);
        let remedy = format!("write 127.0.0.1:{port} for this machine only, 0.0.0.0:{port} for every network");
        Err(Fault::new("is not an address and a port", remedy))
    }
}

impl TextValue for Listen {
    const FORMAT: &'static str = "listen";
    fn text(&self) -> String {
        match self {
            Self::Tcp(address) => address.to_string(),
            Self::Unix(path) => format!("unix:{}", path.display()),
        }
    }
    fn anchored(self, base: &Path) -> Self {
        match self {
            Self::Tcp(address) => Self::Tcp(address),
            Self::Unix(path) => Self::Unix(base.join(path)),
        }
    }
}

impl std::fmt::Display for Listen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Serialize for Listen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

super::text::as_string!(Listen, "Listen", "127.0.0.1:8480");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_sockets_are_read() {
        for text in ["127.0.0.1:8480", "0.0.0.0:0", "[::1]:8480", "unix:/run/doorstep.sock"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        let relative: Listen = "unix:run/d.sock".parse().unwrap();
        assert_eq!(relative.anchored(Path::new("/etc/doorstep")), Listen::Unix("/etc/doorstep/run/d.sock".into()));
    }

    #[test]
    fn other_texts_are_refused_with_both_likely_meanings() {
        for (text, port) in [(":9000", "9000"), ("9000", "9000"), ("localhost:9000", "9000"), ("127.0.0.1", "8480")] {
            let remedy = text.parse::<Listen>().unwrap_err().remedy.unwrap();
            assert!(remedy.contains(&format!("0.0.0.0:{port}")), "{text}: {remedy}");
        }
        assert!("unix:".parse::<Listen>().is_err());
    }
}
