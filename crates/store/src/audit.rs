//! The audit log: lines are added, never changed.

use crate::{
    Conn, StoreError,
    sql::{AUDIT_INSERT, AUDIT_RECENT},
};
use doorstep_core::{model::AuditEvent, time::Timestamp};

/// A line as it was written, perhaps by another release: its kind is text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// What: `EventKind::as_str` of the release that wrote it.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// What it was done to.
    pub subject: String,
    /// The client or app concerned.
    pub client: String,
    /// The resolved client address.
    pub ip: String,
    /// The request it happened in.
    pub request_id: String,
    /// A JSON object with further facts.
    pub detail: String,
}

/// Adds a line.
pub async fn insert(conn: &mut Conn, event: &AuditEvent) -> Result<(), StoreError> {
    let values = [
        event.at.into(),
        event.kind.as_str().into(),
        (&event.actor).into(),
        (&event.subject).into(),
        (&event.client).into(),
        (&event.ip).into(),
        (&event.request_id).into(),
        (&event.detail).into(),
    ];
    conn.execute(AUDIT_INSERT, &values).await.map(|_| ())
}

/// The newest lines, newest first.
pub async fn recent(conn: &mut Conn, limit: i64) -> Result<Vec<AuditLine>, StoreError> {
    let mut rows = conn.rows(AUDIT_RECENT, &[limit.into()]).await?;
    rows.iter_mut()
        .map(|row| {
            Ok(AuditLine {
                at: row.time(0)?,
                kind: row.text(1)?,
                actor: row.text(2)?,
                subject: row.text(3)?,
                client: row.text(4)?,
                ip: row.text(5)?,
                request_id: row.text(6)?,
                detail: row.text(7)?,
            })
        })
        .collect()
}
