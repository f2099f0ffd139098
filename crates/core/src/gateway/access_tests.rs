//! Rules against requests, as tables.

use super::*;
use crate::{
    gateway::{Raw, canonical, readings::readings},
    time::Ttl,
};

fn rule(text: &str) -> Rule {
    // METHODS PATHS NETWORKS EFFECT, each a list with commas or `-`; the effect `pass`, `refuse` or groups.
    let parts: Vec<&str> = text.split(' ').collect();
    let list = |text: &str| text.split(',').filter(|item| *item != "-").map(str::to_owned).collect::<Vec<_>>();
    Rule {
        methods: list(parts[0]).into_iter().map(|text| text.try_into().unwrap()).collect(),
        paths: list(parts[1]).into_iter().map(|text| text.try_into().unwrap()).collect(),
        networks: list(parts[2]).iter().map(|text| text.parse().unwrap()).collect(),
        effect: match parts[3] {
            "pass" => Effect::Pass,
            "refuse" => Effect::Refuse,
            "anyone" => Effect::SignIn { allow: None, proof: Proof::default() },
            // A group and minutes: `wiki-admins<15`, by passkey with a `!` behind them.
            groups => {
                let (groups, minutes) = groups.split_once('<').unwrap_or((groups, ""));
                let least = minutes.ends_with('!').then_some(Level::Passkey);
                let minutes = minutes.trim_end_matches('!').parse().ok();
                let proof = Proof { max_age: minutes.map(Ttl::from_minutes), least };
                Effect::SignIn { allow: Some(list(groups).iter().map(|text| text.parse().unwrap()).collect()), proof }
            }
        },
    }
}

/// The decision as a text: `pass 0`, `refuse 1`, `wiki-admins+staff 2`, `staff -` behind the last rule.
fn decided(rules: &[&str], (method, uri, client): (&str, &str, Option<&str>)) -> String {
    let rules: Vec<Rule> = rules.iter().map(|text| rule(text)).collect();
    let staff: BTreeSet<GroupName> = ["staff".parse().unwrap()].into();
    let request = canonical(&Raw { method, proto: "https", host: "wiki.example.com", uri }).unwrap();
    let sender = Sender { address: client.map(|client| client.parse().unwrap()), renames_method: false };
    say(access((&rules, Some(&staff), None), &request, sender))
}

fn say(Decided { access, rule }: Decided<'_>) -> String {
    let number = rule.map_or("-".to_owned(), |rule| rule.to_string());
    let of = |allow: &BTreeSet<GroupName>| allow.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let need = match access {
        Access::Pass => "pass".to_owned(),
        Access::Refused => "refuse".to_owned(),
        Access::People(Demands { allow, also, proof }) => {
            let first = allow.map_or("anyone".to_owned(), of);
            also.iter().fold(first, |said, allow| format!("{said}+{}", of(allow))) + &proof.to_string()
        }
    };
    format!("{need} {number}")
}

const WIKI: [&str; 4] =
    ["GET /healthz - pass", "POST /hooks/* 192.168.0.0/16 pass", "- /admin/ - wiki-admins", "- /internal/ - refuse"];

#[test]
fn the_first_rule_that_fits_decides() {
    for (request, expected) in [
        (("GET", "/healthz", None), "pass 0"),
        (("HEAD", "/healthz?x=1", None), "pass 0"),
        (("POST", "/healthz", None), "staff -"),
        (("get", "/healthz", None), "staff -"),
        (("GET", "/healthz/", None), "staff -"),
        (("GET", "/healthzz", None), "staff -"),
        (("GET", "/page?x=/healthz", None), "staff -"),
        (("POST", "/hooks/a", Some("192.168.1.5")), "pass 1"),
        (("POST", "/hooks/a", Some("::ffff:192.168.1.5")), "pass 1"),
        (("POST", "/hooks/a", Some("203.0.113.5")), "staff -"),
        (("POST", "/hooks/a", None), "staff -"),
        (("POST", "/hooks/a/b", Some("192.168.1.5")), "staff -"),
        (("POST", "/hooks/", Some("192.168.1.5")), "staff -"),
        (("GET", "/admin/x", None), "wiki-admins 2"),
        (("GET", "/admin", None), "wiki-admins 2"),
        (("GET", "/administrator", None), "staff -"),
        (("GET", "/internal/x", None), "refuse 3"),
        (("GET", "/", None), "staff -"),
    ] {
        assert_eq!(decided(&WIKI, request), expected, "{request:?}");
    }
}

