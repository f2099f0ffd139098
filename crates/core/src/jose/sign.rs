//! A private key in memory and the compact serialisation it makes, RFC 7515 §7.1.
//!
//! Parsed once and kept: parsing a key for each signature is what makes peers slow. Keys are made elsewhere,
//! where randomness is.

use super::Jwk;
use crate::{id::KeyId, model::SigningAlg};
use aws_lc_rs::{
    rsa::KeyPair as RsaKeyPair,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

/// Why a key could not be read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// The PKCS#8 document is not a key of this algorithm.
    #[error("the stored key is not a valid {0:?} key")]
    Malformed(SigningAlg),
    /// The crypto library refused to sign.
    #[error("signing with {0:?} failed")]
    Sign(SigningAlg),
    /// The claims could not be written as JSON.
    #[error("the claims cannot be written as JSON")]
    Encode,
}

/// A signing key, ready for use.
pub struct SigningKey {
    id: KeyId,
    alg: SigningAlg,
    pair: Pair,
    header: String,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
    Ed(Box<Ed25519KeyPair>),
}

impl SigningKey {
    /// Reads a key back from PKCS#8.
    pub fn from_pkcs8(id: KeyId, alg: SigningAlg, pkcs8: &[u8]) -> Result<Self, JoseError> {
        let malformed = |_| JoseError::Malformed(alg);
        let pair = match alg {
            SigningAlg::Rs256 => Pair::Rsa(Box::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(malformed)?)),
            SigningAlg::Es256 => Pair::Ec(Box::new(
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(malformed)?,
            )),
            SigningAlg::EdDsa => {
                Pair::Ed(Box::new(Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(malformed)?))
            }
        };
        let header = header(&id, alg, "JWT");
        Ok(Self { id, alg, pair, header })
    }

    /// `kid`.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The key's one algorithm.
    pub const fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// Signs claims: `header.payload.signature`, with `typ: JWT`.
    pub fn sign<C: Serialize>(&self, claims: &C) -> Result<String, JoseError> {
        self.compact(&self.header, claims)
    }

    /// The same with a `typ` of its own, so that it is taken for no other kind of token. RFC 8725 §3.11.
    pub fn sign_as<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, JoseError> {
        self.compact(&header(&self.id, self.alg, typ), claims)
    }

    fn compact<C: Serialize>(&self, header: &str, claims: &C) -> Result<String, JoseError> {
        let payload = serde_json::to_vec(claims).map_err(|_| JoseError::Encode)?;
        let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 360);
        token.push_str(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signature = self.raw_signature(token.as_bytes()).map_err(|_| JoseError::Sign(self.alg))?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The one exception to randomness as an argument: aws-lc-rs wants a generator here and ignores it. A
    /// PKCS #1 v1.5 signature has no random part and neither has Ed25519; the nonce of ECDSA is drawn inside
    /// aws-lc, mixed with key and message, and nothing from outside could make it safer (RFC 6979 §3.6).
    #[expect(clippy::disallowed_types, reason = "aws-lc-rs takes a generator here and ignores it")]
    fn raw_signature(&self, message: &[u8]) -> Result<Vec<u8>, aws_lc_rs::error::Unspecified> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut out = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &aws_lc_rs::rand::SystemRandom::new(), message, &mut out)?;
                Ok(out)
            }
            Pair::Ec(pair) => Ok(pair.sign(&aws_lc_rs::rand::SystemRandom::new(), message)?.as_ref().to_vec()),
            Pair::Ed(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
        }
    }

    /// The public half, for the JWKS.
    pub fn jwk(&self) -> Jwk {
        let encode = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
        let mut jwk = Jwk {
            kty: "RSA",
            usage: "sig",
            alg: self.alg,
            kid: self.id.clone(),
            crv: None,
            n: None,
            e: None,
            x: None,
            y: None,
        };
        match &self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                jwk.n = encode(public.modulus().big_endian_without_leading_zero());
                jwk.e = encode(public.exponent().big_endian_without_leading_zero());
            }
            Pair::Ec(pair) => {
                jwk.kty = "EC";
                jwk.crv = Some("P-256");
                // SEC 1 §2.3.3: an uncompressed point is 0x04, x, y.
                let point = pair.public_key().as_ref();
                jwk.x = point.get(1..33).and_then(encode);
                jwk.y = point.get(33..65).and_then(encode);
            }
            Pair::Ed(pair) => {
                jwk.kty = "OKP";
                jwk.crv = Some("Ed25519");
                jwk.x = encode(pair.public_key().as_ref());
            }
        }
        jwk
    }

    /// The public half as the crypto library verifies with it.
    pub(super) fn public_bytes(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ed(pair) => pair.public_key().as_ref().to_vec(),
        }
    }
}

/// The protected header, encoded.
fn header(id: &KeyId, alg: SigningAlg, typ: &str) -> String {
    let header = serde_json::json!({ "alg": alg.as_str(), "kid": id.as_str(), "typ": typ });
    URL_SAFE_NO_PAD.encode(header.to_string())
}

#[cfg(test)]
mod tests {
    use super::{
        super::sample::{signing_key, signing_key_and_pkcs8},
        *,
    };

    #[test]
    fn each_algorithm_publishes_only_its_public_members() {
        for alg in SigningAlg::ALL {
            let key = signing_key("one", alg);
            let json = serde_json::to_value(key.jwk()).unwrap();
            let mut names: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
            names.sort();
            let expected: &[&str] = match alg {
                SigningAlg::Rs256 => &["alg", "e", "kid", "kty", "n", "use"],
                SigningAlg::Es256 => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                SigningAlg::EdDsa => &["alg", "crv", "kid", "kty", "use", "x"],
            };
            assert_eq!(names, expected);
            assert_eq!(json["alg"], alg.as_str());
            assert_eq!(json["use"], "sig");
        }
    }

    #[test]
    fn a_key_survives_pkcs8_and_another_algorithm_refuses_it() {
        for alg in SigningAlg::ALL {
            let (first, pkcs8) = signing_key_and_pkcs8("one", alg);
            let again = SigningKey::from_pkcs8(first.id().clone(), alg, &pkcs8).unwrap();
            assert_eq!(first.jwk(), again.jwk());
            for other in SigningAlg::ALL.into_iter().filter(|o| *o != alg) {
                let refused = SigningKey::from_pkcs8(first.id().clone(), other, &pkcs8).err();
                assert_eq!(refused, Some(JoseError::Malformed(other)));
            }
        }
    }
}
