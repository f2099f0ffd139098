//! The reverse proxies that people put in front: nginx, HAProxy and Caddy as Debian ships them, the newest Caddy and Envoy.
//!
//! Both end TLS with the test's certificate on one loopback port and tell hosts apart by name. What
//! protects an app is text that `doorstep generate` printed; only what any instance writes for itself (hosts
//! that are passed on as they are) is written here.

mod envoy;
mod haproxy;

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

/// Runs each of these tests, functions of a [`Kind`], behind every proxy.
#[macro_export]
macro_rules! behind_each {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn nginx() { super::$name($crate::proxy::Kind::Nginx).await; }
            #[tokio::test]
            async fn caddy() { super::$name($crate::proxy::Kind::Caddy).await; }
            #[tokio::test]
            async fn caddy_of_debian() { super::$name($crate::proxy::Kind::DebianCaddy).await; }
            #[tokio::test]
            async fn haproxy() { super::$name($crate::proxy::Kind::Haproxy).await; }
            #[tokio::test]
            async fn envoy() { super::$name($crate::proxy::Kind::Envoy).await; }
        }
    )*};
}

/// Which proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// nginx with `auth_request`.
    Nginx,
    /// The same, keeping what it may.
    NginxThatKeeps,
    /// The newest Caddy, with `forward_auth`.
    Caddy,
    /// Caddy 2.6.2, as Debian 12 ships it.
    DebianCaddy,
    /// HAProxy with a script that asks.
    Haproxy,
    /// The newest Envoy, with `ext_authz` over HTTP.
    Envoy,
    /// The same over gRPC.
    EnvoyGrpc,
}

impl Kind {
    /// What `doorstep generate` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nginx | Self::NginxThatKeeps => "nginx",
            Self::Caddy | Self::DebianCaddy => "caddy",
            Self::Haproxy => "haproxy",
            Self::Envoy | Self::EnvoyGrpc => "envoy",
        }
    }
}

/// Runs each of these tests behind every proxy, and behind Envoy that asks by gRPC: where Doorstep itself answers.
#[macro_export]
macro_rules! behind_each_that_asks {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn nginx() { super::$name($crate::proxy::Kind::Nginx).await; }
            #[tokio::test]
            async fn nginx_that_keeps() { super::$name($crate::proxy::Kind::NginxThatKeeps).await; }
            #[tokio::test]
            async fn caddy() { super::$name($crate::proxy::Kind::Caddy).await; }
            #[tokio::test]
            async fn caddy_of_debian() { super::$name($crate::proxy::Kind::DebianCaddy).await; }
            #[tokio::test]
            async fn haproxy() { super::$name($crate::proxy::Kind::Haproxy).await; }
            #[tokio::test]
            async fn envoy() { super::$name($crate::proxy::Kind::Envoy).await; }
            #[tokio::test]
            async fn envoy_by_grpc() { super::$name($crate::proxy::Kind::EnvoyGrpc).await; }
        }
    )*};
}

/// Runs each of these tests behind every proxy that serves pages of its own as well.
#[macro_export]
macro_rules! behind_each_web_server {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn nginx() { super::$name($crate::proxy::Kind::Nginx).await; }
            #[tokio::test]
            async fn caddy() { super::$name($crate::proxy::Kind::Caddy).await; }
            #[tokio::test]
            async fn caddy_of_debian() { super::$name($crate::proxy::Kind::DebianCaddy).await; }
        }
    )*};
}

/// The port for emergencies that `doorstep generate` takes when none is said.
const EMERGENCY: &str = ":8444";

/// What every proxy here would show to Doorstep beside its address, where a generated line says so.
pub const PROXY_SECRET: &str = "a-proxy-in-a-test-shows-this-and-no-other";

/// Where it has that from.
pub(crate) const SECRET_VARIABLE: &str = "DOORSTEP_PROXY_SECRET";

/// A proxy in the making: hosts first, then [`Hosts::start`].
pub struct Hosts {
    kind: Kind,
    address: SocketAddr,
    plain: SocketAddr,
    emergency: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
    text: String,
    /// Hosts that are passed on as they are, where they cannot stand apart.
    own: Vec<(String, String)>,
    /// What HAProxy asks with.
    script: String,
    /// The one core that it may use.
    core: Option<&'static str>,
}

/// A running proxy.
pub struct Proxy {
    /// Where it listens for TLS.
    pub address: SocketAddr,
    /// Where it listens for plain HTTP, when something that was generated wants it.
    pub plain: SocketAddr,
    /// Where it listens for emergencies, when something that was generated wants it.
    pub emergency: SocketAddr,
    // Dropped in this order: the proxy stops before its files go.
    running: Running,
    directory: TempDir,
}

