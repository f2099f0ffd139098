//! What is said of every proxy: where the apps are, and what stands around it.

use super::emergency::WayIn;
use clap::Args;
use doorstep_onboard::generate::{Network, Upstream};
use std::net::IpAddr;
use std::path::PathBuf;

/// Where the apps are, and what stands around the proxy.
#[derive(Clone, Debug, Default, Args)]
pub struct Surroundings {
    /// Where the proxy reaches an app: glances=127.0.0.1:61208, or unix: and a path. Once for each app that
    /// Doorstep stands in front of.
    #[arg(long = "upstream", value_name = "NAME=HOST:PORT")]
    pub upstreams: Vec<String>,
    /// Where the proxy reaches Doorstep, when that is not its `listen`: doorstep:8480 among containers.
    #[arg(long, value_name = "HOST:PORT")]
    pub doorstep: Option<Upstream>,
    /// Another proxy or a tunnel ends TLS before this one, and comes from this address or network. Can be
    /// repeated.
    #[arg(long, value_name = "NETWORK")]
    pub behind: Vec<Network>,
    /// Whom nginx or HAProxy asks for the addresses of names: 127.0.0.11 in Docker, 127.0.0.53 with systemd-resolved.
    #[arg(long, value_name = "ADDRESS")]
    pub resolver: Option<IpAddr>,
    /// Write it to this file, whole or not at all; `-` prints it, as without this.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) way_in: WayIn,
}
