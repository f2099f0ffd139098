//! Keys that another server publishes, and what it signs with them: RFC 7515, 7517, 8725.
//!
//! Which algorithm a key is for, the key says (`alg`, or else what its type is used for), never the header of a token
//! (security row 29). No symmetric key and no `none` exists here. A header's `jwk`, `jku`, `x5u` and `x5c` are not read.

use super::verify::{MAX_TOKEN_LEN, VerifyError, decode};
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey, VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};

/// More keys than any server publishes are not read.
const AT_MOST: usize = 64;

/// A JWK Set, RFC 7517 §5, without the keys that cannot be used.
#[derive(Clone, Debug, Default)]
pub struct PublishedKeys(Vec<Published>);

#[derive(Clone, Debug)]
struct Published {
    id: Option<String>,
    alg: &'static str,
    bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl PublishedKeys {
    /// Reads the keys; those that cannot be used are left out, as RFC 7517 §5 has it.
    pub fn read(document: &Value) -> Self {
        let keys = document.get("keys").and_then(Value::as_array);
        Self(keys.into_iter().flatten().take(AT_MOST).filter_map(read).collect())
    }

    /// Verifies a compact JWS and returns its claims. Says nothing about `exp`, `iss` or `aud`.
    /// [`VerifyError::UnknownKey`] may be a key that was published since.
    pub fn verify(&self, token: &str) -> Result<Map<String, Value>, VerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(VerifyError::Malformed)?;
        if payload.contains('.') {
            return Err(VerifyError::Malformed);
        }
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| VerifyError::Malformed)?;
        // RFC 7515 §4.1.11: what has to be understood is not.
        if header.crit.is_some() {
            return Err(VerifyError::Malformed);
        }
        // An access token or a logout token is no ID Token, RFC 8725 §3.11.
        if header.typ.as_ref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(VerifyError::WrongType);
        }
        let key = self.named(&header)?;
        let verifier: &'static dyn VerificationAlgorithm = match key.alg {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            "PS256" => &RSA_PSS_2048_8192_SHA256,
            "ES256" => &ECDSA_P256_SHA256_FIXED,
            _ => &ED25519,
        };
        UnparsedPublicKey::new(verifier, &key.bytes)
            .verify(signed.as_bytes(), &decode(signature)?)
            .map_err(|_| VerifyError::BadSignature)?;
        serde_json::from_slice(&decode(payload)?).map_err(|_| VerifyError::Malformed)
    }

    /// The key that a header names; without a name, the only one of its algorithm (Core §10.1).
    fn named(&self, header: &Header) -> Result<&Published, VerifyError> {
        let Some(id) = &header.kid else {
            let mut fitting = self.0.iter().filter(|key| key.alg == header.alg);
            return match (fitting.next(), fitting.next()) {
                (Some(key), None) => Ok(key),
                _ => Err(VerifyError::UnknownKey),
            };
        };
        let mut found = self.0.iter().filter(|key| key.id.as_ref() == Some(id)).peekable();
        if found.peek().is_none() {
            return Err(VerifyError::UnknownKey);
        }
        found.find(|key| key.alg == header.alg).ok_or(VerifyError::WrongAlg)
    }
}

fn read(jwk: &Value) -> Option<Published> {
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
    if text("use").is_some_and(|usage| usage != "sig") {
        return None;
    }
    let (alg, bytes) = match (text("kty")?, text("crv"), text("alg")) {
        // A key that does not say its algorithm is for the one that every server has to know (Core §15.1).
        ("RSA", None, alg @ (None | Some("RS256" | "PS256"))) => {
            let components = RsaPublicKeyComponents { n: bytes("n")?, e: bytes("e")? };
            let der: PublicKeyX509Der<'_> = components.as_der().ok()?;
            (if alg == Some("PS256") { "PS256" } else { "RS256" }, der.as_ref().to_vec())
        }
        // SEC 1 §2.3.3: an uncompressed point is 0x04, x, y.
        ("EC", Some("P-256"), None | Some("ES256")) => ("ES256", [vec![4], bytes("x")?, bytes("y")?].concat()),
        ("OKP", Some("Ed25519"), None | Some("EdDSA")) => ("EdDSA", bytes("x")?),
        _ => return None,
    };
    Some(Published { id: text("kid").map(str::to_owned), alg, bytes })
}

