//! Relying parties that we did not write, each as a small app around its library's code flow: three that every instance
//! has, and more that a test starts by their script.
//!
//! They are told nothing but what Doorstep delivered for them, and they show what they learned as JSON.

use crate::{
    apache::Apache,
    given::{Delivered, Road, host_of, url_of},
    loopback::Loopback,
    process::{Running, repository},
    rust_relying_party, wait,
};
use std::{net::SocketAddr, path::Path, process::Command};

/// Which library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// The Rust crate `openidconnect`, in this process.
    OpenidConnect,
    /// npm `openid-client`.
    OpenidClient,
    /// Python `Authlib`.
    Authlib,
}

/// A running relying party.
pub enum RelyingParty {
    /// In this process.
    Within(Loopback),
    /// A process of its own.
    Apart(Running),
    /// Apache's module.
    Apache(Apache),
}

impl Library {
    /// All three.
    pub const ALL: [Self; 3] = [Self::OpenidConnect, Self::OpenidClient, Self::Authlib];

    /// The name under which the app is declared.
    pub const fn app(self) -> &'static str {
        match self {
            Self::OpenidConnect => "rp-rust",
            Self::OpenidClient => "rp-node",
            Self::Authlib => "rp-python",
        }
    }

    /// The library's own name, which the app shows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenidConnect => "openidconnect",
            Self::OpenidClient => "openid-client",
            Self::Authlib => "Authlib",
        }
    }

    /// The app's host.
    pub fn host(self) -> String {
        host_of(self.app())
    }

    /// Where a person opens the app.
    pub fn url(self) -> String {
        url_of(self.app())
    }

    /// Starts the app at an address that the proxy already knows.
    pub async fn start(self, address: SocketAddr, delivered: &Delivered, road: Road<'_>) -> RelyingParty {
        if self == Self::OpenidConnect {
            return RelyingParty::Within(rust_relying_party::serve(address, delivered.clone(), road).await);
        }
        let script = if self == Self::OpenidClient { "relying_party.mjs" } else { "relying_party.py" };
        start_script(self.app(), script, address, delivered, road).await
    }
}

/// Starts a script of Node or Python as an app, at an address that the proxy already knows.
pub async fn start_script(
    app: &str,
    script: &str,
    address: SocketAddr,
    delivered: &Delivered,
    road: Road<'_>,
) -> RelyingParty {
    let parties = repository().join("crates/e2e/relying-parties");
    let is_python = Path::new(script).extension().is_some_and(|extension| extension == "py");
    let mut command =
        if is_python { python(&parties.join("python"), script) } else { node(&parties.join("node"), script) };
    command.envs(delivered.pairs()).env("LISTEN_PORT", address.port().to_string()).env("APP_URL", url_of(app));
    command.env("PROXY_PORT", road.proxy.port().to_string());
    for variable in ["NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"] {
        command.env(variable, &road.certificates.authority);
    }
    let running = Running::start(app, &mut command, &road.directory.join(format!("{app}.log")));
    wait::for_listener(app, address).await;
    RelyingParty::Apart(running)
}

fn node(directory: &Path, script: &str) -> Command {
    assert!(directory.join("node_modules/openid-client").exists(), "openid-client is missing; `./test` installs it");
    let mut command = Command::new("node");
    command.arg("--require").arg(directory.join("network.cjs")).arg(directory.join(script));
    command
}

fn python(directory: &Path, script: &str) -> Command {
    let mut command = Command::new(crate::process::from_venv("python"));
    command.arg(directory.join(script));
    command
}
