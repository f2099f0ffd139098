//! A stand-in for Bitwarden's servers, which does at the wire what theirs do, and a client of it that really encrypts.
//!
//! Paths, members, statuses and what a machine account may see are those of <https://github.com/bitwarden/server>:
//! `src/Api/SecretsManager/Controllers/SecretsController.cs` (`projects/ID/secrets`, `secrets/get-by-ids`,
//! `organizations/ID/secrets`, `secrets/ID`, `secrets/delete`; a project that may not be read has no secrets),
//! `ProjectsController.cs` (404 for it), `Models/Request/SecretCreateRequestModel.cs` (each text encrypted, one project at
//! most), `src/Core/Utilities/EncryptedStringAttribute.cs`, `src/Api/Utilities/ExceptionHandlerFilterAttribute.cs`,
//! `src/Identity/IdentityServer/ClientProviders/SecretsManagerApiKeyProvider.cs` and
//! `RequestValidators/CustomTokenRequestValidator.cs` (`encrypted_payload`, the claim `organization`). The encryption is
//! written here once more, from <https://github.com/bitwarden/sdk-internal>, `crates/bitwarden-crypto/src/aes.rs`. Bitwarden's own
//! client (`bitwarden-sdk` 2.1.0 of PyPI) was tried on it by hand: it logs in, reads what Doorstep wrote, and what it writes is
//! read here.

use crate::double::{Asked, Double};
use aws_lc_rs::{
    cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey},
    hmac,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use doorstep_core::{entropy::Entropy, secret::Secret};
use doorstep_deliver::{BitwardenServer, BitwardenSink};
use doorstep_outbound::{Outbound, Settings};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

pub(crate) const ISSUER: &str = "https://auth.example.org";
pub(crate) const PROJECT: &str = "0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3";
const ORGANIZATION: &str = "f4e44a7f-1190-432a-9d4a-af96013127cb";
const ACCOUNT: &str = "ec2c1d46-6a4b-4751-a310-af9601317f2d";
pub(crate) const CLIENT_SECRET: &str = "C2IgxjjLF7qSshsbwe8JGcbM075YXw";
pub(crate) const TOKEN_KEY: &str = "X8vbvA0bduihIDe/qrzIQQ==";
/// What TOKEN_KEY stands for, as the tests of the public SDK say.
const DERIVED: &str = "H9/oIRLtL9nGCQOVDjSMoEbJsjWXSOCb3qeyDt6ckzS3FhyboEDWyTP/CQfbIszNmAVg2ExFganG1FVFGXO/Jg==";

/// The token of the machine account.
pub(crate) fn token() -> String {
    format!("0.{ACCOUNT}.{CLIENT_SECRET}:{TOKEN_KEY}")
}

/// Encrypts and decrypts.
#[derive(Clone)]
pub(crate) struct Client([u8; 64]);

impl Client {
    fn of(key: &str) -> Self {
        Self(STANDARD.decode(key).unwrap().try_into().unwrap())
    }

    pub(crate) fn seal(&self, text: &str) -> String {
        let key = UnboundCipherKey::new(&AES_256, &self.0[..32]).unwrap();
        let mut data = text.as_bytes().to_vec();
        let context = PaddedBlockEncryptingKey::cbc_pkcs7(key).unwrap().encrypt(&mut data).unwrap();
        let DecryptionContext::Iv128(vector) = context else { panic!("another vector") };
        let vector: &[u8; 16] = vector.as_ref();
        let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0[32..]), &[&vector[..], &data].concat());
        format!("2.{}|{}|{}", STANDARD.encode(vector), STANDARD.encode(data), STANDARD.encode(code))
    }

    pub(crate) fn open(&self, sealed: &str) -> String {
        let parts: Vec<Vec<u8>> =
            sealed.strip_prefix("2.").unwrap().split('|').map(|part| STANDARD.decode(part).unwrap()).collect();
        let [vector, mut data, code]: [Vec<u8>; 3] = parts.try_into().unwrap();
        let over = [&vector[..], &data].concat();
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &self.0[32..]), &over, &code).unwrap();
        let key = UnboundCipherKey::new(&AES_256, &self.0[..32]).unwrap();
        let context = DecryptionContext::Iv128(<[u8; 16]>::try_from(vector).unwrap().into());
        let opened = PaddedBlockDecryptingKey::cbc_pkcs7(key).unwrap().decrypt(&mut data, context).unwrap().to_vec();
        String::from_utf8(opened).unwrap()
    }
}

/// A secret, as the server keeps it.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) note: String,
    pub(crate) made: u64,
}

