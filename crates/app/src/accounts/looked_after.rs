//! One person, as whoever administers the instance looks after them: what is kept of them, what they are called,
//! devices that were lost.

use super::{
    administrators::one_change_of_administrators_at_a_time,
    enrol_error::{EnrolError, NAME_RULE},
    people::require_own_email,
    people_error::PeopleError,
    service::Accounts,
    typed::{clean_email, clean_line},
};
use crate::{
    audit::{self, AuditEntry},
    error::InternalError,
    notices::{self, To},
};
use doorstep_core::{
    access::{Act, ManageUsers},
    id::{GroupName, PasskeyId, SessionId, UserId},
    model::{EventKind, Memberships, Passkey, Place, RecoveryKit, Session, TotpKey, User, UserName},
    notice::News,
    secret::Secret,
};
use doorstep_store::{
    Conn,
    groups::{self, MemberSource},
    passkeys, recovery_codes,
    revocations::{self, RevocationKind},
    sessions, sources, totp_keys, users,
};
use std::collections::BTreeSet;

/// What is kept of one person.
#[derive(Clone, Debug)]
pub struct PersonDetails {
    /// The account.
    pub user: User,
    /// Its groups.
    pub groups: BTreeSet<GroupName>,
    /// The same, and those that are over, each with its end.
    pub memberships: Memberships,
    /// Whether a password is set.
    pub has_password: bool,
    /// Its passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Its authenticator apps, oldest first.
    pub totp_keys: Vec<TotpKey>,
    /// Its recovery kit, if it made one.
    pub kit: Option<RecoveryKit>,
    /// Its sessions, oldest first, each with the place where it began.
    pub sessions: Vec<(Session, Place)>,
    /// Whose the mail address is, where this account only claims it.
    pub email_of: Option<UserName>,
}

/// What becomes of a person; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    /// How the person is called, as typed; empty for the user name.
    pub display_name: Option<String>,
    /// Given names, as typed; empty takes them away.
    pub given_name: Option<String>,
    /// Family names, as typed; empty takes them away.
    pub family_name: Option<String>,
    /// The mail address, as typed; empty takes it away. Whoever administers confirms it by typing it.
    pub email: Option<String>,
    /// The name to sign in with, as typed.
    pub user_name: Option<String>,
    /// Whether a user name is meant that the file puts into groups.
    pub with_groups: bool,
    /// Whether a user name or mail address is meant that belonged to somebody else.
    pub reuse: bool,
}

impl Accounts {
    /// What is kept of one person.
    pub async fn person(&self, _: &Act<'_, ManageUsers>, name: &str) -> Result<PersonDetails, PeopleError> {
        let id = self.person_named(name).await?.id;
        self.details_of(&id).await?.ok_or_else(|| PeopleError::Unknown(name.to_owned()))
    }

    /// What is kept of the account; none when it is gone.
    pub(super) async fn details_of(&self, id: &UserId) -> Result<Option<PersonDetails>, InternalError> {
        let mut conn = self.context.db.read().await?;
        let Some((user, memberships)) = users::principal(&mut conn, id).await? else { return Ok(None) };
        let groups = memberships.at(self.context.now());
        let has_password = users::password(&mut conn, id).await?.is_some();
        let passkeys = passkeys::of_user(&mut conn, id).await?;
        let totp_keys = totp_keys::of_user(&mut conn, id).await?.into_iter().map(|(key, _)| key).collect();
        let kit = recovery_codes::kit_of(&mut conn, id).await?;
        let sessions = sessions::of_user(&mut conn, id).await?;
        let email_of = match &user.email {
            Some(email) if !user.email_verified => users::by_email(&mut conn, email).await?.map(|other| other.name),
            _ => None,
        };
        Ok(Some(PersonDetails {
            user,
            groups,
            memberships,
            has_password,
            passkeys,
            totp_keys,
            kit,
            sessions,
            email_of,
        }))
    }

