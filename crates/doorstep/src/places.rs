//! The kinds of places that are delivered to, as the configuration says how each is reached.

use crate::config::{self, AgeRecipients, Config, Fault, secret_file};
use crate::ending::Failure;
use doorstep_app::ambient::Ambient;
use doorstep_app::instance::Instance;
use doorstep_core::secret::Secret;
use doorstep_deliver::{
    Auth, BitwardenServer, BitwardenSink, CommandSink, FileSink, KeySink, OwnKey, Program, Sealing, SecretOf, Sinks,
    VaultServer, VaultSink, age_sink, sops_sink,
};
use doorstep_kube::{Access, KubernetesSink};
use doorstep_onboard::delivery::{Address, Rendered};
use doorstep_onboard::sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written};
use doorstep_outbound::{Outbound, Settings};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a pod finds the token of its account.
const ACCOUNT_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// The kinds of places that are delivered to, and withdrawn from. With `own`, files are read back that are encrypted to it.
pub(crate) fn sinks(config: &Config, own: &Arc<OwnKey>) -> Sinks {
    let folder = || apps_folder(config);
    let sealing = |recipients: &AgeRecipients| Sealing {
        recipients: recipients.keys(),
        own: Arc::clone(own),
        entropy: || Ambient::System.entropy(),
    };
    let mut sinks = Sinks::default().with("file", FileSink::new(folder())).with("key", KeySink);
    sinks = sinks.with("command", commands(config));
    if let Some(sops) = &config.sinks.sops {
        sinks = sinks.with("sops", sops_sink(folder(), sealing(&sops.age_recipients), || Ambient::System.now()));
    }
    if let Some(age) = &config.sinks.age {
        sinks = sinks.with("age", age_sink(folder(), sealing(&age.recipients)));
    }
    if let Some((settings, auth)) = config.sinks.vault.as_ref().and_then(|vault| Some((vault, who_asks(vault)?))) {
        let (address, namespace) = (settings.address.clone(), settings.namespace.clone());
        let client = outbound_client(config.outbound.ca_file.as_deref());
        let instance = config.issuer.as_str().to_owned();
        sinks = sinks.with("vault", VaultSink::new(client, VaultServer { address, namespace, auth, instance }));
    }
    if let Some(settings) = &config.sinks.bitwarden {
        sinks = sinks.with("bitwarden", bitwarden(settings, config));
    }
    if let Some(settings) = &config.sinks.kubernetes {
        sinks = sinks.with("kubernetes", kubernetes(settings, config));
    }
    sinks
}

fn bitwarden(settings: &config::Bitwarden, config: &Config) -> BitwardenSink {
    let (api, identity) = settings.servers();
    let (token, instance) = (secret_in(&settings.token_file), config.issuer.as_str().to_owned());
    let server = BitwardenServer { api, identity, token, instance, entropy: || Ambient::System.entropy() };
    BitwardenSink::new(outbound_client(config.outbound.ca_file.as_deref()), server)
}

fn kubernetes(settings: &config::Kubernetes, config: &Config) -> KubernetesSink {
    let access = match &settings.kubeconfig {
        Some(path) => Access::Kubeconfig { path: path.clone(), context: settings.context.clone() },
        None => Access::in_cluster(),
    };
    KubernetesSink::new(access, config.issuer.as_str().to_owned(), settings.annotations.clone())
}

/// The key with which an instance reads back what it delivered.
pub(crate) fn own_key(instance: &Instance) -> Result<Arc<OwnKey>, Failure> {
    let broken = || Failure::bare("The crypto library made no key for deliveries.".to_owned());
    let key = instance.context.keyring.delivery_key().map_err(|_| broken())?;
    OwnKey::new(&key).map(Arc::new).map_err(|_| broken())
}

fn who_asks(settings: &config::Vault) -> Option<Auth> {
    if let Some(path) = &settings.token_file {
        return Some(Auth::Token(secret_in(path)));
    }
    let or = |mount: &Option<String>, usual: &str| mount.clone().unwrap_or_else(|| usual.to_owned());
    if let Some(config::AppRole { mount, role_id, secret_id_file }) = &settings.app_role {
        let (mount, role_id, secret_id) = (or(mount, "approle"), role_id.clone(), secret_in(secret_id_file));
        return Some(Auth::AppRole { mount, role_id, secret_id });
    }
    let config::VaultKubernetes { mount, role, token_file } = settings.kubernetes.as_ref()?;
    let path = token_file.clone().unwrap_or_else(|| PathBuf::from(ACCOUNT_TOKEN));
    // The cluster gives it to everyone in the pod, so that everyone may read it.
    let token: SecretOf = Arc::new(move || {
        let read = std::fs::read_to_string(&path).map(|text| Secret::new(text.trim().to_owned()));
        read.map_err(|error| format!("{} cannot be read: {}", path.display(), error.kind()))
    });
    Some(Auth::Kubernetes { mount: or(mount, "kubernetes"), role: role.clone(), token })
}

/// A secret that is read from its file each time.
fn secret_in(path: &Path) -> SecretOf {
    let path = path.to_owned();
    Arc::new(move || {
        let remedy = |fault: &Fault| fault.remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        secret_file::read(&path).map_err(|fault| format!("its setting {}{}", fault.what, remedy(&fault)))
    })
}

/// What calls other servers; or why there is none.
pub(crate) fn outbound_client(ca_file: Option<&Path>) -> Result<Outbound, String> {
    let mut settings = Settings::default();
    if let Some(file) = ca_file {
        let pem = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        settings.trust = settings.trust.and_pem(&pem).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Outbound::new(settings).map_err(|error| error.to_string())
}

fn commands(config: &Config) -> CommandSink {
    let programs = config.sinks.command.iter().filter_map(|(name, command)| {
        let (program, arguments) = command.run.split_first()?;
        let (path, arguments) = (PathBuf::from(program), arguments.to_vec());
        Some((name.clone(), Program { path, arguments, observes: command.observes }))
    });
    CommandSink::new(programs.collect())
}

/// `running`, with what `loaded` says of how places of delivery are reached: that takes effect at once.
pub(crate) fn reaching(running: &Config, loaded: &Config) -> Config {
    let (outbound, sinks, references) = (loaded.outbound.clone(), loaded.sinks.clone(), loaded.references.clone());
    Config { outbound, sinks, references, ..running.clone() }
}

/// Where credentials are delivered that name no place.
pub(crate) fn apps_folder(config: &Config) -> PathBuf {
    config.data_dir.join("apps")
}

/// What the configuration says when it is asked.
type Configured = Arc<dyn Fn() -> Config + Send + Sync>;

/// The places of a server that works for long: each call asks anew how they are reached.
pub(crate) struct CurrentPlaces {
    config: Configured,
    own: Arc<OwnKey>,
}

impl CurrentPlaces {
    /// By what `config` says.
    pub(crate) fn new(config: Configured, own: Arc<OwnKey>) -> Self {
        Self { config, own }
    }

    async fn now(&self) -> Sinks {
        let (config, own) = (Arc::clone(&self.config), Arc::clone(&self.own));
        // It reads files.
        tokio::task::spawn_blocking(move || sinks(&config(), &own)).await.unwrap_or_default()
    }
}

impl Sink for CurrentPlaces {
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async move { self.now().await.observe(wanted, last).await })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async move { self.now().await.write(wanted).await })
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(async move { self.now().await.remove(place, last).await })
    }
}
