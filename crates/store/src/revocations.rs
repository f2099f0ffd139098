//! The log of endings that other processes follow, so that what they keep in memory dies within a second.

use crate::{
    Conn, StoreError, generations,
    sql::{REVOCATION_INSERT, REVOCATION_SINCE},
};
use doorstep_core::time::Timestamp;

/// The counter that numbers the log.
const COUNTER: &str = "revocations";

/// What has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevocationKind {
    /// One browser session; the subject is its id.
    Session,
    /// Everything of one account; the subject is the user id.
    User,
    /// Everything with one app; the subject is its name.
    App,
    /// One app session; the subject is its hash.
    AppSession,
    /// Everything.
    All,
}

impl RevocationKind {
    const ALL: [Self; 5] = [Self::Session, Self::User, Self::App, Self::AppSession, Self::All];

    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::User => "user",
            Self::App => "app",
            Self::AppSession => "app_session",
            Self::All => "all",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Adds an entry and returns its number. Only inside a transaction: the counter's row stays locked until the
/// commit, so that a reader who has seen number n has seen every number below it.
pub async fn record(conn: &mut Conn, kind: RevocationKind, subject: &str, now: Timestamp) -> Result<i64, StoreError> {
    conn.demand_transaction("revocations")?;
    let seq = generations::bump(conn, COUNTER).await?;
    conn.execute(REVOCATION_INSERT, &[seq.into(), kind.as_str().into(), subject.into(), now.into()]).await?;
    Ok(seq)
}

/// The entries after number `seq`, in order.
pub async fn since(conn: &mut Conn, seq: i64) -> Result<Vec<(i64, RevocationKind, String)>, StoreError> {
    let mut rows = conn.rows(REVOCATION_SINCE, &[seq.into()]).await?;
    rows.iter_mut().map(|row| Ok((row.int(0)?, row.word(1, RevocationKind::from_text)?, row.text(2)?))).collect()
}

/// The newest number; 0 when nothing was ever recorded.
pub async fn latest(conn: &mut Conn) -> Result<i64, StoreError> {
    generations::get(conn, COUNTER).await
}
