//! The log of endings that other processes follow, so that what they keep in memory ends within a second.

use crate::{
    Conn, StoreError,
    db::Ending,
    row::Row,
    sql::{REVOCATION_FROM, REVOCATION_NEWEST},
};
use doorstep_core::time::Timestamp;

/// What has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevocationKind {
    /// One browser session; the subject is its id.
    Session,
    /// Everything of one account; the subject is the user id.
    User,
    /// Everything with one app; the subject is its name.
    App,
    /// What is known of one client; the subject is its id.
    Client,
    /// One app session, or one token for a program; the subject is its hash. Each has a kind in its hash, so that neither
    /// is the other; an earlier release finds nothing to end under that of a token.
    AppSession,
    /// Everything.
    All,
}

impl RevocationKind {
    const ALL: [Self; 6] = [Self::Session, Self::User, Self::App, Self::Client, Self::AppSession, Self::All];

    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::User => "user",
            Self::App => "app",
            Self::Client => "client",
            Self::AppSession => "app_session",
            Self::All => "all",
        }
    }

    /// What a newer release may have ended besides is not known here: then everything has.
    fn from_text(text: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::All)
    }
}

/// One line of the log. Two that are equal are the same line: the number alone may be given out again, when a
/// database is restored or a replica that lagged takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub seq: i64,
    /// What kind of thing has ended.
    pub kind: RevocationKind,
    /// Which one.
    pub subject: String,
    /// When.
    pub at: Timestamp,
}

/// Has a line added when the transaction commits, and numbered then: see [`crate::Tx::commit`].
pub fn record(conn: &mut Conn, kind: RevocationKind, subject: &str, now: Timestamp) -> Result<(), StoreError> {
    conn.demand_transaction("revocations")?;
    conn.end_at_commit(Ending { kind: kind.as_str(), subject: subject.to_owned(), at: now });
    Ok(())
}

/// The lines from number `seq` on, in order. Asked for with the number of the last line that was read: if that
/// line is not the first of them, the log is another one than it was.
pub async fn from(conn: &mut Conn, seq: i64) -> Result<Vec<Line>, StoreError> {
    conn.rows(REVOCATION_FROM, &[seq.into()]).await?.iter_mut().map(read).collect()
}

/// The newest line; none when nothing was ever recorded. The sweep leaves it.
pub async fn newest(conn: &mut Conn) -> Result<Option<Line>, StoreError> {
    conn.row(REVOCATION_NEWEST, &[]).await?.as_mut().map(read).transpose()
}

fn read(row: &mut Row) -> Result<Line, StoreError> {
    Ok(Line {
        seq: row.int(0)?,
        kind: RevocationKind::from_text(&row.text(1)?),
        subject: row.text(2)?,
        at: row.time(3)?,
    })
}
