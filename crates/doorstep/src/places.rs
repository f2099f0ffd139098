//! The kinds of places that are delivered to, as the configuration says how each is reached.

use crate::config::{self, AgeRecipients, Config, Fault, secret_file};
use crate::ending::Failure;
use doorstep_app::ambient::Ambient;
use doorstep_app::context::Context;
use doorstep_core::secret::{Secret, SecretHash};
use doorstep_deliver::{
    Auth, BitwardenServer, BitwardenSink, CommandSink, FileSink, KeySink, OwnKey, Program, Sealing, SecretOf, Sinks,
    VaultServer, VaultSink, age_sink, sops_sink,
};
use doorstep_kube::{Access, KubernetesSink};
use doorstep_onboard::delivery::{Address, Rendered};
use doorstep_onboard::sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written};
use doorstep_outbound::{Outbound, Settings};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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

/// The key with which an instance reads back what it delivered, and those that it had under earlier root keys.
pub(crate) fn own_key(context: &Context) -> Result<Arc<OwnKey>, Failure> {
    let broken = || Failure::bare("The crypto library made no key for deliveries.".to_owned());
    let keys = context.keyring.delivery_keys().map_err(|_| broken())?;
    OwnKey::of(&keys).map(Arc::new).map_err(|_| broken())
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

/// `running`, with what `loaded` says of how places of delivery and the mail server are reached, and upstreams: that takes effect at once.
pub(crate) fn reaching(running: &Config, loaded: &Config) -> Config {
    let (outbound, sinks, references) = (loaded.outbound.clone(), loaded.sinks.clone(), loaded.references.clone());
    let (mail, upstream) = (loaded.mail.clone(), loaded.upstream.clone());
    Config { outbound, mail, upstream, sinks, references, ..running.clone() }
}

/// Where credentials are delivered that name no place.
pub(crate) fn apps_folder(config: &Config) -> PathBuf {
    config.data_dir.join("apps")
}

/// What the configuration says when it is asked.
pub(crate) type Configured = Arc<dyn Fn() -> Config + Send + Sync>;
/// The instance's own key as it is then.
type Own = Arc<dyn Fn() -> Option<Arc<OwnKey>> + Send + Sync>;

/// The places of a server that works for long: each call asks anew how they are reached. While that stays the same, so do
/// the sinks, and with them their logins and connections.
pub(crate) struct CurrentPlaces {
    config: Configured,
    own: Own,
    kept: Arc<Mutex<Kept>>,
}

/// The sinks, and what they were made by.
type Kept = Option<(Reached, Arc<Sinks>)>;

/// What sinks are made by, and what stands in the files that are read for it.
#[derive(PartialEq, Eq)]
struct Reached {
    sinks: config::Sinks,
    outbound: config::Outbound,
    files: [Option<SecretHash>; 2],
    own: Option<String>,
}

impl Reached {
    fn of(config: &Config, own: Option<&Arc<OwnKey>>) -> Self {
        let own = own.map(|own| own.recipient().as_str().to_owned());
        let (sinks, outbound) = (config.sinks.clone(), config.outbound.clone());
        let kubeconfig = sinks.kubernetes.as_ref().and_then(|settings| settings.kubeconfig.as_ref());
        let files = [outbound.ca_file.as_ref(), kubeconfig].map(|path| {
            let text = Secret::new(std::fs::read(path?).ok()?);
            Some(SecretHash::labelled("read for a place", text.expose()))
        });
        Self { sinks, outbound, files, own }
    }
}

impl CurrentPlaces {
    /// By what `config` says.
    pub(crate) fn new(config: Configured, own: Own) -> Self {
        Self { config, own, kept: Arc::default() }
    }

    async fn now(&self) -> Arc<Sinks> {
        let (config, own, kept) = (Arc::clone(&self.config), Arc::clone(&self.own), Arc::clone(&self.kept));
        // It reads files.
        let made = tokio::task::spawn_blocking(move || {
            let (config, own) = (config(), own());
            let reached = Reached::of(&config, own.as_ref());
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, sinks)) = kept.as_ref().filter(|(before, _)| *before == reached) {
                return Arc::clone(sinks);
            }
            // Without a key nothing is delivered: every place says that its kind is not set up.
            let made = Arc::new(own.map(|own| sinks(&config, &own)).unwrap_or_default());
            *kept = Some((reached, Arc::clone(&made)));
            made
        });
        made.await.unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;
    use std::fs::Permissions;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    /// A server of Vault that lets everyone in and has nothing; it counts the logins.
    fn vault() -> (String, Arc<Mutex<usize>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, logins) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(0)));
        let count = Arc::clone(&logins);
        let answer = move |mut stream: TcpStream| {
            let (mut piece, mut asked) = ([0; 4096], String::new());
            while !asked.contains("\r\n\r\n") || asked.starts_with("POST") && !asked.ends_with('}') {
                let Ok(read @ 1..) = stream.read(&mut piece) else { return };
                asked.push_str(&String::from_utf8_lossy(&piece[..read]));
            }
            let (status, said) = if asked.starts_with("POST /v1/auth/approle/login") {
                *count.lock().unwrap() += 1;
                ("200 x", r#"{"auth": {"client_token": "token"}}"#)
            } else {
                ("404 x", r#"{"errors": []}"#)
            };
            let length = said.len();
            let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{said}");
        };
        thread::spawn(move || listener.incoming().flatten().for_each(answer));
        (format!("http://{address}"), logins)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_login_is_kept_until_it_is_said_otherwise_how_a_place_is_reached() {
        let dir = tempfile::tempdir().unwrap();
        let (address, logins) = vault();
        let file = |name: &str, text: &str| {
            std::fs::write(dir.path().join(name), text).unwrap();
            std::fs::set_permissions(dir.path().join(name), Permissions::from_mode(0o600)).unwrap();
        };
        let declare = |role: &str| {
            let settings = format!(
                "issuer = \"https://auth.example.org\"\noutbound.ca_file = \"ca.pem\"\n[sinks.vault]\n\
                 address = \"{address}\"\napp_role = {{ role_id = \"{role}\", secret_id_file = \"secret-id\" }}\n"
            );
            file("doorstep.toml", &settings);
        };
        file("secret-id", "s3cret\n");
        let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
        file("ca.pem", &authority);
        declare("one");
        let sources = Sources { config_path: Some(dir.path().join("doorstep.toml")), ..Sources::default() };
        let config = move || config::load(&sources).unwrap().config;
        let places = CurrentPlaces::new(Arc::new(config), {
            let own = Arc::new(OwnKey::new(&Secret::new([7; 32])).unwrap());
            Arc::new(move || Some(Arc::clone(&own)))
        });
        let (place, last) = (Address::from_text("vault:secret/apps/wiki").unwrap(), Fingerprint::of(b""));
        let logged_in = async |count: usize| {
            for _ in 0..3 {
                assert_eq!(places.remove(&place, last).await, Ok(Removed::WasNotThere));
            }
            assert_eq!(*logins.lock().unwrap(), count);
        };
        logged_in(1).await;
        declare("two");
        logged_in(2).await;
        file("ca.pem", &format!("{authority}\n"));
        logged_in(3).await;
    }
}
