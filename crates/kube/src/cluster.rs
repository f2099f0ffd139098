//! The way to an API server: a kubeconfig, or the service account of the Pod that Doorstep runs in.
//!
//! Nothing of an answer is logged: kube-rs would log a body that it cannot read, so that bodies are read here. After a
//! connection that failed, the next seconds answer at once: a hundred deliveries do not wait a hundred times.

use crate::refusal::Refusal;
use http::Request;
use hyper_util::client::legacy;
use kube::{
    Client, Config,
    config::{AuthInfo, Cluster as Server, Context, KubeConfigOptions, Kubeconfig},
    config::{NamedAuthInfo, NamedCluster, NamedContext},
};
use std::{error::Error, fmt, path::PathBuf, time::Duration};
use tokio::{runtime::Handle, sync::Mutex, task::spawn_blocking, time::Instant};

const CONNECTING: Duration = Duration::from_secs(5);
const ANSWERING: Duration = Duration::from_secs(10);
const REST: Duration = Duration::from_secs(5);

/// Where the service account of a Pod is.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// How a Pod calls the API server.
const IN_CLUSTER: &str = "https://kubernetes.default.svc";

/// How the API server is reached, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// By a kubeconfig file.
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// One of its contexts; the current one when left out.
        context: Option<String>,
    },
    /// From a Pod, as its service account: `token` and `ca.crt` are read from a folder.
    InCluster {
        /// The API server.
        server: String,
        /// The folder.
        folder: PathBuf,
    },
}

impl Access {
    /// From a Pod, where Kubernetes mounts its service account.
    pub fn in_cluster() -> Self {
        Self::InCluster { server: IN_CLUSTER.into(), folder: SERVICE_ACCOUNT.into() }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kubeconfig { path, context: None } => write!(f, "the kubeconfig {}", path.display()),
            Self::Kubeconfig { path, context: Some(context) } => {
                write!(f, "the context {context} of the kubeconfig {}", path.display())
            }
            Self::InCluster { folder, .. } => write!(f, "the service account in {}", folder.display()),
        }
    }
}

/// One cluster.
pub(crate) struct Cluster {
    access: Access,
    client: Mutex<Option<Client>>,
    silent: Mutex<Option<(Instant, String)>>,
}

impl Cluster {
    pub(crate) fn new(access: Access) -> Self {
        Self { access, client: Mutex::new(None), silent: Mutex::new(None) }
    }

    /// Sends a request and gives the body of the answer. A request is sent again when a connection that was kept ended
    /// under it: each of ours may be sent twice.
    pub(crate) async fn ask(&self, request: Request<Vec<u8>>) -> Result<String, Refusal> {
        self.not_silent().await?;
        let client = self.client().await?;
        let first = client.request_text(request.clone()).await;
        let answer = match first {
            Err(kube::Error::Service(error)) if !is_connecting(error.as_ref()) => client.request_text(request).await,
            first => first,
        };
        match answer {
            Ok(text) => Ok(text),
            Err(error) => Err(self.refused(error).await),
        }
    }

    async fn not_silent(&self) -> Result<(), Refusal> {
        match &*self.silent.lock().await {
            Some((until, why)) if Instant::now() < *until => Err(Refusal::NotReached(why.clone())),
            _ => Ok(()),
        }
    }

    async fn refused(&self, error: kube::Error) -> Refusal {
        let refusal = match error {
            kube::Error::Api(status) => Refusal::answered(&status, &self.access),
            kube::Error::Service(error) => Refusal::NotReached(self.not_reached(error.as_ref())),
            error => Refusal::NotReached(format!("the API server's answer cannot be read: {}", kind(&error))),
        };
        match &refusal {
            // What authenticates us is read anew the next time.
            Refusal::Credentials(_) => *self.client.lock().await = None,
            Refusal::NotReached(why) => *self.silent.lock().await = Some((Instant::now() + REST, why.clone())),
            _ => {}
        }
        refusal
    }

    fn not_reached(&self, error: &(dyn Error + 'static)) -> String {
        format!("the API server of {} does not answer: {}", self.access, innermost(error))
    }

    async fn client(&self) -> Result<Client, Refusal> {
        let mut kept = self.client.lock().await;
        if let Some(client) = &*kept {
            return Ok(client.clone());
        }
        let access = self.access.clone();
        // Files are read, and perhaps a program is run that fetches a token.
        let made = spawn_blocking(move || Handle::current().block_on(connect(&access))).await;
        let client = made.map_err(|_| Refusal::NotReached("the look at the kubeconfig was interrupted".into()))??;
        *kept = Some(client.clone());
        Ok(client)
    }
}

async fn connect(access: &Access) -> Result<Client, Refusal> {
    let unusable = |error: &dyn Error| Refusal::Settings(format!("{access} cannot be used: {}", innermost(error)));
    let (kubeconfig, context) = match access {
        Access::Kubeconfig { path, context } => {
            (Kubeconfig::read_from(path).map_err(|error| unusable(&error))?, context.clone())
        }
        Access::InCluster { server, folder } => (service_account(server, folder), None),
    };
    let proxy =
        kubeconfig.clusters.iter().any(|named| named.cluster.as_ref().is_some_and(|server| server.proxy_url.is_some()));
    let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| unusable(&error))?;
    if proxy {
        return Err(Refusal::Settings(format!(
            "{access} names a proxy-url, and Doorstep calls the API server directly"
        )));
    }
    // The environment of the process decides nothing.
    config.proxy_url = None;
    config.connect_timeout = Some(CONNECTING);
    config.read_timeout = Some(ANSWERING);
    config.write_timeout = Some(ANSWERING);
    config.reset_reader_on_write = true;
    // Whoever delivers tries again, with longer and longer pauses.
    config.default_retry = false;
    Client::try_from(config).map_err(|error| unusable(&error))
}

/// What a Pod is given, in the words of a kubeconfig.
fn service_account(server: &str, folder: &std::path::Path) -> Kubeconfig {
    let file = |name: &str| Some(folder.join(name).display().to_string());
    let name = || "service-account".to_owned();
    let cluster =
        Server { server: Some(server.to_owned()), certificate_authority: file("ca.crt"), ..Server::default() };
    let user = AuthInfo { token_file: file("token"), ..AuthInfo::default() };
    let context = Context { cluster: name(), user: Some(name()), ..Context::default() };
    Kubeconfig {
        clusters: vec![NamedCluster { name: name(), cluster: Some(cluster), ..NamedCluster::default() }],
        auth_infos: vec![NamedAuthInfo { name: name(), auth_info: Some(user), ..NamedAuthInfo::default() }],
        contexts: vec![NamedContext { name: name(), context: Some(context), ..NamedContext::default() }],
        current_context: Some(name()),
        ..Kubeconfig::default()
    }
}

fn is_connecting(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|error| error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect))
}

/// The cause that all others wrap: `connection refused`.
fn innermost(error: &dyn Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (**error).source())
}

/// What went wrong, without a word of the answer.
fn kind(error: &kube::Error) -> &'static str {
    match error {
        kube::Error::HyperError(_) => "the connection ended",
        kube::Error::FromUtf8(_) => "it is not text",
        kube::Error::Auth(_) => "no credentials could be had",
        _ => "it is no answer of Kubernetes",
    }
}
