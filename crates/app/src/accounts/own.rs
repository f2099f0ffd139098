//! What a person does with their own account: passkeys, password, apps they allowed.
//!
//! Whatever could lock somebody out or let somebody in needs a sign-in that is at most five minutes
//! old (security rows 81 and 95).

use super::{account_error::AccountError, service::Accounts};
use crate::{
    audit::{self, AuditEntry, By},
    cache::TiledApp,
    error::InternalError,
    password::PasswordError,
    sessions::{Own, SignedIn},
    settings::FRESH_SIGN_IN,
};
use doorstep_core::{
    access::{AccountChange, Enrolled, Lacking, Methods, assurance},
    id::{ClientId, PasskeyId, UserId},
    model::{Consent, EventKind, Passkey, RecoveryKit},
    notice::News,
    secret::Secret,
    time::Timestamp,
};
use doorstep_store::{
    Conn, consents,
    grants::{self, AllowedClient},
    passkeys, recovery_codes, totp_keys, users,
};
use std::collections::BTreeMap;

/// Everything the account page shows.
pub struct Overview {
    /// The person's passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Those of a host that was given up: no ways in any more.
    given_up: Vec<PasskeyId>,
    /// Whether a password is set.
    pub has_password: bool,
    /// How many authenticator apps there are.
    pub totp_keys: usize,
    /// What could sign the account in now.
    pub methods: Methods,
    /// The WebAuthn user handle, for the browser to know which passkeys are still good.
    pub handle: String,
    /// The person's recovery kit, if there is one.
    pub kit: Option<RecoveryKit>,
    /// Apps that the person signed in to and has not ended, by title.
    pub apps: Vec<AllowedApp>,
    /// Whether the sign-in is fresh enough to change anything.
    pub fresh: bool,
}

impl Overview {
    /// Whether a passkey is no way in, so that it may go whatever else there is.
    pub fn is_of_a_host_given_up(&self, passkey: &Passkey) -> bool {
        self.given_up.contains(&passkey.id)
    }
}

/// An app that the person allowed something.
pub struct AllowedApp {
    /// Its client.
    pub client: ClientId,
    /// What a person reads.
    pub title: String,
    /// Where it lives, if it is a declared app.
    pub url: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Whether it keeps access while the person is away.
    pub offline: bool,
}

/// What a password becomes.
pub struct PasswordChange {
    /// The present password as typed; asked for when there is one and it is to be another.
    pub current: Option<Secret<String>>,
    /// The new password; none removes it.
    pub new: Option<Secret<String>>,
}

impl Accounts {
    /// Refuses a change to the account unless the sign-in is recent, and by the strongest that there is.
    pub async fn require_fresh(&self, who: &SignedIn) -> Result<(), AccountError> {
        let change = AccountChange { max_age: FRESH_SIGN_IN, methods: self.methods_of(who).await? };
        Ok(assurance(&who.session, change, self.context.now())?)
    }

    /// What the account page shows.
    pub async fn account_overview(&self, own: &Own<'_>) -> Result<Overview, InternalError> {
        let (user, who) = (own.user(), own.who);
        let mut conn = self.context.db.read().await?;
        let passkeys = passkeys::of_user(&mut conn, user).await?;
        let enrolled = users::enrolled_by_id(&mut conn, user).await?;
        let totp_keys = totp_keys::of_user(&mut conn, user).await?.len();
        let handle =
            users::handle_of(&mut conn, user).await?.ok_or(InternalError::Missing("the account's user handle"))?;
        let granted = grants::clients_of_user(&mut conn, user).await?;
        let consented = consents::of_user(&mut conn, user).await?;
        let kit = recovery_codes::kit_of(&mut conn, user).await?;
        drop(conn);
        let apps = self.allowed_apps(granted, consented).await?;
        let methods = self.methods_of(who).await?;
        let change = AccountChange { max_age: FRESH_SIGN_IN, methods };
        let fresh = assurance(&who.session, change, self.context.now()).is_ok();
        let rp = self.context.rp();
        let given_up = passkeys.iter().filter(|one| !rp.knows(one)).map(|one| one.id.clone()).collect();
        Ok(Overview {
            passkeys,
            given_up,
            has_password: enrolled.password,
            totp_keys,
            methods,
            handle,
            kit,
            apps,
            fresh,
        })
    }

    pub(super) fn methods(&self, enrolled: Enrolled) -> Methods {
        enrolled.methods(self.context.settings.live().passwords)
    }

    /// What was granted and what was consented to, as one list.
    pub(super) async fn allowed_apps(
        &self,
        granted: Vec<AllowedClient>,
        consented: Vec<Consent>,
    ) -> Result<Vec<AllowedApp>, InternalError> {
        let mut allowed: BTreeMap<ClientId, (Timestamp, bool)> = BTreeMap::new();
        let consented = consented.into_iter().map(|consent| (consent.client, consent.granted_at, false));
        let granted = granted.into_iter().map(|grant| (grant.client, grant.since, grant.offline));
        for (client, at, away) in granted.chain(consented) {
            let (since, offline) = allowed.entry(client).or_insert((at, away));
            *since = at.min(*since);
            *offline |= away;
        }
        let mut apps = Vec::with_capacity(allowed.len());
        for (id, (since, offline)) in allowed {
            // One that cannot be read is shown by its id, so that its access can be ended all the same.
            let client = self.caches.client_if_readable(id.as_str()).await?;
            let app = match client.as_ref().and_then(|client| client.app.as_ref()) {
                Some(name) => self.caches.app_if_readable(name).await?,
                None => None,
            };
            let title = client.map_or_else(|| id.to_string(), |client| client.name.clone());
            apps.push(AllowedApp { title, url: app.map(|app| app.url), client: id, since, offline });
        }
        apps.sort_by_cached_key(|app| app.title.to_lowercase());
        Ok(apps)
    }

