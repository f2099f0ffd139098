//! A folder to deliver into, and a delivery.

use doorstep_core::secret::Secret;
use doorstep_core::time::Ttl;
use doorstep_deliver::FileSink;
use doorstep_onboard::{
    catalog::Catalog,
    delivery::Rendered,
    desired::{Basis, Lifetimes, Reach, desired},
    manifest::{AppEntry, Manifest},
    provider::Credentials,
};
use indexmap::IndexMap;
use serde::Deserialize;
use std::path::{Path, PathBuf};

pub(crate) struct Place {
    _dir: tempfile::TempDir,
    pub(crate) folder: PathBuf,
    pub(crate) file: PathBuf,
    pub(crate) sink: FileSink,
}

pub(crate) fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("apps");
    Place { file: folder.join("vaultwarden.env"), sink: FileSink::new(folder.clone()), folder, _dir: dir }
}

#[derive(Deserialize)]
struct Written {
    apps: IndexMap<String, AppEntry>,
}

/// What is delivered for one app into `folder`.
pub(crate) fn wanted(folder: &Path, secret: &str) -> Rendered {
    let written: Written = toml::from_str("[apps.vaultwarden]\nurl = 'https://vault.example.org'").unwrap();
    let manifest = Manifest { groups: IndexMap::new(), apps: written.apps };
    let issuer = "https://auth.example.org".to_owned();
    let lifetimes = Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) };
    let basis = Basis {
        issuer,
        name: "Example Home".into(),
        deliver_folder: folder.to_owned(),
        lifetimes,
        reach: Reach::default(),
    };
    let desired = desired(&manifest, &Catalog::builtin(), &basis).unwrap();
    let client_secret = Some(Secret::new(secret.to_owned()));
    let credentials = Credentials { client_id: "vaultwarden".into(), client_secret };
    desired.apps[0].deliveries[0].render(&credentials, &[].into()).unwrap()
}
