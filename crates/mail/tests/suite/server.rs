//! A mail server that takes what it is given, but for what a test says.

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// What a server does otherwise than a good one.
#[derive(Clone, Default)]
pub(crate) struct Way {
    /// TLS from the start.
    pub(crate) is_tls: bool,
    /// Takes connections and says nothing.
    pub(crate) is_dumb: bool,
    /// Does not say that it knows STARTTLS.
    pub(crate) hides_starttls: bool,
    /// What it offers more.
    pub(crate) offers: Vec<&'static str>,
    /// What it answers to a command; to an empty answer it says nothing for ever. `GREETING` and `.` are commands, too.
    pub(crate) answers: Vec<(&'static str, &'static str)>,
}

impl Way {
    pub(crate) fn tls() -> Self {
        Self { is_tls: true, ..Self::default() }
    }
}

/// Whoever signs the certificate of a server, which is for `localhost`.
pub(crate) struct Authority {
    pub(crate) pem: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Two authorities of one name would be told apart by their signatures only.
        params.distinguished_name.push(DnType::CommonName, format!("a{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key).unwrap();
        Self { pem, config: Arc::new(config) }
    }
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

#[derive(Default)]
struct Heard {
    lines: Vec<String>,
    mails: Vec<String>,
}

/// A server that runs.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    heard: Arc<Mutex<Heard>>,
    running: JoinHandle<()>,
}

impl Scripted {
    pub(crate) async fn start(way: Way, authority: &Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, heard) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Heard>>::default());
        let (config, kept) = (Arc::clone(&authority.config), Arc::clone(&heard));
        let running = tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (way, config, kept) = (way.clone(), Arc::clone(&config), Arc::clone(&kept));
                tokio::spawn(async move { serve(tcp, &way, config, &kept).await });
            }
        });
        Self { port, heard, running }
    }

    /// Closes the door.
    pub(crate) async fn stop(self) {
        self.running.abort();
        let _ = self.running.await;
    }

    /// The commands that came.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().lines.clone()
    }

    /// The messages that came.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.heard.lock().unwrap().mails.clone()
    }
}

async fn serve(tcp: TcpStream, way: &Way, config: Arc<ServerConfig>, heard: &Mutex<Heard>) -> Option<()> {
    if way.is_dumb {
        return pending().await;
    }
    let acceptor = TlsAcceptor::from(config);
    let mut line: BufReader<Box<dyn Line>> =
        BufReader::new(if way.is_tls { Box::new(acceptor.accept(tcp).await.ok()?) } else { Box::new(tcp) });
    answer(&mut line, way, "GREETING", "220 scripted\r\n").await?;
    loop {
        let command = read(&mut line).await?;
        heard.lock().unwrap().lines.push(command.clone());
        match command.split([' ', ':']).next()? {
            "EHLO" => {
                let starttls = if way.hides_starttls { "" } else { "250-STARTTLS\r\n" };
                let more = [vec!["scripted"], way.offers.clone()].concat().join("\r\n250-");
                let offers = format!("250-{more}\r\n{starttls}250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n");
                answer(&mut line, way, "EHLO", &offers).await?;
            }
            "STARTTLS" => {
                answer(&mut line, way, "STARTTLS", "220 go on\r\n").await?;
                line = BufReader::new(Box::new(acceptor.accept(line.into_inner()).await.ok()?));
            }
            "AUTH" => {
                let right = format!("AUTH PLAIN {}", STANDARD.encode("\0auth\0correct horse"));
                let usual = if command == right { "235 in\r\n" } else { "535 no\r\n" };
                answer(&mut line, way, "AUTH", usual).await?;
            }
            "DATA" => {
                answer(&mut line, way, "DATA", "354 go on\r\n").await?;
                let mut mail = String::new();
                loop {
                    match read(&mut line).await? {
                        end if end == "." => break,
                        part => mail.extend([part.as_str(), "\r\n"]),
                    }
                }
                answer(&mut line, way, ".", "250 taken as 1\r\n").await?;
                heard.lock().unwrap().mails.push(mail);
            }
            "QUIT" => {
                answer(&mut line, way, "QUIT", "221 bye\r\n").await?;
                return Some(());
            }
            name => answer(&mut line, way, name, "250 well\r\n").await?,
        }
    }
}

async fn read(line: &mut BufReader<Box<dyn Line>>) -> Option<String> {
    let mut text = String::new();
    line.read_line(&mut text).await.ok().filter(|read| *read > 0)?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Answers, otherwise than usual where the test says so.
async fn answer(line: &mut BufReader<Box<dyn Line>>, way: &Way, command: &str, usual: &str) -> Option<()> {
    let other = way.answers.iter().find(|(of, _)| *of == command).map(|(_, answer)| *answer);
    let words = other.unwrap_or(usual);
    if words.is_empty() {
        return pending().await;
    }
    line.write_all(words.as_bytes()).await.ok()?;
    line.flush().await.ok()
}
