//! Secrets in a KV engine, version 2, of Vault or OpenBao (<https://openbao.org/api-docs/secret/kv/kv-v2/>).
//!
//! A delivery is one version of one secret, written by check-and-set on the version that was looked at: of two writers
//! one is told that it came too late. Whose a secret is stands in its `custom_metadata`, with the instance. The engine
//! cannot write that together with a version. So a path is taken by a first version without a value, by check-and-set on
//! nothing; it is marked; and only then is anything secret written. Wherever that ends, the next pass goes on: what is
//! empty or holds exactly what is delivered may be marked. All else without a mark is somebody else's.

mod held;
mod login;

pub use login::{Auth, SecretOf};

use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Foreign, Removed, Sink, SinkError, SinkState, Whose, Written},
};
use doorstep_outbound::Outbound;
use held::{Found, Held, Owner};
use http::{Method, StatusCode};
use login::Login;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const NOT_OURS: &str = "a secret is there that Doorstep did not make; move it away, deliver to another path, or look what \
                        taking it over means: doorstep adopt";

/// How a server is reached.
#[derive(Clone)]
pub struct VaultServer {
    /// Where it listens: `https://vault.example.org`.
    pub address: String,
    /// The namespace that mounts and logins are in.
    pub namespace: Option<String>,
    /// Who asks.
    pub auth: Auth,
    /// Who delivers: the issuer of the instance.
    pub instance: String,
}

