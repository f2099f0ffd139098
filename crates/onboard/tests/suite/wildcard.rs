//! An app on every host below a name, as it is declared.

use crate::support::read;
use std::path::Path;

fn text(apps: &str) -> String {
    format!("issuer = 'https://auth.example.org'\n{apps}")
}

#[test]
fn a_guarded_app_may_be_on_every_host_below_a_name() {
    for (url, extra) in [
        ("https://*.apps.example.org", ""),
        ("https://*.apps.example.org/", ""),
        ("https://*.apps.example.org:8443", ""),
        // Doorstep's own host is below it, and stays Doorstep's own.
        ("https://*.example.org", ""),
        ("https://*.example.org", "[apps.wiki]\nurl = 'https://wiki.example.org'\nforward_auth = true\n"),
        ("https://*.example.org", "[apps.grafana]\nurl = 'https://grafana.example.org'\n"),
        ("https://*.apps.example.org", "[apps.wiki]\nurl = 'https://*.b.apps.example.org'\nforward_auth = true\n"),
    ] {
        let declared = text(&format!("[apps.previews]\nurl = '{url}'\nforward_auth = true\n{extra}"));
        let desired = read(&declared, Path::new("/apps")).unwrap_or_else(|wrong| panic!("{url} {extra}: {wrong:?}"));
        let previews = desired.apps.iter().find(|app| app.name().as_str() == "previews").unwrap();
        assert_eq!((previews.spec.url.as_str(), previews.spec.protected), (url.trim_end_matches('/'), true));
    }
}

#[test]
fn a_star_elsewhere_and_an_app_that_cannot_be_on_many_hosts_are_refused_with_a_way_out() {
    let guarded = "forward_auth = true";
    for (url, lines, what, remedy) in [
        ("https://*", guarded, "one whole label, the first", "https://*.apps.example.org"),
        ("https://a*.example.org", guarded, "one whole label, the first", "https://*.apps.example.org"),
        ("https://a.*.example.org", guarded, "one whole label, the first", "https://*.apps.example.org"),
        ("https://*.*.example.org", guarded, "one whole label, the first", "https://*.apps.example.org"),
        ("https://*.org", guarded, "belongs to a registry", "a domain of your own"),
        ("https://*.co.uk", guarded, "belongs to a registry", "a domain of your own"),
        ("https://*.localhost", guarded, "belongs to a registry", "a domain of your own"),
        ("https://*.my_apps.example.org", guarded, "not the name of a host", "https://*.apps.example.org"),
        ("https://*.apps.example.org/ui", guarded, "has a path", "leave the path out"),
        ("https://a.example.org/*", guarded, "in its host alone", "https://*.apps.example.org"),
        ("https://*.Apps.example.org", guarded, "as browsers write it", "https://*.apps.example.org"),
        ("http://*.apps.example.org", guarded, "is not encrypted", "use https"),
        (
            "https://*.apps.example.org",
            "preset = 'glances'\nforward_auth = false",
            "not stand in front",
            "forward_auth = true",
        ),
        ("https://*.apps.example.org", "callbacks = ['/cb']", "signs people in by itself", "without `*`"),
        (
            "https://*.apps.example.org",
            "callbacks = ['/cb']\nforward_auth = true",
            "signs people in by itself",
            "without",
        ),
        ("https://*.apps.example.org", "preset = 'grafana'", "signs people in by itself", "without `*`"),
    ] {
        let mistakes = read(&text(&format!("[apps.x]\nurl = '{url}'\n{lines}\n")), Path::new("/apps")).unwrap_err();
        let found = mistakes.iter().find(|mistake| mistake.what.contains(what));
        let found = found.unwrap_or_else(|| panic!("{url} {lines}: {mistakes:?}"));
        assert_eq!(found.at.to_string(), "apps.x.url");
        let said = found.remedy.as_ref().map(|way| way.in_language(doorstep_onboard::language::Language::Toml));
        assert!(said.as_deref().is_some_and(|said| said.contains(remedy)), "{url} {lines}: {said:?}");
    }
}

#[test]
fn two_apps_with_one_wildcard_are_refused_as_two_with_one_host() {
    for second in ["https://*.apps.example.org", "https://*.apps.example.org:8443"] {
        let declared = format!(
            "[apps.a]\nurl = 'https://*.apps.example.org'\nforward_auth = true\n[apps.b]\nurl = '{second}'\nforward_auth = \
             true\n"
        );
        let mistakes = read(&text(&declared), Path::new("/apps")).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.what.starts_with("b and a both claim")), "{mistakes:?}");
    }
}
