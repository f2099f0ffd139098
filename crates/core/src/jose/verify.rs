//! Reading our own tokens back: `id_token_hint` today. RFC 8725 §3.
//!
//! The key is found by `kid` in memory and brings its algorithm along; a header's `jwk`, `jku`, `x5u`
//! and `x5c` are not even parsed (security rows 29 and 30). Whether the token has expired is for the
//! caller: a hint may be old (OpenID Connect RP-Initiated Logout §2).

use super::{JwkSet, SigningKey};
use crate::{id::KeyId, model::SigningAlg};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::Arc};

/// No longer token fits a request; anything longer is not looked at.
pub const MAX_TOKEN_LEN: usize = crate::oauth::params::MAX_BYTES;

/// Why a token is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not three base64url parts of JSON, or too long.
    #[error("not a signed token")]
    Malformed,
    /// No key of ours has this `kid`.
    #[error("signed with a key that is not known here")]
    UnknownKey,
    /// The header's `alg` is not the key's.
    #[error("the header names another algorithm than the key's")]
    WrongAlg,
    /// The header's `typ` is not that of the wanted kind of token.
    #[error("a token of another type")]
    WrongType,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    BadSignature,
}

/// Every key that signs or still verifies, current ones first.
#[derive(Clone, Default)]
pub struct KeySet {
    signing: Vec<Arc<SigningKey>>,
    pub(super) public: HashMap<KeyId, (SigningAlg, Vec<u8>)>,
    jwks: JwkSet,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: KeyId,
    typ: Option<String>,
}

impl KeySet {
    /// Builds the set from `(key, retired)` in the order in which the JWKS lists them.
    pub fn new(keys: Vec<(SigningKey, bool)>) -> Self {
        let mut set = Self::default();
        for (key, retired) in keys {
            set.jwks.keys.push(key.jwk());
            set.public.insert(key.id().clone(), (key.alg(), key.public_bytes()));
            if !retired {
                set.signing.push(Arc::new(key));
            }
        }
        set
    }

    /// The key that signs with `alg`, if there is one.
    pub fn signing(&self, alg: SigningAlg) -> Option<&Arc<SigningKey>> {
        self.signing.iter().find(|key| key.alg() == alg)
    }

    /// The public keys.
    pub const fn jwks(&self) -> &JwkSet {
        &self.jwks
    }

    /// Verifies a compact JWS of `typ: JWT` and returns its claims. Says nothing about `exp`, `iss` or `aud`.
    pub fn verify(&self, token: &str) -> Result<Map<String, Value>, VerifyError> {
        self.verify_as("JWT", token)
    }

    /// The same for a token of another type.
    pub fn verify_as(&self, wanted: &str, token: &str) -> Result<Map<String, Value>, VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(VerifyError::Malformed)?;
        if payload.contains('.') {
            return Err(VerifyError::Malformed);
        }
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| VerifyError::Malformed)?;
        let (alg, key) = self.public.get(&header.kid).ok_or(VerifyError::UnknownKey)?;
        if header.alg != alg.as_str() {
            return Err(VerifyError::WrongAlg);
        }
        if header.typ.is_none_or(|typ| !typ.eq_ignore_ascii_case(wanted)) {
            return Err(VerifyError::WrongType);
        }
        let verifier: &'static dyn VerificationAlgorithm = match alg {
            SigningAlg::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            SigningAlg::Es256 => &ECDSA_P256_SHA256_FIXED,
            SigningAlg::EdDsa => &ED25519,
        };
        UnparsedPublicKey::new(verifier, key)
            .verify(signed.as_bytes(), &decode(signature)?)
            .map_err(|_| VerifyError::BadSignature)?;
        serde_json::from_slice(&decode(payload)?).map_err(|_| VerifyError::Malformed)
    }
}

