//! The certificate authorities that are trusted: those that browsers trust, compiled in, and private ones that a setting
//! names. The same as for requests over HTTP, which another crate sends.

use rustls::{
    ClientConfig, RootCertStore,
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
    #[error("a certificate in the file with authorities cannot be used: {0}")]
    Certificate(rustls::Error),
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
        let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>()?;
        if certificates.is_empty() {
            return Err(BadTrust::Empty);
        }
        for certificate in certificates {
            self.roots.add(certificate).map_err(BadTrust::Certificate)?;
        }
        Ok(self)
    }

    /// TLS 1.2 and 1.3.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, rustls::Error> {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_usable_certificate_is_refused() {
        let certificate =
            |content: &str| format!("-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n");
        for (pem, says) in [
            (String::new(), "has no certificate"),
            ("-----BEGIN CERTIFICATE-----\n!".to_owned(), "not readable as PEM"),
            (certificate("AAAA"), "cannot be used"),
        ] {
            let refused = Trust::default().and_pem(pem.as_bytes()).err().unwrap().to_string();
            assert!(refused.contains(says), "{refused}");
        }
    }
}
