//! A provider that behaves as the remote ones do: it chooses its own ids, shows a secret once, leaves every value
//! out of its answers that is a default, answers “nothing changed” with an error, knows no owner of a record,
//! and makes a second client of the same name when it is asked twice.

use crate::support::derive;
use doorstep_core::{
    id::AppName,
    model::{ClientAuthMethod, Owner},
    secret::Secret,
};
use doorstep_onboard::{
    plan::{Change, Field},
    provider::{
        Capabilities, Created, Credentials, Holdings, MemberChange, Provider, ProviderError, RemoteId, SecretTelling,
        Sought,
    },
    spec::{AppSpec, ClientSpec, Held, Invitation},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

/// One client, as the provider keeps it: JSON with the defaults left out.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) name: String,
    document: Value,
    secret: Option<String>,
}

#[derive(Default)]
pub(crate) struct Remote {
    pub(crate) clients: Mutex<BTreeMap<u32, Kept>>,
    apps: Mutex<BTreeMap<AppName, AppSpec>>,
    pub(crate) cannot: BTreeSet<Field>,
    /// How many secrets were drawn.
    pub(crate) drawn: Mutex<u32>,
}

impl Remote {
    /// A client that a person made there.
    pub(crate) fn by_hand(&self, app: &str) {
        let spec = ClientSpec::new(app.parse().unwrap(), app, vec![format!("https://{app}.example.org/cb")]);
        let kept = Kept { name: app.into(), document: without_defaults(&spec), secret: Some("by hand".into()) };
        self.clients.lock().unwrap().insert(900, kept);
    }

    pub(crate) fn secret_of(&self, app: &str) -> String {
        let clients = self.clients.lock().unwrap();
        clients.values().find(|kept| kept.name == app).and_then(|kept| kept.secret.clone()).unwrap()
    }

    fn draw(&self) -> String {
        let mut drawn = self.drawn.lock().unwrap();
        *drawn += 1;
        derive(&format!("drawn {drawn}")).expose().clone()
    }

    fn kept(&self, at: &RemoteId) -> Option<Kept> {
        self.clients.lock().unwrap().get(&number(at)).cloned()
    }
}

fn number(at: &RemoteId) -> u32 {
    at.as_str().strip_prefix("c-").unwrap().parse().unwrap()
}

/// What an answer holds: every value that equals a new client's is left out.
fn without_defaults(spec: &ClientSpec) -> Value {
    let plain = ClientSpec::new(spec.app.clone(), &spec.name, spec.redirect_uris.clone());
    let plain = serde_json::to_value(plain).unwrap();
    let mut document = serde_json::to_value(spec).unwrap();
    let always = ["app", "name", "redirect_uris"];
    document.as_object_mut().unwrap().retain(|key, value| always.contains(&key.as_str()) || plain[key] != *value);
    document
}

impl Provider for Remote {
    fn capabilities(&self) -> Capabilities {
        let cannot = self.cannot.clone();
        Capabilities {
            provider: "Remote",
            secrets: SecretTelling::Once,
            knows_owners: false,
            groups: false,
            people: false,
            cannot,
        }
    }

    async fn observe(&self, Sought { bound, .. }: &Sought) -> Result<Holdings, ProviderError> {
        let mut held = Holdings::default();
        for (id, kept) in self.clients.lock().unwrap().iter() {
            let spec: ClientSpec = serde_json::from_value(kept.document.clone()).unwrap();
            let (app, at) = (spec.app.clone(), format!("c-{id}").parse::<RemoteId>().unwrap());
            if bound.get(&app).is_none_or(|known| *known == at) {
                held.remote.insert(app.clone(), at);
                held.clients.insert(app, Held { spec, owner: Owner::Console });
            }
        }
        let apps = self.apps.lock().unwrap();
        held.apps =
            apps.iter().map(|(name, spec)| (name.clone(), Held { spec: spec.clone(), owner: Owner::Config })).collect();
        Ok(held)
    }

    async fn create_client(&self, spec: &ClientSpec) -> Result<Created, ProviderError> {
        let confidential = spec.auth_method != ClientAuthMethod::None;
        let secret = confidential.then(|| self.draw());
        let mut clients = self.clients.lock().unwrap();
        let id = clients.keys().max().map_or(100, |id| id + 1);
        let kept = Kept { name: spec.app.to_string(), document: without_defaults(spec), secret: secret.clone() };
        clients.insert(id, kept);
        Ok(Created { remote: format!("c-{id}").parse().unwrap(), secret: secret.map(Secret::new) })
    }

    async fn update_client(&self, at: &RemoteId, spec: &ClientSpec, _: &[Change]) -> Result<(), ProviderError> {
        let mut clients = self.clients.lock().unwrap();
        let kept = clients.get_mut(&number(at)).ok_or_else(|| ProviderError::Refused("no such client".into()))?;
        let document = without_defaults(spec);
        if kept.document == document {
            return Err(ProviderError::NoChange);
        }
        kept.document = document;
        Ok(())
    }

    async fn delete_client(&self, at: &RemoteId) -> Result<(), ProviderError> {
        self.clients.lock().unwrap().remove(&number(at));
        Ok(())
    }

    async fn new_secret(&self, at: &RemoteId) -> Result<Secret<String>, ProviderError> {
        let secret = self.draw();
        let mut clients = self.clients.lock().unwrap();
        let kept = clients.get_mut(&number(at)).ok_or_else(|| ProviderError::Refused("no such client".into()))?;
        kept.secret = Some(secret.clone());
        Ok(Secret::new(secret))
    }

    async fn put_app(&self, spec: &AppSpec, _: &[Change]) -> Result<(), ProviderError> {
        self.apps.lock().unwrap().insert(spec.name.clone(), spec.clone());
        Ok(())
    }

    async fn delete_app(&self, app: &AppName) -> Result<(), ProviderError> {
        self.apps.lock().unwrap().remove(app);
        Ok(())
    }

    async fn change_members(&self, _: &MemberChange) -> Result<(), ProviderError> {
        Err(ProviderError::Refused("no groups here".into()))
    }

    async fn invite(&self, _: &Invitation, _: bool) -> Result<(), ProviderError> {
        Err(ProviderError::Refused("no accounts here".into()))
    }

    async fn credentials(&self, at: &RemoteId) -> Result<Option<Credentials>, ProviderError> {
        Ok(self.kept(at).map(|_| Credentials { client_id: at.as_str().into(), client_secret: None }))
    }
}
