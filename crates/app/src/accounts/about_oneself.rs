//! What people say about themselves: their names at any time, and a mail address at their own enrolment where none is
//! known. What somebody merely typed is not verified. Whether the address is another account's is not said here:
//! administrators see it (`doorstep user show`).

use super::{
    account_error::AccountError,
    enrol_error::EnrolError,
    link::OpenLink,
    service::Accounts,
    typed::{NewPerson, clean_email, clean_line},
};
use crate::{
    audit::{self, AuditEntry, By},
    sessions::Own,
};
use doorstep_core::model::{EventKind, Language, LinkPurpose, User};
use doorstep_store::{
    Conn, StoreError,
    revocations::{self, RevocationKind},
    users,
};
use serde::{Deserialize, Serialize};

/// What somebody said at their own enrolment, checked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Profile {
    display_name: Option<String>,
    email: Option<String>,
}

impl Profile {
    /// What counts of what was typed: names of whoever is new, and an address where none is known.
    pub(super) fn of(opened: &OpenLink, typed: Option<&NewPerson>) -> Result<Self, EnrolError> {
        let (Some(user), Some(typed), LinkPurpose::Enrol) = (&opened.user, typed, opened.purpose) else {
            return Ok(Self::default());
        };
        let email = if user.email.is_none() { clean_email(&typed.email)? } else { None };
        Ok(Self { display_name: clean_line(&typed.display_name), email })
    }
}

/// The names of a person, as they typed them.
#[derive(Clone, Debug)]
pub struct OwnNames {
    /// The display name; the user name when empty.
    pub display: String,
    /// Given names; may be empty.
    pub given: String,
    /// Family names; may be empty.
    pub family: String,
}

impl Accounts {
    /// Changes what a person is called, by themselves. The user name and the mail address stay: by these, apps know
    /// them.
    pub async fn set_own_names(&self, own: &Own<'_>, typed: OwnNames) -> Result<(), AccountError> {
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let before = users::by_id(&mut tx, own.user()).await?.ok_or(AccountError::NotFound)?;
        let mut after = before.clone();
        after.display_name = clean_line(&typed.display).unwrap_or_else(|| before.name.to_string());
        after.given_name = clean_line(&typed.given);
        after.family_name = clean_line(&typed.family);
        if after != before {
            after.updated_at = own.act.now();
            write(&mut tx, &after).await?;
            let happened = AuditEntry::new(EventKind::UserChanged, &after.id).detail("changed", "name");
            audit::write(&mut tx, &self.context, &own.act, happened).await?;
            tx.commit().await?;
            self.caches.catch_up_after_commit().await;
        }
        Ok(())
    }

    /// Keeps the language that somebody chose for themselves, or that they chose none. It is no claim of theirs, so it
    /// leaves no line in the audit log; pages at their apps are in it from the next request on.
    pub async fn set_own_language(&self, own: &Own<'_>, language: Option<Language>) -> Result<(), AccountError> {
        if own.who.principal.user.language == language {
            return Ok(());
        }
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        users::set_language(&mut tx, own.user(), language).await?;
        revocations::record(&mut tx, RevocationKind::User, own.user().as_str(), own.act.now())?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }

    /// Writes what somebody said at their own enrolment.
    pub(super) async fn write_profile(
        &self,
        conn: &mut Conn,
        (before, said): (&User, &Profile),
        by: By<'_>,
    ) -> Result<(), StoreError> {
        let mut after = before.clone();
        if let Some(name) = &said.display_name {
            after.display_name.clone_from(name);
        }
        if before.email.is_none() && said.email.is_some() {
            after.email.clone_from(&said.email);
            after.email_verified = false;
        }
        if after == *before {
            return Ok(());
        }
        after.updated_at = by.at();
        write(conn, &after).await?;
        let what = if after.email == before.email { "name" } else { "mail address, not verified" };
        let happened = AuditEntry::new(EventKind::UserChanged, &after.id).detail("changed", what);
        audit::write(conn, &self.context, by, happened).await
    }
}

/// Apps behind forward auth are told the new name at their next request.
async fn write(conn: &mut Conn, user: &User) -> Result<(), StoreError> {
    users::update_profile(conn, user).await?;
    revocations::record(conn, RevocationKind::User, user.id.as_str(), user.updated_at)?;
    Ok(())
}
