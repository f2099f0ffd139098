//! A protocol switch in the middle of HTTP/1.1: an app that agrees to one, and a client that asks for one.
//!
//! The app answers 101 to `Upgrade: h2c` (RFC 7540 §3.2) and to `Upgrade: websocket`, whatever else was asked
//! for. Over `h2c` it then speaks HTTP/2 with prior knowledge; over a websocket it returns what it gets.

use crate::{certificates::Certificates, echo::Seen, loopback::answer};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Empty, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

type Log = Arc<Mutex<Vec<Seen>>>;

/// An app that switches protocols.
pub struct Switching {
    address: SocketAddr,
    seen: Log,
    accepting: JoinHandle<()>,
}

impl Switching {
    /// Starts it on any free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let seen = Log::default();
        let log = Arc::clone(&seen);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log)));
            }
        });
        Self { address, seen, accepting }
    }

    /// `127.0.0.1:PORT`.
    pub fn upstream(&self) -> String {
        self.address.to_string()
    }

    /// Every request that reached it, over whatever protocol.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("nobody panics while counting").clone()
    }
}

impl Drop for Switching {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// RFC 6455 §4.2.2: HAProxy and Envoy look at it.
fn accept(key: &str) -> String {
    let input = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, input.as_bytes());
    format!("Sec-WebSocket-Accept: {}\r\n", STANDARD.encode(hash))
}

async fn serve(mut stream: TcpStream, log: Log) {
    let Some(head) = head(&mut stream).await else { return };
    let seen = parse(&head);
    let asked = seen.all("upgrade").join(",").to_ascii_lowercase();
    let accept = seen.all("sec-websocket-key").first().map(|key| accept(key)).unwrap_or_default();
    log.lock().expect("nobody panics while counting").push(seen);
    let switch = ["h2c", "websocket"].into_iter().find(|protocol| asked.contains(protocol));
    let Some(switch) = switch else {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").await;
        return;
    };
    let agreed =
        format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {switch}\r\n{accept}\r\n");
    if stream.write_all(agreed.as_bytes()).await.is_err() {
        return;
    }
    if switch == "websocket" {
        let (mut read, mut write) = stream.split();
        let _ = tokio::io::copy(&mut read, &mut write).await;
        return;
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()));
        let seen = Seen {
            method: request.method().to_string(),
            target: request.uri().path().to_owned(),
            headers: headers.collect(),
        };
        log.lock().expect("nobody panics while counting").push(seen);
        async { Ok::<_, Infallible>(answer(200, "text/plain", "h2").map(|text| Full::new(Bytes::from(text)))) }
    });
    let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

fn parse(head: &str) -> Seen {
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let pair =
        |line: &str| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Seen { method, target, headers: lines.filter_map(pair).collect() }
}

/// What became of a request for another protocol.
pub struct Switched<S> {
    /// The status line and headers of the answer.
    pub head: String,
    stream: S,
}

/// TLS with a proxy, for one of its hosts.
pub async fn connect(
    proxy: SocketAddr,
    certificates: &Certificates,
    host: &str,
) -> std::io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + use<>> {
    let stream = TcpStream::connect(proxy).await?;
    let name = rustls::pki_types::ServerName::try_from(host.to_owned()).expect("a host");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(certificates.client_config()));
    connector.connect(name, stream).await
}

/// Asks over TLS for another protocol, with these lines after `Host`, as no library would.
pub async fn ask(
    proxy: SocketAddr,
    certificates: &Certificates,
    host: &str,
    lines: &[&str],
) -> Switched<impl AsyncRead + AsyncWrite + Unpin + Send + use<>> {
    let mut stream = connect(proxy, certificates, host).await.expect("the proxy speaks TLS");
    let request = format!("GET /switch HTTP/1.1\r\nHost: {host}\r\n{}\r\n\r\n", lines.join("\r\n"));
    stream.write_all(request.as_bytes()).await.expect("the proxy reads");
    let head = head(&mut stream).await.unwrap_or_default();
    Switched { head, stream }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Switched<S> {
    /// Whether the protocol was changed.
    pub fn agreed(&self) -> bool {
        self.head.starts_with("HTTP/1.1 101")
    }

    /// Sends bytes through what should be a tunnel, and gives back what returns.
    pub async fn echo(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.stream.write_all(bytes).await.expect("the tunnel is open");
        let mut back = vec![0; bytes.len()];
        self.stream.read_exact(&mut back).await.expect("the tunnel returns what it gets");
        back
    }

    /// Reads until these words have come.
    pub async fn until(&mut self, words: &str) {
        let mut read = Vec::new();
        while !read.ends_with(words.as_bytes()) {
            read.push(self.stream.read_u8().await.expect("the stream is open"));
        }
    }

    /// Waits until the other side ends it.
    pub async fn ended(mut self) {
        let mut rest = Vec::new();
        // Some servers end without saying good-bye to TLS.
        let _ = self.stream.read_to_end(&mut rest).await;
    }

    /// Sends a request over HTTP/2 through the tunnel.
    pub async fn http2(self, request: Request<()>) -> Result<Response<Incoming>, hyper::Error> {
        let io = TokioIo::new(self.stream);
        let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
        tokio::spawn(connection);
        sender.send_request(request.map(|()| Empty::<Bytes>::new())).await
    }
}
