//! Tables: what becomes of a presented authorization code.

use super::*;
use crate::{
    entropy::Entropy,
    model::Client,
    oauth::{
        client_auth::AuthenticatedClient,
        params::{Params, encode_pairs},
        sample::{NOW, ada, authenticated, client, grant, grant_id},
        token_request::TokenRequest,
    },
    secret::{Token, TokenKind},
    time::Ttl,
};

// RFC 7636 Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: (&str, &str) = ("redirect_uri", "https://app.example.com/cb");
const PROOF: (&str, &str) = ("code_verifier", VERIFIER);

fn presented<'c>(client: AuthenticatedClient<'c>, more: &[(&str, &str)]) -> PresentedCode<'c> {
    let code = Token::random(TokenKind::Code, &mut Entropy::seeded(1));
    let base = [("grant_type", "authorization_code"), ("code", code.expose())];
    let body = encode_pairs(base.iter().chain(more).copied());
    match TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap(), client) {
        Ok(TokenRequest::Code(presented)) => presented,
        _ => panic!("a code was presented"),
    }
}

fn row() -> AuthorizationCode {
    AuthorizationCode {
        grant: grant_id(),
        redirect_uri: CALLBACK.1.into(),
        code_challenge: Some(CHALLENGE.into()),
        expires_at: NOW + Ttl::from_seconds(60),
        consumed_at: Some(NOW),
    }
}

fn word(outcome: &CodeOutcome<'_>) -> String {
    match outcome {
        CodeOutcome::Redeem { principal } => format!("redeem {}", principal.user.name),
        CodeOutcome::RevokeFamily(id) => format!("revoke {id}"),
        CodeOutcome::Refuse(refusal) => format!("{refusal:?}"),
    }
}

fn redeem(client: &Client, more: &[(&str, &str)], row: &AuthorizationCode, now: Timestamp) -> String {
    let (ada, grant) = (ada(), grant("openid"));
    let standing = Standing { principal: Some(&ada), session_alive: true, consent: None };
    let found = Found::First { code: row, grant: &grant };
    let outcome = decide(&presented(authenticated(client), more), found, &standing, now);
    if let CodeOutcome::Refuse(refusal) = &outcome {
        assert_eq!(refusal.error().code().as_str(), "invalid_grant");
    }
    word(&outcome)
}

#[test]
fn rfc6749_4_1_3_what_has_to_fit() {
    for (more, result) in [
        (&[CALLBACK, PROOF][..], "redeem ada"),
        (&[PROOF, CALLBACK, ("scope", "openid")], "redeem ada"),
        (&[PROOF], "RedirectUri"),
        (&[PROOF, ("redirect_uri", "")], "RedirectUri"),
        (&[PROOF, ("redirect_uri", "https://app.example.com/cb/")], "RedirectUri"),
        (&[PROOF, ("redirect_uri", "https://app.example.com/CB")], "RedirectUri"),
    ] {
        assert_eq!(redeem(&client(), more, &row(), NOW), result, "{more:?}");
    }
}

#[test]
fn rfc6749_4_1_2_a_code_ends_on_the_second() {
    let just_before = NOW + Ttl::from_millis(59_999);
    let good = [CALLBACK, PROOF];
    assert_eq!(redeem(&client(), &good, &row(), just_before), "redeem ada");
    assert_eq!(redeem(&client(), &good, &row(), row().expires_at), "Ended");
    let elsewhere = AuthorizationCode { grant: "other".parse().unwrap(), ..row() };
    assert_eq!(redeem(&client(), &good, &elsewhere, NOW), "Ended");
}

#[test]
fn security_18_a_code_is_good_for_its_client_only() {
    let other = Client { id: "b".parse().unwrap(), ..client() };
    assert_eq!(redeem(&other, &[CALLBACK, PROOF], &row(), NOW), "Grant(OtherClient)");
}

#[test]
fn security_19_an_unknown_code_is_refused() {
    let (client, ada) = (client(), ada());
    let standing = Standing { principal: Some(&ada), session_alive: true, consent: None };
    let outcome = decide(&presented(authenticated(&client), &[CALLBACK, PROOF]), Found::Nothing, &standing, NOW);
    assert_eq!(word(&outcome), "Ended");
}

#[test]
fn security_21_a_second_use_revokes_the_family_whoever_it_is() {
    let (ada, grant) = (ada(), grant("openid"));
    let standing = Standing { principal: Some(&ada), session_alive: true, consent: None };
    let other = Client { id: "b".parse().unwrap(), ..client() };
    for (client, now) in [(client(), NOW), (client(), NOW + Ttl::from_days(1)), (other, NOW)] {
        let presented = presented(authenticated(&client), &[CALLBACK, PROOF]);
        assert_eq!(word(&decide(&presented, Found::Again { grant: &grant }, &standing, now)), "revoke grant");
    }
    assert_eq!(REPLAYED.code().as_str(), "invalid_grant");
}

#[test]
fn security_22_and_23_pkce_cannot_be_left_out_or_added() {
    let without = AuthorizationCode { code_challenge: None, ..row() };
    for (row, more, redeemed) in [
        (row(), &[CALLBACK, PROOF][..], true),
        (row(), &[CALLBACK], false),
        (row(), &[CALLBACK, ("code_verifier", "")], false),
        (row(), &[CALLBACK, ("code_verifier", "wrong")], false),
        (row(), &[CALLBACK, ("code_verifier", CHALLENGE)], false),
        (without.clone(), &[CALLBACK], true),
        (without, &[CALLBACK, PROOF], false),
    ] {
        let result = redeem(&client(), more, &row, NOW);
        assert_eq!(result == "redeem ada", redeemed, "{more:?} {result}");
        assert!(redeemed || result.starts_with("Pkce("), "{more:?} {result}");
    }
}

#[test]
fn security_38_a_code_yields_nothing_for_a_person_who_may_no_longer() {
    let (ada, client, row, grant) = (ada(), client(), row(), grant("openid"));
    for (standing, result) in [
        (Standing { principal: None, session_alive: true, consent: None }, "Grant(NoPrincipal)"),
        (Standing { principal: Some(&ada), session_alive: false, consent: None }, "Grant(SessionEnded)"),
    ] {
        let found = Found::First { code: &row, grant: &grant };
        let presented = presented(authenticated(&client), &[CALLBACK, PROOF]);
        assert_eq!(word(&decide(&presented, found, &standing, NOW)), result);
    }
}
