//! A provider in memory, and declarations to test with.

use doorstep_core::{
    id::AppName,
    model::Owner,
    secret::{Secret, SecretHash},
    time::Ttl,
};
use doorstep_deliver::{FileSink, Sinks};
use doorstep_onboard::{
    catalog::{Catalog, Entry},
    delivery::Address,
    desired::{Basis, Desired, Lifetimes, Reach, desired},
    execute::{Report, execute},
    ledger::{Binding, Ledger, LedgerError, Recorded},
    manifest::{AppEntry, Manifest, PersonEntry},
    means::Means,
    mistake::Mistake,
    observe::observe,
    plan::{Change, Choices, Observed, Plan, plan},
    provider::{
        Capabilities, Created, Credentials, Holdings, MemberChange, Provider, ProviderError, RemoteId, SecretTelling,
        Sought,
    },
    reference::{Reference, References},
    sink::{Fingerprint, Sink},
    spec::{AppSpec, ClientSpec, Held, Invitation},
};
use indexmap::IndexMap;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

/// Holds what it is told; derives secrets as Doorstep does, from a key and a name.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) holdings: Mutex<Holdings>,
    /// What it was asked for last.
    pub(crate) sought: Mutex<Sought>,
    /// An app whose client it refuses to make.
    pub(crate) refuses: Option<&'static str>,
    /// Ids of clients that are not called as their apps.
    pub(crate) called: Mutex<BTreeMap<AppName, RemoteId>>,
    /// How often the secrets of clients were raised.
    pub(crate) raised: AtomicU32,
}

impl Memory {
    pub(crate) fn held(&self) -> Holdings {
        self.holdings.lock().unwrap().clone()
    }
}

pub(crate) fn derive(label: &str) -> Secret<String> {
    Secret::new(SecretHash::labelled("test root key", label.as_bytes()).to_text())
}

fn named(at: &RemoteId) -> AppName {
    at.as_str().parse().unwrap()
}

impl Provider for Memory {
    fn capabilities(&self) -> Capabilities {
        let (secrets, cannot) = (SecretTelling::Always, [].into());
        Capabilities { provider: "Memory", secrets, knows_owners: true, groups: true, people: true, cannot }
    }

    async fn observe(&self, sought: &Sought) -> Result<Holdings, ProviderError> {
        self.sought.lock().unwrap().clone_from(sought);
        let mut held = self.held();
        held.remote = held.clients.keys().map(|app| (app.clone(), app.as_str().parse().unwrap())).collect();
        held.remote.extend(self.called.lock().unwrap().clone());
        Ok(held)
    }

    async fn create_client(&self, spec: &ClientSpec) -> Result<Created, ProviderError> {
        if self.refuses == Some(spec.app.as_str()) {
            return Err(ProviderError::Refused("not today".into()));
        }
        let id = spec.extra.as_ref().map_or(spec.app.as_str(), |extra| extra.id.as_str());
        let remote: RemoteId = id.parse().unwrap();
        self.update_client(&remote, spec, &[]).await?;
        Ok(Created { remote, secret: None })
    }

    async fn update_client(&self, _: &RemoteId, spec: &ClientSpec, _: &[Change]) -> Result<(), ProviderError> {
        let held = Held { spec: spec.clone(), owner: Owner::Config };
        let mut holdings = self.holdings.lock().unwrap();
        match &spec.extra {
            Some(extra) => holdings.extras.insert(extra.id.clone(), held).map(|_| ()),
            None => holdings.clients.insert(spec.app.clone(), held).map(|_| ()),
        };
        Ok(())
    }

    async fn delete_client(&self, at: &RemoteId) -> Result<(), ProviderError> {
        let mut holdings = self.holdings.lock().unwrap();
        if holdings.extras.remove(at.as_str()).is_none() {
            holdings.clients.remove(&named(at));
        }
        Ok(())
    }

    async fn new_secret(&self, _: &RemoteId) -> Result<Secret<String>, ProviderError> {
        Err(ProviderError::Refused("secrets are derived".into()))
    }

    async fn put_app(&self, spec: &AppSpec, _: &[Change]) -> Result<(), ProviderError> {
        let held = Held { spec: spec.clone(), owner: Owner::Config };
        self.holdings.lock().unwrap().apps.insert(spec.name.clone(), held);
        Ok(())
    }

