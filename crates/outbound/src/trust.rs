//! The certificate authorities that are trusted: those that browsers trust, compiled in, and private ones that a
//! setting names.

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::aws_lc_rs,
    pki_types::{
        CertificateDer,
        pem::{self, PemObject},
    },
};
use std::sync::Arc;
use thiserror::Error;

/// The authorities that are trusted.
#[derive(Clone, Debug)]
pub struct Trust {
    roots: RootCertStore,
}

/// Why a file with authorities cannot be used.
#[derive(Debug, Error)]
pub enum BadTrust {
    /// Not PEM.
    #[error("the file with authorities is not readable as PEM: {0}")]
    Pem(#[from] pem::Error),
    /// PEM without a certificate.
    #[error("the file with authorities has no certificate in it (-----BEGIN CERTIFICATE-----)")]
    Empty,
    /// A certificate that is no certificate.
    #[error("certificate {position} of the file with authorities cannot be used: {error}")]
    Certificate {
        /// Counted from one.
        position: usize,
        /// What rustls says.
        error: rustls::Error,
    },
}

impl Default for Trust {
    /// The authorities that Mozilla's browsers trust.
    fn default() -> Self {
        Self { roots: webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect() }
    }
}

impl Trust {
    /// Trusts the authorities in `pem` as well.
    pub fn and_pem(mut self, pem: &[u8]) -> Result<Self, BadTrust> {
        let certificates: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>()?;
        if certificates.is_empty() {
            return Err(BadTrust::Empty);
        }
        for (position, certificate) in (1..).zip(certificates) {
            self.roots.add(certificate).map_err(|error| BadTrust::Certificate { position, error })?;
        }
        Ok(self)
    }

    /// TLS 1.2 and 1.3, for whichever protocol is spoken over it.
    pub fn client_config(self) -> Result<ClientConfig, rustls::Error> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(self.roots)
            .with_no_client_auth();
        // A stranger's server chooses what a session ticket contains, and would have it sent where its name leads next.
        config.resumption = Resumption::disabled();
        Ok(config)
    }
}
