//! What is delivered, for apps of the catalog.

use doorstep_core::secret::Secret;
use doorstep_core::time::Ttl;
use doorstep_onboard::{
    catalog::Catalog,
    delivery::{Delivery, Rendered},
    desired::{Basis, Lifetimes, Reach, desired},
    manifest::{AppEntry, Manifest},
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

/// What is delivered for an app of the catalog to a place.
pub(crate) fn deliver(app: &str, place: &str, secret: &str) -> Rendered {
    rendered(app, &format!("deliver = '{place}'"), Path::new("/nowhere"), secret)
}

/// The same, with these lines in its declaration; `folder` is where it goes that names no place.
pub(crate) fn rendered(app: &str, lines: &str, folder: &Path, secret: &str) -> Rendered {
    let delivery = delivery(app, lines, folder);
    let client_secret = Some(Secret::new(secret.to_owned()));
    let credentials = Credentials { client_id: app.to_owned(), client_secret };
    let random = delivery.labels().into_iter().map(|label| (label, Secret::new(secret.to_owned()))).collect();
    delivery.render(&credentials, &random).unwrap()
}

/// The same, before there are secrets.
pub(crate) fn delivery(app: &str, lines: &str, folder: &Path) -> Delivery {
    let text = format!("[apps.{app}]\nurl = 'https://{app}.example.org'\n{lines}");
    let written: Written = toml::from_str(&text).unwrap();
    let manifest = Manifest { groups: IndexMap::new(), apps: written.apps };
    let issuer = "https://auth.example.org".to_owned();
    let lifetimes = Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) };
    let reach = Reach {
        schemes: ["sops", "age", "vault"].into(),
        commands: ["keep", "refuse", "hang"].map(str::to_owned).into(),
    };
    let basis = Basis { issuer, name: "Example Home".into(), deliver_folder: folder.to_owned(), lifetimes, reach };
    let mut desired = desired(&manifest, &Catalog::builtin(), &basis).unwrap();
    desired.apps.remove(0).deliveries.remove(0)
}

/// Writes it, and finds it.
pub(crate) async fn delivered(sink: &dyn Sink, wanted: &Rendered) {
    sink.write(wanted).await.unwrap();
    assert_eq!(sink.observe(wanted, Some(wanted.fingerprint())).await, SinkState::Same);
}
