//! Who administers the instance: the built-in group, and that it never becomes empty.

use super::{enrol_error::EnrolError, service::Accounts};
use crate::error::InternalError;
use doorstep_core::{access::ADMINS, id::GroupName, model::UserName};
use doorstep_store::{Conn, StoreError, generations, groups, users};
use std::collections::BTreeSet;

const NAME_KEPT: &str = "the configuration keeps this user name for somebody who is no administrator";

impl Accounts {
    /// User names that the configuration makes administrators.
    pub fn named_administrators(&self) -> BTreeSet<UserName> {
        self.caches.declared.groups().get(ADMINS).cloned().unwrap_or_default()
    }

    /// Refuses a user name at set-up that the configuration puts into groups, but not among the administrators:
    /// whoever it is meant for gets it by an account that an administrator makes.
    pub(super) fn require_not_kept_for_another(&self, name: &UserName) -> Result<(), EnrolError> {
        let declared = self.caches.declared.groups();
        let is_named = declared.values().any(|names| names.contains(name));
        if is_named && !self.named_administrators().contains(name) {
            return Err(EnrolError::Name(NAME_KEPT));
        }
        Ok(())
    }

    /// Whether anybody has an account, active or not.
    pub async fn has_people(&self) -> Result<bool, InternalError> {
        Ok(users::any(&mut self.context.db.read().await?).await?)
    }

    /// Whether somebody can administer the instance.
    pub async fn has_administrator(&self) -> Result<bool, InternalError> {
        Ok(groups::has_active_member(&mut self.context.db.read().await?, &admins_group()?).await?)
    }
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
