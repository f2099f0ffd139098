//! Whose certificates are believed, and for whom.

use crate::server::{Script, Server};
use doorstep_outbound::{
    BadTrust, Cause, OperatorUrl, Outbound, Policy, Request, Settings, Stage, StrangerUrl, Trust, testing::Names,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{sync::Arc, time::Duration};
use tokio_rustls::TlsAcceptor;

/// An authority of one's own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn make() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn acceptor(&self, name: &str, last_year: i32) -> TlsAcceptor {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(last_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    fn trust(&self) -> Trust {
        Trust::default().and_pem(self.pem.as_bytes()).unwrap()
    }
}

fn outbound(trust: Trust) -> Outbound {
    let policy = Policy::new(vec!["127.0.0.0/8".parse().unwrap()]);
    Outbound::with_names(Settings { policy, trust }, Names::by(|_| vec!["127.0.0.1".parse().unwrap()])).unwrap()
}

fn request(host: &str, server: &Server) -> Request {
    Request::get(StrangerUrl::parse(&format!("https://{host}:{}/", server.at.port())).unwrap())
}

#[tokio::test]
async fn an_authority_of_ones_own_is_believed_when_it_is_named() {
    let authority = Authority::make();
    let server = Server::start_tls(authority.acceptor("app.home", 4000), |_| Script::ok("here")).await;
    let answer = outbound(authority.trust()).send(request("app.home", &server)).await.unwrap();
    assert_eq!(answer.body().as_ref(), b"here");
    assert!(server.heads()[0].contains(&format!("host: app.home:{}\r\n", server.at.port())));

    let error = outbound(Trust::default()).send(request("app.home", &server)).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::UnknownAuthority) && !error.passes(), "{error}");
    assert!(error.to_string().contains("`outbound.ca_file`"), "{error}");
    assert_eq!(server.heads().len(), 1);
}

#[tokio::test]
async fn no_session_is_taken_up_again_and_the_protocol_is_agreed_on() {
    let authority = Authority::make();
    let server = Server::start_tls(authority.acceptor("app.home", 4000), |_| Script::ok("here")).await;
    let outbound = outbound(authority.trust());
    for _ in 0..3 {
        outbound.send(request("app.home", &server)).await.unwrap();
    }
    assert_eq!(server.agreed(), vec![(Some(b"http/1.1".to_vec()), false); 3]);
}

#[tokio::test]
async fn what_strangers_name_takes_no_turn_from_the_operator() {
    // The server waits for a request that its TLS clients never send.
    let server = Server::start(|_| Script::ok("here")).await;
    let outbound = outbound(Trust::default());
    let mut strangers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (outbound, request) = (outbound.clone(), request("app.home", &server).within(Duration::from_mins(5)));
        strangers.spawn(async move { outbound.send(request).await.unwrap_err() });
    }
    while server.connections() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let url = OperatorUrl::parse(&format!("http://app.home:{}/", server.at.port())).unwrap();
    assert!(outbound.send(Request::get(url)).await.is_ok());
    assert_eq!(server.connections(), 3);
    assert!(strangers.try_join_next().is_none(), "two of them still have their turn, and two wait for one");
}

#[tokio::test]
async fn security_55_a_certificate_for_another_name_is_refused() {
    let authority = Authority::make();
    let server = Server::start_tls(authority.acceptor("app.home", 4000), |_| Script::ok("here")).await;
    for host in ["other.home", "sub.app.home", "127.0.0.1"] {
        let error = outbound(authority.trust()).send(request(host, &server)).await.unwrap_err();
        assert!(matches!(error.cause(), Cause::OtherName(_)), "{host}: {error}");
    }
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn a_certificate_can_be_for_an_address() {
    let authority = Authority::make();
    let server = Server::start_tls(authority.acceptor("127.0.0.1", 4000), |_| Script::ok("here")).await;
    let url = OperatorUrl::parse(&format!("https://{}/", server.at)).unwrap();
    assert!(outbound(authority.trust()).send(Request::get(url)).await.is_ok());
}

#[tokio::test]
async fn a_certificate_past_its_time_is_refused() {
    let authority = Authority::make();
    let server = Server::start_tls(authority.acceptor("app.home", 2001), |_| Script::ok("here")).await;
    let error = outbound(authority.trust()).send(request("app.home", &server)).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Tls(_)), "{error}");
    assert!(error.to_string().contains("expired"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_not_asked_anything() {
    let server = Server::start(|_| Script::ok("here")).await;
    let request = request("app.home", &server).within(Duration::from_millis(300));
    let error = outbound(Trust::default()).send(request).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::TooSlow { stage: Stage::Tls | Stage::Connect, .. }), "{error}");
    assert!(server.heads().is_empty());
}

#[test]
fn a_file_with_authorities_that_cannot_be_used_is_said() {
    let read = |pem: &str| Trust::default().and_pem(pem.as_bytes());
    assert!(matches!(read(""), Err(BadTrust::Empty)));
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    assert!(matches!(read(broken), Err(BadTrust::Pem(_))));
    let good = Authority::make().pem;
    let text = format!("{good}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assert!(matches!(read(&text), Err(BadTrust::Certificate { position: 2, .. })));
    assert!(read(&format!("# ours\n{good}{good}")).is_ok());
}
