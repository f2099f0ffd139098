//! A whole instance: Doorstep on a database, behind a proxy, with relying parties and an app that echoes.

use crate::{
    apache::Apache,
    certificates::Certificates,
    chromium::Browser,
    disk::Disk,
    doorstep::Doorstep,
    echo::Echo,
    given::{Road, host_of},
    http::Visitor,
    page,
    person::Person,
    postgres::Postgres,
    proxy::{Hosts, Kind, PROXY_SECRET, Proxy, SECRET_VARIABLE},
    relying_party::{self, Library, RelyingParty},
    wait,
};
use serde_json::json;
use std::net::SocketAddr;
use tempfile::TempDir;

/// The provider's address.
pub const ISSUER: &str = "https://auth.home.test";
/// Where the provider can move: its proxy leads there, too.
pub const MOVED: &str = "https://auth.other.test";
/// The app without a sign-in of its own, on another root domain than the provider.
pub const GLANCES: &str = "https://glances.other.test";
/// The apps that an instance has a place for.
const APPS: [&str; 19] = [
    "rp-rust",
    "rp-node",
    "rp-python",
    "rp-express",
    "rp-authjs",
    "rp-apache",
    "rp-page",
    "rp-beside",
    // Of the catalog, for `real_app`.
    "actual-budget",
    "gitea",
    "jupyterhub",
    "linkwarden",
    "matrix-synapse",
    "miniflux",
    "node-red",
    "oauth2-proxy",
    "open-webui",
    "paperless-ngx",
    "pgadmin",
];

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
    addresses: [SocketAddr; APPS.len()],
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
        Self::open(engine, Kind::Nginx, tables, None, |_| None).await
    }

    /// The same on SQLite, from its first start on a disk that loses what was not flushed.
    pub async fn on_a_disk(tables: &str) -> Self {
        let disk = |doorstep: &mut Doorstep| {
            let disk = Disk::under(&doorstep.data());
            doorstep.surround(disk.environment());
            Some(disk)
        };
        Self::open(Engine::Sqlite, Kind::Nginx, tables, None, disk).await
    }

    /// An instance with [`with_glances`], the app behind what `doorstep generate` prints.
    pub async fn guarding(engine: Engine, kind: Kind) -> Self {
        Self::guarding_as(engine, kind, &with_glances()).await
    }

    /// The same with these declarations.
    pub async fn guarding_as(engine: Engine, kind: Kind, tables: &str) -> Self {
        Self::guarding_also(engine, kind, tables, &[]).await
    }

    /// The same with further apps behind forward auth, and where the proxy reaches them: `tv=127.0.0.1:8096`.
    pub async fn guarding_also(engine: Engine, kind: Kind, tables: &str, upstreams: &[String]) -> Self {
        Self::open(engine, kind, tables, Some(upstreams), |_| None).await
    }

    /// An instance with [`with_glances`] that takes nobody for its proxy who does not show the secret.
    pub async fn guarding_by_secret(kind: Kind) -> Self {
        let ask_for_it = |doorstep: &mut Doorstep| {
            doorstep.surround([(SECRET_VARIABLE, PROXY_SECRET.into())]);
            None
        };
        Self::open(Engine::Sqlite, kind, &with_glances(), Some(&[]), ask_for_it).await
    }

    async fn open(
        engine: Engine,
        kind: Kind,
        tables: &str,
        guarding: Option<&[String]>,
        disk: impl FnOnce(&mut Doorstep) -> Option<Disk>,
    ) -> Self {
        let directory = tempfile::Builder::new().prefix("doorstep-instance-").tempdir().expect("a temporary directory");
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::start().await),
        };
        let url = postgres.as_ref().map(Postgres::url);
        let mut doorstep = Doorstep::install(directory.path(), ISSUER, url.as_deref());
        if kind == Kind::EnvoyGrpc {
            doorstep.answer_by_grpc();
        }
        doorstep.declare(tables);
        let disk = disk(&mut doorstep);
        doorstep.start().await;

        let certificates = Certificates::make(directory.path());
        let echo = Echo::start().await;
        let addresses = APPS.map(|_| wait::free_address());
        let hosts = Hosts::none(kind, &certificates);
        let mut hosts = match guarding {
            Some(others) => generated(hosts, &doorstep, kind, &upstreams(&echo, others)),
            None => [ISSUER, MOVED]
                .map(|issuer| issuer.trim_start_matches("https://"))
                .iter()
                .fold(hosts, |hosts, host| hosts.plain(host, &doorstep.listen.to_string())),
        };
        for (app, address) in APPS.iter().zip(addresses) {
            hosts = hosts.plain(&host_of(app), &address.to_string());
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
        let proxy = generated(hosts, &doorstep, kind, &upstreams(&self.echo, &[])).start().await;
        let visitor = Visitor::through(proxy.address, &self.certificates, &names());
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
        let link = self.doorstep.reported(&["user", "add", name]).link(ISSUER);
        let mut person = self.stranger();
        person.enrol(&link, &json!({})).await;
        person.sign_in_anew().await;
        person
    }

    /// Starts all three relying parties with the credentials that were delivered to them.
    pub async fn start_relying_parties(&mut self) {
        for library in Library::ALL {
            let delivered = self.doorstep.delivered(library.app()).await;
            let party = library.start(self.address(library.app()), &delivered, self.road()).await;
            self.parties.push(party);
        }
    }

    /// Starts a script of Node or Python as an app, with the credentials that were delivered to it.
    pub async fn start_script(&mut self, app: &str, script: &str) {
        let delivered = self.doorstep.delivered(app).await;
        let party = relying_party::start_script(app, script, self.address(app), &delivered, self.road()).await;
        self.parties.push(party);
    }

    /// Starts Apache with mod_auth_openidc as an app, in front of the app that echoes.
    pub async fn start_apache(&mut self, app: &str) {
        let delivered = self.doorstep.delivered(app).await;
        let apache = Apache::start(app, self.address(app), &delivered, self.road(), &self.echo.upstream()).await;
        self.parties.push(RelyingParty::Apache(apache));
    }

    /// Serves the page that is a public client, as an app.
    pub async fn start_page(&mut self, app: &str) {
        self.parties.push(RelyingParty::Within(page::serve(app, self.address(app)).await));
    }

    /// Where the proxy sends requests for an app.
    pub fn address(&self, app: &str) -> SocketAddr {
        let known = APPS.into_iter().zip(self.addresses).find(|(name, _)| *name == app);
        known.map_or_else(|| panic!("no place for {app}, only for {APPS:?}"), |(_, address)| address)
    }

    /// How an app of this instance reaches the provider.
    pub fn road(&self) -> Road<'_> {
        Road { proxy: self.proxy.address, certificates: &self.certificates, directory: self.directory.path() }
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
        Visitor::through(self.proxy.address, &self.certificates, &names())
    }
}

