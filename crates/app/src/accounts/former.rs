//! User names and mail addresses that belonged to somebody: who frees one, and who may take it. Apps know people by
//! them, so that another person with the same one might be let in to what was theirs.
//!
//! A name is remembered in clear, an address by a fingerprint under the root key: somebody who was removed is not kept.

use super::service::Accounts;
use crate::error::InternalError;
use doorstep_core::{
    model::{Former, FormerHolder, IdentifierKind, User, mail_key},
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

impl Accounts {
    /// Lets `after` have the identifiers that `before` had not, or says which of them were somebody else's.
    pub(super) async fn take_identifiers(
        &self,
        conn: &mut Conn,
        (before, after): (Option<&User>, &User),
        explicitly_allowed: bool,
    ) -> Result<Vec<Former>, InternalError> {
        let had = before.map_or(Ok(Vec::new()), |user| self.identifiers(user))?;
        let taken: Vec<Held> = self.identifiers(after)?.into_iter().filter(|held| !had.contains(held)).collect();
        let former = former_of(conn, (&taken, after), explicitly_allowed).await?;
        if !former.is_empty() {
            return Ok(former);
        }
        for identifier in taken.iter().flat_map(Held::texts) {
            former::forget(conn, identifier).await?;
        }
        Ok(former)
    }

    /// Which identifiers of somebody new were somebody else's. Takes nothing.
    pub(super) async fn former_identifiers(&self, conn: &mut Conn, user: &User) -> Result<Vec<Former>, InternalError> {
        former_of(conn, (&self.identifiers(user)?, user), false).await
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
async fn former_of(
    conn: &mut Conn,
    (taken, after): (&[Held], &User),
    explicitly_allowed: bool,
) -> Result<Vec<Former>, InternalError> {
    let mut found = Vec::new();
    for held in taken {
        for identifier in held.texts() {
            if let Some(holder) = former::holder(conn, identifier).await?
                && !holder.yields_to(&after.id, explicitly_allowed)
            {
                let value = match held.kind {
                    IdentifierKind::UserName => after.name.to_string(),
                    IdentifierKind::Email => after.email.clone().unwrap_or_default(),
                };
                found.push(Former { kind: held.kind, value, of: users::name_of(conn, &holder.user).await? });
                break;
            }
        }
    }
    Ok(found)
}
