//! Secrets in a project of Bitwarden Secrets Manager, encrypted here: the server reads none of it.
//!
//! Each key of a delivery is one secret, called by the prefix and the key; name, value and note are encrypted with the
//! organisation's key ([`sealed`]), which comes with the login ([`session`]). Whose a secret is stands in its note
//! ([`held`]), and is written in one request with the value. The interface has no check-and-set, and names are not unique:
//! who made a secret looks again, and of two that were made at once the later is taken back. Paths and members are those of
//! <https://github.com/bitwarden/server>, `src/Api/SecretsManager/Controllers/SecretsController.cs`,
//! `ProjectsController.cs` and `Models` beside them.

mod held;
mod request;
mod sealed;
mod session;

use crate::vault::SecretOf;
use doorstep_core::entropy::Entropy;
use doorstep_onboard::{
    delivery::{Address, Rendered, is_bitwarden_id},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use doorstep_outbound::Outbound;
use held::{Change, Held, Text, Whose};
use http::{Method, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use session::{Login, Session};
use std::{collections::BTreeMap, sync::Arc};

/// How often a project is looked at, while secrets go away in between.
const LOOKS: usize = 3;

/// How Bitwarden is reached.
#[derive(Clone)]
pub struct BitwardenServer {
    /// Where secrets are: `https://api.bitwarden.com`.
    pub api: String,
    /// Where a machine account logs in: `https://identity.bitwarden.com`.
    pub identity: String,
    /// Its token.
    pub token: SecretOf,
    /// Who delivers: the issuer of the instance.
    pub instance: String,
    /// Random bytes.
    pub entropy: fn() -> Entropy,
}

/// Delivers to a server.
pub struct BitwardenSink {
    /// Or why there is none.
    client: Result<Outbound, String>,
    server: BitwardenServer,
    login: Login,
}

#[derive(Deserialize)]
struct Listed {
    secrets: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    key: String,
    write: bool,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
    id: String,
    value: String,
    note: String,
    creation_date: String,
}

#[derive(Deserialize)]
struct Deleted {
    error: Option<String>,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

#[derive(Deserialize)]
struct Project {
    write: bool,
}

impl BitwardenSink {
    /// By this client, to this server. Without one every call says why.
    pub fn new(client: Result<Outbound, String>, server: BitwardenServer) -> Self {
        Self { client, server, login: Login::default() }
    }

    /// What stands in the project under names that begin with the prefix.
    async fn look(&self, project: &str, prefix: &str) -> Result<Vec<Held>, SinkError> {
        for _ in 0..LOOKS {
            if let Some(held) = self.look_once(project, prefix).await? {
                return Ok(held);
            }
        }
        Err(went_away())
    }

    /// `None` where a secret went away meanwhile.
    async fn look_once(&self, project: &str, prefix: &str) -> Result<Option<Vec<Held>>, SinkError> {
        let path = format!("projects/{project}/secrets");
        let (session, (status, body)) = self.ask(Method::GET, &path, None).await?;
        let Listed { secrets } = self.read(status, &body, project)?;
        if secrets.is_empty() {
            // So it is answered for a project that may not be read, too.
            self.may_write(project).await?;
        }
        let mut names = BTreeMap::new();
        for Entry { id, key, write } in secrets {
            let name = session.key.open_text(&key).map_err(|_| {
                SinkError::Blocked(format!(
                    "the name of the secret {id} in the project is not encrypted with the organisation's key; delete it there"
                ))
            })?;
            if name.expose().starts_with(prefix) && is_bitwarden_id(&id) {
                names.insert(id, (name.expose().clone(), write));
            }
        }
        if names.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let ids = json!({ "ids": names.keys().collect::<Vec<_>>() });
        let (_, (status, body)) = self.ask(Method::POST, "secrets/get-by-ids", Some(&ids)).await?;
        if status == StatusCode::NOT_FOUND && request::is_its_own(&body) {
            return Ok(None);
        }
        let List::<Whole> { data } = self.read(status, &body, project)?;
        let held = data.into_iter().filter_map(|Whole { id, value, note, creation_date }| {
            // In UTC, with as many digits as it needs.
            let made = creation_date.trim_end_matches('Z').parse().ok()?;
            let (name, writable) = names.remove(&id)?;
            let open = |sealed: &str| session.key.open_text(sealed).ok();
            Some(Held::new((id, name, made), writable, open(&value), open(&note).as_ref()))
        });
        let held = held.collect();
        // Not to see a secret would be to make another of its name.
        if names.is_empty() { Ok(Some(held)) } else { Err(request::no_answer(&self.server.api, status)) }
    }

    async fn may_write(&self, project: &str) -> Result<(), SinkError> {
        let (_, (status, body)) = self.ask(Method::GET, &format!("projects/{project}"), None).await?;
        let Project { write } = self.read(status, &body, project)?;
        if write { Ok(()) } else { Err(no_access(project)) }
    }

    /// An answer, or what it means.
    fn read<T: DeserializeOwned>(&self, status: StatusCode, body: &[u8], project: &str) -> Result<T, SinkError> {
        let api = &self.server.api;
        match status {
            StatusCode::OK => serde_json::from_slice(body).map_err(|_| request::no_answer(api, status)),
            StatusCode::NOT_FOUND if request::is_its_own(body) => Err(no_access(project)),
            StatusCode::NOT_FOUND => Err(request::no_answer(api, status)),
            StatusCode::BAD_REQUEST => Err(SinkError::Blocked(format!(
                "{api} refuses what is written ({status}); a value may be too long for it"
            ))),
            status => Err(request::refused(status, api, "what is asked")),
        }
    }

    /// The same, of a secret that was there just now.
    fn changed<T: DeserializeOwned>(&self, status: StatusCode, body: &[u8], project: &str) -> Result<T, SinkError> {
        let gone = status == StatusCode::NOT_FOUND && request::is_its_own(body);
        if gone { Err(went_away()) } else { self.read(status, body, project) }
    }

    fn whose<'w>(&'w self, place: &'w Address) -> Result<(&'w str, Whose<'w>), SinkError> {
        match place {
            Address::Bitwarden { project, prefix } => Ok((project, Whose { instance: &self.server.instance, prefix })),
            _ => Err(SinkError::Blocked("it is not a project of Bitwarden".into())),
        }
    }

    async fn state(&self, wanted: &Rendered) -> Result<SinkState, SinkError> {
        let (project, whose) = self.whose(&wanted.to)?;
        let there = self.look(project, whose.prefix).await?;
        let changes = whose.changes(&there, wanted).map_err(SinkError::Blocked)?;
        writable(&changes, project)?;
        Ok(match changes.is_empty() {
            true => SinkState::Same,
            false if whose.ours(&there).is_empty() => SinkState::Absent,
            false => SinkState::Differs,
        })
    }

    async fn put(&self, wanted: &Rendered) -> Result<Written, SinkError> {
        let (project, whose) = self.whose(&wanted.to)?;
        let there = self.look(project, whose.prefix).await?;
        let changes = whose.changes(&there, wanted).map_err(SinkError::Blocked)?;
        writable(&changes, project)?;
        let (mut made, mut gone) = (Vec::new(), Vec::new());
        for change in changes {
            match change {
                Change::Make(text) => {
                    made.push(self.make(project, &text).await?);
                    // Of two that begin at once one goes on.
                    if made.len() == 1 {
                        self.is_first((project, whose), &made).await?;
                    }
                }
                Change::Write { id, text, .. } => self.write_over(project, (&id, &text)).await?,
                Change::Delete { id } => gone.push(id),
            }
        }
        self.delete(project, gone).await?;
        if made.len() > 1 {
            self.is_first((project, whose), &made).await?;
        }
        Ok(Written::default())
    }

    async fn write_over(&self, project: &str, (id, text): (&str, &Text)) -> Result<(), SinkError> {
        let body = |session: &Session| self.sealed(project, text, session);
        let (_, (status, said)) = self.ask_sealed(Method::PUT, |_| format!("secrets/{id}"), &body).await?;
        self.changed::<Made>(status, &said, project).map(|_| ())
    }

    async fn make(&self, project: &str, text: &Text) -> Result<String, SinkError> {
        let body = |session: &Session| self.sealed(project, text, session);
        let path = |session: &Session| format!("organizations/{}/secrets", session.organization);
        let (_, (status, said)) = self.ask_sealed(Method::POST, path, &body).await?;
        let Made { id } = self.read(status, &said, project)?;
        Ok(id)
    }

    /// The later of two that were made at once is taken back.
    async fn is_first(&self, (project, whose): (&str, Whose<'_>), made: &[String]) -> Result<(), SinkError> {
        let there = self.look(project, whose.prefix).await?;
        let ours = there.iter().filter(|held| made.contains(&held.id));
        let late: Vec<_> = ours.filter_map(|held| Some((held, Whose::before(&there, held)?))).collect();
        self.delete(project, late.iter().map(|(held, _)| held.id.clone()).collect()).await?;
        match late.iter().find_map(|(_, first)| whose.foreign(first)) {
            Some(why) => Err(SinkError::Blocked(why)),
            None if late.is_empty() => Ok(()),
            None => Err(SinkError::Unreachable("somebody else wrote there at the same time".into())),
        }
    }

    async fn delete(&self, project: &str, ids: Vec<String>) -> Result<(), SinkError> {
        if ids.is_empty() {
            return Ok(());
        }
        let (_, (status, body)) = self.ask(Method::POST, "secrets/delete", Some(&json!(ids))).await?;
        let List::<Deleted> { data } = self.changed(status, &body, project)?;
        if data.iter().any(|deleted| deleted.error.is_some()) { Err(no_access(project)) } else { Ok(()) }
    }

    async fn take_away(&self, place: &Address, last: Fingerprint) -> Result<Removed, SinkError> {
        let (project, whose) = self.whose(place)?;
        let there = self.look(project, whose.prefix).await?;
        let ours = whose.ours(&there);
        if ours.is_empty() {
            // A note may have been written over, so that what was ours is nobody's.
            let unsaid = there.iter().any(Held::is_unsaid);
            return Ok(if unsaid { Removed::Changed } else { Removed::WasNotThere });
        }
        if !whose.is(&ours, last) {
            return Ok(Removed::Changed);
        }
        self.delete(project, ours.iter().map(|held| held.id.clone()).collect()).await?;
        Ok(Removed::Gone)
    }

    fn sealed(&self, project: &str, text: &Text, session: &Session) -> Result<Value, SinkError> {
        let mut entropy = (self.server.entropy)();
        let mut seal = |text: &str| {
            let sealed = session.key.seal(text, &mut entropy);
            sealed.map_err(|_| SinkError::Blocked("it cannot be encrypted with the organisation's key".into()))
        };
        let (key, value, note) = (seal(&text.name)?, seal(text.value.expose())?, seal(&text.note)?);
        Ok(json!({ "key": key, "value": value, "note": note, "projectIds": [project] }))
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Asked, SinkError> {
        let body = |_: &Session| Ok(body.cloned().unwrap_or(Value::Null));
        self.ask_sealed(method, |_| path.to_owned(), &body).await
    }

    /// Asks as whoever logged in; once more where what a login gave has ended. What is sent is made for the login: another
    /// one may bring another key.
    async fn ask_sealed(
        &self,
        method: Method,
        path: impl Fn(&Session) -> String,
        body: &(dyn Fn(&Session) -> Result<Value, SinkError> + Sync),
    ) -> Result<Asked, SinkError> {
        let client = self.client.as_ref().map_err(|why| SinkError::Blocked(format!("nothing can be called: {why}")))?;
        let mut session = self.login.session(client, &self.server).await?;
        let mut again = true;
        loop {
            let (path, body) = (path(&session), body(&session)?);
            let body = (!body.is_null()).then_some(&body);
            let asked = (method.clone(), path.as_str(), body);
            let answered = request::ask(client, &self.server.api, &session.bearer, asked).await?;
            if answered.0 != StatusCode::UNAUTHORIZED || !again {
                return Ok((session, answered));
            }
            again = false;
            session = self.login.after(&session, client, &self.server).await?;
        }
    }
}

type Asked = (Arc<Session>, request::Answered);

fn no_access(project: &str) -> SinkError {
    SinkError::Blocked(format!(
        "there is no project {project} that the machine account may write in; give it `Can read, write` there"
    ))
}

fn went_away() -> SinkError {
    SinkError::Unreachable("a secret went away meanwhile".into())
}

fn writable(changes: &[Change], project: &str) -> Result<(), SinkError> {
    let all = changes.iter().all(|change| !matches!(change, Change::Write { writable: false, .. }));
    if all { Ok(()) } else { Err(no_access(project)) }
}

impl Sink for BitwardenSink {
    fn observe<'a>(&'a self, wanted: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move { self.state(wanted).await.unwrap_or_else(SinkState::from) })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(self.put(wanted))
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(self.take_away(place, last))
    }
}
