//! Tables: whether an authorization request asks, refuses or issues.

use super::*;
use crate::model::ClientAuthMethod::{Either, None as Public};
use crate::oauth::{
    authorize::Untrusted,
    params::encode_pairs,
    sample::{NOW, SIGNED_IN, ada, client, consent, scopes, session},
};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A request for `openid email` with more parameters.
fn request(client: &Client, more: &[(&str, &str)]) -> AuthorizationRequest {
    let base = [
        ("client_id", client.id.as_str()),
        ("redirect_uri", client.redirect_uris[0].as_str()),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let scope = [("scope", "openid email")];
    let scope = scope.iter().filter(|_| more.iter().all(|(name, _)| *name != "scope"));
    let raw = encode_pairs(base.iter().chain(scope).chain(more).copied());
    let bound = Untrusted::parse(raw.as_bytes()).unwrap().bind(Some(client), "https://auth.example.org").unwrap();
    bound.check().unwrap()
}

/// The outcome in a word, so that tables can be read.
fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Login(LoginNeeded { reason, reauthenticate }) => format!("login {reason:?} {reauthenticate}"),
        Outcome::Consent(needed) => format!("consent {}", scope::to_text(&needed.new)),
        Outcome::Issue(_) => "issue".into(),
        Outcome::Deny(_) => "deny".into(),
        Outcome::TooLittleProof(level) => format!("too little {level:?}"),
        Outcome::Error(error) => error.error().code().as_str().into(),
    }
}

/// The facts of a table row.
#[derive(Clone, Copy)]
struct Scene<'a> {
    signed_in: Option<Timestamp>,
    consent: Option<&'a Consent>,
    interaction: Option<InteractionFact>,
    hinted: Option<&'a UserId>,
    amr: Amr,
    within_reach: Option<Acr>,
}

const NOBODY: Scene<'_> =
    Scene { signed_in: None, consent: None, interaction: None, hinted: None, amr: Amr::Passkey, within_reach: None };
const ADA: Scene<'_> = Scene { signed_in: Some(SIGNED_IN), ..NOBODY };

const fn parked(signed_in_at: Option<Timestamp>, consented: bool) -> InteractionFact {
    InteractionFact { signed_in_at, consented }
}

fn run(client: &Client, more: &[(&str, &str)], scene: Scene<'_>) -> Outcome {
    let (ada, mut session) = (ada(), session());
    session.auth_time = scene.signed_in.unwrap_or(SIGNED_IN);
    session.amr = scene.amr;
    let fact = SessionFact { principal: &ada, session: &session };
    let facts = Facts {
        session: scene.signed_in.map(|_| fact),
        consent: scene.consent,
        interaction: scene.interaction,
        hinted_sub: scene.hinted,
        within_reach: scene.within_reach,
    };
    decide(&request(client, more), client, facts, NOW)
}

fn third_party() -> Client {
    Client { first_party: false, ..client() }
}

#[test]
fn oidc_core_3_1_2_1_a_better_proof_is_asked_of_whoever_could_give_it_once() {
    use Acr::{OneFactor, PhishingResistant, TwoFactors};
    let by = |amr, reach| Scene { amr, within_reach: Some(reach), ..ADA };
    let since = Scene { interaction: Some(parked(None, false)), ..by(Amr::Password, PhishingResistant) };
    for (values, prompt, scene, outcome) in [
        ("phr", "", by(Amr::Password, PhishingResistant), "login Acr(PhishingResistant) true"),
        ("phr", "", by(Amr::PasswordTotp, PhishingResistant), "login Acr(PhishingResistant) true"),
        ("mfa", "", by(Amr::Password, TwoFactors), "login Acr(TwoFactors) true"),
        ("mfa", "", by(Amr::Password, PhishingResistant), "login Acr(TwoFactors) true"),
        ("phr mfa", "", by(Amr::PasswordTotp, PhishingResistant), "issue"),
        ("mfa", "", by(Amr::Passkey, PhishingResistant), "issue"),
        ("phr", "", by(Amr::Password, TwoFactors), "issue"),
        ("mfa", "", by(Amr::Password, OneFactor), "issue"),
        ("gold", "", by(Amr::Password, PhishingResistant), "issue"),
        ("phr", "none", by(Amr::Password, PhishingResistant), "issue"),
        ("phr", "", since, "issue"),
        ("phr", "", NOBODY, "login NoSession false"),
    ] {
        let more = [("acr_values", values), ("prompt", prompt)];
        assert_eq!(word(&run(&client(), &more, scene)), outcome, "{values} {prompt} {:?}", scene.amr);
    }
}

