//! What a declaration is compared by: the same for the same declaration, another for another.

use doorstep_core::time::Ttl;
use doorstep_onboard::{
    catalog::Catalog,
    desired::{Basis, Lifetimes, Reach},
    manifest::Manifest,
    source::declared,
};

fn text(name: &str, manifest: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Written {
        #[serde(default)]
        groups: indexmap::IndexMap<String, Vec<String>>,
        apps: indexmap::IndexMap<String, doorstep_onboard::manifest::AppEntry>,
    }
    let Written { groups, apps } = toml::from_str(manifest).unwrap();
    let basis = Basis {
        internal: None,
        issuer: "https://auth.example.org".to_owned(),
        name: name.to_owned(),
        deliver_folder: "/srv/apps".into(),
        lifetimes: Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) },
        reach: Reach::default(),
        icons: doorstep_onboard::desired::IconFiles::default(),
        proxies: doorstep_onboard::desired::Proxies::default(),
        languages: std::collections::BTreeMap::new(),
    };
    declared(&Manifest { groups, apps, ..Manifest::default() }, &Catalog::builtin(), &basis)
}

const ONE: &str = "[groups]\nusers = [\"ada\", \"grace\"]\n[apps.grafana]\nurl = \"https://g.test\"\n[apps.wiki]\nurl = \"https://w.test\"\nroles = { a = \"x\", b = \"y\" }\n";

#[test]
fn order_makes_no_difference_where_it_means_nothing() {
    let other = "# a comment\n[apps.wiki]\nroles = { a = \"x\", b = \"y\" }\nurl = \"https://w.test\"\n[apps.grafana]\nurl = \"https://g.test\"\n[groups]\nusers = [\"grace\", \"ada\"]\n";
    assert_eq!(text("Home", ONE), text("Home", other));
}

#[test]
fn everything_that_is_declared_makes_a_difference() {
    for (from, to) in [
        ("g.test", "h.test"),
        ("\"ada\", ", ""),
        ("a = \"x\", b = \"y\"", "b = \"y\", a = \"x\""),
        ("apps.grafana", "apps.forgejo"),
    ] {
        assert_ne!(text("Home", ONE), text("Home", &ONE.replace(from, to)), "{from}");
    }
    assert_ne!(text("Home", ONE), text("Office", ONE));
}
