//! A real API server: etcd and kube-apiserver of our own, which `./test` builds, or the cluster that E2E_KUBECONFIG names.
//! KUBECONFIG is not looked at: a shell may have it for a cluster that people need.
//!
//! Our own are started once for the whole test program, and end with it, however it ends: each is held by a shell that
//! waits for the end of a pipe from this process.

use doorstep_e2e::{
    certificates::Certificates,
    process::tool,
    wait::{self, PATIENCE},
};
use http::Request;
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use serde_json::{Value, json};
use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};
use tokio::sync::{Mutex, MutexGuard};

/// What `tokens.csv` says of the administrator.
const ADMIN: &str = "administrator-of-the-tests";

/// A cluster that tests share.
pub(crate) struct Cluster {
    /// Reaches it as its administrator.
    pub(crate) kubeconfig: PathBuf,
    own: Option<Own>,
    lent: Option<Lent>,
}

/// The cluster that E2E_KUBECONFIG names, for one test at a time.
struct Lent {
    /// A copy of the kubeconfig, which may lead nowhere for a while.
    folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// Programs of our own, and where they keep things.
struct Own {
    directory: PathBuf,
    etcd: SocketAddr,
    listen: SocketAddr,
    certificates: Certificates,
    // Ended in this order.
    server: Option<Held>,
    store: Held,
}

/// A program that ends with this value, and with this process.
struct Held {
    name: &'static str,
    shell: Child,
    log: PathBuf,
}

impl Cluster {
    /// The one that all tests of this program share.
    pub(crate) async fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        let this = SHARED.get_or_init(|| match named() {
            Some(kubeconfig) => Self { kubeconfig, own: None, lent: None },
            None => Self::begin(),
        });
        this.ready().await;
        this
    }

    /// One for a single test, which may stop it.
    pub(crate) async fn alone() -> Self {
        static TURN: Mutex<()> = Mutex::const_new(());
        let this = match named() {
            Some(original) => {
                let (folder, turn) = (tempfile::tempdir().expect("a folder"), TURN.lock().await);
                let this = Self {
                    kubeconfig: folder.path().join("kubeconfig"),
                    own: None,
                    lent: Some(Lent { folder, _turn: turn }),
                };
                this.lead(&original, None);
                this
            }
            None => Self::begin(),
        };
        this.ready().await;
        this
    }

    fn begin() -> Self {
        let directory = tempfile::Builder::new().prefix("doorstep-kube-").tempdir().expect("a folder").keep();
        let certificates = Certificates::make_for(&directory, &["127.0.0.1", "localhost", "kubernetes.default.svc"]);
        let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).expect("the folder is ours");
        write("sa.key", &rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key").serialize_pem());
        write("tokens.csv", &format!("{ADMIN},admin,1,\"system:masters\"\n"));
        let (etcd, peers, listen) = (wait::free_address(), wait::free_address(), wait::free_address());
        let (url, peers, data) = (format!("http://{etcd}"), format!("http://{peers}"), directory.join("etcd"));
        let mut command = Command::new(tool("etcd"));
        command.arg("--data-dir").arg(&data).args(["--unsafe-no-fsync", "--log-level", "warn"]);
        command.args(["--listen-client-urls", &url, "--advertise-client-urls", &url, "--listen-peer-urls", &peers]);
        let store = Held::start("etcd", &command, &directory, Some(&directory));
        let kubeconfig = directory.join("admin.kubeconfig");
        let mut own = Own { directory, etcd, listen, certificates, server: None, store };
        own.start();
        let this = Self { kubeconfig, own: Some(own), lent: None };
        let server = this.own.as_ref().map(|own| format!("https://{}", own.listen)).unwrap_or_default();
        let authority = this.own.as_ref().map(|own| own.certificates.authority.clone()).unwrap_or_default();
        let text = kubeconfig_of(&server, &json!({ "certificate-authority": authority }), ADMIN);
        std::fs::write(&this.kubeconfig, text).expect("the folder is ours");
        this
    }

    async fn ready(&self) {
        let admin = self.admin().await;
        wait::until("the API server to be ready", PATIENCE, || async {
            let asked = admin.client.request_text(request("GET", "/readyz", Vec::new(), "")).await;
            match (&asked, &self.own) {
                (Err(error), Some(own)) => own.must_live(&error.to_string()),
                (Err(error), None) => panic!("the cluster that E2E_KUBECONFIG names is not to be had: {error}"),
                (Ok(_), _) => {}
            }
            asked.ok()?;
            admin.client.request_text(request("GET", "/api/v1/namespaces/default", Vec::new(), "")).await.ok()
        })
        .await;
    }