#[test]
fn what_a_client_requires_is_asked_for_until_it_is_given() {
    use Acr::{OneFactor, PhishingResistant, TwoFactors};
    let by = |amr, reach| Scene { amr, within_reach: Some(reach), ..ADA };
    let since = Scene { interaction: Some(parked(None, false)), ..by(Amr::Password, PhishingResistant) };
    let upstream = |reach| Scene { amr: Amr::Upstream, within_reach: reach, ..ADA };
    for (level, prompt, scene, outcome) in [
        (Level::Passkey, "", by(Amr::Passkey, PhishingResistant), "issue"),
        (Level::Passkey, "", by(Amr::Password, PhishingResistant), "login Required(Passkey) true"),
        (Level::Passkey, "", by(Amr::PasswordTotp, PhishingResistant), "login Required(Passkey) true"),
        (Level::Passkey, "", since, "login Required(Passkey) true"),
        (Level::Passkey, "", by(Amr::PasswordTotp, TwoFactors), "too little Passkey"),
        (Level::Passkey, "none", by(Amr::Password, PhishingResistant), "login_required"),
        (Level::Passkey, "none", by(Amr::Password, OneFactor), "interaction_required"),
        (Level::TwoFactors, "", by(Amr::SyncedPasskey, PhishingResistant), "issue"),
        (Level::TwoFactors, "", by(Amr::PasswordTotp, TwoFactors), "issue"),
        (Level::TwoFactors, "", by(Amr::Password, TwoFactors), "login Required(TwoFactors) true"),
        (Level::TwoFactors, "", by(Amr::Password, OneFactor), "too little TwoFactors"),
        (Level::TwoFactors, "", upstream(Some(PhishingResistant)), "login Required(TwoFactors) true"),
        (Level::TwoFactors, "", upstream(None), "too little TwoFactors"),
        (Level::TwoFactors, "", NOBODY, "login NoSession false"),
    ] {
        let client = Client { require: Some(level), ..client() };
        let more = [("prompt", prompt)];
        assert_eq!(word(&run(&client, &more, scene)), outcome, "{level:?} {prompt} {:?}", scene.amr);
    }
    // Whoever may not use it is told so, and not to make a passkey first.
    let strangers = Some(["strangers".parse().unwrap()].into());
    let client = Client { require: Some(Level::Passkey), allow: strangers, ..client() };
    assert_eq!(word(&run(&client, &[], by(Amr::Password, OneFactor))), "deny");
}

#[test]
fn oidc_core_3_1_2_3_who_is_asked_to_sign_in() {
    let since = Scene { interaction: Some(parked(None, false)), ..ADA };
    let not_since = Scene { interaction: Some(parked(Some(SIGNED_IN), false)), ..ADA };
    // Parked while signed in, then signed in anew at a server whose clock is behind.
    let behind = SIGNED_IN - Ttl::from_seconds(60);
    let anew = Scene { signed_in: Some(behind), ..not_since };
    for (more, scene, outcome) in [
        (&[][..], NOBODY, "login NoSession false"),
        (&[], ADA, "issue"),
        (&[("prompt", "login")], ADA, "login PromptLogin true"),
        (&[("prompt", "login")], NOBODY, "login NoSession false"),
        (&[("prompt", "login")], not_since, "login PromptLogin true"),
        (&[("prompt", "login")], since, "issue"),
        (&[("prompt", "login")], anew, "issue"),
        (&[("max_age", "9")], anew, "issue"),
        (&[("prompt", "select_account")], ADA, "login SelectAccount true"),
        (&[("prompt", "select_account")], since, "issue"),
        (&[("max_age", "10")], ADA, "issue"),
        (&[("max_age", "9")], ADA, "login MaxAge true"),
        (&[("max_age", "0")], ADA, "login MaxAge true"),
        (&[("max_age", "0")], Scene { signed_in: Some(NOW), ..ADA }, "login MaxAge true"),
        (
            &[("max_age", "0")],
            Scene { signed_in: Some(NOW), interaction: Some(parked(Some(SIGNED_IN), false)), ..NOBODY },
            "issue",
        ),
        (&[("max_age", "9")], not_since, "login MaxAge true"),
        // Dated ahead: as far as clocks may differ, and no further.
        (&[("max_age", "9")], Scene { signed_in: Some(NOW + Ttl::from_seconds(60)), ..ADA }, "issue"),
        (&[("max_age", "9")], Scene { signed_in: Some(NOW + Ttl::from_seconds(61)), ..ADA }, "login MaxAge true"),
        (&[], Scene { signed_in: Some(NOW + Ttl::from_seconds(61)), ..ADA }, "issue"),
        (&[("max_age", "9")], since, "issue"),
    ] {
        assert_eq!(word(&run(&client(), more, scene)), outcome, "{more:?}");
    }
}

