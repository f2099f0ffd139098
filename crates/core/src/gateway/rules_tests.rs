//! The cases of forward-auth.md §5 that are about an app with rules, or on every host below a name.

use super::*;
use crate::gateway::{forwarded_client, return_to};
use crate::model::{Effect, Proof, Rule};

/// Those of the reference, forward-auth.md §4.8.
pub(super) fn rules() -> Vec<Rule> {
    let rule = |method: &str, path: &str, effect| Rule {
        paths: vec![path.to_owned().try_into().unwrap()],
        methods: [method].iter().filter(|m| !m.is_empty()).map(|m| (*m).to_owned().try_into().unwrap()).collect(),
        networks: Vec::new(),
        effect,
    };
    let hook = Rule { networks: vec!["192.168.0.0/16".parse().unwrap()], ..rule("POST", "/hooks/*", Effect::Pass) };
    let admins = Some(BTreeSet::from(["notes-admins".parse().unwrap()]));
    vec![
        rule("GET", "/healthz", Effect::Pass),
        hook,
        rule("", "/admin/", Effect::SignIn { allow: admins, proof: Proof::default() }),
        rule("", "/internal/", Effect::Refuse),
    ]
}

/// Where a request comes from, as a trusted proxy says it with these headers.
pub(super) fn client(headers: &[(&str, &str)]) -> Option<IpAddr> {
    let said = headers.iter().find(|(name, _)| *name == "x-forwarded-for")?.1.as_bytes();
    forwarded_client("10.0.0.1".parse().ok()?, [said], &["10.0.0.1/32".parse().ok()?])
}

/// The verdict with a session of its own.
pub(super) fn owned(verdict: &Verdict<&SessionView>) -> Verdict<SessionView> {
    match verdict {
        Verdict::Allow(view) => Verdict::Allow((*view).clone()),
        Verdict::Pass => Verdict::Pass,
        Verdict::Challenge(challenge) => Verdict::Challenge(challenge.clone()),
        Verdict::Deny(deny) => Verdict::Deny(deny.clone()),
        Verdict::Unproved(why) => Verdict::Unproved(*why),
        Verdict::Stop(stop) => Verdict::Stop(*stop),
    }
}

/// Cases 6, 8 to 12 and 19 to 21 of the reference, forward-auth.md §5.
#[test]
fn a_rule_passes_refuses_or_asks_for_other_groups() {
    let bob = session("notes", "notes.example.com");
    let said = |method, uri, headers: &[(&str, &str)]| {
        let verdict = decide(Ask { method, url: ("https", "notes.example.com", uri), headers }, &bob);
        let said = answer(Dialect::Forward, &verdict);
        (said.kind.number(), matches!(verdict, Verdict::Pass))
    };
    let signed_in = with_cookie(FETCH);
    let from = |address| [("x-forwarded-for", address)];
    for (method, uri, headers, expected) in [
        ("GET", "/healthz", FETCH, (200, true)),
        ("GET", "/healthz", &signed_in, (200, true)),
        ("POST", "/healthz", FETCH, (401, false)),
        ("GET", "/healthz/../admin/x", FETCH, (401, false)),
        ("GET", "/healthz%2f..%2fadmin", FETCH, (400, false)),
        ("GET", "/healthz;/../admin", FETCH, (400, false)),
        ("GET", "/page?x=/healthz", FETCH, (401, false)),
        ("GET", "/page%3f/healthz", FETCH, (401, false)),
        ("GET", "/page#/healthz", FETCH, (400, false)),
        ("GET", "/page", &signed_in, (200, false)),
        ("GET", "/admin/x", &signed_in, (403, false)),
        ("GET", "/ADMIN/x", &signed_in, (403, false)),
        ("GET", "//admin/x", &signed_in, (403, false)),
        ("GET", "/%61dmin/x", &signed_in, (403, false)),
        ("GET", "/admin/x", FETCH, (401, false)),
        ("GET", "/internal/x", FETCH, (403, false)),
        ("GET", "/internal/x", &signed_in, (403, false)),
        ("POST", "/hooks/a", &from("192.168.1.5"), (200, true)),
        ("POST", "/hooks/a", &[from("192.168.1.5")[0], ("X-HTTP-Method-Override", "DELETE")], (401, false)),
        ("GET", "/healthz", &[("x-method-override", "POST")], (401, false)),
        ("GET", "/healthz", &[("X-Http-Method", "POST")], (401, false)),
        ("POST", "/hooks/a", &from("203.0.113.9"), (401, false)),
        ("POST", "/hooks/a", &from("192.168.1.5, 203.0.113.9"), (401, false)),
        ("POST", "/hooks/a", &from("garbage"), (401, false)),
        ("POST", "/hooks/a", &[], (401, false)),
    ] {
        assert_eq!(said(method, uri, headers), expected, "{method} {uri} {headers:?}");
    }
    // nginx asks once more for the page of a refusal; that question lets nothing through.
    assert_eq!(answer(Dialect::NginxRefusal, &Verdict::<()>::Pass).kind.number(), 403);
}

