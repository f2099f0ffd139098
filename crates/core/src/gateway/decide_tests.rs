//! The cases of forward-auth.md §5 that need no network, under their numbers.

use super::*;
use crate::{
    gateway::{Body, SignIn, answer},
    model::{Amr, App, Owner, User},
    time::Ttl,
};

#[path = "rules_tests.rs"]
mod rules;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const COOKIE: &str = "a=1; __Host-ds_app=ds_app_bob";

fn hosts() -> HostMap {
    let app = |name: &str, url: &str, allow: Option<&str>| App {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        url: url.to_owned(),
        allow: allow.map(|group| BTreeSet::from([group.parse().unwrap()])),
        require: None,
        client: None,
        protected: true,
        own_cookies: BTreeSet::new(),
        rules: Vec::new(),
        authorization: crate::model::AuthorizationHeader::default(),
        posture: crate::model::Posture::Headers,
        icon: None,
        owner: Owner::Config,
    };
    let apps = [
        app("wiki", "https://wiki.example.com", Some("staff")),
        app("admin", "https://admin.example.com", Some("admins")),
        app("open", "https://open.example.com:8443", None),
        app("lab", "http://lab.test", None),
        app("previews", "https://*.pre.example.com", Some("staff")),
        App { rules: rules::rules(), ..app("notes", "https://notes.example.com", Some("staff")) },
    ];
    HostMap::build(&apps, "https://auth.example.org").0
}

/// The session of bob, member of staff, with `app` on `host`.
fn session(app: &str, host: &str) -> SessionView {
    session_of(None, app, host)
}

/// The same of a bob whose account ends.
fn session_of(ends_at: Option<Timestamp>, app: &str, host: &str) -> SessionView {
    let expires_at = NOW + Ttl::from_hours(1);
    let user =
        User { display_name: "Bob".into(), ends_at, ..User::new("u1".parse().unwrap(), "bob".parse().unwrap(), NOW) };
    let principal = Principal::active(user, BTreeSet::<GroupName>::from(["staff".parse().unwrap()]), NOW).unwrap();
    let parent = Session {
        id: "s1".parse().unwrap(),
        user: "u1".parse().unwrap(),
        auth_time: NOW,
        amr: Amr::Passkey,
        created_at: NOW,
        last_seen_at: NOW,
        expires_at,
    };
    let (id, user) = (parent.id.clone(), parent.user.clone());
    let child = AppSession { session: id, user, app: app.parse().unwrap(), host: host.to_owned(), expires_at };
    SessionView::of(&child, &parent, &principal).unwrap()
}

/// One request: what the client did, and what else the proxy passes on.
#[derive(Clone, Copy)]
struct Ask<'a> {
    method: &'a str,
    url: (&'a str, &'a str, &'a str),
    headers: &'a [(&'a str, &'a str)],
}

const NAVIGATION: &[(&str, &str)] = &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
const FETCH: &[(&str, &str)] =
    &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty"), ("accept", "application/json")];

const fn get<'a>(host: &'a str, uri: &'a str, headers: &'a [(&'a str, &'a str)]) -> Ask<'a> {
    Ask { method: "GET", url: ("https", host, uri), headers }
}

/// Both steps in both dialects, which must agree; bob's session is found whenever his cookie was read.
fn decide(ask: Ask<'_>, view: &SessionView) -> Verdict<SessionView> {
    let map = hosts();
    let (proto, host, uri) = ask.url;
    let original = format!("{proto}://{host}{uri}");
    let forward = [
        ("x-forwarded-method", ask.method),
        ("x-forwarded-proto", proto),
        ("x-forwarded-host", host),
        ("x-forwarded-uri", uri),
    ];
    let nginx = [("x-original-url", original.as_str()), ("x-original-method", ask.method)];
    let one = |dialect, family: &[(&str, &str)]| {
        let headers: Vec<_> = family.iter().chain(ask.headers).map(|(n, v)| (*n, v.as_bytes())).collect();
        match prepare(dialect, true, headers.iter().copied(), (&map, || rules::client(ask.headers))) {
            Err(stop) => Verdict::Stop(stop),
            Ok(prepared) => {
                let found = prepared.app_cookie.filter(|value| *value == "ds_app_bob").map(|_| view);
                rules::owned(&judge(&prepared, found, NOW))
            }
        }
    };
    let (caddy, nginx) = (one(Dialect::Forward, &forward), one(Dialect::Nginx, &nginx));
    assert_eq!(caddy, nginx, "{original}");
    caddy
}

fn status(ask: Ask<'_>) -> u16 {
    answer(Dialect::Forward, &decide(ask, &session("wiki", "wiki.example.com"))).kind.number()
}

