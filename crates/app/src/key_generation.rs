//! Makes signing keys. They are random, which is why they are made here and not in core: aws-lc draws them from the
//! generator that [`crate::ambient`] reads too.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    error::Unspecified,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};
use doorstep_core::{
    id::KeyId,
    jose::{JoseError, SigningKey},
    model::SigningAlg,
    secret::Secret,
};

/// Why there is no new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MakeKeyError {
    /// The crypto library refused to make one; it does not say why.
    #[error("the {0:?} key could not be made")]
    Refused(SigningAlg),
    /// It cannot be read back.
    #[error(transparent)]
    Unreadable(#[from] JoseError),
}

/// Makes a key pair (RSA of 2048 bits) and its PKCS#8 document, which must be sealed before it rests.
pub(crate) fn signing_key(id: KeyId, alg: SigningAlg) -> Result<(SigningKey, Secret<Vec<u8>>), MakeKeyError> {
    let pkcs8 = Secret::new(pkcs8(alg).map_err(|_| MakeKeyError::Refused(alg))?);
    Ok((SigningKey::from_pkcs8(id, alg, pkcs8.expose())?, pkcs8))
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that makes keys")]
fn pkcs8(alg: SigningAlg) -> Result<Vec<u8>, Unspecified> {
    Ok(match alg {
        SigningAlg::Rs256 => {
            let der: Pkcs8V1Der<'_> = RsaKeyPair::generate(KeySize::Rsa2048)?.as_der()?;
            der.as_ref().to_vec()
        }
        SigningAlg::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?.to_pkcs8v1()?.as_ref().to_vec(),
        SigningAlg::EdDsa => Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_another_and_is_read_back() {
        for alg in SigningAlg::ALL {
            let make = |id: &str| signing_key(id.parse().unwrap(), alg).unwrap();
            let ((first, pkcs8), (second, _)) = (make("same"), make("same"));
            assert_eq!(first.alg(), alg);
            assert_ne!(first.jwk(), second.jwk());
            let again = SigningKey::from_pkcs8(first.id().clone(), alg, pkcs8.expose()).unwrap();
            assert_eq!(first.jwk(), again.jwk());
        }
    }
}
