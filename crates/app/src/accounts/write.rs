//! Writing accounts and passkeys, inside the transaction of whoever makes them.

use super::{enrol_error::EnrolError, service::Accounts};
use crate::{
    audit::{self, AuditEntry, By},
    notices::{self, To},
};
use doorstep_core::{
    id::UserId,
    model::{EventKind, Passkey, User},
    notice::News,
};
use doorstep_store::{
    Conn, StoreError,
    groups::{self, MemberSource},
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
