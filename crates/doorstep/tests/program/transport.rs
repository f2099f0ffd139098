//! Unix sockets and TLS.

use crate::installation::{Installation, Server, get, mode, wait};
use doorstep_store::testing::Intruder;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::fs::{self, Permissions};
use std::net::TcpStream;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;

fn on_socket(instance: &Installation) -> u16 {
    UnixStream::connect(instance.path("d.sock")).map_or(0, |stream| get(stream, "/readyz", "localhost").0)
}

fn serve_on_socket(instance: &Installation) -> Server {
    let server = instance.start();
    wait("readiness", || (on_socket(instance) == 200).then_some(()));
    server
}

#[test]
fn a_unix_socket_is_for_its_owner_and_group_and_only_a_dead_one_is_replaced() {
    let instance = Installation::new("");
    instance.write("issuer = \"https://auth.example.org\"\nlisten = \"unix:d.sock\"\ntrusted_proxies = [\"unix\"]\n");
    let socket = instance.path("d.sock");
    // What a killed server leaves behind.
    drop(UnixListener::bind(&socket).unwrap());
    let server = serve_on_socket(&instance);
    assert_eq!(mode(&socket), 0o660);
    assert!(server.printed().contains(&format!("on unix:{}.", socket.display())), "{}", server.printed());

    let second = instance.start().ended();
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.err.contains("another program answers there"), "{second:?}");
    assert_eq!(on_socket(&instance), 200, "the first one goes on");
    assert_eq!(server.stop(), 0);
    assert!(!socket.exists());

    fs::write(&socket, "a file of somebody's").unwrap();
    let refused = instance.start().ended();
    assert!(refused.code == 1 && refused.err.contains("is not a socket"), "{refused:?}");
    assert_eq!(fs::read_to_string(&socket).unwrap(), "a file of somebody's");
}

/// Writes a new certificate for localhost and its key; gives the certificate.
fn certificate(instance: &Installation) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = instance.path("key.pem");
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    fs::write(instance.path("cert.pem"), made.cert.pem()).unwrap();
    made.cert.der().clone()
}

/// The answer of `/readyz` over TLS to a client that trusts one certificate, and the protocol agreed on.
fn over_tls(instance: &Installation, trusted: &CertificateDer<'static>, protocols: &[&str]) -> Option<(u16, String)> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut tcp = TcpStream::connect(("127.0.0.1", instance.port)).ok()?;
    while client.is_handshaking() {
        client.complete_io(&mut tcp).ok()?;
    }
    let agreed = String::from_utf8(client.alpn_protocol().unwrap_or_default().to_vec()).unwrap();
    if agreed == "h2" {
        return Some((0, agreed));
    }
    let status = get(StreamOwned::new(client, tcp), "/readyz", &format!("localhost:{}", instance.port)).0;
    Some((status, agreed))
}

/// An instance that speaks TLS itself, and its certificate.
fn with_certificate() -> (Installation, CertificateDer<'static>) {
    let instance = Installation::new("");
    let port = instance.port;
    let first = certificate(&instance);
    instance.write(&format!(
        "issuer = \"https://localhost:{port}\"\nlisten = \"127.0.0.1:{port}\"\n[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n"
    ));
    (instance, first)
}

#[test]
fn a_certificate_that_is_replaced_while_the_server_starts_is_taken_in() {
    let (instance, first) = with_certificate();
    fs::DirBuilder::new().mode(0o700).create(instance.path("data")).unwrap();
    let other = Intruder::open(&instance.path("data/doorstep.db"));
    other.run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;");
    let server = instance.start();
    let status = |trusted| over_tls(&instance, trusted, &["http/1.1"]).map(|(status, _)| status);
    wait("a sign of life over TLS", || (status(&first) == Some(503)).then_some(()));
    let second = certificate(&instance);
    drop(other);
    wait("the new certificate", || (status(&second) == Some(200)).then_some(()));
    assert_eq!(server.stop(), 0);
}

#[test]
fn tls_comes_from_files_and_a_replaced_certificate_is_taken_in() {
    let (instance, first) = with_certificate();
    let mut server = instance.start();
    let spoken = |trusted| over_tls(&instance, trusted, &["http/1.1"]) == Some((200, "http/1.1".to_owned()));
    wait("readiness over TLS", || {
        server.must_run();
        spoken(&first).then_some(())
    });
    assert_eq!(over_tls(&instance, &first, &["h2", "http/1.1"]), Some((0, "h2".to_owned())));
    assert_eq!(instance.get("/readyz").0, 0, "plain HTTP is not spoken on the same port");

    let second = certificate(&instance);
    wait("the new certificate", || spoken(&second).then_some(()));
    assert!(!spoken(&first));

    fs::write(instance.path("key.pem"), "not a key").unwrap();
    server.signal("HUP");
    let reported = server.says("The certificate that is in use stays.");
    assert!(reported.contains("`tls.key` names a PEM file"), "{reported}");
    assert!(spoken(&second));
}

#[test]
fn a_certificate_that_cannot_be_used_keeps_the_server_from_starting() {
    let instance = Installation::new("[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n");
    let missing = instance.start().ended();
    assert!(missing.code == 1 && missing.err.contains("cert.pem"), "{missing:?}");
    certificate(&instance);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(instance.path("key.pem"), other.signing_key.serialize_pem()).unwrap();
    let unfit = instance.start().ended();
    assert!(unfit.code == 1 && unfit.err.contains("They have to belong together"), "{unfit:?}");
}

#[test]
fn security_118_a_private_key_that_everyone_can_read_is_refused() {
    let instance = Installation::new("[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n");
    certificate(&instance);
    let key = instance.path("key.pem");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let refused = instance.start().ended();
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("(mode 644)") && refused.err.contains("chmod 600 "), "{refused:?}");
}

#[test]
fn an_issuer_with_a_certificate_of_ones_own_authority_is_looked_at_when_the_authority_is_named() {
    let instance = Installation::new("");
    certificate(&instance);
    let tls = "[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n";
    let text = |more: &str| {
        format!("issuer = \"https://localhost:{0}\"\nlisten = \"127.0.0.1:{0}\"\n{more}{tls}", instance.port)
    };
    instance.write(&text(""));
    let server = instance.start();
    server.says(&format!("https://localhost:{}", instance.port));
    let add = ["app", "add", "grafana", "https://grafana.example.org"];
    let unknown = instance.command(&add);
    assert!(unknown.code == 1 && unknown.out.contains("`outbound.ca_file` names a PEM file"), "{unknown:?}");
    let with = |file: &str| instance.write(&text(&format!("outbound.ca_file = \"{file}\"\n")));
    with("cert.pem");
    let known = instance.command(&add);
    assert!(known.code == 0 && known.out.contains("equals the issuer, byte for byte"), "{known:?}");
    for (file, said) in [("missing.pem", "missing.pem cannot be read"), ("key.pem", "has no certificate in it")] {
        with(file);
        let wrong = instance.command(&add);
        assert!(
            wrong.code == 1 && wrong.out.contains(said) && wrong.out.contains("Correct `outbound.ca_file`"),
            "{wrong:?}"
        );
    }
    drop(server);
}
