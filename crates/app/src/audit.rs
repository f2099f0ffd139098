//! Writing the audit log: in the transaction of what it tells of, so that neither exists without the other.

use crate::context::Context;
use doorstep_core::{
    access::{Act, Caller, Demand},
    id::{AuditId, ClientId},
    model::{AuditActor, AuditEvent, AuditSubject, EventKind},
    time::Timestamp,
};
use doorstep_store::{Conn, StoreError, audit};
use serde_json::json;

/// Who did it, from where, when.
pub(crate) struct By<'a> {
    actor: AuditActor,
    caller: &'a Caller,
    at: Timestamp,
}

impl<'a> By<'a> {
    pub(crate) fn new(actor: impl Into<AuditActor>, caller: &'a Caller, at: Timestamp) -> Self {
        Self { actor: actor.into(), caller, at }
    }
}

impl<'a, P: Demand> From<&Act<'a, P>> for By<'a> {
    fn from(act: &Act<'a, P>) -> Self {
        Self::new(act.actor(), act.caller(), act.now())
    }
}

/// What happened, to be completed with who did it.
pub(crate) struct AuditEntry<'a> {
    kind: EventKind,
    subject: AuditSubject,
    client: Option<&'a ClientId>,
    detail: serde_json::Value,
}

impl<'a> AuditEntry<'a> {
    pub(crate) fn new(kind: EventKind, subject: impl Into<AuditSubject>) -> Self {
        Self { kind, subject: subject.into(), client: None, detail: serde_json::Value::Null }
    }
    pub(crate) const fn client(mut self, client: &'a ClientId) -> Self {
        self.client = Some(client);
        self
    }
    pub(crate) fn detail(mut self, name: &str, value: &str) -> Self {
        let value: String = value.chars().filter(|c| !c.is_control()).take(512).collect();
        self.detail = json!({ name: value });
        self
    }
}

/// Writes one line.
pub(crate) async fn write(
    conn: &mut Conn,
    context: &Context,
    by: impl Into<By<'_>>,
    happened: AuditEntry<'_>,
) -> Result<(), StoreError> {
    let By { actor, caller, at } = by.into();
    let event = AuditEvent {
        id: AuditId::at(at, &mut context.ambient.entropy()),
        at,
        kind: happened.kind,
        actor,
        subject: happened.subject,
        client: happened.client.map(ToString::to_string).unwrap_or_default(),
        ip: caller.ip.clone(),
        request_id: caller.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        detail: if happened.detail.is_null() { "{}".into() } else { happened.detail.to_string() },
    };
    tracing::info!(
        event = event.kind.as_str(),
        actor_kind = event.actor.kind(),
        actor = known(event.actor.id()),
        subject_kind = known(event.subject.kind()),
        subject = known(event.subject.id()),
        client = known(&event.client),
        ip = known(&event.ip),
        request_id = known(&event.request_id),
        detail = (event.detail != "{}").then_some(event.detail.as_str()),
        "audit"
    );
    audit::insert(conn, &event).await
}

/// What is not known has no place in the line.
fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