fn with_cookie<'a>(headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    headers.iter().copied().chain([("cookie", COOKIE)]).collect()
}

fn return_path(verdict: &Verdict<SessionView>) -> Option<&str> {
    match verdict {
        Verdict::Challenge(challenge) => Some(challenge.return_path.as_str()),
        _ => None,
    }
}

#[test]
fn cases_1_to_4_whoever_is_not_signed_in() {
    let view = session("wiki", "wiki.example.com");
    for (case, method, headers, expected) in [
        (1, "GET", NAVIGATION, (302, 401, SignIn::Redirect, Body::Empty, "/page?x=1")),
        (3, "GET", FETCH, (401, 401, SignIn::Hint, Body::Json, "/")),
        (4, "POST", NAVIGATION, (303, 401, SignIn::Redirect, Body::Empty, "/")),
    ] {
        let verdict = decide(Ask { method, ..get("wiki.example.com", "/page?x=1", headers) }, &view);
        let (forward, nginx) = (answer(Dialect::Forward, &verdict), answer(Dialect::Nginx, &verdict));
        let path = return_path(&verdict).unwrap();
        assert_eq!(
            (forward.kind.number(), nginx.kind.number(), forward.sign_in, forward.body, path),
            expected,
            "case {case}"
        );
        assert_eq!(nginx.sign_in, forward.sign_in, "case 2");
    }
}

#[test]
fn cases_5_and_6_a_member_is_allowed_and_everyone_else_refused() {
    let headers = with_cookie(NAVIGATION);
    let view = session("wiki", "wiki.example.com");
    let Verdict::Allow(allowed) = decide(get("wiki.example.com", "/page", &headers), &view) else { panic!("refused") };
    let identity: Vec<_> = allowed.identity().pairs().map(|(_, value)| value).collect();
    assert_eq!(identity, ["bob", "staff", "", "Bob"]);

    let admin = session("admin", "admin.example.com");
    let outsider =
        Outsider { name: "bob".into(), language: None, is_part: false, missing: vec![vec!["admins".parse().unwrap()]] };
    let denied = Deny { caller: Caller::Navigation, rule: None, whom: Whom::Person(Box::new(outsider)) };
    assert_eq!(decide(get("admin.example.com", "/x", &headers), &admin), Verdict::Deny(denied));
    let open = session("open", "open.example.com:8443");
    assert!(matches!(decide(get("open.example.com:8443", "/", &headers), &open), Verdict::Allow(_)));
}

#[test]
fn cases_8_to_12_security_66_no_spelling_of_a_path_opens_an_app() {
    for (uri, expected) in [
        ("/healthz", 302),
        ("/healthz/../admin/x", 302),
        ("/healthz%2f..%2fadmin", 400),
        ("/healthz;/../admin", 400),
        ("/page?x=/healthz", 302),
        ("/page%3f/healthz", 302),
        ("/page#/healthz", 400),
        ("/ADMIN/x", 302),
        ("//admin/x", 302),
        ("/%61dmin/x", 302),
        ("/public/..;/admin", 400),
        ("/public\\..\\admin", 400),
        ("/admin%00", 400),
        ("/%252e%252e/", 400),
    ] {
        assert_eq!(status(get("wiki.example.com", uri, NAVIGATION)), expected, "{uri}");
        let signed_in = if expected == 400 { 400 } else { 200 };
        assert_eq!(status(get("wiki.example.com", uri, &with_cookie(NAVIGATION))), signed_in, "{uri}");
    }
}

#[test]
fn cases_13_and_14_security_65_and_121_one_host_however_it_is_written() {
    let headers = with_cookie(NAVIGATION);
    for (host, expected) in [
        ("wiki.example.com", 200),
        ("WIKI.example.com.", 200),
        ("wiki.example.com:443", 200),
        ("wiki.example.com:8443", 403),
        ("other.example.com", 403),
        ("admin.example.com", 302),
        ("wiki.example.com.evil.test", 403),
        ("wiki.example.com?x=", 400),
        ("evil.test@wiki.example.com", 400),
    ] {
        assert_eq!(status(get(host, "/page", &headers)), expected, "{host}");
    }
    // nginx itself refuses a host with a slash; its dialect cannot tell it from a path.
    let family = [
        ("x-forwarded-method", b"GET".as_slice()),
        ("x-forwarded-proto", b"https"),
        ("x-forwarded-host", b"wiki.example.com/abc?x="),
        ("x-forwarded-uri", b"/page"),
    ];
    assert_eq!(prepare(Dialect::Forward, true, family, (&hosts(), || None)), Err(Stop::BadRequest(BadRequest::Host)));
}

