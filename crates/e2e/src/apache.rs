//! Apache with mod_auth_openidc, as Debian ships both: a relying party that is a few lines of configuration.
//!
//! What it lets through reaches an app that shows the headers it was given. The module calls the provider through an
//! HTTP proxy of the test, because curl knows no other way to where a `*.test` name leads.

use crate::{
    certificates::Certificates,
    given::{Delivered, Road, url_of},
    process::{Running, is_root, run},
    wait,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Paths that need a sign-in: as the module's README protects one, and one that asks in silence.
const PROTECTED: [(&str, &str); 2] = [("/secure", ""), ("/secure/silent", "OIDCPathAuthRequestParams prompt=none")];

/// A running Apache.
pub struct Apache {
    /// Where it listens.
    pub address: SocketAddr,
    // Dropped in this order: Apache stops before its files go.
    _running: Running,
    _tunnel: Tunnel,
    _directory: TempDir,
}

impl Apache {
    /// Starts it as `app`, in front of what answers at `upstream`.
    pub async fn start(app: &str, address: SocketAddr, delivered: &Delivered, road: Road<'_>, upstream: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("doorstep-apache-").tempdir().expect("a temporary directory");
        let here = directory.path();
        let tunnel = Tunnel::start(road.proxy).await;
        let authority = authority_in(here, road.certificates);
        let text = [head(here, address), module(app, delivered, &authority, tunnel.address), paths(upstream)].concat();
        Self::run(address, text, tunnel, directory).await
    }

    /// Starts it with what `doorstep generate apache` printed, and the changes that a test makes: ports, certificate, and how
    /// the module reaches the provider, which is behind this Apache as well.
    pub async fn generated(text: &str, certificates: &Certificates) -> Self {
        let directory = tempfile::Builder::new().prefix("doorstep-apache-").tempdir().expect("a temporary directory");
        let here = directory.path();
        let (address, plain) = (wait::free_address(), wait::free_address());
        let tunnel = Tunnel::start(address).await;
        let authority = authority_in(here, certificates);
        let (certificate, key) = (certificates.certificate.display(), certificates.key.display());
        let line = |line: &str| match line.trim() {
            "<VirtualHost *:443>" => format!("<VirtualHost {address}>\n"),
            "<VirtualHost *:80>" => format!("<VirtualHost {plain}>\n"),
            words if words.starts_with("SSLCertificateFile ") => format!("SSLCertificateFile {certificate}\n"),
            words if words.starts_with("SSLCertificateKeyFile ") => format!("SSLCertificateKeyFile {key}\n"),
            _ => format!("{line}\n"),
        };
        let more = format!(
            "LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so\nLoadModule headers_module \
             /usr/lib/apache2/modules/mod_headers.so\nLoadModule alias_module /usr/lib/apache2/modules/mod_alias.so\nListen \
             {plain}\nOIDCOutgoingProxy {}\nOIDCCABundlePath {}\n",
            tunnel.address,
            authority.display()
        );
        let text = [head(here, address), more, text.lines().map(line).collect::<Vec<_>>().concat()].concat();
        Self::run(address, text, tunnel, directory).await
    }

    async fn run(address: SocketAddr, text: String, tunnel: Tunnel, directory: TempDir) -> Self {
        let here = directory.path();
        let file = here.join("apache.conf");
        std::fs::write(&file, text).expect("the configuration can be written");
        let command = |check: bool| {
            let mut command = Command::new("/usr/sbin/apache2");
            command.arg("-f").arg(&file).arg(if check { "-t" } else { "-DFOREGROUND" });
            command
        };
        run(&mut command(true));
        let running = Running::start("Apache", &mut command(false), &here.join("error.log"));
        wait::for_listener("Apache", address).await;
        Self { address, _running: running, _tunnel: tunnel, _directory: directory }
    }
}

/// Apache's children are another user than root, who must be able to read this.
fn authority_in(here: &Path, certificates: &Certificates) -> PathBuf {
    let authority = here.join("authority.pem");
    std::fs::copy(&certificates.authority, &authority).expect("the authority can be copied");
    run(Command::new("chmod").arg("-R").arg("a+rX").arg(here));
    authority
}

fn head(here: &Path, address: SocketAddr) -> String {
    let modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc"];
    let load = |name: &str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
    let here = here.display();
    format!(
        "ServerRoot {here}\nPidFile {here}/apache.pid\nDefaultRuntimeDir {here}\nErrorLog {here}/error.log\n{user}\
         Listen {address}\nServerName localhost\nStartServers 1\nLogLevel warn auth_openidc:info\n{}",
        modules.map(load).concat()
    )
}

/// As the module's README says for a provider of no special make, and two lines for where this one stands: behind a
/// proxy that ends TLS, and on a network of its own.
fn module(app: &str, delivered: &Delivered, authority: &Path, tunnel: SocketAddr) -> String {
    format!(
        "OIDCProviderMetadataURL {}\nOIDCClientID {}\nOIDCClientSecret {}\nOIDCRedirectURI {}/secure/redirect_uri\n\
         OIDCCryptoPassphrase only-for-this-test\nOIDCScope \"{}\"\n\
         OIDCXForwardedHeaders X-Forwarded-Proto X-Forwarded-Host\nOIDCOutgoingProxy {tunnel}\nOIDCCABundlePath {}\n",
        delivered.get("OIDC_DISCOVERY_URL"),
        delivered.get("OIDC_CLIENT_ID"),
        delivered.get("OIDC_CLIENT_SECRET"),
        url_of(app),
        delivered.get("OIDC_SCOPES"),
        authority.display(),
    )
}

fn paths(upstream: &str) -> String {
    let protect = |(path, more): (&str, &str)| {
        format!("<Location {path}>\nAuthType openid-connect\nRequire valid-user\n{more}\n</Location>\n")
    };
    format!("{}ProxyPass / http://{upstream}/\n", PROTECTED.map(protect).concat())
}

/// An HTTP proxy for TLS that leads every name to one address: RFC 9110 §9.3.6.
struct Tunnel {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Tunnel {
    async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                connections.spawn(lead(stream, to));
            }
        });
        Self { address, accepting }
    }
}

async fn lead(mut stream: TcpStream, to: SocketAddr) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    if let Ok(mut onward) = TcpStream::connect(to).await {
        let _ = stream.write_all(b"HTTP/1.1 200 led on\r\n\r\n").await;
        let _ = copy_bidirectional(&mut stream, &mut onward).await;
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
