//! `doorstep generate caddy|nginx|haproxy|envoy|traefik|gateway-api|istio|ingress-nginx|apache`: the proxy configuration
//! that puts Doorstep in front of apps.
//!
//! Pure text from declared apps. Every value is parsed before it is printed, so that no name or
//! address can add a line of its own. What each safety line is for stands beside it in the output.

mod apache;
mod caddy;
mod client;
mod emergency;
mod envoy;
pub mod external;
mod front;
mod gateway_api;
mod haproxy;
mod ingress_nginx;
mod istio;
mod nginx;
mod page;
mod service;
mod traefik;
mod upstream;
pub mod webfinger;
mod wildcard;

pub use apache::{APACHE_CALLBACK, RelyingSite, apache};
pub use caddy::caddy;
pub use emergency::{ALERTS, Emergency, EmergencyProof, EmergencyProxy, InvalidPath, PlainPath, with_emergency};
pub use envoy::envoy;
pub use front::{Front, InvalidNetwork, Network};
pub use gateway_api::{Gateway, GatewayForm, gateway_api};
pub use haproxy::{haproxy, haproxy_script};
pub use ingress_nginx::ingress_nginx;
pub use istio::{Ingress, istio, istio_mesh};
pub use nginx::nginx;
pub use traefik::{TraefikForm, traefik};
pub use upstream::{InvalidUpstream, Upstream};

use doorstep_core::gateway::{cookie_scope, declared_host};
use url::{Position, Url};

/// A declared app, as far as a proxy is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The NAME of `[apps.NAME]`.
    pub name: String,
    /// Where people reach it: `https://glances.example.org`.
    pub url: String,
    /// Where the proxy reaches it; needed for one that Doorstep stands in front of.
    pub upstream: Option<Upstream>,
    /// Whether Doorstep stands in front.
    pub protected: bool,
}

/// Doorstep itself, as far as a proxy is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The issuer.
    pub issuer: String,
    /// Where the proxy reaches Doorstep.
    pub listen: Upstream,
    /// What stands around the proxy.
    pub front: Front,
    /// Whether a proxy shows a secret beside its address. The secret itself is never printed.
    pub secret: bool,
}

/// Why no configuration can be printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// An address that is not `http(s)://host`.
    #[error("{name}: `{url}` is not an http or https address")]
    Url {
        /// The app, or `issuer`.
        name: String,
        /// The address as declared.
        url: String,
    },
    /// Two of them on one host name, where a browser sends the cookies of one to the other.
    #[error("{first} and {second} both claim {host}")]
    Claimed {
        /// The first, in the order declared.
        first: String,
        /// The second.
        second: String,
        /// The host.
        host: String,
    },
    /// Doorstep stands in front of an app, and nobody said where it is.
    #[error("where the proxy reaches {name} is not known")]
    Upstream {
        /// The app.
        name: String,
    },
    /// Traefik has no sockets.
    #[error("{name} is reached by a Unix socket, which Traefik cannot do")]
    Socket {
        /// The app, or `Doorstep`.
        name: String,
    },
    /// Kubernetes reaches Services.
    #[error("the place of {name} is not a Service")]
    Service {
        /// The app, or `doorstep`.
        name: String,
    },
    /// Two apps whose objects in Kubernetes would have one name.
    #[error("the objects of {first} and {second} would have one name in the cluster")]
    Alike {
        /// The first, in the order declared.
        first: String,
        /// The second.
        second: String,
    },
    /// What stands before a controller of Kubernetes is its own setting.
    #[error("what stands before a controller of Kubernetes is told to the controller")]
    Behind,
    /// Apache ends TLS itself.
    #[error("Apache is generated for ending TLS itself")]
    BehindApache,
    /// The port of every day, or none.
    #[error("port {port} is taken, and the way in for emergencies needs one of its own")]
    EmergencyPort {
        /// The port.
        port: u16,
    },
    /// From where somebody comes cannot be told.
    #[error("a way in for emergencies needs a network, and to see where somebody comes from")]
    EmergencyBehind,
    /// A credential over plain HTTP.
    #[error("{name} is reached over plain HTTP, where a credential is no secret")]
    EmergencyPlain {
        /// The app.
        name: String,
    },
    /// No file of passwords can be named there.
    #[error("HAProxy and Envoy are not told a file of names and passwords here")]
    EmergencyUsers,
    /// What would be more than a path in a file that a proxy reads.
    #[error("the file with the credentials of {name} has a path that is not plain")]
    Path {
        /// The app.
        name: String,
    },
    /// What would add a line of its own, or is no name there.
    #[error("`{word}` is no name that the cluster or the proxy takes")]
    Word {
        /// As given.
        word: String,
    },
    /// An app on every host below a name, where what is generated names one host at a time.
    #[error("{name} is on every host below a name, and these objects pass on the name of one host")]
    Wildcard {
        /// The app.
        name: String,
    },
    /// nginx must look a name up, and nobody said whom it asks.
    #[error("nginx looks up `{name}` by itself when it is needed, and must be told whom to ask")]
    Resolver {
        /// The name.
        name: String,
    },
}

