//! Tables: what becomes of a presented refresh token.

use super::*;
use crate::{
    entropy::Entropy,
    oauth::{
        params::{Params, encode_pairs},
        sample::{NOW, ada, authenticated, client, grant, grant_of_client, scopes, stored},
        token_request::TokenRequest,
    },
    secret::{Token, TokenKind},
};

const LATER: Timestamp = Timestamp::from_seconds(1_750_000_100);

/// A table row: the rows of the database and the request. Tests change what they are about.
struct Scene {
    client: Client,
    token: StoredToken,
    grant: Grant,
    successor: Option<StoredToken>,
    scope: &'static str,
    disabled: bool,
    session_alive: bool,
    now: Timestamp,
}

fn scene() -> Scene {
    Scene {
        client: client(),
        token: stored("openid email offline_access"),
        grant: grant("openid email offline_access"),
        successor: None,
        scope: "",
        disabled: false,
        session_alive: true,
        now: LATER,
    }
}

fn presented<'c>(client: &'c Client, scope: &str) -> PresentedRefresh<'c> {
    let token = Token::random(TokenKind::Refresh, &mut Entropy::seeded(1));
    let body = encode_pairs([("grant_type", "refresh_token"), ("refresh_token", token.expose()), ("scope", scope)]);
    match TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap(), authenticated(client)) {
        Ok(TokenRequest::Refresh(presented)) => presented,
        _ => panic!("a refresh token was presented"),
    }
}

fn run(scene: &Scene) -> String {
    let found = Found { token: &scene.token, grant: &scene.grant, successor: scene.successor.as_ref() };
    let ada = ada();
    let principal = (!scene.disabled).then_some(&ada);
    let standing = Standing { principal, session_alive: scene.session_alive, consent: None };
    match decide(&presented(&scene.client, scene.scope), Some(found), &standing, scene.now) {
        RefreshOutcome::Rotate(refreshed) => format!("rotate {}", scope::to_text(&refreshed.scopes)),
        RefreshOutcome::RepeatSuccessor(refreshed) => format!("repeat {}", scope::to_text(&refreshed.scopes)),
        RefreshOutcome::RevokeFamily(id) => format!("revoke {id}"),
        RefreshOutcome::Refuse(refusal) => format!("{} {refusal:?}", refusal.error().code().as_str()),
    }
}

fn consumed(at: Timestamp) -> StoredToken {
    StoredToken { consumed_at: Some(at), ..scene().token }
}

#[test]
fn rfc6749_6_a_token_that_was_not_used_is_rotated() {
    assert_eq!(run(&scene()), "rotate email offline_access openid");
    assert_eq!(run(&Scene { scope: "openid", ..scene() }), "rotate openid");
    assert!(run(&Scene { scope: "openid profile", ..scene() }).starts_with("invalid_scope "));
}

#[test]
fn rfc6749_6_the_successor_keeps_scopes_and_end() {
    let Scene { client, token, grant, .. } = scene();
    let (ada, presented) = (ada(), presented(&client, "openid"));
    let standing = Standing { principal: Some(&ada), session_alive: true, consent: None };
    let found = Found { token: &token, grant: &grant, successor: None };
    let RefreshOutcome::Rotate(refreshed) = decide(&presented, Some(found), &standing, LATER) else {
        panic!("a rotation was expected")
    };
    assert_eq!(refreshed.scopes, scopes("openid"));
    assert_eq!(refreshed.successor_scopes, token.scopes);
    assert_eq!(refreshed.successor_expires_at, family_end(&grant, &client));
    assert_eq!(refreshed.principal, &ada);
    // A token that ends before its family does hands on its own end.
    let token = StoredToken { expires_at: LATER + Ttl::from_days(1), ..token };
    let found = Found { token: &token, grant: &grant, successor: None };
    let RefreshOutcome::Rotate(refreshed) = decide(&presented, Some(found), &standing, LATER) else {
        panic!("a rotation was expected")
    };
    assert_eq!(refreshed.successor_expires_at, token.expires_at);
    let unknown = decide(&presented, None, &standing, LATER);
    assert_eq!(unknown, RefreshOutcome::Refuse(RefreshRefusal::Unknown));
}

