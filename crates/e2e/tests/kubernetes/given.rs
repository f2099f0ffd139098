//! What a declaration means, without a server.

use doorstep_core::{secret::Secret, time::Ttl};
use doorstep_onboard::{
    catalog::Catalog,
    delivery::Rendered,
    desired::{Basis, Desired, Lifetimes, Reach, desired},
    manifest::{AppEntry, Manifest},
    provider::Credentials,
    sink::{Sink, SinkState},
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

/// What is delivered for an app of the catalog to a place.
pub(crate) fn deliver(app: &str, place: &str, secret: &str) -> Rendered {
    let desired = declared(&format!("[apps.{app}]\nurl = 'https://{app}.example.org'\ndeliver = '{place}'"));
    let credentials = Credentials { client_id: app.to_owned(), client_secret: Some(Secret::new(secret.to_owned())) };
    let delivery = &desired.apps[0].deliveries[0];
    let random = delivery.labels().into_iter().map(|label| (label, Secret::new(secret.to_owned()))).collect();
    delivery.render(&credentials, &random).expect("a text")
}

/// Writes it, and finds it.
pub(crate) async fn delivered(sink: &dyn Sink, wanted: &Rendered) {
    sink.write(wanted).await.expect("a place that takes it");
    assert_eq!(sink.observe(wanted, Some(wanted.fingerprint())).await, SinkState::Same);
}
