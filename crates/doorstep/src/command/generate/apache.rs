//! `doorstep generate apache`: for apps that are clients of Apache's module. Whoever names an app that is not reads which lines
//! make it one.

use super::surroundings::Surroundings;
use crate::ending::Failure;
use doorstep_onboard::delivery::Address;
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::generate::{APACHE_CALLBACK, RelyingSite, Upstream};
use std::collections::BTreeMap;
use std::path::Path;

/// The apps whose places are said.
pub(super) fn sites(
    around: &Surroundings,
    desired: &Desired,
    said: &BTreeMap<String, Upstream>,
) -> Result<Vec<RelyingSite>, Failure> {
    if said.is_empty() && around.upstreams.is_empty() {
        return Err(Failure::refused(
            "No app is named.",
            "Say where Apache reaches each app that stands behind it: --upstream NAME=HOST:PORT",
        ));
    }
    let named = desired.apps.iter().filter_map(|app| Some((app, said.get(app.name().as_str())?)));
    named.map(|(app, upstream)| site(app, upstream)).collect()
}

fn site(app: &DesiredApp, upstream: &Upstream) -> Result<RelyingSite, Failure> {
    let name = app.name().as_str();
    let callback = format!("{}{APACHE_CALLBACK}", app.spec.url);
    let is_client = app.client.as_ref().is_some_and(|client| client.redirect_uris.contains(&callback));
    if app.spec.protected || !is_client {
        let what = if app.spec.protected {
            format!("{name} is behind forward auth, and Apache has no question to ask.")
        } else {
            format!("{name} is no client of Apache's module: it has no callback {callback}.")
        };
        let remedy = format!(
            "Write under [apps.{name}]:\n  preset = \"mod-auth-openidc\"\nand leave `forward_auth`, `rules` and `callbacks` out."
        );
        return Err(Failure::refused(what, remedy));
    }
    let mut files = app.deliveries.iter().filter(|one| !one.content.is_used_once()).filter_map(|one| match &one.to {
        Address::File(path) => Some(path.as_path()),
        _ => None,
    });
    let file = files.next().and_then(Path::to_str).ok_or_else(|| {
        Failure::refused(
            format!("The credentials of {name} are delivered to no file, which Apache could include."),
            format!("Set deliver = \"file:/etc/apache2/doorstep/{name}.conf\" under [apps.{name}]."),
        )
    })?;
    let allow = app.spec.allow.as_ref().map(|groups| groups.iter().map(ToString::to_string).collect());
    Ok(RelyingSite {
        name: name.to_owned(),
        url: app.spec.url.clone(),
        upstream: upstream.clone(),
        allow,
        credentials: file.to_owned(),
    })
}
