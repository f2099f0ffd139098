//! The demo's instance: started on loopback with temporary data, two sample apps of `doorstep-demo` beside it.
//!
//! Everything is the real thing: the same server, the same onboarding, credentials delivered to files and
//! read from there. Only the sample apps are ours.

use crate::config::{Loaded, Sources, load};
use crate::ending::Failure;
use crate::first_start::Meant;
use crate::server::{Certificate, Running};
use crate::{logging, reason, site, wire};
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_demo::{Guard, RelyingParty, Sample, Stage};
use doorstep_onboard::plan::Choices;
use doorstep_web::{Listener, TlsSource};
use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const HOME: &str = include_str!("../../../examples/home.toml");
/// Where the app without a sign-in lives in that file.
const GLANCES: &str = "https://glances.example.org";

/// An instance that runs, with its neighbours.
pub(crate) struct Demo {
    /// Its data; gone when this goes, unless it is kept.
    folder: TempDir,
    /// The addresses and the link, as the walk needs them.
    pub(crate) stage: Stage,
    /// The apps of the example, by name.
    pub(crate) apps: Vec<String>,
    /// Where their credentials are.
    pub(crate) credentials: PathBuf,
    /// The log.
    pub(crate) log: PathBuf,
    /// The configuration, for commands beside it.
    pub(crate) config: PathBuf,
    instance: Arc<Instance>,
    running: Running,
    neighbours: Vec<JoinHandle<()>>,
}

/// Three places on loopback, taken before anything is made.
struct Places {
    instance: (TcpListener, u16),
    sample: (TcpListener, u16),
    guarded: (TcpListener, u16),
}

impl Places {
    /// `port` and the two after it, or any that are free.
    async fn take(port: Option<u16>) -> Result<Self, Failure> {
        let at = |offset: u16| port.map_or(Some(0), |port| port.checked_add(offset));
        Ok(Self { instance: take(at(0)).await?, sample: take(at(1)).await?, guarded: take(at(2)).await? })
    }
}

async fn take(port: Option<u16>) -> Result<(TcpListener, u16), Failure> {
    let choose = "Choose three ports in a row: doorstep demo --port 9480";
    let port = port.ok_or_else(|| Failure::refused("There is no such port.", choose))?;
    let bound = async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = listener.local_addr()?.port();
        Ok::<_, std::io::Error>((listener, port))
    };
    bound.await.map_err(|error| Failure::refused(format!("localhost:{port} cannot be used: {error}."), choose))
}

impl Demo {
    /// Makes everything and starts it.
    pub(crate) async fn start(port: Option<u16>) -> Result<Self, Failure> {
        let Places { instance: own, sample, guarded } = Places::take(port).await?;
        let address = |port: u16| format!("http://localhost:{port}");
        let (issuer, sample_url, guarded_url) = (address(own.1), address(sample.1), address(guarded.1));
        let folder = tempfile::Builder::new().prefix("doorstep-demo-").tempdir().map_err(|error| unmade(&error))?;
        let text = configuration(own.1, &sample_url, &guarded_url);
        fs::write(folder.path().join("doorstep.toml"), text).map_err(|error| unmade(&error))?;
        let loaded = configured(&folder)?;
        logging::start(&loaded.config.log).map_err(|error| unmade(&error))?;
        let desired = wire::desired(&loaded, &loaded.config)?;
        let instance = wire::open(&loaded.config, Meant::default()).await?.instance;
        let applied = wire::apply(&instance, &loaded.config, &desired, &Choices::default()).await?;
        if let Some(why) = applied.report.apps.iter().flat_map(|app| &app.failed).next() {
            return Err(Failure::refused(
                format!("The sample apps could not be declared: {why}."),
                "Look at the folder for temporary files.",
            ));
        }
        let link = instance
            .accounts
            .make_setup_link(&wire::act(&instance, ManageUsers)?)
            .await
            .map_err(|error| reason::internal(&error))?;
        let link = link.map(|link| link.url).unwrap_or_default();
        let credentials = wire::apps_folder(&loaded.config);
        let running =
            Running::start(&instance, (Listener::Tcp(own.0), None), &loaded, &Certificate::default(), Vec::new());
        let party = RelyingParty::new(&credentials.join("sample.env"), instance.context.ambient.clone());
        let party = party.map_err(|fault| unmade(&fault))?;
        let samples = Arc::new(Sample::new(party, sample_url.clone()));
        let guard = Arc::new(Guard::new(issuer.clone(), &guarded_url));
        let neighbours = vec![
            neighbour(sample.0, move |request| Arc::clone(&samples).answer(request)),
            neighbour(guarded.0, move |request| Arc::clone(&guard).answer(request)),
        ];
        let apps = loaded.manifest.apps.keys().filter(|name| *name != "sample").cloned().collect();
        let (credentials_of_sample, ambient) = (credentials.join("sample.env"), instance.context.ambient.clone());
        let (sample, guarded) = (sample_url, guarded_url);
        Ok(Self {
            stage: Stage { issuer, sample, guarded, link, credentials: credentials_of_sample, ambient },
            apps,
            credentials,
            log: folder.path().join("doorstep.log"),
            config: folder.path().join("doorstep.toml"),
            folder,
            instance,
            running,
            neighbours,
        })
    }

