//! What onboarding remembers, in the database: see [`doorstep_onboard::ledger`]. A secret that a provider shows
//! once is sealed under the root key, bound to the provider and the app.

use super::service::Onboarding;
use crate::{
    audit::{self, AuditEntry},
    error::InternalError,
    keyring::{KeyError, Sealed},
    root_keys::spare,
};
use doorstep_core::{
    access::{Act, ManageApps},
    id::{AppName, ClientId},
    model::{EventKind, KeyGeneration},
    secret::{Secret, SecretHash},
};
use doorstep_onboard::{
    delivery::Address,
    ledger::{Binding, Ledger, LedgerError, Recorded},
    provider::{Created, RemoteId},
    sink::Fingerprint,
};
use doorstep_store::{bindings, root_keys};
use std::collections::BTreeMap;
use tokio::sync::OnceCell;

/// The memory for one provider, as whoever may manage apps works with it.
pub struct StoredLedger<'o> {
    on: &'o Onboarding,
    apps: Act<'o, ManageApps>,
    provider: &'static str,
    /// The root key in force when this began: the other secrets of an app that is new come from it.
    generation: KeyGeneration,
    /// From which root keys those of the others come, once that was asked.
    app_secrets: OnceCell<BTreeMap<String, KeyGeneration>>,
}

impl<'o> StoredLedger<'o> {
    /// For the provider of this name.
    pub fn new(on: &'o Onboarding, apps: Act<'o, ManageApps>, provider: &'static str) -> Self {
        let generation = on.context.keyring.generation();
        Self { on, apps, provider, generation, app_secrets: OnceCell::new() }
    }

    /// A secret of an app, from the root key that it was first made under: it never changes.
    async fn app_secret(&self, app: &AppName, label: &str) -> Result<Secret<String>, InternalError> {
        let id: ClientId =
            app.as_str().parse().map_err(|_| InternalError::Missing("a client id for the app's name"))?;
        let noted = self
            .app_secrets
            .get_or_try_init(async || root_keys::app_secrets(&mut self.on.context.db.read().await?).await);
        let key = noted.await?.get(app.as_str()).copied().unwrap_or(self.generation);
        Ok(self.on.context.keyring.app_secret(&id, label, key)?)
    }

