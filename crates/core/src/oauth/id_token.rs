//! The claims of an ID Token. OpenID Connect Core §2, §3.1.3.6, §12.2.
//!
//! Built here, signed elsewhere. There is none without `openid` among the scopes.

use super::{claims, scope};
use crate::{
    id::{ClientId, SessionId, UserId},
    model::{Acr, Client, Grant, Principal, SigningAlg},
    secret::Token,
    time::{Timestamp, Ttl},
};
use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The claim set, to be serialised as the JWS payload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdToken {
    /// The issuer, byte for byte as in discovery.
    pub iss: String,
    /// The person.
    pub sub: UserId,
    /// The client, as one string.
    pub aud: ClientId,
    /// When it ends.
    pub exp: i64,
    /// When it was made.
    pub iat: i64,
    /// When the person signed in; the same at refresh.
    pub auth_time: i64,
    /// The request's; there if the request had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How well the person proved who they are; not there where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'static str>,
    /// How the person signed in, RFC 8176.
    #[serde(skip_serializing_if = "says_nothing")]
    pub amr: &'static [&'static str],
    /// The SSO session.
    pub sid: SessionId,
    /// The left half of the access token's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Claims of the scopes, for clients that want them here.
    #[serde(flatten)]
    pub claims: Map<String, Value>,
}

/// What an ID Token is made from. `principal` is the live person of `grant`.
#[derive(Clone, Copy)]
pub struct IdTokenFacts<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// For whom.
    pub client: &'a Client,
    /// The family.
    pub grant: &'a Grant,
    /// About whom.
    pub principal: &'a Principal,
    /// The access token that is issued beside it.
    pub access_token: Option<&'a Token>,
    /// How long it is valid.
    pub ttl: Ttl,
}

impl IdToken {
    /// The ID Token of a token response whose scopes are `scopes`; `None` without `openid`, and for a client that
    /// acts for itself: there is nobody whom it could be about.
    ///
    /// `nonce` and `auth_time` are those of the grant, at first issue and at every refresh (§12.2).
    pub fn build(facts: IdTokenFacts<'_>, scopes: &BTreeSet<String>, now: Timestamp) -> Option<Self> {
        let IdTokenFacts { issuer, client, grant, principal, access_token, ttl } = facts;
        let person = grant.person().filter(|_| scopes.contains(scope::OPENID))?;
        Some(Self {
            iss: issuer.to_owned(),
            sub: person.user.clone(),
            aud: client.id.clone(),
            exp: (now + ttl).seconds(),
            iat: now.seconds(),
            auth_time: person.auth_time.seconds(),
            nonce: person.nonce.clone(),
            acr: Acr::of(person.amr).map(Acr::as_str),
            amr: person.amr.values(),
            sid: person.session.clone(),
            at_hash: access_token.map(|token| at_hash(token.expose(), client.id_token_alg)),
            claims: claims::in_id_token(principal, scopes, client),
        })
    }
}

/// How somebody proved who they are at an upstream is not known, and nothing is made up.
const fn says_nothing(amr: &&[&str]) -> bool {
    amr.is_empty()
}

/// OpenID Connect Core §3.1.3.6: the left half of the hash that the algorithm uses; Ed25519 uses SHA-512.
pub fn at_hash(access_token: &str, alg: SigningAlg) -> String {
    let hash = match alg {
        SigningAlg::Rs256 | SigningAlg::Es256 => digest(&SHA256, access_token.as_bytes()),
        SigningAlg::EdDsa => digest(&SHA512, access_token.as_bytes()),
    };
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entropy::Entropy,
        model::GrantSubject,
        oauth::sample::{self, ada, client, grant, scopes},
        secret::TokenKind,
    };
    use serde_json::json;

    fn build(client: &Client, grant: &Grant, scope: &str, token: Option<&Token>) -> Option<Value> {
        let facts = IdTokenFacts {
            issuer: "https://auth.example.org",
            client,
            grant,
            principal: &ada(),
            access_token: token,
            ttl: Ttl::from_minutes(5),
        };
        IdToken::build(facts, &scopes(scope), sample::NOW).map(|token| serde_json::to_value(token).unwrap())
    }

    fn with_nonce(nonce: Option<&str>) -> Grant {
        let mut grant = grant("openid");
        let GrantSubject::Person(person) = &mut grant.subject else { panic!("the sample is of a person") };
        person.nonce = nonce.map(Into::into);
        grant
    }

    #[test]
    fn rfc6749_4_4_a_client_by_itself_gets_no_id_token() {
        assert_eq!(build(&client(), &sample::grant_of_client("openid"), "openid", None), None);
    }

    #[test]
    fn oidc_core_2_the_claims_of_a_plain_request() {
        let grant = with_nonce(None);
        let token = build(&client(), &grant, "openid profile email groups", None).unwrap();
        assert_eq!(
            token,
            json!({
                "iss": "https://auth.example.org", "sub": "ada-id", "aud": "app", "exp": 1_750_000_300,
                "iat": 1_750_000_000, "auth_time": 1_749_999_990, "acr": "phr", "amr": ["hwk", "user", "mfa"],
                "sid": "session"
            })
        );
    }

    #[test]
    fn oidc_core_2_nonce_comes_back_and_stays() {
        let grant = with_nonce(Some("n-0S6_WzA2Mj"));
        let token = build(&client(), &grant, "openid", None).unwrap();
        assert_eq!(token["nonce"], "n-0S6_WzA2Mj");
    }

    #[test]
    fn granted_claims_come_where_the_client_wants_them_and_never_hide_its_own() {
        let client = Client { claims_in_id_token: true, ..client() };
        let token = build(&client, &grant("openid"), "openid email groups", None).unwrap();
        assert_eq!((&token["email"], &token["groups"]), (&json!("ada@example.org"), &json!(["admins", "users"])));
        let own = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
        let granted = claims::granted(&ada(), &scopes("openid profile email groups"), &client);
        assert!(own.iter().all(|name| !granted.contains_key(*name)));
    }

    #[test]
    fn without_openid_there_is_no_id_token() {
        assert_eq!(build(&client(), &grant("profile"), "profile", None), None);
    }

    #[test]
    fn oidc_core_3_1_3_6_at_hash_is_the_left_half() {
        // OpenID Connect Core, Appendix A.3 and A.4: the access token of the examples.
        let known = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(known, SigningAlg::Rs256), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(at_hash(known, SigningAlg::Es256), at_hash(known, SigningAlg::Rs256));
        assert_eq!(at_hash(known, SigningAlg::EdDsa).len(), 43);
        let token = Token::random(TokenKind::Access, &mut Entropy::seeded(1));
        let built = build(&client(), &grant("openid"), "openid", Some(&token)).unwrap();
        assert_eq!(built["at_hash"], at_hash(token.expose(), SigningAlg::Rs256));
    }
}
