//! Which app lives on which host, in tables.

use super::*;
use crate::model::Owner;

const ISSUER: &str = "https://auth.example.org";

fn app(name: &str, url: &str, protected: bool) -> App {
    App {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        url: url.to_owned(),
        allow: None,
        require: None,
        client: None,
        protected,
        own_cookies: BTreeSet::new(),
        rules: Vec::new(),
        authorization: AuthorizationHeader::default(),
        posture: Posture::default(),
        icon: None,
        owner: Owner::Config,
    }
}

#[test]
fn only_protected_apps_are_guarded_each_by_its_canonical_host() {
    let apps = [
        app("glances", "https://Glances.example.org:443/ui", true),
        app("sonarr", "https://sonarr.example.org:8443", true),
        app("lab", "http://lab.test:80", true),
        app("grafana", "https://grafana.example.org", false),
    ];
    let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
    assert_eq!((mistakes, hosts.len()), (vec![], 3));
    for (host, origin) in [
        ("glances.example.org", "https://glances.example.org"),
        ("sonarr.example.org:8443", "https://sonarr.example.org:8443"),
        ("lab.test", "http://lab.test"),
    ] {
        assert_eq!(hosts.get(host).map(|host| host.origin()).as_deref(), Some(origin));
    }
    let names: Vec<_> = hosts.apps().into_iter().map(AppName::as_str).collect();
    assert_eq!(names, ["glances", "lab", "sonarr"]);
    for (name, host) in [("lab", Some("lab.test")), ("grafana", None)] {
        assert_eq!(hosts.of(&name.parse().unwrap()).map(|app| &*app.declared), host);
    }
    for unknown in ["grafana.example.org", "sonarr.example.org", "", "GLANCES.example.org"] {
        assert_eq!(hosts.get(unknown), None, "{unknown}");
    }
}

#[test]
fn a_host_that_is_not_one_apps_alone_guards_nothing() {
    let apps = [
        app("b", "https://x.example.org", true),
        app("a", "https://X.example.org.", true),
        app("c", "https://x.example.org/c", true),
        app("own", "https://AUTH.example.org/app", true),
        app("odd", "ftp://odd.example.org", true),
        app("user", "https://me@user.example.org", true),
        app("good", "https://good.example.org", true),
    ];
    let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
    let reported: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        reported,
        [
            "odd: `ftp://odd.example.org` is not an http or https address",
            "own is on auth.example.org, where Doorstep itself lives",
            "user: `https://me@user.example.org` is not an http or https address",
            "a and b both claim x.example.org",
            "a and c both claim x.example.org",
        ]
    );
    assert_eq!((hosts.len(), hosts.get("good.example.org").is_some()), (1, true));
}

#[test]
fn security_107_a_port_makes_no_host_of_its_own() {
    let own = app("own", "https://auth.example.org:8443", true);
    assert_eq!(HostMap::build(&[own], ISSUER).1.len(), 1, "Doorstep's cookies go to its every port");
    for other in ["https://nas.example.org:9443", "http://nas.example.org", "https://NAS.example.org.:9443"] {
        for protected in [true, false] {
            let apps = [app("files", "https://nas.example.org", true), app("photos", other, protected)];
            let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
            assert_eq!((hosts.len(), mistakes.len()), (0, 1), "{other} {protected}");
            assert_eq!(mistakes[0].to_string(), "files and photos both claim nas.example.org");
        }
    }
    let unguarded = [app("a", "https://nas.example.org:1", false), app("b", "https://nas.example.org:2", false)];
    assert_eq!(HostMap::build(&unguarded, ISSUER).1, [], "no cookie of ours is there");
}

#[test]
fn ports_tell_hosts_apart_on_loopback() {
    let apps = [app("sample", "http://localhost:8481", true), app("other", "http://localhost:8482", false)];
    assert_eq!(HostMap::build(&apps, "http://localhost:8480").1, []);
    assert_eq!(HostMap::build(&apps, "http://localhost:8481").1.len(), 1);
}

