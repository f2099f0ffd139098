//! Each entry of the catalog is read, is consistent, and yields what an app of that kind needs.

use crate::support::{Bench, HOME};
use doorstep_core::model::PkcePolicy;
use doorstep_onboard::catalog::{Catalog, Kind};

#[test]
fn each_entry_is_read_and_consistent() {
    let catalog = Catalog::builtin();
    assert_eq!(catalog.names().count(), 10);
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        assert!(entry.homepage.starts_with("https://"), "{name}");
        if entry.kind == Kind::ForwardAuth {
            continue;
        }
        let text = format!("{entry:?}");
        assert!(text.contains("ClientSecret") && text.contains("ClientId"), "{name} delivers no credentials");
        assert_eq!(entry.pkce, PkcePolicy::Required, "{name} sends PKCE with the delivered settings");
        for scheme in &entry.schemes {
            assert!(text.contains(&format!("{scheme}:/")), "{name} names a scheme that no callback has");
        }
    }
}

#[test]
fn every_file_of_the_catalog_is_in_the_list_and_the_other_way_round() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    assert_eq!(files, Catalog::builtin().names().collect::<Vec<_>>());
}

#[test]
fn an_inconsistent_entry_says_why() {
    const START: &str = "name = \"X\"\nhomepage = \"https://x.example\"\n";
    for (rest, why) in [
        ("kind = \"oidc\"", "needs callbacks"),
        ("kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]", "either env or json"),
        ("kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nenv = { A = \"{client_id}\" }", "lack openid"),
        (
            "kind = \"oidc\"\ncallbacks = [\"{issuer}/cb\"]\nscopes = [\"openid\"]\nenv = { A = \"x\" }",
            "url and provider only",
        ),
        ("kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]\nenv = { \"A-B\" = \"x\" }", "bad name"),
        (
            "kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]\nenv = { A = \"{sekret}\" }",
            "`{sekret}`",
        ),
        ("kind = \"forward_auth\"\nscopes = [\"openid\"]", "registers and delivers nothing"),
        ("kind = \"forward_auth\"\ncolour = \"red\"", "unknown field `colour`"),
    ] {
        let source: &'static str = format!("{START}{rest}").leak();
        let catalog = Catalog::from_sources([("x", source)]);
        let said = catalog.get("x").unwrap().unwrap_err().to_string();
        assert!(said.contains(why), "{rest}\n{said}");
    }
}

#[test]
fn the_size_of_the_catalog_costs_nothing_until_an_entry_is_asked_for() {
    let broken = (0..110).map(|n| (format!("broken-{n}").leak() as &str, "not toml at all ["));
    let good = ("glances", include_str!("../../catalog/glances.toml"));
    let catalog = Catalog::from_sources(broken.chain([good]));
    assert_eq!(catalog.names().count(), 111);
    assert!(catalog.get("glances").unwrap().is_ok());
    assert!(catalog.get("broken-7").unwrap().is_err());
}

/// What each of the ten apps gets, with secrets derived from a fixed key.
#[tokio::test]
async fn delivered_files_are_as_reviewed() {
    let bench = Bench::default();
    let report = bench.apply(HOME).await;
    assert!(report.succeeded(), "{report:?}");
    let mut files: Vec<_> = std::fs::read_dir(bench.dir.path().join("apps"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files.len(), 9, "{files:?}");
    for name in files {
        let text = bench.file(&name);
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name.clone(), text) });
    }
}

#[test]
fn what_is_registered_is_as_reviewed() {
    let bench = Bench::default();
    let desired = bench.desired(HOME);
    let clients: Vec<_> = desired.apps.iter().map(|app| (&app.spec, &app.client)).collect();
    let text = serde_json::to_string_pretty(&clients).unwrap();
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("registered", text) });
}
