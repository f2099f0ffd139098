//! A PostgreSQL cluster of our own: made for one test, on loopback, gone afterwards.
//!
//! PostgreSQL refuses to run as root, so that root starts it as the user `postgres`.

use crate::{
    process::{Running, is_root, run},
    wait,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A running cluster with one empty database.
pub struct Postgres {
    address: SocketAddr,
    programs: PathBuf,
    // Dropped in this order: the server stops before its files go.
    _server: Running,
    _directory: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub async fn start() -> Self {
        let programs = programs();
        let directory = tempfile::Builder::new().prefix("doorstep-pg-").tempdir().expect("a temporary directory");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(directory.path()));
        }
        let data = directory.path().join("data");
        let mut initdb = as_postgres(&programs.join("initdb"));
        run(initdb
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data));

        let address = wait::free_address();
        let mut command = as_postgres(&programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(directory.path());
        let options = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", address.port()),
            "max_connections=200".to_owned(),
            // Written but not synced: the machine will not lose power within a test.
            "fsync=off".to_owned(),
            "shared_buffers=32MB".to_owned(),
        ];
        command.args(options.iter().flat_map(|option| ["-c", option]));
        // The log lies where its reader, not PostgreSQL, may write.
        let log = std::env::temp_dir().join(format!("doorstep-pg-{}.log", address.port()));
        let server = Running::start("PostgreSQL", &mut command, &log);
        let this = Self { address, programs, _server: server, _directory: directory };
        wait::until("PostgreSQL to answer", wait::PATIENCE, || async { this.answers().then_some(()) }).await;
        let _ = std::fs::remove_file(log);
        this.query("postgres", "CREATE DATABASE doorstep");
        this
    }

    /// What goes into `[database] url`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/doorstep", self.address)
    }

    /// Runs one statement in a database and gives its output, unaligned and without headings.
    pub fn query(&self, database: &str, statement: &str) -> String {
        run(self.psql(database).args(["-c", statement]))
    }

    fn answers(&self) -> bool {
        self.psql("postgres").args(["-c", "SELECT 1"]).output().is_ok_and(|output| output.status.success())
    }

    fn psql(&self, database: &str) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        let port = self.address.port().to_string();
        command.args([
            "-X",
            "-q",
            "-At",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-p",
            &port,
            "-d",
            database,
        ]);
        command
    }
}

fn as_postgres(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program).current_dir("/");
        command
    } else {
        Command::new(program)
    }
}

/// The newest PostgreSQL that Debian put on this machine.
fn programs() -> PathBuf {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is missing; `./test` installs it")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().expect("PostgreSQL's server programs are missing; `./test` installs them")
}
