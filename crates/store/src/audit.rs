//! The audit log: lines are added, never changed.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{AUDIT_INSERT, AUDIT_OF_PERSON, AUDIT_PAGE},
};
use doorstep_core::{
    id::{AuditId, UserId},
    model::AuditEvent,
    page::{After, Page},
    time::Timestamp,
};

/// Follows every id in descending order, whatever the order of letters.
const NEWEST: &str = "g";

/// A line as it was written, perhaps by another release: its kinds are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Its place in the log.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What: `EventKind::as_str` of the release that wrote it.
    pub kind: String,
    /// What kind of actor did it: `AuditActor::kind`.
    pub actor_kind: String,
    /// Which of them; empty where the kind says all.
    pub actor_id: String,
    /// What they were called then; empty when that is not known.
    pub actor_name: String,
    /// What kind of thing it was done to: `AuditSubject::kind`; empty for nothing.
    pub subject_kind: String,
    /// Which of them; empty for nothing.
    pub subject_id: String,
    /// What it was called then; empty when that is not known.
    pub subject_name: String,
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
        (&event.id).into(),
        event.at.into(),
        event.kind.as_str().into(),
        event.actor.kind().into(),
        event.actor.id().into(),
        event.subject.kind().into(),
        event.subject.id().into(),
        (&event.client).into(),
        (&event.ip).into(),
        (&event.request_id).into(),
        (&event.detail).into(),
        (&event.actor_name).into(),
        (&event.subject_name).into(),
        event.person().map(UserId::as_str).into(),
    ];
    conn.execute(AUDIT_INSERT, &values).await.map(|_| ())
}

/// Lines, newest first, a page at a time.
pub async fn page(conn: &mut Conn, after: &After<AuditId>) -> Result<Page<AuditLine, AuditId>, StoreError> {
    let values = [after.begins_after().map_or(NEWEST, AuditId::as_str).into(), after.ask_for().into()];
    let mut rows = conn.rows(AUDIT_PAGE, &values).await?;
    let found = rows.iter_mut().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(after.page(found, |line| line.id.clone()))
}

/// The newest lines, newest first, as many as a page holds at most.
pub async fn recent(conn: &mut Conn, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
    Ok(page(conn, &After::start().limit(limit)).await?.items)
}

/// The newest lines about one person, newest first.
pub async fn of_person(conn: &mut Conn, person: &UserId, limit: u16) -> Result<Vec<AuditLine>, StoreError> {
    let values = [person.into(), i64::from(limit).into()];
    conn.rows(AUDIT_OF_PERSON, &values).await?.iter_mut().map(read).collect()
}

fn read(row: &mut Row) -> Result<AuditLine, StoreError> {
    Ok(AuditLine {
        id: row.parsed(0, "an audit id")?,
        at: row.time(1)?,
        kind: row.text(2)?,
        actor_kind: row.text(3)?,
        actor_id: row.text(4)?,
        subject_kind: row.text(5)?,
        subject_id: row.text(6)?,
        client: row.text(7)?,
        ip: row.text(8)?,
        request_id: row.text(9)?,
        detail: row.text(10)?,
        actor_name: row.text(11)?,
        subject_name: row.text(12)?,
    })
}
