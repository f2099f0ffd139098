//! Removing a person: what is lost, and that none of their sessions or tokens goes on. Nobody ever gets their `sub`
//! again, and another person gets their user name or mail address only when an administrator says so.

use super::{
    administrators::one_change_of_administrators_at_a_time, looked_after::PersonDetails, people_error::PeopleError,
    service::Accounts,
};
use crate::audit::{self, AuditEntry, By};
use doorstep_core::{
    access::{Act, ManageUsers},
    id::GroupName,
    model::{EventKind, User},
};
use doorstep_store::{Conn, app_sessions, clients, codes, grants, tokens, users};
use std::collections::BTreeSet;

/// What removing somebody would mean.
#[derive(Clone, Debug)]
pub struct Removal {
    /// What is kept of them, and would be gone.
    pub person: PersonDetails,
    /// Apps that know them, by title, as far as that is still kept.
    pub known_to: BTreeSet<String>,
    /// Groups for which the configuration still names the user name.
    pub named_in: BTreeSet<GroupName>,
}

impl Accounts {
    /// What removing somebody would mean, or that it is refused. Changes nothing.
    pub async fn consider_removal(&self, act: &Act<'_, ManageUsers>, name: &str) -> Result<Removal, PeopleError> {
        let person = self.person(act, name).await?;
        self.require_another_administrator(&person.user).await?;
        let mut conn = self.context.db.read().await?;
        let mut known_to = BTreeSet::new();
        for id in grants::clients_ever_of_user(&mut conn, &person.user.id).await? {
            let client = clients::by_id(&mut conn, &id).await?;
            known_to.insert(client.map_or_else(|| id.to_string(), |client| client.name));
        }
        for app in app_sessions::apps_of_user(&mut conn, &person.user.id).await? {
            known_to.insert(app.to_string());
        }
        let declared = self.caches.declared.groups();
        let names_them = |names: &BTreeSet<_>| names.contains(&person.user.name);
        let named_in = declared.iter().filter(|(_, names)| names_them(names)).map(|(group, _)| group.clone()).collect();
        Ok(Removal { person, known_to, named_in })
    }

    /// Removes a person: sessions, passkeys, password, links, grants with their tokens, sessions with apps. What stays
    /// is the audit log, and whose the user name and the mail address were.
    pub async fn remove_person(&self, act: &Act<'_, ManageUsers>, name: &str) -> Result<User, PeopleError> {
        let id = self.person_named(name).await?.id;
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        let user = users::by_id(&mut tx, &id).await?.ok_or_else(|| PeopleError::Unknown(name.to_owned()))?;
        self.erase(&mut tx, &user, act.into()).await?;
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(user)
    }

    /// Takes away what is kept of a person, in a transaction in which administrators are counted.
    pub(super) async fn erase(&self, tx: &mut Conn, user: &User, by: By<'_>) -> Result<(), PeopleError> {
        let (id, now) = (&user.id, by.at());
        self.sessions.end_others(tx, id, None).await?;
        // While the name is there to be written down.
        let happened = AuditEntry::new(EventKind::UserRemoved, id).detail("name", user.name.as_str());
        audit::write(tx, &self.context, by, happened).await?;
        self.free_identifiers(tx, (user, None), now).await?;
        // Codes and refresh tokens before the grants that they belong to: whoever uses one takes them in this order.
        codes::delete_of_user(tx, id).await?;
        tokens::delete_refresh_of_user(tx, id).await?;
        users::delete(tx, id).await?;
        self.require_an_administrator(tx, user).await
    }
}