#[test]
fn oidc_core_3_1_2_6_prompt_none_shows_nothing() {
    let (given, other) = (consent("openid email"), "grace-id".parse().unwrap());
    let ada_id = ada().user.id;
    let closed = Client { allow: Some(["nobody".parse().unwrap()].into()), ..client() };
    for (client, more, scene, outcome) in [
        (client(), &[][..], NOBODY, "login_required"),
        (client(), &[], ADA, "issue"),
        (client(), &[("max_age", "1")], ADA, "login_required"),
        (client(), &[("max_age", "0")], ADA, "login_required"),
        (client(), &[("id_token_hint", "x")], Scene { hinted: Some(&other), ..ADA }, "login_required"),
        (client(), &[("id_token_hint", "x")], Scene { hinted: Some(&ada_id), ..ADA }, "issue"),
        (client(), &[("id_token_hint", "x")], ADA, "login_required"),
        (third_party(), &[], ADA, "consent_required"),
        (third_party(), &[], Scene { consent: Some(&given), ..ADA }, "issue"),
        (closed, &[], ADA, "access_denied"),
    ] {
        let more: Vec<_> = more.iter().copied().chain([("prompt", "none")]).collect();
        assert_eq!(word(&run(&client, &more, scene)), outcome, "{more:?}");
    }
}

#[test]
fn oidc_core_3_1_2_1_id_token_hint_names_the_person() {
    let other = "grace-id".parse().unwrap();
    let hint = [("id_token_hint", "x")];
    let wrong = Scene { hinted: Some(&other), ..ADA };
    let again = Scene { interaction: Some(parked(None, false)), ..wrong };
    for (scene, outcome) in [
        (ADA, "issue"),
        (Scene { hinted: Some(&ada().user.id), ..ADA }, "issue"),
        (Scene { hinted: Some(&other), ..NOBODY }, "login NoSession false"),
        (wrong, "login OtherPerson true"),
        // Signed in anew and still somebody else: no redirect loop.
        (again, "login_required"),
    ] {
        assert_eq!(word(&run(&client(), &hint, scene)), outcome);
    }
}

#[test]
fn oidc_core_3_1_2_4_consent() {
    let (all, some) = (consent("openid email profile"), consent("openid"));
    let others = Consent { user: "grace-id".parse().unwrap(), ..all.clone() };
    let elsewhere = Consent { client: "other".parse().unwrap(), ..all.clone() };
    let with = |consent| Scene { consent, ..ADA };
    let asked = |consent| Scene { consent, interaction: Some(parked(Some(SIGNED_IN), true)), ..ADA };
    let again = &[("prompt", "consent")][..];
    for (client, more, scene, outcome) in [
        (client(), &[][..], ADA, "issue"),
        (third_party(), &[], ADA, "consent email openid"),
        (third_party(), &[], with(Some(&all)), "issue"),
        (third_party(), &[], with(Some(&some)), "consent email"),
        (third_party(), &[], with(Some(&others)), "consent email openid"),
        (third_party(), &[], with(Some(&elsewhere)), "consent email openid"),
        (client(), again, ADA, "consent email openid"),
        (client(), again, asked(None), "issue"),
        (third_party(), again, with(Some(&all)), "consent "),
        (third_party(), again, asked(Some(&all)), "issue"),
        // The "Allow" of somebody else who used the same browser before.
        (third_party(), &[], asked(None), "consent email openid"),
        (third_party(), again, asked(Some(&others)), "consent email openid"),
    ] {
        assert_eq!(word(&run(&client, more, scene)), outcome, "{more:?}");
    }
}

#[test]
fn the_groups_of_a_client_are_asked_after_sign_in_and_before_consent() {
    let only = |group: &str| Client { allow: Some([group.parse().unwrap()].into()), ..third_party() };
    for (client, scene, outcome) in [
        (only("admins"), NOBODY, "login NoSession false"),
        (only("admins"), ADA, "consent email openid"),
        (only("strangers"), ADA, "deny"),
        (Client { allow: Some([].into()), ..client() }, ADA, "deny"),
    ] {
        assert_eq!(word(&run(&client, &[], scene)), outcome);
    }
}

#[test]
fn a_session_that_has_ended_or_is_another_persons_is_none() {
    let (ada, request) = (ada(), request(&client(), &[]));
    let ended = Session { expires_at: NOW, ..session() };
    let others = Session { user: "grace-id".parse().unwrap(), ..session() };
    for session in [&ended, &others] {
        let facts = Facts { session: Some(SessionFact { principal: &ada, session }), ..Facts::default() };
        assert_eq!(word(&decide(&request, &client(), facts, NOW)), "login NoSession false");
    }
}