    /// Writes the kubeconfig of a cluster that is lent: as it is, or with another server.
    fn lead(&self, original: &Path, server: Option<&str>) {
        let mut kubeconfig = Kubeconfig::read_from(original).expect("a kubeconfig");
        for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
            cluster.server = server.map(str::to_owned).or(cluster.server.take());
        }
        std::fs::write(&self.kubeconfig, serde_json::to_string(&kubeconfig).expect("JSON"))
            .expect("the folder is ours");
    }

    /// Stops the API server; what it keeps stays. One that is lent is only not found any more.
    pub(crate) fn stop(&mut self) {
        match (&mut self.own, &self.lent) {
            (Some(own), _) => drop(own.server.take()),
            (None, Some(lent)) => {
                assert!(self.kubeconfig.starts_with(lent.folder.path()));
                self.lead(&self.kubeconfig, Some(&format!("https://{}", wait::free_address())));
            }
            (None, None) => panic!("others use it, too"),
        }
    }

    /// Starts it again.
    pub(crate) async fn start(&mut self) {
        match &mut self.own {
            Some(own) => own.start(),
            None => self.lead(&named().expect("it was lent"), None),
        }
        self.ready().await;
    }

    /// Its administrator.
    pub(crate) async fn admin(&self) -> Admin {
        Self::by(&self.kubeconfig).await
    }

    /// Whoever a kubeconfig names.
    pub(crate) async fn by(kubeconfig: &Path) -> Admin {
        let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
        let config = Config::from_custom_kubeconfig(kubeconfig.clone(), &KubeConfigOptions::default()).await;
        let client = Client::try_from(config.expect("a kubeconfig that can be used")).expect("a client");
        Admin { client, kubeconfig }
    }
}

impl Own {
    fn start(&mut self) {
        let (here, certificates) = (&self.directory, &self.certificates);
        let key = here.join("sa.key");
        let mut command = Command::new(tool("kube-apiserver"));
        command.args(["--etcd-servers", &format!("http://{}", self.etcd)]);
        command.args(["--bind-address", "127.0.0.1", "--secure-port", &self.listen.port().to_string()]);
        command.arg("--cert-dir").arg(here.join("certificates"));
        command.arg("--tls-cert-file").arg(&certificates.certificate);
        command.arg("--tls-private-key-file").arg(&certificates.key);
        command.arg("--service-account-key-file").arg(&key).arg("--service-account-signing-key-file").arg(&key);
        command.args(["--service-account-issuer", "https://kubernetes.test"]);
        command.arg("--token-auth-file").arg(here.join("tokens.csv")).args(["--authorization-mode", "RBAC"]);
        command.args(["--disable-admission-plugins", "ServiceAccount", "--service-cluster-ip-range", "10.0.0.0/24"]);
        self.server = Some(Held::start("kube-apiserver", &command, here, None));
    }

    fn must_live(&self, error: &str) {
        for held in [Some(&self.store), self.server.as_ref()].into_iter().flatten() {
            let log = std::fs::read_to_string(&held.log).unwrap_or_default();
            assert!(!log.contains("ENDED BY ITSELF"), "{} ended ({error}):\n{log}", held.name);
        }
    }
}

/// Runs `"$@"` until standard input ends, then takes the folder `$0` away.
const HOLD: &str = r#"
"$@" & program=$!
( wait_for() { while kill -0 "$program" 2>/dev/null; do sleep 1; done; echo ENDED BY ITSELF; }; wait_for ) & watch=$!
cat >/dev/null
kill -KILL "$watch" "$program" 2>/dev/null
wait "$program" 2>/dev/null
[ "$0" = - ] || rm -rf "$0"
"#;

