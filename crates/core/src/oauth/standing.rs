//! Whether a grant still stands: asked before every token that it yields and every use of one.
//!
//! RFC 9700 §4.14, security rows 35, 37, 38. The facts are read live; nothing that was decided when the
//! grant was made is taken on trust.

use super::error::{OAuthError, oauth_error};
use crate::model::{Acr, Client, ClientAuthMethod, Consent, Grant, GrantSubject, PersonInSession, Principal};

/// What is known about a grant's person now; nothing where the client acts for itself.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The person, if the account is active.
    pub principal: Option<&'a Principal>,
    /// Whether the SSO session of the grant is alive.
    pub session_alive: bool,
    /// The person's remembered consent for the client; not looked at when the client is first-party.
    pub consent: Option<&'a Consent>,
}

/// For whom a grant that stands is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behalf<'a> {
    /// For this person, live.
    Person(&'a Principal),
    /// For the client itself.
    Client,
}

/// Why a grant yields nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fallen {
    /// It was made for another client.
    #[error("it was issued to another client")]
    OtherClient,
    /// It was revoked.
    #[error("it was revoked")]
    Revoked,
    /// The client is disabled.
    #[error("the client is disabled")]
    ClientDisabled,
    /// The account is disabled or gone.
    #[error("the account is disabled or gone")]
    NoPrincipal,
    /// The client acts for itself, and a person is asked for.
    #[error("it was issued to the client itself, for no person")]
    NoPerson,
    /// RFC 6749 §4.4: only a client that proves itself acts for itself.
    #[error("the client has no secret any more, and cannot act for itself")]
    PublicClient,
    /// The person is in no group that the client is for.
    #[error("the person may no longer use this client")]
    NotAllowed,
    /// The sign-in that it came from was less than what the client asks for.
    #[error("the sign-in was less than the client asks for")]
    TooLittleProof,
    /// The person signed out, and the grant is not offline.
    #[error("the session has ended")]
    SessionEnded,
    /// A scope is no longer registered for the client.
    #[error("a scope is no longer registered for the client")]
    ScopeWithdrawn,
    /// The consent was withdrawn.
    #[error("the consent was withdrawn")]
    ConsentWithdrawn,
}

/// What a token endpoint answers for each [`Fallen`]: the same, RFC 6749 §5.2.
pub const FALLEN: OAuthError = oauth_error!(InvalidGrant, "the grant is not valid any more");

/// For whom a grant that still stands for `client` is used.
pub fn check<'a>(grant: &Grant, client: &Client, standing: &Standing<'a>) -> Result<Behalf<'a>, Fallen> {
    match &grant.subject {
        _ if grant.client != client.id => Err(Fallen::OtherClient),
        _ if grant.revoked_at.is_some() => Err(Fallen::Revoked),
        _ if !client.enabled => Err(Fallen::ClientDisabled),
        GrantSubject::Person(person) => check_person(grant, person, client, standing).map(Behalf::Person),
        // Groups and consent are about people.
        GrantSubject::Client if client.auth_method == ClientAuthMethod::None => Err(Fallen::PublicClient),
        GrantSubject::Client if !grant.scopes.is_subset(&client.scopes) => Err(Fallen::ScopeWithdrawn),
        GrantSubject::Client => Ok(Behalf::Client),
    }
}

/// The person of a grant that still stands for `client`: for whatever has no sense without one.
pub fn person<'a>(grant: &Grant, client: &Client, standing: &Standing<'a>) -> Result<&'a Principal, Fallen> {
    match check(grant, client, standing)? {
        Behalf::Person(principal) => Ok(principal),
        Behalf::Client => Err(Fallen::NoPerson),
    }
}

fn check_person<'a>(
    grant: &Grant,
    person: &PersonInSession,
    client: &Client,
    standing: &Standing<'a>,
) -> Result<&'a Principal, Fallen> {
    let principal = standing.principal.filter(|principal| principal.user.id == person.user);
    match principal {
        None => Err(Fallen::NoPrincipal),
        Some(principal) if !principal.is_allowed(client.allow.as_ref()) => Err(Fallen::NotAllowed),
        Some(_) if client.require.is_some_and(|level| !level.is_met_by(Acr::of(person.amr))) => {
            Err(Fallen::TooLittleProof)
        }
        Some(_) if !person.offline && !standing.session_alive => Err(Fallen::SessionEnded),
        Some(_) if !grant.scopes.is_subset(&client.scopes) => Err(Fallen::ScopeWithdrawn),
        Some(_) if !client.first_party && !covers(standing.consent, grant, person) => Err(Fallen::ConsentWithdrawn),
        Some(principal) => Ok(principal),
    }
}

