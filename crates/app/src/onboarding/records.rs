//! Clients and apps of the database as onboarding sees them, and back.

use super::failure::ProviderFailure;
use crate::audit::AuditEntry;
use doorstep_core::{
    id::{AppName, ClientId},
    model::{App, Client, ClientSecret, EventKind, Owner},
};
use doorstep_onboard::{
    plan::Change,
    provider::{Holdings, ProviderError, RemoteId},
    spec::{AppSpec, ClientSpec, Extra, Held},
};

pub(super) fn hold_client(holdings: &mut Holdings, client: Client) -> Result<(), ProviderFailure> {
    if let (Some(app), Some(_)) = (client.app.clone(), &client.extra) {
        let (id, owner) = (client.id.clone(), client.owner);
        holdings.extras.insert(id, Held { spec: spec_of(app, client), owner });
    } else if let Some(app) = client.app.clone() {
        if let ClientSecret::Derived { rotation: Some(rotation), .. } = &client.secret {
            holdings.rotations.insert(app.clone(), rotation.clone());
        }
        if matches!(client.secret, ClientSecret::Supplied { .. }) {
            holdings.untold.insert(app.clone());
        }
        let owner = client.owner;
        holdings.remote.insert(app.clone(), remote(&client.id)?);
        holdings.clients.insert(app.clone(), Held { spec: spec_of(app, client), owner });
    }
    Ok(())
}

/// What has the id that a further client of `app` is to have. One that belongs to no app is held as if to this one, which
/// seeks it.
pub(super) fn hold_claimed(holdings: &mut Holdings, client: Client, app: &AppName) {
    let (id, owner) = (client.id.clone(), client.owner);
    let app = client.app.clone().unwrap_or_else(|| app.clone());
    holdings.extras.insert(id, Held { spec: spec_of(app, client), owner });
}

/// Whether a person made a client for no app.
pub(super) fn is_nobodys(client: &Client) -> bool {
    client.app.is_none() && client.owner == Owner::Console
}

/// Whether a client is another one than this spec means, although it has its id.
pub(super) fn is_others(client: &Client, spec: &ClientSpec) -> bool {
    client.app.as_ref() != Some(&spec.app) || client.extra.as_ref() != spec.extra.as_ref().map(|extra| &extra.name)
}

/// Which of several clients of an app.
pub(super) fn of_extra(spec: &ClientSpec) -> String {
    spec.extra.as_ref().map(|extra| format!(" with the id {}", extra.id)).unwrap_or_default()
}

/// The id that the client of a spec is made with.
pub(super) fn client_id(spec: &ClientSpec) -> Result<ClientId, ProviderError> {
    let app = &spec.app;
    match &spec.extra {
        Some(extra) => Ok(extra.id.clone()),
        None => app.as_str().parse().map_err(|_| ProviderError::Refused(format!("{app} cannot be a client id"))),
    }
}

pub(super) fn hold_app(holdings: &mut Holdings, app: App) {
    let spec = AppSpec {
        name: app.name.clone(),
        title: app.title,
        url: app.url,
        allow: app.allow,
        require: app.require,
        protected: app.protected,
        own_cookies: app.own_cookies,
        rules: app.rules,
        authorization: app.authorization,
        posture: app.posture,
        icon: app.icon,
        signs_in: app.client.is_some(),
    };
    holdings.apps.insert(app.name, Held { spec, owner: app.owner });
}

/// Our id of a client, as the trait writes ids.
pub(super) fn remote(id: &ClientId) -> Result<RemoteId, ProviderError> {
    id.as_str().parse().map_err(|_| ProviderError::Refused(format!("{id} cannot be an id")))
}

pub(super) fn id_at(at: &RemoteId) -> Result<ClientId, ProviderError> {
    at.as_str().parse().map_err(|_| ProviderError::Refused(format!("{} cannot be a client id", at.as_str())))
}

/// What changed, for the log.
pub(super) fn of_client(id: &ClientId) -> AuditEntry<'_> {
    AuditEntry::new(EventKind::ClientChanged, id).client(id)
}

pub(super) fn labels(changes: &[Change]) -> String {
    changes.iter().map(|change| change.field.label()).collect::<Vec<_>>().join(", ")
}

pub(super) fn client_of(spec: &ClientSpec, id: ClientId, secret: ClientSecret) -> Client {
    Client {
        id,
        name: spec.name.clone(),
        app: Some(spec.app.clone()),
        extra: spec.extra.as_ref().map(|extra| extra.name.clone()),
        enabled: true,
        auth_method: spec.auth_method,
        secret,
        redirect_uris: spec.redirect_uris.clone(),
        post_logout_redirect_uris: spec.post_logout_redirect_uris.clone(),
        native: spec.native,
        device: spec.device,
        scopes: spec.scopes.clone(),
        pkce: spec.pkce,
        first_party: spec.first_party,
        id_token_alg: spec.id_token_alg,
        claims_in_id_token: spec.claims_in_id_token,
        iss_parameter: spec.iss_parameter,
        allow: spec.allow.clone(),
        require: spec.require,
        role_claim: spec.role_claim.clone(),
        access_ttl: spec.access_ttl,
        refresh_ttl: spec.refresh_ttl,
        owner: Owner::Config,
    }
}

pub(super) fn spec_of(app: AppName, client: Client) -> ClientSpec {
    let extra = client.extra.map(|name| Extra { name, id: client.id });
    ClientSpec {
        app,
        extra,
        name: client.name,
        auth_method: client.auth_method,
        redirect_uris: client.redirect_uris,
        post_logout_redirect_uris: client.post_logout_redirect_uris,
        native: client.native,
        device: client.device,
        scopes: client.scopes,
        pkce: client.pkce,
        first_party: client.first_party,
        id_token_alg: client.id_token_alg,
        claims_in_id_token: client.claims_in_id_token,
        iss_parameter: client.iss_parameter,
        allow: client.allow,
        require: client.require,
        role_claim: client.role_claim,
        access_ttl: client.access_ttl,
        refresh_ttl: client.refresh_ttl,
    }
}