    /// Changes what a person is called and their mail address, all or nothing.
    pub async fn set_person(
        &self,
        act: &Act<'_, ManageUsers>,
        name: &str,
        change: PersonChange,
    ) -> Result<User, PeopleError> {
        let id = self.person_named(name).await?.id;
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        let before = users::by_id(&mut tx, &id).await?.ok_or_else(|| PeopleError::Unknown(name.to_owned()))?;
        let (with_groups, reuse) = (change.with_groups, change.reuse);
        let mut user = changed(&before, change)?;
        if user == before {
            return Ok(before);
        }
        user.updated_at = act.now();
        if users::by_name(&mut tx, &user.name).await?.is_some_and(|other| other.id != user.id) {
            return Err(PeopleError::Taken(user.name.to_string()));
        }
        require_own_email(&mut tx, &user).await?;
        self.require_free(&mut tx, (Some(&before), &user), reuse).await?;
        self.free_identifiers(&mut tx, (&before, Some(&user)), user.updated_at).await?;
        users::update_profile(&mut tx, &user).await?;
        if user.name != before.name {
            self.move_declared_groups(&mut tx, &user, with_groups).await?;
            self.require_an_administrator(&mut tx, &before).await?;
        }
        revocations::record(&mut tx, RevocationKind::User, user.id.as_str(), user.updated_at)?;
        let happened = AuditEntry::new(EventKind::UserChanged, &user.id);
        let happened = happened.detail("changed", &differences(&before, &user));
        audit::write(&mut tx, &self.context, act, happened).await?;
        if before.proved_email() != user.proved_email() {
            // To the address from before as well: whoever changes it may not be its owner.
            for (whom, to_former) in [(&before, true), (&user, false)] {
                let news = (To::At(whom), News::EmailChanged { to_former });
                notices::order(&mut tx, &self.context, news, act).await?;
            }
        }
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }

    /// What the file declares goes by name: the old name's groups are left, and the new name's are joined only when
    /// that is meant.
    async fn move_declared_groups(&self, conn: &mut Conn, user: &User, meant: bool) -> Result<(), PeopleError> {
        let declared = self.caches.declared.groups();
        let named: BTreeSet<_> =
            declared.iter().filter(|(_, names)| names.contains(&user.name)).map(|(group, _)| group.clone()).collect();
        if !named.is_empty() && !meant {
            let content = sources::content(conn).await?;
            let with_place = |group: GroupName| {
                let at = content.place_of_group(&group);
                (group, at)
            };
            let groups = named.into_iter().map(with_place).collect();
            return Err(PeopleError::NamedInFile { name: user.name.to_string(), groups });
        }
        for (name, group) in groups::configured(conn).await? {
            if name == user.name {
                groups::remove_member(conn, &user.id, &group).await?;
            }
        }
        for group in &named {
            groups::ensure(conn, group, user.updated_at).await?;
            groups::add_member(conn, &user.id, group, MemberSource::Config).await?;
        }
        Ok(())
    }