impl Held {
    fn start(name: &'static str, command: &Command, directory: &Path, data: Option<&Path>) -> Self {
        let log = directory.join(format!("{name}.log"));
        let out = File::options().create(true).append(true).open(&log).expect("the folder is ours");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(HOLD).arg(data.unwrap_or(Path::new("-")));
        shell.arg(command.get_program()).args(command.get_args()).env_remove("KUBECONFIG");
        shell.stdin(Stdio::piped()).stdout(out.try_clone().expect("a handle")).stderr(out);
        Self { name, shell: shell.spawn().expect("sh starts"), log }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let tail: Vec<_> = log.lines().rev().take(20).collect();
            eprintln!("--- the last that {} printed ---", self.name);
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The kubeconfig of a cluster that is there already.
fn named() -> Option<PathBuf> {
    std::env::var_os("E2E_KUBECONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Does in a cluster what a person would do with kubectl.
pub(crate) struct Admin {
    client: Client,
    kubeconfig: Kubeconfig,
}

impl Admin {
    /// A request; the answer, or the status that was answered instead.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, u16> {
        let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        match self.client.request_text(request(method, path, body, kind)).await {
            Ok(text) => Ok(serde_json::from_str(&text).unwrap_or(Value::Null)),
            Err(kube::Error::Api(status)) => Err(status.code),
            Err(error) => panic!("{method} {path}: {error}"),
        }
    }

    /// A request that must succeed.
    pub(crate) async fn must(&self, method: &str, path: &str, body: Value) -> Value {
        let body = (!body.is_null()).then_some(body);
        self.ask(method, path, body).await.unwrap_or_else(|status| panic!("{method} {path}: {status}"))
    }

    /// Server-side apply by another manager, with force.
    pub(crate) async fn apply(&self, path: &str, manager: &str, body: Value) {
        let path = format!("{path}?fieldManager={manager}&force=true");
        let request = request("PATCH", &path, body.to_string().into_bytes(), "application/apply-patch+yaml");
        self.client.request_text(request).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// A new namespace, with a name that the API server completes: nothing in it is anybody else's.
    pub(crate) async fn namespace(&self, what: &str) -> String {
        let asked = json!({ "metadata": { "generateName": format!("doorstep-e2e-{what}-") } });
        let made = self.must("POST", "/api/v1/namespaces", asked).await;
        made["metadata"]["name"].as_str().expect("each namespace has a name").to_owned()
    }

    /// A kubeconfig in `folder` with the token of a service account that may do `verbs` to Secrets of `namespace`.
    pub(crate) async fn limited(&self, namespace: &str, verbs: &[&str], folder: &Path) -> PathBuf {
        let accounts = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
        let rbac = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
        let made = self.ask("POST", &accounts, Some(json!({ "metadata": { "name": "doorstep" } }))).await;
        assert!(matches!(made, Ok(_) | Err(409)), "{made:?}");
        let _ = self.ask("DELETE", &format!("{rbac}/roles/doorstep"), None).await;
        let rule = json!({ "apiGroups": [""], "resources": ["secrets"], "verbs": verbs });
        let rules = if verbs.is_empty() { json!([]) } else { json!([rule]) };
        self.must("POST", &format!("{rbac}/roles"), json!({ "metadata": { "name": "doorstep" }, "rules": rules }))
            .await;
        let binding = json!({
            "metadata": { "name": "doorstep" },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "doorstep" },
            "subjects": [{ "kind": "ServiceAccount", "name": "doorstep", "namespace": namespace }],
        });
        let bound = self.ask("POST", &format!("{rbac}/rolebindings"), Some(binding)).await;
        assert!(matches!(bound, Ok(_) | Err(409)), "{bound:?}");
        let asked = json!({ "spec": { "expirationSeconds": 3600 } });
        let token = self.must("POST", &format!("{accounts}/doorstep/token"), asked).await;
        let token = token["status"]["token"].as_str().expect("a token");
        self.with_token(token, folder)
    }

    /// A kubeconfig in `folder` with this token.
    pub(crate) fn with_token(&self, token: &str, folder: &Path) -> PathBuf {
        let name = self.kubeconfig.current_context.as_deref().expect("a current context");
        let context = self.kubeconfig.contexts.iter().find(|named| named.name == name).expect("its context");
        let cluster = &context.context.as_ref().expect("its context").cluster;
        let named = self.kubeconfig.clusters.iter().find(|named| named.name == *cluster).expect("its cluster");
        let cluster = serde_json::to_value(&named.cluster).expect("JSON");
        let server = cluster["server"].as_str().expect("a server").to_owned();
        let path = folder.join("token.kubeconfig");
        std::fs::write(&path, kubeconfig_of(&server, &cluster, token)).expect("the folder is ours");
        path
    }
}

/// A kubeconfig of one context; `cluster` has what else is to be known of it.
fn kubeconfig_of(server: &str, cluster: &Value, token: &str) -> String {
    let mut cluster = cluster.clone();
    cluster["server"] = server.into();
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "tests",
        "clusters": [{ "name": "tests", "cluster": cluster }],
        "users": [{ "name": "tests", "user": { "token": token } }],
        "contexts": [{ "name": "tests", "context": { "cluster": "tests", "user": "tests" } }],
    })
    .to_string()
}

fn request(method: &str, path: &str, body: Vec<u8>, kind: &str) -> Request<Vec<u8>> {
    let head = Request::builder().method(method).uri(path);
    let head = if kind.is_empty() { head } else { head.header("content-type", kind) };
    head.body(body).expect("a request")
}