    /// The delivery, and from which root key the app's other secrets come from now on.
    async fn put_delivery(&self, app: &AppName, place: &Address, content: Fingerprint) -> Result<(), InternalError> {
        let row = bindings::Delivery { place: place.to_text(), app: app.clone(), content: SecretHash::from(content) };
        let mut tx = self.on.context.db.begin().await?;
        root_keys::pin(&mut tx, app, self.generation).await?;
        bindings::put_delivery(&mut tx, &row, self.apps.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn recorded(&self) -> Result<Recorded, InternalError> {
        let mut conn = self.on.context.db.read().await?;
        let mut recorded = Recorded::default();
        for row in bindings::all(&mut conn, self.provider).await? {
            let remote = row.remote.as_deref().map(str::parse::<RemoteId>).transpose();
            let remote = remote.map_err(|_| InternalError::Missing("a provider's id for a client"))?;
            recorded.bindings.insert(row.app, Binding { remote, has_secret: row.sealed.is_some() });
        }
        for row in bindings::deliveries(&mut conn).await? {
            // A place of a kind that this release does not know is left to the one that does.
            if let Some(place) = Address::from_text(&row.place) {
                recorded.delivered.insert(place, (row.app, Fingerprint::from(row.content)));
            }
        }
        Ok(recorded)
    }

    async fn put(&self, app: &AppName, made: &Created) -> Result<(), InternalError> {
        let sealed = match &made.secret {
            Some(secret) => {
                let (mut entropy, context) = (self.on.context.ambient.entropy(), self.context(app));
                let keyring = &self.on.context.keyring;
                Some(keyring.seal(Sealed::ProviderSecret, &context, secret.expose().as_bytes(), &mut entropy)?)
            }
            None => None,
        };
        let remote = Some(made.remote.as_str().to_owned());
        let row = bindings::Binding { app: app.clone(), remote, sealed };
        let mut conn = self.on.context.db.write().await?;
        Ok(bindings::put(&mut conn, self.provider, &row, self.apps.now()).await?)
    }

    /// The delivery and its line of the audit log, both or neither. Refused while a root key waits to come into force: what
    /// is in a place that the database does not know may hold secrets of that key.
    async fn took_over(&self, app: &AppName, place: &Address, content: Fingerprint) -> Result<(), InternalError> {
        if let Some(id) = spare(&self.on.context).await? {
            return Err(KeyError::Waiting(id).into());
        }
        let row = bindings::Delivery { place: place.to_text(), app: app.clone(), content: SecretHash::from(content) };
        let mut tx = self.on.context.db.begin().await?;
        root_keys::pin(&mut tx, app, self.generation).await?;
        bindings::put_delivery(&mut tx, &row, self.apps.now()).await?;
        let entry = AuditEntry::new(EventKind::AppChanged, app).detail("what", &format!("{place} taken over"));
        audit::write(&mut tx, &self.on.context, &self.apps, entry).await?;
        Ok(tx.commit().await?)
    }

    async fn opened(&self, app: &AppName) -> Result<Option<Secret<String>>, InternalError> {
        let rows = bindings::all(&mut self.on.context.db.read().await?, self.provider).await?;
        let Some(sealed) = rows.into_iter().find(|row| row.app == *app).and_then(|row| row.sealed) else {
            return Ok(None);
        };
        let opened = self.on.context.keyring.open(Sealed::ProviderSecret, &self.context(app), &sealed)?;
        let text = String::from_utf8(opened.expose().clone());
        text.map(|text| Some(Secret::new(text))).map_err(|_| InternalError::Missing("a client's secret as text"))
    }

    fn context(&self, app: &AppName) -> String {
        place_of_binding(self.provider, app)
    }
}

/// The row that a sealed secret is bound to.
pub(crate) fn place_of_binding(provider: &str, app: &AppName) -> String {
    format!("bindings/{provider}/{app}")
}

fn lost(error: impl Into<InternalError>) -> LedgerError {
    LedgerError(error.into().to_string())
}

impl Ledger for StoredLedger<'_> {
    async fn recall(&self) -> Result<Recorded, LedgerError> {
        self.recorded().await.map_err(lost)
    }

    async fn begin(&self, app: &AppName) -> Result<(), LedgerError> {
        let mut conn = self.on.context.db.write().await.map_err(lost)?;
        bindings::begin(&mut conn, self.provider, app, self.apps.now()).await.map_err(lost)
    }

    async fn bind(&self, app: &AppName, made: &Created) -> Result<(), LedgerError> {
        self.put(app, made).await.map_err(lost)
    }

    async fn unbind(&self, app: &AppName) -> Result<(), LedgerError> {
        let mut conn = self.on.context.db.write().await.map_err(lost)?;
        bindings::delete(&mut conn, self.provider, app).await.map_err(lost)
    }

    async fn secret(&self, app: &AppName) -> Result<Option<Secret<String>>, LedgerError> {
        self.opened(app).await.map_err(lost)
    }

    async fn random_secret(&self, app: &AppName, label: &str) -> Result<Secret<String>, LedgerError> {
        self.app_secret(app, label).await.map_err(lost)
    }

    async fn delivered(&self, app: &AppName, place: &Address, content: Fingerprint) -> Result<(), LedgerError> {
        self.put_delivery(app, place, content).await.map_err(lost)
    }

    async fn adopted(&self, app: &AppName, place: &Address, content: Fingerprint) -> Result<(), LedgerError> {
        self.took_over(app, place, content).await.map_err(lost)
    }

    async fn forget(&self, place: &Address) -> Result<(), LedgerError> {
        let mut conn = self.on.context.db.write().await.map_err(lost)?;
        bindings::delete_delivery(&mut conn, &place.to_text()).await.map_err(lost)
    }
}
