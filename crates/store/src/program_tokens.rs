//! Tokens of people for programs, and the apps that each is for. They go with their owner; an app that is removed goes
//! from each of them.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        PROGRAM_TOKEN_APP_INSERT, PROGRAM_TOKEN_BY_ID, PROGRAM_TOKEN_COUNT, PROGRAM_TOKEN_DELETE, PROGRAM_TOKEN_ENDING,
        PROGRAM_TOKEN_INSERT, PROGRAM_TOKEN_OF_USER, PROGRAM_TOKEN_PAGE, PROGRAM_TOKEN_TOUCH,
        PROGRAM_TOKEN_WITH_PRINCIPAL,
    },
    users::read_principal,
};
use doorstep_core::{
    id::{AppName, ProgramTokenId, UserId},
    model::{Memberships, ProgramToken, User, UserName},
    page::{After, Page},
    secret::SecretHash,
    time::Timestamp,
};
use std::collections::BTreeSet;

const TABLE: &str = "program_tokens";
/// Columns that [`read`] takes.
const COLUMNS: usize = 8;

/// Keeps a token under the hash of its text, inside a transaction. [`StoreError::MissingParent`] when its owner or one of
/// its apps is gone.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, token: &ProgramToken) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    let hash = hash.to_text();
    let values = [
        (&token.id).into(),
        (&hash).into(),
        (&token.user).into(),
        (&token.label).into(),
        token.read_only.into(),
        token.created_at.into(),
        token.expires_at.into(),
    ];
    conn.execute(PROGRAM_TOKEN_INSERT, &values).await?;
    for app in &token.apps {
        conn.execute(PROGRAM_TOKEN_APP_INSERT, &[(&token.id).into(), app.into()]).await?;
    }
    Ok(())
}

/// The token with this hash, its owner and their groups, read at one moment.
pub async fn with_principal(
    conn: &mut Conn,
    hash: &SecretHash,
) -> Result<Option<(ProgramToken, User, Memberships)>, StoreError> {
    let Some(mut row) = conn.row(PROGRAM_TOKEN_WITH_PRINCIPAL, &[(&hash.to_text()).into()]).await? else {
        return Ok(None);
    };
    let token = read(&mut row)?;
    let (user, groups) = read_principal(&mut row, COLUMNS)?;
    Ok(Some((token, user, groups)))
}

/// The token with this id, and the hash under which it is kept.
pub async fn by_id(conn: &mut Conn, id: &ProgramTokenId) -> Result<Option<(ProgramToken, SecretHash)>, StoreError> {
    let Some(mut row) = conn.row(PROGRAM_TOKEN_BY_ID, &[id.into()]).await? else { return Ok(None) };
    let hash = SecretHash::from_text(&row.text(COLUMNS)?).ok_or_else(|| row.corrupt(COLUMNS, "a hash"))?;
    Ok(Some((read(&mut row)?, hash)))
}

/// Every token with its owner's user name, by id, a page at a time.
pub async fn page(
    conn: &mut Conn,
    after: &After<ProgramTokenId>,
) -> Result<Page<(ProgramToken, UserName), ProgramTokenId>, StoreError> {
    let values = [after.begins_after().map_or("", ProgramTokenId::as_str).into(), after.ask_for().into()];
    let mut rows = conn.rows(PROGRAM_TOKEN_PAGE, &values).await?;
    let found = rows.iter_mut().map(owned).collect::<Result<Vec<_>, _>>()?;
    Ok(after.page(found, |(token, _)| token.id.clone()))
}

/// The tokens of an account, oldest first. They are few: see [`ProgramToken::MOST`].
pub async fn of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<ProgramToken>, StoreError> {
    conn.rows(PROGRAM_TOKEN_OF_USER, &[user.into()]).await?.iter_mut().map(read).collect()
}

/// How many tokens an account has that have not ended.
pub async fn count_of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<i64, StoreError> {
    conn.row(PROGRAM_TOKEN_COUNT, &[user.into(), now.into()]).await?.map_or(Ok(0), |row| row.int(0))
}

/// The tokens that end between two moments, with the user names of their owners: the first to end comes first. At most a
/// thousand.
pub async fn ending(
    conn: &mut Conn,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<(ProgramToken, UserName)>, StoreError> {
    conn.rows(PROGRAM_TOKEN_ENDING, &[from.into(), until.into()]).await?.iter_mut().map(owned).collect()
}

/// Notes when a token was last used; never moves backwards.
pub async fn touch(conn: &mut Conn, id: &ProgramTokenId, at: Timestamp) -> Result<(), StoreError> {
    conn.execute(PROGRAM_TOKEN_TOUCH, &[id.into(), at.into()]).await.map(|_| ())
}

/// Removes a token; false when it was not there.
pub async fn delete(conn: &mut Conn, id: &ProgramTokenId) -> Result<bool, StoreError> {
    Ok(conn.execute(PROGRAM_TOKEN_DELETE, &[id.into()]).await? > 0)
}

fn owned(row: &mut Row) -> Result<(ProgramToken, UserName), StoreError> {
    Ok((read(row)?, row.parsed(COLUMNS, "a user name")?))
}

fn read(row: &mut Row) -> Result<ProgramToken, StoreError> {
    Ok(ProgramToken {
        id: row.parsed(0, "a token's id")?,
        user: row.parsed(1, "a user id")?,
        label: row.text(2)?,
        read_only: row.bool(3)?,
        created_at: row.time(4)?,
        expires_at: row.time(5)?,
        last_used_at: row.opt_time(6)?,
        apps: apps(row, 7)?,
    })
}

/// Names with commas between them, which no name holds; NULL, as `string_agg` has it, for none.
fn apps(row: &mut Row, column: usize) -> Result<BTreeSet<AppName>, StoreError> {
    let Some(text) = row.opt_text(column)? else { return Ok(BTreeSet::new()) };
    text.split(',').map(|name| name.parse().map_err(|_| row.corrupt(column, "names of apps"))).collect()
}
