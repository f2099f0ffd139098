//! A server that says byte for byte what a test gives it, and a trap that counts who comes.

use rustls::HandshakeKind;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// What a connection gets once its request is read.
#[derive(Clone)]
pub(crate) struct Script {
    first: Vec<u8>,
    again: Option<(Vec<u8>, Duration)>,
}

/// A server on this machine. It ends when dropped.
pub(crate) struct Server {
    pub(crate) at: SocketAddr,
    log: Arc<Mutex<Log>>,
    _tasks: JoinSet<()>,
}

/// A listener whose queue is full: the operating system drops whatever asks for a connection.
pub(crate) struct Hole {
    pub(crate) at: SocketAddr,
    _queue: (TcpListener, Vec<TcpStream>),
}

#[derive(Default)]
struct Log {
    heads: Vec<String>,
    agreed: Vec<Agreed>,
    connections: usize,
}

/// What a TLS connection agreed on: the protocol, and whether it took up an earlier session.
type Agreed = (Option<Vec<u8>>, bool);

type Answering = Arc<dyn Fn(&str) -> Script + Send + Sync>;

impl Script {
    /// These bytes, and the connection closes.
    pub(crate) fn say(text: impl Into<Vec<u8>>) -> Self {
        Self { first: text.into(), again: None }
    }

    /// Afterwards this, again and again, for ever.
    pub(crate) fn then_again(mut self, text: impl Into<Vec<u8>>, pause: Duration) -> Self {
        self.again = Some((text.into(), pause));
        self
    }

    /// Afterwards nothing, and the connection stays open.
    pub(crate) fn then_silence(self) -> Self {
        self.then_again("", Duration::from_millis(20))
    }

    /// 200 with a body.
    pub(crate) fn ok(body: &str) -> Self {
        Self::say(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::say(format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"))
    }
}

impl Server {
    /// Answers each request on a port of 127.0.0.1.
    pub(crate) async fn start(answer: impl Fn(&str) -> Script + Send + Sync + 'static) -> Self {
        Self::listen("127.0.0.1:0".parse().unwrap(), None, Arc::new(answer)).await
    }

    /// The same over TLS.
    pub(crate) async fn start_tls(
        acceptor: TlsAcceptor,
        answer: impl Fn(&str) -> Script + Send + Sync + 'static,
    ) -> Self {
        Self::listen("127.0.0.1:0".parse().unwrap(), Some(acceptor), Arc::new(answer)).await
    }

    /// Where nobody should come.
    pub(crate) async fn trap(at: &str) -> Self {
        Self::listen(at.parse().unwrap(), None, Arc::new(|_| Script::ok("trapped"))).await
    }

    async fn listen(at: SocketAddr, tls: Option<TlsAcceptor>, answer: Answering) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let at = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, tls, answer, Arc::clone(&log)));
        Self { at, log, _tasks: tasks }
    }

    /// The requests so far, without bodies.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.log.lock().unwrap().heads.clone()
    }

    /// What TLS connections agreed on.
    pub(crate) fn agreed(&self) -> Vec<Agreed> {
        self.log.lock().unwrap().agreed.clone()
    }

    /// How many came.
    pub(crate) fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }
}

impl Hole {
    pub(crate) async fn at(address: &str) -> Self {
        let at = address.parse().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(at).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut waiting = Vec::new();
        while let Ok(connected) = timeout(Duration::from_secs(2), TcpStream::connect(at)).await {
            waiting.push(connected.unwrap());
        }
        Self { at, _queue: (listener, waiting) }
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, answer: Answering, log: Arc<Mutex<Log>>) {
    let mut connections = JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        let (tls, answer, log) = (tls.clone(), Arc::clone(&answer), Arc::clone(&log));
        connections.spawn(async move {
            log.lock().unwrap().connections += 1;
            serve(tcp, tls, &answer, &log).await;
        });
    }
}

async fn serve(tcp: TcpStream, tls: Option<TlsAcceptor>, answer: &Answering, log: &Mutex<Log>) {
    match tls {
        None => speak(tcp, answer, log).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(tcp).await {
                let (_, tls) = stream.get_ref();
                let resumed = tls.handshake_kind() == Some(HandshakeKind::Resumed);
                log.lock().unwrap().agreed.push((tls.alpn_protocol().map(<[u8]>::to_vec), resumed));
                speak(stream, answer, log).await;
            }
        }
    }
}

async fn speak(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &Answering, log: &Mutex<Log>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    log.lock().unwrap().heads.push(head.clone());
    let script = answer(&head);
    if stream.write_all(&script.first).await.is_err() {
        return;
    }
    while let Some((text, pause)) = &script.again {
        let _ = stream.flush().await;
        sleep(*pause).await;
        if stream.write_all(text).await.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}
