//! The authorization request that is sent to an upstream: OpenID Connect Core §3.1.2.1, always with `state`, `nonce` and
//! PKCE by S256 (RFC 9700 §2.1.1), whatever the upstream asks for.

use super::{
    metadata::Metadata,
    provider::{Kind, Upstream},
};
use crate::{
    entropy::Entropy,
    oauth::{params::encode_pairs, pkce::s256},
    secret::{Token, TokenKind},
    time::Ttl,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// How long a person may be away at the upstream.
pub const AWAY_FOR: Ttl = Ttl::from_minutes(10);

/// What is drawn for one request and kept until its answer.
#[derive(Clone, Serialize, Deserialize)]
pub struct Drawn {
    /// In the ID Token, Core §15.5.2.
    pub nonce: String,
    /// RFC 7636 §4.1.
    pub verifier: String,
}

impl Drawn {
    /// Draws both, and the `state` under whose hash they are kept.
    pub fn new(entropy: &mut Entropy) -> (Token, Self) {
        let mut text = || URL_SAFE_NO_PAD.encode(entropy.bytes::<32>());
        let drawn = Self { nonce: text(), verifier: text() };
        (Token::random(TokenKind::Upstream, entropy), drawn)
    }
}

/// Where the person is sent. With `afresh`, the upstream is to ask them again who they are (Core §3.1.2.1 `prompt`,
/// `max_age`), and to say that it did.
pub fn address(
    (upstream, metadata): (&Upstream, &Metadata),
    redirect_uri: &str,
    (state, drawn): (&Token, &Drawn),
    afresh: bool,
) -> String {
    let (scope, challenge) = (upstream.scopes.join(" "), s256(&drawn.verifier));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", upstream.client_id.as_str()),
        ("redirect_uri", redirect_uri),
        ("scope", scope.as_str()),
        ("state", state.expose()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    match &upstream.kind {
        Kind::GitHub { .. } => {}
        Kind::OpenId { .. } | Kind::EveryTenant { .. } => {
            pairs.push(("nonce", drawn.nonce.as_str()));
            if afresh {
                pairs.extend([("prompt", "login"), ("max_age", "0")]);
            }
        }
    }
    let between = if metadata.authorization_endpoint.contains('?') { '&' } else { '?' };
    format!("{}{between}{}", metadata.authorization_endpoint, encode_pairs(pairs))
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    fn asked(upstream: &Upstream, endpoint: &str, afresh: bool) -> (url::Url, Drawn) {
        let (state, drawn) = Drawn::new(&mut Entropy::seeded(1));
        let metadata = Metadata { authorization_endpoint: endpoint.into(), ..sample::metadata() };
        let redirect_uri = upstream.redirect_uri("https://auth.example.org");
        let address = address((upstream, &metadata), &redirect_uri, (&state, &drawn), afresh);
        (address.parse().unwrap(), drawn)
    }

    fn value(url: &url::Url, name: &str) -> Option<String> {
        url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    #[test]
    fn security_26_each_request_has_a_state_a_nonce_and_s256() {
        let (url, drawn) = asked(&sample::upstream(), "https://idp.test/authorize", false);
        assert_eq!(value(&url, "code_challenge_method").as_deref(), Some("S256"));
        assert_eq!(value(&url, "code_challenge"), Some(s256(&drawn.verifier)));
        assert_eq!(value(&url, "nonce"), Some(drawn.nonce));
        assert!(value(&url, "state").unwrap().starts_with("ds_ups_"));
        assert_eq!(value(&url, "response_type").as_deref(), Some("code"));
        assert_eq!(
            value(&url, "redirect_uri").as_deref(),
            Some("https://auth.example.org/login/upstream/home/callback")
        );
        assert_eq!((value(&url, "prompt"), value(&url, "max_age")), (None, None));
        assert!(!url.as_str().contains(&drawn.verifier));
    }

    #[test]
    fn who_is_to_prove_it_afresh_is_asked_to_and_a_query_of_the_endpoint_stays() {
        let (url, _) = asked(&sample::upstream(), "https://idp.test/authorize?policy=1", true);
        assert_eq!(value(&url, "policy").as_deref(), Some("1"));
        assert_eq!(value(&url, "prompt").as_deref(), Some("login"));
        assert_eq!(value(&url, "max_age").as_deref(), Some("0"));
    }
}
