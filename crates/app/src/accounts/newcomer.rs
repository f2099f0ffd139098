//! Somebody who gives a new account its name: the first administrator, and whoever comes by an invitation.
//!
//! What they type is checked twice: before they make a passkey, and in the transaction that writes the account.

use super::{
    administrators::ComesBy,
    enrol_error::{EnrolError, NAME_FORMER, NAME_NOT_FREE, NAME_RULE, NAME_TAKEN},
    service::Accounts,
    typed::{NewPerson, clean_email, clean_line},
};
use crate::error::InternalError;
use doorstep_core::model::{IdentifierKind, User, UserName};
use doorstep_store::{Conn, StoreError, users};
use serde::{Deserialize, Serialize};

/// What they said, checked.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Newcomer {
    pub(super) name: UserName,
    pub(super) display_name: String,
    pub(super) email: Option<String>,
}

/// What an account could not be called.
#[derive(Clone, Copy)]
enum NotFree {
    Taken,
    Former,
    Kept(&'static str),
}

impl NotFree {
    const fn told(self, comes_by: ComesBy) -> EnrolError {
        EnrolError::Name(match (comes_by, self) {
            (ComesBy::Invitation, _) => NAME_NOT_FREE,
            (ComesBy::SetUp, Self::Taken) => NAME_TAKEN,
            (ComesBy::SetUp, Self::Former) => NAME_FORMER,
            (ComesBy::SetUp, Self::Kept(why)) => why,
        })
    }
}

impl Accounts {
    /// Checks what was typed, before there is anything to write.
    pub(super) async fn check_newcomer(&self, typed: &NewPerson, comes_by: ComesBy) -> Result<Newcomer, EnrolError> {
        let name: UserName = typed.name.parse().map_err(|_| EnrolError::Name(NAME_RULE))?;
        self.kept(&name, comes_by)?;
        if users::by_name(&mut self.context.db.read().await?, &name).await?.is_some() {
            return Err(NotFree::Taken.told(comes_by));
        }
        let display_name = clean_line(&typed.display_name).unwrap_or_else(|| name.to_string());
        Ok(Newcomer { name, display_name, email: clean_email(&typed.email)? })
    }

    /// Writes the account. Its name and its proved address are nobody else's, and were nobody else's.
    pub(super) async fn write_newcomer(
        &self,
        conn: &mut Conn,
        (user, handle): (&User, &str),
        comes_by: ComesBy,
    ) -> Result<(), EnrolError> {
        if self.email_is_taken(conn, user.proved_email()).await? {
            return Err(EnrolError::EmailTaken);
        }
        self.kept(&user.name, comes_by)?;
        // One field at a time: a page says what is wrong with the first.
        match self.take_identifiers(conn, (None, user), false).await?.first().map(|former| former.kind) {
            Some(IdentifierKind::UserName) => return Err(NotFree::Former.told(comes_by)),
            Some(IdentifierKind::Email) => return Err(EnrolError::EmailFormer),
            None => {}
        }
        self.add_user(conn, user, handle).await.map_err(|error| match error {
            StoreError::Conflict { .. } => NotFree::Taken.told(comes_by),
            error => error.into(),
        })
    }

    fn kept(&self, name: &UserName, comes_by: ComesBy) -> Result<(), EnrolError> {
        self.require_not_kept_for_another(name, comes_by).map_err(|why| NotFree::Kept(why).told(comes_by))
    }

    /// Whether a proved address is another account's.
    pub(super) async fn email_is_taken(&self, conn: &mut Conn, email: Option<&str>) -> Result<bool, InternalError> {
        match email {
            Some(email) => Ok(users::by_email(conn, email).await?.is_some()),
            None => Ok(false),
        }
    }
}
