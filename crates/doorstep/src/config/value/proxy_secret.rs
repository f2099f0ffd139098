//! What a trusted proxy sends along.

use super::MASK;
use super::text::{Fault, TextValue};
use doorstep_core::gateway::{InvalidProxySecret, ProxySecrets};
use std::str::FromStr;

/// The secret of the proxies, or the new and the old one while they are exchanged.
#[derive(Clone)]
pub struct ProxySecret(ProxySecrets);

impl ProxySecret {
    /// What is taken.
    pub const fn secrets(&self) -> &ProxySecrets {
        &self.0
    }
}

impl FromStr for ProxySecret {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let read = text.parse().map(Self);
        read.map_err(|error: InvalidProxySecret| Fault::new(error.to_string(), "make one: openssl rand -hex 32"))
    }
}

impl TextValue for ProxySecret {
    const FORMAT: &'static str = "proxy-secret";
    fn text(&self) -> String {
        self.0.text().expose().clone()
    }
    fn shown(&self) -> String {
        MASK.to_owned()
    }
    fn is_secret(&self) -> bool {
        true
    }
}

super::text::as_string!(ProxySecret, "ProxySecret");