#[test]
fn security_66_a_path_that_could_be_read_in_two_ways_opens_nothing_and_is_closed_by_either() {
    for (uri, expected) in [
        ("/ADMIN/x", "staff+wiki-admins -"),
        ("//admin/x", "wiki-admins 2"),
        ("/%61dmin/x", "wiki-admins 2"),
        ("/admin;a=b/x", "staff+wiki-admins -"),
        ("/admin%3Ba/x", "staff+wiki-admins -"),
        ("/x/../admin/y", "wiki-admins 2"),
        ("/INTERNAL", "refuse 3"),
        ("/internal;x/", "refuse 3"),
        ("/%C4%B1nternal/", "refuse 3"),
        ("/ınternal", "refuse 3"),
        ("/%69nternal", "refuse 3"),
        ("/healthz/../healthz", "staff -"),
        ("//healthz", "staff -"),
        ("/%68ealthz", "staff -"),
        ("/HEALTHZ", "staff -"),
        // A program that makes nothing of `..`, and one that takes parameters away before it merges slashes.
        ("/admin/../x", "staff+wiki-admins -"),
        ("/;/admin/x", "staff+wiki-admins -"),
        ("/%3bx/%61dmin", "staff+wiki-admins -"),
        ("/internal/%2e%2e/x", "refuse 3"),
        ("/healthz;x", "staff -"),
        ("/healthz%3Bx", "staff -"),
    ] {
        assert_eq!(decided(&WIKI, ("GET", uri, None)), expected, "{uri}");
    }
}

#[test]
fn security_66_a_wider_rule_behind_a_doubtful_one_needs_both() {
    let rules = ["- /admin/ - wiki-admins", "- / - anyone"];
    assert_eq!(decided(&rules, ("GET", "/Admin/x", None)), "anyone+wiki-admins 1");
    let rules = ["- /admin/ - wiki-admins", "GET / - pass"];
    assert_eq!(decided(&rules, ("GET", "/Admin/x", None)), "staff+wiki-admins -", "nor is it passed");
    assert_eq!(decided(&rules, ("GET", "/other", None)), "pass 1");
    let rules = ["- /admin/ - anyone", "GET / - pass"];
    assert_eq!(decided(&rules, ("GET", "/Admin/x", None)), "staff -", "nor behind a sign-in of anyone");
}

#[test]
fn security_66_a_method_or_network_that_is_in_doubt_opens_nothing_and_closes() {
    let rules = ["POST /hooks/ - pass", "DELETE / - refuse", "PUT /a/ - wiki-admins", "- /b/ 10.0.0.0/8 refuse"];
    let rules = rules.map(rule);
    let staff: BTreeSet<GroupName> = ["staff".parse().unwrap()].into();
    let here = Some("203.0.113.9".parse().unwrap());
    for (method, uri, address, renames_method, expected) in [
        ("POST", "/hooks/x", here, false, "pass 0"),
        ("POST", "/a/x", here, false, "staff -"),
        ("POST", "/hooks/x", here, true, "refuse 1"),
        ("POST", "/a/x", here, true, "refuse 1"),
        ("delete", "/x", here, false, "refuse 1"),
        ("put", "/a/x", here, false, "staff+wiki-admins -"),
        ("post", "/hooks/x", here, false, "staff -"),
        ("GET", "/b/x", here, false, "staff -"),
        ("GET", "/b/x", Some("10.1.1.1".parse().unwrap()), false, "refuse 3"),
        ("GET", "/b/x", None, false, "refuse 3"),
    ] {
        let request = canonical(&Raw { method, proto: "https", host: "wiki.example.com", uri }).unwrap();
        let sender = Sender { address, renames_method };
        assert_eq!(say(access((&rules, Some(&staff), None), &request, sender)), expected, "{method} {uri} {sender:?}");
    }
}

#[test]
fn whoever_is_to_meet_two_demands_meets_each() {
    let [a, b]: [BTreeSet<GroupName>; 2] = ["a", "b"].map(|name| [name.parse().unwrap()].into());
    let both = Demands { allow: Some(&a), also: vec![&b], proof: Proof::default() };
    let has = |groups: &[&str]| {
        both.met_by(|allow| allow.is_none_or(|allow| groups.iter().any(|group| allow.contains(*group))))
    };
    assert!(has(&["a", "b"]) && !has(&["a"]) && !has(&["b"]) && !has(&[]));
    assert!(Demands::of(None).met_by(|allow| allow.is_none()));
}

