//! Writing accounts and passkeys, inside the transaction of whoever makes them.

use super::{enrol_error::EnrolError, service::Accounts};
use crate::{
    audit::{self, AuditEntry, By},
    notices::{self, To},
    sessions::NewSession,
};
use doorstep_core::{
    access::Caller,
    id::UserId,
    model::{Device, EventKind, Passkey, User},
    notice::News,
    time::Timestamp,
};
use doorstep_store::{
    Conn, StoreError,
    groups::{self, MemberSource},
    known_browsers::Familiar,
    passkeys, users,
};

impl Accounts {
    /// Writes a new account and the groups that the configuration declares for its name.
    pub(crate) async fn add_user(&self, conn: &mut Conn, user: &User, handle: &str) -> Result<(), StoreError> {
        users::insert(conn, user, handle).await?;
        let declared = self.caches.declared.groups();
        for (group, _) in declared.iter().filter(|(_, names)| names.contains(&user.name)) {
            groups::ensure(conn, group, user.created_at).await?;
            groups::add_member(conn, &user.id, group, MemberSource::Config).await?;
        }
        Ok(())
    }

    pub(crate) async fn write_passkey(&self, conn: &mut Conn, passkey: &Passkey, by: By<'_>) -> Result<(), EnrolError> {
        if !passkeys::insert(conn, passkey).await? {
            return Err(EnrolError::PasskeyTaken);
        }
        let happened = AuditEntry::new(EventKind::PasskeyAdded, &passkey.id);
        audit::write(conn, &self.context, by, happened.detail("name", &passkey.name)).await?;
        Ok(())
    }

    /// Has the owner of an account told of a sign-in by a browser that is new to it, where others are known.
    pub(super) async fn tell_of_a_new_browser(
        &self,
        conn: &mut Conn,
        (owner, session): (&UserId, &NewSession),
        (caller, now): (&Caller, Timestamp),
    ) -> Result<(), StoreError> {
        if session.familiar != Familiar::New {
            return Ok(());
        }
        let Device { browser, system } = caller.place().device();
        let news = News::NewBrowser { browser: browser.map(str::to_owned), system: system.map(str::to_owned) };
        self.tell(conn, (owner, news), By::new(owner, caller, now)).await
    }

    /// Has the owner of an account told by mail what happened to it, if this transaction commits.
    pub(super) async fn tell(
        &self,
        conn: &mut Conn,
        (owner, what): (&UserId, News),
        by: impl Into<By<'_>>,
    ) -> Result<(), StoreError> {
        notices::order(conn, &self.context, (To::Owner(owner), what), by).await
    }
}
