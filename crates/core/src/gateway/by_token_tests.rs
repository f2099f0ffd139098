//! Case 28 of the reference, forward-auth.md §5, and what else a token opens and does not.

use super::*;
use crate::{
    entropy::Entropy,
    gateway::{Caller, Dialect, HostMap, Stop, answer, prepare},
    id::GroupName,
    model::{App, AuthorizationHeader, Effect, Level, Owner, Posture, Proof, Rule, User},
    secret::{Token, TokenKind},
    time::Ttl,
};
use base64::{Engine, engine::general_purpose::STANDARD};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn rule(path: &str, effect: Effect) -> Rule {
    Rule { paths: vec![path.to_owned().try_into().unwrap()], methods: [].into(), networks: Vec::new(), effect }
}

fn hosts() -> HostMap {
    let admins = Effect::SignIn { allow: Some(["admins".parse().unwrap()].into()), proof: Proof::default() };
    let fresh = Effect::SignIn { allow: None, proof: Proof { max_age: Some(Ttl::from_minutes(15)), least: None } };
    let passkey = Effect::SignIn { allow: None, proof: Proof { max_age: None, least: Some(Level::Passkey) } };
    let rules = vec![
        rule("/healthz", Effect::Pass),
        rule("/admin/", admins),
        rule("/closed/", Effect::Refuse),
        rule("/fresh/", fresh),
        rule("/passkey/", passkey),
    ];
    let app = |name: &str, authorization| App {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        url: format!("https://{name}.example.com"),
        allow: Some(["staff".parse().unwrap()].into()),
        require: None,
        client: None,
        protected: true,
        own_cookies: BTreeSet::new(),
        rules: rules.clone(),
        authorization,
        posture: Posture::default(),
        icon: None,
        owner: Owner::Config,
    };
    let apps = [
        app("wiki", AuthorizationHeader::Pass),
        app("other", AuthorizationHeader::Pass),
        app("strict", AuthorizationHeader::Consume),
        app("own", AuthorizationHeader::Ignore),
    ];
    HostMap::build(&apps, "https://auth.example.org").0
}

fn owner(groups: &[&str]) -> Principal {
    let user = User::new("u1".parse().unwrap(), "bob".parse().unwrap(), NOW);
    let groups: BTreeSet<GroupName> = groups.iter().map(|group| group.parse().unwrap()).collect();
    Principal::active(user, groups, NOW).unwrap()
}

fn row(apps: &[&str], read_only: bool) -> ProgramToken {
    ProgramToken {
        id: "t1".parse().unwrap(),
        user: "u1".parse().unwrap(),
        label: "backup".to_owned(),
        apps: apps.iter().map(|app| app.parse().unwrap()).collect(),
        read_only,
        created_at: NOW,
        expires_at: NOW + Ttl::from_days(1),
        last_used_at: None,
    }
}

fn token() -> Token {
    Token::random(TokenKind::Program, &mut Entropy::seeded(9))
}

/// A request and what came with it.
#[derive(Clone, Copy)]
struct Ask<'a> {
    method: &'a str,
    app: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
}

const PAGE: Ask<'static> = Ask { method: "GET", app: "wiki", path: "/page", headers: &[] };

/// The verdict about a request that brings these `Authorization` lines, when `view` is found under the token's hash.
fn verdict(ask: Ask<'_>, lines: &[&str], view: Option<&TokenView>, now: Timestamp) -> Verdict<()> {
    let (map, host) = (hosts(), format!("{}.example.com", ask.app));
    let family = [
        ("x-forwarded-method", ask.method),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", host.as_str()),
        ("x-forwarded-uri", ask.path),
        ("cookie", "__Host-ds_app=ds_app_bob"),
    ];
    let lines = lines.iter().map(|line| ("authorization", *line));
    let all = family.into_iter().chain(ask.headers.iter().copied()).chain(lines);
    let prepared = match prepare(Dialect::Forward, true, all.map(|(n, v)| (n, v.as_bytes())), (&map, || None)) {
        Ok(prepared) => prepared,
        Err(stop) => return Verdict::Stop(stop),
    };
    let found = view.filter(|_| prepared.credential == Credential::Token(token().hash()));
    match judge_token(&prepared, found, now) {
        Verdict::Allow(_) => Verdict::Allow(()),
        Verdict::Pass => Verdict::Pass,
        Verdict::Challenge(challenge) => Verdict::Challenge(challenge),
        // Whom exactly it refuses is told in the tests of `deny`.
        Verdict::Deny(deny) => Verdict::Deny(Deny { caller: deny.caller, rule: None, whom: Whom::Everybody }),
        Verdict::Unproved(why) => Verdict::Unproved(why),
        Verdict::Stop(stop) => Verdict::Stop(stop),
    }
}

