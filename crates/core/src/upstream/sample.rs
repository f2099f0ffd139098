//! An upstream for the tests of this folder.

use super::{
    metadata::{Metadata, read},
    provider::{Kind, Upstream},
};
use serde_json::{Map, Value, json};

pub(super) fn upstream() -> Upstream {
    let rule = |theirs: &str, ours: &str| (theirs.to_owned(), ours.parse().unwrap());
    Upstream {
        name: "home".parse().unwrap(),
        label: "Home".into(),
        kind: Kind::OpenId { issuer: "https://idp.test".into() },
        client_id: "doorstep".into(),
        scopes: vec!["openid".into(), "email".into()],
        groups_claim: "groups".into(),
        groups: [rule("family", "users"), rule("staff", "editors")].into(),
        enrols: true,
    }
}

pub(super) fn discovery() -> Map<String, Value> {
    let document = json!({
        "issuer": "https://idp.test",
        "authorization_endpoint": "https://idp.test/authorize",
        "token_endpoint": "https://idp.test/token",
        "jwks_uri": "https://idp.test/jwks",
        "userinfo_endpoint": "https://idp.test/me",
    });
    document.as_object().unwrap().clone()
}

pub(super) fn metadata() -> Metadata {
    read(&upstream(), &discovery()).unwrap()
}

pub(super) fn claims(now: i64) -> Map<String, Value> {
    let claims = json!({
        "iss": "https://idp.test", "aud": "doorstep", "sub": "them-1", "nonce": "n", "iat": now, "exp": now + 300,
    });
    claims.as_object().unwrap().clone()
}
