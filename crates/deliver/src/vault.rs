//! Secrets in a KV engine, version 2, of Vault or OpenBao (<https://openbao.org/api-docs/secret/kv/kv-v2/>).
//!
//! A delivery is one version of one secret, written by check-and-set on the version that was looked at: of two writers
//! one is told that it came too late. Whose a secret is stands in its `custom_metadata`, which is written after the first
//! version: a secret without it is somebody else's, unless it holds exactly what is delivered.

mod login;

pub use login::{Auth, SecretOf};

use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use doorstep_outbound::Outbound;
use http::{Method, StatusCode};
use login::Login;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const MARK: (&str, &str) = ("managed-by", "doorstep");
const NOT_OURS: &str = "a secret is there that Doorstep did not make; move it away or deliver to another path";

/// How a server is reached.
#[derive(Clone)]
pub struct VaultServer {
    /// Where it listens: `https://vault.example.org`.
    pub address: String,
    /// The namespace that mounts and logins are in.
    pub namespace: Option<String>,
    /// Who asks.
    pub auth: Auth,
}

/// Delivers to a server.
pub struct VaultSink {
    /// Or why there is none.
    client: Result<Outbound, String>,
    server: VaultServer,
    login: Login,
}

/// A secret, as it is there.
struct Held {
    /// 0 where nothing ever was.
    version: u64,
    ours: bool,
    /// The live version's values; `None` where there is none.
    values: Option<Map<String, Value>>,
}

impl Held {
    fn is(&self, content: Fingerprint) -> bool {
        let texts = |values: &Map<String, Value>| -> Option<BTreeMap<String, String>> {
            values.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
        };
        let texts = self.values.as_ref().and_then(texts);
        texts.is_some_and(|texts| Fingerprint::of_pairs(texts.iter().map(|(k, v)| (k.as_str(), v.as_str()))) == content)
    }
}

impl VaultSink {
    /// By this client, to this server. Without one every call says why.
    pub fn new(client: Result<Outbound, String>, server: VaultServer) -> Self {
        Self { client, server, login: Login::default() }
    }

    async fn look(&self, mount: &str, path: &str) -> Result<Held, SinkError> {
        let (status, body) = self.ask(Method::GET, &format!("{mount}/data/{path}"), None).await?;
        if status == StatusCode::NOT_FOUND && says(&body, "no handler for route") {
            return Err(SinkError::Blocked(format!(
                "no secrets engine is mounted at {mount}: bao secrets enable -path={mount} kv-v2"
            )));
        }
        match status {
            StatusCode::OK | StatusCode::NOT_FOUND => {}
            status => return Err(refused(status, &body, &rights(mount, path))),
        }
        let read: Reading = serde_json::from_slice(&body).unwrap_or_default();
        let Some(version) = read.data.and_then(|data| Some((data.metadata?, data.data))) else {
            return Ok(Held { version: 0, ours: false, values: None });
        };
        let (metadata, values) = version;
        let ours = metadata.custom_metadata.unwrap_or_default().get(MARK.0).is_some_and(|who| who == MARK.1);
        Ok(Held { version: metadata.version, ours, values })
    }

    /// Version 1 of the engine takes the same requests for something else.
    async fn is_versioned(&self, mount: &str) -> Result<(), SinkError> {
        let (status, body) = self.ask(Method::GET, &format!("sys/internal/ui/mounts/{mount}"), None).await?;
        let said: Value = serde_json::from_slice(&body).unwrap_or_default();
        let options = said.get("data").and_then(|data| data.get("options"));
        let version = options.and_then(|options| options.get("version")).and_then(Value::as_str);
        if status.is_success() && version != Some("2") {
            let why = format!("{mount} is not a KV engine of version 2: bao kv enable-versioning {mount}");
            return Err(SinkError::Blocked(why));
        }
        Ok(())
    }

