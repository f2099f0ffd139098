//! Which claims a scope brings, from the live person. OpenID Connect Core §5.1, §5.4.
//!
//! Nothing is null: what is not known is not there. Groups are known: whoever is in none has an empty list. UserInfo has them all; the ID Token has them
//! only for clients that are marked so (§5.4 puts them into UserInfo when there is an access token).

use super::scope;
use crate::{
    id::GroupName,
    model::{Client, Principal, RoleClaim},
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The claims that this server may supply, in the order of discovery.
pub const SUPPORTED: [&str; 19] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "updated_at",
    "email",
    "email_verified",
    "groups",
];

/// Claims that mean something to a library although this server does not supply them.
const RESERVED: [&str; 9] = ["azp", "c_hash", "s_hash", "nbf", "jti", "events", "cnf", "scope", "client_id"];

/// Whether a role claim may not take this name: it would say something that the server alone may say.
pub fn is_reserved(name: &str) -> bool {
    name.is_empty() || SUPPORTED.contains(&name) || RESERVED.contains(&name)
}

/// What UserInfo answers, OpenID Connect Core §5.3.2.
pub fn userinfo(principal: &Principal, scopes: &BTreeSet<String>, client: &Client) -> Map<String, Value> {
    let mut claims = Map::from_iter([("sub".into(), principal.user.id.as_str().into())]);
    claims.extend(granted(principal, scopes, client));
    claims
}

/// What the ID Token carries beside its own claims.
pub fn in_id_token(principal: &Principal, scopes: &BTreeSet<String>, client: &Client) -> Map<String, Value> {
    if client.claims_in_id_token { granted(principal, scopes, client) } else { Map::new() }
}

/// Every claim that the scopes and the client's role claim bring.
pub fn granted(principal: &Principal, scopes: &BTreeSet<String>, client: &Client) -> Map<String, Value> {
    let mut claims = Map::new();
    if scopes.contains(scope::PROFILE) {
        profile(principal, &mut claims);
    }
    if scopes.contains(scope::EMAIL) {
        email(principal, &mut claims);
    }
    if scopes.contains(scope::GROUPS) {
        claims.insert("groups".into(), principal.groups.iter().map(GroupName::as_str).collect());
    }
    if let Some((name, role)) = client.role_claim.as_ref().and_then(|claim| role(claim, &principal.groups)) {
        claims.insert(name.to_owned(), role.into());
    }
    claims
}

fn profile(principal: &Principal, claims: &mut Map<String, Value>) {
    let user = &principal.user;
    let names = [
        ("name", Some(&user.display_name)),
        ("given_name", user.given_name.as_ref()),
        ("family_name", user.family_name.as_ref()),
    ];
    for (claim, value) in names {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            claims.insert(claim.into(), value.as_str().into());
        }
    }
    claims.insert("preferred_username".into(), user.name.as_str().into());
    claims.insert("updated_at".into(), user.updated_at.seconds().into());
}

/// §5.1: `email_verified` is a boolean, and comes whenever `email` does; an address that is not proved does not come.
fn email(principal: &Principal, claims: &mut Map<String, Value>) {
    if let Some(email) = principal.user.proved_email() {
        claims.insert("email".into(), email.into());
        claims.insert("email_verified".into(), true.into());
    }
}

/// The first group in written order that the person has and that has a role.
fn role<'a>(claim: &'a RoleClaim, groups: &BTreeSet<GroupName>) -> Option<(&'a str, &'a str)> {
    let role = claim.order.iter().filter(|group| groups.contains(*group)).find_map(|group| claim.values.get(group))?;
    (!is_reserved(&claim.claim) && !role.is_empty()).then_some((claim.claim.as_str(), role.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::User,
        oauth::sample::{ada, client, scopes},
    };
    use serde_json::json;

    #[test]
    fn oidc_core_5_4_claims_of_a_scope() {
        for (scope, claims) in [
            ("openid", json!({"sub": "ada-id"})),
            ("openid offline_access", json!({"sub": "ada-id"})),
            (
                "openid profile",
                json!({
                    "sub": "ada-id", "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace",
                    "preferred_username": "ada", "updated_at": 1_700_000_000,
                }),
            ),
            ("openid email", json!({"sub": "ada-id", "email": "ada@example.org", "email_verified": true})),
            ("openid groups", json!({"sub": "ada-id", "groups": ["admins", "users"]})),
        ] {
            assert_eq!(Value::Object(userinfo(&ada(), &scopes(scope), &client())), claims, "{scope}");
        }
    }

    #[test]
    fn oidc_core_5_3_2_what_is_not_known_is_not_there() {
        let mut nobody = ada();
        nobody.user = User {
            display_name: " ".into(),
            given_name: None,
            family_name: Some(" ".into()),
            email: None,
            email_verified: true,
            ..nobody.user
        };
        nobody.groups.clear();
        let claims = userinfo(&nobody, &scopes("openid profile email groups"), &client());
        assert_eq!(
            Value::Object(claims),
            json!({"sub": "ada-id", "preferred_username": "ada", "updated_at": 1_700_000_000, "groups": []})
        );
    }

    #[test]
    fn security_96_an_address_that_is_not_proved_reaches_no_app() {
        let mut typed = ada();
        typed.user.email_verified = false;
        let claims = granted(&typed, &scopes("openid email"), &client());
        assert!(claims.is_empty(), "{claims:?}");
    }

    #[test]
    fn claims_stand_in_the_id_token_all_or_not_at_all() {
        let everything = scopes("openid profile email groups");
        let without = Client { claims_in_id_token: false, ..client() };
        let with = Client { claims_in_id_token: true, ..client() };
        assert!(in_id_token(&ada(), &everything, &without).is_empty());
        assert_eq!(in_id_token(&ada(), &everything, &with), granted(&ada(), &everything, &with));
    }

    fn with_role(claim: &str, order: &[&str]) -> Client {
        let group = |name: &&str| name.parse::<GroupName>().unwrap();
        let values = [("admins", "Admin"), ("users", "Viewer"), ("ops", "Editor")].map(|(g, r)| (group(&g), r.into()));
        let order = order.iter().map(group).collect();
        Client { role_claim: Some(RoleClaim { claim: claim.into(), values: values.into(), order }), ..client() }
    }

    #[test]
    fn the_first_group_in_written_order_gives_the_role() {
        for (order, role) in [
            (&["admins", "users"][..], Some("Admin")),
            (&["users", "admins"], Some("Viewer")),
            (&["ops", "users"], Some("Viewer")),
            (&["ops"], None),
            (&["nobody"], None),
            (&[], None),
        ] {
            let claims = granted(&ada(), &scopes("openid"), &with_role("grafana_role", order));
            assert_eq!(claims.get("grafana_role").and_then(Value::as_str), role, "{order:?}");
        }
    }

    #[test]
    fn security_97_a_role_claim_never_says_what_the_server_says() {
        for name in ["sub", "iss", "aud", "groups", "email_verified", "amr", "acr", "exp", "nonce", "sid", ""] {
            assert!(is_reserved(name), "{name}");
            let client = with_role(name, &["admins"]);
            assert_eq!(
                granted(&ada(), &scopes("openid groups"), &client).get(name).and_then(Value::as_str),
                None,
                "{name}"
            );
        }
        assert!(!is_reserved("immich_role"));
    }
}