fn covers(consent: Option<&Consent>, grant: &Grant, person: &PersonInSession) -> bool {
    consent.is_some_and(|consent| {
        consent.user == person.user && consent.client == grant.client && grant.scopes.is_subset(&consent.scopes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Amr, Level};
    use crate::oauth::sample::{ada, client, consent, grant, grant_of_client, scopes};

    fn requiring(level: Level) -> Client {
        Client { require: Some(level), ..client() }
    }

    #[test]
    fn security_35_each_change_ends_the_grant() {
        let (ada, mut other) = (ada(), ada());
        other.user.id = "other".parse().unwrap();
        let given = consent("openid email");
        let all = Standing { principal: Some(&ada), session_alive: true, consent: Some(&given) };
        let only = |group: &str| Client { allow: Some([group.parse().unwrap()].into()), ..client() };
        for (name, client, standing, result) in [
            ("all is well", client(), all, None),
            ("in the group", only("users"), all, None),
            ("first-party needs no consent", client(), Standing { consent: None, ..all }, None),
            ("the proof is enough", requiring(Level::Passkey), all, None),
            ("disabled", client(), Standing { principal: None, ..all }, Some(Fallen::NoPrincipal)),
            ("another's", client(), Standing { principal: Some(&other), ..all }, Some(Fallen::NoPrincipal)),
            ("group removed", only("strangers"), all, Some(Fallen::NotAllowed)),
            ("no group left", Client { allow: Some([].into()), ..client() }, all, Some(Fallen::NotAllowed)),
            ("signed out", client(), Standing { session_alive: false, ..all }, Some(Fallen::SessionEnded)),
            ("client disabled", Client { enabled: false, ..client() }, all, Some(Fallen::ClientDisabled)),
            ("another client", Client { id: "b".parse().unwrap(), ..client() }, all, Some(Fallen::OtherClient)),
            ("scope gone", Client { scopes: scopes("openid"), ..client() }, all, Some(Fallen::ScopeWithdrawn)),
        ] {
            let expected = result.map_or(Ok(Behalf::Person(&ada)), Err);
            assert_eq!(check(&grant("openid email"), &client, &standing), expected, "{name}");
        }
        let revoked = Grant { revoked_at: Some(grant("openid").created_at), ..grant("openid") };
        assert_eq!(check(&revoked, &client(), &all).err(), Some(Fallen::Revoked));
    }

    #[test]
    fn security_35_a_third_party_needs_the_consent_of_this_person_for_this_client() {
        let (ada, third_party, given) = (ada(), Client { first_party: false, ..client() }, consent("openid email"));
        let of_another = Consent { user: "grace-id".parse().unwrap(), ..given.clone() };
        let elsewhere = Consent { client: "b".parse().unwrap(), ..given.clone() };
        for (consent, stands) in [
            (Some(&given), true),
            (Some(&consent("openid email profile")), true),
            (Some(&consent("openid")), false),
            (Some(&of_another), false),
            (Some(&elsewhere), false),
            (None, false),
        ] {
            let standing = Standing { principal: Some(&ada), session_alive: true, consent };
            let result = check(&grant("openid email"), &third_party, &standing);
            assert_eq!(result.err(), (!stands).then_some(Fallen::ConsentWithdrawn), "{consent:?}");
        }
    }

    #[test]
    fn security_35_a_client_by_itself_stands_without_any_person_and_falls_with_the_client() {
        let (ada, everybody) = (ada(), Standing { principal: None, session_alive: false, consent: None });
        let for_itself = grant_of_client("email groups");
        let only = Client { allow: Some([].into()), first_party: false, ..client() };
        let public = Client { auth_method: ClientAuthMethod::None, ..client() };
        for (name, grant, client, result) in [
            ("all is well", &for_itself, client(), Ok(Behalf::Client)),
            ("groups and consent are about people", &for_itself, only, Ok(Behalf::Client)),
            ("without a secret", &for_itself, public, Err(Fallen::PublicClient)),
            ("client disabled", &for_itself, Client { enabled: false, ..client() }, Err(Fallen::ClientDisabled)),
            ("another client", &for_itself, Client { id: "b".parse().unwrap(), ..client() }, Err(Fallen::OtherClient)),
            ("scope gone", &for_itself, Client { scopes: scopes("email"), ..client() }, Err(Fallen::ScopeWithdrawn)),
            ("a person's grant", &grant("openid"), client(), Err(Fallen::NoPrincipal)),
        ] {
            assert_eq!(check(grant, &client, &everybody), result, "{name}");
        }
        let revoked = Grant { revoked_at: Some(for_itself.created_at), ..for_itself.clone() };
        assert_eq!(check(&revoked, &client(), &everybody), Err(Fallen::Revoked));
        // It never turns into a person, whoever is at hand.
        let with_ada = Standing { principal: Some(&ada), session_alive: true, consent: None };
        assert_eq!(check(&for_itself, &client(), &with_ada), Ok(Behalf::Client));
        assert_eq!(person(&for_itself, &client(), &with_ada), Err(Fallen::NoPerson));
        assert_eq!(person(&grant("openid"), &client(), &with_ada), Ok(&ada));
    }

    #[test]
    fn what_was_signed_in_for_by_less_than_the_client_requires_now_yields_nothing() {
        let ada = ada();
        let all = Standing { principal: Some(&ada), session_alive: true, consent: None };
        let by = |amr| {
            let GrantSubject::Person(person) = grant("openid").subject else { panic!("of a person") };
            Grant { subject: GrantSubject::Person(PersonInSession { amr, ..person }), ..grant("openid") }
        };
        for (amr, two_factors, passkey) in [
            (Amr::Passkey, true, true),
            (Amr::SyncedPasskey, true, true),
            (Amr::PasswordTotp, true, false),
            (Amr::Password, false, false),
            (Amr::Upstream, false, false),
        ] {
            let stands = |level| check(&by(amr), &requiring(level), &all).err();
            let wanted = |is_met: bool| (!is_met).then_some(Fallen::TooLittleProof);
            let found = (stands(Level::TwoFactors), stands(Level::Passkey));
            assert_eq!(found, (wanted(two_factors), wanted(passkey)), "{amr:?}");
            assert!(check(&by(amr), &client(), &all).is_ok());
        }
    }

    #[test]
    fn security_37_only_an_offline_grant_outlives_the_session() {
        let ada = ada();
        let signed_out = Standing { principal: Some(&ada), session_alive: false, consent: None };
        assert_eq!(check(&grant("openid"), &client(), &signed_out).err(), Some(Fallen::SessionEnded));
        assert!(check(&grant("openid offline_access"), &client(), &signed_out).is_ok());
    }
}
