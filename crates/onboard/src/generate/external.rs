//! `doorstep generate external-secrets`: objects for the External Secrets Operator.
//!
//! What is delivered to a Secret is pushed on to a store, or pulled from it in another cluster; what is delivered to
//! Vault or Bitwarden is pulled from there. Pure; no value of a secret is in it, only its keys. Fields are those of
//! `external-secrets.io/v1` (ExternalSecret) and `v1alpha1` (PushSecret).

use crate::delivery::{Address, Delivery};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write};

/// How often the operator compares.
const EVERY: &str = "5m0s";

/// The store that the operator reads and writes; a person makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The name of its object.
    pub name: String,
    /// Whether it serves one namespace or all.
    pub kind: StoreKind,
    /// What stands before an app's name in the store, for what goes from Secret to Secret.
    pub prefix: String,
}

/// The kind of a store's object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreKind {
    /// For one namespace.
    Namespaced,
    /// For all of them.
    #[default]
    Cluster,
}

/// Which way Secrets of Kubernetes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the Secret that Doorstep delivers to the store.
    Push,
    /// From the store to a Secret of the same place, in another cluster.
    Pull,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The store.
    pub store: Store,
    /// Which way.
    pub direction: Direction,
    /// Where Secrets go that are read from Vault or Bitwarden: their declarations name no namespace.
    pub namespace: Option<String>,
}

/// Objects, and what there are none for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifests {
    /// YAML documents.
    pub text: String,
    /// Deliveries to places that the operator cannot read.
    pub left: Vec<Address>,
}

/// Why there are no objects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Nobody said the namespace.
    #[error("where the Secret for {app} goes is not known: {place} names no namespace")]
    Namespace {
        /// The app.
        app: String,
        /// Where it is delivered to.
        place: Address,
    },
    /// It cannot be written down.
    #[error("the object for {0} cannot be written as YAML")]
    Unsayable(String),
}

/// An object for each delivery that the operator can carry on.
pub fn external_secrets(asked: &Asked, deliveries: &[&Delivery]) -> Result<Manifests, ManifestError> {
    let mut out = Manifests::default();
    let mut names = BTreeMap::new();
    for delivery in deliveries {
        let Some(object) = object(asked, delivery, &mut names)? else {
            // What a person uses once stays where it is.
            if !delivery.content.is_used_once() {
                out.left.push(delivery.to.clone());
            }
            continue;
        };
        let yaml = serde_saphyr::to_string(&object);
        let yaml = yaml.map_err(|_| ManifestError::Unsayable(delivery.app.to_string()))?;
        let separator = if out.text.is_empty() { "" } else { "---\n" };
        // Writing into a String does not fail.
        let _ = write!(out.text, "{separator}{yaml}");
    }
    Ok(out)
}

fn object(
    asked: &Asked,
    delivery: &Delivery,
    names: &mut BTreeMap<String, u32>,
) -> Result<Option<Value>, ManifestError> {
    let app = delivery.app.as_str();
    let store = &asked.store;
    let remote = format!("{}{app}", store.prefix);
    let namespace = || {
        let missing = || ManifestError::Namespace { app: app.to_owned(), place: delivery.to.clone() };
        asked.namespace.clone().ok_or_else(missing)
    };
    Ok(Some(match &delivery.to {
        Address::Kubernetes { namespace, name } if asked.direction == Direction::Push => {
            push(store, (namespace, name), &remote, &delivery.keys())
        }
        Address::Kubernetes { namespace, name } => {
            pull(store, (namespace, name), &json!({ "dataFrom": [{ "extract": { "key": remote } }] }))
        }
        Address::Vault { path, .. } => {
            let secret = numbered(app, names);
            pull(store, (&namespace()?, &secret), &json!({ "dataFrom": [{ "extract": { "key": path } }] }))
        }
        Address::Bitwarden { prefix, .. } => {
            let keys = delivery.keys();
            let one = |key: &String| json!({ "secretKey": key, "remoteRef": { "key": format!("{prefix}{key}") } });
            let data: Vec<Value> = keys.iter().map(one).collect();
            pull(store, (&namespace()?, &numbered(app, names)), &json!({ "data": data }))
        }
        Address::File(_) | Address::Sops(_) | Address::Age(_) | Address::Key { .. } | Address::Command { .. } => {
            return Ok(None);
        }
    }))
}

/// Each key of the Secret becomes a property of one secret in the store. What was pushed stays there when this goes.
fn push(store: &Store, (namespace, name): (&str, &str), remote: &str, keys: &[String]) -> Value {
    let one =
        |key: &String| json!({ "match": { "secretKey": key, "remoteRef": { "remoteKey": remote, "property": key } } });
    let data: Vec<Value> = keys.iter().map(one).collect();
    json!({
        "apiVersion": "external-secrets.io/v1alpha1",
        "kind": "PushSecret",
        "metadata": { "name": name, "namespace": namespace },
        "spec": {
            "refreshInterval": EVERY,
            "updatePolicy": "Replace",
            "deletionPolicy": "None",
            "secretStoreRefs": [{ "name": store.name, "kind": store.kind.as_str() }],
            "selector": { "secret": { "name": name } },
            "data": data,
        },
    })
}

fn pull(store: &Store, (namespace, name): (&str, &str), from: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "name": name, "namespace": namespace },
        "spec": {
            "refreshInterval": EVERY,
            "secretStoreRef": { "name": store.name, "kind": store.kind.as_str() },
            "target": { "name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain" },
        },
    });
    if let (Some(spec), Some(from)) = (object.get_mut("spec").and_then(Value::as_object_mut), from.as_object()) {
        spec.extend(from.clone());
    }
    object
}

impl StoreKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Namespaced => "SecretStore",
            Self::Cluster => "ClusterSecretStore",
        }
    }
}

/// The name of an app's Secret: what RFC 1123 allows of it, and a number from the second on.
fn numbered(app: &str, names: &mut BTreeMap<String, u32>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let fit: String = app.chars().map(plain).collect();
    let name = format!("{}-oidc", fit.trim_matches('-'));
    let count = names.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
    if *count == 1 { name } else { format!("{name}-{count}") }
}
