//! Writing the audit log: in the transaction of the change that it records, so that neither exists without the other.

use crate::context::Context;
use doorstep_core::{
    access::{Act, Actor, Caller, Demand},
    id::{AuditId, ClientId},
    model::{AuditActor, AuditEvent, AuditSubject, EventKind, Principal},
    time::Timestamp,
};
use doorstep_store::{Conn, StoreError, audit, users};
use serde_json::{Map, Value};

/// Who did it, from where, when.
#[derive(Clone)]
pub(crate) struct By<'a> {
    actor: AuditActor,
    /// What a person who acts is called, where that is known already.
    name: Option<String>,
    caller: &'a Caller,
    at: Timestamp,
}

impl<'a> By<'a> {
    pub(crate) fn new(actor: impl Into<AuditActor>, caller: &'a Caller, at: Timestamp) -> Self {
        Self { actor: actor.into(), name: None, caller, at }
    }

    /// A person of whom more than the id is known: what they are called is not looked up again.
    pub(crate) fn of(principal: &Principal, caller: &'a Caller, at: Timestamp) -> Self {
        Self { name: Some(principal.user.name.to_string()), ..Self::new(&principal.user.id, caller, at) }
    }

    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }

    pub(crate) const fn actor(&self) -> &AuditActor {
        &self.actor
    }

    /// The address that the request came from; empty where none came.
    pub(crate) fn ip(&self) -> &str {
        &self.caller.ip
    }
}

impl<'a, P: Demand> From<&Act<'a, P>> for By<'a> {
    fn from(act: &Act<'a, P>) -> Self {
        match act.actor() {
            Actor::User(principal) => Self::of(principal, act.caller(), act.now()),
            actor => Self::new(actor, act.caller(), act.now()),
        }
    }
}

/// What happened, to be completed with who did it.
pub(crate) struct AuditEntry<'a> {
    kind: EventKind,
    subject: AuditSubject,
    client: Option<&'a ClientId>,
    detail: Map<String, Value>,
}

impl<'a> AuditEntry<'a> {
    pub(crate) fn new(kind: EventKind, subject: impl Into<AuditSubject>) -> Self {
        Self { kind, subject: subject.into(), client: None, detail: Map::new() }
    }
    pub(crate) const fn client(mut self, client: &'a ClientId) -> Self {
        self.client = Some(client);
        self
    }
    pub(crate) fn detail(mut self, name: &str, value: &str) -> Self {
        let value: String = value.chars().filter(|c| !c.is_control()).take(512).collect();
        self.detail.insert(name.to_owned(), value.into());
        self
    }
}

/// Writes one line. A person is named as well as identified: the name is what a reader knows, and the id is what
/// stays when the name is another's.
pub(crate) async fn write(
    conn: &mut Conn,
    context: &Context,
    by: impl Into<By<'_>>,
    happened: AuditEntry<'_>,
) -> Result<(), StoreError> {
    let By { actor, name, caller, at } = by.into();
    let actor_name = match (name, &actor) {
        (Some(name), _) => name,
        (None, AuditActor::User(id)) => users::name_of(conn, id).await?.unwrap_or_default(),
        (None, _) => String::new(),
    };
    let subject_name = match (&happened.subject, &actor) {
        (AuditSubject::User(subject), AuditActor::User(actor)) if subject == actor => actor_name.clone(),
        (AuditSubject::User(subject), _) => users::name_of(conn, subject).await?.unwrap_or_default(),
        _ => String::new(),
    };
    let event = AuditEvent {
        id: AuditId::at(at, &mut context.ambient.entropy()),
        at,
        kind: happened.kind,
        actor,
        actor_name,
        subject: happened.subject,
        subject_name,
        client: happened.client.map(ToString::to_string).unwrap_or_default(),
        ip: caller.ip.clone(),
        request_id: caller.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        detail: Value::Object(happened.detail).to_string(),
    };
    audit::insert(conn, &event).await?;
    // Nobody is told of what did not come to pass.
    conn.after_commit(move || log(&event));
    Ok(())
}

/// Tells the log of something that leaves no line of its own in the database.
pub(crate) fn log_only<'a>(context: &Context, by: impl Into<By<'a>>, happened: AuditEntry<'_>) {
    let By { actor, name, caller, at } = by.into();
    log(&AuditEvent {
        id: AuditId::at(at, &mut context.ambient.entropy()),
        at,
        kind: happened.kind,
        actor,
        actor_name: name.unwrap_or_default(),
        subject: happened.subject,
        subject_name: String::new(),
        client: happened.client.map(ToString::to_string).unwrap_or_default(),
        ip: caller.ip.clone(),
        request_id: caller.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        detail: Value::Object(happened.detail).to_string(),
    });
}

fn log(event: &AuditEvent) {
    tracing::info!(
        event = event.kind.as_str(),
        actor_kind = event.actor.kind(),
        actor = known(event.actor.id()),
        actor_name = known(&event.actor_name),
        subject_kind = known(event.subject.kind()),
        subject = known(event.subject.id()),
        subject_name = known(&event.subject_name),
        client = known(&event.client),
        ip = known(&event.ip),
        request_id = known(&event.request_id),
        detail = (event.detail != "{}").then_some(event.detail.as_str()),
        "audit"
    );
}

/// What is not known has no place in the line.
fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
