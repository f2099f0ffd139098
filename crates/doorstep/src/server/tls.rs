//! The certificate and its key, read at the start and again when their files change.

use crate::config::Tls;
use crate::config::secret_file::is_open_to_all;
use crate::ending::Failure;
use arc_swap::ArcSwapOption;
use doorstep_web::TlsSource;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// How the server speaks TLS now, if it does.
#[derive(Clone, Default)]
pub(crate) struct Certificate(Arc<ArcSwapOption<TlsAcceptor>>);

impl Certificate {
    /// Reads the files; without any the server speaks plain HTTP.
    pub(crate) fn load(tls: Option<&Tls>) -> Result<Self, Failure> {
        let this = Self::default();
        if let Some(tls) = tls {
            this.read(tls)?;
        }
        Ok(this)
    }

    /// Reads the files again. On an error the certificate that is in use stays.
    pub(crate) fn read(&self, tls: &Tls) -> Result<(), Failure> {
        let acceptor = acceptor(tls)?;
        self.0.store(Some(Arc::new(acceptor)));
        Ok(())
    }

    /// For whoever accepts connections.
    pub(crate) fn source(&self) -> TlsSource {
        let current = Arc::clone(&self.0);
        Arc::new(move || current.load().as_deref().cloned())
    }

    /// Whether the server speaks TLS.
    pub(crate) fn is_used(&self) -> bool {
        self.0.load().is_some()
    }
}

fn acceptor(tls: &Tls) -> Result<TlsAcceptor, Failure> {
    let (cert, key) = (&tls.certificate, &tls.key);
    let chain = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect);
    let chain: Vec<CertificateDer<'static>> = chain.map_err(|error| unreadable("tls.certificate", cert, &error))?;
    if chain.is_empty() {
        return Err(unreadable("tls.certificate", cert, &pem::Error::NoItemsFound));
    }
    closed(key)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("tls.key", key, &error))?;
    let unfit = |error: rustls::Error| {
        let what =
            format!("The certificate in {} cannot be used with the key in {}: {error}.", cert.display(), key.display());
        Failure::refused(what, "They have to belong together; look at `tls.certificate` and `tls.key`.")
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unfit)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(unfit)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Security row 118: a private key that everyone can read is none.
fn closed(key: &Path) -> Result<(), Failure> {
    let Ok(found) = std::fs::metadata(key) else { return Ok(()) };
    let mode = found.permissions().mode() & 0o777;
    if !is_open_to_all(mode) {
        return Ok(());
    }
    let shown = key.display();
    let what = format!("The private key in {shown} can be read by everyone on the machine (mode {mode:03o}).");
    Err(Failure::refused(what, format!("chmod 600 {shown}, or 640 with the group of the user that Doorstep runs as.")))
}

fn unreadable(setting: &str, path: &Path, error: &pem::Error) -> Failure {
    let noun = if setting == "tls.key" { "private key" } else { "certificate" };
    let why = match error {
        pem::Error::NoItemsFound => format!("there is no {noun} in it"),
        pem::Error::Io(error) => error.to_string(),
        _ => "it is not PEM".to_owned(),
    };
    Failure::refused(
        format!("The {noun} cannot be read from {}: {why}.", path.display()),
        format!("`{setting}` names a PEM file that the user that Doorstep runs as can read."),
    )
}
