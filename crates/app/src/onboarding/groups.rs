//! Memberships that the configuration declares, brought into the database.

use super::service::Onboarding;
use crate::{
    accounts::one_change_of_administrators_at_a_time,
    audit::{self, AuditEntry},
    cache::DeclaredGroups,
    caller::Caller,
    error::InternalError,
};
use doorstep_core::{
    id::UserId,
    model::{EventKind, UserName},
};
use doorstep_store::{
    groups::{self, MemberSource},
    revocations::{self, RevocationKind},
    users,
};
use std::collections::{BTreeMap, BTreeSet};

impl Onboarding {
    /// Remembers who belongs to which group by configuration, for accounts that this process makes. Changes
    /// nothing in the database.
    pub fn declare_groups(&self, declared: DeclaredGroups) {
        self.caches.declared.set(declared);
    }

    /// Whether there is nothing to do: a start that writes nothing waits for no disk.
    async fn groups_are_in_order(&self, declared: &DeclaredGroups) -> Result<bool, InternalError> {
        let mut conn = self.context.db.read().await?;
        let there: BTreeSet<_> = groups::list(&mut conn).await?.into_iter().map(|(group, _)| group).collect();
        let mut wanted = BTreeSet::new();
        for (group, names) in declared {
            for name in names {
                if let Some(user) = users::by_name(&mut conn, name).await? {
                    wanted.insert((user.id, group.clone()));
                }
            }
        }
        let configured: BTreeSet<_> = groups::configured(&mut conn).await?.into_iter().collect();
        Ok(wanted == configured && declared.keys().all(|group| there.contains(group)))
    }

    /// Everyone who has an account, and who of them is in which group by configuration.
    pub async fn declared_members(&self) -> Result<(BTreeSet<UserName>, DeclaredGroups), InternalError> {
        let mut conn = self.context.db.read().await?;
        let names: BTreeMap<UserId, UserName> =
            users::list(&mut conn).await?.into_iter().map(|user| (user.id, user.name)).collect();
        let mut members = DeclaredGroups::new();
        for (user, group) in groups::configured(&mut conn).await? {
            if let Some(name) = names.get(&user) {
                members.entry(group).or_default().insert(name.clone());
            }
        }
        Ok((names.into_values().collect(), members))
    }

    /// Brings memberships in line with the configuration. Returns how many changed.
    pub async fn apply_groups(&self, declared: DeclaredGroups) -> Result<usize, InternalError> {
        let now = self.context.now();
        // Before the look at who is there: an account that is made meanwhile is not forgotten.
        self.declare_groups(declared.clone());
        if self.groups_are_in_order(&declared).await? {
            self.caches.catch_up().await?;
            return Ok(0);
        }
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        let mut wanted = BTreeSet::new();
        for (group, names) in &declared {
            groups::ensure(&mut tx, group, now).await?;
            for name in names {
                if let Some(user) = users::by_name(&mut tx, name).await? {
                    wanted.insert((user.id, group.clone()));
                }
            }
        }
        let mut changed = BTreeSet::new();
        let mut count = 0;
        for (user, group) in groups::configured(&mut tx).await? {
            if !wanted.contains(&(user.clone(), group.clone())) && groups::remove_member(&mut tx, &user, &group).await?
            {
                changed.insert(user);
                count += 1;
            }
        }
        for (user, group) in wanted {
            if groups::add_member(&mut tx, &user, &group, MemberSource::Config).await? {
                changed.insert(user);
                count += 1;
            }
        }
        for user in &changed {
            revocations::record(&mut tx, RevocationKind::User, user.as_str(), now).await?;
            let happened = AuditEntry::new(EventKind::UserChanged, "config", user.as_str());
            audit::write(&mut tx, &self.context, &Caller::command(), happened.detail("what", "groups")).await?;
        }
        tx.commit().await?;
        self.caches.catch_up().await?;
        Ok(count)
    }
}
