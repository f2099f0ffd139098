//! WebAuthn challenges: each row can be taken once.

use crate::{
    Conn, StoreError,
    sql::{CHALLENGE_INSERT, CHALLENGE_TAKE},
};
use doorstep_core::{
    id::ChallengeId,
    model::{Challenge, ChallengePurpose},
};

/// Keeps a challenge.
pub async fn insert(conn: &mut Conn, challenge: &Challenge) -> Result<(), StoreError> {
    let values = [
        (&challenge.id).into(),
        challenge.purpose.as_str().into(),
        (&challenge.browser_hash).into(),
        (&challenge.state).into(),
        challenge.expires_at.into(),
    ];
    conn.execute(CHALLENGE_INSERT, &values).await.map(|_| ())
}

/// Takes a challenge out, whether it has expired or not: the caller looks. Only one caller ever gets it.
pub async fn take(conn: &mut Conn, id: &ChallengeId) -> Result<Option<Challenge>, StoreError> {
    let Some(mut row) = conn.row(CHALLENGE_TAKE, &[id.into()]).await? else { return Ok(None) };
    Ok(Some(Challenge {
        id: row.parsed(0, "a challenge id")?,
        purpose: row.word(1, ChallengePurpose::from_text)?,
        browser_hash: row.text(2)?,
        state: row.text(3)?,
        expires_at: row.time(4)?,
    }))
}
