//! A certificate authority for one test, and the one certificate that its proxies show.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore,
    client::WantsClientCert,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The names that every test certificate is good for.
const NAMES: [&str; 11] = [
    "home.test",
    "*.home.test",
    "other.test",
    "*.other.test",
    "apps.test",
    "*.apps.test",
    "one.test",
    "*.one.test",
    "two.test",
    "*.two.test",
    "*.deep.two.test",
];

/// A test authority on disk, with one server certificate.
pub struct Certificates {
    /// The authority's certificate, PEM.
    pub authority: PathBuf,
    /// The server's certificate, PEM.
    pub certificate: PathBuf,
    /// The server's private key, PEM.
    pub key: PathBuf,
    /// SHA-256 of the server's public key, base64: what Chromium can be told to trust.
    pub fingerprint: String,
    authority_der: CertificateDer<'static>,
}

impl Certificates {
    /// Makes both and writes them into `directory`.
    pub fn make(directory: &Path) -> Self {
        Self::make_for(directory, &NAMES)
    }

    /// The same for a server of these names and addresses.
    pub fn make_for(directory: &Path, names: &[&str]) -> Self {
        let (authority, issuer) = an_authority("Doorstep tests");
        let mut leaf = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>())
            .expect("the names are well formed");
        leaf.distinguished_name.push(DnType::CommonName, names.first().copied().unwrap_or_default());
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let leaf_key = KeyPair::generate().expect("a key can be made");
        let certificate = leaf.signed_by(&leaf_key, &issuer).expect("the authority signs");

        let public_key = digest(&SHA256, &leaf_key.subject_public_key_info());
        let write = |name: &str, text: &str| {
            let path = directory.join(name);
            std::fs::write(&path, text).expect("the test directory can be written");
            path
        };
        Self {
            authority: write("authority.pem", &authority.pem()),
            certificate: write("server.pem", &certificate.pem()),
            key: write("server.key", &leaf_key.serialize_pem()),
            fingerprint: STANDARD.encode(public_key),
            authority_der: authority.der().clone(),
        }
    }

    /// TLS for a client that trusts this authority and no other.
    pub fn client_config(&self) -> ClientConfig {
        self.trusting().with_no_client_auth()
    }

    /// The same for one that shows a certificate of its own.
    pub fn client_config_of(&self, badge: &Badge) -> ClientConfig {
        let (chain, key) = (vec![badge.certificate.clone()], badge.key.clone_key());
        self.trusting().with_client_auth_cert(chain, key).expect("the key is the certificate's")
    }

    fn trusting(&self) -> ConfigBuilder<ClientConfig, WantsClientCert> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority_der.clone()).expect("our authority is a certificate");
        ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("aws-lc speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
    }
}

/// A person's certificate, of an authority that signs nothing else.
pub struct Badge {
    /// The authority's certificate, PEM.
    pub authority: PathBuf,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Badge {
    /// Makes both, and writes the authority into `directory` as `name`.
    pub fn make(directory: &Path, name: &str) -> Self {
        let (authority, issuer) = an_authority("Doorstep emergency");
        let mut leaf = CertificateParams::new(Vec::<String>::new()).expect("no names are no mistake");
        leaf.distinguished_name.push(DnType::CommonName, "operator");
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = leaf.signed_by(&key, &issuer).expect("the authority signs");
        let path = directory.join(name);
        std::fs::write(&path, authority.pem()).expect("the test directory can be written");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key is a key");
        Self { authority: path, certificate: certificate.der().clone(), key }
    }
}

fn an_authority(name: &str) -> (Certificate, Issuer<'static, KeyPair>) {
    let mut ca = CertificateParams::new(Vec::<String>::new()).expect("no names are no mistake");
    ca.distinguished_name.push(DnType::CommonName, name);
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().expect("a key can be made");
    let authority = ca.self_signed(&key).expect("an authority signs itself");
    (authority, Issuer::new(ca, key))
}
