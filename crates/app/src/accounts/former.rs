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

/// An identifier of one person, as it is remembered, and as it may have been under an earlier root key: a keyed hash cannot
/// be computed anew without the address.
#[derive(PartialEq, Eq)]
struct Held {
    kind: IdentifierKind,
    now: String,
    before: Vec<String>,
}

impl Held {
    fn texts(&self) -> impl Iterator<Item = Identifier<'_>> {
        let all = [&self.now].into_iter().chain(&self.before);
        all.map(|text| Identifier { kind: self.kind, text })
    }
}

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
        for identifier in taken.iter().flat_map(Held::texts) {
            former::forget(conn, identifier).await?;
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
        for held in self.identifiers(before)?.iter().filter(|held| !kept.contains(held)) {
            former::put(conn, Identifier { kind: held.kind, text: &held.now }, &holder).await?;
        }
        Ok(())
    }

    /// By what apps may know a person. An address that is not proved reached none.
    fn identifiers(&self, user: &User) -> Result<Vec<Held>, InternalError> {
        let name = user.name.to_string();
        let mut held = vec![Held { kind: IdentifierKind::UserName, now: name, before: Vec::new() }];
        if let Some(key) = user.proved_email().and_then(|email| mail_key(email).ok()) {
            let mut prints = self.context.keyring.former_addresses(&key)?.into_iter();
            let now = prints.next().ok_or(InternalError::Missing("the root key"))?;
            held.push(Held { kind: IdentifierKind::Email, now, before: prints.collect() });
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
    for identifier in taken.iter().flat_map(Held::texts) {
        if let Some(holder) = former::holder(conn, identifier).await?
            && !holder.yields_to(&after.id, explicitly_allowed)
        {
            return Ok(Some(Former { kind: identifier.kind, of: users::name_of(conn, &holder.user).await? }));
        }
    }
    Ok(None)
}