impl Hosts {
    /// No hosts yet, on a free port.
    pub fn none(kind: Kind, certificates: &Certificates) -> Self {
        let (certificate, key) = (certificates.certificate.clone(), certificates.key.clone());
        let [address, plain, emergency] = [(); 3].map(|()| wait::free_address());
        let (text, own, script) = (String::new(), Vec::new(), String::new());
        Self { kind, address, plain, emergency, certificate, key, text, own, script, core: None }
    }

    /// Where the proxy will listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds a host whose every request goes to `upstream`, as the provider itself or an app that signs in by OpenID Connect.
    #[must_use]
    pub fn plain(self, host: &str, upstream: &str) -> Self {
        let rules = match self.kind {
            Kind::Nginx | Kind::NginxThatKeeps => format!(
                "location / {{\n\
                 proxy_pass http://{upstream};\n\
                 proxy_http_version 1.1;\n\
                 proxy_set_header Host $http_host;\n\
                 proxy_set_header X-Forwarded-For $remote_addr;\n\
                 proxy_set_header X-Forwarded-Proto $scheme;\n\
                 proxy_set_header X-Forwarded-Host $http_host;\n\
                 }}\n"
            ),
            Kind::Caddy | Kind::DebianCaddy => format!("reverse_proxy {upstream}\n"),
            Kind::Haproxy | Kind::Envoy | Kind::EnvoyGrpc => upstream.to_owned(),
        };
        self.host(host, &rules)
    }

    /// Adds a host with lines of the proxy's own language.
    #[must_use]
    pub fn host(mut self, host: &str, rules: &str) -> Self {
        let (address, certificate, key) = (self.address, self.certificate.display(), self.key.display());
        let block = match self.kind {
            Kind::Nginx | Kind::NginxThatKeeps => format!(
                "server {{\nlisten {address} ssl;\nserver_name {host};\n\
                 ssl_certificate {certificate};\nssl_certificate_key {key};\n{rules}}}\n"
            ),
            Kind::Caddy | Kind::DebianCaddy => format!("https://{host} {{\ntls {certificate} {key}\n{rules}}}\n"),
            Kind::Haproxy | Kind::Envoy | Kind::EnvoyGrpc => {
                self.own.push((host.to_owned(), rules.to_owned()));
                String::new()
            }
        };
        self.text.push_str(&block);
        self
    }