#[test]
fn case_18_security_67_an_untrusted_peer_meets_no_rule() {
    let map = hosts();
    for dialect in [Dialect::Forward, Dialect::Nginx] {
        assert_eq!(
            prepare(dialect, false, [("x-forwarded-host", b"\xff".as_slice())], (&map, || None)),
            Err(Stop::UntrustedPeer)
        );
    }
    assert_eq!(app_host(false, [], &map), Err(Stop::UntrustedPeer));
}

#[test]
fn case_17_security_63_other_families_and_user_agents_change_nothing() {
    for headers in [
        &[("x-rewrite-url", "/healthz")][..],
        &[("user-agent", "kube-probe/1.0")],
        &[("user-agent", "GoogleHC/1.0")],
        &[("x-forwarded-prefix", "/.."), ("x-forwarded-port", "1")],
        &[("remote-user", "admin"), ("remote-groups", "admins")],
    ] {
        assert_eq!(status(get("wiki.example.com", "/page", headers)), 401, "{headers:?}");
    }
}

#[test]
fn case_23_security_64_and_107_a_cookie_that_is_not_this_apps_is_no_cookie() {
    let long = format!("__Host-ds_app={}", "x".repeat(8192));
    for cookie in ["__Host-ds_app=garbage", &long, "__Host-ds_app=ds_app_bob; __Host-ds_app=ds_app_bob", "ds_app_bob"] {
        let headers = [NAVIGATION, &[("cookie", cookie)]].concat();
        assert_eq!(status(get("wiki.example.com", "/page", &headers)), 302, "{cookie:.40}");
    }
    let headers = with_cookie(NAVIGATION);
    for (app, host) in [("open", "wiki.example.com"), ("wiki", "open.example.com:8443"), ("admin", "admin.example.com")]
    {
        let verdict = decide(get("wiki.example.com", "/page", &headers), &session(app, host));
        assert_eq!(return_path(&verdict), Some("/page"), "{app} {host}");
    }
}

#[test]
fn an_expired_session_is_none_and_parts_of_two_sessions_are_no_session() {
    let map = hosts();
    let headers = [
        ("x-forwarded-method", b"GET".as_slice()),
        ("x-forwarded-proto", b"https"),
        ("x-forwarded-host", b"wiki.example.com"),
        ("x-forwarded-uri", b"/"),
    ];
    let prepared = prepare(Dialect::Forward, true, headers, (&map, || None)).unwrap();
    let view = session("wiki", "wiki.example.com");
    // What is kept for two seconds ends before the session does.
    for (after, allowed, kept) in
        [(0, true, true), (3597, true, true), (3598, true, false), (3599, true, false), (3600, false, false)]
    {
        let now = NOW + Ttl::from_seconds(after);
        let verdict = judge(&prepared, Some(&view), now);
        assert_eq!(
            (matches!(verdict, Verdict::Allow(_)), prepared.may_be_kept(&view, now)),
            (allowed, kept),
            "{after}"
        );
    }
    // And before the account does, from when on it is looked up again.
    let guest = session_of(Some(NOW + Ttl::from_seconds(60)), "wiki", "wiki.example.com");
    for (after, kept, holds) in [(57, true, true), (58, false, true), (59, false, true), (60, false, false)] {
        let now = NOW + Ttl::from_seconds(after);
        assert_eq!((prepared.may_be_kept(&guest, now), guest.person().holds_at(now)), (kept, holds), "{after}");
    }
    assert!(!prepared.may_be_kept(&session("wiki", "other.example.com"), NOW));
    assert!(matches!(judge::<SessionView>(&prepared, None, NOW), Verdict::Challenge(_)));
}

#[test]
fn case_29_a_websocket_passes_with_a_session_and_hears_401_without() {
    let cookie = [("cookie", COOKIE)];
    for (method, proto) in [("GET", "wss"), ("CONNECT", "https")] {
        let ask = |headers| Ask { method, url: (proto, "wiki.example.com", "/live"), headers };
        assert_eq!(status(ask(&cookie)), 200, "{method} {proto}");
        let verdict = decide(ask(NAVIGATION), &session("wiki", "wiki.example.com"));
        let said = answer(Dialect::Forward, &verdict);
        assert_eq!((said.kind.number(), said.sign_in), (401, SignIn::Hint), "{method} {proto}");
    }
}

#[test]
fn case_31_a_preflight_is_refused_with_or_without_a_cookie() {
    let marks = [("origin", "https://a.test"), ("access-control-request-method", "PUT")];
    for headers in [marks.to_vec(), with_cookie(&marks)] {
        let ask = Ask { method: "OPTIONS", ..get("wiki.example.com", "/x", &headers) };
        assert_eq!(status(ask), 401);
    }
}

