//! Accounts: the row behind [`User`], its WebAuthn user handle and, where one is set, its password.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        USER_ANY, USER_BY_EMAIL, USER_BY_HANDLE, USER_BY_ID, USER_BY_NAME, USER_DELETE, USER_ENROLLED,
        USER_ENROLLED_BY_ID, USER_HANDLE, USER_INSERT, USER_LOCK, USER_LOCK_ACTIVE, USER_NAME, USER_NAMES, USER_OVER,
        USER_PASSWORD, USER_PEOPLE, USER_PRINCIPAL, USER_SET_DISABLED, USER_SET_END, USER_SET_LANGUAGE,
        USER_SET_PASSWORD, USER_UPDATE_PROFILE,
    },
};
use doorstep_core::{
    access::Enrolled,
    id::UserId,
    model::{Language, Memberships, User, UserName, mail_key},
    page::{After, Page},
    time::Timestamp,
};

/// Columns that [`read_principal`] takes.
pub(crate) const PRINCIPAL_COLUMNS: usize = 13;

/// Adds an account. `user_handle` is 32 random bytes, base64url (WebAuthn Level 3 §5.4.3).
/// [`StoreError::Conflict`] when the name or the mail address is taken.
pub async fn insert(conn: &mut Conn, user: &User, user_handle: &str) -> Result<(), StoreError> {
    let key = key_of(user)?;
    let values = [
        (&user.id).into(),
        user.name.as_str().into(),
        user_handle.into(),
        (&user.display_name).into(),
        user.email.as_deref().into(),
        user.email_verified.into(),
        user.disabled_at.into(),
        user.created_at.into(),
        user.updated_at.into(),
        key.as_deref().into(),
        user.given_name.as_deref().into(),
        user.family_name.as_deref().into(),
        user.ends_at.into(),
        user.language.map(Language::tag).into(),
    ];
    conn.execute(USER_INSERT, &values).await.map(|_| ())
}

/// The account with this id.
pub async fn by_id(conn: &mut Conn, id: &UserId) -> Result<Option<User>, StoreError> {
    conn.row(USER_BY_ID, &[id.into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// The account with this name.
pub async fn by_name(conn: &mut Conn, name: &UserName) -> Result<Option<User>, StoreError> {
    conn.row(USER_BY_NAME, &[name.as_str().into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// The account with this verified mail address, however it is spelt; active or not.
pub async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<User>, StoreError> {
    let Ok(key) = mail_key(email) else { return Ok(None) };
    conn.row(USER_BY_EMAIL, &[(&key).into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// What is unique of an account's address, as soon as it is verified.
fn key_of(user: &User) -> Result<Option<String>, StoreError> {
    let key = user.email.as_deref().map(mail_key).transpose();
    let key = key.map_err(|_| StoreError::Corrupt { table: "users", what: "a mail address that is none".into() })?;
    Ok(key.filter(|_| user.email_verified))
}

/// Holds an account's row until the transaction ends, so that a count of what belongs to it stays true.
pub async fn lock(conn: &mut Conn, id: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_LOCK, &[id.into()]).await? > 0)
}

/// The same for an account that is neither disabled nor over; false when it is, or is not there.
pub async fn lock_active(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_LOCK_ACTIVE, &[id.into(), now.into()]).await? > 0)
}

/// The account with this WebAuthn user handle.
pub async fn by_handle(conn: &mut Conn, user_handle: &str) -> Result<Option<User>, StoreError> {
    conn.row(USER_BY_HANDLE, &[user_handle.into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// The WebAuthn user handle of an account.
pub async fn handle_of(conn: &mut Conn, id: &UserId) -> Result<Option<String>, StoreError> {
    conn.row(USER_HANDLE, &[id.into()]).await?.as_mut().map(|row| row.text(0)).transpose()
}

/// The user names of all accounts.
pub async fn names(conn: &mut Conn) -> Result<Vec<UserName>, StoreError> {
    conn.rows(USER_NAMES, &[]).await?.iter_mut().map(|row| row.parsed(0, "a user name")).collect()
}

/// One line of the list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// The account.
    pub user: User,
    /// Its groups, those among them that are over.
    pub groups: Memberships,
    /// How many passkeys it has.
    pub passkeys: i64,
    /// When a browser of theirs was last seen, as far as its session is still there.
    pub last_seen: Option<Timestamp>,
}

/// People by user name, a page at a time: one statement a page.
pub async fn people(conn: &mut Conn, after: &After<UserName>) -> Result<Page<PersonLine, UserName>, StoreError> {
    let values = [after.begins_after().map_or("", UserName::as_str).into(), after.ask_for().into()];
    let mut rows = conn.rows(USER_PEOPLE, &values).await?;
    let read = |row: &mut Row| {
        let (user, groups) = read_principal(row, 0)?;
        let (passkeys, last_seen) = (row.int(PRINCIPAL_COLUMNS)?, row.opt_time(PRINCIPAL_COLUMNS + 1)?);
        Ok(PersonLine { user, groups, passkeys, last_seen })
    };
    let found = rows.iter_mut().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(after.page(found, |line| line.user.name.clone()))
}

/// What the person with this id is called, if they have an account.
pub async fn name_of(conn: &mut Conn, id: &UserId) -> Result<Option<String>, StoreError> {
    conn.row(USER_NAME, &[id.into()]).await?.as_mut().map(|row| row.text(0)).transpose()
}

/// Removes an account with everything that belongs to it: passkeys, links, sessions, consents, grants and tokens,
/// memberships. Says whether it was there.
pub async fn delete(conn: &mut Conn, id: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_DELETE, &[id.into()]).await? > 0)
}

/// Whether anybody has an account.
pub async fn any(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(conn.row(USER_ANY, &[]).await?.is_some())
}

/// An account with its groups, read at one moment.
pub async fn principal(conn: &mut Conn, id: &UserId) -> Result<Option<(User, Memberships)>, StoreError> {
    conn.row(USER_PRINCIPAL, &[id.into()]).await?.as_mut().map(|row| read_principal(row, 0)).transpose()
}

/// Writes the names, the mail address and `updated_at`; says whether the account is there.
/// [`StoreError::Conflict`] when the name or the mail address is taken.
pub async fn update_profile(conn: &mut Conn, user: &User) -> Result<bool, StoreError> {
    let key = key_of(user)?;
    let values = [
        (&user.id).into(),
        (&user.display_name).into(),
        user.email.as_deref().into(),
        user.email_verified.into(),
        user.updated_at.into(),
        key.as_deref().into(),
        user.name.as_str().into(),
        user.given_name.as_deref().into(),
        user.family_name.as_deref().into(),
    ];
    Ok(conn.execute(USER_UPDATE_PROFILE, &values).await? > 0)
}

/// Switches an account off (with the time) or on; says whether the account is there.
pub async fn set_disabled(
    conn: &mut Conn,
    id: &UserId,
    disabled_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_SET_DISABLED, &[id.into(), disabled_at.into(), now.into()]).await? > 0)
}

/// Lets an account end at this moment, or never; says whether it is there.
pub async fn set_end(
    conn: &mut Conn,
    id: &UserId,
    ends_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_SET_END, &[id.into(), ends_at.into(), now.into()]).await? > 0)
}

/// Some accounts that are over and not disabled, the first to end first.
pub async fn over(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<User>, StoreError> {
    conn.rows(USER_OVER, &[now.into(), most.into()]).await?.iter_mut().map(|row| read(row, 0)).collect()
}

/// Writes the language that the person chose, or that they chose none; says whether the account is there.
pub async fn set_language(conn: &mut Conn, id: &UserId, language: Option<Language>) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_SET_LANGUAGE, &[id.into(), language.map(Language::tag).into()]).await? > 0)
}

