//! User names and mail addresses that belonged to somebody: who frees one, and who may take it. Apps know people by
//! them, so that another person with the same one might be let in to what was theirs.
//!
//! A name is remembered in clear, an address by a fingerprint under the root key: somebody who was removed is not kept.

use super::{people_error::PeopleError, service::Accounts};
use crate::error::InternalError;
use doorstep_core::{
    model::{FormerHolder, IdentifierKind, User, mail_key},
    time::Timestamp,
};
use doorstep_store::{
    Conn,
    former::{self, Identifier},
    users,
};

/// An identifier of one person, as it is remembered.
type Held = (IdentifierKind, String);

/// An identifier that belonged to somebody else.
pub(super) struct Former {
    /// Which of those that were to be taken.
    pub(super) kind: IdentifierKind,
    /// The name now of whoever had it, if they still have an account.
    pub(super) of: Option<String>,
}

impl Former {
    /// The refusal to let `after` have it.
    pub(super) fn refused(self, after: &User) -> PeopleError {
        let value = match self.kind {
            IdentifierKind::UserName => after.name.to_string(),
            IdentifierKind::Email => after.email.clone().unwrap_or_default(),
        };
        PeopleError::Former { value, of: self.of }
    }
}

impl Accounts {
    /// Lets `after` have the identifiers that `before` had not, or says which of them was somebody else's.
    pub(super) async fn take_identifiers(
        &self,
        conn: &mut Conn,
        (before, after): (Option<&User>, &User),
        explicitly_allowed: bool,
    ) -> Result<Option<Former>, InternalError> {
        let had = before.map_or(Ok(Vec::new()), |user| self.identifiers(user))?;
        let taken: Vec<Held> = self.identifiers(after)?.into_iter().filter(|held| !had.contains(held)).collect();
        if let Some(former) = belonged(conn, (&taken, after), explicitly_allowed).await? {
            return Ok(Some(former));
        }
        for (kind, text) in &taken {
            former::forget(conn, Identifier { kind: *kind, text }).await?;
        }
        Ok(None)
    }

    /// Which identifier of somebody new was somebody else's. Takes nothing.
    pub(super) async fn former_identifier(
        &self,
        conn: &mut Conn,
        user: &User,
    ) -> Result<Option<Former>, InternalError> {
        belonged(conn, (&self.identifiers(user)?, user), false).await
    }

    /// Remembers whose the identifiers were that `before` had and `after`, if there is one, has not.
    pub(super) async fn free_identifiers(
        &self,
        conn: &mut Conn,
        (before, after): (&User, Option<&User>),
        now: Timestamp,
    ) -> Result<(), InternalError> {
        let kept = after.map_or(Ok(Vec::new()), |user| self.identifiers(user))?;
        let holder = FormerHolder { user: before.id.clone(), freed_at: now };
        for (kind, text) in self.identifiers(before)?.iter().filter(|held| !kept.contains(held)) {
            former::put(conn, Identifier { kind: *kind, text }, &holder).await?;
        }
        Ok(())
    }

    /// By what apps may know a person. An address that is not proved reached none.
    fn identifiers(&self, user: &User) -> Result<Vec<Held>, InternalError> {
        let mut held = vec![(IdentifierKind::UserName, user.name.to_string())];
        if let Some(key) = user.proved_email().and_then(|email| mail_key(email).ok()) {
            held.push((IdentifierKind::Email, self.context.keyring.former_address(&key)?));
        }
        Ok(held)
    }
}

/// Which of these belonged to somebody who does not yield it to `after`.
async fn belonged(
    conn: &mut Conn,
    (taken, after): (&[Held], &User),
    explicitly_allowed: bool,
) -> Result<Option<Former>, InternalError> {
    for (kind, text) in taken {
        let (kind, identifier) = (*kind, Identifier { kind: *kind, text });
        if let Some(holder) = former::holder(conn, identifier).await?
            && !holder.yields_to(&after.id, explicitly_allowed)
        {
            return Ok(Some(Former { kind, of: users::name_of(conn, &holder.user).await? }));
        }
    }
    Ok(None)
}
