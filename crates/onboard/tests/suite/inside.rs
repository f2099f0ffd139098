//! Every entry of the catalog with `reach = "internal"`: the app is told the internal address for what it asks itself, and
//! for nothing else; or it is refused, with the reason.

use crate::support::{Bench, url_of};
use doorstep_core::model::ClientAuthMethod;
use doorstep_onboard::{
    catalog::{Catalog, Kind},
    desired::Desired,
};

const ISSUER: &str = "https://auth.test";
const INSIDE: &str = "http://doorstep:8480";
/// What a program asks by itself.
const ASKED: [&str; 5] = ["/token", "/userinfo", "/jwks", "/revoke", "/.well-known/openid-configuration"];

fn declared(bench: &Bench, name: &str, reach: &str) -> Result<Desired, Vec<String>> {
    let url = url_of(name, bench.catalog.get(name).unwrap().unwrap());
    let text =
        format!("issuer = '{ISSUER}'\ninternal_url = '{INSIDE}'\n[apps.{name}]\nurl = '{url}'\nreach = '{reach}'\n");
    let mistakes = |found: Vec<doorstep_onboard::mistake::Mistake>| found.into_iter().map(|one| one.what).collect();
    bench.try_desired(&text).map_err(mistakes)
}

/// What is delivered to the app, as text with stand-ins for secrets.
fn delivered(desired: &Desired) -> String {
    let rendered = desired.apps[0].deliveries.iter().map(|delivery| delivery.rehearse().unwrap());
    rendered.map(|rendered| rendered.text.expose().clone()).collect()
}

/// What an app that is told each endpoint would be told inside, from what it is told otherwise.
fn moved(public: &str) -> String {
    ASKED
        .iter()
        .fold(public.to_owned(), |text, path| text.replace(&format!("{ISSUER}{path}"), &format!("{INSIDE}{path}")))
}

#[test]
fn each_app_of_the_catalog_is_told_the_internal_address_for_what_it_asks_itself_or_is_refused() {
    let (bench, catalog) = (Bench::default(), Catalog::builtin());
    let (mut inside, mut issuer_alone, mut from_browsers) = (Vec::new(), 0, 0);
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let public = delivered(&declared(&bench, name, "public").unwrap());
        assert!(!public.contains(INSIDE), "{name}");
        // Where a program gets its tokens, or where it reads that.
        let is_told = ["/token", "/.well-known/openid-configuration"].map(|path| format!("{ISSUER}{path}"));
        let is_told = is_told.iter().any(|address| public.contains(address));
        match declared(&bench, name, "internal") {
            Ok(desired) => {
                let told = delivered(&desired);
                assert_eq!(told, moved(&public), "{name}: nothing else changes");
                assert!(told.contains(INSIDE), "{name}");
                for path in ["/authorize", "/end_session", "/account", "/login"] {
                    assert!(!told.contains(&format!("{INSIDE}{path}")), "{name}: browsers do not reach {path} there");
                }
                let bare = told.match_indices(INSIDE).filter(|(at, _)| {
                    let rest = &told[at + INSIDE.len()..];
                    !ASKED.iter().any(|path| rest.starts_with(path))
                });
                assert_eq!(bare.count(), 0, "{name}: the issuer stays what it is\n{told}");
                assert!(is_told && entry.auth_method != ClientAuthMethod::None, "{name}");
                inside.push(name);
            }
            Err(why) if why.iter().any(|what| what.contains("told the issuer alone")) => {
                assert!(!is_told || entry.kind == Kind::ForwardAuth, "{name}: {public}");
                issuer_alone += 1;
            }
            Err(why) => {
                let outside = ["which do not reach it", "is read by browsers, or outside of your network"];
                assert!(why.len() == 1 && outside.iter().any(|what| why[0].contains(what)), "{name}: {why:?}");
                let is_public = entry.auth_method == ClientAuthMethod::None;
                assert!(is_public || name == "cloudflare-access", "{name}: its servers ask from elsewhere");
                from_browsers += 1;
            }
        }
    }
    assert!(
        inside.len() >= 15 && issuer_alone >= 15 && from_browsers >= 1,
        "{inside:?} {issuer_alone} {from_browsers}"
    );
    // One whose sign-in is typed into its pages is told there.
    assert!(["grafana", "beszel"].iter().all(|name| inside.contains(name)), "{inside:?}");
}