#[test]
fn proof_is_asked_for_by_the_rule_that_decides_and_by_every_reading() {
    let rules =
        ["- /admin/ - wiki-admins<15!", "- /mine/ - anyone", "- /admin2/ - wiki-admins<5", "- / - wiki-admins<60"];
    for (uri, expected) in [
        ("/admin/x", "wiki-admins, by passkey, at most 15m ago 0"),
        ("/mine/x", "anyone 1"),
        ("/Admin/x", "wiki-admins+wiki-admins, by passkey, at most 15m ago 3"),
        ("/Admin2/x", "wiki-admins+wiki-admins, at most 5m ago 3"),
        ("/x", "wiki-admins, at most 1h ago 3"),
    ] {
        assert_eq!(decided(&rules, ("GET", uri, None)), expected, "{uri}");
    }
    assert_eq!(decided(&rules[..1], ("GET", "/Admin/x", None)), "staff+wiki-admins, by passkey, at most 15m ago -");
}

#[test]
fn an_app_without_rules_is_for_its_groups() {
    assert_eq!(decided(&[], ("GET", "/", None)), "staff -");
}

#[test]
fn a_reading_is_what_the_program_is_known_to_make_of_it() {
    for (app, path, read) in [
        ("Go net/http and path.Clean", "/a//./b/../%61dmin%2Fx", "/a/admin/x"),
        ("Tomcat, Jetty", "/public/..;/admin;v=1/x", "/admin/x"),
        ("ASP.NET and IIS", "/public\\..\\ADMIN", "/admin"),
        ("one that decodes twice", "/%2561dmin", "/admin"),
        ("one in C, on a file system that folds case", "/Admin%00.png", "/admin"),
        ("one that trims", "/admin%20", "/admin"),
    ] {
        assert!(readings(path).any(|(_, by, reading)| by == app && reading == read), "{app}: {path}");
    }
    for (proxy, path, read) in [
        ("Envoy, normalize_path", "/x/..\\%61dmin", "/admin"),
        ("Envoy Gateway, and Istio's DECODE_AND_MERGE_SLASHES", "/x%2f..%5cadmin", "/admin"),
        ("Traefik 3.3.6 and later", "/x/%2e%2e/%61dmin%2fx", "/admin%2fx"),
        ("HAProxy, normalize-uri", "//%61dmin", "/admin"),
    ] {
        assert!(readings(path).any(|(by, _, reading)| by == proxy && reading == read), "{proxy}: {path}");
    }
}

/// Security row 66, the property: a path that any proxy and any app behind it read as one below a protected rule is
/// let through for nobody but whom that rule lets in. Every path of three parts, and some of four; the fuzz target goes on.
#[test]
fn security_66_what_any_program_reads_as_protected_is_for_nobody_else() {
    const PARTS: [&str; 17] = [
        "/", "//", "\\", "%2e", "..", ".", ";", "%3b", "%2F", "%25", "admin", "ADMIN", "%61dmin", "public", "x",
        "/../", "?",
    ];
    let rules = [rule("- /admin/ - wiki-admins"), rule("GET /public/,/ - pass"), rule("- / - staff")];
    let staff = |allow: Option<&BTreeSet<GroupName>>| allow.is_none_or(|allow| allow.contains("staff"));
    for method in ["GET", "POST"] {
        let (mut open, mut protected) = (0, 0);
        let short = PARTS.len().pow(3);
        for nth in (0..short).chain((short..PARTS.len().pow(4)).step_by(11)) {
            let parts = (0..4).map(|place| PARTS[nth / PARTS.len().pow(place) % PARTS.len()]);
            let uri = format!("/{}", parts.collect::<String>());
            let raw = Raw { method, proto: "https", host: "wiki.example.com", uri: &uri };
            let Ok(request) = canonical(&raw) else { continue };
            let is_open = match access((&rules, None, None), &request, Sender::default()).access {
                Access::Pass => true,
                Access::Refused => false,
                Access::People(demands) => method == "POST" && demands.met_by(staff),
            };
            open += u32::from(is_open);
            // Of those that are closed anyway, one in four shows that the property has something to say.
            if is_open || nth % 4 == 0 {
                let target = uri.split('?').next().unwrap_or_default();
                let reads = readings(target).find(|(_, _, path)| is_below_admin(path));
                protected += u32::from(reads.is_some());
                assert!(!is_open || reads.is_none(), "{method} {uri}: {reads:?}");
            }
        }
        assert!(open > 1000 && protected > 100, "{method}: {open} open, {protected} protected");
    }
}

fn is_below_admin(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}
