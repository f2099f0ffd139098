//! A whole house: Doorstep on a database, behind a proxy, with relying parties and an app that echoes.

use crate::{
    certificates::Certificates,
    chromium::Browser,
    doorstep::Doorstep,
    echo::Echo,
    http::Visitor,
    postgres::Postgres,
    proxy::{Hosts, Kind, Proxy},
    relying_party::{Library, RelyingParty, Road},
    wait,
};
use std::net::SocketAddr;
use tempfile::TempDir;

/// The provider's address.
pub const ISSUER: &str = "https://auth.home.test";
/// The app without a sign-in of its own, on another root domain than the provider.
pub const GLANCES: &str = "https://glances.other.test";
/// Every name that leads to the proxy.
const NAMES: [&str; 5] =
    ["auth.home.test", "glances.other.test", "rp-rust.apps.test", "rp-node.apps.test", "rp-python.apps.test"];

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A running house. Nobody has an account yet.
pub struct House {
    /// The provider.
    pub doorstep: Doorstep,
    /// The app behind forward auth.
    pub echo: Echo,
    /// The proxy in front of everything.
    pub proxy: Proxy,
    /// The authority that all trust.
    pub certificates: Certificates,
    /// The database server, when it is one.
    pub postgres: Option<Postgres>,
    parties: Vec<RelyingParty>,
    addresses: [SocketAddr; 3],
    directory: TempDir,
}

/// The declarations of every house: who is in which group, and the apps.
pub fn declarations() -> String {
    let mut text = String::from("[groups]\nadmins = [\"ada\"]\nusers = [\"ada\", \"grace\"]\n");
    for library in Library::ALL {
        let (app, url) = (library.app(), library.url());
        text += &format!("\n[apps.{app}]\nurl = \"{url}\"\ncallbacks = [\"/callback\"]\n");
    }
    text + &format!("\n[apps.glances]\nurl = \"{GLANCES}\"\nallow = [\"users\"]\n")
}

impl House {
    /// Opens a house with the usual declarations.
    pub async fn open(engine: Engine, kind: Kind) -> Self {
        Self::open_with(engine, kind, &declarations()).await
    }

    /// Opens a house with these declarations.
    pub async fn open_with(engine: Engine, kind: Kind, tables: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("doorstep-house-").tempdir().expect("a temporary directory");
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::start().await),
        };
        let url = postgres.as_ref().map(Postgres::url);
        let mut doorstep = Doorstep::install(directory.path(), ISSUER, url.as_deref());
        doorstep.declare(tables);
        doorstep.start().await;

        let certificates = Certificates::make(directory.path());
        let echo = Echo::start().await;
        let addresses = [wait::free_address(), wait::free_address(), wait::free_address()];
        let mut hosts = Hosts::none(kind, &certificates).plain("auth.home.test", &doorstep.listen.to_string());
        for (library, address) in Library::ALL.iter().zip(addresses) {
            hosts = hosts.plain(&library.host(), &address.to_string());
        }
        let guarded = generated(&doorstep, kind);
        let proxy = hosts.guarded("glances.other.test", &guarded, &echo.upstream()).start().await;
        Self { doorstep, echo, proxy, certificates, postgres, parties: Vec::new(), addresses, directory }
    }

    /// Starts all three relying parties with the credentials that were delivered to them.
    pub async fn start_relying_parties(&mut self) {
        for (library, address) in Library::ALL.into_iter().zip(self.addresses) {
            let delivered = self.doorstep.delivered(library.app()).await;
            let road =
                Road { proxy: self.proxy.address, certificates: &self.certificates, directory: self.directory.path() };
            self.parties.push(library.start(address, &delivered, road).await);
        }
    }

    /// A browser that knows the way to this house.
    pub async fn browser(&self) -> Browser {
        Browser::start(self.proxy.address, &self.certificates).await
    }

    /// A visitor with plain HTTP that knows the way to this house, through its proxy.
    pub fn visitor(&self) -> Visitor {
        Visitor::through(self.proxy.address, &self.certificates, &NAMES)
    }
}

/// What `doorstep generate` prints for this proxy.
fn generated(doorstep: &Doorstep, kind: Kind) -> String {
    let proxy = match kind {
        Kind::Nginx => "nginx",
        Kind::Caddy => "caddy",
    };
    doorstep.told(&["generate", proxy]).out
}
