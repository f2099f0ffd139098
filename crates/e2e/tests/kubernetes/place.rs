//! What a declaration means, without a server.

use doorstep_core::time::Ttl;
use doorstep_onboard::{
    catalog::Catalog,
    desired::{Basis, Desired, Lifetimes, Reach, desired},
    manifest::{AppEntry, Manifest},
};
use indexmap::IndexMap;
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Written {
    apps: IndexMap<String, AppEntry>,
}

/// What is declared, where Kubernetes, Vault and Bitwarden are set up.
pub(crate) fn declared(text: &str) -> Desired {
    let written: Written = toml::from_str(text).expect("apps");
    let manifest = Manifest { groups: IndexMap::new(), apps: written.apps };
    let basis = Basis {
        issuer: "https://auth.example.org".to_owned(),
        name: "Example Home".into(),
        deliver_folder: PathBuf::from("/nowhere"),
        lifetimes: Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) },
        reach: Reach { schemes: ["kubernetes", "vault", "bitwarden"].into(), ..Reach::default() },
    };
    desired(&manifest, &Catalog::builtin(), &basis).expect("a declaration without mistakes")
}
