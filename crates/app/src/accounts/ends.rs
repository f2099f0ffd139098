//! Accounts and memberships that end by themselves.
//!
//! Their end counts at the moment of each decision, wherever a person is looked at; what stands here only tidies up after
//! it, and is late at worst.

use super::{administrators::one_change_of_administrators_at_a_time, people_error::PeopleError, service::Accounts};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    error::InternalError,
};
use doorstep_core::{
    access::{Act, ManageUsers, ON_THE_HOST},
    id::{GroupName, UserId},
    model::{AuditActor, EventKind, User},
    time::Timestamp,
};
use doorstep_store::{
    Conn, StoreError, address_proofs, grants, groups, links, mail_recoveries, migrate,
    revocations::{self, RevocationKind},
    sessions, users,
};

/// How many ends are tidied up in one turn.
const SOME: i64 = 200;

impl Accounts {
    /// Lets an account end after so many days from now, or never. One that is over can be used again with it.
    pub async fn set_end(
        &self,
        act: &Act<'_, ManageUsers>,
        name: &str,
        days: Option<i64>,
    ) -> Result<User, PeopleError> {
        require_days(days)?;
        let end = days.map(|days| User::end(days, act.now()));
        let user = User { ends_at: end, ..self.person_named(name).await? };
        again(|| self.write_end(act, &user, days)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }

    async fn write_end(&self, act: &Act<'_, ManageUsers>, user: &User, days: Option<i64>) -> Result<(), PeopleError> {
        let now = act.now();
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        if user.ends_at.is_some() {
            migrate::demand_ends(&mut tx).await?;
        }
        users::set_end(&mut tx, &user.id, user.ends_at, now).await?;
        self.require_an_administrator(&mut tx, user).await?;
        revocations::record(&mut tx, RevocationKind::User, user.id.as_str(), now)?;
        let happened = AuditEntry::new(EventKind::UserChanged, &user.id);
        audit::write(&mut tx, &self.context, act, happened.detail("ends", &in_days(days))).await?;
        Ok(tx.commit().await?)
    }

    /// Writes down what is over: disables accounts, with everything they hold, and takes memberships away.
    pub async fn end_what_is_over(&self) -> Result<(), InternalError> {
        let now = self.context.now();
        let mut conn = self.context.db.read().await?;
        let (accounts, memberships) =
            (users::over(&mut conn, now, SOME).await?, groups::over(&mut conn, now, SOME).await?);
        drop(conn);
        for user in &accounts {
            again(|| self.write_over(user, now)).await?;
        }
        for (user, group) in &memberships {
            again(|| self.write_left((user, group), now)).await?;
        }
        if !accounts.is_empty() || !memberships.is_empty() {
            self.caches.catch_up_after_commit().await;
        }
        Ok(())
    }

    async fn write_over(&self, user: &User, now: Timestamp) -> Result<(), InternalError> {
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &user.id).await?;
        // Somebody may have given it another end meanwhile, and another replica been quicker.
        let found = users::by_id(&mut tx, &user.id).await?;
        if found.is_none_or(|found| found.disabled_at.is_some() || found.is_active(now)) {
            return Ok(());
        }
        users::set_disabled(&mut tx, &user.id, user.ends_at, now).await?;
        end_all_it_holds(&mut tx, &user.id, now).await?;
        let happened = AuditEntry::new(EventKind::UserChanged, &user.id).detail("now", "off").detail("why", "over");
        audit::write(&mut tx, &self.context, by_itself(now), happened).await?;
        Ok(tx.commit().await?)
    }

    async fn write_left(&self, (user, group): (&UserId, &GroupName), now: Timestamp) -> Result<(), InternalError> {
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, user).await?;
        if !groups::remove_over(&mut tx, (user, group), now).await? {
            return Ok(());
        }
        revocations::record(&mut tx, RevocationKind::User, user.as_str(), now)?;
        let happened =
            AuditEntry::new(EventKind::UserChanged, user).detail("left", group.as_str()).detail("why", "over");
        audit::write(&mut tx, &self.context, by_itself(now), happened).await?;
        Ok(tx.commit().await?)
    }
}

fn by_itself(now: Timestamp) -> By<'static> {
    By::new(AuditActor::Config, &ON_THE_HOST, now)
}

/// Ends everything that an account holds which is switched off: links, mails that wait, sessions and tokens.
pub(super) async fn end_all_it_holds(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
    links::void_of_user(conn, user, now).await?;
    address_proofs::delete(conn, user).await?;
    mail_recoveries::delete(conn, user).await?;
    sessions::delete_of_user(conn, user).await?;
    grants::revoke_of_user(conn, user, now).await?;
    revocations::record(conn, RevocationKind::User, user.as_str(), now)
}

/// Refuses an end that is nowhere near, or now.
pub(super) fn require_days(days: Option<i64>) -> Result<(), PeopleError> {
    if days.is_none_or(|days| User::DAYS.contains(&days)) { Ok(()) } else { Err(PeopleError::Days) }
}

/// An end as the audit log has it: counted from the moment of its line.
pub(super) fn in_days(days: Option<i64>) -> String {
    days.map_or_else(|| "never".to_owned(), |days| format!("after {days} days"))
}