    /// Stops it and removes its data; with `keep`, leaves the data and says where.
    pub(crate) async fn stop(self, keep: bool) -> Option<PathBuf> {
        for neighbour in &self.neighbours {
            neighbour.abort();
        }
        self.running.stop().await;
        self.instance.context.db.close().await;
        keep.then(|| self.folder.keep())
    }
}

fn neighbour<A, F>(listener: TcpListener, answer: A) -> JoinHandle<()>
where
    A: Fn(site::Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = site::Response> + Send + 'static,
{
    let plain: TlsSource = Arc::new(|| None);
    tokio::spawn(site::serve(Arc::new(Listener::Tcp(listener)), plain, answer))
}

/// `examples/home.toml` as it is, at another address, with the sample app beside it.
fn configuration(port: u16, sample: &str, guarded: &str) -> String {
    let lines: Vec<&str> = HOME.lines().filter(|line| !line.starts_with("issuer")).collect();
    let home = lines.join("\n");
    let home = home.replace(GLANCES, guarded);
    format!(
        "issuer = \"http://localhost:{port}\"\nname = \"Doorstep demo\"\nlisten = \"127.0.0.1:{port}\"\n\
         trusted_proxies = [\"127.0.0.1\"]\n{home}\n\n\
         [apps.sample]\ntitle = \"Sample app\"\nurl = \"{sample}\"\ncallbacks = [\"/callback\"]\n\n\
         [log]\nfile = \"doorstep.log\"\n"
    )
}

fn configured(folder: &TempDir) -> Result<Loaded, Failure> {
    let config_path = Some(folder.path().join("doorstep.toml"));
    Ok(load(&Sources { config_path, env: BTreeMap::new(), cwd: folder.path().to_owned(), ..Sources::default() })?)
}

fn unmade(error: &dyn std::fmt::Display) -> Failure {
    let remedy = "Look at the folder for temporary files, or set TMPDIR to another one.";
    Failure::refused(format!("The demo cannot be set up: {error}."), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_declares_the_apps_of_the_example_and_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let text = configuration(8480, "http://localhost:8481", "http://localhost:8482");
        fs::write(folder.path().join("doorstep.toml"), text).unwrap();
        let loaded = configured(&folder).unwrap();
        let desired = wire::desired(&loaded, &loaded.config).unwrap();
        assert_eq!(desired.apps.len(), 21);
        let url = |name: &str| desired.apps.iter().find(|app| app.name().as_str() == name).unwrap().spec.url.clone();
        assert_eq!(url("glances"), "http://localhost:8482");
        assert_eq!(url("sample"), "http://localhost:8481");
        assert_eq!(url("grafana"), "https://grafana.example.org");
    }
}
