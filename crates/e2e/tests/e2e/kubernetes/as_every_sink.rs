//! The contract of sinks, on Secrets: by a kubeconfig, and as the service account of a Pod that may do no more than the
//! four verbs of the documentation.

use crate::{
    contract::{self, Ground},
    kubernetes::{
        cluster::{Admin, Cluster},
        home::{Held, ISSUER, path},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_kube::{Access, KubernetesSink};
use doorstep_onboard::sink::Sink;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fmt::Write,
    future::Future,
    net::TcpListener,
    path::{Path, PathBuf},
    pin::Pin,
};

const NAME: &str = "vaultwarden-oidc";
const SECRET: &str = "SSO_CLIENT_SECRET";

struct Secrets {
    kubeconfig: PathBuf,
    access: Access,
    namespace: String,
    folder: tempfile::TempDir,
    /// Takes connections and says nothing.
    silent: TcpListener,
}

/// What a test does as the administrator.
type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

impl Secrets {
    /// As the administrator, while whoever asks waits.
    fn by_admin<T: Send>(&self, work: impl for<'a> FnOnce(&'a Admin) -> Work<'a, T> + Send) -> T {
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async { work(&Cluster::by(&self.kubeconfig).await).await })
        };
        std::thread::scope(|scope| scope.spawn(work).join().expect("it ends"))
    }

    fn there(&self) -> Option<Held> {
        let at = path(&self.namespace, NAME);
        self.by_admin(|admin| Box::pin(async move { admin.ask("GET", &at, None).await.ok().map(Held) }))
    }

    fn edit(&self, method: &'static str, body: Option<Value>) {
        let at = path(&self.namespace, NAME);
        self.by_admin(|admin| Box::pin(async move { drop(admin.ask(method, &at, body).await) }));
    }
}

impl Ground for Secrets {
    fn scheme(&self) -> &'static str {
        "kubernetes"
    }

    fn place(&self) -> String {
        format!("kubernetes:{}/{NAME}", self.namespace)
    }

    fn sink(&self) -> Box<dyn Sink> {
        Box::new(KubernetesSink::new(self.access.clone(), ISSUER.to_owned(), BTreeMap::new()))
    }

    fn held(&self) -> Option<String> {
        let there = self.there()?;
        Some(there.data().keys().fold(String::new(), |mut text, key| {
            let _ = writeln!(text, "{key}={}", there.value(key));
            text
        }))
    }

    fn stamp(&self) -> String {
        self.there().map(|there| there.version().to_owned()).unwrap_or_default()
    }

    fn spoil(&self, way: usize) -> Option<&'static str> {
        let (what, method, body) = [
            ("an edited value", "PATCH", Some(json!({ "data": { SECRET: "eA==" } }))),
            ("a truncated value", "PATCH", Some(json!({ "stringData": { SECRET: "canary" } }))),
            ("a deleted key", "PATCH", Some(json!({ "data": { SECRET: null } }))),
            ("a further key", "PATCH", Some(json!({ "data": { "FURTHER": "eA==" } }))),
            ("a deleted Secret", "DELETE", None),
        ]
        .into_iter()
        .nth(way)?;
        self.edit(method, body);
        Some(what)
    }

    fn occupy(&self) {
        let at = format!("/api/v1/namespaces/{}/secrets", self.namespace);
        let secret = json!({ "metadata": { "name": NAME }, "stringData": { "password": "somebody's" } });
        self.by_admin(|admin| Box::pin(async move { drop(admin.must("POST", &at, secret).await) }));
    }

    fn clear(&self) {
        self.edit("DELETE", None);
    }

    fn hands_over(&self) -> bool {
        true
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        let server = format!("https://{}", self.silent.local_addr().expect("it listens"));
        let folder = self.folder.path().to_owned();
        let access = Access::InCluster { server, folder };
        Some(Box::new(KubernetesSink::new(access, ISSUER.to_owned(), BTreeMap::new())))
    }
}

/// The account of a Pod, as Kubernetes mounts it: `token` and `ca.crt`. Gives the server's address.
fn mounted(kubeconfig: &Path, folder: &Path) -> String {
    let text = std::fs::read_to_string(kubeconfig).expect("a kubeconfig");
    let kubeconfig: Value = serde_json::from_str(&text).expect("the tests write JSON");
    let (cluster, user) = (&kubeconfig["clusters"][0]["cluster"], &kubeconfig["users"][0]["user"]);
    std::fs::write(folder.join("token"), user["token"].as_str().expect("a token")).expect("the folder is ours");
    let authority = match cluster["certificate-authority-data"].as_str() {
        Some(data) => STANDARD.decode(data).expect("base64"),
        None => std::fs::read(cluster["certificate-authority"].as_str().expect("an authority")).expect("a file"),
    };
    std::fs::write(folder.join("ca.crt"), authority).expect("the folder is ours");
    cluster["server"].as_str().expect("a server").to_owned()
}

#[tokio::test]
async fn secrets_keep_the_contract_by_a_kubeconfig_and_from_a_pod_with_four_verbs() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    for in_a_pod in [false, true] {
        let namespace = admin.namespace("contract").await;
        let folder = tempfile::tempdir().expect("a folder");
        let verbs = ["get", "create", "patch", "delete"];
        let limited = admin.limited(&namespace, &verbs, folder.path()).await;
        let server = mounted(&limited, folder.path());
        let access = if in_a_pod {
            Access::InCluster { server, folder: folder.path().to_owned() }
        } else {
            Access::Kubeconfig { path: limited, context: Some("tests".into()) }
        };
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        contract::holds(&Secrets { kubeconfig: cluster.kubeconfig.clone(), access, namespace, folder, silent }).await;
    }
}
