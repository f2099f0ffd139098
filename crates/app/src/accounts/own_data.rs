//! What the instance keeps of a person, given to them; and leaving for good.

use super::{
    account_error::AccountError, administrators::one_change_of_administrators_at_a_time, looked_after::PersonDetails,
    own::AllowedApp, people_error::PeopleError, service::Accounts,
};
use crate::{
    again::{Aborted, again},
    audit::By,
    sessions::Own,
};
use doorstep_core::model::{AddressProof, ProgramToken};
use doorstep_store::{
    StoreError, address_proofs,
    audit::{self, AuditLine},
    consents, grants, program_tokens, users,
};

/// How many lines of the log are given.
const LINES: u16 = 1000;

/// Everything that is kept of a person and concerns them; no secret is among it, and none is kept.
pub struct OwnData {
    /// The account with its passkeys and sessions.
    pub person: PersonDetails,
    /// An address that waits to be confirmed.
    pub waiting: Option<AddressProof>,
    /// Apps that the person signed in to and has not ended, by title.
    pub apps: Vec<AllowedApp>,
    /// Tokens for programs.
    pub tokens: Vec<ProgramToken>,
    /// The newest thousand lines of the log, newest first.
    pub activity: Vec<AuditLine>,
}

/// Why an account was not removed.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// Not the user name of the account.
    #[error("this is not the user name of the account")]
    OtherName,
    /// Nobody who can sign in would administer the instance.
    #[error("the last administrator who can sign in stays")]
    LastAdministrator,
    /// As for every change of the account.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<PeopleError> for LeaveError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::LastAdministrator(_) => Self::LastAdministrator,
            PeopleError::Internal(error) => Self::Account(error.into()),
            // Nothing else stands in the way of a removal; the account is gone already.
            _ => Self::Account(AccountError::NotFound),
        }
    }
}

impl From<StoreError> for LeaveError {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

impl Aborted for LeaveError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Account(AccountError::Internal(error)) if error.is_aborted())
    }
}

impl Accounts {
    /// Everything that is kept of the person.
    pub async fn own_data(&self, own: &Own<'_>) -> Result<OwnData, AccountError> {
        self.require_fresh(own.who).await?;
        let id = own.user();
        let person = self.details_of(id).await?.ok_or(AccountError::NotFound)?;
        let mut conn = self.context.db.read().await?;
        let (granted, consented) =
            (grants::clients_of_user(&mut conn, id).await?, consents::of_user(&mut conn, id).await?);
        let tokens = program_tokens::of_user(&mut conn, id).await?;
        let waiting = address_proofs::of_user(&mut conn, id, own.act.now()).await?;
        let activity = audit::of_person(&mut conn, id, LINES).await?;
        drop(conn);
        let apps = self.allowed_apps(granted, consented).await?;
        Ok(OwnData { person, waiting, apps, tokens, activity })
    }

    /// Removes the person's own account, after their user name as a word for it.
    pub async fn leave_for_good(&self, own: &Own<'_>, typed: &str) -> Result<(), LeaveError> {
        self.require_fresh(own.who).await?;
        if typed.trim().to_lowercase() != own.who.principal.user.name.as_str() {
            return Err(LeaveError::OtherName);
        }
        again(|| self.erase_oneself(own)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }

    async fn erase_oneself(&self, own: &Own<'_>) -> Result<(), LeaveError> {
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        self.hold_own(&mut tx, own.who).await?;
        let user = users::by_id(&mut tx, own.user()).await?.ok_or(AccountError::NotFound)?;
        self.erase(&mut tx, &user, By::from(&own.act)).await?;
        Ok(tx.commit().await?)
    }
}
