//! Doorstep itself, as a process: its configuration file, its command line, its life and its deaths.

use crate::{
    given::Delivered,
    http::Visitor,
    process::{Running, repository, run},
    wait,
};
use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// One installation: a folder, and a server that may or may not run.
pub struct Doorstep {
    /// The configured issuer.
    pub issuer: String,
    /// Where it listens, without TLS.
    pub listen: SocketAddr,
    /// The folder with everything.
    pub directory: PathBuf,
    head: String,
    running: Option<Running>,
    plain: Visitor,
    environment: Vec<(&'static str, OsString)>,
}

/// What a command said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its exit status.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// The address under `issuer` that it printed: a link to open.
    pub fn link(&self, issuer: &str) -> String {
        find_link(&self.out, &format!("{issuer}/")).unwrap_or_else(|| panic!("no link to open: {self:?}"))
    }
}

/// The binary, built once a test program, with the features that the rest of the workspace has.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.current_dir(repository()).args(["build", "--quiet", "--workspace", "--bin", "doorstep"]);
        let messages = run(build.arg("--message-format=json"));
        let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let mut executables = artifacts.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)));
        executables.find(|path| path.file_name().is_some_and(|name| name == "doorstep")).expect("cargo built doorstep")
    })
}

/// The binary, without the way to a cluster that the shell of whoever runs the tests may know.
fn program() -> Command {
    let mut command = Command::new(binary());
    command.env_remove("KUBECONFIG");
    command
}

impl Doorstep {
    /// An installation in `directory` with its database at `database`, or in SQLite when `None`. Nothing runs yet.
    pub fn install(directory: &Path, issuer: &str, database: Option<&str>) -> Self {
        let listen = wait::free_address();
        let data = directory.join("data");
        let database = database.map(|url| format!("\n[database]\nurl = \"{url}\"\n")).unwrap_or_default();
        let head = format!(
            "issuer = \"{issuer}\"\nlisten = \"{listen}\"\ndata_dir = \"{}\"\n\
             trusted_proxies = [\"127.0.0.1\"]\n{database}",
            data.display()
        );
        let this = Self {
            issuer: issuer.to_owned(),
            listen,
            directory: directory.to_owned(),
            head,
            running: None,
            plain: Visitor::plain(),
            environment: Vec::new(),
        };
        this.declare("");
        this
    }

    /// Has it answer Envoy by gRPC as well, once it is declared anew.
    pub fn answer_by_grpc(&mut self) {
        self.head.insert_str(0, &format!("listen_grpc = \"{}\"\n", wait::free_address()));
    }

