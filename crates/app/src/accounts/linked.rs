//! Identities at upstreams that sign an account in: which there are, taking one away, and the groups that come with one.

use super::{
    account_error::AccountError,
    administrators::{administered, one_change_of_administrators_at_a_time},
    service::Accounts,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::Own,
};
use doorstep_core::{
    access::{ADMINS, Methods},
    id::{GroupName, LinkedId, UserId},
    model::{EventKind, LinkedIdentity},
    notice::News,
    upstream::UpstreamName,
};
use doorstep_store::{
    Conn, groups, linked_identities,
    revocations::{self, RevocationKind},
    users,
};
use std::collections::BTreeSet;

/// An identity as the account page shows it.
pub struct ListedIdentity {
    /// The identity.
    pub identity: LinkedIdentity,
    /// What its upstream is called; the name of one that is not set up any more.
    pub label: String,
    /// Whether its upstream is set up, so that it signs in.
    pub works: bool,
    /// Whether it may be removed.
    pub removable: bool,
}

impl Accounts {
    /// The upstreams that are set up: name and label, in order. `enrolling` are those by which an account can be made.
    pub fn offered_upstreams(&self, enrolling: bool) -> Vec<(UpstreamName, String)> {
        let live = self.context.settings.live();
        let offered = live.upstreams.iter().filter(|upstream| upstream.enrols || !enrolling);
        offered.map(|upstream| (upstream.name.clone(), upstream.label.clone())).collect()
    }

    /// The identities of the person, oldest first.
    pub async fn linked_identities(&self, own: &Own<'_>) -> Result<Vec<ListedIdentity>, InternalError> {
        let mut conn = self.context.db.read().await?;
        let all = linked_identities::of_user(&mut conn, own.user()).await?;
        let methods = self.methods_in(&mut conn, own.user()).await?;
        let listed = |identity: LinkedIdentity| {
            let label = self.label_of(&identity.upstream);
            let works = label.is_some();
            let label = label.unwrap_or_else(|| identity.upstream.to_string());
            ListedIdentity { identity, label, works, removable: methods.may_lose_an_identity(works) }
        };
        Ok(all.into_iter().map(listed).collect())
    }

    /// Takes an identity away, unless it is the last way to sign in. Every other session ends: whoever held it may be in
    /// one of them.
    pub async fn unlink(&self, own: &Own<'_>, id: &LinkedId) -> Result<(), AccountError> {
        self.require_fresh(own.who).await?;
        let user = own.user();
        let mut tx = self.context.db.begin().await?;
        if own.who.principal.groups.contains(ADMINS) {
            one_change_of_administrators_at_a_time(&mut tx).await?;
        }
        self.hold_own(&mut tx, own.who).await?;
        let all = linked_identities::of_user(&mut tx, user).await?;
        let removed = all.iter().find(|one| one.id == *id).ok_or(AccountError::NotFound)?;
        let label = self.label_of(&removed.upstream);
        if !self.methods_in(&mut tx, user).await?.may_lose_an_identity(label.is_some()) {
            return Err(AccountError::LastMethod);
        }
        if !linked_identities::delete(&mut tx, id, user).await? {
            return Err(AccountError::NotFound);
        }
        let by = || By::from(&own.act);
        if all.iter().filter(|one| one.upstream == removed.upstream).count() == 1 {
            self.follow_groups(&mut tx, user, (&removed.upstream, &BTreeSet::new()), &by).await?;
        }
        self.sessions.end_others(&mut tx, user, Some(&own.who.session.id)).await?;
        let label = label.unwrap_or_else(|| removed.upstream.to_string());
        let happened = AuditEntry::new(EventKind::IdentityUnlinked, user).detail("at", &label);
        audit::write(&mut tx, &self.context, by(), happened).await?;
        self.tell(&mut tx, (user, News::SignInUnlinked { label }), by()).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }

    /// What could sign the account in now.
    pub(super) async fn methods_in(&self, conn: &mut Conn, user: &UserId) -> Result<Methods, InternalError> {
        let enrolled = users::enrolled_by_id(conn, user).await?;
        let linked = linked_identities::of_user(conn, user).await?;
        let linked = linked.iter().filter(|one| self.label_of(&one.upstream).is_some()).count();
        let administers = match linked {
            0 => false,
            _ => users::principal(conn, user)
                .await?
                .is_some_and(|(_, groups)| groups.at(self.context.now()).contains(ADMINS)),
        };
        Ok(self.methods(enrolled).with_identities(linked, administers))
    }

    /// What an upstream is called that is set up.
    fn label_of(&self, name: &UpstreamName) -> Option<String> {
        let live = self.context.settings.live();
        live.upstreams.iter().find(|upstream| upstream.name == *name).map(|upstream| upstream.label.clone())
    }

    /// Takes a person out of a group. Nobody else's provider takes the last administrator away.
    async fn leave(
        &self,
        conn: &mut Conn,
        user: &UserId,
        (group, upstream): (&GroupName, &UpstreamName),
    ) -> Result<bool, InternalError> {
        let passwords = self.context.settings.live().passwords;
        let before = match group.as_str() {
            ADMINS => Some(administered(conn, passwords, |_| true).await?),
            _ => None,
        };
        let left = groups::remove_member(conn, user, group).await?;
        match before {
            Some(before) if administered(conn, passwords, |_| true).await? < before => {
                groups::add_by_upstream(conn, (user, group), upstream, self.context.now()).await?;
                tracing::warn!(
                    upstream = upstream.as_str(),
                    "the last administrator stays, whatever this upstream says"
                );
                Ok(false)
            }
            _ => Ok(left),
        }
    }

    /// Puts a person into the groups that the rules of an upstream make of theirs there, and out of those that they were
    /// in by it and are in no more. What the configuration or a person says of groups stays.
    pub(super) async fn follow_groups<'b>(
        &self,
        conn: &mut Conn,
        user: &UserId,
        (upstream, said): (&UpstreamName, &BTreeSet<GroupName>),
        by: &impl Fn() -> By<'b>,
    ) -> Result<(), InternalError> {
        let had = groups::by_upstream(conn, user, upstream).await?;
        let mut changed = Vec::new();
        for group in said.difference(&had) {
            groups::ensure(conn, group, by().at()).await?;
            if groups::add_by_upstream(conn, (user, group), upstream, by().at()).await? {
                changed.push(("joined", group));
            }
        }
        for group in had.difference(said) {
            if self.leave(conn, user, (group, upstream)).await? {
                changed.push(("left", group));
            }
        }
        for (what, group) in &changed {
            let happened = AuditEntry::new(EventKind::UserChanged, user).detail(what, group.as_str());
            audit::write(conn, &self.context, by(), happened.detail("said by", upstream.as_str())).await?;
        }
        if !changed.is_empty() {
            revocations::record(conn, RevocationKind::User, user.as_str(), by().at())?;
        }
        Ok(())
    }
}