#[test]
fn the_scheme_must_be_the_apps() {
    let headers = with_cookie(NAVIGATION);
    for (proto, host, expected) in [
        ("http", "wiki.example.com", 400),
        ("ws", "wiki.example.com", 400),
        ("https", "lab.test", 400),
        ("http", "lab.test", 302),
        ("ftp", "lab.test", 400),
    ] {
        assert_eq!(status(Ask { url: (proto, host, "/"), ..get("", "", &headers) }), expected, "{proto} {host}");
    }
}

#[test]
fn what_is_doorsteps_own_is_never_the_apps() {
    let view = session("wiki", "wiki.example.com");
    let headers = with_cookie(NAVIGATION);
    for (uri, reserved) in [
        ("/.doorstep/callback?code=x", Reserved::Callback),
        ("/.doorstep/logout", Reserved::Logout),
        ("/.doorstep/", Reserved::Other),
        ("/.doorstep", Reserved::Other),
        ("//.doorstep//callback", Reserved::Callback),
        ("/x/../%2edoorstep/logout", Reserved::Logout),
    ] {
        let verdict = decide(get("wiki.example.com", uri, &headers), &view);
        assert_eq!(verdict, Verdict::Stop(Stop::Reserved(reserved)), "{uri}");
    }
    assert!(matches!(decide(get("wiki.example.com", "/.doorstepper", &headers), &view), Verdict::Allow(_)));
    let unknown = decide(get("other.example.com", "/.doorstep/callback", &headers), &view);
    assert_eq!(unknown, Verdict::Stop(Stop::UnknownHost));
}

#[test]
fn a_request_passed_on_is_told_by_its_host() {
    let map = hosts();
    let ask = |headers: &[(&str, &str)]| {
        app_host(true, headers.iter().map(|(n, v)| (*n, v.as_bytes())), &map).map(|host| host.app.to_string())
    };
    let proto = ("x-forwarded-proto", "https");
    let host = ("x-forwarded-host", "WIKI.example.com:443");
    assert_eq!(ask(&[proto, host]), Ok(String::from("wiki")));
    for (headers, stop) in [
        (&[proto][..], BadRequest::Missing("X-Forwarded-Host").into()),
        (&[host], BadRequest::Missing("X-Forwarded-Proto").into()),
        (&[proto, host, host], BadRequest::Twice("X-Forwarded-Host").into()),
        (&[proto, host, ("x_forwarded_host", "open")], BadRequest::Alias("X-Forwarded-Host").into()),
        (&[("x-forwarded-proto", "http"), ("x-forwarded-host", "wiki.example.com")], BadRequest::Scheme.into()),
        (&[proto, ("x-forwarded-host", "auth.example.org")], Stop::UnknownHost),
        (&[proto, ("x-forwarded-host", "wiki.example.com/x")], BadRequest::Host.into()),
    ] {
        assert_eq!(ask(headers), Err(stop), "{headers:?}");
    }
}

#[test]
fn a_view_is_of_one_person_and_one_session() {
    let at = NOW;
    let user = |id: &str| User::new(id.parse().unwrap(), "bob".parse().unwrap(), at);
    let parent = |id: &str, user: &str| Session {
        id: id.parse().unwrap(),
        user: user.parse().unwrap(),
        auth_time: at,
        amr: Amr::Password,
        created_at: at,
        last_seen_at: at,
        expires_at: at,
    };
    let child = AppSession {
        session: "s1".parse().unwrap(),
        user: "u1".parse().unwrap(),
        app: "wiki".parse().unwrap(),
        host: String::from("wiki.example.com"),
        expires_at: at,
    };
    for (session, owner, person, together) in
        [("s1", "u1", "u1", true), ("s2", "u1", "u1", false), ("s1", "u2", "u1", false), ("s1", "u1", "u2", false)]
    {
        let principal = Principal::active(user(person), BTreeSet::new(), NOW).unwrap();
        let view = SessionView::of(&child, &parent(session, owner), &principal);
        assert_eq!(view.is_some(), together, "{session} {owner} {person}");
    }
}

#[test]
fn views_share_only_what_they_have_in_common() {
    let (one, other) = (session("wiki", "wiki.example.com"), session("open", "open.example.com:8443"));
    let shared = other.clone().sharing(one.person(), one.place());
    assert_eq!(shared, other);
    assert!(Arc::ptr_eq(shared.person(), one.person()));
    assert!(!Arc::ptr_eq(shared.place(), one.place()));
    assert_eq!(size_of::<SessionView>(), 24);
}
