//! Places that credentials are delivered to, beside files: how each kind is reached.
//!
//! Secrets are named by the files that hold them, and read when they are used.

use super::value::{AgeRecipients, Fault};
use doorstep_onboard::desired::Reach;
use doorstep_outbound::OperatorUrl;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where credentials are delivered to, beside files: a table for each kind of place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sinks {
    /// Secrets of a Kubernetes cluster. Inside of one, the table may be empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Kubernetes>,
    /// Files that are encrypted as SOPS does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sops: Option<Sops>,
    /// Files that are encrypted with age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// Secrets of Vault or OpenBao, in a KV engine of version 2. One of `token_file`, `app_role` and `kubernetes` says who asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<Vault>,
    /// Secrets in projects of Bitwarden Secrets Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitwarden: Option<Bitwarden>,
    /// Commands that are handed what is delivered as JSON, each by the name that `command:NAME` has.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub command: IndexMap<String, Command>,
}

/// Files that are encrypted as SOPS does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sops {
    /// The public keys of those who may read, `age1…`.
    pub age_recipients: AgeRecipients,
}

/// Files that are encrypted with age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Age {
    /// The public keys of those who may read, `age1…`.
    pub recipients: AgeRecipients,
}

/// A server of Vault or OpenBao.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    /// Where it listens, like `https://vault.example.org:8200`.
    pub address: String,
    /// The namespace that engines and logins are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The file of a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "path"))]
    pub token_file: Option<PathBuf>,
    /// A login by AppRole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_role: Option<AppRole>,
    /// A login as the account of the pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<VaultKubernetes>,
}

/// A login by AppRole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppRole {
    /// Where it is mounted; `approle` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The role id.
    pub role_id: String,
    /// The file of the secret id.
    #[schemars(extend("format" = "path"))]
    pub secret_id_file: PathBuf,
}

/// A login as the account of the pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VaultKubernetes {
    /// Where it is mounted; `kubernetes` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// The role.
    pub role: String,
    /// The file of the account's token; the pod's own when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "path"))]
    pub token_file: Option<PathBuf>,
}

impl Vault {
    /// What is wrong with it as a whole, and at which key.
    pub(crate) fn fault(&self) -> Option<(&'static str, Fault)> {
        if OperatorUrl::parse(&self.address).is_err() {
            let remedy = "write its address with the port, like https://vault.example.org:8200";
            return Some(("address", Fault::new("is not an address that can be called", remedy)));
        }
        let ways = "one of `token_file`, `app_role` and `kubernetes`";
        let given = [self.token_file.is_some(), self.app_role.is_some(), self.kubernetes.is_some()];
        match given.iter().filter(|way| **way).count() {
            1 => None,
            0 => Some(("address", Fault::new("is given, and nothing says who asks there", format!("add {ways}")))),
            _ => Some(("address", Fault::new("is given, and several ways to ask there", format!("keep {ways}")))),
        }
    }
}

/// Where Bitwarden's servers in the United States are.
const BITWARDEN: (&str, &str) = ("https://api.bitwarden.com", "https://identity.bitwarden.com");

/// Bitwarden Secrets Manager: its servers in the United States, unless `api` and `identity` name others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bitwarden {
    /// The file of a machine account's token, `0.….…:…`.
    #[schemars(extend("format" = "path"))]
    pub token_file: PathBuf,
    /// Where secrets are kept: `https://api.bitwarden.eu` in Europe, `https://bitwarden.example.org/api` on a server of your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Where machine accounts log in: `https://identity.bitwarden.eu`, or `https://bitwarden.example.org/identity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

impl Bitwarden {
    /// Where secrets are kept, and where machine accounts log in.
    pub(crate) fn servers(&self) -> (String, String) {
        let or = |given: &Option<String>, usual: &str| given.clone().unwrap_or_else(|| usual.to_owned());
        (or(&self.api, BITWARDEN.0), or(&self.identity, BITWARDEN.1))
    }

    /// What is wrong with it as a whole, and at which key.
    pub(crate) fn fault(&self) -> Option<(&'static str, Fault)> {
        for (key, given) in [("api", &self.api), ("identity", &self.identity)] {
            if given.as_ref().is_some_and(|address| OperatorUrl::parse(address).is_err()) {
                let remedy = format!("write its address, like https://{key}.bitwarden.eu");
                return Some((key, Fault::new("is not an address that can be called", remedy)));
            }
        }
        let remedy = "give both: an account logs in at the server that its secrets are on";
        match (&self.api, &self.identity) {
            (Some(_), None) => Some(("api", Fault::new("is given without `identity`", remedy))),
            (None, Some(_)) => Some(("identity", Fault::new("is given without `api`", remedy))),
            _ => None,
        }
    }
}

/// A command that is handed what is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program by its whole path, and its arguments. No shell reads them.
    pub run: Vec<String>,
    /// Whether it can say what is there when it is asked to `observe`. Without that, what was delivered last is taken for what is there.
    #[serde(default)]
    pub observes: bool,
}

/// Secrets of a Kubernetes cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Kubernetes {
    /// The kubeconfig file that says where the cluster is and who asks. Without it, the account of the pod asks the cluster that it runs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "path"))]
    pub kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig file; the current one when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Annotations for each Secret, such as those by which a controller in the cluster restarts what reads it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Sinks {
    /// What can be delivered to.
    pub(crate) fn reach(&self) -> Reach {
        let kinds = [
            ("kubernetes", self.kubernetes.is_some()),
            ("sops", self.sops.is_some()),
            ("age", self.age.is_some()),
            ("vault", self.vault.is_some()),
            ("bitwarden", self.bitwarden.is_some()),
        ];
        let schemes = kinds.into_iter().filter(|(_, there)| *there).map(|(scheme, _)| scheme);
        Reach { schemes: schemes.collect(), commands: self.command.keys().cloned().collect(), references: true }
    }
}
