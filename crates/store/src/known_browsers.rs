//! Browsers that signed somebody in before, each known by what a cookie of it and the account make together.

use crate::{
    Conn, StoreError,
    sql::{BROWSER_COUNT, BROWSER_DELETE_OLDEST, BROWSER_INSERT, BROWSER_SEEN},
};
use doorstep_core::{id::UserId, secret::SecretHash, time::Timestamp};

/// As many browsers of an account are remembered; the one that was seen longest ago makes room.
pub const MOST: i64 = 50;

/// How an account knows a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Familiar {
    /// It signed the account in before.
    Known,
    /// No browser of the account is known.
    First,
    /// Others are known, and this one is not.
    New,
}

/// Remembers that the browser with this cookie signed the account in, whose row is held; says how it was known before.
pub async fn note(
    conn: &mut Conn,
    user: &UserId,
    browser: &SecretHash,
    now: Timestamp,
) -> Result<Familiar, StoreError> {
    let hash = hash(user, browser);
    if conn.execute(BROWSER_SEEN, &[(&hash).into(), now.into()]).await? > 0 {
        return Ok(Familiar::Known);
    }
    let known = conn.row(BROWSER_COUNT, &[user.into()]).await?.map_or(Ok(0), |row| row.int(0))?;
    conn.execute(BROWSER_INSERT, &[(&hash).into(), user.into(), now.into()]).await?;
    if known >= MOST {
        conn.execute(BROWSER_DELETE_OLDEST, &[user.into(), MOST.into()]).await?;
    }
    Ok(if known == 0 { Familiar::First } else { Familiar::New })
}

fn hash(user: &UserId, browser: &SecretHash) -> String {
    SecretHash::labelled("known browser", format!("{user} {}", browser.to_text()).as_bytes()).to_text()
}
