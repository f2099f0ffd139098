//! What every handler is given: the instance, the trusted proxies, and what is the same for all answers.

use arc_swap::{ArcSwap, Guard};
use doorstep_app::instance::Instance;
use doorstep_core::{
    access::Caller,
    gateway::{PROXY_SECRET_HEADER, ProxySecrets, forwarded_client, is_trusted},
    id::RequestId,
    limit::Source,
    model::Place,
};
use http::{HeaderMap, HeaderName, HeaderValue, header::USER_AGENT};
use ipnet::IpNet;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

/// The web server's state.
pub struct Web {
    pub(crate) instance: Arc<Instance>,
    trusted: ArcSwap<Trusted>,
    /// From the configured issuer, never from a request.
    pub(crate) https: bool,
    pub(crate) documents: crate::oauth::Documents,
}

/// The proxies whose forwarded client addresses are believed, and that may ask forward-auth questions.
#[derive(Clone, Default)]
pub struct Trusted {
    /// Networks of trusted proxies.
    pub networks: Vec<IpNet>,
    /// Whether whoever can open our Unix socket is trusted.
    pub unix: bool,
    /// What a trusted proxy sends along with each request that comes by TCP.
    pub secrets: Option<ProxySecrets>,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A TCP peer.
    Tcp(SocketAddr),
    /// One that did not send the secret that proxies send: whatever its address, no proxy.
    Unproved(SocketAddr),
    /// Somebody on our Unix socket.
    Unix,
    /// Nobody said who. Trusted with nothing, whatever is trusted.
    Unknown,
}

impl Web {
    /// The state of an instance.
    pub fn new(instance: Arc<Instance>, trusted: Trusted) -> Self {
        let https = !instance.context.settings.insecure_http();
        Self { instance, trusted: ArcSwap::from_pointee(trusted), https, documents: crate::oauth::Documents::default() }
    }

    /// The proxies that are trusted now.
    pub(crate) fn trusted(&self) -> Guard<Arc<Trusted>> {
        self.trusted.load()
    }

    /// Trusts others from now on. A connection that is open keeps the bounds that it began with.
    pub fn trust(&self, trusted: Trusted) {
        self.trusted.store(Arc::new(trusted));
    }
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Trusted {
    /// Whether `peer` is a trusted proxy.
    pub fn contains(&self, peer: Peer) -> bool {
        match peer {
            Peer::Tcp(address) => is_trusted(address.ip(), &self.networks),
            Peer::Unix => self.unix,
            Peer::Unproved(_) | Peer::Unknown => false,
        }
    }

    /// The peer of one request: where proxies send a secret, a TCP peer that did not is none. The Unix socket is guarded by
    /// who may open it.
    pub(crate) fn proved(&self, peer: Peer, headers: &HeaderMap) -> Peer {
        match (peer, &self.secrets) {
            (Peer::Tcp(address), Some(secrets)) => {
                let values = headers.get_all(PROXY_SECRET_HEADER).iter().map(HeaderValue::as_bytes);
                if secrets.vouch_for(values) { peer } else { Peer::Unproved(address) }
            }
            _ => peer,
        }
    }

    /// From where a request comes, for the log.
    pub(crate) fn caller(&self, peer: Peer, headers: &HeaderMap, request_id: RequestId) -> Caller {
        let ip = self.client(peer, headers).0.to_string();
        Caller { ip, agent: agent(headers), request_id: Some(request_id), browser: None }
    }

    /// The client's address, and who is counted for it.
    pub(crate) fn client(&self, peer: Peer, headers: &HeaderMap) -> (IpAddr, Source) {
        let ip = self.client_ip(peer, forwarded_for(headers));
        (ip, self.source(peer, ip, headers.contains_key(FORWARDED_FOR)))
    }

    /// The client's address (security rows 67, 68, 88).
    fn client_ip<'a>(
        &self,
        peer: Peer,
        forwarded_for: impl IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    ) -> IpAddr {
        let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
        self.forwarded_client(peer, forwarded_for).unwrap_or(match peer {
            Peer::Tcp(address) | Peer::Unproved(address) => address.ip().to_canonical(),
            Peer::Unix => local,
            Peer::Unknown => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        })
    }

    /// The client's address as far as a trusted proxy says so, for rules by network.
    pub(crate) fn said_client(&self, peer: Peer, headers: &HeaderMap) -> Option<IpAddr> {
        self.forwarded_client(peer, forwarded_for(headers))
    }

    fn forwarded_client<'a>(
        &self,
        peer: Peer,
        forwarded_for: impl IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    ) -> Option<IpAddr> {
        let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
        match peer {
            Peer::Tcp(address) => forwarded_client(address.ip(), forwarded_for, &self.networks),
            Peer::Unix if self.unix => {
                let mut networks = self.networks.clone();
                networks.push(local.into());
                forwarded_client(local, forwarded_for, &networks)
            }
            Peer::Unix | Peer::Unproved(_) | Peer::Unknown => None,
        }
    }

    /// Who is counted for `client`, which is what [`Self::client_ip`] made of it. `forwarded` says whether
    /// X-Forwarded-For came at all.
    fn source(&self, peer: Peer, client: IpAddr, forwarded: bool) -> Source {
        let address = match peer {
            Peer::Tcp(address) | Peer::Unproved(address) => Some(address.ip()),
            Peer::Unix => None,
            Peer::Unknown => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        };
        Source::of(address, client, self.contains(peer), forwarded)
    }
}

/// What a browser says of itself, as it is kept.
pub(crate) fn agent(headers: &HeaderMap) -> String {
    headers.get(USER_AGENT).and_then(|sent| sent.to_str().ok()).map(Place::agent).unwrap_or_default()
}

fn forwarded_for(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &[u8]> {
    headers.get_all(FORWARDED_FOR).iter().map(HeaderValue::as_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_67_a_peer_that_nobody_named_is_not_the_unix_socket() {
        let trusted = Trusted { networks: vec!["0.0.0.0/1".parse().unwrap()], unix: true, secrets: None };
        assert!(trusted.contains(Peer::Unix) && !trusted.contains(Peer::Unknown));
        let said = || [b"203.0.113.9".as_slice()];
        assert_eq!(trusted.client_ip(Peer::Unix, said()).to_string(), "203.0.113.9");
        assert_eq!(trusted.client_ip(Peer::Unknown, said()).to_string(), "0.0.0.0");
        let by_name = |peer| trusted.forwarded_client(peer, said()).map(|ip| ip.to_string());
        assert_eq!((by_name(Peer::Unix).as_deref(), by_name(Peer::Unknown)), (Some("203.0.113.9"), None));
        assert_eq!(trusted.forwarded_client(Peer::Unix, []), None, "the socket's own address is nobody's");
    }
}