/// Both ways of sending a token, which must agree.
fn sent(ask: Ask<'_>, view: &TokenView) -> Verdict<()> {
    let bearer = format!("Bearer {}", token().expose());
    let basic = format!("Basic {}", STANDARD.encode(format!("whoever:{}", token().expose())));
    let by_bearer = verdict(ask, &[&bearer], Some(view), NOW);
    assert_eq!(by_bearer, verdict(ask, &[&basic], Some(view), NOW), "{}", ask.path);
    by_bearer
}

const DENY: Verdict<()> = Verdict::Deny(Deny { caller: Caller::Program, rule: None, whom: Whom::Everybody });

#[test]
fn case_28_a_token_for_another_app_opens_nothing_as_bearer_or_as_basic_whatever_cookie_there_is() {
    let view = TokenView::of(&row(&["other"], false), Some(&owner(&["staff"])));
    assert_eq!(sent(PAGE, &view), Verdict::Unproved(Unproved::OtherApp));
    assert_eq!(sent(Ask { app: "other", ..PAGE }, &view), Verdict::Allow(()));
    let wrong = format!("Basic {}", STANDARD.encode("bob:ds_pat_wrong"));
    assert_eq!(verdict(PAGE, &[&wrong], Some(&view), NOW), Verdict::Unproved(Unproved::Malformed));
    for why in [
        Unproved::OtherApp,
        Unproved::Malformed,
        Unproved::Unknown,
        Unproved::Ended,
        Unproved::ReadsOnly,
        Unproved::NoSignIn,
    ] {
        for dialect in [Dialect::Forward, Dialect::Nginx] {
            let said = answer(dialect, &Verdict::<()>::Unproved(why));
            let status = if why.is_insufficient() { 403 } else { 401 };
            assert_eq!((said.kind.number(), said.reason), (status, Some(why.reason())), "{dialect:?}");
            assert_eq!(said.challenges(), status == 401);
        }
    }
}

#[test]
fn a_token_gives_what_its_owner_has_and_no_more() {
    for (groups, path, expected) in [
        (&["staff"][..], "/page", Verdict::Allow(())),
        (&["staff"], "/admin/x", DENY),
        (&["admins"], "/admin/x", Verdict::Allow(())),
        (&["admins"], "/page", DENY),
        (&[], "/page", DENY),
        (&["staff", "admins"], "/closed/x", DENY),
        // A token is no sign-in, however new it is.
        (&["staff", "admins"], "/fresh/x", Verdict::Unproved(Unproved::NoSignIn)),
        (&["staff", "admins"], "/passkey/x", Verdict::Unproved(Unproved::NoSignIn)),
        (&["staff"], "/Fresh/x", Verdict::Unproved(Unproved::NoSignIn)),
        (&[], "/healthz", Verdict::Pass),
    ] {
        let view = TokenView::of(&row(&["wiki"], false), Some(&owner(groups)));
        assert_eq!(sent(Ask { path, ..PAGE }, &view), expected, "{groups:?} {path}");
    }
}

#[test]
fn a_token_that_reads_sends_nothing_that_may_be_more() {
    let (reads, writes) = (row(&["wiki"], true), row(&["wiki"], false));
    let owner = owner(&["staff"]);
    for (method, headers, is_read) in [
        ("GET", &[][..], true),
        ("HEAD", &[], true),
        ("OPTIONS", &[], false),
        ("POST", &[], false),
        ("DELETE", &[], false),
        ("get", &[], false),
        ("GET", &[("x-http-method-override", "DELETE")], false),
        ("GET", &[("X-Method-Override", "PUT")], false),
        ("GET", &[("upgrade", "websocket")], false),
        ("GET", &[("sec-websocket-key", "x")], false),
        ("CONNECT", &[], false),
    ] {
        let ask = Ask { method, headers, ..PAGE };
        let expected = if is_read { Verdict::Allow(()) } else { Verdict::Unproved(Unproved::ReadsOnly) };
        assert_eq!(sent(ask, &TokenView::of(&reads, Some(&owner))), expected, "{method} {headers:?}");
        assert_eq!(sent(ask, &TokenView::of(&writes, Some(&owner))), Verdict::Allow(()), "{method} {headers:?}");
    }
}

