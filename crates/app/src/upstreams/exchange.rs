//! From a code to a person: the token request (OpenID Connect Core §3.1.3), the ID Token, and where it says too little,
//! the UserInfo endpoint (§5.3).

use super::{described::Described, error::UpstreamError, service::Upstreams, way_out::Call};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_core::{
    oauth::params::{encode, encode_pairs},
    secret::Secret,
    upstream::{
        Kind, Person, Upstream, claims,
        id_token::{Expected, check},
        metadata::ClientProof,
        request::Drawn,
    },
};
use serde_json::{Map, Value};

/// What is exchanged.
pub(crate) struct Exchange<'a> {
    pub(crate) code: &'a str,
    pub(crate) drawn: &'a Drawn,
    /// Whether the person is to be called something: not where they have an account already.
    pub(crate) wants_words: bool,
}

/// What a token endpoint answered.
pub(super) struct Tokens {
    pub(super) access: Secret<String>,
    id: Option<String>,
}

impl Upstreams {
    /// Who the code is about.
    pub(crate) async fn person(
        &self,
        (upstream, described): (&Upstream, &Described),
        exchange: &Exchange<'_>,
    ) -> Result<Person, UpstreamError> {
        let tokens = self.tokens((upstream, described), exchange).await?;
        if let Kind::GitHub { site, api } = &upstream.kind {
            return self.github_person((site, api), &tokens, exchange.wants_words).await;
        }
        let id = tokens.id.as_deref().ok_or_else(|| said("token endpoint sends no ID Token"))?;
        let mut claims = self.verified(upstream, described, id).await?;
        let expected = Expected {
            metadata: &described.metadata,
            client_id: &upstream.client_id,
            nonce: &exchange.drawn.nonce,
            now: self.context.now(),
        };
        let identity = check(&claims, &expected)?;
        if says_too_little(upstream, &claims, exchange.wants_words)
            && let Some(address) = &described.metadata.userinfo_endpoint
        {
            let more = self.user_info(upstream, (address, &identity.subject), &tokens.access).await?;
            // What is signed stands.
            claims.extend(more.into_iter().filter(|(name, _)| !claims.contains_key(name)).collect::<Map<_, _>>());
        }
        Ok(Person { identity, words: claims::words(&claims), groups: claims::groups(upstream, &claims) })
    }

    async fn tokens(
        &self,
        (upstream, described): (&Upstream, &Described),
        exchange: &Exchange<'_>,
    ) -> Result<Tokens, UpstreamError> {
        let secret = self.client_secret(&upstream.name).await?;
        let redirect_uri = upstream.redirect_uri(&self.context.settings.issuer);
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", exchange.code),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", exchange.drawn.verifier.as_str()),
        ];
        let id = upstream.client_id.as_str();
        let authorization = match described.metadata.proof {
            ClientProof::Post => {
                form.extend([("client_id", id), ("client_secret", secret.expose().as_str())]);
                None
            }
            // RFC 6749 §2.3.1: both are encoded before they are joined.
            ClientProof::Basic => {
                let pair = format!("{}:{}", encode(id), encode(secret.expose()));
                Some(Secret::new(format!("Basic {}", STANDARD.encode(pair))))
            }
        };
        let form = Some(Secret::new(encode_pairs(form)));
        let to = described.metadata.token_endpoint.clone();
        let answer = self.call(Call { home: upstream.home().to_owned(), to, form, authorization }).await?;
        let text = |name: &str| answer.json.get(name).and_then(Value::as_str).map(str::to_owned);
        // GitHub refuses with 200.
        if !answer.is_success || answer.json.get("error").is_some() {
            let error = text("error").unwrap_or_default();
            let plain: String = error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
            return Err(said(&format!("token endpoint refuses the code: `{plain}`")));
        }
        let access = text("access_token").ok_or_else(|| said("token endpoint sends no access token"))?;
        Ok(Tokens { access: Secret::new(access), id: text("id_token") })
    }

    /// §5.3.2: about the person of the ID Token, or it is not used.
    async fn user_info(
        &self,
        upstream: &Upstream,
        (address, subject): (&str, &str),
        access: &Secret<String>,
    ) -> Result<Map<String, Value>, UpstreamError> {
        let answer = self.call(Call::get(upstream.home(), address).by(access)).await?;
        match answer.json {
            Value::Object(claims) if answer.is_success => {
                let is_theirs = claims.get("sub").and_then(Value::as_str) == Some(subject);
                if is_theirs { Ok(claims) } else { Err(said("UserInfo endpoint speaks of somebody else")) }
            }
            _ => Err(said("UserInfo endpoint does not answer as it should")),
        }
    }
}

fn says_too_little(upstream: &Upstream, claims: &Map<String, Value>, wants_words: bool) -> bool {
    let lacks = |name: &str| !claims.contains_key(name);
    (!upstream.groups.is_empty() && lacks(&upstream.groups_claim)) || (wants_words && (lacks("name") || lacks("email")))
}

pub(super) fn said(what: &str) -> UpstreamError {
    UpstreamError::Said(what.to_owned())
}
