//! Doorstep as an identity provider of its own onboarding: the same trait that drives the others.
//!
//! The client id of a declared app is the app's name. Its secret is derived, so it is never rotated by
//! accident and can be delivered again at any time, byte for byte.

use super::{
    failure::ProviderFailure,
    groups::MembersError,
    invitations::Invitations,
    records::{
        client_id, client_of, hold_app, hold_claimed, hold_client, id_at, is_nobodys, is_others, labels, of_client,
        of_extra, remote, spec_of,
    },
    service::Onboarding,
};
use crate::{
    audit::{self, AuditEntry},
    cache::{DECLARED, if_readable, served},
    error::InternalError,
    keyring::KeyError,
    root_keys,
};
use doorstep_core::{
    access::{Act, ManageApps, ManageGroups},
    id::{AppName, ClientId},
    model::{Client, ClientAuthMethod, ClientSecret, EventKind, RootKeyId},
    oauth::client_auth::is_secret_of,
    secret::Secret,
};
use doorstep_onboard::{
    plan::{self, Change},
    provider::{
        Capabilities, Created, Credentials, Holdings, MemberChange, Provider, ProviderError, RemoteId, SecretTelling,
        Sought,
    },
    spec::{AppSpec, ClientSpec, Invitation},
};
use doorstep_store::{
    Conn, StoreError, Tx, app_sessions, apps, clients, codes, generations, grants, icons,
    revocations::{self, RevocationKind},
    tokens,
};
use std::collections::BTreeSet;

/// What the ledger calls it.
pub const PROVIDER: &str = "doorstep";

/// Doorstep expresses everything that can be declared.
pub fn capabilities() -> Capabilities {
    Capabilities {
        provider: "Doorstep",
        secrets: SecretTelling::Always,
        knows_owners: true,
        groups: true,
        people: true,
        cannot: BTreeSet::new(),
    }
}

/// The instance as a provider.
pub struct OwnProvider<'o> {
    on: &'o Onboarding,
    apps: Act<'o, ManageApps>,
    groups: Act<'o, ManageGroups>,
    people: Invitations<'o>,
}

impl<'o> OwnProvider<'o> {
    /// The instance as whoever may manage apps, groups and people drives it.
    pub const fn new(
        on: &'o Onboarding,
        (apps, groups): (Act<'o, ManageApps>, Act<'o, ManageGroups>),
        people: Invitations<'o>,
    ) -> Self {
        Self { on, apps, groups, people }
    }
}

