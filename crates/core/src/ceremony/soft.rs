//! A passkey in software: an authenticator and browser in one, for `demo --once` and for tests.
//!
//! It can deviate in every way that a verifier must refuse: each flag, counter, origin and id is a
//! field. It keeps its key in memory without protection; never offer it to a person.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[expect(clippy::struct_excessive_bools, reason = "each is one flag bit of the authenticator data")]
/// The software authenticator. One credential, made by [`SoftAuthenticator::register`].
pub struct SoftAuthenticator {
    pair: EcdsaKeyPair,
    /// What `clientDataJSON` says; a browser sets it, so a test may lie.
    pub origin: String,
    /// `crossOrigin` in the client data, when set.
    pub cross_origin: Option<bool>,
    /// The RP ID it hashes; taken from the options when `None`.
    pub rp_id: Option<String>,
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// The user handle it was given at registration.
    pub user_handle: Option<Vec<u8>>,
    /// UP flag.
    pub user_present: bool,
    /// UV flag.
    pub user_verified: bool,
    /// BE flag.
    pub backup_eligible: bool,
    /// BS flag.
    pub backed_up: bool,
    /// Signature counter; 0 stays 0, anything else rises by one a use.
    pub counter: u32,
    /// The COSE algorithm it claims (ES256 = -7).
    pub alg: i128,
    /// The AAGUID it reports.
    pub aaguid: [u8; 16],
}

/// The software authenticator could not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("software passkey: {0}")]
pub struct SoftError(&'static str);

impl SoftAuthenticator {
    #[expect(
        clippy::disallowed_methods,
        reason = "an authenticator stands outside of the instance, as a person's does"
    )]
    /// A fresh authenticator for pages of `origin`, like `https://auth.example.org`.
    pub fn new(origin: &str, credential_id: [u8; 16]) -> Result<Self, SoftError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| SoftError("no key"))?;
        Ok(Self::with(pair, origin, credential_id.to_vec()))
    }

    /// The authenticator whose key [`SoftAuthenticator::key`] gave, as PKCS #8. It knows no user handle and begins to
    /// count anew.
    pub fn from_key(origin: &str, credential_id: &[u8], key: &[u8]) -> Result<Self, SoftError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key).map_err(|_| SoftError("bad key"))?;
        Ok(Self::with(pair, origin, credential_id.to_vec()))
    }

    /// Its private key as PKCS #8, to be kept by a test.
    pub fn key(&self) -> Result<Vec<u8>, SoftError> {
        Ok(self.pair.to_pkcs8v1().map_err(|_| SoftError("no key"))?.as_ref().to_vec())
    }

    fn with(pair: EcdsaKeyPair, origin: &str, credential_id: Vec<u8>) -> Self {
        Self {
            pair,
            origin: origin.to_owned(),
            cross_origin: None,
            rp_id: None,
            credential_id,
            user_handle: None,
            user_present: true,
            user_verified: true,
            backup_eligible: false,
            backed_up: false,
            counter: 1,
            alg: -7,
            aaguid: [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8],
        }
    }

    /// Answers `navigator.credentials.create({ publicKey })` with the JSON form of the credential.
    pub fn register(&mut self, public_key: &Value) -> Result<Value, SoftError> {
        let text = |pointer: &str| {
            let value = public_key.pointer(pointer).and_then(Value::as_str);
            value.map(str::to_owned).ok_or(SoftError("options lack a member"))
        };
        let handle = text("/user/id")?;
        self.user_handle = Some(URL_SAFE_NO_PAD.decode(handle).map_err(|_| SoftError("bad user id"))?);
        let rp_id = text("/rp/id")?;
        let client_data = self.client_data("webauthn.create", &text("/challenge")?);
        let mut auth_data = self.auth_data(&rp_id, 0x40);
        auth_data.extend_from_slice(&self.aaguid);
        let length = u16::try_from(self.credential_id.len()).map_err(|_| SoftError("credential id too long"))?;
        auth_data.extend_from_slice(&length.to_be_bytes());
        auth_data.extend_from_slice(&self.credential_id);
        auth_data.extend(self.cose_key()?);
        let object = Cbor::Map(BTreeMap::from([
            (Cbor::Text("fmt".into()), Cbor::Text("none".into())),
            (Cbor::Text("attStmt".into()), Cbor::Map(BTreeMap::new())),
            (Cbor::Text("authData".into()), Cbor::Bytes(auth_data)),
        ]));
        let object = serde_cbor_2::to_vec(&object).map_err(|_| SoftError("cannot encode"))?;
        Ok(self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "transports": ["internal"],
        })))
    }

    #[expect(clippy::disallowed_types, reason = "aws-lc-rs takes a generator here and ignores it")]
    /// Answers `navigator.credentials.get({ publicKey })` with the JSON form of the credential.
    pub fn sign_in(&mut self, public_key: &Value) -> Result<Value, SoftError> {
        let challenge =
            public_key.get("challenge").and_then(Value::as_str).ok_or(SoftError("options lack a challenge"))?;
        let rp_id = public_key.get("rpId").and_then(Value::as_str).ok_or(SoftError("options lack an RP ID"))?;
        if self.counter > 0 {
            self.counter += 1;
        }
        let client_data = self.client_data("webauthn.get", challenge);
        let auth_data = self.auth_data(rp_id, 0);
        let mut message = auth_data.clone();
        message.extend_from_slice(digest(&SHA256, client_data.as_bytes()).as_ref());
        let signature =
            self.pair.sign(&aws_lc_rs::rand::SystemRandom::new(), &message).map_err(|_| SoftError("cannot sign"))?;
        Ok(self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(auth_data),
            "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()),
            "userHandle": self.user_handle.as_ref().map(|h| URL_SAFE_NO_PAD.encode(h)),
        })))
    }

    fn credential(&self, response: &Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.credential_id);
        json!({ "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {}, "response": response })
    }

    fn client_data(&self, kind: &str, challenge: &str) -> String {
        let mut data = json!({ "type": kind, "challenge": challenge, "origin": self.origin });
        if let (Some(cross), Some(members)) = (self.cross_origin, data.as_object_mut()) {
            members.insert("crossOrigin".into(), cross.into());
        }
        data.to_string()
    }

    fn auth_data(&self, rp_id: &str, more_flags: u8) -> Vec<u8> {
        let rp_id = self.rp_id.as_deref().unwrap_or(rp_id);
        let flags = [
            (self.user_present, 0x01),
            (self.user_verified, 0x04),
            (self.backup_eligible, 0x08),
            (self.backed_up, 0x10),
        ]
        .into_iter()
        .fold(more_flags, |flags, (on, bit)| if on { flags | bit } else { flags });
        let mut data = digest(&SHA256, rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    /// RFC 9053 §7.1: an EC2 key on P-256.
    fn cose_key(&self) -> Result<Vec<u8>, SoftError> {
        let point = self.pair.public_key().as_ref();
        let coordinate = |range| point.get(range).map(<[u8]>::to_vec).ok_or(SoftError("bad key"));
        let key = Cbor::Map(BTreeMap::from([
            (Cbor::Integer(1), Cbor::Integer(2)),
            (Cbor::Integer(3), Cbor::Integer(self.alg)),
            (Cbor::Integer(-1), Cbor::Integer(1)),
            (Cbor::Integer(-2), Cbor::Bytes(coordinate(1..33)?)),
            (Cbor::Integer(-3), Cbor::Bytes(coordinate(33..65)?)),
        ]));
        serde_cbor_2::to_vec(&key).map_err(|_| SoftError("cannot encode"))
    }
}
