//! Who administers the instance: the built-in group, and that no change leaves it without somebody who can sign in.

use super::{enrol_error::NAME_KEPT, people_error::PeopleError, service::Accounts};
use crate::error::InternalError;
use doorstep_core::{
    access::{ADMINS, Administered},
    id::GroupName,
    model::{User, UserName},
};
use doorstep_store::{Conn, StoreError, generations, groups, users};
use std::collections::BTreeSet;

/// How somebody comes who gives their account its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ComesBy {
    /// As the first administrator.
    SetUp,
    /// As somebody whom an administrator invited.
    Invitation,
}

impl Accounts {
    /// User names that the configuration makes administrators.
    pub fn named_administrators(&self) -> BTreeSet<UserName> {
        self.caches.declared.groups().get(ADMINS).cloned().unwrap_or_default()
    }

    /// Refuses a user name that the configuration puts into groups, and says why: whoever it is meant for gets it by an
    /// account that an administrator makes. At set-up, a name among the administrators is meant for whoever that is.
    pub(super) fn require_not_kept_for_another(&self, name: &UserName, comes_by: ComesBy) -> Result<(), &'static str> {
        let declared = self.caches.declared.groups();
        let is_named = declared.values().any(|names| names.contains(name));
        let is_theirs = comes_by == ComesBy::SetUp && self.named_administrators().contains(name);
        if is_named && !is_theirs { Err(NAME_KEPT) } else { Ok(()) }
    }

    /// Whether anybody has an account, active or not.
    pub async fn has_people(&self) -> Result<bool, InternalError> {
        Ok(users::any(&mut self.context.db.read().await?).await?)
    }

    /// Whether an administrator is there, who came already or was invited.
    pub async fn has_administrator(&self) -> Result<bool, InternalError> {
        let now = self.context.now();
        Ok(groups::has_active_member(&mut self.context.db.read().await?, &admins_group()?, now).await?)
    }

    /// Whether one of the administrators can sign in.
    pub async fn administered(&self) -> Result<Administered, InternalError> {
        let passwords = self.context.settings.live().passwords;
        administered(&mut self.context.db.read().await?, passwords, |_| true).await
    }

    /// Refuses a change, inside its transaction, after which the instance would be administered worse than before.
    pub(super) async fn require_an_administrator(&self, conn: &mut Conn, changed: &User) -> Result<(), PeopleError> {
        let after = administered(conn, self.context.settings.live().passwords, |_| true).await?;
        if after < Administered::Somebody && after < self.administered().await? {
            return Err(PeopleError::LastAdministrator(changed.name.to_string()));
        }
        Ok(())
    }

    /// The same of a removal, so far as can be said before it is tried.
    pub(super) async fn require_another_administrator(&self, removed: &User) -> Result<(), PeopleError> {
        let passwords = self.context.settings.live().passwords;
        let mut conn = self.context.db.read().await?;
        let before = administered(&mut conn, passwords, |_| true).await?;
        if administered(&mut conn, passwords, |name| *name != removed.name).await? < before {
            return Err(PeopleError::LastAdministrator(removed.name.to_string()));
        }
        Ok(())
    }
}

/// How well the instance is administered by those of its administrators who count. `passwords` says whether they are
/// switched on.
pub(crate) async fn administered(
    conn: &mut Conn,
    passwords: bool,
    counts: impl Fn(&UserName) -> bool,
) -> Result<Administered, InternalError> {
    let administrators = groups::active_members(conn, &admins_group()?).await?;
    let counting = administrators.into_iter().filter(|(name, _)| counts(name));
    Ok(Administered::by(counting.map(|(_, enrolled)| enrolled.methods(passwords).can_sign_in())))
}

/// The built-in group of administrators.
pub(crate) fn admins_group() -> Result<GroupName, InternalError> {
    ADMINS.parse().map_err(|_| InternalError::Missing("the group of administrators"))
}

/// Makes transactions that change who administers the instance wait for one another, so that each counts
/// administrators after the other's change: two who switch each other off do not both succeed.
pub(crate) async fn one_change_of_administrators_at_a_time(conn: &mut Conn) -> Result<(), StoreError> {
    generations::bump(conn, "administrators").await.map(|_| ())
}