    async fn delete_app(&self, app: &AppName) -> Result<(), ProviderError> {
        self.holdings.lock().unwrap().apps.remove(app);
        Ok(())
    }

    async fn change_members(&self, change: &MemberChange) -> Result<(), ProviderError> {
        let mut held = self.holdings.lock().unwrap();
        let members = held.people.members.entry(change.group.clone()).or_default();
        members.extend(change.join.iter().cloned());
        members.retain(|name| !change.leave.contains(name));
        Ok(())
    }

    async fn invite(&self, invitation: &Invitation, _: bool) -> Result<(), ProviderError> {
        if self.refuses == Some(invitation.name.as_str()) {
            return Err(ProviderError::Refused("not today".into()));
        }
        self.holdings.lock().unwrap().people.accounts.insert(invitation.name.clone());
        Ok(())
    }

    async fn credentials(&self, at: &RemoteId) -> Result<Option<Credentials>, ProviderError> {
        let app = named(at);
        let there = self.held().clients.contains_key(&app);
        let version = 1 + self.raised.load(Ordering::SeqCst);
        let client_secret = Some(derive(&format!("client {app} {version}")));
        Ok(there.then(|| Credentials { client_id: app.to_string(), client_secret }))
    }
}

/// Remembers, and fails when it is told to.
#[derive(Default)]
pub(crate) struct Notebook {
    pub(crate) recorded: Mutex<Recorded>,
    pub(crate) secrets: Mutex<BTreeMap<AppName, Secret<String>>>,
    /// Whether the next `bind` is never written, as when the process is killed there.
    pub(crate) dies_at_bind: AtomicBool,
}

impl Ledger for Notebook {
    async fn recall(&self) -> Result<Recorded, LedgerError> {
        Ok(self.recorded.lock().unwrap().clone())
    }

    async fn begin(&self, app: &AppName) -> Result<(), LedgerError> {
        let begun = Binding { remote: None, has_secret: false };
        self.recorded.lock().unwrap().bindings.insert(app.clone(), begun);
        self.secrets.lock().unwrap().remove(app);
        Ok(())
    }

    async fn bind(&self, app: &AppName, made: &Created) -> Result<(), LedgerError> {
        if self.dies_at_bind.swap(false, Ordering::SeqCst) {
            return Err(LedgerError("killed".into()));
        }
        let mut secrets = self.secrets.lock().unwrap();
        if let Some(secret) = &made.secret {
            secrets.insert(app.clone(), secret.clone());
        }
        let bound = Binding { remote: Some(made.remote.clone()), has_secret: secrets.contains_key(app) };
        self.recorded.lock().unwrap().bindings.insert(app.clone(), bound);
        Ok(())
    }

    async fn unbind(&self, app: &AppName) -> Result<(), LedgerError> {
        self.recorded.lock().unwrap().bindings.remove(app);
        self.secrets.lock().unwrap().remove(app);
        Ok(())
    }

    async fn secret(&self, app: &AppName) -> Result<Option<Secret<String>>, LedgerError> {
        Ok(self.secrets.lock().unwrap().get(app).cloned())
    }

    async fn random_secret(&self, app: &AppName, label: &str) -> Result<Secret<String>, LedgerError> {
        Ok(derive(&format!("random {app} {label}")))
    }

    async fn delivered(&self, app: &AppName, place: &Address, content: Fingerprint) -> Result<(), LedgerError> {
        self.recorded.lock().unwrap().delivered.insert(place.clone(), (app.clone(), content));
        Ok(())
    }

    async fn forget(&self, place: &Address) -> Result<(), LedgerError> {
        self.recorded.lock().unwrap().delivered.remove(place);
        Ok(())
    }
}

#[derive(Deserialize)]
pub(crate) struct Written {
    pub(crate) issuer: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) groups: IndexMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) people: IndexMap<String, PersonEntry>,
    #[serde(default)]
    pub(crate) apps: IndexMap<String, AppEntry>,
    #[serde(default)]
    internal_url: Option<String>,
    /// Schemes that there is a way to.
    #[serde(default)]
    sinks: Vec<String>,
    #[serde(default)]
    commands: BTreeSet<String>,
}

