//! People and groups, as whoever runs the instance manages them. Every verb takes proof of permission.

use super::{
    administrators::{admins_group, one_change_of_administrators_at_a_time},
    ends::{end_all_it_holds, in_days, require_days},
    enrol_error::{EnrolError, NAME_RULE},
    link::PrintedLink,
    people_error::PeopleError,
    service::Accounts,
    typed::{NewPerson, clean_email, clean_line},
};
use crate::{
    again::again,
    audit::{self, AuditEntry},
    error::InternalError,
    settings::LINK_TTL,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    access::{Act, Demand, ManageGroups, ManageUsers},
    id::{GroupName, UserId},
    model::{EventKind, LinkPurpose, User, UserName},
    page::After,
    time::Timestamp,
};
use doorstep_store::{
    Conn, StoreError,
    groups::{self, MemberSource},
    migrate, passkeys,
    revocations::{self, RevocationKind},
    sources, users,
};
use std::collections::BTreeSet;

/// One line of `doorstep user list`.
pub use doorstep_store::users::PersonLine as Person;

/// Whether somebody is to be in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// Not at all.
    No,
    /// Until somebody takes them out.
    ForGood,
    /// From now on for so many days.
    For {
        /// As many.
        days: i64,
    },
}

impl Accounts {
    /// Everybody, by name.
    pub async fn people(&self, _: &Act<'_, ManageUsers>) -> Result<Vec<Person>, InternalError> {
        let mut conn = self.context.db.read().await?;
        let (mut people, mut after) = (Vec::new(), After::start());
        loop {
            let page = users::people(&mut conn, &after).await?;
            people.extend(page.items);
            match page.next {
                Some(key) => after = After::key(key),
                None => break,
            }
        }
        people.sort_by(|a, b| a.user.name.cmp(&b.user.name));
        Ok(people)
    }

    /// Makes an account and a link with which the person makes their first passkey.
    pub async fn add_person(
        &self,
        act: &Act<'_, ManageUsers>,
        typed: NewPerson,
        into: BTreeSet<GroupName>,
    ) -> Result<(User, PrintedLink), PeopleError> {
        let user = self.new_user(act, &typed)?;
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        self.require_known(&mut tx, &into).await?;
        self.write_new(&mut tx, (act, &user), typed.reuse).await?;
        for group in &into {
            groups::ensure(&mut tx, group, act.now()).await?;
            groups::add_member(&mut tx, &user.id, group, MemberSource::Console).await?;
        }
        // In the same transaction: no account is left without a way to sign in to it.
        let link = self
            .write_link((&mut tx, act.into()), (LinkPurpose::Enrol, LINK_TTL), Some(&user.id), BTreeSet::new())
            .await?;
        tx.commit().await?;
        Ok((user, link))
    }

    /// Somebody new, as typed.
    pub(super) fn new_user<P: Demand>(&self, act: &Act<'_, P>, typed: &NewPerson) -> Result<User, PeopleError> {
        let name: UserName = typed.name.parse().map_err(|_| EnrolError::Name(NAME_RULE))?;
        let (email, now) = (clean_email(&typed.email)?, act.now());
        Ok(User {
            display_name: clean_line(&typed.display_name).unwrap_or_else(|| name.to_string()),
            given_name: clean_line(&typed.given_name),
            family_name: clean_line(&typed.family_name),
            email_verified: email.is_some(),
            email,
            ..User::new(UserId::random(&mut self.context.ambient.entropy()), name, now)
        })
    }