/// A site whose address has been read.
struct Place<'a> {
    name: &'a str,
    upstream: &'a Upstream,
    /// Without a port.
    name_of_host: String,
    /// With a port that is not the scheme's own: what a browser sends.
    host: String,
    port: u16,
    secure: bool,
}

impl<'a> Place<'a> {
    fn read(name: &'a str, url: &str, upstream: &'a Upstream) -> Result<Self, GenerateError> {
        let unreadable = || GenerateError::Url { name: name.to_owned(), url: url.to_owned() };
        let parsed = Url::parse(url).map_err(|_| unreadable())?;
        let secure = match parsed.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(unreadable()),
        };
        let canonical = |text| declared_host(text, secure).map(String::from).map_err(|_| unreadable());
        Ok(Self {
            name,
            upstream,
            name_of_host: canonical(&parsed[Position::BeforeHost..Position::AfterHost])?,
            host: canonical(&parsed[Position::BeforeHost..Position::AfterPort])?,
            port: parsed.port_or_known_default().ok_or_else(unreadable)?,
            secure,
        })
    }

    /// What a browser's cookies go by.
    fn scope(&self) -> &str {
        cookie_scope(&self.host)
    }

    const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}

/// Doorstep's own place, if a proxy serves it, and those of the protected apps.
struct Layout<'a> {
    issuer: Option<Place<'a>>,
    guarded: Vec<Place<'a>>,
    /// The apps that sign people in by themselves.
    others: Vec<&'a str>,
}

fn layout<'a>(server: &'a Server, sites: &'a [Site]) -> Result<Layout<'a>, GenerateError> {
    let issuer = Place::read("issuer", &server.issuer, &server.listen)?;
    let mut guarded: Vec<Place<'a>> = Vec::new();
    let mut others: Vec<Place<'a>> = Vec::new();
    for site in sites {
        let unknown = || GenerateError::Upstream { name: site.name.clone() };
        // Nothing is said of where the others are.
        let upstream = if site.protected { site.upstream.as_ref().ok_or_else(unknown)? } else { &server.listen };
        let place = Place::read(&site.name, &site.url, upstream)?;
        let sharing = |other: &&Place<'a>| other.scope() == place.scope();
        // Those that sign people in by themselves may share a host among each other: no cookie of ours is there.
        let beside = others.iter().filter(|_| site.protected);
        if let Some(first) = guarded.iter().chain([&issuer]).chain(beside).find(sharing) {
            let (first, second) = (first.name.to_owned(), place.name.to_owned());
            return Err(GenerateError::Claimed { first, second, host: place.scope().to_owned() });
        }
        if site.protected { &mut guarded } else { &mut others }.push(place);
    }
    let others = others.iter().map(|place| place.name).collect();
    wildcard::last(&mut guarded);
    Ok(Layout { issuer: behind_a_proxy(issuer), guarded, others })
}

/// On plain HTTP at its own port, Doorstep is reached without a proxy.
fn behind_a_proxy(issuer: Place<'_>) -> Option<Place<'_>> {
    let direct = !issuer.secure && issuer.upstream.port() == Some(issuer.port);
    (!direct).then_some(issuer)
}

/// A line that says which apps need nothing, if there are any.
fn untouched(others: &[&str]) -> String {
    if others.is_empty() {
        return String::new();
    }
    format!("# Sign people in by themselves, nothing needed here: {}\n", in_comment(others))
}

/// Names fit for a comment: ids hold no line break, and whatever else came is left out.
fn in_comment(names: &[&str]) -> String {
    let fit = |name: &&str| name.bytes().all(|b| b.is_ascii_graphic());
    names.iter().copied().filter(fit).collect::<Vec<_>>().join(", ")
}

/// A name that a proxy and a reader understand; the number keeps `a.b` and `a-b` apart.
fn name_of_backend(name: &str, nth: usize) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("app_{}_{plain}", nth + 1)
}

/// Puts each value in the place of its `%KEY%`.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (key, value)| text.replace(key, value))
}

#[cfg(test)]
mod cluster_tests;
#[cfg(test)]
mod emergency_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wildcard_tests;
