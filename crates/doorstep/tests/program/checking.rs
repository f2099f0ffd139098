//! `check access`: what forward auth would do, by the configuration as it is written.

use crate::installation::Installation;
use serde_json::Value;

const RULES: &str = "[groups]
admins = [\"ada\"]
users = [\"ada\", \"grace\"]
[apps.sonarr]
url = \"https://sonarr.example.org\"
forward_auth = true
allow = [\"users\"]
[[apps.sonarr.rules]]
paths = [\"/ping\"]
methods = [\"GET\"]
do = \"pass\"
[[apps.sonarr.rules]]
paths = [\"/api/\"]
networks = [\"10.0.0.0/8\"]
do = \"pass\"
[[apps.sonarr.rules]]
paths = [\"/settings/\"]
allow = [\"admins\"]
[[apps.sonarr.rules]]
paths = [\"/system/\"]
do = \"refuse\"
[[apps.sonarr.rules]]
paths = [\"/money/\"]
max_age = \"15m\"
require = 'passkey'
[apps.wiki]
url = \"https://wiki.example.org\"
callbacks = [\"/cb\"]
";

#[test]
fn an_app_that_is_told_nothing_is_said_to_be() {
    let instance = Installation::new(&RULES.replace("forward_auth = true", "forward_auth = \"portal\""));
    let said = instance.command(&["check", "access", "https://sonarr.example.org/x", "--group", "users"]);
    let ends = "so    it reaches the app as somebody, and the app is not told so\n";
    assert!(said.code == 0 && said.out.ends_with(ends), "{said:?}");
    let listed = instance.reported(&["app", "list"]);
    assert!(listed.contains("forward auth that tells it nothing"), "{listed}");
}

#[test]
fn what_a_request_meets_is_said_with_its_rule() {
    let instance = Installation::new(RULES);
    for (line, code, says) in [
        (
            "/ping",
            0,
            "by    rule 1, GET /ping: pass   (…as nobody; what the app asks for there by itself is yours to know\n",
        ),
        ("/PING", 2, "by    behind the last rule, `allow`   (…so    a sign-in first, of members of users\n"),
        ("//ping", 2, "the path is not as it was sent: no rule passes it\n"),
        ("/ping --method POST", 2, "so    a sign-in first, of members of users\n"),
        ("/api/x --from 10.1.2.3", 0, "by    rule 2, /api/ from 10.0.0.0/8: pass   ("),
        ("/api/x", 2, "by    behind the last rule"),
        ("/api/x --from 203.0.113.9", 2, "by    behind the last rule"),
        ("/settings --group users", 2, "so    it is refused: somebody is in users, and it is for members of admins\n"),
        ("/settings/x --group users --group admins", 0, "so    it reaches the app as somebody\n"),
        ("/Settings/x --group admins", 2, "it is for members of users who are members of admins\n"),
        ("/money", 2, "so    a sign-in first, of members of users, signed in by passkey, at most 15m ago\n"),
        ("/money --group users", 0, "by    rule 5, /money/: sign in, users, by passkey, at most 15m ago   ("),
        ("/money --group users --signed-in-ago 14m", 0, "so    it reaches the app as somebody\n"),
        (
            "/money --group users --signed-in-ago 15m",
            2,
            "so    somebody proves anew who they are first: it is for members",
        ),
        ("/money --group users --by-password", 2, "so    somebody proves anew who they are first: it is for members"),
        ("/money --group admins --by-password", 2, "so    it is refused: somebody is in admins, and it is for members"),
        ("/system/x --group admins", 2, "by    rule 4, /system/: refuse   (…so    it is refused, whoever sends it\n"),
    ] {
        let (path, options) = line.split_once(' ').unwrap_or((line, ""));
        let url = format!("https://sonarr.example.org{path}");
        let words: Vec<&str> = ["check", "access", &url].into_iter().chain(options.split_terminator(' ')).collect();
        let said = instance.command(&words);
        assert!(said.code == code && says.split('…').all(|part| said.out.contains(part)), "{line}: {said:?}");
    }
    // Where it stands in the file.
    let text = std::fs::read_to_string(instance.path("doorstep.toml")).unwrap();
    let line = text.lines().position(|line| line.contains("/settings/")).unwrap();
    let said = instance.command(&["check", "access", "https://sonarr.example.org/settings", "--json"]);
    let at = serde_json::from_str::<Value>(&said.out).unwrap()["at"].as_str().unwrap().to_owned();
    assert!(at.ends_with(&format!("doorstep.toml:{line}")), "{at}: {text}");
    for (url, says) in [
        ("https://sonarr.example.org/a%2fb", "The path holds an escaped slash."),
        ("https://wiki.example.org/", "Doorstep stands in front of no app at wiki.example.org."),
        ("http://sonarr.example.org/", "sonarr is at https://sonarr.example.org."),
        (
            "https://sonarr.example.org/.doorstep/logout",
            "/.doorstep/logout is Doorstep's own on the host of every app.",
        ),
        ("sonarr.example.org", "is not the address of a request."),
    ] {
        let said = instance.command(&["check", "access", url]);
        assert!(said.code == 1 && said.err.contains(says), "{url}: {said:?}");
    }
}

/// Security row 67: a rule by network is worth what is believed of proxies.
#[test]
fn security_67_a_rule_by_network_wants_proxies_that_can_be_believed() {
    let api = ["check", "access", "https://sonarr.example.org/api/x", "--from", "10.1.2.3"];
    for (trusted, says) in [
        ("[]", "`trusted_proxies` is empty, so that nobody is believed about where a request comes from"),
        ("[\"10.0.0.1\", \"128.0.0.0/2\"]", "`trusted_proxies` holds 128.0.0.0/2, a large part of the internet"),
        ("[\"2000::/4\"]", "whoever is there may say to come from anywhere"),
    ] {
        let said = Installation::new(&format!("trusted_proxies = {trusted}\n{RULES}")).command(&api);
        assert!(said.code == 1 && said.err.contains(says), "{trusted}: {said:?}");
        assert!(said.err.contains("apps.sonarr.rules") || said.err.contains("doorstep.toml:"), "{said:?}");
        assert!(said.err.contains("in `trusted_proxies`"), "how it is mended: {said:?}");
        let without = RULES.replace("networks = [\"10.0.0.0/8\"]\n", "methods = [\"GET\"]\n");
        let said = Installation::new(&format!("trusted_proxies = {trusted}\n{without}")).command(&api);
        assert_eq!(said.code, 0, "{trusted}: {said:?}");
    }
    for (trusted, doubt) in [
        ("[\"127.0.0.1\"]", None),
        ("[\"10.0.0.5\"]", None),
        ("[\"unix\"]", None),
        ("[\"10.244.0.0/16\"]", Some("; whoever is in 10.244.0.0/16 counts as a proxy")),
    ] {
        let instance = Installation::new(&format!("trusted_proxies = {trusted}\n{RULES}"));
        let said = instance.command(&api);
        assert_eq!(said.code, 0, "{trusted}: {said:?}");
        assert_eq!(said.out.contains("counts as a proxy"), doubt.is_some(), "{trusted}: {said:?}");
        assert!(doubt.is_none_or(|doubt| said.out.contains(doubt)), "{trusted}: {said:?}");
    }
}

#[test]
fn a_token_is_taken_as_it_is_now_with_its_owner_and_never_by_its_text() {
    let text = RULES.to_owned()
        + "[apps.own]\nurl = \"https://own.example.org\"\nforward_auth = true\nauthorization = \"ignore\"\n";
    let instance = Installation::new(&text);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let make = |more: &[&str]| {
        let made = instance.reported(&[&["token", "new", "--for", "grace"][..], more].concat());
        let id = made.split("token revoke ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned();
        (made.split_whitespace().next().unwrap().to_owned(), id)
    };
    let (secret, id) = make(&["backup", "--app", "sonarr", "--read-only"]);
    make(&["twice", "--app", "sonarr"]);
    make(&["twice", "--app", "own"]);
    let check = |path: &str, more: &[&str]| {
        let url = if path.starts_with('/') { format!("https://sonarr.example.org{path}") } else { path.to_owned() };
        instance.command(&[&["check", "access", url.as_str()][..], more].concat())
    };
    for (path, more, code, says) in [
        ("/x", &["--token", "backup"][..], 0, "so    it reaches the app as grace, by the token backup\n"),
        ("/x", &["--token", &id], 0, "by    behind the last rule, `allow`   ("),
        ("/x", &["--token", "backup", "--method", "POST"], 2, "so    it is refused: the token only reads\n"),
        ("/ping", &["--token", "backup"], 0, "so    it passes without a sign-in, as nobody; no token is looked at"),
        ("/settings", &["--token", "backup"], 2, "it is refused: grace is in users, and it is for members of admins\n"),
        ("/system/", &["--token", "backup"], 2, "so    it is refused, whoever sends it\n"),
        ("/money", &["--token", "backup"], 2, "it is refused: what was asked for needs a person who signs in"),
        ("https://own.example.org/", &["--token", "backup"], 2, "own takes no token of Doorstep's"),
    ] {
        let said = check(path, more);
        assert!(said.code == code && said.out.contains(says), "{path} {more:?}: {said:?}");
    }
    for (more, says) in [
        (&["--token", "twice"][..], "Several tokens are called twice."),
        (&["--token", "nightly"], "There is no such token"),
        (&["--token", &secret], "That is the text of a token"),
        (&["--token", "backup", "--user", "grace"], "--token"),
    ] {
        let said = check("/x", more);
        assert!(!matches!(said.code, 0 | 2) || says == "--token", "{said:?}");
        assert!(said.err.contains(says) && !said.err.contains(&secret), "{more:?}: {said:?}");
    }
    instance.reported(&["user", "disable", "grace"]);
    let said = check("/x", &["--token", "backup"]);
    assert!(said.code == 2 && said.out.contains("the token has ended, or its owner is disabled"), "{said:?}");
}

#[test]
fn a_person_is_taken_with_the_groups_that_they_are_in_now() {
    let instance = Installation::new(RULES);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let asked = ["check", "access", "https://sonarr.example.org/settings", "--user", "grace", "--json"];
    let said = instance.command(&asked);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &json["rule"], &json["ends"]), (2, &3.into(), &"refused".into()), "{said:?}");
    assert!(json["why"].as_str().unwrap().contains("grace is in users"), "{json}");
    instance.reported(&["user", "add", "ada"]);
    let asked = ["check", "access", "https://sonarr.example.org/settings", "--user", "ada"];
    assert!(instance.reported(&asked).contains("it reaches the app as ada"));
    instance.reported(&["user", "disable", "grace"]);
    let asked = ["check", "access", "https://sonarr.example.org/", "--user", "grace"];
    let said = instance.command(&asked);
    assert!(said.code == 1 && said.err.contains("grace is disabled"), "{said:?}");
    let said = instance.command(&["check", "access", "https://sonarr.example.org/", "--user", "gracie"]);
    assert!(said.code == 1 && said.err.contains("Did you mean `grace`?"), "{said:?}");
}

#[test]
fn below_a_wildcard_each_host_is_answered_for_by_its_own_name() {
    let previews = "[apps.previews]\nurl = \"https://*.example.org\"\nforward_auth = true\n";
    let instance = Installation::new(&(RULES.to_owned() + previews));
    for (url, app) in [
        ("https://a.example.org/x", "previews   GET https://a.example.org/x\n"),
        ("https://sonarr.example.org/x", "sonarr   GET https://sonarr.example.org/x\n"),
    ] {
        let said = instance.command(&["check", "access", url, "--group", "users"]);
        assert!(said.code == 0 && said.out.starts_with(app), "{url}: {said:?}");
    }
    // Another app's host that is not guarded, and two labels.
    for url in ["https://wiki.example.org/", "https://a.b.example.org/"] {
        let said = instance.command(&["check", "access", url]);
        assert!(said.err.contains("in front of no app at"), "{url}: {said:?}");
    }
}
