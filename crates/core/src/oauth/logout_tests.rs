//! Tables: when a browser is signed out without a question, and where it goes then.

use super::*;
use crate::oauth::sample::{client, session};

const BYE: &str = "https://app.example.com/bye";
const EVIL: &str = "https://evil.test/";

fn hint() -> VerifiedHint {
    VerifiedHint { user: session().user, session: Some(session().id), client: client().id }
}

fn request(hint: bool, client_id: Option<&str>, uri: Option<&str>, state: Option<&str>) -> EndSessionRequest {
    EndSessionRequest {
        id_token_hint: hint.then(|| "a.b.c".to_owned()),
        client_id: client_id.map(str::to_owned),
        post_logout_redirect_uri: uri.map(str::to_owned),
        state: state.map(str::to_owned),
    }
}

fn word(outcome: LogoutOutcome) -> String {
    let to = |onward| match onward {
        Onward::Page => "page".to_owned(),
        Onward::PageNoClient => "no client".to_owned(),
        Onward::PageUnregistered(mismatch) => format!("unregistered {}", mismatch.difference.as_str()),
        Onward::Redirect { location } => location,
    };
    match outcome {
        LogoutOutcome::SignOut(onward) => format!("out, {}", to(onward)),
        LogoutOutcome::SignedOutAlready(onward) => format!("was out, {}", to(onward)),
        LogoutOutcome::Confirm(onward) => format!("confirm, {}", to(onward)),
    }
}

/// Decides with Ada's session alive, first as it came, then after the button.
fn run(request: &EndSessionRequest, hint: Option<&VerifiedHint>) -> (String, String) {
    let (session, client) = (session(), client());
    let found = request.client_id(hint).filter(|id| *id == "app").map(|_| &client);
    let facts = LogoutFacts { hint, session: Some(&session), client: found, confirmed: false };
    (word(decide(request, facts)), word(decide(request, LogoutFacts { confirmed: true, ..facts })))
}

#[test]
fn rp_initiated_2_a_hint_of_this_session_signs_out_and_goes_on() {
    let hint = hint();
    for (client_id, uri, state, outcome) in [
        (None, Some(BYE), None, "out, https://app.example.com/bye"),
        (Some("app"), Some(BYE), Some("s"), "out, https://app.example.com/bye?state=s"),
        (None, None, None, "out, page"),
        (None, None, Some("s"), "out, page"),
        (None, Some("https://app.example.com/bye?foo=bar"), None, "out, unregistered query"),
        (None, Some("https://app.example.com/bye/"), None, "out, unregistered trailing_slash"),
        (None, Some(EVIL), None, "out, unregistered host"),
        (Some("other"), Some(BYE), None, "out, no client"),
    ] {
        let request = request(true, client_id, uri, state);
        assert_eq!(run(&request, Some(&hint)).0, outcome, "{request:?}");
    }
}

#[test]
fn rp_initiated_3_state_comes_back_byte_for_byte() {
    let state = "aZ0\"<>%&#\\{}|^`~!$'()*,/:=?@[]";
    let client = Client { post_logout_redirect_uris: vec!["https://app.example.com/bye?s=logout".into()], ..client() };
    let raw = encode_pairs([("post_logout_redirect_uri", "https://app.example.com/bye?s=logout"), ("state", state)]);
    let request = EndSessionRequest::parse(raw.as_bytes()).unwrap();
    let (hint, session) = (hint(), session());
    let facts = LogoutFacts { hint: Some(&hint), session: Some(&session), client: Some(&client), confirmed: false };
    let LogoutOutcome::SignOut(Onward::Redirect { location }) = decide(&request, facts) else { panic!("a redirect") };
    let query = location.strip_prefix("https://app.example.com/bye?s=logout&").unwrap();
    assert_eq!(Params::parse(query.as_bytes()).unwrap().get("state"), Some(state));
}

#[test]
fn security_114_without_a_hint_of_this_session_the_person_is_asked() {
    let others = VerifiedHint { user: "grace-id".parse().unwrap(), ..hint() };
    let earlier = VerifiedHint { session: Some("earlier".parse().unwrap()), ..hint() };
    let without_sid = VerifiedHint { session: None, ..hint() };
    for (request, hint, onward) in [
        (request(false, None, None, None), None, "page"),
        (request(false, None, Some(BYE), Some("s")), None, "no client"),
        (request(false, None, None, Some("s")), None, "page"),
        // A hint that could not be verified is none.
        (request(true, None, Some(BYE), None), None, "no client"),
        (request(true, None, Some(BYE), None), Some(&others), BYE),
        (request(true, None, Some(BYE), None), Some(&earlier), BYE),
        (request(true, None, Some(BYE), None), Some(&without_sid), BYE),
        (request(false, Some("app"), Some(BYE), None), None, BYE),
        (request(false, Some("app"), Some(EVIL), None), None, "unregistered host"),
        (request(false, Some("nobody"), Some(BYE), None), None, "no client"),
    ] {
        assert_eq!(run(&request, hint), (format!("confirm, {onward}"), format!("out, {onward}")), "{request:?}");
    }
}

#[test]
fn security_05_an_address_is_never_learned_or_followed() {
    let (hint, mut bad) = (hint(), client());
    bad.post_logout_redirect_uris = vec!["javascript:alert(1)".into()];
    for (client, wanted, outcome) in [
        (client(), "https://new.test", "was out, unregistered host"),
        (Client { post_logout_redirect_uris: vec![], ..client() }, BYE, "was out, unregistered nothing_registered"),
        (bad, "javascript:alert(1)", "was out, unregistered letter_case"),
        (Client { enabled: false, ..client() }, BYE, "was out, no client"),
        (Client { id: "other".parse().unwrap(), ..client() }, BYE, "was out, no client"),
    ] {
        let facts = LogoutFacts { hint: Some(&hint), client: Some(&client), ..LogoutFacts::default() };
        assert_eq!(word(decide(&request(true, None, Some(wanted), None), facts)), outcome, "{wanted}");
    }
}

#[test]
fn who_is_signed_out_already_is_sent_on_by_a_hint_only() {
    let (hint, client) = (hint(), client());
    for (request, hint, outcome) in [
        (request(false, None, None, None), None, "was out, page"),
        (request(true, None, Some(BYE), None), Some(&hint), "was out, https://app.example.com/bye"),
        (request(false, Some("app"), Some(BYE), None), None, "was out, no client"),
    ] {
        let facts = LogoutFacts { hint, client: Some(&client), ..LogoutFacts::default() };
        assert_eq!(word(decide(&request, facts)), outcome);
    }
}

#[test]
fn what_leads_nowhere_is_told_and_nothing_else() {
    for (onward, reported) in [
        (Onward::Page, false),
        (Onward::Redirect { location: BYE.into() }, false),
        (Onward::PageNoClient, true),
        (Onward::PageUnregistered(Mismatch::diagnose(EVIL, &[BYE.into()])), true),
    ] {
        assert_eq!(onward.is_held_back(), reported, "{onward:?}");
    }
}

#[test]
fn security_24_duplicates_are_refused_here_too() {
    assert_eq!(EndSessionRequest::parse(b"state=a&state=b"), Err(ParamsError::Duplicate));
    let request = EndSessionRequest::parse(b"id_token_hint=x&logout_hint=ada&ui_locales=de&client_id=").unwrap();
    assert_eq!(request, EndSessionRequest { id_token_hint: Some("x".into()), ..EndSessionRequest::default() });
}