    /// Adds what `doorstep generate` printed, with the changes that a person makes after pasting it: which
    /// certificate; and on which ports, because 443 and 80 are not a test's.
    #[must_use]
    pub fn generated(mut self, text: &str) -> Self {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let words = line.trim();
            let line = match self.kind {
                Kind::Nginx | Kind::NginxThatKeeps if words.starts_with("listen ") => self.listen(words),
                Kind::Nginx | Kind::NginxThatKeeps if words.starts_with("ssl_certificate_key ") => {
                    self.certificate_lines(Some(true))
                }
                Kind::Nginx | Kind::NginxThatKeeps if words.starts_with("ssl_certificate ") => {
                    self.certificate_lines(Some(false))
                }
                Kind::Caddy | Kind::DebianCaddy if line.starts_with("https://") => {
                    let line = line.replace(EMERGENCY, &format!(":{}", self.emergency.port()));
                    let own = lines.peek().is_some_and(|next| next.trim() == "tls {");
                    if own { line } else { format!("{line}\n{}", self.certificate_lines(None)) }
                }
                Kind::Caddy | Kind::DebianCaddy if words == "tls {" => self.certificate_lines(None) + " {",
                Kind::Envoy | Kind::EnvoyGrpc => self.at_envoy(line),
                Kind::Haproxy if words.starts_with("bind ") => self.bind(words),
                _ => line.to_owned(),
            };
            self.text.push_str(&line);
            self.text.push('\n');
        }
        self
    }

    /// The second file of those that read two.
    #[must_use]
    pub fn with_script(mut self, script: &str) -> Self {
        script.clone_into(&mut self.script);
        self
    }

    /// Keeps it on one core, for figures.
    #[must_use]
    pub fn on_core(self, core: &'static str) -> Self {
        Self { core: Some(core), ..self }
    }

    /// A `listen` of nginx on loopback instead of on every address, in both families.
    fn listen(&self, words: &str) -> String {
        let words = words.split('#').next().unwrap_or(words);
        let (place, rest) = words.trim_start_matches("listen ").split_once([' ', ';']).unwrap_or((words, ""));
        let at = if format!(":{place}").ends_with(EMERGENCY) {
            self.emergency
        } else if place.ends_with("443") {
            self.address
        } else {
            self.plain
        };
        let port = at.port();
        let host = if place.starts_with("[::]") { "[::1]" } else { "127.0.0.1" };
        format!("listen {host}:{port} {};", rest.split(';').next().unwrap_or_default())
    }

    fn certificate_lines(&self, key_only: Option<bool>) -> String {
        let (certificate, key) = (self.certificate.display(), self.key.display());
        match key_only {
            Some(true) => format!("ssl_certificate_key {key};"),
            Some(false) => format!("ssl_certificate {certificate};"),
            None => format!("tls {certificate} {key}"),
        }
    }

    /// Lets the proxy itself check the configuration, then starts it.
    pub async fn start(self) -> Proxy {
        let directory = tempfile::Builder::new().prefix("doorstep-proxy-").tempdir().expect("a temporary directory");
        let mut command = match self.kind {
            Kind::Nginx | Kind::NginxThatKeeps => nginx(directory.path(), &self.text),
            Kind::Caddy => caddy(&from_venv("caddy"), directory.path(), (self.address, self.plain), &self.text),
            Kind::DebianCaddy => {
                caddy(Path::new("/usr/bin/caddy"), directory.path(), (self.address, self.plain), &self.text)
            }
            Kind::Haproxy => haproxy::command(directory.path(), &self),
            Kind::Envoy | Kind::EnvoyGrpc => envoy::command(directory.path(), &self),
        };
        command.env(SECRET_VARIABLE, PROXY_SECRET);
        if let Some(core) = self.core {
            command = on_core(core, &command);
        }
        let running = Running::start("the proxy", &mut command, &directory.path().join("proxy.log"));
        let tls = |line: &str| {
            line.starts_with("https://")
                || line.trim().starts_with("ssl_certificate")
                || line.contains(" ssl crt ")
                || line.contains("private_key")
        };
        let tls = self.text.lines().any(tls)
            || matches!(self.kind, Kind::Haproxy | Kind::Envoy | Kind::EnvoyGrpc) && self.text.is_empty();
        wait::for_listener("the proxy", if tls { self.address } else { self.plain }).await;
        if self.text.contains("doorstep_emergency") {
            wait::for_listener("the proxy, for emergencies", self.emergency).await;
        }
        Proxy { address: self.address, plain: self.plain, emergency: self.emergency, running, directory }
    }
}

impl Proxy {
    /// What nginx keeps in its folder of answers.
    pub fn kept(&self) -> Vec<String> {
        let mut kept = Vec::new();
        let mut folders = vec![self.directory.path().join("answers")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                match std::fs::read(entry.path()) {
                    Ok(answer) => kept.push(String::from_utf8_lossy(&answer).into_owned()),
                    Err(_) => folders.push(entry.path()),
                }
            }
        }
        kept
    }

    /// What it logged.
    pub fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.directory.path().join(name)).unwrap_or_default();
        format!("{}{}{}", self.running.printed(), read("error.log"), read("doorstep_emergency.log"))
    }
}

fn on_core(core: &str, command: &Command) -> Command {
    let mut on_core = Command::new("taskset");
    on_core.args(["-c", core]).arg(command.get_program()).args(command.get_args());
    let environment = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    on_core.envs(environment);
    on_core
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
    let secret = directory.join("doorstep-secret.conf");
    std::fs::write(&secret, format!("proxy_set_header X-Doorstep-Proxy-Secret \"{PROXY_SECRET}\";\n")).expect("a file");
    let text = text.replace("/var/log/nginx", &here.to_string());
    let text = text.replace("/run/doorstep-answers", &directory.join("answers").display().to_string());
    let text = text.replace("/etc/nginx/doorstep-secret.conf", &secret.display().to_string());
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

fn caddy(program: &Path, directory: &Path, (tls, plain): (SocketAddr, SocketAddr), hosts: &str) -> Command {
    let global = format!(
        "{{\nadmin off\nauto_https disable_redirects\nskip_install_trust\ndefault_bind {}\nhttps_port {}\n\
         http_port {}\n}}\n",
        tls.ip(),
        tls.port(),
        plain.port()
    );
    let file = directory.join("Caddyfile");
    let text = format!("{global}{hosts}").replace("/var/log/caddy", &directory.display().to_string());
    std::fs::write(&file, text).expect("the configuration can be written");
    let command = |verb: &str| {
        let mut command = Command::new(program);
        command.args([verb, "--adapter", "caddyfile", "--config"]).arg(&file).env(SECRET_VARIABLE, PROXY_SECRET);
        command.env("HOME", directory).env("XDG_DATA_HOME", directory).env("XDG_CONFIG_HOME", directory);
        command
    };
    run(&mut command("validate"));
    command("run")
}