#[test]
fn security_36_one_succeeds_or_all_get_the_same_successor_and_an_ancestor_revokes() {
    let ago = |ms| LATER - Ttl::from_millis(ms);
    let hour = 3_600_000;
    let fresh = Some(scene().token);
    let used = Some(consumed(LATER));
    for (token, successor, outcome) in [
        (scene().token, None, "rotate email offline_access openid"),
        (consumed(LATER), fresh.clone(), "repeat email offline_access openid"),
        (consumed(ago(hour)), fresh.clone(), "repeat email offline_access openid"),
        (consumed(ago(hour + 1)), fresh, "revoke grant"),
        (consumed(ago(hour + 1)), None, "revoke grant"),
        // In time, but the successor was used: this is an ancestor.
        (consumed(LATER), used.clone(), "revoke grant"),
        (consumed(NOW), used, "revoke grant"),
    ] {
        assert_eq!(run(&Scene { token, successor, ..scene() }), outcome);
    }
    assert_eq!(REUSED.code().as_str(), "invalid_grant");
}

#[test]
fn security_36_a_public_client_has_five_minutes() {
    let client = Client { auth_method: ClientAuthMethod::None, ..client() };
    for (seconds, outcome) in [(300, "repeat email offline_access openid"), (301, "revoke grant")] {
        let token = consumed(LATER - Ttl::from_seconds(seconds));
        assert_eq!(run(&Scene { client: client.clone(), token, ..scene() }), outcome);
    }
}

#[test]
fn security_36_an_ended_ancestor_still_revokes() {
    let token = StoredToken { expires_at: NOW, ..consumed(LATER - Ttl::from_hours(2)) };
    assert_eq!(run(&Scene { token, ..scene() }), "revoke grant");
}

#[test]
fn security_18_another_clients_token_is_refused_and_its_family_revoked() {
    let client = Client { id: "b".parse().unwrap(), ..client() };
    assert_eq!(run(&Scene { client, ..scene() }), "revoke grant");
}

#[test]
fn the_family_has_an_end_however_often_it_rotates() {
    let end = family_end(&grant("openid"), &client());
    let token = StoredToken { expires_at: end + Ttl::from_days(1), ..scene().token };
    let shorter = Client { refresh_ttl: Ttl::from_seconds(100), ..client() };
    for (scene, ended) in [
        (Scene { now: end - Ttl::from_millis(1), ..scene() }, false),
        (Scene { now: end, ..scene() }, true),
        (Scene { now: end, token, ..scene() }, true),
        (Scene { token: StoredToken { expires_at: LATER, ..scene().token }, ..scene() }, true),
        (Scene { client: shorter, ..scene() }, true),
        (Scene { token: StoredToken { grant: "other".parse().unwrap(), ..scene().token }, ..scene() }, true),
    ] {
        assert_eq!(run(&scene) == "invalid_grant Ended", ended);
    }
}

#[test]
fn security_35_every_refresh_asks_again_whether_the_grant_stands() {
    let allow = Some(["strangers".parse().unwrap()].into());
    let revoked = Grant { revoked_at: Some(NOW), ..scene().grant };
    for (scene, result) in [
        (Scene { disabled: true, ..scene() }, "invalid_grant Grant(NoPrincipal)"),
        (Scene { client: Client { allow, ..client() }, ..scene() }, "invalid_grant Grant(NotAllowed)"),
        (
            Scene { client: Client { first_party: false, ..client() }, ..scene() },
            "invalid_grant Grant(ConsentWithdrawn)",
        ),
        (
            Scene { client: Client { scopes: scopes("openid"), ..client() }, ..scene() },
            "invalid_grant Grant(ScopeWithdrawn)",
        ),
        (Scene { grant: revoked, ..scene() }, "invalid_grant Grant(Revoked)"),
    ] {
        assert_eq!(run(&scene), result);
    }
}

#[test]
fn security_37_signing_out_ends_what_is_not_offline() {
    let online = Scene { token: stored("openid"), grant: grant("openid"), session_alive: false, ..scene() };
    assert_eq!(run(&online), "invalid_grant Grant(SessionEnded)");
    assert_eq!(run(&Scene { session_alive: false, ..scene() }), "rotate email offline_access openid");
    assert!(is_issued(&scene().grant) && !is_issued(&online.grant));
}

#[test]
fn rfc6749_4_4_3_a_client_by_itself_neither_gets_nor_uses_a_refresh_token() {
    let alone = Scene { grant: grant_of_client("openid email offline_access"), ..scene() };
    assert!(!is_issued(&alone.grant));
    assert_eq!(run(&alone), "invalid_grant Grant(NoPerson)");
}
