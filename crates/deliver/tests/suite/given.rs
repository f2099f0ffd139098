//! What a declaration means without a server, and what is delivered for apps of the catalog.

use doorstep_core::{secret::Secret, time::Ttl};
use doorstep_onboard::{
    catalog::Catalog,
    delivery::Rendered,
    desired::{Basis, Desired, Lifetimes, Reach, desired},
    manifest::{AppEntry, Manifest},
    mistake::Mistake,
    provider::Credentials,
    sink::{Sink, SinkState},
};
use indexmap::IndexMap;
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Written {
    apps: IndexMap<String, AppEntry>,
}

/// What is declared, where every kind of place is set up.
pub(crate) fn declared(text: &str) -> Desired {
    declared_in(Path::new("/nowhere"), text)
}

/// The same; `folder` is where the credentials of an app go that names no place.
pub(crate) fn declared_in(folder: &Path, text: &str) -> Desired {
    checked(folder, text).unwrap()
}

/// The same, or what is wrong with it.
pub(crate) fn checked(folder: &Path, text: &str) -> Result<Desired, Vec<Mistake>> {
    let written: Written = toml::from_str(text).unwrap();
    let manifest = Manifest { apps: written.apps, ..Manifest::default() };
    let issuer = "https://auth.example.org".to_owned();
    let lifetimes = Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) };
    let reach = Reach {
        schemes: ["sops", "age", "vault", "bitwarden", "kubernetes"].into(),
        commands: ["keep", "refuse", "hang"].map(str::to_owned).into(),
        references: true,
    };
    let basis = Basis {
        internal: None,
        issuer,
        name: "Example Home".into(),
        deliver_folder: folder.to_owned(),
        lifetimes,
        reach,
        icons: doorstep_onboard::desired::IconFiles::default(),
        proxies: doorstep_onboard::desired::Proxies::default(),
        languages: std::collections::BTreeMap::new(),
    };
    desired(&manifest, &Catalog::builtin(), &basis)
}

/// What is delivered for an app of the catalog to a place.
pub(crate) fn deliver(app: &str, place: &str, secret: &str) -> Rendered {
    let text = format!("[apps.{app}]\nurl = 'https://{app}.example.org'\ndeliver = '{place}'");
    rendered(&declared(&text), app, secret)
}

/// What is delivered first, with one text for all that is secret.
pub(crate) fn rendered(desired: &Desired, app: &str, secret: &str) -> Rendered {
    let client_secret = Some(Secret::new(secret.to_owned()));
    let credentials = Credentials { client_id: app.to_owned(), client_secret };
    let delivery = &desired.apps[0].deliveries[0];
    let random = delivery.labels().into_iter().map(|label| (label, Secret::new(secret.to_owned()))).collect();
    delivery.render(&credentials, &random).unwrap()
}

/// Writes it, and finds it.
pub(crate) async fn delivered(sink: &dyn Sink, wanted: &Rendered) {
    sink.write(wanted).await.unwrap();
    assert_eq!(sink.observe(wanted, Some(wanted.fingerprint())).await, SinkState::Same);
}
