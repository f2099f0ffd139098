//! User names and mail addresses that belonged to somebody: who had one last, kept when the account is gone.

use crate::{
    Conn, StoreError,
    sql::{FORMER_COUNT, FORMER_DELETE, FORMER_GET, FORMER_PUT},
};
use doorstep_core::model::{FormerHolder, IdentifierKind};

/// An identifier as it is kept: a user name in clear, a mail address as a keyed hash.
#[derive(Clone, Copy, Debug)]
pub struct Identifier<'a> {
    /// What kind it is.
    pub kind: IdentifierKind,
    /// Its text.
    pub text: &'a str,
}

/// Remembers who had it last.
pub async fn put(conn: &mut Conn, identifier: Identifier<'_>, holder: &FormerHolder) -> Result<(), StoreError> {
    let Identifier { kind, text } = identifier;
    let values = [kind.as_str().into(), text.into(), (&holder.user).into(), holder.freed_at.into()];
    conn.execute(FORMER_PUT, &values).await.map(|_| ())
}

/// Who had it last, unless it is somebody's now or was never anybody's.
pub async fn holder(conn: &mut Conn, identifier: Identifier<'_>) -> Result<Option<FormerHolder>, StoreError> {
    let Some(mut row) = conn.row(FORMER_GET, &[identifier.kind.as_str().into(), identifier.text.into()]).await? else {
        return Ok(None);
    };
    Ok(Some(FormerHolder { user: row.parsed(0, "a user id")?, freed_at: row.time(1)? }))
}

/// How many mail addresses are remembered.
pub async fn addresses(conn: &mut Conn) -> Result<i64, StoreError> {
    conn.row(FORMER_COUNT, &[IdentifierKind::Email.as_str().into()]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Forgets it: it is somebody's again.
pub async fn forget(conn: &mut Conn, identifier: Identifier<'_>) -> Result<bool, StoreError> {
    Ok(conn.execute(FORMER_DELETE, &[identifier.kind.as_str().into(), identifier.text.into()]).await? > 0)
}
