//! Doorstep as an identity provider of its own onboarding: the same trait that drives the others.
//!
//! The client id of a declared app is the app's name. Its secret is derived, so it is never rotated by
//! accident and can be delivered again at any time, byte for byte.

use super::service::Onboarding;
use crate::{
    audit::{self, AuditEntry},
    cache::{DECLARED, served},
    caller::Caller,
    error::InternalError,
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::{App, Client, ClientAuthMethod, ClientSecret, EventKind, Owner},
    secret::Secret,
};
use doorstep_onboard::{
    provider::{Credentials, Holdings, Provider, ProviderError},
    spec::{AppSpec, ClientSpec, Held},
};
use doorstep_store::{
    Conn, Tx, app_sessions, apps, clients, generations, grants,
    revocations::{self, RevocationKind},
};

/// The instance as a provider.
pub struct OwnProvider<'o>(pub &'o Onboarding);

impl From<InternalError> for ProviderFailure {
    fn from(error: InternalError) -> Self {
        Self(ProviderError::Unavailable(error.to_string()))
    }
}

impl From<doorstep_store::StoreError> for ProviderFailure {
    fn from(error: doorstep_store::StoreError) -> Self {
        InternalError::from(error).into()
    }
}

/// Carries our errors into the trait's.
struct ProviderFailure(ProviderError);

impl From<ProviderFailure> for ProviderError {
    fn from(failure: ProviderFailure) -> Self {
        failure.0
    }
}

fn client_id(app: &AppName) -> Result<ClientId, ProviderError> {
    app.as_str().parse().map_err(|_| ProviderError::Refused(format!("{app} cannot be a client id")))
}

impl OwnProvider<'_> {
    async fn find(&self, conn: &mut Conn, app: &AppName) -> Result<Option<Client>, ProviderFailure> {
        Ok(clients::of_app(conn, app).await?)
    }

    /// Makes the client of an app, or brings it in line. What is known of it is read and written in one
    /// transaction, and what a declaration does not say of a client stays as it is.
    async fn write_client(&self, spec: &ClientSpec, make: bool) -> Result<(), ProviderError> {
        let on = self.0;
        let id = client_id(&spec.app)?;
        let mut tx = on.context.db.begin().await.map_err(ProviderFailure::from)?;
        let known = self.held(&mut tx, &spec.app).await?;
        if known.is_none() && !make {
            return Err(ProviderError::Refused(format!("{} has no client", spec.app)));
        }
        if known.is_none() && clients::by_id(&mut tx, &id).await.map_err(ProviderFailure::from)?.is_some() {
            let why = format!("a client called {id} is there already, and not for this app");
            return Err(ProviderError::Refused(why));
        }
        Ok(self.commit_client(tx, (spec, id), known).await?)
    }

    async fn commit_client(
        &self,
        mut tx: Tx,
        (spec, id): (&ClientSpec, ClientId),
        known: Option<Client>,
    ) -> Result<(), ProviderFailure> {
        let on = self.0;
        let what = if known.is_some() { "client changed" } else { "client made" };
        let (id, enabled, secret) =
            known.map_or((id, true, ClientSecret::None), |known| (known.id, known.enabled, known.secret));
        let secret = match (spec.auth_method, secret) {
            (ClientAuthMethod::None, _) => ClientSecret::None,
            // Never one that was in use before.
            (_, ClientSecret::None) => {
                ClientSecret::Derived { version: clients::next_secret_version(&mut tx, &id).await? }
            }
            (_, secret) => secret,
        };
        let client = Client { enabled, ..client_of(spec, id, secret) };
        clients::put(&mut tx, &client, on.context.now()).await?;
        revocations::record(&mut tx, RevocationKind::Client, client.id.as_str(), on.context.now()).await?;
        self.told(&mut tx, client.id.as_str(), what).await?;
        tx.commit().await?;
        Ok(on.caches.catch_up().await?)
    }

    /// The client of an app, held until the transaction ends: what another process changes meanwhile is not
    /// written over.
    async fn held(&self, tx: &mut Tx, app: &AppName) -> Result<Option<Client>, ProviderFailure> {
        let Some(found) = self.find(tx, app).await? else { return Ok(None) };
        clients::lock(tx, &found.id).await?;
        Ok(clients::by_id(tx, &found.id).await?)
    }

    async fn told(&self, conn: &mut Conn, subject: &str, what: &str) -> Result<(), ProviderFailure> {
        generations::bump(conn, DECLARED).await?;
        let happened = AuditEntry::new(EventKind::ClientChanged, "config", subject).client(subject);
        audit::write(conn, &self.0.context, &Caller::command(), happened.detail("what", what)).await?;
        Ok(())
    }

    async fn remove_client(&self, app: &AppName) -> Result<(), ProviderFailure> {
        let on = self.0;
        let mut tx = on.context.db.begin().await?;
        if let Some(client) = self.find(&mut tx, app).await? {
            grants::revoke_of_client(&mut tx, &client.id, on.context.now()).await?;
            clients::delete(&mut tx, &client.id).await?;
            revocations::record(&mut tx, RevocationKind::Client, client.id.as_str(), on.context.now()).await?;
            self.told(&mut tx, client.id.as_str(), "client removed").await?;
        }
        tx.commit().await?;
        Ok(on.caches.catch_up().await?)
    }

    async fn write_app(&self, spec: &AppSpec) -> Result<(), ProviderFailure> {
        let on = self.0;
        let mut tx = on.context.db.begin().await?;
        let client = self.find(&mut tx, &spec.name).await?.map(|client| client.id);
        let app = App {
            name: spec.name.clone(),
            title: spec.title.clone(),
            url: spec.url.clone(),
            allow: spec.allow.clone(),
            client: client.filter(|_| spec.signs_in),
            protected: spec.protected,
            owner: Owner::Config,
        };
        apps::put(&mut tx, &app, on.context.now()).await?;
        if !app.protected {
            // Nobody stands in front any more: what was made there must not open it when somebody does again.
            app_sessions::delete_of_app(&mut tx, &app.name).await?;
        }
        // A session that was made for the app as it was is looked at afresh.
        revocations::record(&mut tx, RevocationKind::App, spec.name.as_str(), on.context.now()).await?;
        self.told(&mut tx, spec.name.as_str(), "app").await?;
        tx.commit().await?;
        Ok(on.caches.catch_up().await?)
    }

    async fn remove_app(&self, app: &AppName) -> Result<(), ProviderFailure> {
        let on = self.0;
        let mut tx = on.context.db.begin().await?;
        app_sessions::delete_of_app(&mut tx, app).await?;
        apps::delete(&mut tx, app).await?;
        revocations::record(&mut tx, RevocationKind::App, app.as_str(), on.context.now()).await?;
        self.told(&mut tx, app.as_str(), "app removed").await?;
        tx.commit().await?;
        Ok(on.caches.catch_up().await?)
    }

    async fn holdings(&self) -> Result<Holdings, ProviderFailure> {
        let mut conn = self.0.context.db.read().await?;
        let mut holdings = Holdings::default();
        for client in clients::of_apps(&mut conn).await?.into_iter().filter_map(served) {
            if let Some(app) = client.app.clone() {
                let owner = client.owner;
                holdings.clients.insert(app.clone(), Held { spec: spec_of(app, client), owner });
            }
        }
        for app in apps::all(&mut conn).await?.into_iter().filter_map(served) {
            let spec = AppSpec {
                name: app.name.clone(),
                title: app.title,
                url: app.url,
                allow: app.allow,
                protected: app.protected,
                signs_in: app.client.is_some(),
            };
            holdings.apps.insert(app.name, Held { spec, owner: app.owner });
        }
        Ok(holdings)
    }

    async fn find_client(&self, app: &AppName) -> Result<Option<Client>, ProviderFailure> {
        let mut conn = self.0.context.db.read().await?;
        self.find(&mut conn, app).await
    }
}

