//! Apps of the catalog, each run as its makers ship it: it signs people in with exactly what is delivered for it, and
//! nobody gets in beside that.
//!
//! One module an app. What is delivered is the file as it stands; beside it an app is given what any installation
//! needs. Where an app cannot close a door, its entry says so, and the test asserts what the entry says.

mod actual_budget;
mod gitea;
mod jupyterhub;
mod linkwarden;
mod matrix_synapse;
mod miniflux;
mod node_red;
mod oauth2_proxy;
mod open_webui;
mod paperless_ngx;
mod pgadmin;

use doorstep_e2e::process::repository;
use doorstep_onboard::catalog::{Catalog, Evidence};
use std::fs;

/// Each entry that says with what it was tried names the version that is installed for these tests, and has a test.
#[test]
fn what_was_tried_is_what_is_run() {
    let apps = repository().join("crates/e2e/apps");
    let tools = repository().join("crates/e2e/tools");
    let pins: String = [
        apps.join("node/package.json"),
        apps.join("python/jupyterhub.txt"),
        apps.join("python/matrix-synapse.txt"),
        apps.join("python/open-webui.txt"),
        apps.join("python/paperless-ngx.txt"),
        apps.join("python/pgadmin.txt"),
        tools.join("gitea/go.mod"),
        tools.join("miniflux/go.mod"),
        tools.join("oauth2-proxy/go.mod"),
    ]
    .map(|path| fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    .concat();
    let pins: Vec<_> = pins.split(|c: char| c.is_whitespace() || "\",()".contains(c)).collect();
    let catalog = Catalog::builtin();
    let mut tried = 0;
    for name in catalog.names() {
        let entry = catalog.get(name).expect("a name of the catalog").expect("an entry that is read");
        let Some(with) = entry.tried_with.as_deref().filter(|_| entry.evidence == Evidence::Tried) else { continue };
        tried += 1;
        let module = format!("mod {};", name.replace('-', "_"));
        let is_built = include_str!("mod.rs").lines().any(|line| line == module);
        assert!(is_built, "{name} was tried, and its test is no part of this program: `{module}`");
        let is_version = |word: &&str| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit());
        let words = with.split(|c: char| c.is_whitespace() || "(),".contains(c)).map(|word| word.trim_matches('.'));
        let versions: Vec<_> = words.filter(is_version).collect();
        assert!(!versions.is_empty(), "{name}: `{with}` names no version");
        for version in versions {
            let pinned = |pin: &&str| pin.trim_start_matches('v') == version || pin.ends_with(&format!("=={version}"));
            assert!(pins.iter().any(pinned), "{name}: `{with}`, and {version} is not what is installed");
        }
    }
    assert!(tried > 8, "the entries were not found");
}