#[test]
fn security_38_a_token_ends_at_its_time_and_opens_nothing_while_its_owner_is_off() {
    let bearer = format!("Bearer {}", token().expose());
    let view = TokenView::of(&row(&["wiki"], false), Some(&owner(&["staff"])));
    for (at, expected) in [
        (Ttl::from_millis(Ttl::from_days(1).millis() - 1), Verdict::Allow(())),
        (Ttl::from_days(1), Verdict::Unproved(Unproved::Ended)),
    ] {
        assert_eq!(verdict(PAGE, &[&bearer], Some(&view), NOW + at), expected);
    }
    let off = TokenView::of(&row(&["wiki"], false), None);
    assert_eq!(verdict(PAGE, &[&bearer], Some(&off), NOW), Verdict::Unproved(Unproved::Ended));
    let mut others = row(&["wiki"], false);
    others.user = "u2".parse().unwrap();
    let mixed_up = TokenView::of(&others, Some(&owner(&["staff"])));
    assert_eq!(verdict(PAGE, &[&bearer], Some(&mixed_up), NOW), Verdict::Unproved(Unproved::Ended));
    assert_eq!(verdict(PAGE, &[&bearer], None, NOW), Verdict::Unproved(Unproved::Unknown));
}

#[test]
fn an_app_may_take_nothing_but_tokens_or_none_at_all() {
    let view = TokenView::of(&row(&["strict", "own"], false), Some(&owner(&["staff"])));
    let bearer = format!("Bearer {}", token().expose());
    let strict = |path, line: &str| verdict(Ask { app: "strict", path, ..PAGE }, &[line], Some(&view), NOW);
    assert_eq!(strict("/page", &bearer), Verdict::Allow(()));
    assert_eq!(strict("/page", "Bearer x"), Verdict::Unproved(Unproved::Foreign));
    assert_eq!(strict("/healthz", "Bearer x"), Verdict::Unproved(Unproved::Foreign), "a rule passes no other either");
    assert_eq!(strict("/closed/x", "Bearer x"), DENY);
    // What is wrong with a token makes no difference where everybody passes; it is taken out all the same.
    assert_eq!(strict("/healthz", "Bearer ds_pat_x"), Verdict::Pass);
    // Where nobody looks, no token counts, and whoever has no session is asked to sign in.
    let own = verdict(Ask { app: "own", ..PAGE }, &[&bearer], Some(&view), NOW);
    assert_eq!(own, Verdict::Unproved(Unproved::Unknown), "it is no credential there: `judge` decides");
}

#[test]
fn where_a_token_came_the_cookie_does_not_count() {
    let (map, bearer) = (hosts(), format!("Bearer {}", token().expose()));
    for (host, line, looks, expected) in [
        ("wiki.example.com", bearer.as_str(), true, Verdict::Unproved(Unproved::Unknown)),
        ("wiki.example.com", "Bearer ds_pat_x", false, Verdict::Unproved(Unproved::Malformed)),
        ("strict.example.com", "Bearer x", false, Verdict::Unproved(Unproved::Foreign)),
    ] {
        let headers = [
            ("x-forwarded-method", "GET"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", host),
            ("x-forwarded-uri", "/page"),
            ("authorization", line),
        ];
        let headers = headers.map(|(name, value)| (name, value.as_bytes()));
        let prepared = prepare(Dialect::Forward, true, headers, (&map, || None)).unwrap();
        assert_eq!(prepared.asks_who(), looks, "{line}");
        let judged = super::super::judge::<super::super::SessionView>(&prepared, None, NOW);
        assert_eq!(judged, expected, "{line}");
    }
    let refused = verdict(Ask { app: "nowhere", ..PAGE }, &[&bearer], None, NOW);
    assert_eq!(refused, Verdict::Stop(Stop::UnknownHost));
}
