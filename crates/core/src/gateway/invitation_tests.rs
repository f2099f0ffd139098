//! What a refused program is told, for each way of being refused, and who is never asked for a password.

use super::*;
use crate::{
    entropy::Entropy,
    gateway::{Dialect, HostMap, Kind, TokenView, answer, judge, judge_token, prepare},
    id::GroupName,
    model::{App, AuthorizationHeader, Effect, Owner, Posture, Principal, ProgramToken, Proof, Rule, User},
    secret::{Token, TokenKind},
    time::{Timestamp, Ttl},
};
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const PLAIN: &str = "Bearer realm=\"doorstep\"";
const METADATA: &str = ", resource_metadata=\"https://wiki.test/.doorstep/oauth-protected-resource\"";

fn hosts(authorization: AuthorizationHeader, scheme: &str) -> HostMap {
    let fresh = Effect::SignIn { allow: None, proof: Proof { max_age: Some(Ttl::from_minutes(15)), least: None } };
    let app = App {
        name: "wiki".parse().unwrap(),
        title: "Wiki".to_owned(),
        url: format!("{scheme}://wiki.test"),
        allow: Some(["staff".parse().unwrap()].into()),
        require: None,
        client: None,
        protected: true,
        own_cookies: BTreeSet::new(),
        rules: vec![Rule {
            paths: vec!["/fresh/".to_owned().try_into().unwrap()],
            methods: [].into(),
            networks: Vec::new(),
            effect: fresh,
        }],
        authorization,
        posture: Posture::default(),
        icon: None,
        owner: Owner::Config,
    };
    HostMap::build(&[app], "https://auth.test").0
}

/// A token of somebody in these groups, to read the wiki.
fn view(groups: &[&str], app: &str, ends: Timestamp) -> TokenView {
    let user = User::new("u1".parse().unwrap(), "bob".parse().unwrap(), NOW);
    let groups: BTreeSet<GroupName> = groups.iter().map(|group| group.parse().unwrap()).collect();
    let owner = Principal::active(user, groups, NOW).unwrap();
    let row = ProgramToken {
        id: "t1".parse().unwrap(),
        user: "u1".parse().unwrap(),
        label: "backup".to_owned(),
        apps: [app.parse().unwrap()].into(),
        read_only: true,
        created_at: NOW,
        expires_at: ends,
        last_used_at: None,
    };
    TokenView::of(&row, Some(&owner))
}

/// The kind of the answer, and its challenges.
fn told(
    hosts: &HostMap,
    (scheme, method, path): (&str, &str, &str),
    headers: &[(&str, &str)],
    token: Option<&TokenView>,
) -> (Kind, Vec<String>) {
    let family = [
        ("x-forwarded-method", method),
        ("x-forwarded-proto", scheme),
        ("x-forwarded-host", "wiki.test"),
        ("x-forwarded-uri", path),
    ];
    let all = family.iter().chain(headers).map(|(name, value)| (*name, value.as_bytes()));
    let prepared = prepare(Dialect::Forward, true, all, (hosts, || None)).unwrap();
    let (answer, told) = match prepared.credential {
        Credential::Cookie => {
            let verdict = judge::<crate::gateway::SessionView>(&prepared, None, NOW);
            let answer = answer(Dialect::Forward, &verdict);
            (answer, lines(Invitation::of(&answer, &prepared, &verdict).as_ref()))
        }
        Credential::Token(_) | Credential::Refused(_) => {
            let verdict = judge_token(&prepared, token, NOW);
            let answer = answer(Dialect::Forward, &verdict);
            (answer, lines(Invitation::of(&answer, &prepared, &verdict).as_ref()))
        }
    };
    (answer.kind, told)
}

fn lines(invitation: Option<&Invitation>) -> Vec<String> {
    invitation.into_iter().flat_map(Invitation::lines).map(str::to_owned).collect()
}

fn bearer(error: &str) -> String {
    format!("{PLAIN}{error}{METADATA}")
}