    /// Writes a new account whose name and mail address are nobody else's, with its line in the audit log.
    pub(super) async fn write_new<P: Demand>(
        &self,
        conn: &mut Conn,
        (act, user): (&Act<'_, P>, &User),
        reuse: bool,
    ) -> Result<(), PeopleError> {
        let taken = || PeopleError::Taken(user.name.to_string());
        if users::by_name(conn, &user.name).await?.is_some() {
            return Err(taken());
        }
        require_own_email(conn, user).await?;
        self.require_free(conn, (None, user), reuse).await?;
        let handle = URL_SAFE_NO_PAD.encode(self.context.ambient.entropy().bytes::<32>());
        self.add_user(conn, user, &handle).await.map_err(|error| match error {
            // Another process was faster.
            StoreError::Conflict { .. } => taken(),
            error => error.into(),
        })?;
        let happened = AuditEntry::new(EventKind::UserAdded, &user.id);
        audit::write(conn, &self.context, act, happened.detail("name", user.name.as_str())).await?;
        Ok(())
    }

    /// Switches an account off, which ends everything it holds at once, or on again. One that is over is on for good then.
    pub async fn set_active(&self, act: &Act<'_, ManageUsers>, name: &str, active: bool) -> Result<User, PeopleError> {
        let mut user = self.person_named(name).await?;
        user.disabled_at = (!active).then(|| act.now());
        user.ends_at = user.ends_at.filter(|end| act.now() < *end);
        again(|| self.write_active(act, &user)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }

    async fn write_active(&self, act: &Act<'_, ManageUsers>, user: &User) -> Result<(), PeopleError> {
        let (now, active) = (act.now(), user.disabled_at.is_none());
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        users::set_disabled(&mut tx, &user.id, user.disabled_at, now).await?;
        if active {
            users::set_end(&mut tx, &user.id, user.ends_at, now).await?;
            revocations::record(&mut tx, RevocationKind::User, user.id.as_str(), now)?;
        } else {
            self.require_an_administrator(&mut tx, user).await?;
            end_all_it_holds(&mut tx, &user.id, now).await?;
        }
        let happened = AuditEntry::new(EventKind::UserChanged, &user.id);
        let happened = happened.detail("now", if active { "on" } else { "off" });
        audit::write(&mut tx, &self.context, act, happened).await?;
        Ok(tx.commit().await?)
    }

    /// Puts a person into a group for good, or takes them out.
    pub async fn set_member(
        &self,
        act: &Act<'_, ManageGroups>,
        who: (&str, &GroupName),
        member: bool,
    ) -> Result<bool, PeopleError> {
        self.change_member(act, who, if member { Belongs::ForGood } else { Belongs::No }).await
    }

    /// Puts a person into a group for so many days from now, whatever time was left before; says until when.
    pub async fn set_member_for(
        &self,
        act: &Act<'_, ManageGroups>,
        who: (&str, &GroupName),
        days: i64,
    ) -> Result<Timestamp, PeopleError> {
        require_days(Some(days))?;
        self.change_member(act, who, Belongs::For { days }).await?;
        Ok(User::end(days, act.now()))
    }

    async fn change_member(
        &self,
        act: &Act<'_, ManageGroups>,
        (name, group): (&str, &GroupName),
        member: Belongs,
    ) -> Result<bool, PeopleError> {
        let user = self.person_named(name).await?;
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        self.require_known(&mut tx, [group]).await?;
        let changed = self.write_member(&mut tx, act, (&user, group), member).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(changed)
    }

    /// Puts a person into a group that is known, or takes them out, while nobody else changes who administers.
    pub(super) async fn write_member(
        &self,
        tx: &mut Conn,
        act: &Act<'_, ManageGroups>,
        (user, group): (&User, &GroupName),
        member: Belongs,
    ) -> Result<bool, PeopleError> {
        let now = act.now();
        let declared = member != Belongs::ForGood
            && groups::configured(tx).await?.iter().any(|(name, g)| *name == user.name && g == group);
        if declared {
            let at = sources::content(tx).await?.place_of_group(group);
            return Err(PeopleError::Declared { name: user.name.to_string(), group: group.to_string(), at });
        }
        let changed = match member {
            Belongs::No => groups::remove_member(tx, &user.id, group).await?,
            Belongs::ForGood => {
                groups::ensure(tx, group, now).await?;
                groups::add_member(tx, &user.id, group, MemberSource::Console).await?
            }
            Belongs::For { days } => {
                groups::ensure(tx, group, now).await?;
                migrate::demand_ends(tx).await?;
                let end = Some(User::end(days, now));
                groups::add_member_until(tx, (&user.id, group), MemberSource::Console, end).await?
            }
        };
        if changed {
            self.require_an_administrator(tx, user).await?;
            revocations::record(tx, RevocationKind::User, user.id.as_str(), now)?;
            let happened = AuditEntry::new(EventKind::UserChanged, &user.id);
            let mut happened = happened.detail(if member == Belongs::No { "left" } else { "joined" }, group.as_str());
            if let Belongs::For { days } = member {
                happened = happened.detail("ends", &in_days(Some(days)));
            }
            audit::write(tx, &self.context, act, happened).await?;
        }
        Ok(changed)
    }

    /// A link with which a person makes a new passkey. Older links of theirs stop opening.
    pub async fn recovery_link(
        &self,
        act: &Act<'_, ManageUsers>,
        name: &str,
    ) -> Result<(User, PrintedLink), PeopleError> {
        let user = self.person_named(name).await?;
        let purpose = if self.can_sign_in(&user.id).await? { LinkPurpose::Recover } else { LinkPurpose::Enrol };
        let link = self.make_link(act, purpose, Some(&user.id), BTreeSet::new()).await?;
        Ok((user, link))
    }

    /// Whether somebody has a passkey or a password. Who has none was invited and did not come yet.
    async fn can_sign_in(&self, id: &UserId) -> Result<bool, InternalError> {
        let mut conn = self.context.db.read().await?;
        Ok(!passkeys::of_user(&mut conn, id).await?.is_empty() || users::password(&mut conn, id).await?.is_some())
    }

    pub(super) async fn person_named(&self, typed: &str) -> Result<User, PeopleError> {
        let unknown = || PeopleError::Unknown(typed.trim().to_owned());
        let name: UserName = typed.parse().map_err(|_| unknown())?;
        users::by_name(&mut self.context.db.read().await?, &name).await?.ok_or_else(unknown)
    }

    /// Refuses a group that is neither declared nor there already, and so most likely misspelt.
    pub(super) async fn require_known(
        &self,
        conn: &mut Conn,
        named: impl IntoIterator<Item = &GroupName>,
    ) -> Result<(), PeopleError> {
        let known = self.known_groups(conn).await?;
        match named.into_iter().find(|name| !known.contains(*name)) {
            Some(name) => Err(PeopleError::UnknownGroup { name: name.clone(), known }),
            None => Ok(()),
        }
    }

    /// The groups that are declared or there.
    pub(super) async fn known_groups(&self, conn: &mut Conn) -> Result<BTreeSet<GroupName>, InternalError> {
        let mut known: BTreeSet<_> =
            groups::list(conn, self.context.now()).await?.into_iter().map(|(name, _)| name).collect();
        known.extend(self.caches.declared.groups().keys().cloned());
        known.insert(admins_group()?);
        Ok(known)
    }
}

impl Accounts {
    /// Refuses a name or address that belonged to somebody else, unless that is meant; lets the account have them.
    pub(super) async fn require_free(
        &self,
        conn: &mut Conn,
        (before, after): (Option<&User>, &User),
        reuse: bool,
    ) -> Result<(), PeopleError> {
        let former = self.take_identifiers(conn, (before, after), reuse).await?;
        if former.is_empty() { Ok(()) } else { Err(PeopleError::Former(former)) }
    }
}

/// Refuses an address that another account has, disabled or not: apps know people by it.
pub(super) async fn require_own_email(conn: &mut Conn, user: &User) -> Result<(), PeopleError> {
    let Some(email) = &user.email else { return Ok(()) };
    match users::by_email(conn, email).await? {
        Some(other) if other.id != user.id => {
            Err(PeopleError::EmailTaken { email: email.clone(), name: other.name.to_string() })
        }
        _ => Ok(()),
    }
}
