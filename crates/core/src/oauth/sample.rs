//! The instance of the tests: Ada, her session, one client and one grant. Tests change what they are about.

use super::client_auth::{AuthenticatedClient, Presented};
use crate::{
    id::GrantId,
    model::{
        Amr, Client, ClientAuthMethod, ClientSecret, Consent, Grant, GrantSubject, Owner, PersonInSession, PkcePolicy,
        Principal, Session, SigningAlg, StoredToken, User,
    },
    oauth::params::Params,
    secret::Secret,
    time::{Timestamp, Ttl},
};
use std::collections::BTreeSet;

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);
pub(super) const SIGNED_IN: Timestamp = Timestamp::from_seconds(1_749_999_990);
pub(super) const SECRET: &str = "XQ8fN1yXy3cS0hVb0mZr9sJ2k4uT6wE7aLpDgRiOeYc";

pub(super) fn scopes(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// A first-party confidential client with everything at its default.
pub(crate) fn client() -> Client {
    Client {
        id: "app".parse().unwrap(),
        name: "App".into(),
        app: None,
        extra: None,
        enabled: true,
        auth_method: ClientAuthMethod::Either,
        secret: ClientSecret::derived(1),
        redirect_uris: vec!["https://app.example.com/cb".into()],
        post_logout_redirect_uris: vec!["https://app.example.com/bye".into()],
        native: false,
        device: false,
        scopes: scopes("openid profile email groups offline_access"),
        pkce: PkcePolicy::Required,
        first_party: true,
        id_token_alg: SigningAlg::Rs256,
        claims_in_id_token: false,
        iss_parameter: true,
        allow: None,
        require: None,
        role_claim: None,
        access_ttl: Ttl::from_hours(1),
        refresh_ttl: Ttl::from_days(30),
        owner: Owner::Config,
    }
}

pub(super) fn authenticated(client: &Client) -> AuthenticatedClient<'_> {
    let body = format!("client_id={}&client_secret={SECRET}", client.id);
    let presented = Presented::read(None, &Params::parse(body.as_bytes()).unwrap()).unwrap_or_else(|_| unreachable!());
    presented.authenticate(Some(client), &[SECRET, "dummy"].map(|text| Secret::new(text.to_owned()))).unwrap()
}

pub(super) fn ada() -> Principal {
    let long_ago = Timestamp::from_seconds(1_700_000_000);
    let user = User {
        display_name: "Ada Lovelace".into(),
        email: Some("ada@example.org".into()),
        given_name: Some("Ada".into()),
        family_name: Some("Lovelace".into()),
        email_verified: true,
        ..User::new("ada-id".parse().unwrap(), "ada".parse().unwrap(), long_ago)
    };
    Principal { user, groups: ["admins", "users"].map(|group| group.parse().unwrap()).into(), until: None }
}

pub(super) fn session() -> Session {
    Session {
        id: "session".parse().unwrap(),
        user: "ada-id".parse().unwrap(),
        auth_time: SIGNED_IN,
        amr: Amr::Passkey,
        created_at: SIGNED_IN,
        last_seen_at: SIGNED_IN,
        expires_at: SIGNED_IN + Ttl::from_days(28),
    }
}

pub(super) fn consent(text: &str) -> Consent {
    let (user, client) = ("ada-id".parse().unwrap(), "app".parse().unwrap());
    Consent { user, client, scopes: scopes(text), granted_at: SIGNED_IN }
}

pub(super) fn grant(text: &str) -> Grant {
    Grant {
        id: grant_id(),
        subject: GrantSubject::Person(PersonInSession {
            user: "ada-id".parse().unwrap(),
            session: "session".parse().unwrap(),
            nonce: Some("n".into()),
            auth_time: SIGNED_IN,
            amr: Amr::Passkey,
            offline: scopes(text).contains("offline_access"),
        }),
        client: "app".parse().unwrap(),
        scopes: scopes(text),
        created_at: NOW,
        revoked_at: None,
    }
}

/// What a client is granted for itself.
pub(super) fn grant_of_client(text: &str) -> Grant {
    Grant { subject: GrantSubject::Client, ..grant(text) }
}

pub(super) fn grant_id() -> GrantId {
    "grant".parse().unwrap()
}

pub(super) fn stored(text: &str) -> StoredToken {
    StoredToken {
        grant: grant_id(),
        scopes: scopes(text),
        created_at: NOW,
        expires_at: NOW + Ttl::from_days(30),
        consumed_at: None,
    }
}