#[test]
fn what_is_issued_is_what_was_asked_and_how_the_person_signed_in() {
    let more = [("nonce", "n"), ("state", "s"), ("scope", "openid offline_access address")];
    let Outcome::Issue(issue) = run(&client(), &more, ADA) else { panic!("a code was expected") };
    let (id, now): (GrantId, _) = ("g".parse().unwrap(), NOW);
    let grant = issue.grant(id.clone(), now);
    assert_eq!(
        grant,
        Grant {
            id: id.clone(),
            subject: GrantSubject::Person(PersonInSession {
                user: ada().user.id,
                session: session().id,
                nonce: Some("n".into()),
                auth_time: SIGNED_IN,
                amr: Amr::Passkey,
                offline: true,
            }),
            client: client().id,
            scopes: scopes("offline_access openid"),
            created_at: now,
            revoked_at: None,
        }
    );
    assert_eq!(
        issue.code(id.clone(), now),
        AuthorizationCode {
            grant: id,
            redirect_uri: "https://app.example.com/cb".into(),
            code_challenge: Some(CHALLENGE.into()),
            expires_at: now + Ttl::from_seconds(60),
            consumed_at: None,
        }
    );
}

#[test]
fn oidc_core_11_offline_access_needs_registration_and_consent() {
    let asked = [("scope", "openid offline_access")];
    let unregistered = Client { scopes: scopes("openid"), ..client() };
    let before = consent("openid email");
    for (client, scene, offline) in [
        (client(), ADA, Some(true)),
        (unregistered, ADA, Some(false)),
        (third_party(), Scene { consent: Some(&before), ..ADA }, None),
    ] {
        let offline_granted = match run(&client, &asked, scene) {
            Outcome::Issue(issue) => Some(issue.offline),
            _ => None,
        };
        assert_eq!(offline_granted, offline);
    }
}

#[test]
fn security_17_a_public_native_client_is_confirmed_every_time() {
    let given = consent("openid email");
    let native =
        |uri: &str, auth_method, native| Client { redirect_uris: vec![uri.into()], auth_method, native, ..client() };
    let scene = Scene { consent: Some(&given), ..ADA };
    let confirmed = Scene { interaction: Some(parked(Some(SIGNED_IN), true)), ..scene };
    for (uri, method, is_native, asked) in [
        ("http://127.0.0.1:8250/cb", Public, true, true),
        ("http://[::1]/cb", Public, true, true),
        ("http://localhost:8000/", Public, true, true),
        ("app.immich:///oauth-callback", Public, true, true),
        ("https://app.example.com/cb", Public, true, false),
        ("http://127.0.0.1:8250/cb", Either, true, false),
        ("http://localhost:8481/callback", Public, false, false),
    ] {
        let client = native(uri, method, is_native);
        let third_party = Client { first_party: false, ..client.clone() };
        for client in [client, third_party] {
            let (shown, silent) = if asked { ("consent ", "consent_required") } else { ("issue", "issue") };
            assert_eq!(word(&run(&client, &[], scene)), shown, "{uri}");
            assert_eq!(word(&run(&client, &[("prompt", "none")], scene)), silent, "{uri}");
            assert_eq!(word(&run(&client, &[], confirmed)), "issue", "{uri}");
        }
    }
}

#[test]
fn security_46_choosing_an_account_does_not_skip_consent() {
    for more in [
        &[("prompt", "select_account consent")][..],
        &[("prompt", "select_account")],
        &[("max_age", "0")],
        &[("prompt", "login")],
        &[("prompt", "login consent select_account")],
    ] {
        assert!(word(&run(&third_party(), more, ADA)).starts_with("login "), "{more:?}");
        let chosen = Scene { interaction: Some(parked(None, false)), ..ADA };
        assert_eq!(word(&run(&third_party(), more, chosen)), "consent email openid", "{more:?}");
    }
}

#[test]
fn security_113_an_old_sign_in_is_not_presented_as_fresh() {
    let five_seconds_ago = NOW - Ttl::from_seconds(5);
    let old = Scene { signed_in: Some(five_seconds_ago), ..NOBODY };
    for more in [&[("max_age", "1")][..], &[("prompt", "login")], &[("max_age", "0")]] {
        assert!(word(&run(&client(), more, old)).starts_with("login "), "{more:?}");
        let waiting = Scene { interaction: Some(parked(Some(five_seconds_ago), false)), ..old };
        assert!(word(&run(&client(), more, waiting)).starts_with("login "), "{more:?}");
        // After the ceremony there is no loop, and the new auth_time is told.
        let done = Scene { signed_in: Some(NOW), ..waiting };
        let Outcome::Issue(issue) = run(&client(), more, done) else { panic!("a code was expected: {more:?}") };
        assert_eq!(issue.auth_time, NOW);
    }
}
