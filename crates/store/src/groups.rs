//! Groups, and who is in them. A membership remembers whether the configuration, a person or an upstream made it.

use crate::{
    Conn, StoreError,
    sql::{
        GROUP_ENSURE, GROUP_LIST, MEMBER_ACTIVE, MEMBER_ADD, MEMBER_ADD_BY_UPSTREAM, MEMBER_CONFIGURED,
        MEMBER_ENROLLED, MEMBER_OF_SOURCE, MEMBER_OVER, MEMBER_REMOVE, MEMBER_REMOVE_OVER,
    },
    users,
};
use doorstep_core::{
    access::Enrolled,
    id::{GroupName, UserId},
    model::UserName,
    time::Timestamp,
    upstream::UpstreamName,
};
use std::collections::BTreeSet;

/// Who made a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberSource {
    /// Declared in the configuration.
    Config,
    /// Made by hand or by a link.
    Console,
}

impl MemberSource {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Config, Self::Console];

    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Console => "console",
        }
    }
}

/// Makes a group unless it is there.
pub async fn ensure(conn: &mut Conn, name: &GroupName, now: Timestamp) -> Result<(), StoreError> {
    conn.execute(GROUP_ENSURE, &[name.into(), now.into()]).await.map(|_| ())
}

/// All groups by name, each with the number of its members at `now`.
pub async fn list(conn: &mut Conn, now: Timestamp) -> Result<Vec<(GroupName, i64)>, StoreError> {
    let mut rows = conn.rows(GROUP_LIST, &[now.into()]).await?;
    rows.iter_mut().map(|row| Ok((row.parsed(0, "a group's name")?, row.int(1)?))).collect()
}

/// Puts a person into a group that exists, for good; says whether that changed anything. A membership made by hand
/// becomes the configuration's once it is declared there, never the other way round; one that an upstream made becomes
/// whoever's declares it.
pub async fn add_member(
    conn: &mut Conn,
    user: &UserId,
    group: &GroupName,
    source: MemberSource,
) -> Result<bool, StoreError> {
    add_member_until(conn, (user, group), source, None).await
}

/// The same until a moment, or for good. Of a membership made by hand, the end becomes this one.
pub async fn add_member_until(
    conn: &mut Conn,
    (user, group): (&UserId, &GroupName),
    source: MemberSource,
    end: Option<Timestamp>,
) -> Result<bool, StoreError> {
    Ok(conn.execute(MEMBER_ADD, &[user.into(), group.into(), source.as_str().into(), end.into()]).await? > 0)
}

/// Some memberships that are over and still written down.
pub async fn over(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<(UserId, GroupName)>, StoreError> {
    let mut rows = conn.rows(MEMBER_OVER, &[now.into(), most.into()]).await?;
    rows.iter_mut().map(|row| Ok((row.parsed(0, "a user id")?, row.parsed(1, "a group's name")?))).collect()
}

/// Takes a membership away if it is over; says whether it was.
pub async fn remove_over(
    conn: &mut Conn,
    (user, group): (&UserId, &GroupName),
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(conn.execute(MEMBER_REMOVE_OVER, &[user.into(), group.into(), now.into()]).await? > 0)
}

/// Takes a person out of a group; says whether they were in it.
pub async fn remove_member(conn: &mut Conn, user: &UserId, group: &GroupName) -> Result<bool, StoreError> {
    Ok(conn.execute(MEMBER_REMOVE, &[user.into(), group.into()]).await? > 0)
}

/// Puts a person into a group that exists, because an upstream says so. Says whether that changed anything: a membership
/// that the configuration or a person made stays theirs, until it is over.
pub async fn add_by_upstream(
    conn: &mut Conn,
    (user, group): (&UserId, &GroupName),
    upstream: &UpstreamName,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let source = source_of(upstream);
    let values = [user.into(), group.into(), (&source).into(), now.into()];
    Ok(conn.execute(MEMBER_ADD_BY_UPSTREAM, &values).await? > 0)
}

/// The groups that a person is in because this upstream says so.
pub async fn by_upstream(
    conn: &mut Conn,
    user: &UserId,
    upstream: &UpstreamName,
) -> Result<BTreeSet<GroupName>, StoreError> {
    let source = source_of(upstream);
    let mut rows = conn.rows(MEMBER_OF_SOURCE, &[user.into(), (&source).into()]).await?;
    rows.iter_mut().map(|row| row.parsed(0, "a group's name")).collect()
}

/// The text of a TEXT column.
fn source_of(upstream: &UpstreamName) -> String {
    format!("upstream:{upstream}")
}

/// The memberships that the configuration made.
pub async fn configured(conn: &mut Conn) -> Result<Vec<(UserName, GroupName)>, StoreError> {
    let mut rows = conn.rows(MEMBER_CONFIGURED, &[]).await?;
    rows.iter_mut().map(|row| Ok((row.parsed(0, "a user name")?, row.parsed(1, "a group's name")?))).collect()
}

/// Whether anyone whose account is on is in the group.
pub async fn has_active_member(conn: &mut Conn, group: &GroupName, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.row(MEMBER_ACTIVE, &[group.into(), now.into()]).await?.is_some())
}

/// Everyone who is in the group for good and whose account is on for good, with what they could sign in with. Whoever is
/// in it for a time is nobody to count on.
pub async fn active_members(conn: &mut Conn, group: &GroupName) -> Result<Vec<(UserName, Enrolled)>, StoreError> {
    conn.rows(MEMBER_ENROLLED, &[group.into()]).await?.iter_mut().map(users::read_enrolled).collect()
}