impl OwnProvider<'_> {
    /// Makes the client of an app, or brings it in line in what `update` names; wholly when that is empty. What is known
    /// of it is read and written in one transaction, and what is not to change stays as it is.
    async fn write_client(&self, spec: &ClientSpec, update: Option<&[Change]>) -> Result<ClientId, ProviderError> {
        let on = self.on;
        let id = client_id(spec)?;
        let spare = root_keys::spare(&on.context).await.map_err(ProviderFailure::from)?;
        let mut tx = on.context.db.begin().await.map_err(ProviderFailure::from)?;
        let mut known = self.held(&mut tx, spec).await?;
        if known.is_none() && update.is_some() {
            return Err(ProviderError::Refused(format!("{} has no client{}", spec.app, of_extra(spec))));
        }
        if known.is_none() && clients::lock(&mut tx, &id).await.map_err(ProviderFailure::from)? {
            // Whoever makes the same was faster.
            known = clients::by_id(&mut tx, &id).await.map_err(ProviderFailure::from)?;
        }
        if known.is_none() {
            refuse_beside(spare.as_ref())?;
        }
        // To make one never takes one over.
        if update.is_none() && known.as_ref().is_some_and(|known| is_others(known, spec)) {
            let why = format!("a client called {id} is there already, and not for this app");
            return Err(ProviderError::Refused(why));
        }
        let (spec, what) = match (update.unwrap_or_default(), &known) {
            ([], None) => (spec.clone(), "client made".to_owned()),
            ([], Some(_)) if update.is_none() => (spec.clone(), "client written again".to_owned()),
            ([], Some(_)) => (spec.clone(), "taken over by the declaration".to_owned()),
            (changes, known) => {
                let held = known.clone().map_or_else(|| spec.clone(), |known| spec_of(spec.app.clone(), known));
                let labelled = ClientSpec { extra: spec.extra.clone(), ..plan::changed(held, spec, changes) };
                (labelled, labels(changes))
            }
        };
        let is_so = |known: &Client| {
            let wanted = client_of(&spec, known.id.clone(), known.secret.clone());
            Client { enabled: known.enabled, ..wanted } == *known
        };
        if known.as_ref().is_some_and(is_so) {
            return Ok(id);
        }
        Ok(self.commit_client(tx, (&spec, id), known, &what).await?)
    }

    async fn commit_client(
        &self,
        mut tx: Tx,
        (spec, id): (&ClientSpec, ClientId),
        known: Option<Client>,
        what: &str,
    ) -> Result<ClientId, ProviderFailure> {
        let on = self.on;
        let (id, enabled, secret) =
            known.map_or((id, true, ClientSecret::None), |known| (known.id, known.enabled, known.secret));
        let secret = match (spec.auth_method, secret) {
            (ClientAuthMethod::None, _) => ClientSecret::None,
            // Never one that was in use before.
            (_, ClientSecret::None) => self.on.next_version(&mut tx, &id).await?,
            (_, secret) => secret,
        };
        let client = Client { enabled, ..client_of(spec, id, secret) };
        clients::put(&mut tx, &client, self.apps.now()).await?;
        self.reported(&mut tx, of_client(&client.id), what).await?;
        tx.commit().await?;
        on.caches.catch_up_after_commit().await;
        Ok(client.id)
    }

    /// The client that a spec means, held until the transaction ends: what another process changes meanwhile is not
    /// written over.
    async fn held(&self, tx: &mut Tx, spec: &ClientSpec) -> Result<Option<Client>, ProviderFailure> {
        let Some(found) = find(tx, spec).await? else { return Ok(None) };
        clients::lock(tx, &found.id).await?;
        Ok(clients::by_id(tx, &found.id).await?)
    }

    /// Tells the log what changed.
    async fn reported(&self, conn: &mut Conn, happened: AuditEntry<'_>, what: &str) -> Result<(), ProviderFailure> {
        if what.is_empty() {
            return Ok(());
        }
        audit::write(conn, &self.on.context, &self.apps, happened.detail("what", what)).await?;
        Ok(())
    }

    async fn remove_client(&self, id: &ClientId) -> Result<(), ProviderFailure> {
        let on = self.on;
        let mut tx = on.context.db.begin().await?;
        if let Some(client) = clients::by_id(&mut tx, id).await? {
            // Codes and refresh tokens before the grants that they belong to: whoever uses one takes them in this order.
            codes::delete_of_client(&mut tx, &client.id).await?;
            tokens::delete_refresh_of_client(&mut tx, &client.id).await?;
            grants::revoke_of_client(&mut tx, &client.id, self.apps.now()).await?;
            clients::delete(&mut tx, &client.id, self.apps.now()).await?;
            self.reported(&mut tx, of_client(&client.id), "client removed").await?;
        }
        tx.commit().await?;
        on.caches.catch_up_after_commit().await;
        Ok(())
    }

    async fn write_app(&self, spec: &AppSpec, changes: &[Change]) -> Result<(), ProviderFailure> {
        let on = self.on;
        let spare = root_keys::spare(&on.context).await?;
        let mut tx = on.context.db.begin().await?;
        if spare.is_some() && if_readable(apps::by_name(&mut tx, &spec.name).await)?.is_none() {
            refuse_beside(spare.as_ref())?;
        }
        let client = clients::of_app(&mut tx, &spec.name).await?.map(|client| client.id);
        let app = spec.app(client);
        apps::put(&mut tx, &app, self.apps.now()).await?;
        icons::delete_others(&mut tx, &app.name, app.icon.as_ref()).await?;
        if !app.protected {
            // Nobody stands in front any more: what was made there must not open it when somebody does again.
            app_sessions::delete_of_app(&mut tx, &app.name).await?;
        }
        // A session that was made for the app as it was is looked at afresh.
        revocations::record(&mut tx, RevocationKind::App, spec.name.as_str(), self.apps.now())?;
        generations::bump(&mut tx, DECLARED).await?;
        // The app's client has a line of its own, made just before.
        let what = if changes.is_empty() && !spec.signs_in { "app written".to_owned() } else { labels(changes) };
        self.reported(&mut tx, AuditEntry::new(EventKind::AppChanged, &spec.name), &what).await?;
        tx.commit().await?;
        on.caches.catch_up_after_commit().await;
        Ok(())
    }

    async fn remove_app(&self, app: &AppName) -> Result<(), ProviderFailure> {
        let on = self.on;
        let mut tx = on.context.db.begin().await?;
        // The app before its sessions, as where it is written; the database takes them along.
        apps::delete(&mut tx, app).await?;
        revocations::record(&mut tx, RevocationKind::App, app.as_str(), self.apps.now())?;
        generations::bump(&mut tx, DECLARED).await?;
        self.reported(&mut tx, AuditEntry::new(EventKind::AppChanged, app), "app removed").await?;
        tx.commit().await?;
        on.caches.catch_up_after_commit().await;
        Ok(())
    }

    async fn holdings(&self, sought: &Sought) -> Result<Holdings, ProviderFailure> {
        let mut conn = self.on.context.db.read().await?;
        let mut holdings = Holdings::default();
        if !sought.only {
            for client in clients::declared(&mut conn).await?.into_iter().filter_map(served) {
                hold_client(&mut holdings, client)?;
            }
            for app in apps::declared(&mut conn).await?.into_iter().filter_map(served) {
                hold_app(&mut holdings, app);
            }
        }
        for (id, app) in &sought.extras {
            if !holdings.extras.contains_key(id)
                && let Some(client) = if_readable(clients::by_id(&mut conn, id).await)?
            {
                hold_claimed(&mut holdings, client, app);
            }
        }
        // Of what was made by hand, which may be much, only what stands where a declaration wants to.
        for name in &sought.apps {
            if !holdings.clients.contains_key(name)
                && let Some(client) = if_readable(of_app(&mut conn, name).await)?
            {
                hold_client(&mut holdings, Client { app: Some(name.clone()), ..client })?;
            }
            if !holdings.apps.contains_key(name)
                && let Some(app) = if_readable(apps::by_name(&mut conn, name).await)?
            {
                hold_app(&mut holdings, app);
            }
        }
        holdings.people = self.on.people(&mut conn, &sought.people).await?;
        self.people.look(&mut conn, (&sought.invited, &mut holdings.people)).await?;
        Ok(holdings)
    }

    /// A client whose secret a person chose gets a derived one. Any other has one that can be told.
    async fn draw_secret(&self, id: &ClientId) -> Result<(), ProviderFailure> {
        let on = self.on;
        let mut tx = on.context.db.begin().await?;
        clients::lock(&mut tx, id).await?;
        let Some(client) = clients::by_id(&mut tx, id).await? else { return Ok(()) };
        if matches!(client.secret, ClientSecret::Supplied { .. }) {
            let secret = on.next_version(&mut tx, id).await?;
            clients::put(&mut tx, &Client { secret, ..client }, self.apps.now()).await?;
            self.reported(&mut tx, of_client(id), "a new secret in place of the one that a person chose").await?;
        }
        tx.commit().await?;
        on.caches.catch_up_after_commit().await;
        Ok(())
    }

    /// Whether a client proves itself with this.
    async fn has_secret(&self, id: &ClientId, candidate: &Secret<String>) -> Result<bool, ProviderFailure> {
        let Some(client) = self.client_called(id).await? else { return Ok(false) };
        let derived = self.on.context.keyring.client_secrets(Some(&client)).map_err(InternalError::from)?;
        Ok(is_secret_of(&client, candidate, &derived))
    }

    async fn client_called(&self, id: &ClientId) -> Result<Option<Client>, ProviderFailure> {
        let mut conn = self.on.context.db.read().await?;
        Ok(clients::by_id(&mut conn, id).await?)
    }
}