#[test]
fn a_refusal_says_whom_it_is_about_and_by_which_rule() {
    let bob = session("notes", "notes.example.com");
    let (nobody, signed_in) = (NAVIGATION.to_vec(), with_cookie(NAVIGATION));
    let missing = vec![vec!["notes-admins".parse().unwrap()]];
    let bob_is_no_admin =
        Whom::Person(Box::new(Outsider { name: "bob".into(), language: None, is_part: true, missing }));
    for (uri, headers, expected) in [
        ("/internal/x", &nobody, (Some(3), Whom::Everybody, "refused_by_rule")),
        ("/internal/x", &signed_in, (Some(3), Whom::Everybody, "refused_by_rule")),
        ("/admin/x", &signed_in, (Some(2), bob_is_no_admin.clone(), "not_allowed")),
        // By the letter no rule is about it: then `allow` decides, and what the rule asks for comes on top.
        ("/Admin/x", &signed_in, (None, bob_is_no_admin.clone(), "not_allowed")),
    ] {
        let verdict = decide(get("notes.example.com", uri, headers), &bob);
        let reason = answer(Dialect::Forward, &verdict).reason;
        let Verdict::Deny(Deny { rule, whom, .. }) = verdict else { panic!("{uri}: {verdict:?}") };
        assert_eq!((rule, whom, reason.unwrap()), expected, "{uri}");
    }
}

#[test]
fn whoever_a_rule_lets_in_may_have_a_session_with_the_app() {
    let map = hosts();
    let notes = map.get("notes.example.com").unwrap();
    let may = |groups: &[&str]| {
        notes.may_enter(|allow| allow.is_none_or(|allow| groups.iter().any(|group| allow.contains(*group))))
    };
    assert!(may(&["staff"]) && may(&["notes-admins"]) && !may(&["family"]) && !may(&[]));
}

#[test]
fn security_107_a_session_below_a_wildcard_is_of_the_host_that_it_began_on() {
    let of_a = session("previews", "a.pre.example.com");
    let headers = with_cookie(NAVIGATION);
    for spelled in ["a.pre.example.com", "A.Pre.example.com.:443"] {
        assert_eq!(decide(get(spelled, "/page", &headers), &of_a), Verdict::Allow(of_a.clone()), "{spelled}");
    }
    let verdict = decide(get("b.pre.example.com", "/page", &headers), &of_a);
    assert_eq!(return_path(&verdict), Some("/page"));
    // No session is one with the pattern, and an old one of another app of that host is none with this.
    for other in [session("previews", "*.pre.example.com"), session("wiki", "a.pre.example.com")] {
        assert_eq!(return_path(&decide(get("a.pre.example.com", "/page", &headers), &other)), Some("/page"));
    }
    for host in ["pre.example.com", "a.b.pre.example.com", "a_b.pre.example.com", "a.pre.example.com:8443"] {
        assert_eq!(decide(get(host, "/page", &headers), &of_a), Verdict::Stop(Stop::UnknownHost), "{host}");
    }
    let star = decide(get("*.pre.example.com", "/page", &headers), &of_a);
    assert_eq!(star, Verdict::Stop(Stop::BadRequest(BadRequest::Host)));
    let map = hosts();
    let host = map.get("b.pre.example.com").unwrap();
    assert_eq!(return_to(&host, &ReturnPath::from_text("/x")), "https://b.pre.example.com/x");
}