#[test]
fn rfc6750_3_1_each_refusal_of_a_token_has_its_error_and_a_request_without_one_has_none() {
    let hosts = hosts(AuthorizationHeader::Consume, "https");
    let right = format!("Bearer {}", Token::random(TokenKind::Program, &mut Entropy::seeded(9)).expose());
    let (staff, users) =
        (view(&["staff"], "wiki", NOW + Ttl::from_days(1)), view(&["users"], "wiki", NOW + Ttl::from_days(1)));
    let (ended, others) = (view(&["staff"], "wiki", NOW), view(&["staff"], "other", NOW + Ttl::from_days(1)));
    for (lines, method, path, token, kind, error) in [
        (&[][..], "GET", "/", None, Kind::Unauthenticated, ""),
        (&[right.as_str()], "GET", "/", None, Kind::Unauthenticated, "invalid_token"),
        (&["Bearer ds_pat_x"], "GET", "/", None, Kind::Unauthenticated, "invalid_token"),
        (&["Bearer of-the-app"], "GET", "/", None, Kind::Unauthenticated, "invalid_token"),
        (&[&right, "Bearer x"], "GET", "/", Some(&staff), Kind::Unauthenticated, "invalid_request"),
        (&[&right], "GET", "/", Some(&ended), Kind::Unauthenticated, "invalid_token"),
        (&[&right], "GET", "/", Some(&others), Kind::Unauthenticated, "invalid_token"),
        (&[&right], "POST", "/", Some(&staff), Kind::Forbidden, "insufficient_scope"),
        (&[&right], "GET", "/fresh/x", Some(&staff), Kind::Forbidden, "insufficient_scope"),
        (&[&right], "GET", "/", Some(&users), Kind::Forbidden, "insufficient_scope"),
    ] {
        let headers: Vec<_> = lines.iter().map(|line| ("authorization", *line)).collect();
        let (told_kind, told) = told(&hosts, ("https", method, path), &headers, token);
        assert_eq!(told_kind, kind, "{lines:?} {method} {path}");
        assert_eq!(told.len(), if kind == Kind::Forbidden { 1 } else { 2 }, "{told:?}");
        assert!(told[0].starts_with(PLAIN) && told[0].ends_with(METADATA), "{told:?}");
        let said = told[0].split("error=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        assert_eq!(said, error, "{told:?}");
        // RFC 6750 §3: printable ASCII without `"` and `\` in the description.
        let why = told[0].split("error_description=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(why.is_some(), !error.is_empty(), "{told:?}");
        assert!(why.is_none_or(|why| why.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'\\')), "{told:?}");
    }
}

#[test]
fn nobody_in_a_browser_is_asked_for_a_password() {
    use AuthorizationHeader::{Consume, Ignore, Pass};
    const NAVIGATION: (&str, &str) = ("accept", "text/html");
    for (authorization, scheme, headers, asked) in [
        (Pass, "https", &[][..], true),
        (Consume, "https", &[("accept", "*/*")], true),
        (Pass, "https", &[("accept", "application/json"), ("cookie", "theme=dark")], true),
        (Pass, "https", &[("authorization", "Basic YWRtaW46c2VjcmV0")], true),
        // An app that takes none of Doorstep's tokens.
        (Ignore, "https", &[], false),
        // Browsers send no Sec-Fetch headers without TLS, and a password would travel in the clear.
        (Pass, "http", &[], false),
        (Pass, "https", &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")], false),
        (Pass, "https", &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")], false),
        (Pass, "https", &[("sec-fetch-dest", "image")], false),
        (Pass, "https", &[("origin", "https://wiki.test")], false),
        (Pass, "https", &[("x-requested-with", "XMLHttpRequest")], false),
        (Pass, "https", &[("x-requested-with", "com.example.app")], false),
        (Pass, "https", &[("upgrade", "websocket")], false),
        (Pass, "https", &[NAVIGATION, ("authorization", "Bearer ds_pat_x")], false),
        // An older browser, in which somebody was signed in or is about to be.
        (Pass, "https", &[("cookie", "__Host-ds_app=ds_app_x")], false),
        (Pass, "https", &[("cookie", "__Host-ds_relay=ds_rly_x")], false),
    ] {
        let (kind, told) = told(&hosts(authorization, scheme), (scheme, "GET", "/api"), headers, None);
        assert_eq!(kind, Kind::Unauthenticated, "{headers:?}");
        assert_eq!(told.iter().any(|line| line.starts_with("Basic")), asked, "{authorization:?} {scheme} {headers:?}");
        let points = told[0].contains("resource_metadata");
        assert_eq!((points, told[0].starts_with(PLAIN)), (authorization != Ignore, true), "{told:?}");
    }
    let (_, told) = told(&hosts(Pass, "https"), ("https", "POST", "/"), &[NAVIGATION], None);
    assert_eq!(told, [bearer("")], "a page's own form or script");
}

#[test]
fn rfc9728_2_the_document_names_what_takes_tokens_and_where_a_person_makes_one() {
    for (authorization, described) in
        [(AuthorizationHeader::Pass, true), (AuthorizationHeader::Consume, true), (AuthorizationHeader::Ignore, false)]
    {
        let hosts = hosts(authorization, "https");
        let wiki = hosts.get("wiki.test").unwrap();
        let document = ResourceMetadata::of(&wiki, "https://auth.test");
        let expected = serde_json::json!({
            "resource": "https://wiki.test", "resource_name": "Wiki", "bearer_methods_supported": ["header"],
            "resource_documentation": "https://auth.test/account/tokens",
        });
        assert_eq!(document.map(|document| serde_json::to_value(document).unwrap()), described.then_some(expected));
    }
}