    /// Removes a passkey of a lost device, the last one too, and ends every session and grant of its owner: whoever
    /// holds the device may have made some.
    pub async fn remove_passkey_of(
        &self,
        act: &Act<'_, ManageUsers>,
        (name, id): (&str, &PasskeyId),
    ) -> Result<User, PeopleError> {
        let user = self.person_named(name).await?;
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &user.id).await?;
        let all = passkeys::of_user(&mut tx, &user.id).await?;
        if !passkeys::delete(&mut tx, id, &user.id).await? {
            return Err(PeopleError::NotTheirs { name: user.name.to_string(), what: "passkey" });
        }
        self.sessions.end_others(&mut tx, &user.id, None).await?;
        let happened = AuditEntry::new(EventKind::PasskeyRemoved, id);
        audit::write(&mut tx, &self.context, act, happened.detail("of", user.id.as_str())).await?;
        let name = all.into_iter().find(|passkey| passkey.id == *id).map(|passkey| passkey.name).unwrap_or_default();
        self.tell(&mut tx, (&user.id, News::PasskeyRemoved { name }), act).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }

    /// Sets or replaces the password of a person, or takes it away, the last way to sign in too. Where there was one,
    /// every session and grant ends: whoever knew it may be in one of them.
    pub async fn set_password_of(
        &self,
        act: &Act<'_, ManageUsers>,
        (name, new): (&str, Option<Secret<String>>),
    ) -> Result<User, PeopleError> {
        if new.is_some() && !self.context.settings.live().passwords {
            return Err(PeopleError::NoPasswords);
        }
        let user = self.person_named(name).await?;
        let phc = match new {
            Some(password) => Some(self.passwords.hash(password, &mut self.context.ambient.entropy()).await?),
            None => None,
        };
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &user.id).await?;
        let had_one = users::password(&mut tx, &user.id).await?.is_some();
        if phc.is_none() && !had_one {
            return Err(PeopleError::HasNoPassword(user.name.to_string()));
        }
        if !users::set_password(&mut tx, &user.id, phc.as_deref(), act.now()).await? {
            return Err(PeopleError::Unknown(name.to_owned()));
        }
        if phc.is_none() {
            self.end_totp_keys(&mut tx, &user.id, act.into()).await?;
        }
        if had_one {
            self.sessions.end_others(&mut tx, &user.id, None).await?;
        }
        let happened = AuditEntry::new(EventKind::PasswordChanged, &user.id);
        let happened = happened.detail("now", if phc.is_some() { "set" } else { "removed" });
        audit::write(&mut tx, &self.context, act, happened).await?;
        self.tell(&mut tx, (&user.id, News::of_password(had_one, phc.is_some())), act).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }

    /// Ends one session of a person with what hangs off it, or all of them and every grant.
    pub async fn end_sessions_of(
        &self,
        act: &Act<'_, ManageUsers>,
        (name, id): (&str, Option<&SessionId>),
    ) -> Result<User, PeopleError> {
        let user = self.person_named(name).await?;
        let mut tx = self.context.db.begin().await?;
        match id {
            Some(id) => {
                let theirs = sessions::by_id(&mut tx, id).await?.is_some_and(|session| session.user == user.id);
                if !theirs || !self.sessions.drop_session(&mut tx, id).await? {
                    return Err(PeopleError::NotTheirs { name: user.name.to_string(), what: "session" });
                }
            }
            None => {
                self.sessions.end_others(&mut tx, &user.id, None).await?;
            }
        }
        let happened = AuditEntry::new(EventKind::SignedOut, &user.id);
        let happened = happened.detail("session", id.map_or("all", SessionId::as_str));
        audit::write(&mut tx, &self.context, act, happened).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }
}

fn changed(before: &User, change: PersonChange) -> Result<User, PeopleError> {
    let mut user = before.clone();
    if let Some(typed) = change.user_name {
        user.name = typed.parse::<UserName>().map_err(|_| EnrolError::Name(NAME_RULE))?;
    }
    if let Some(typed) = change.display_name {
        user.display_name = clean_line(&typed).unwrap_or_else(|| user.name.to_string());
    }
    if let Some(typed) = change.given_name {
        user.given_name = clean_line(&typed);
    }
    if let Some(typed) = change.family_name {
        user.family_name = clean_line(&typed);
    }
    if let Some(typed) = change.email {
        user.email = clean_email(&typed)?;
        user.email_verified = user.email.is_some();
    }
    Ok(user)
}

/// What is another now, for the audit log.
fn differences(before: &User, after: &User) -> String {
    let mut reported = Vec::new();
    if before.name != after.name {
        reported.push(format!("user name from {} to {}", before.name, after.name));
    }
    for (is_another, what) in [
        (before.display_name != after.display_name, "name"),
        (before.given_name != after.given_name, "given name"),
        (before.family_name != after.family_name, "family name"),
    ] {
        if is_another {
            reported.push(what.to_owned());
        }
    }
    if (&before.email, before.email_verified) != (&after.email, after.email_verified) {
        reported.push("mail address".to_owned());
    }
    reported.join(", ")
}
