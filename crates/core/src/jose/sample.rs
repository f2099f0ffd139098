//! Signing keys of the tests.

use super::SigningKey;
use crate::model::SigningAlg;
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};

/// A new key and its PKCS#8.
#[expect(clippy::disallowed_methods, reason = "keys of tests only")]
pub(super) fn signing_key_and_pkcs8(id: &str, alg: SigningAlg) -> (SigningKey, Vec<u8>) {
    let pkcs8 = match alg {
        SigningAlg::Rs256 => {
            let der: Pkcs8V1Der<'_> = RsaKeyPair::generate(KeySize::Rsa2048).unwrap().as_der().unwrap();
            der.as_ref().to_vec()
        }
        SigningAlg::Es256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            pair.to_pkcs8v1().unwrap().as_ref().to_vec()
        }
        SigningAlg::EdDsa => Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap().as_ref().to_vec(),
    };
    (SigningKey::from_pkcs8(id.parse().unwrap(), alg, &pkcs8).unwrap(), pkcs8)
}

/// A new key.
pub(super) fn signing_key(id: &str, alg: SigningAlg) -> SigningKey {
    signing_key_and_pkcs8(id, alg).0
}
