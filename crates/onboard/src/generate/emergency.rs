//! The way in for emergencies: a port of its own where the proxy lets in who comes from the right network with the right
//! credential, and asks nobody.
//!
//! It is a part that is added, so that the hosts of every day are the same to the byte with it and without it. Off unless it
//! is asked for.

use super::{
    GenerateError, Layout, Network, Place, Server, Site, client::spelled_with, envoy, fill, haproxy, layout,
    name_of_backend, nginx,
};
use std::str::FromStr;

const NGINX: &str = include_str!("emergency/nginx.conf");
const NGINX_APP: &str = include_str!("emergency/nginx_app.conf");
const CADDY: &str = include_str!("emergency/head.caddy");
const CADDY_APP: &str = include_str!("emergency/app.caddy");
const FRONTEND: &str = include_str!("emergency/frontend.cfg");
const BACKEND: &str = include_str!("emergency/backend.cfg");
const LISTENER: &str = include_str!("emergency/listener.yaml");
const HOST: &str = include_str!("emergency/host.yaml");

/// Rules that tell when somebody used it.
pub const ALERTS: &str = include_str!("alerts.yaml");

/// Who may come in, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// From where; at least one.
    pub networks: Vec<Network>,
    /// With what, beside that.
    pub proof: EmergencyProof,
    /// The port, which no app has.
    pub port: u16,
}

/// What somebody shows in an emergency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmergencyProof {
    /// A name and a password of this file.
    Users(PlainPath),
    /// A certificate that the authority in this file signed.
    Authority(PlainPath),
}

/// A whole path in characters that mean nothing to a proxy's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainPath(String);

/// Not such a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no whole path of letters, digits, `/`, `.`, `_` and `-`")]
pub struct InvalidPath(String);

impl FromStr for PlainPath {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-');
        let fits = text.starts_with('/') && text.bytes().all(plain);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidPath(text.chars().take(80).collect())) }
    }
}

/// A proxy that can have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmergencyProxy {
    /// Caddy.
    Caddy,
    /// nginx.
    Nginx,
    /// HAProxy: by certificate alone, because it reads no file of passwords.
    Haproxy,
    /// Envoy: the same.
    Envoy,
}

/// `text`, the configuration of `proxy` for the same, with the way in added.
pub fn with_emergency(
    proxy: EmergencyProxy,
    text: &str,
    (server, sites): (&Server, &[Site]),
    way: &Emergency,
) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, .. } = layout(server, sites)?;
    let taken = issuer.iter().chain(&guarded).any(|place| place.port == way.port) || matches!(way.port, 0 | 80);
    if taken {
        return Err(GenerateError::EmergencyPort { port: way.port });
    }
    if !server.front.behind.is_empty() || way.networks.is_empty() {
        return Err(GenerateError::EmergencyBehind);
    }
    if let Some(place) = guarded.iter().find(|place| !place.secure) {
        return Err(GenerateError::EmergencyPlain { name: place.name.to_owned() });
    }
    if guarded.is_empty() {
        return Ok(text.to_owned());
    }
    let by_name = matches!(proxy, EmergencyProxy::Haproxy | EmergencyProxy::Envoy);
    if by_name && matches!(way.proof, EmergencyProof::Users(_)) {
        return Err(GenerateError::EmergencyUsers);
    }
    let write = Write { way, guarded: &guarded };
    Ok(match proxy {
        EmergencyProxy::Nginx => text.to_owned() + &write.nginx(),
        EmergencyProxy::Caddy => text.to_owned() + &write.caddy(),
        EmergencyProxy::Haproxy => text.to_owned() + &write.haproxy(),
        // Listeners stand before clusters.
        EmergencyProxy::Envoy => text.replacen("  clusters:\n", &(write.envoy() + "  clusters:\n"), 1),
    })
}

struct Write<'a> {
    way: &'a Emergency,
    guarded: &'a [Place<'a>],
}