    async fn put(&self, wanted: &Rendered) -> Result<Written, SinkError> {
        let (mount, path) = place_of(&wanted.to)?;
        let held = self.look(mount, path).await?;
        let same = held.is(wanted.fingerprint());
        if held.version > 0 && !held.ours && !same {
            return Err(SinkError::Blocked(NOT_OURS.into()));
        }
        if held.version == 0 {
            self.is_versioned(mount).await?;
        }
        if !same {
            let data: Map<String, Value> =
                wanted.values.iter().map(|pair| (pair.key.clone(), pair.value.expose().as_str().into())).collect();
            let body = json!({ "options": { "cas": held.version }, "data": data });
            let (status, said) = self.ask(Method::POST, &format!("{mount}/data/{path}"), Some(&body)).await?;
            if status == StatusCode::BAD_REQUEST && says(&said, "check-and-set") {
                return Err(SinkError::Unreachable("somebody else wrote there at the same time".into()));
            }
            expect(status, &said, &rights(mount, path))?;
        }
        if !held.ours {
            let body = json!({ "custom_metadata": { (MARK.0): MARK.1, "app": wanted.app.as_str() } });
            let (status, said) = self.ask(Method::POST, &format!("{mount}/metadata/{path}"), Some(&body)).await?;
            expect(status, &said, &rights(mount, path))?;
        }
        Ok(Written::default())
    }

    async fn take_away(&self, place: &Address, last: Fingerprint) -> Result<Removed, SinkError> {
        let (mount, path) = place_of(place)?;
        let held = self.look(mount, path).await?;
        if held.values.is_none() && (held.version == 0 || !held.ours) {
            return Ok(Removed::WasNotThere);
        }
        if held.values.is_some() && !held.is(last) {
            return Ok(Removed::Changed);
        }
        let (status, said) = self.ask(Method::DELETE, &format!("{mount}/metadata/{path}"), None).await?;
        expect(status, &said, &rights(mount, path))?;
        Ok(Removed::Gone)
    }

    /// Asks as whoever logged in; once more where what a login gave has ended.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Vec<u8>), SinkError> {
        let client = self.client.as_ref().map_err(|why| SinkError::Blocked(format!("nothing can be called: {why}")))?;
        for again in [false, true] {
            let token = self.login.token(client, &self.server, again).await?;
            let answered = login::send(client, &self.server, method.clone(), (path, body, Some(&token))).await?;
            if answered.0 != StatusCode::FORBIDDEN || again || !self.server.auth.logs_in() {
                return Ok(answered);
            }
        }
        Err(SinkError::Unreachable("the server answered nothing".into()))
    }
}

impl Sink for VaultSink {
    fn observe<'a>(&'a self, wanted: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move {
            let looked = async {
                let (mount, path) = place_of(&wanted.to)?;
                self.look(mount, path).await
            };
            match looked.await {
                Ok(held) if held.version == 0 => SinkState::Absent,
                Ok(held) if held.is(wanted.fingerprint()) && held.ours => SinkState::Same,
                // Written by us, and not marked yet.
                Ok(held) if held.is(wanted.fingerprint()) => SinkState::Differs,
                Ok(held) if !held.ours => SinkState::Blocked { why: NOT_OURS.into() },
                Ok(held) if held.values.is_none() => SinkState::Absent,
                Ok(_) => SinkState::Differs,
                Err(error) => error.into(),
            }
        })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(self.put(wanted))
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(self.take_away(place, last))
    }
}

#[derive(Default, Deserialize)]
struct Reading {
    data: Option<Version>,
}

#[derive(Deserialize)]
struct Version {
    data: Option<Map<String, Value>>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    version: u64,
    custom_metadata: Option<BTreeMap<String, String>>,
}

fn place_of(place: &Address) -> Result<(&str, &str), SinkError> {
    match place {
        Address::Vault { mount, path } => Ok((mount, path)),
        _ => Err(SinkError::Blocked("it is not a secret of Vault".into())),
    }
}

/// The lines of a policy that a delivery needs.
fn rights(mount: &str, path: &str) -> String {
    format!(
        "path \"{mount}/data/{path}\" {{ capabilities = [\"create\", \"read\", \"update\"] }} and path \
         \"{mount}/metadata/{path}\" {{ capabilities = [\"create\", \"update\", \"delete\"] }}"
    )
}

fn expect(status: StatusCode, body: &[u8], rights: &str) -> Result<(), SinkError> {
    if status.is_success() { Ok(()) } else { Err(refused(status, body, rights)) }
}

/// What a person has to do. The server's own words are not repeated: they may hold what was sent.
fn refused(status: StatusCode, body: &[u8], rights: &str) -> SinkError {
    match status {
        StatusCode::FORBIDDEN => SinkError::Blocked(format!("the server refuses; a policy of who asks needs {rights}")),
        StatusCode::SERVICE_UNAVAILABLE if says(body, "sealed") => {
            SinkError::Unreachable("the server is sealed".into())
        }
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            SinkError::Unreachable(format!("the server answers {status}"))
        }
        status => SinkError::Blocked(format!("the server answers {status}; its log says why")),
    }
}

fn says(body: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(body).contains(words)
}