    /// The apps that the person may use, by title.
    pub async fn usable_apps(&self, who: &SignedIn) -> Result<Vec<TiledApp>, InternalError> {
        self.caches.apps_that(|app| who.principal.is_allowed(app.allow.as_ref())).await
    }

    /// What could sign the person in now.
    pub async fn methods_of(&self, who: &SignedIn) -> Result<Methods, InternalError> {
        self.methods_in(&mut self.context.db.read().await?, &who.principal.user.id).await
    }

    /// Whether one lost device would lock the person out: there is one passkey, and no code on paper.
    pub async fn wants_another_way_back(&self, who: &SignedIn) -> Result<bool, InternalError> {
        if !self.methods_of(who).await?.wants_a_second_passkey() {
            return Ok(false);
        }
        let mut conn = self.context.db.read().await?;
        let kit = recovery_codes::kit_of(&mut conn, &who.principal.user.id).await?;
        Ok(kit.is_none_or(|kit| kit.left == 0))
    }

    /// Holds the account until the commit, and refuses when the session has ended since it was looked at: a change
    /// that waited for a check is not made by somebody who was signed out meanwhile.
    pub(super) async fn hold_own(&self, conn: &mut Conn, who: &SignedIn) -> Result<(), AccountError> {
        users::lock(conn, &who.principal.user.id).await?;
        if self.sessions.still_there(conn, &who.session.id).await? {
            return Ok(());
        }
        Err(AccountError::NotFresh(Lacking::Recent))
    }

    /// Sets the password, or removes it when a passkey is left. Every other session ends: whoever knew the old
    /// password may be in one of them.
    pub async fn set_password(&self, own: &Own<'_>, change: PasswordChange) -> Result<(), AccountError> {
        if !self.context.settings.live().passwords {
            return Err(AccountError::NoPasswords);
        }
        self.require_fresh(own.who).await?;
        let user = own.user();
        let before = users::password(&mut self.context.db.read().await?, user).await?;
        let phc = match change.new {
            Some(password) => {
                self.check_present_password(user, before.as_deref(), change.current).await?;
                let hashed = self.passwords.hash(password, &mut self.context.ambient.entropy()).await;
                Some(hashed.map_err(|error| match error {
                    PasswordError::Length => AccountError::Unfit,
                    PasswordError::Busy => AccountError::Busy,
                    PasswordError::Failed => InternalError::from(error).into(),
                })?)
            }
            None => None,
        };
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        if users::password(&mut tx, user).await? != before {
            // It became another one while this one was being checked.
            return Err(AccountError::WrongPassword);
        }
        if phc.is_none() && !self.methods_in(&mut tx, user).await?.may_lose_the_password() {
            return Err(AccountError::LastMethod);
        }
        users::set_password(&mut tx, user, phc.as_deref(), own.act.now()).await?;
        if phc.is_none() {
            self.end_totp_keys(&mut tx, user, By::from(&own.act)).await?;
        }
        let happened = AuditEntry::new(EventKind::PasswordChanged, user);
        let happened = happened.detail("now", if phc.is_some() { "set" } else { "removed" });
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        self.tell(&mut tx, (user, News::of_password(before.is_some(), phc.is_some())), &own.act).await?;
        if before.is_some() {
            self.sessions.end_others(&mut tx, user, Some(&own.who.session.id)).await?;
        }
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }

    /// Whoever has a password gives it before it becomes another. Guesses are
    /// limited as at the sign-in page, and counted apart from it (security row 87).
    async fn check_present_password(
        &self,
        user: &UserId,
        stored: Option<&str>,
        typed: Option<Secret<String>>,
    ) -> Result<(), AccountError> {
        let Some(stored) = stored else { return Ok(()) };
        let typed = typed.ok_or(AccountError::WrongPassword)?;
        if !self.count_guess(user).await? {
            return Err(AccountError::TooMany);
        }
        match self.passwords.verify(typed, Some(stored.to_owned())).await {
            Ok(true) => Ok(self.forgive_guesses(user).await?),
            Ok(false) | Err(PasswordError::Length) => Err(AccountError::WrongPassword),
            Err(PasswordError::Busy) => Err(AccountError::Busy),
            Err(error) => Err(InternalError::from(error).into()),
        }
    }

    /// Ends what the person allowed a client: its tokens and the remembered consent.
    pub async fn end_access(&self, own: &Own<'_>, client: &ClientId) -> Result<(), AccountError> {
        let user = own.user();
        let now = own.act.now();
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        let revoked = grants::revoke_of_user_client(&mut tx, user, client, now).await?;
        let forgotten = consents::delete(&mut tx, user, client).await?;
        if revoked == 0 && !forgotten {
            return Err(AccountError::NotFound);
        }
        let happened = AuditEntry::new(EventKind::ConsentWithdrawn, user);
        audit::write(&mut tx, &self.context, &own.act, happened.client(client)).await?;
        tx.commit().await?;
        Ok(())
    }
}