#[cfg(test)]
mod tests {
    use super::{super::sample::signing_key, *};
    use crate::{jose::SigningKey, model::SigningAlg};
    use serde_json::json;

    fn published(key: &SigningKey, change: &Value) -> PublishedKeys {
        let mut jwk = serde_json::to_value(key.jwk()).unwrap();
        jwk.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        jwk.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        PublishedKeys::read(&json!({ "keys": [jwk] }))
    }

    fn with_header(token: &str, header: &Value) -> String {
        let (_, rest) = token.split_once('.').unwrap();
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn what_is_signed_with_a_published_key_verifies() {
        for alg in SigningAlg::ALL {
            let key = signing_key("k1", alg);
            let token = key.sign(&json!({ "sub": "ada" })).unwrap();
            for change in [json!({}), json!({ "alg": null }), json!({ "use": null })] {
                assert_eq!(published(&key, &change).verify(&token).unwrap()["sub"], "ada", "{alg:?} {change}");
            }
            let others = signing_key("k1", alg);
            assert_eq!(published(&others, &json!({})).verify(&token), Err(VerifyError::BadSignature));
            let renamed = published(&key, &json!({ "kid": "k2" }));
            assert_eq!(renamed.verify(&token), Err(VerifyError::UnknownKey));
            assert_eq!(published(&key, &json!({ "use": "enc" })).verify(&token), Err(VerifyError::UnknownKey));
        }
    }

    #[test]
    fn security_29_the_algorithm_is_the_keys_and_never_the_headers() {
        let key = signing_key("k1", SigningAlg::Rs256);
        let keys = published(&key, &json!({}));
        let token = key.sign(&json!({ "sub": "ada" })).unwrap();
        for alg in ["none", "None", "NONE", "HS256", "hs256", "RS512", "PS256", "ES256", ""] {
            let forged = with_header(&token, &json!({ "alg": alg, "kid": "k1", "typ": "JWT" }));
            assert_eq!(keys.verify(&forged), Err(VerifyError::WrongAlg), "{alg}");
            let unnamed = with_header(&token, &json!({ "alg": alg }));
            assert_eq!(keys.verify(&unnamed), Err(VerifyError::UnknownKey), "{alg}");
            let bare = forged.rsplit_once('.').unwrap().0;
            assert!(keys.verify(&format!("{bare}.")).is_err());
            assert!(keys.verify(bare).is_err());
        }
        // A public key is no secret: one that is published as such is not read.
        let symmetric = json!({ "keys": [{ "kty": "oct", "alg": "HS256", "kid": "k1", "k": "AAAA" }] });
        assert_eq!(PublishedKeys::read(&symmetric).verify(&token), Err(VerifyError::UnknownKey));
    }

    #[test]
    fn security_29_a_token_of_another_kind_or_with_an_extension_is_refused() {
        let key = signing_key("k1", SigningAlg::Es256);
        let keys = published(&key, &json!({}));
        let claims = json!({ "sub": "ada" });
        for typ in ["at+jwt", "logout+jwt", ""] {
            assert_eq!(keys.verify(&key.sign_as(typ, &claims).unwrap()), Err(VerifyError::WrongType), "{typ}");
        }
        let token = key.sign(&claims).unwrap();
        let critical = json!({ "alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false });
        assert_eq!(keys.verify(&with_header(&token, &critical)), Err(VerifyError::Malformed));
        assert_eq!(keys.verify(&"a".repeat(MAX_TOKEN_LEN + 1)), Err(VerifyError::Malformed));
        for junk in ["", "a.b", "a.b.c.d", "é.é.é"] {
            assert_eq!(keys.verify(junk), Err(VerifyError::Malformed), "{junk}");
        }
    }

    #[test]
    fn security_29_without_a_name_a_key_is_the_only_one_of_its_algorithm() {
        let [one, other] = [(); 2].map(|()| signing_key("k1", SigningAlg::Es256));
        let token = with_header(&one.sign(&json!({})).unwrap(), &json!({ "alg": "ES256" }));
        // The signature covers the header, so that only the choice of the key is looked at.
        assert_eq!(published(&one, &json!({})).verify(&token), Err(VerifyError::BadSignature));
        let both = json!({ "keys": [one.jwk(), other.jwk()] });
        assert_eq!(PublishedKeys::read(&both).verify(&token), Err(VerifyError::UnknownKey));
    }
}
