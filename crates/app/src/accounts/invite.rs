//! People whom the configuration invites: an account without a way to sign in yet. Its link is made when somebody asks for
//! it, because what is printed by a server or kept in a file is read by others.

use super::{
    administrators::{admins_group, one_change_of_administrators_at_a_time},
    people::require_own_email,
    people_error::PeopleError,
    service::Accounts,
    typed::NewPerson,
};
use crate::error::InternalError;
use doorstep_core::access::{Act, InvitePeople};
use doorstep_store::{Conn, StoreError, groups};

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The link that makes the first administrator opens only while nobody has an account.
    #[error("nobody is an administrator yet: the set-up link of the server makes the first one")]
    NoAdministrator,
    /// Somebody has an account of this name: as good as invited.
    #[error("there is an account of this name")]
    IsThere,
    /// As for anybody who is added.
    #[error(transparent)]
    Refused(#[from] PeopleError),
}

impl From<StoreError> for InviteError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<InternalError> for InviteError {
    fn from(error: InternalError) -> Self {
        Self::Refused(error.into())
    }
}

impl Accounts {
    /// Makes the account of somebody whom the configuration invites. [`Self::recovery_link`] makes the link to it.
    pub async fn invite(&self, act: &Act<'_, InvitePeople>, typed: &NewPerson) -> Result<(), InviteError> {
        let user = self.new_user(act, typed)?;
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        if !groups::has_active_member(&mut tx, &admins_group()?, act.now()).await? {
            return Err(InviteError::NoAdministrator);
        }
        match self.write_new(&mut tx, (act, &user), typed.reuse).await {
            Err(PeopleError::Taken(_)) => return Err(InviteError::IsThere),
            written => written?,
        }
        Ok(tx.commit().await?)
    }

    /// Whether somebody new could have this name and mail address, without an approval. Changes nothing.
    pub(crate) async fn could_be_invited(
        &self,
        (conn, act): (&mut Conn, &Act<'_, InvitePeople>),
        typed: &NewPerson,
    ) -> Result<(), PeopleError> {
        let user = self.new_user(act, typed)?;
        require_own_email(conn, &user).await?;
        let former = self.former_identifiers(conn, &user).await?;
        if former.is_empty() { Ok(()) } else { Err(PeopleError::Former(former)) }
    }
}