pub(super) fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::{super::sample::signing_key, *};
    use serde_json::json;

    fn keys() -> KeySet {
        KeySet::new(SigningAlg::ALL.map(|alg| (signing_key(&format!("{alg:?}"), alg), false)).into())
    }

    fn encode(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    #[test]
    fn what_each_algorithm_signs_verifies_and_a_changed_byte_does_not() {
        let keys = keys();
        for alg in SigningAlg::ALL {
            let token = keys.signing(alg).unwrap().sign(&json!({ "sub": "ada" })).unwrap();
            assert_eq!(keys.verify(&token).unwrap()["sub"], "ada");
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let (header, _) = signed.split_once('.').unwrap();
            let forged = format!("{header}.{}.{signature}", encode(&json!({ "sub": "eve" })));
            assert_eq!(keys.verify(&forged), Err(VerifyError::BadSignature));
        }
    }

    #[test]
    fn security_29_the_algorithm_comes_from_the_key_record() {
        let keys = keys();
        let rsa = keys.signing(SigningAlg::Rs256).unwrap();
        for alg in ["none", "None", "nOnE", "HS256", "ES256", "RS384", ""] {
            let header = encode(&json!({ "alg": alg, "kid": rsa.id().as_str(), "typ": "JWT" }));
            let payload = encode(&json!({ "sub": "eve" }));
            // For HS256: a MAC under the published modulus, the classic confusion.
            let mac_key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &rsa.public_bytes());
            let mac = aws_lc_rs::hmac::sign(&mac_key, format!("{header}.{payload}").as_bytes());
            for signature in [String::new(), URL_SAFE_NO_PAD.encode(mac)] {
                let token = format!("{header}.{payload}.{signature}");
                assert_eq!(keys.verify(&token), Err(VerifyError::WrongAlg), "{alg}");
            }
        }
    }

    #[test]
    fn security_30_keys_in_the_header_are_never_used() {
        let keys = keys();
        let foreign = signing_key("foreign", SigningAlg::Rs256);
        let token = foreign.sign(&json!({ "sub": "eve" })).unwrap();
        assert_eq!(keys.verify(&token), Err(VerifyError::UnknownKey));
        for kid in ["../../dev/null", "' OR 1=1--", &"k".repeat(10_000), ""] {
            let header = encode(&json!({ "alg": "RS256", "kid": kid, "typ": "JWT", "jwk": foreign.jwk(),
                "jku": "http://127.0.0.1:1/", "x5u": "http://127.0.0.1:1/", "x5c": ["AAAA"] }));
            let rest = token.split_once('.').unwrap().1;
            assert_eq!(keys.verify(&format!("{header}.{rest}")), Err(VerifyError::Malformed), "{kid}");
        }
    }

    #[test]
    fn security_33_long_and_dotted_input_is_refused_at_once() {
        let keys = keys();
        let dots = ".".repeat(1024 * 1024);
        for bad in [dots.as_str(), "", "a", "a.b", "a.b.c", "a.b.c.d", "....", "e30.e30.e30"] {
            assert_eq!(keys.verify(bad), Err(VerifyError::Malformed));
        }
    }

    #[test]
    fn security_116_another_type_of_token_is_refused() {
        let keys = keys();
        let key = keys.signing(SigningAlg::EdDsa).unwrap();
        let good = key.sign(&json!({ "sub": "ada" })).unwrap();
        let rest = good.split_once('.').unwrap().1;
        for typ in ["at+jwt", "logout+jwt", "dpop+jwt"] {
            let header = encode(&json!({ "alg": "EdDSA", "kid": key.id().as_str(), "typ": typ }));
            assert_eq!(keys.verify(&format!("{header}.{rest}")), Err(VerifyError::WrongType));
        }
        let typed = key.sign_as("a+jwt", &json!({ "sub": "ada" })).unwrap();
        assert_eq!(keys.verify_as("a+jwt", &typed).unwrap()["sub"], "ada");
        for (wanted, token) in [("JWT", &typed), ("b+jwt", &typed), ("a+jwt", &good)] {
            assert_eq!(keys.verify_as(wanted, token), Err(VerifyError::WrongType), "{wanted}");
        }
    }
}
