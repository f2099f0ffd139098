//! The reverse proxies that people put in front: nginx as Debian ships it, and Caddy.
//!
//! Both end TLS with the test's certificate on one loopback port and tell hosts apart by name. What
//! protects an app is text that `doorstep generate` printed; only what any house writes for itself (the
//! provider's host, plain apps) is written here.

use crate::{
    certificates::Certificates,
    process::{Running, from_venv, run},
    wait,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Where `doorstep generate` leaves the address of the app to whoever knows it.
pub const APP_ADDRESS: &str = "APP_ADDRESS";

/// Which proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// nginx with `auth_request`.
    Nginx,
    /// Caddy with `forward_auth`.
    Caddy,
}

/// A proxy in the making: hosts first, then [`Hosts::start`].
pub struct Hosts {
    kind: Kind,
    address: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
    text: String,
}

/// A running proxy.
pub struct Proxy {
    /// Where it listens for TLS.
    pub address: SocketAddr,
    // Dropped in this order: the proxy stops before its files go.
    running: Running,
    directory: TempDir,
}

impl Hosts {
    /// No hosts yet, on a free port.
    pub fn none(kind: Kind, certificates: &Certificates) -> Self {
        let (certificate, key) = (certificates.certificate.clone(), certificates.key.clone());
        Self { kind, address: wait::free_address(), certificate, key, text: String::new() }
    }

    /// Where the proxy will listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds a host whose every request goes to `upstream`, as the provider itself or an app that signs in by OpenID Connect.
    #[must_use]
    pub fn plain(self, host: &str, upstream: &str) -> Self {
        let rules = match self.kind {
            Kind::Nginx => format!(
                "location / {{\n\
                 proxy_pass http://{upstream};\n\
                 proxy_http_version 1.1;\n\
                 proxy_set_header Host $http_host;\n\
                 proxy_set_header X-Forwarded-For $remote_addr;\n\
                 proxy_set_header X-Forwarded-Proto $scheme;\n\
                 proxy_set_header X-Forwarded-Host $http_host;\n\
                 }}\n"
            ),
            Kind::Caddy => format!("reverse_proxy {upstream}\n"),
        };
        self.host(host, &rules)
    }

    /// Adds a host with rules of its own: what stands within `server { … }` of nginx, or a site block of Caddy.
    #[must_use]
    pub fn host(mut self, host: &str, rules: &str) -> Self {
        let (address, certificate, key) = (self.address, self.certificate.display(), self.key.display());
        self.text += &match self.kind {
            Kind::Nginx => format!(
                "server {{\nlisten {address} ssl;\nserver_name {host};\n\
                 ssl_certificate {certificate};\nssl_certificate_key {key};\n{rules}}}\n"
            ),
            Kind::Caddy => {
                let port = address.port();
                format!("https://{host}:{port} {{\nbind 127.0.0.1\ntls {certificate} {key}\n{rules}}}\n")
            }
        };
        self
    }

    /// Adds a host with what `doorstep generate` printed for it. A person who pastes that puts the app's
    /// own address in place of [`APP_ADDRESS`]; so does this.
    #[must_use]
    pub fn guarded(self, host: &str, generated: &str, app: &str) -> Self {
        assert!(generated.contains(APP_ADDRESS), "no place for the app's address in:\n{generated}");
        self.host(host, &generated.replace(APP_ADDRESS, app))
    }

    /// Adds text at the outermost level, such as nginx's `upstream` blocks.
    #[must_use]
    pub fn outermost(mut self, text: &str) -> Self {
        self.text = format!("{text}\n{}", self.text);
        self
    }

    /// Lets the proxy itself check the configuration, then starts it.
    pub async fn start(self) -> Proxy {
        let directory = tempfile::Builder::new().prefix("doorstep-proxy-").tempdir().expect("a temporary directory");
        let mut command = match self.kind {
            Kind::Nginx => nginx(directory.path(), &self.text),
            Kind::Caddy => caddy(directory.path(), &self.text),
        };
        let running = Running::start("the proxy", &mut command, &directory.path().join("proxy.log"));
        wait::for_listener("the proxy", self.address).await;
        Proxy { address: self.address, running, directory }
    }
}

impl Proxy {
    /// What it logged.
    pub fn log(&self) -> String {
        let errors = std::fs::read_to_string(self.directory.path().join("error.log")).unwrap_or_default();
        format!("{}{errors}", self.running.printed())
    }
}

fn nginx(directory: &Path, hosts: &str) -> Command {
    let here = directory.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths: String = temporary.map(|kind| format!("{kind}_temp_path {here}/{kind};\n")).concat();
    let text = format!(
        "daemon off;\nworker_processes 1;\npid {here}/nginx.pid;\nerror_log {here}/error.log info;\n\
         events {{ worker_connections 512; }}\n\
         http {{\naccess_log {here}/access.log;\n{paths}{hosts}}}\n"
    );
    let file = directory.join("nginx.conf");
    std::fs::write(&file, text).expect("the configuration can be written");
    let command = |check: bool| {
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(directory).arg("-c").arg(&file).arg("-e").arg(directory.join("error.log"));
        if check {
            command.arg("-t");
        }
        command
    };
    run(&mut command(true));
    command(false)
}

fn caddy(directory: &Path, hosts: &str) -> Command {
    let global = "{\nadmin off\nauto_https off\npersist_config off\nskip_install_trust\n}\n";
    let file = directory.join("Caddyfile");
    std::fs::write(&file, format!("{global}{hosts}")).expect("the configuration can be written");
    let command = |verb: &str| {
        let mut command = Command::new(from_venv("caddy"));
        command.args([verb, "--adapter", "caddyfile", "--config"]).arg(&file);
        command.env("HOME", directory).env("XDG_DATA_HOME", directory).env("XDG_CONFIG_HOME", directory);
        command
    };
    run(&mut command("validate"));
    command("run")
}