#[test]
fn a_wildcard_guards_each_host_one_label_below_it_by_its_own_name() {
    let apps = [
        app("previews", "https://*.Apps.example.com", true),
        app("wiki", "https://wiki.apps.example.com", true),
        app("odd", "https://*.odd.example.com:8443", true),
    ];
    let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
    assert_eq!((mistakes, hosts.len()), (vec![], 3));
    for (host, found) in [
        ("a.apps.example.com", Some("previews")),
        ("xn--bcher-kva.apps.example.com", Some("previews")),
        ("wiki.apps.example.com", Some("wiki")),
        // Cookies know no ports: every port of the wiki's name is the wiki's.
        ("wiki.apps.example.com:8443", None),
        ("a.apps.example.com:8443", None),
        ("a.odd.example.com:8443", Some("odd")),
        ("a.odd.example.com", None),
        ("a.b.apps.example.com", None),
        ("apps.example.com", None),
        ("*.apps.example.com", None),
        ("a_b.apps.example.com", None),
        ("-.apps.example.com", None),
        (".apps.example.com", None),
        ("A.apps.example.com", None),
        ("example.com", None),
    ] {
        let got = hosts.get(host);
        assert_eq!(got.as_ref().map(|got| got.app.as_str()), found, "{host}");
        if let Some(got) = got {
            assert_eq!((&*got.host, got.origin()), (host, format!("https://{host}")));
        }
    }
    let previews = hosts.of(&"previews".parse().unwrap()).unwrap();
    assert_eq!(previews.example_origin(), "https://NAME.apps.example.com");
}

#[test]
fn security_107_a_wildcard_takes_no_host_of_anybody_elses() {
    let one = |other: Option<App>, issuer: &str| {
        let apps: Vec<App> = [app("all", "https://*.example.org", true)].into_iter().chain(other).collect();
        HostMap::build(&apps, issuer)
    };
    // Doorstep's own host is no app's, whatever its port, and the wildcard guards the others.
    for issuer in [ISSUER, "https://auth.example.org:8443", "http://AUTH.example.org"] {
        let (hosts, mistakes) = one(None, issuer);
        assert_eq!((mistakes, hosts.get("auth.example.org")), (vec![], None), "{issuer}");
        assert!(hosts.get("other.example.org").is_some());
    }
    // Nor is that of another app, guarded or not, or that two of them claim.
    for (url, protected) in [
        ("https://mail.example.org", true),
        ("https://mail.example.org", false),
        ("https://mail.example.org:8443", true),
        ("http://Mail.example.org/app", false),
    ] {
        let (hosts, mistakes) = one(Some(app("mail", url, protected)), ISSUER);
        let found = hosts.get("mail.example.org").map(|host| host.app.to_string());
        let own = (protected && url == "https://mail.example.org").then(|| "mail".to_owned());
        assert_eq!((mistakes, found), (vec![], own), "{url} {protected}");
        assert!(hosts.get("mail.example.org:9").is_none() && hosts.get("other.example.org").is_some());
    }
    let twice = [
        app("all", "https://*.example.org", true),
        app("a", "https://mail.example.org", true),
        app("b", "https://mail.example.org:9", false),
    ];
    let (hosts, mistakes) = HostMap::build(&twice, ISSUER);
    assert_eq!((mistakes.len(), hosts.get("mail.example.org")), (1, None), "it is closed, and not the wildcard's");
}

#[test]
fn two_apps_with_one_wildcard_guard_nothing_and_one_that_is_too_wide_is_none() {
    for (second, protected) in [
        ("https://*.apps.example.com", true),
        ("https://*.apps.example.com:8443", true),
        ("http://*.APPS.example.com", false),
    ] {
        let apps = [app("a", "https://*.apps.example.com", true), app("b", second, protected)];
        let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
        let reported: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(reported, ["a and b both claim *.apps.example.com"], "{second}");
        assert!(hosts.is_empty() && hosts.get("x.apps.example.com").is_none());
    }
    for url in ["https://*.com", "https://*", "https://*.co.uk", "https://a*.example.com", "https://a.*.example.com"] {
        let (hosts, mistakes) = HostMap::build(&[app("a", url, true)], ISSUER);
        assert_eq!((hosts.is_empty(), mistakes.len()), (true, 1), "{url}");
    }
}
