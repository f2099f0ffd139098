//! Whether a grant still stands: asked before every token that it yields and every use of one.
//!
//! RFC 9700 §4.14, security rows 35, 37, 38. The facts are read live; nothing that was decided when the
//! grant was made is taken on trust.

use super::error::{OAuthError, oauth_error};
use crate::model::{Client, Consent, Grant, Principal};

/// What is known about a grant's person now.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The person, if the account is active.
    pub principal: Option<&'a Principal>,
    /// Whether the SSO session of the grant is alive.
    pub session_alive: bool,
    /// The person's remembered consent for the client; not looked at when the client is first-party.
    pub consent: Option<&'a Consent>,
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
    /// The client is switched off.
    #[error("the client is switched off")]
    ClientDisabled,
    /// The account is switched off or gone.
    #[error("the account is switched off or gone")]
    NoPrincipal,
    /// The person is in no group that the client is for.
    #[error("the person may no longer use this client")]
    NotAllowed,
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

/// The person of a grant that still stands for `client`.
pub fn check<'a>(grant: &Grant, client: &Client, standing: &Standing<'a>) -> Result<&'a Principal, Fallen> {
    let principal = standing.principal.filter(|principal| principal.user.id == grant.user);
    match principal {
        _ if grant.client != client.id => Err(Fallen::OtherClient),
        _ if grant.revoked_at.is_some() => Err(Fallen::Revoked),
        _ if !client.enabled => Err(Fallen::ClientDisabled),
        None => Err(Fallen::NoPrincipal),
        Some(principal) if !principal.is_allowed(client.allow.as_ref()) => Err(Fallen::NotAllowed),
        Some(_) if !grant.offline && !standing.session_alive => Err(Fallen::SessionEnded),
        Some(_) if !grant.scopes.is_subset(&client.scopes) => Err(Fallen::ScopeWithdrawn),
        Some(_) if !client.first_party && !covers(standing.consent, grant) => Err(Fallen::ConsentWithdrawn),
        Some(principal) => Ok(principal),
    }
}

fn covers(consent: Option<&Consent>, grant: &Grant) -> bool {
    consent.is_some_and(|consent| {
        consent.user == grant.user && consent.client == grant.client && grant.scopes.is_subset(&consent.scopes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::sample::{ada, client, consent, grant, scopes};

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
            ("disabled", client(), Standing { principal: None, ..all }, Some(Fallen::NoPrincipal)),
            ("another's", client(), Standing { principal: Some(&other), ..all }, Some(Fallen::NoPrincipal)),
            ("group removed", only("strangers"), all, Some(Fallen::NotAllowed)),
            ("no group left", Client { allow: Some([].into()), ..client() }, all, Some(Fallen::NotAllowed)),
            ("signed out", client(), Standing { session_alive: false, ..all }, Some(Fallen::SessionEnded)),
            ("client switched off", Client { enabled: false, ..client() }, all, Some(Fallen::ClientDisabled)),
            ("another client", Client { id: "b".parse().unwrap(), ..client() }, all, Some(Fallen::OtherClient)),
            ("scope gone", Client { scopes: scopes("openid"), ..client() }, all, Some(Fallen::ScopeWithdrawn)),
        ] {
            assert_eq!(check(&grant("openid email"), &client, &standing).err(), result, "{name}");
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
    fn security_37_only_an_offline_grant_outlives_the_session() {
        let ada = ada();
        let signed_out = Standing { principal: Some(&ada), session_alive: false, consent: None };
        assert_eq!(check(&grant("openid"), &client(), &signed_out).err(), Some(Fallen::SessionEnded));
        assert!(check(&grant("openid offline_access"), &client(), &signed_out).is_ok());
    }
}
