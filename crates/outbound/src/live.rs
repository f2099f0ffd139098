//! One request over the network: look up, judge, connect to what was judged, speak HTTP/1.1.

use crate::{
    answer::Answer,
    deadline::Deadline,
    destination::Destination,
    error::{Cause, Stage},
    policy::{Policy, Refused},
    request::{HEAD, HEADERS, Request},
    resolver::Resolver,
    settings::Settings,
    turn::Turns,
};
use http::{HeaderValue, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::TlsConnector;

/// TCP and TLS together.
const CONNECT: Duration = Duration::from_secs(3);
/// Of a name's addresses, this many are tried.
const TRIES: usize = 4;

/// The client over the network.
pub struct Live {
    policy: Policy,
    tls: TlsConnector,
    resolver: Resolver,
    turns: Turns,
}

impl Live {
    pub(crate) fn new(settings: Settings, resolver: Resolver) -> Result<Self, rustls::Error> {
        let mut tls = settings.trust.client_config()?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let tls = TlsConnector::from(Arc::new(tls));
        Ok(Self { policy: settings.policy, tls, resolver, turns: Turns::default() })
    }

    pub(crate) async fn exchange(&self, request: &Request, to: &Destination, by: Deadline) -> Result<Answer, Cause> {
        let turn = by.bound(Stage::Turn, self.turns.take(to)).await?;
        let (_turn, found) = by.bound(Stage::LookUp, self.resolver.look_up(to, turn)).await?.map_err(Cause::LookUp)?;
        let judged = self.policy.judge(to, &found)?;

        let soon = by.or_within(CONNECT);
        let (tcp, address) = connect(to, &judged, soon).await?;
        if !to.is_https() {
            return speak(tcp, request, to, by).await;
        }
        let name = server_name(to).ok_or_else(|| unfit(to))?;
        let tls = soon.bound(Stage::Tls, self.tls.connect(name, tcp)).await?;
        speak(tls.map_err(|error| tls_failed(error, address))?, request, to, by).await
    }
}

/// Connects to the first address that answers. Each gets its share of the time, so that one that drops packets does
/// not use up that of the others.
async fn connect(to: &Destination, addresses: &[SocketAddr], by: Deadline) -> Result<(TcpStream, SocketAddr), Cause> {
    let tried = addresses.len().min(TRIES);
    let mut failed = Cause::Refused(Refused::Nowhere { host: to.host().to_owned() });
    for (position, address) in addresses.iter().take(tried).enumerate() {
        failed = match by.share(tried - position).bound(Stage::Connect, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // A request is written whole; waiting for more would only delay it. Failing is no harm.
                let _ = tcp.set_nodelay(true);
                return Ok((tcp, *address));
            }
            Ok(Err(error)) => Cause::Unreachable { address: *address, error },
            Err(cause) => cause,
        };
    }
    Err(failed)
}

/// What the certificate has to be for: the host in the URL, never the address that it led to.
fn server_name(to: &Destination) -> Option<ServerName<'static>> {
    match to.literal() {
        Some(address) => Some(ServerName::IpAddress(address.into())),
        None => ServerName::try_from(to.host().trim_end_matches('.').to_owned()).ok(),
    }
}

fn tls_failed(error: io::Error, address: SocketAddr) -> Cause {
    use rustls::{CertificateError, Error};
    let Some(said) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).cloned() else {
        return Cause::Unreachable { address, error };
    };
    match said {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Cause::UnknownAuthority,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Cause::OtherName(said),
        _ => Cause::Tls(said),
    }
}

fn unfit(to: &Destination) -> Refused {
    Refused::Unfit { host: to.host().to_owned() }
}

/// Sends the request and reads the answer. Returning or being dropped closes the connection.
async fn speak<S>(stream: S, request: &Request, to: &Destination, by: Deadline) -> Result<Answer, Cause>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.max_headers(HEADERS).max_header_size(HEAD);
    let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(Cause::Broken)?;
    let mut driver = JoinSet::new();
    driver.spawn(connection);

    let sent = sender.send_request(message(request, to)?);
    let answer = by.bound(Stage::Head, sent).await?.map_err(broken)?;
    let (head, body) = answer.into_parts();
    if head.headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(Cause::Compressed);
    }
    let body = by.bound(Stage::Body, read(body, request.at_most)).await??;
    Ok(Answer { from: to.clone(), status: head.status, headers: head.headers, body })
}

/// RFC 9112 §3: the request as it is sent.
fn message(request: &Request, to: &Destination) -> Result<http::Request<Full<bytes::Bytes>>, Cause> {
    let host = HeaderValue::from_str(&to.authority()).map_err(|_| unfit(to))?;
    let mut message = http::Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = to.origin_form().parse().map_err(|_| unfit(to))?;
    let headers = message.headers_mut();
    headers.extend(request.headers.clone());
    for ours in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(ours);
    }
    headers.insert(header::HOST, host);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let name = concat!("Doorstep/", env!("CARGO_PKG_VERSION"));
    headers.entry(header::USER_AGENT).or_insert(HeaderValue::from_static(name));
    Ok(message)
}

async fn read(body: Incoming, limit: usize) -> Result<bytes::Bytes, Cause> {
    use hyper::body::Body;
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Cause::BodyTooLarge { limit });
    }
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Cause::BodyTooLarge { limit }),
        Err(error) => {
            Err(error.downcast::<hyper::Error>().map_or(Cause::BodyTooLarge { limit }, |error| Cause::Broken(*error)))
        }
    }
}

fn broken(error: hyper::Error) -> Cause {
    if error.is_parse_too_large() { Cause::HeadTooLarge } else { Cause::Broken(error) }
}