/// Delivers to a server.
pub struct VaultSink {
    /// Or why there is none.
    client: Result<Outbound, String>,
    server: VaultServer,
    login: Login,
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
        match Held::read(status == StatusCode::OK, &body) {
            Found::Held(held) => Ok(held),
            Found::Unreadable => {
                self.is_versioned(mount).await?;
                Err(self.no_answer(status))
            }
        }
    }

    fn no_answer(&self, status: StatusCode) -> SinkError {
        let server = &self.server.address;
        SinkError::Unreachable(format!("what {server} answers ({status}) is no answer of Vault; look at what is there"))
    }

    /// Version 1 of the engine takes the same requests for something else.
    async fn is_versioned(&self, mount: &str) -> Result<(), SinkError> {
        let (status, body) = self.ask(Method::GET, &format!("sys/internal/ui/mounts/{mount}"), None).await?;
        if !status.is_success() {
            return Ok(());
        }
        let said: Value = serde_json::from_slice(&body).unwrap_or_default();
        let data = said.get("data").filter(|data| data.get("type").is_some()).ok_or_else(|| self.no_answer(status))?;
        let version = data.get("options").and_then(|options| options.get("version")).and_then(Value::as_str);
        if version == Some("2") {
            return Ok(());
        }
        let why = format!("{mount} is not a KV engine of version 2: bao kv enable-versioning {mount}");
        Err(SinkError::Blocked(why))
    }

    /// Why the secret is not ours to change, if it is not.
    fn why_foreign(&self, held: &Held, wanted: &Rendered) -> Option<String> {
        match held.owner(&self.server.instance) {
            Owner::Us | Owner::Unsaid { delivered: true } => None,
            Owner::Unsaid { delivered: false } => {
                let may_be_marked = held.version == 0 || held.is_a_shell() || held.is(wanted.fingerprint());
                (!may_be_marked).then(|| format!("{NOT_OURS} {}", wanted.app))
            }
            Owner::Other(other) => {
                let app = &wanted.app;
                Some(format!(
                    "the instance {other} delivers this secret; deliver to another path, or, when that instance is \
                     gone: doorstep adopt {app} --accept {}",
                    wanted.to.to_text()
                ))
            }
        }
    }

    fn state(&self, held: &Held, wanted: &Rendered) -> SinkState {
        if let Some(why) = self.why_foreign(held, wanted) {
            return SinkState::Blocked { why };
        }
        // What holds the right values may have to be marked.
        match held.owner(&self.server.instance) {
            Owner::Us if held.is(wanted.fingerprint()) => SinkState::Same,
            Owner::Unsaid { delivered: false } if held.version == 0 || held.is_a_shell() => SinkState::Absent,
            _ if !held.is_live() => SinkState::Absent,
            _ => SinkState::Differs,
        }
    }

    async fn put(&self, wanted: &Rendered) -> Result<Written, SinkError> {
        let (mount, path) = place_of(&wanted.to)?;
        let mut held = self.look(mount, path).await?;
        if let Some(why) = self.why_foreign(&held, wanted) {
            return Err(SinkError::Blocked(why));
        }
        if held.version == 0 {
            self.is_versioned(mount).await?;
            self.write_version((mount, path), 0, Map::new()).await?;
            held = Held::shell();
        }
        self.mark_and_fill((mount, path), &held, wanted).await
    }

    /// Our mark, and then the values, so that no value of ours is without it. Where ours do not get there and somebody else's
    /// stand, the mark goes again.
    async fn mark_and_fill(
        &self,
        (mount, path): (&str, &str),
        held: &Held,
        wanted: &Rendered,
    ) -> Result<Written, SinkError> {
        let is_foreign = self.why_foreign(held, wanted).is_some();
        if held.owner(&self.server.instance) != Owner::Us {
            self.say((mount, path), &held.marked(&self.server.instance, wanted.app.as_str())).await?;
        }
        let filled = self.fill((mount, path), held, wanted).await;
        if filled.is_err() && is_foreign {
            self.say((mount, path), held.said()).await?;
        }
        filled.map(|()| Written::default())
    }

    /// What is said of a secret beside its values.
    async fn say(&self, (mount, path): (&str, &str), custom: &BTreeMap<String, String>) -> Result<(), SinkError> {
        let body = json!({ "custom_metadata": custom });
        let (status, said) = self.ask(Method::POST, &format!("{mount}/metadata/{path}"), Some(&body)).await?;
        expect(status, &said, &rights(mount, path))
    }

    async fn fill(&self, (mount, path): (&str, &str), held: &Held, wanted: &Rendered) -> Result<(), SinkError> {
        if held.is(wanted.fingerprint()) {
            return Ok(());
        }
        let pairs = wanted.values.iter();
        let data = pairs.map(|pair| (pair.key.clone(), pair.value.expose().as_str().into())).collect();
        self.write_version((mount, path), held.version, data).await
    }

    async fn strangers(&self, wanted: &Rendered) -> Result<Option<Foreign>, SinkError> {
        let (mount, path) = place_of(&wanted.to)?;
        let held = self.look(mount, path).await?;
        if self.why_foreign(&held, wanted).is_none() {
            return Ok(None);
        }
        let whose = match held.owner(&self.server.instance) {
            Owner::Other(other) => Whose::Instance(other.to_owned()),
            Owner::Us | Owner::Unsaid { .. } => Whose::Unsaid,
        };
        Ok(Some(Foreign::new(held.pairs(), whose, held.stamp())))
    }

    /// The version that was seen, and no other, is followed by ours.
    async fn take_over(&self, wanted: &Rendered, seen: Fingerprint) -> Result<Written, SinkError> {
        let (mount, path) = place_of(&wanted.to)?;
        let held = self.look(mount, path).await?;
        if self.why_foreign(&held, wanted).is_none() {
            return self.put(wanted).await;
        }
        if held.stamp() != seen {
            let app = &wanted.app;
            let why = format!("it was changed since it was looked at; look again: doorstep adopt {app}");
            return Err(SinkError::Blocked(why));
        }
        self.mark_and_fill((mount, path), &held, wanted).await
    }

    /// Over this version and no other.
    async fn write_version(
        &self,
        (mount, path): (&str, &str),
        before: u64,
        data: Map<String, Value>,
    ) -> Result<(), SinkError> {
        let body = json!({ "options": { "cas": before }, "data": data });
        let (status, said) = self.ask(Method::POST, &format!("{mount}/data/{path}"), Some(&body)).await?;
        if status == StatusCode::BAD_REQUEST && says(&said, "check-and-set") {
            return Err(SinkError::Unreachable("somebody else wrote there at the same time".into()));
        }
        expect(status, &said, &rights(mount, path))
    }

    async fn take_away(&self, place: &Address, last: Fingerprint) -> Result<Removed, SinkError> {
        let (mount, path) = place_of(place)?;
        let held = self.look(mount, path).await?;
        let owner = held.owner(&self.server.instance);
        let others = matches!(owner, Owner::Other(_) | Owner::Unsaid { delivered: false });
        if !held.is_live() && (held.version == 0 || others) {
            return Ok(Removed::WasNotThere);
        }
        if held.is_live() && (!held.is(last) || matches!(owner, Owner::Other(_))) {
            return Ok(Removed::Changed);
        }
        let (status, said) = self.ask(Method::DELETE, &format!("{mount}/metadata/{path}"), None).await?;
        expect(status, &said, &rights(mount, path))?;
        Ok(Removed::Gone)
    }

    /// Asks as whoever logged in; once more where what a login gave has ended.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Vec<u8>), SinkError> {
        let client = self.client.as_ref().map_err(|why| SinkError::Blocked(format!("nothing can be called: {why}")))?;
        let token = self.login.token(client, &self.server).await?;
        let answered = login::send(client, &self.server, method.clone(), (path, body, Some(&token))).await?;
        if answered.0 != StatusCode::FORBIDDEN {
            return Ok(answered);
        }
        match self.login.after(&token, client, &self.server).await? {
            Some(token) => login::send(client, &self.server, method, (path, body, Some(&token))).await,
            None => Ok(answered),
        }
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
                Ok(held) => self.state(&held, wanted),
                Err(error) => error.into(),
            }
        })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(self.put(wanted))
    }

    fn foreign<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Option<Foreign>, SinkError>> {
        Box::pin(self.strangers(wanted))
    }

    fn adopt<'a>(&'a self, wanted: &'a Rendered, seen: Fingerprint) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(self.take_over(wanted, seen))
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(self.take_away(place, last))
    }
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
