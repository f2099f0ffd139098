//! A provider in memory, and declarations to test with.

use doorstep_core::{
    id::AppName,
    model::Owner,
    secret::{Secret, SecretHash},
    time::Ttl,
};
use doorstep_deliver::{FileSink, Sinks};
use doorstep_onboard::{
    catalog::Catalog,
    desired::{Desired, House, Lifetimes, desired},
    execute::{Report, execute},
    manifest::{AppEntry, Manifest},
    mistake::Mistake,
    observe::observe,
    plan::{Choices, Observed, Plan, plan},
    provider::{Credentials, Holdings, Provider, ProviderError},
    spec::{AppSpec, ClientSpec, Held},
};
use indexmap::IndexMap;
use serde::Deserialize;
use std::{path::Path, sync::Mutex};

/// Holds what it is told; derives secrets as Doorstep does, from a key and a name.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) holdings: Mutex<Holdings>,
    /// An app whose client it refuses to make.
    pub(crate) refuses: Option<&'static str>,
}

impl Memory {
    pub(crate) fn held(&self) -> Holdings {
        self.holdings.lock().unwrap().clone()
    }
}

fn derive(label: &str) -> Secret<String> {
    Secret::new(SecretHash::labelled("test root key", label.as_bytes()).to_text())
}

impl Provider for Memory {
    async fn observe(&self) -> Result<Holdings, ProviderError> {
        Ok(self.held())
    }

    async fn create_client(&self, spec: &ClientSpec) -> Result<(), ProviderError> {
        if self.refuses == Some(spec.app.as_str()) {
            return Err(ProviderError::Refused("not today".into()));
        }
        self.update_client(spec).await
    }

    async fn update_client(&self, spec: &ClientSpec) -> Result<(), ProviderError> {
        let held = Held { spec: spec.clone(), owner: Owner::Config };
        self.holdings.lock().unwrap().clients.insert(spec.app.clone(), held);
        Ok(())
    }

    async fn delete_client(&self, app: &AppName) -> Result<(), ProviderError> {
        self.holdings.lock().unwrap().clients.remove(app);
        Ok(())
    }

    async fn put_app(&self, spec: &AppSpec) -> Result<(), ProviderError> {
        let held = Held { spec: spec.clone(), owner: Owner::Config };
        self.holdings.lock().unwrap().apps.insert(spec.name.clone(), held);
        Ok(())
    }

    async fn delete_app(&self, app: &AppName) -> Result<(), ProviderError> {
        self.holdings.lock().unwrap().apps.remove(app);
        Ok(())
    }

    async fn credentials(&self, app: &AppName) -> Result<Option<Credentials>, ProviderError> {
        let there = self.held().clients.contains_key(app);
        let client_secret = Some(derive(&format!("client {app} 1")));
        Ok(there.then(|| Credentials { client_id: app.to_string(), client_secret, version: 1 }))
    }

    async fn random_secret(&self, app: &AppName, label: &str) -> Result<Secret<String>, ProviderError> {
        Ok(derive(&format!("random {app} {label}")))
    }
}

#[derive(Deserialize)]
pub(crate) struct Written {
    pub(crate) issuer: String,
    #[serde(default)]
    pub(crate) groups: IndexMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) apps: IndexMap<String, AppEntry>,
}

pub(crate) const HOME: &str = include_str!("../../../../examples/home.toml");

pub(crate) fn read(text: &str, folder: &Path) -> Result<Desired, Vec<Mistake>> {
    read_with(text, folder, &Catalog::builtin())
}

pub(crate) fn read_with(text: &str, folder: &Path, catalog: &Catalog) -> Result<Desired, Vec<Mistake>> {
    let written: Written = toml::from_str(text).unwrap();
    let lifetimes = Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) };
    let name = "Example House".into();
    let house = House { issuer: written.issuer, name, deliver_folder: folder.to_owned(), lifetimes };
    desired(&Manifest { groups: written.groups, apps: written.apps }, catalog, &house)
}

/// A house in a temporary folder.
pub(crate) struct Bench {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) provider: Memory,
    pub(crate) sink: Sinks,
    pub(crate) choices: Choices,
}

impl Default for Bench {
    fn default() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sink = Sinks::default().with("file", FileSink::new(dir.path().join("apps")));
        Self { dir, provider: Memory::default(), sink, choices: Choices::default() }
    }
}

impl Bench {
    pub(crate) fn desired(&self, text: &str) -> Desired {
        read(text, &self.dir.path().join("apps")).unwrap()
    }

    pub(crate) async fn observe(&self, desired: &Desired) -> Observed {
        observe(desired, &self.provider, &self.sink).await.unwrap()
    }

    pub(crate) async fn plan(&self, text: &str) -> Plan {
        let desired = self.desired(text);
        plan(&desired, &self.observe(&desired).await, &self.choices)
    }

    pub(crate) async fn apply(&self, text: &str) -> Report {
        execute(&self.plan(text).await, &self.provider, &self.sink).await
    }

    /// Text with the temporary folder shown as `/apps`.
    pub(crate) fn tidy(&self, text: &str) -> String {
        text.replace(&self.dir.path().join("apps").display().to_string(), "/apps")
    }

    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join("apps").join(name)).unwrap()
    }
}