/// With what `doorstep generate` prints for this proxy.
fn generated(hosts: Hosts, doorstep: &Doorstep, kind: Kind, upstreams: &[String]) -> Hosts {
    let hosts = match kind {
        Kind::Haproxy => hosts.with_script(&doorstep.reported(&["generate", "haproxy", "--lua"]).out),
        Kind::Nginx | Kind::NginxThatKeeps | Kind::Caddy | Kind::DebianCaddy | Kind::Envoy | Kind::EnvoyGrpc => hosts,
    };
    let mut command = vec!["generate", kind.name()];
    command.extend(upstreams.iter().flat_map(|upstream| ["--upstream", upstream]));
    match kind {
        Kind::EnvoyGrpc => command.push("--grpc"),
        Kind::NginxThatKeeps => command.push("--keep-answers"),
        _ => {}
    }
    hosts.generated(&doorstep.reported(&command).out)
}

/// Where the proxy reaches the app that echoes, and the others.
fn upstreams(echo: &Echo, others: &[String]) -> Vec<String> {
    [format!("glances={}", echo.upstream())].into_iter().chain(others.iter().cloned()).collect()
}

/// Every name that leads to the proxy.
fn names() -> Vec<String> {
    let own = ["auth.home.test", "auth.other.test", "glances.other.test"].map(str::to_owned);
    own.into_iter().chain(APPS.map(host_of)).collect()
}