impl Write<'_> {
    fn file(&self) -> &str {
        match &self.way.proof {
            EmergencyProof::Users(path) | EmergencyProof::Authority(path) => &path.0,
        }
    }

    fn networks(&self, separator: &str, one: impl Fn(&Network) -> String) -> String {
        self.way.networks.iter().map(one).collect::<Vec<_>>().join(separator)
    }

    /// One template for each app.
    fn each(&self, template: &str, values: impl Fn(&Place<'_>, &str) -> Vec<(&'static str, String)>) -> String {
        let one = |(nth, place): (usize, &Place<'_>)| {
            let backend = name_of_backend(place.name, nth);
            let mut all = values(place, &backend);
            all.extend([
                ("%BACKEND%", backend),
                ("%NAME_OF_HOST%", place.name_of_host.clone()),
                ("%HOST%", place.host.clone()),
                ("%FILE%", place.file_name()),
                ("%SERVER_NAME%", nginx::server_name(place)),
                ("%PORT%", self.way.port.to_string()),
                ("%NETWORKS%", self.networks(" ", ToString::to_string)),
            ]);
            let all: Vec<_> = all.iter().map(|(key, value)| (*key, value.as_str())).collect();
            fill(template, &all)
        };
        self.guarded.iter().enumerate().map(one).collect()
    }

    fn nginx(&self) -> String {
        let file = self.file();
        let (who, proof, authorization) = match self.way.proof {
            EmergencyProof::Users(_) => (
                "$remote_user",
                format!("    auth_basic \"Emergency\";\n    auth_basic_user_file {file};\n"),
                "    proxy_set_header Authorization \"\";\n",
            ),
            EmergencyProof::Authority(_) => {
                ("$ssl_client_s_dn", format!("    ssl_client_certificate {file};\n    ssl_verify_client on;\n"), "")
            }
        };
        let networks: String = self.networks("", |network| format!("    allow {network};\n"));
        let identity: Vec<_> = spelled_with("-").map(|name| format!("    proxy_set_header {name} \"\";\n")).collect();
        let apps = self.each(NGINX_APP, |place, backend| {
            vec![
                ("%HOST%", place.asked("$host")),
                ("%PROOF%", proof.clone()),
                ("%NETWORKS%", networks.clone()),
                ("%IDENTITY%", identity.concat()),
                ("%AUTHORIZATION%", authorization.to_owned()),
                ("%DROPPED%", nginx::dropped()),
                ("%UPSTREAM%", nginx::reached(backend, place.upstream)),
            ]
        });
        fill(NGINX, &[("%WHO%", who)]) + &apps + &nginx::unknown(self.way.port, true)
    }

    fn caddy(&self) -> String {
        let file = self.file();
        let (tls, proof) = match self.way.proof {
            EmergencyProof::Users(_) => (
                String::new(),
                format!(
                    "\t\t# Lines of a name and its hash by `caddy hash-password`.\n\t\tbasicauth {{\n\t\t\timport {file}\n\t\t}}\n\t\t\
                     request_header -Authorization\n"
                ),
            ),
            EmergencyProof::Authority(_) => (
                format!(
                    "\ttls {{\n\t\tclient_auth {{\n\t\t\tmode require_and_verify\n\t\t\ttrusted_ca_cert_file {file}\n\t\t}}\n\t}}\n"
                ),
                String::new(),
            ),
        };
        let apps = self.each(CADDY_APP, |place, _| {
            vec![
                ("%HOST%", place.asked("{http.request.host}")),
                ("%TLS%", tls.clone()),
                ("%PROOF%", proof.clone()),
                ("%UPSTREAM%", place.upstream.caddy()),
            ]
        });
        CADDY.to_owned() + &apps
    }

    fn haproxy(&self) -> String {
        let values = [
            ("%PORT%", self.way.port.to_string()),
            ("%FILE%", self.file().to_owned()),
            ("%NETWORKS%", self.networks(" ", ToString::to_string)),
            ("%CLIENT%", haproxy::direct_client()),
        ];
        let frontend = fill(FRONTEND, &values.each_ref().map(|(key, value)| (*key, value.as_str())));
        let rules: Vec<_> = self.guarded.iter().map(haproxy::named).collect();
        let known: String = rules.iter().flat_map(|here| ["    acl doorstep_known ", here, "\n"]).collect();
        let hosts = self.guarded.iter().zip(&rules).map(|(place, here)| haproxy::asked(place, here));
        let hosts = hosts.collect::<Vec<_>>().concat();
        let chosen = rules.iter().enumerate().zip(self.guarded).map(|((nth, here), place)| {
            format!("    use_backend doorstep_emergency_{} if {{ {here} }}\n", name_of_backend(place.name, nth))
        });
        let chosen = chosen.collect::<Vec<_>>().concat();
        let backends = self.each(BACKEND, |place, _| {
            vec![("%HOST%", haproxy::written(place)), ("%UPSTREAM%", haproxy::reached(place.upstream))]
        });
        format!(
            "{frontend}{known}    http-request deny deny_status 421 unless doorstep_known\n{hosts}{chosen}\n{backends}"
        )
    }

    /// Envoy has no star at both ends of a host.
    fn in_envoy(&self, place: &Place<'_>) -> Vec<(&'static str, String)> {
        let (name, port) = (&place.name_of_host, self.way.port);
        let any_port = if place.parent().is_some() { port.to_string() } else { "*".to_owned() };
        vec![
            ("%DOMAINS%", format!("\"{name}\", \"{name}:{any_port}\"")),
            ("%HOST%", envoy::asked(place)),
            ("%REWRITTEN%", envoy::rewritten(place)),
        ]
    }

    fn envoy(&self) -> String {
        let values = [
            ("%PORT%", self.way.port.to_string()),
            ("%FILE%", self.file().to_owned()),
            ("%NETWORKS%", self.networks(", ", |network| envoy::range(&network.to_string()))),
            ("%STRIPPED%", envoy::stripped()),
            ("%HOSTS%", self.each(HOST, |place, _| self.in_envoy(place))),
        ];
        fill(LISTENER, &values.each_ref().map(|(key, value)| (*key, value.as_str())))
    }
}