/// Sets the password's PHC text, or removes the password; says whether the account is there.
pub async fn set_password(conn: &mut Conn, id: &UserId, phc: Option<&str>, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(USER_SET_PASSWORD, &[id.into(), phc.into(), now.into()]).await? > 0)
}

/// The password's PHC text, if the account has one.
pub async fn password(conn: &mut Conn, id: &UserId) -> Result<Option<String>, StoreError> {
    conn.row(USER_PASSWORD, &[id.into()]).await?.as_mut().map(|row| row.text(0)).transpose()
}

/// What an account could sign in with, and whether it is on for good: neither disabled, nor with an end.
pub async fn enrolled(conn: &mut Conn, name: &UserName) -> Result<Option<(Enrolled, bool)>, StoreError> {
    let mut row = conn.row(USER_ENROLLED, &[name.as_str().into()]).await?;
    row.as_mut().map(|row| Ok((read_enrolled(row)?.1, row.bool(4)? && row.opt_time(5)?.is_none()))).transpose()
}

/// What the account with this id could sign in with; nothing where it is gone.
pub async fn enrolled_by_id(conn: &mut Conn, id: &UserId) -> Result<Enrolled, StoreError> {
    let mut row = conn.row(USER_ENROLLED_BY_ID, &[id.into()]).await?;
    Ok(row.as_mut().map(read_enrolled).transpose()?.map(|(_, enrolled)| enrolled).unwrap_or_default())
}

pub(crate) fn read_enrolled(row: &mut Row) -> Result<(UserName, Enrolled), StoreError> {
    let passkeys = usize::try_from(row.int(1)?).unwrap_or_default();
    Ok((row.parsed(0, "a user name")?, Enrolled { passkeys, password: row.bool(2)?, totp: row.bool(3)? }))
}

pub(crate) fn read(row: &mut Row, at: usize) -> Result<User, StoreError> {
    Ok(User {
        id: row.parsed(at, "a user id")?,
        name: row.parsed(at + 1, "a user name")?,
        display_name: row.text(at + 2)?,
        given_name: row.opt_text(at + 3)?,
        family_name: row.opt_text(at + 4)?,
        email: row.opt_text(at + 5)?,
        email_verified: row.bool(at + 6)?,
        disabled_at: row.opt_time(at + 7)?,
        created_at: row.time(at + 8)?,
        updated_at: row.time(at + 9)?,
        ends_at: row.opt_time(at + 10)?,
        // One that a later Doorstep spoke is none: the browser's own counts.
        language: row.opt_text(at + 11)?.as_deref().and_then(Language::of_tag),
    })
}

pub(crate) fn read_principal(row: &mut Row, at: usize) -> Result<(User, Memberships), StoreError> {
    Ok((read(row, at)?, row.memberships(at + 12)?))
}
