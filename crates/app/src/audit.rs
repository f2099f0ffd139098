//! Writing the audit log: in the transaction of what it tells of, so that neither exists without the other.

use crate::{caller::Caller, context::Context};
use doorstep_core::{
    id::AuditId,
    model::{AuditEvent, EventKind},
};
use doorstep_store::{Conn, StoreError, audit};
use serde_json::json;

/// What happened, to be completed with time and place.
pub(crate) struct AuditEntry<'a> {
    pub(crate) kind: EventKind,
    pub(crate) actor: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) client: &'a str,
    pub(crate) detail: serde_json::Value,
}

impl<'a> AuditEntry<'a> {
    pub(crate) const fn new(kind: EventKind, actor: &'a str, subject: &'a str) -> Self {
        Self { kind, actor, subject, client: "", detail: serde_json::Value::Null }
    }
    pub(crate) const fn client(mut self, client: &'a str) -> Self {
        self.client = client;
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
    caller: &Caller,
    happened: AuditEntry<'_>,
) -> Result<(), StoreError> {
    let at = context.now();
    let event = AuditEvent {
        id: AuditId::at(at, &mut context.ambient.entropy()),
        at,
        kind: happened.kind,
        actor: happened.actor.to_owned(),
        subject: happened.subject.to_owned(),
        client: happened.client.to_owned(),
        ip: caller.ip.clone(),
        request_id: caller.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        detail: if happened.detail.is_null() { "{}".into() } else { happened.detail.to_string() },
    };
    tracing::info!(
        event = event.kind.as_str(),
        actor = known(&event.actor),
        subject = known(&event.subject),
        client = known(&event.client),
        ip = known(&event.ip),
        request_id = known(&event.request_id),
        detail = known(if event.detail == "{}" { "" } else { &event.detail }),
        "audit"
    );
    audit::insert(conn, &event).await
}

/// What is not known has no place in the line.
fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
