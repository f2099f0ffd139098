//! `doorstep generate external-secrets`: PushSecret and ExternalSecret objects for the External Secrets Operator.

use super::out::Out;
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::reason;
use crate::wire;
use clap::{Args, ValueEnum};
use doorstep_onboard::generate::external::{Asked, Direction, ManifestError, Store, StoreKind, external_secrets};
use std::path::PathBuf;

/// The store, and which way.
#[derive(Clone, Debug, Args)]
pub struct ExternalSecrets {
    /// The store of the operator, by its name.
    #[arg(long, value_name = "NAME")]
    pub store: String,
    /// The kind of the store's object.
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    pub store_kind: Kind,
    /// Read what was pushed, into Secrets of the same names: for another cluster.
    #[arg(long)]
    pub pull: bool,
    /// What stands before an app's name in the store: apps/ makes apps/grafana.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub prefix: String,
    /// The namespace of Secrets that are read from Vault or Bitwarden, as NAME-oidc.
    #[arg(long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Write it to this file, whole or not at all; `-` prints it, as without this.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The kind of a store's object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// For one namespace.
    #[value(name = "SecretStore")]
    Namespaced,
    /// For all of them.
    #[default]
    #[value(name = "ClusterSecretStore")]
    Cluster,
}

/// Prints or writes the objects; says what there are none for.
pub(super) fn run(around: &ExternalSecrets, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let kind = match around.store_kind {
        Kind::Namespaced => StoreKind::Namespaced,
        Kind::Cluster => StoreKind::Cluster,
    };
    let asked = Asked {
        store: Store { name: around.store.clone(), kind, prefix: around.prefix.clone() },
        direction: if around.pull { Direction::Pull } else { Direction::Push },
        namespace: around.namespace.clone(),
    };
    let deliveries: Vec<_> = desired.apps.iter().flat_map(|app| &app.deliveries).collect();
    let made = external_secrets(&asked, &deliveries).map_err(|error| {
        let remedy = match &error {
            ManifestError::Namespace { .. } => "Add --namespace NAMESPACE.",
            ManifestError::Unsayable(_) => "Leave the app out of the configuration.",
        };
        Failure::refused(reason::sentence(&error.to_string()), remedy)
    })?;
    if made.text.is_empty() {
        let what = "No app is delivered to a Secret of Kubernetes, to Vault or to Bitwarden.";
        return Err(Failure::refused(what, "Name one under `deliver` of an app: kubernetes:monitoring/grafana-oidc"));
    }
    if !made.left.is_empty() {
        let left: Vec<_> = made.left.iter().map(ToString::to_string).collect();
        context.remark(&format!("There is no object for {}.\n", left.join(", ")))?;
    }
    let out = Out { file: around.output.as_deref(), instead: "Name another file: --output external-secrets.yaml" };
    out.put(&made.text, &loaded, context)?;
    Ok(Outcome::Done)
}
