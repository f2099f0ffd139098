//! Memberships that the configuration declares, brought into the database.

use super::service::Onboarding;
use crate::{
    accounts::{administered, admins_group, one_change_of_administrators_at_a_time},
    audit::{self, AuditEntry},
    cache::DeclaredGroups,
    error::InternalError,
};
use doorstep_core::{
    access::{Act, Enrolled, ManageGroups},
    model::{EventKind, UserName},
};
use doorstep_onboard::provider::{MemberChange, People};
use doorstep_store::{
    Conn, StoreError,
    groups::{self, MemberSource},
    revocations::{self, RevocationKind},
    users,
};
use std::collections::BTreeSet;

impl Onboarding {
    /// Remembers who belongs to which group by configuration, for accounts that this process makes. Changes
    /// nothing in the database.
    pub fn declare_groups(&self, _: &Act<'_, ManageGroups>, declared: DeclaredGroups) {
        self.caches.declared.set(declared);
    }

    /// Who of those sought has an account, who is in which group by configuration, and who administers.
    pub(super) async fn people(&self, conn: &mut Conn, sought: &BTreeSet<UserName>) -> Result<People, InternalError> {
        let passwords = self.context.settings.live().passwords;
        let can_sign_in = |enrolled: Enrolled| enrolled.methods(passwords).can_sign_in();
        let mut people = People::default();
        for name in sought {
            let Some((enrolled, is_on)) = users::enrolled(conn, name).await? else { continue };
            if !is_on {
                people.off.insert(name.clone());
            } else if can_sign_in(enrolled) {
                people.able.insert(name.clone());
            }
            people.accounts.insert(name.clone());
        }
        if people.accounts.len() < sought.len() {
            people.accounts = users::names(conn).await?.into_iter().collect();
        }
        for (name, group) in groups::configured(conn).await? {
            people.members.entry(group).or_default().insert(name);
        }
        for (name, enrolled) in groups::active_members(conn, &admins_group()?).await? {
            if can_sign_in(enrolled) {
                people.able.insert(name.clone());
            }
            people.administrators.insert(name);
        }
        Ok(people)
    }

    /// Lets people join and leave a group by configuration, all or none. Who has no account any more is passed
    /// over. Refuses what would leave no administrator who can sign in, whatever the plan knew.
    pub(super) async fn let_join_and_leave(
        &self,
        act: &Act<'_, ManageGroups>,
        change: &MemberChange,
    ) -> Result<(), MembersError> {
        let now = act.now();
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        let passwords = self.context.settings.live().passwords;
        let before = administered(&mut tx, passwords, |_| true).await?;
        groups::ensure(&mut tx, &change.group, now).await?;
        for (names, joins) in [(&change.leave, false), (&change.join, true)] {
            for name in names {
                let Some(user) = users::by_name(&mut tx, name).await? else { continue };
                let changed = if joins {
                    groups::add_member(&mut tx, &user.id, &change.group, MemberSource::Config).await?
                } else {
                    groups::remove_member(&mut tx, &user.id, &change.group).await?
                };
                if changed {
                    revocations::record(&mut tx, RevocationKind::User, user.id.as_str(), now)?;
                    let happened = AuditEntry::new(EventKind::UserChanged, &user.id);
                    let happened = happened.detail(if joins { "joined" } else { "left" }, change.group.as_str());
                    audit::write(&mut tx, &self.context, act, happened).await?;
                }
            }
        }
        if administered(&mut tx, passwords, |_| true).await? < before {
            return Err(MembersError::LastAdministrator);
        }
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }
}

/// Why a group stays as it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum MembersError {
    /// Nobody could sign in and administer the instance afterwards.
    #[error("the last administrator would leave: no other can sign in, and without one nobody could restore access")]
    LastAdministrator,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for MembersError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}
