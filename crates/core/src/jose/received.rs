//! A JWK Set as a relying party receives it, RFC 7517 §5: for the demo, which verifies what the instance
//! signs with nothing but the published keys.

use super::KeySet;
use crate::{id::KeyId, model::SigningAlg};
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    signature::RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

impl KeySet {
    /// Reads the keys; those it cannot use are left out, as RFC 7517 §5 has it. Such a set signs nothing.
    pub fn from_jwks(document: &Value) -> Self {
        let mut set = Self::default();
        let keys = document.get("keys").and_then(Value::as_array);
        for (id, alg, bytes) in keys.into_iter().flatten().filter_map(read) {
            set.public.insert(id, (alg, bytes));
        }
        set
    }
}

fn read(jwk: &Value) -> Option<(KeyId, SigningAlg, Vec<u8>)> {
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
    let id = text("kid")?.parse().ok()?;
    let alg = SigningAlg::ALL.into_iter().find(|alg| text("alg") == Some(alg.as_str()))?;
    let key = match (alg, text("kty")?, text("crv")) {
        (SigningAlg::Rs256, "RSA", None) => {
            let components = RsaPublicKeyComponents { n: bytes("n")?, e: bytes("e")? };
            let der: PublicKeyX509Der<'_> = components.as_der().ok()?;
            der.as_ref().to_vec()
        }
        // SEC 1 §2.3.3: an uncompressed point is 0x04, x, y.
        (SigningAlg::Es256, "EC", Some("P-256")) => [vec![4], bytes("x")?, bytes("y")?].concat(),
        (SigningAlg::EdDsa, "OKP", Some("Ed25519")) => bytes("x")?,
        _ => return None,
    };
    Some((id, alg, key))
}

#[cfg(test)]
mod tests {
    use super::{super::sample::signing_key, *};
    use crate::jose::VerifyError;
    use serde_json::json;

    #[test]
    fn what_is_signed_here_verifies_with_the_published_keys_alone() {
        let made = SigningAlg::ALL.map(|alg| (signing_key(&format!("{alg:?}"), alg), false));
        let own = KeySet::new(made.into());
        let published = serde_json::to_value(own.jwks()).unwrap();
        let received = KeySet::from_jwks(&published);
        for alg in SigningAlg::ALL {
            let token = own.signing(alg).unwrap().sign(&json!({ "sub": "ada" })).unwrap();
            assert_eq!(received.verify(&token).unwrap()["sub"], "ada");
            let (signed, _) = token.rsplit_once('.').unwrap();
            assert!(received.verify(&format!("{signed}.AAAA")).is_err());
            assert!(received.signing(alg).is_none());
            assert_eq!(KeySet::from_jwks(&json!({ "keys": [] })).verify(&token), Err(VerifyError::UnknownKey));
        }
    }

    #[test]
    fn keys_that_cannot_be_used_are_left_out() {
        for key in [
            json!({ "kty": "oct", "alg": "HS256", "kid": "a", "k": "AAAA" }),
            json!({ "kty": "RSA", "alg": "RS512", "kid": "a", "n": "AAAA", "e": "AQAB" }),
            json!({ "kty": "EC", "alg": "ES256", "crv": "P-384", "kid": "a", "x": "AAAA", "y": "AAAA" }),
            json!({ "kty": "RSA", "alg": "RS256", "kid": "a" }),
            json!(1),
        ] {
            assert!(KeySet::from_jwks(&json!({ "keys": [key] })).public.is_empty());
        }
        assert!(KeySet::from_jwks(&Value::Null).public.is_empty());
    }
}
