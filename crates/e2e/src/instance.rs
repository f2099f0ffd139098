//! A whole instance: Doorstep on a database, behind a proxy, with relying parties and an app that echoes.

use crate::{
    certificates::Certificates,
    chromium::Browser,
    disk::Disk,
    doorstep::Doorstep,
    echo::Echo,
    http::Visitor,
    person::Person,
    postgres::Postgres,
    proxy::{Hosts, Kind, Proxy},
    relying_party::{Library, RelyingParty, Road},
    wait,
};
use serde_json::json;
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

/// A running instance. Nobody has an account yet.
pub struct Instance {
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
    /// The disk that its data is on, when it is one that loses what was not flushed.
    pub disk: Option<Disk>,
    parties: Vec<RelyingParty>,
    addresses: [SocketAddr; 3],
    directory: TempDir,
}

/// Another server of the same instance.
pub struct Replica {
    /// The server.
    pub doorstep: Doorstep,
    /// A client whose every name leads to it.
    pub visitor: Visitor,
    _proxy: Proxy,
    _directory: TempDir,
}

/// Who is in which group, and the three relying parties.
pub fn relying_parties() -> String {
    let groups = "[groups]\nadmins = [\"ada\"]\nusers = [\"ada\", \"grace\"]\n";
    let apps = Library::ALL.map(|library| {
        let (app, url) = (library.app(), library.url());
        format!("\n[apps.{app}]\nurl = \"{url}\"\ncallbacks = [\"/callback\"]\npkce = \"required\"\n")
    });
    format!("{groups}{}", apps.concat())
}

/// The relying parties, and the app that Doorstep stands in front of, for one group.
pub fn with_glances() -> String {
    relying_parties() + &format!("\n[apps.glances]\nurl = \"{GLANCES}\"\nallow = [\"users\"]\n")
}

impl Instance {
    /// A provider behind nginx, with these declarations and no app behind forward auth.
    pub async fn provider(engine: Engine, tables: &str) -> Self {
        Self::open(engine, Kind::Nginx, tables, false, |_| None).await
    }

    /// The same on SQLite, from its first start on a disk that loses what was not flushed.
    pub async fn on_a_disk(tables: &str) -> Self {
        let disk = |doorstep: &mut Doorstep| {
            let disk = Disk::under(&doorstep.data());
            doorstep.surround(disk.environment());
            Some(disk)
        };
        Self::open(Engine::Sqlite, Kind::Nginx, tables, false, disk).await
    }

    /// An instance with [`with_glances`], the app behind what `doorstep generate` prints.
    pub async fn guarding(engine: Engine, kind: Kind) -> Self {
        Self::guarding_as(engine, kind, &with_glances()).await
    }

    /// The same with these declarations.
    pub async fn guarding_as(engine: Engine, kind: Kind, tables: &str) -> Self {
        Self::open(engine, kind, tables, true, |_| None).await
    }

    async fn open(
        engine: Engine,
        kind: Kind,
        tables: &str,
        guarding: bool,
        disk: impl FnOnce(&mut Doorstep) -> Option<Disk>,
    ) -> Self {
        let directory = tempfile::Builder::new().prefix("doorstep-instance-").tempdir().expect("a temporary directory");
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::start().await),
        };
        let url = postgres.as_ref().map(Postgres::url);
        let mut doorstep = Doorstep::install(directory.path(), ISSUER, url.as_deref());
        doorstep.declare(tables);
        let disk = disk(&mut doorstep);
        doorstep.start().await;

        let certificates = Certificates::make(directory.path());
        let echo = Echo::start().await;
        let addresses = Library::ALL.map(|_| wait::free_address());
        let hosts = Hosts::none(kind, &certificates);
        let mut hosts = if guarding {
            hosts.generated(&generated(&doorstep, kind, &echo))
        } else {
            hosts.plain("auth.home.test", &doorstep.listen.to_string())
        };
        for (library, address) in Library::ALL.iter().zip(addresses) {
            hosts = hosts.plain(&library.host(), &address.to_string());
        }
        let proxy = hosts.start().await;
        Self { doorstep, echo, proxy, certificates, postgres, disk, parties: Vec::new(), addresses, directory }
    }

    /// A second server on the same database and root key, with these declarations and a proxy of its own
    /// in front of the same app.
    pub async fn replica(&self, kind: Kind, tables: &str) -> Replica {
        let directory = tempfile::Builder::new().prefix("doorstep-replica-").tempdir().expect("a temporary directory");
        let url = self.postgres.as_ref().map(Postgres::url).expect("replicas share a database server");
        let mut doorstep = Doorstep::install(directory.path(), ISSUER, Some(&url));
        std::fs::create_dir(doorstep.data()).expect("a data folder can be made");
        std::fs::copy(self.doorstep.data().join("root.key"), doorstep.data().join("root.key")).expect("a root key");
        doorstep.declare(tables);
        doorstep.start().await;
        let hosts = Hosts::none(kind, &self.certificates);
        let proxy = hosts.generated(&generated(&doorstep, kind, &self.echo)).start().await;
        let visitor = Visitor::through(proxy.address, &self.certificates, &NAMES);
        Replica { doorstep, visitor, _proxy: proxy, _directory: directory }
    }

    /// Someone at a client of their own, who has no account yet.
    pub fn stranger(&self) -> Person {
        Person::new(self.visitor(), ISSUER)
    }

    /// The administrator `ada`, made by the set-up link and signed in.
    pub async fn ada(&self) -> Person {
        let mut ada = self.stranger();
        ada.set_up(&self.doorstep.set_up_link().await).await;
        ada.sign_in_anew().await;
        ada
    }

    /// A person who was added on the command line, opened the link and signed in.
    pub async fn newcomer(&self, name: &str) -> Person {
        let link = self.doorstep.told(&["user", "add", name]).link(ISSUER);
        let mut person = self.stranger();
        person.enrol(&link, &json!({})).await;
        person.sign_in_anew().await;
        person
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

    /// Starts another app of Node or Python in the place of a relying party.
    pub async fn start_script(&mut self, library: Library, script: &str) {
        let known = Library::ALL.into_iter().zip(self.addresses).find(|(other, _)| *other == library);
        let address = known.map(|(_, address)| address).expect("each has an address");
        let delivered = self.doorstep.delivered(library.app()).await;
        let road =
            Road { proxy: self.proxy.address, certificates: &self.certificates, directory: self.directory.path() };
        self.parties.push(library.start_script(script, address, &delivered, road).await);
    }

    /// An address of Doorstep's own listener, behind the proxy.
    pub fn inside(&self, path: &str) -> String {
        format!("http://{}{path}", self.doorstep.listen)
    }

    /// A browser that knows the way to this instance.
    pub async fn browser(&self) -> Browser {
        Browser::start(self.proxy.address, &self.certificates).await
    }

    /// A visitor with plain HTTP that knows the way to this instance, through its proxy.
    pub fn visitor(&self) -> Visitor {
        Visitor::through(self.proxy.address, &self.certificates, &NAMES)
    }
}

/// What `doorstep generate` prints for this proxy.
fn generated(doorstep: &Doorstep, kind: Kind, echo: &Echo) -> String {
    doorstep.told(&["generate", kind.name(), "--upstream", &format!("glances={}", echo.upstream())]).out
}