impl Provider for OwnProvider<'_> {
    async fn observe(&self) -> Result<Holdings, ProviderError> {
        Ok(self.holdings().await?)
    }

    async fn create_client(&self, spec: &ClientSpec) -> Result<(), ProviderError> {
        self.write_client(spec, true).await
    }

    async fn update_client(&self, spec: &ClientSpec) -> Result<(), ProviderError> {
        self.write_client(spec, false).await
    }

    async fn delete_client(&self, app: &AppName) -> Result<(), ProviderError> {
        Ok(self.remove_client(app).await?)
    }

    async fn put_app(&self, spec: &AppSpec) -> Result<(), ProviderError> {
        Ok(self.write_app(spec).await?)
    }

    async fn delete_app(&self, app: &AppName) -> Result<(), ProviderError> {
        Ok(self.remove_app(app).await?)
    }

    async fn credentials(&self, app: &AppName) -> Result<Option<Credentials>, ProviderError> {
        let Some(client) = self.find_client(app).await? else { return Ok(None) };
        let (client_secret, version) = match client.secret {
            ClientSecret::Derived { version } => {
                let secret = self
                    .0
                    .context
                    .keyring
                    .client_secret(&client.id, version)
                    .map_err(|e| ProviderFailure::from(InternalError::from(e)))?;
                (Some(secret), version)
            }
            ClientSecret::None | ClientSecret::Supplied { .. } => (None, 1),
        };
        Ok(Some(Credentials { client_id: client.id.into(), client_secret, version }))
    }

    async fn random_secret(&self, app: &AppName, label: &str) -> Result<Secret<String>, ProviderError> {
        let secret = self.0.context.keyring.app_secret(&client_id(app)?, label);
        secret.map_err(|error| ProviderError::Unavailable(error.to_string()))
    }
}

fn client_of(spec: &ClientSpec, id: ClientId, secret: ClientSecret) -> Client {
    Client {
        id,
        name: spec.name.clone(),
        app: Some(spec.app.clone()),
        enabled: true,
        auth_method: spec.auth_method,
        secret,
        redirect_uris: spec.redirect_uris.clone(),
        post_logout_redirect_uris: spec.post_logout_redirect_uris.clone(),
        native: spec.native,
        scopes: spec.scopes.clone(),
        pkce: spec.pkce,
        first_party: spec.first_party,
        id_token_alg: spec.id_token_alg,
        claims_in_id_token: spec.claims_in_id_token,
        iss_parameter: spec.iss_parameter,
        allow: spec.allow.clone(),
        role_claim: spec.role_claim.clone(),
        access_ttl: spec.access_ttl,
        refresh_ttl: spec.refresh_ttl,
        owner: Owner::Config,
    }
}

fn spec_of(app: AppName, client: Client) -> ClientSpec {
    ClientSpec {
        app,
        name: client.name,
        auth_method: client.auth_method,
        redirect_uris: client.redirect_uris,
        post_logout_redirect_uris: client.post_logout_redirect_uris,
        native: client.native,
        scopes: client.scopes,
        pkce: client.pkce,
        first_party: client.first_party,
        id_token_alg: client.id_token_alg,
        claims_in_id_token: client.claims_in_id_token,
        iss_parameter: client.iss_parameter,
        allow: client.allow,
        role_claim: client.role_claim,
        access_ttl: client.access_ttl,
        refresh_ttl: client.refresh_ttl,
    }
}
