//! Who administers the instance: the built-in group, and that it never becomes empty.

use super::service::Accounts;
use crate::error::InternalError;
use doorstep_core::{access::ADMINS, id::GroupName};
use doorstep_store::{Conn, StoreError, generations, groups, users};

impl Accounts {
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
