//! An installation that delivers to a cluster, and what is there.

use crate::kubernetes::cluster::Admin;
use doorstep_e2e::doorstep::{Doorstep, Said};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};
use tempfile::TempDir;

pub(crate) const ISSUER: &str = "https://auth.example.org";

/// A Doorstep whose commands deliver by a kubeconfig. Its server was started once, and stopped.
pub(crate) struct Home {
    pub(crate) doorstep: Doorstep,
    _directory: TempDir,
}

impl Home {
    /// One that knows `apps`.
    pub(crate) async fn new(kubeconfig: &Path, apps: &str) -> Self {
        let directory = tempfile::tempdir().expect("a folder");
        let mut doorstep = Doorstep::install(directory.path(), ISSUER, None);
        doorstep.declare("");
        doorstep.start().await;
        doorstep.stop();
        let this = Self { doorstep, _directory: directory };
        this.declare(kubeconfig, apps);
        this
    }

    /// Another declaration.
    pub(crate) fn declare(&self, kubeconfig: &Path, apps: &str) {
        let sinks = format!("[sinks.kubernetes]\nkubeconfig = \"{}\"\n", kubeconfig.display());
        self.doorstep.declare(&format!("{sinks}{apps}"));
    }

    pub(crate) fn plan(&self) -> Said {
        self.doorstep.command(&["plan"])
    }

    pub(crate) fn apply(&self) -> Said {
        self.doorstep.command(&["apply"])
    }

    /// An apply that does all that there is to do, and a plan that then finds nothing.
    pub(crate) fn must_apply(&self) {
        self.doorstep.reported(&["apply"]);
        self.doorstep.reported(&["plan"]);
    }
}

/// Grafana, delivered to a Secret `grafana-oidc`.
pub(crate) fn grafana(namespace: &str, more: &str) -> String {
    format!(
        "[apps.grafana]\nurl = \"https://grafana.example.org\"\ndeliver = \"kubernetes:{namespace}/grafana-oidc\"\n{more}\n"
    )
}

/// Where the API server has a Secret.
pub(crate) fn path(namespace: &str, name: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/secrets/{name}")
}

/// A Secret as it is there.
pub(crate) struct Held(pub(crate) Value);

impl Held {
    pub(crate) async fn read(admin: &Admin, namespace: &str, name: &str) -> Self {
        Self(admin.must("GET", &path(namespace, name), Value::Null).await)
    }

    pub(crate) fn version(&self) -> &str {
        self.0["metadata"]["resourceVersion"].as_str().expect("each object has a version")
    }

    /// Keys and values, in base64 as they came.
    pub(crate) fn data(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.0["data"].clone()).unwrap_or_default()
    }

    /// One value in plain.
    pub(crate) fn value(&self, key: &str) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let text = self.data().remove(key).unwrap_or_else(|| panic!("{key} is missing"));
        String::from_utf8(STANDARD.decode(text).expect("base64")).expect("UTF-8")
    }
}