impl Written {
    fn reach(&self) -> Reach {
        let known = ["kubernetes", "sops", "age", "vault", "bitwarden"];
        let schemes = known.into_iter().filter(|scheme| self.sinks.iter().any(|given| given == scheme));
        Reach { schemes: schemes.collect(), commands: self.commands.clone(), references: true }
    }
}

pub(crate) const HOME: &str = include_str!("home.toml");

pub(crate) fn read(text: &str, folder: &Path) -> Result<Desired, Vec<Mistake>> {
    read_with(text, folder, &Catalog::builtin())
}

pub(crate) fn read_with(text: &str, folder: &Path, catalog: &Catalog) -> Result<Desired, Vec<Mistake>> {
    let written: Written = toml::from_str(text).unwrap();
    let lifetimes = Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) };
    let reach = written.reach();
    let name = written.name.unwrap_or_else(|| "Example Home".to_owned());
    let basis = Basis {
        issuer: written.issuer,
        internal: written.internal_url,
        name,
        deliver_folder: folder.to_owned(),
        lifetimes,
        reach,
        icons: doorstep_onboard::desired::IconFiles::default(),
        proxies: doorstep_onboard::desired::Proxies::default(),
        languages: BTreeMap::new(),
    };
    desired(&Manifest { groups: written.groups, people: written.people, apps: written.apps }, catalog, &basis)
}

/// With Doorstep's like as provider.
pub(crate) type Bench = BenchOf<Memory>;

/// An instance in a temporary folder.
pub(crate) struct BenchOf<P> {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) provider: P,
    pub(crate) ledger: Notebook,
    pub(crate) sink: Sinks,
    pub(crate) choices: Choices,
    pub(crate) catalog: Catalog,
    pub(crate) references: Told,
}

/// What references lead to, by their text.
#[derive(Default)]
pub(crate) struct Told(pub(crate) Mutex<BTreeMap<String, String>>);

impl References for Told {
    fn read(&self, reference: &Reference) -> Result<Secret<String>, String> {
        let told = self.0.lock().unwrap().get(&reference.to_string()).cloned();
        told.map(Secret::new).ok_or_else(|| format!("{reference} is not there"))
    }
}

impl<P: Default> Default for BenchOf<P> {
    fn default() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sink = Sinks::default().with("file", FileSink::new(dir.path().join("apps")));
        let (provider, ledger, choices, catalog) =
            (P::default(), Notebook::default(), Choices::default(), Catalog::builtin());
        Self { dir, provider, ledger, sink, choices, catalog, references: Told::default() }
    }
}

impl<P: Provider> BenchOf<P> {
    pub(crate) fn means(&self) -> Means<'_, P, Notebook, Sinks> {
        self.means_to(&self.sink)
    }

    pub(crate) fn means_to<'a, S: Sink>(&'a self, sink: &'a S) -> Means<'a, P, Notebook, S> {
        Means { provider: &self.provider, ledger: &self.ledger, sink, references: &self.references }
    }

    pub(crate) fn desired(&self, text: &str) -> Desired {
        self.try_desired(text).unwrap()
    }

    pub(crate) fn try_desired(&self, text: &str) -> Result<Desired, Vec<Mistake>> {
        read_with(text, &self.dir.path().join("apps"), &self.catalog)
    }

    pub(crate) async fn observe(&self, desired: &Desired) -> Observed {
        observe(desired, &self.means()).await.unwrap()
    }

    pub(crate) async fn plan(&self, text: &str) -> Plan {
        let desired = self.desired(text);
        plan(&desired, &self.observe(&desired).await, &self.choices)
    }

    pub(crate) async fn apply(&self, text: &str) -> Report {
        execute(&self.plan(text).await, &self.means()).await
    }

    /// Text with the temporary folder shown as `/apps`.
    pub(crate) fn tidy(&self, text: &str) -> String {
        text.replace(&self.dir.path().join("apps").display().to_string(), "/apps")
    }

    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join("apps").join(name)).unwrap()
    }
}

/// Where an app of the catalog is declared to be.
pub(crate) fn url_of(name: &str, entry: &Entry) -> String {
    let below = entry.below.as_deref().unwrap_or_default();
    entry.address.clone().unwrap_or_else(|| format!("https://{name}.example.org{below}"))
}