    /// What the server and the commands have in their environment from now on.
    pub fn surround(&mut self, environment: impl IntoIterator<Item = (&'static str, OsString)>) {
        self.environment.extend(environment);
    }

    /// Writes the configuration: the fixed part, then `tables` such as `[groups]` and `[apps.NAME]`.
    /// The file is replaced whole, as an editor or a deployment does it.
    pub fn declare(&self, tables: &str) {
        let new = self.directory.join("doorstep.toml.new");
        std::fs::write(&new, format!("{}\n{tables}", self.head)).expect("the configuration can be written");
        std::fs::rename(new, self.config()).expect("the configuration can be put in place");
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.directory.join("doorstep.toml")
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// The SQLite file.
    pub fn sqlite(&self) -> PathBuf {
        self.data().join("doorstep.db")
    }

    /// Where an app's credentials are delivered when nothing else is said.
    pub fn env_file(&self, app: &str) -> PathBuf {
        self.data().join(format!("apps/{app}.env"))
    }

    /// An app's credentials; waits for them to be delivered.
    pub async fn delivered(&self, app: &str) -> Delivered {
        let file = self.env_file(app);
        let what = format!("the credentials of {app} in {}", file.display());
        wait::until(&what, wait::PATIENCE, || async { file.exists().then_some(()) }).await;
        Delivered::read(&file)
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&mut self) {
        assert!(self.running.is_none(), "it runs already");
        let mut command = program();
        command.args(["serve", "--config"]).arg(self.config()).current_dir(&self.directory);
        // Whatever happens in a test, the most talkative log must not tell a secret; see `Drop`.
        command.env("DOORSTEP_LOG_LEVEL", "trace").envs(self.environment.iter().cloned());
        self.running = Some(Running::start("Doorstep", &mut command, &self.log()));
        let ready = timeout(wait::PATIENCE, self.until_ready()).await;
        assert!(ready.is_ok(), "Doorstep did not get ready:\n{}", self.printed());
    }

    async fn until_ready(&mut self) {
        let url = format!("http://{}/readyz", self.listen);
        while !self.plain.get(&url).try_send().await.is_ok_and(|answer| answer.status == 200) {
            assert!(self.alive(), "Doorstep ended instead of getting ready:\n{}", self.printed());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// What the server printed and logged, over all its lives.
    pub fn printed(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.directory.join("doorstep.log")
    }

    /// The link that makes the first administrator, as printed at the first start.
    pub async fn set_up_link(&self) -> String {
        let beginning = format!("{}/setup/", self.issuer);
        wait::until("the set-up link", wait::PATIENCE, || async { find_link(&self.printed(), &beginning) }).await
    }

    /// What must never be logged: the beginnings of random values (links are printed on purpose, for whoever
    /// runs the instance), the root key, and the secrets that were delivered.
    fn secrets(&self) -> Vec<String> {
        let kinds = ["ses", "log", "app", "rel", "rlc", "cod", "acc", "ref"];
        let mut secrets: Vec<_> = kinds.iter().map(|kind| format!("ds_{kind}_")).collect();
        let key = std::fs::read_to_string(self.data().join("root.key")).unwrap_or_default();
        secrets.extend(key.lines().filter(|line| line.len() > 20).map(str::to_owned));
        let files = std::fs::read_dir(self.data().join("apps")).into_iter().flatten().flatten();
        let delivered = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        secrets.extend(delivered.flat_map(|text| {
            let secret = |line: &str| Some(line.split_once("SECRET=")?.1.trim_matches(['"', '\'']).to_owned());
            text.lines().filter_map(secret).collect::<Vec<_>>()
        }));
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }

    /// Stops it as a service manager does.
    pub fn stop(&mut self) {
        let status = self.running.take().expect("it runs").stop();
        assert!(status.success(), "Doorstep ended with {status}:\n{}", self.printed());
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.running.take().expect("it runs").kill();
    }

    /// Tells it to read its configuration again.
    pub fn reload(&self) {
        self.running.as_ref().expect("it runs").signal("HUP");
    }

    /// Whether the server runs.
    pub fn alive(&mut self) -> bool {
        self.running.as_mut().is_some_and(Running::alive)
    }

    /// Runs a command beside the server.
    pub fn command(&self, arguments: &[&str]) -> Said {
        let mut command = program();
        command.args(arguments).arg("--config").arg(self.config()).current_dir(&self.directory);
        command.envs(self.environment.iter().cloned());
        let output = command.output().expect("doorstep can be started");
        Said {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Begins a command, which ends with the value at the latest.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        let mut command = program();
        command.args(arguments).arg("--config").arg(self.config()).current_dir(&self.directory);
        command.envs(self.environment.iter().cloned());
        Running::start("doorstep", &mut command, &self.directory.join("begun.log"))
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub fn reported(&self, arguments: &[&str]) -> Said {
        let said = self.command(arguments);
        assert_eq!(said.status, 0, "doorstep {}: {said:?}", arguments.join(" "));
        said
    }
}

/// Security row 101: after each test the log of the whole test is searched for what opens doors.
impl Drop for Doorstep {
    fn drop(&mut self) {
        self.running.take();
        if std::thread::panicking() {
            return;
        }
        let log = self.printed();
        for secret in self.secrets() {
            assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
        }
    }
}

/// The last word of `text` that begins with `beginning`: each start may print a link anew.
fn find_link(text: &str, beginning: &str) -> Option<String> {
    let from = text.rfind(beginning)?;
    let rest = text.get(from..)?;
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\u{1b}')).unwrap_or(rest.len());
    rest.get(..end).map(str::to_owned)
}