impl Provider for OwnProvider<'_> {
    fn capabilities(&self) -> Capabilities {
        capabilities()
    }

    async fn observe(&self, sought: &Sought) -> Result<Holdings, ProviderError> {
        Ok(self.holdings(sought).await?)
    }

    async fn create_client(&self, spec: &ClientSpec) -> Result<Created, ProviderError> {
        Ok(Created { remote: remote(&self.write_client(spec, None).await?)?, secret: None })
    }

    async fn update_client(&self, _: &RemoteId, spec: &ClientSpec, changes: &[Change]) -> Result<(), ProviderError> {
        self.write_client(spec, Some(changes)).await.map(|_| ())
    }

    async fn delete_client(&self, at: &RemoteId) -> Result<(), ProviderError> {
        Ok(self.remove_client(&id_at(at)?).await?)
    }

    async fn new_secret(&self, at: &RemoteId) -> Result<Secret<String>, ProviderError> {
        self.draw_secret(&id_at(at)?).await?;
        let reported = self.credentials(at).await?.and_then(|reported| reported.client_secret);
        reported.ok_or_else(|| ProviderError::Refused(format!("{} has no secret", at.as_str())))
    }

    async fn proves(&self, at: &RemoteId, candidate: &Secret<String>) -> Result<bool, ProviderError> {
        Ok(self.has_secret(&id_at(at)?, candidate).await?)
    }

    async fn put_app(&self, spec: &AppSpec, changes: &[Change]) -> Result<(), ProviderError> {
        Ok(self.write_app(spec, changes).await?)
    }

    async fn delete_app(&self, app: &AppName) -> Result<(), ProviderError> {
        Ok(self.remove_app(app).await?)
    }

    async fn change_members(&self, change: &MemberChange) -> Result<(), ProviderError> {
        self.on.let_join_and_leave(&self.groups, change).await.map_err(|error| match error {
            MembersError::LastAdministrator => ProviderError::Refused(error.to_string()),
            MembersError::Internal(error) => ProviderError::Unavailable(error.to_string()),
        })
    }

    async fn invite(&self, invitation: &Invitation, reuse: bool) -> Result<(), ProviderError> {
        Ok(self.people.invite(invitation, reuse).await?)
    }

    async fn credentials(&self, at: &RemoteId) -> Result<Option<Credentials>, ProviderError> {
        let Some(client) = self.client_called(&id_at(at)?).await? else { return Ok(None) };
        let client_secret = match client.secret.wanted(self.on.context.now()) {
            Some(version) => {
                let secret = self.on.context.keyring.client_secret(&client.id, version);
                Some(secret.map_err(|error| ProviderFailure::from(InternalError::from(error)))?)
            }
            None => None,
        };
        Ok(Some(Credentials { client_id: client.id.into(), client_secret }))
    }
}

/// No app or client is made while a root key waits to come into force. Where the database was put back to before a
/// rotation, an app that it does not know may have secrets of the later key already, and keep its own data with one: others
/// would never change again.
fn refuse_beside(spare: Option<&RootKeyId>) -> Result<(), ProviderError> {
    spare.map_or(Ok(()), |id| Err(ProviderError::Refused(KeyError::Waiting(id.clone()).to_string())))
}

/// The client that a spec means, whoever made it: the app's own, or the further one with its id.
async fn find(conn: &mut Conn, spec: &ClientSpec) -> Result<Option<Client>, StoreError> {
    match &spec.extra {
        None => of_app(conn, &spec.app).await,
        Some(extra) => clients::by_id(conn, &extra.id).await,
    }
}

/// The client of an app: its own, or one that a person called as the app is called and gave to no app.
async fn of_app(conn: &mut Conn, app: &AppName) -> Result<Option<Client>, StoreError> {
    if let Some(own) = clients::of_app(conn, app).await? {
        return Ok(Some(own));
    }
    let Ok(id) = app.as_str().parse::<ClientId>() else { return Ok(None) };
    Ok(clients::by_id(conn, &id).await?.filter(is_nobodys))
}
