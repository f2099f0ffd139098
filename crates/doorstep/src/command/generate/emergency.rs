//! What is said of a way in for emergencies, and `doorstep generate alerts`, which tells of its use.

use crate::ending::Failure;
use clap::Args;
use doorstep_onboard::generate::{Emergency, EmergencyProof, EmergencyProxy, Network, PlainPath};
use std::path::PathBuf;

/// Off unless a network and a credential are said.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "A way in for emergencies, past Doorstep")]
pub(super) struct WayIn {
    /// From this network or address alone. Can be repeated.
    #[arg(long = "emergency", value_name = "NETWORK")]
    networks: Vec<Network>,
    /// With a client certificate that the authority in this file signed.
    #[arg(long = "emergency-ca", value_name = "FILE", requires = "networks", conflicts_with = "users")]
    authority: Option<PlainPath>,
    /// With a name and password of this file: htpasswd for nginx, lines of a name and its hash for Caddy.
    #[arg(long = "emergency-users", value_name = "FILE", requires = "networks")]
    users: Option<PlainPath>,
    /// At this port, which nothing else has.
    #[arg(long = "emergency-port", value_name = "PORT", default_value_t = 8444)]
    port: u16,
}

/// Rules for whoever collects logs.
#[derive(Clone, Debug, Args)]
pub struct Alerts {
    /// Write it to this file, whole or not at all; `-` prints it, as without this.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl WayIn {
    /// What was asked for, if it was.
    pub(super) fn asked(&self, proxy: Option<EmergencyProxy>) -> Result<Option<(EmergencyProxy, Emergency)>, Failure> {
        if self.networks.is_empty() {
            return Ok(None);
        }
        let proof = match (&self.authority, &self.users) {
            (Some(file), _) => EmergencyProof::Authority(file.clone()),
            (None, Some(file)) => EmergencyProof::Users(file.clone()),
            (None, None) => {
                return Err(Failure::refused(
                    "A network alone lets everybody in who is in it.",
                    "Say --emergency-ca FILE or --emergency-users FILE as well.",
                ));
            }
        };
        let proxy = proxy.ok_or_else(|| {
            Failure::refused(
                "For this proxy no way in for emergencies is generated.",
                "Caddy, nginx, HAProxy and Envoy have one. Beside another proxy, let one of them serve the port for emergencies.",
            )
        })?;
        Ok(Some((proxy, Emergency { networks: self.networks.clone(), proof, port: self.port })))
    }
}