/// What the server answers instead, at requests whose method and path begin like this.
pub(crate) type Instead = (&'static str, u16, String);

pub(crate) struct State {
    pub(crate) secrets: Vec<Stored>,
    count: u64,
    /// How many logged in, and up to which of them their time is over.
    pub(crate) logins: u64,
    pub(crate) ended: u64,
    pub(crate) may: (bool, bool),
    pub(crate) instead: Option<Instead>,
    /// Which secret that is made somebody else makes just before, with this note.
    pub(crate) ahead: Option<(u64, String)>,
    /// How many secrets may be made before it fails.
    pub(crate) room: u64,
}

pub(crate) struct Bitwarden {
    pub(crate) double: Double,
    pub(crate) client: Client,
    state: Arc<Mutex<State>>,
}

impl Bitwarden {
    pub(crate) fn start() -> Self {
        let (secrets, client) = (Vec::new(), Client::of(&STANDARD.encode([42; 64])));
        let (count, logins, ended, may, instead, ahead, room) = (0, 0, 0, (true, true), None, None, u64::MAX);
        let state = Arc::new(Mutex::new(State { secrets, count, logins, ended, may, instead, ahead, room }));
        let kept = Arc::clone(&state);
        let payload = Client::of(DERIVED).seal(&json!({ "encryptionKey": STANDARD.encode([42; 64]) }).to_string());
        let double = Double::new(move |asked| {
            let (status, body) = kept.lock().unwrap().answer(asked, &payload);
            (status, body)
        });
        Self { double, client, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn server(&self, instance: &str, token: &str) -> BitwardenServer {
        let (address, token) = (self.double.address, token.to_owned());
        BitwardenServer {
            api: format!("http://{address}/api"),
            identity: format!("http://{address}/identity"),
            token: Arc::new(move || Ok(Secret::new(token.clone()))),
            instance: instance.to_owned(),
            entropy: || {
                static DRAWN: AtomicU64 = AtomicU64::new(0);
                Entropy::seeded(DRAWN.fetch_add(1, Ordering::Relaxed))
            },
        }
    }

    pub(crate) fn sink_of(&self, instance: &str) -> BitwardenSink {
        sink(self.server(instance, &token()))
    }

    /// Every secret by its name, decrypted as whoever has the organisation's key does it.
    pub(crate) fn plain(&self) -> Vec<(String, String, String)> {
        let secrets = self.state().secrets.clone();
        let open = |stored: &Stored| {
            (self.client.open(&stored.key), self.client.open(&stored.value), self.client.open(&stored.note))
        };
        let mut plain: Vec<_> = secrets.iter().map(open).collect();
        plain.sort();
        plain
    }

    pub(crate) fn values(&self) -> BTreeMap<String, String> {
        self.plain().into_iter().map(|(name, value, _)| (name, value)).collect()
    }

    pub(crate) fn put(&self, name: &str, value: &str, note: &str) {
        let [key, value, note] = [name, value, note].map(|text| self.client.seal(text));
        self.state().make(key, value, note);
    }

    /// Changes the secret of this name.
    pub(crate) fn change(&self, name: &str, how: impl FnOnce(&mut Stored)) {
        let client = self.client.clone();
        how(self.state().secrets.iter_mut().find(|stored| client.open(&stored.key) == name).unwrap());
    }
}

pub(crate) fn sink(server: BitwardenServer) -> BitwardenSink {
    let client = Outbound::new(Settings::default()).map_err(|error| error.to_string());
    BitwardenSink::new(client, server)
}

fn not_found() -> (u16, Value) {
    (404, json!({ "object": "error", "message": "Resource not found.", "validationErrors": null }))
}

impl State {
    fn answer(&mut self, asked: &Asked, payload: &str) -> (u16, String) {
        let line = format!("{} {}", asked.method, asked.path);
        if let Some((_, status, body)) = self.instead.as_ref().filter(|(what, ..)| line.starts_with(what)) {
            return (*status, body.clone());
        }
        if line == "POST /identity/connect/token" {
            return self.log_in(&asked.body, payload);
        }
        let holds = |login| asked.header("authorization") == format!("Bearer {}", bearer(login));
        if !(self.ended + 1..=self.logins).any(holds) {
            return (401, String::new());
        }
        let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        let (status, said) = match line.strip_suffix(PROJECT).unwrap_or(&line) {
            "GET /api/projects/" if self.may.0 => (200, json!({ "id": PROJECT, "read": true, "write": self.may.1 })),
            "POST /api/secrets/get-by-ids" => self.whole(&body["ids"]),
            "POST /api/secrets/delete" => self.delete(&body),
            _ if line == format!("GET /api/projects/{PROJECT}/secrets") => self.list(),
            _ if line == format!("POST /api/organizations/{ORGANIZATION}/secrets") => self.create(&body),
            _ if asked.method == "PUT" => self.update(asked.path.trim_start_matches("/api/secrets/"), &body),
            _ => not_found(),
        };
        (status, said.to_string())
    }

    fn log_in(&mut self, body: &str, payload: &str) -> (u16, String) {
        let form: BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let right = [
            ("scope", "api.secrets"),
            ("client_id", ACCOUNT),
            ("client_secret", CLIENT_SECRET),
            ("grant_type", "client_credentials"),
        ];
        if right.iter().any(|(name, value)| form.get(*name).is_none_or(|given| given != value)) {
            return (400, json!({ "error": "invalid_client" }).to_string());
        }
        self.logins += 1;
        let said = json!({ "access_token": bearer(self.logins), "expires_in": 3600, "token_type": "Bearer",
                           "scope": "api.secrets", "encrypted_payload": payload });
        (200, said.to_string())
    }

    fn list(&self) -> (u16, Value) {
        let secrets = self.secrets.iter().filter(|_| self.may.0);
        let secrets: Vec<Value> = secrets
            .map(|stored| json!({ "id": stored.id, "key": stored.key, "read": true, "write": self.may.1 }))
            .collect();
        (200, json!({ "object": "SecretsWithProjectsList", "secrets": secrets, "projects": [] }))
    }

    fn whole(&self, ids: &Value) -> (u16, Value) {
        let ids: Vec<&str> = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let found: Vec<Value> =
            self.secrets.iter().filter(|stored| ids.contains(&stored.id.as_str())).map(Stored::json).collect();
        if found.is_empty() || found.len() != ids.len() || !self.may.0 {
            return not_found();
        }
        (200, json!({ "object": "list", "data": found }))
    }

    fn make(&mut self, key: String, value: String, note: String) -> Value {
        self.count += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.count);
        let stored = Stored { id, key, value, note, made: self.count };
        self.secrets.push(stored.clone());
        stored.json()
    }

    fn create(&mut self, body: &Value) -> (u16, Value) {
        let Some([key, value, note]) = texts(body) else { return (400, json!({ "object": "error" })) };
        if !self.may.1 || body["projectIds"] != json!([PROJECT]) {
            return not_found();
        }
        if self.room == 0 {
            return (500, json!({ "object": "error" }));
        }
        self.room -= 1;
        if let Some((nth, note)) = self.ahead.clone().filter(|(nth, _)| *nth == self.count + 1) {
            self.make(key.clone(), value.clone(), note);
            assert_eq!(self.count, nth);
        }
        (200, self.make(key, value, note))
    }

    fn update(&mut self, id: &str, body: &Value) -> (u16, Value) {
        let Some([key, value, note]) = texts(body) else { return (400, json!({ "object": "error" })) };
        let Some(stored) = self.secrets.iter_mut().find(|stored| stored.id == id).filter(|_| self.may.1) else {
            return not_found();
        };
        // Left out, the project would be taken from it.
        assert_eq!(body["projectIds"], json!([PROJECT]));
        (stored.key, stored.value, stored.note) = (key, value, note);
        self.count += 1;
        (200, stored.json())
    }

    fn delete(&mut self, ids: &Value) -> (u16, Value) {
        let ids: Vec<String> = serde_json::from_value(ids.clone()).unwrap();
        let found = |id: &String| self.secrets.iter().any(|stored| stored.id == *id);
        if ids.is_empty() || !ids.iter().all(found) {
            return not_found();
        }
        let error = (!self.may.1).then_some("access denied");
        self.secrets.retain(|stored| error.is_some() || !ids.contains(&stored.id));
        self.count += 1;
        (200, json!({ "data": ids.iter().map(|id| json!({ "id": id, "error": error })).collect::<Vec<_>>() }))
    }

    /// Differs after each write.
    pub(crate) fn stamp(&self) -> String {
        let each = self.secrets.iter().map(|stored| format!("{} {} {}", stored.key, stored.value, stored.note));
        format!("{} {}", self.count, each.collect::<Vec<_>>().join("\n"))
    }
}

impl Stored {
    fn json(&self) -> Value {
        // As .NET writes it: no more digits than there are.
        let made = jiff::Timestamp::new(1_700_000_000, i32::try_from(self.made * 1_000_000).unwrap()).unwrap();
        json!({ "id": self.id, "organizationId": ORGANIZATION, "key": self.key, "value": self.value, "note": self.note,
                "creationDate": made.to_string(), "revisionDate": made.to_string(), "object": "secret", "projects": [{ "id": PROJECT }] })
    }
}

pub(crate) fn bearer(login: u64) -> String {
    let claims = json!({ "organization": ORGANIZATION, "exp": 4_102_444_800_u64, "sub": "account", "login": login, "scope": ["api.secrets"] });
    format!("eyJhbGciOiJSUzI1NiJ9.{}.signature", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Key, value and note, where each has the form of an encrypted text.
fn texts(body: &Value) -> Option<[String; 3]> {
    let text = |name: &str| {
        let text = body[name].as_str()?;
        let parts: Vec<_> = text.strip_prefix("2.")?.split('|').collect();
        let whole =
            parts.len() == 3 && parts.iter().all(|part| STANDARD.decode(part).is_ok_and(|part| !part.is_empty()));
        whole.then(|| text.to_owned())
    };
    Some([text("key")?, text("value")?, text("note")?])
}
