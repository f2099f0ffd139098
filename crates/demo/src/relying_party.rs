//! A small OpenID Connect client: what an app does with the credentials that were delivered to it.
//!
//! Code flow with PKCE, state and nonce; the ID Token is verified with the published keys and checked by
//! OpenID Connect Core §3.1.3.7. It speaks to the instance over HTTP only.

use doorstep_app::ambient::Ambient;
use doorstep_core::jose::KeySet;
use doorstep_core::oauth::{params::encode_pairs, pkce};
use doorstep_core::secret::{Secret, Token, TokenKind};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What did not come out right, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub(crate) String);

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        Self(error.without_url().to_string())
    }
}

/// The client.
pub struct RelyingParty {
    issuer: String,
    client_id: String,
    secret: Secret<String>,
    redirect_uri: String,
    ambient: Ambient,
    http: reqwest::Client,
}

/// A sign-in that has begun.
pub(crate) struct Begun {
    /// Where the browser goes.
    pub(crate) url: String,
    pub(crate) state: String,
    nonce: String,
    verifier: String,
}

/// What a code or a refresh token was worth.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) id_token: String,
    /// The verified claims.
    pub(crate) claims: Map<String, Value>,
}

impl RelyingParty {
    /// Reads the credentials that were delivered.
    pub fn new(delivered: &Path, ambient: Ambient) -> Result<Self, Fault> {
        let text = fs::read_to_string(delivered).map_err(|error| Fault(format!("no credentials: {error}")))?;
        let lines = text.lines().filter_map(|line| line.split_once('='));
        let all: BTreeMap<&str, &str> = lines.map(|(name, value)| (name, value.trim_matches('\''))).collect();
        let get = |name: &str| {
            let value = all.get(name).map(|value| (*value).to_owned());
            value.ok_or_else(|| Fault(format!("{name} was not delivered")))
        };
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10));
        Ok(Self {
            issuer: get("OIDC_ISSUER")?,
            client_id: get("OIDC_CLIENT_ID")?,
            secret: Secret::new(get("OIDC_CLIENT_SECRET")?),
            redirect_uri: get("OIDC_REDIRECT_URI")?,
            ambient,
            http: http.build()?,
        })
    }

    /// The instance.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Begins a sign-in.
    pub(crate) fn begin(&self, scope: &str) -> Begun {
        // Any unguessable text will do for all three.
        let draw = || Token::random(TokenKind::Code, &mut self.ambient.entropy()).expose().to_owned();
        let (state, nonce, verifier) = (draw(), draw(), draw());
        let challenge = pkce::s256(&verifier);
        let query = encode_pairs([
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("scope", scope),
            ("state", state.as_str()),
            ("nonce", nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Begun { url: format!("{}/authorize?{query}", self.issuer), state, nonce, verifier }
    }

    /// Exchanges the code of a sign-in and verifies what comes back.
    pub(crate) async fn redeem(&self, begun: &Begun, code: &str) -> Result<Tokens, Fault> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", begun.verifier.as_str()),
        ];
        self.token(&form, Some(&begun.nonce)).await
    }

    /// Exchanges a refresh token.
    pub(crate) async fn refresh(&self, token: &str) -> Result<Tokens, Fault> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)], None).await
    }

    async fn token(&self, form: &[(&str, &str)], nonce: Option<&str>) -> Result<Tokens, Fault> {
        let request = self.http.post(format!("{}/token", self.issuer)).form(form);
        let answer = request.basic_auth(&self.client_id, Some(self.secret.expose())).send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        if !status.is_success() {
            let why = text("error").unwrap_or_default();
            return Err(Fault(format!("the token endpoint says {}: {why}", status.as_u16())));
        }
        let missing = |name: &str| Fault(format!("the token endpoint sent no {name}"));
        let id_token = text("id_token").ok_or_else(|| missing("id_token"))?;
        let claims = self.verify(&id_token, nonce).await?;
        let access = text("access_token").ok_or_else(|| missing("access_token"))?;
        Ok(Tokens { access, refresh: text("refresh_token"), id_token, claims })
    }

    /// OpenID Connect Core §3.1.3.7. After a refresh there is no nonce to compare (§12.2).
    async fn verify(&self, id_token: &str, nonce: Option<&str>) -> Result<Map<String, Value>, Fault> {
        let jwks: Value = self.http.get(format!("{}/jwks", self.issuer)).send().await?.json().await?;
        let claims = KeySet::from_jwks(&jwks).verify(id_token).map_err(|error| Fault(format!("ID Token: {error}")))?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let wrong = |what: &str| Err(Fault(format!("ID Token: {what}")));
        if text("iss") != Some(&self.issuer) {
            return wrong("of another issuer");
        }
        if text("aud") != Some(&self.client_id) {
            return wrong("for another client");
        }
        if claims.get("exp").and_then(Value::as_i64).is_none_or(|exp| exp <= self.ambient.now().seconds()) {
            return wrong("has expired");
        }
        if nonce.is_some() && text("nonce") != nonce {
            return wrong("of another sign-in");
        }
        Ok(claims)
    }

    /// Status and claims of the userinfo endpoint.
    pub(crate) async fn userinfo(&self, access: &str) -> Result<(u16, Value), Fault> {
        let request = self.http.get(format!("{}/userinfo", self.issuer)).bearer_auth(access);
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await.unwrap_or(Value::Null)))
    }

    /// Where the browser goes to sign out of the instance, and comes back from (RP-Initiated Logout §2).
    pub(crate) fn sign_out_url(&self, id_token: &str, back: &str) -> String {
        let query = encode_pairs([("id_token_hint", id_token), ("post_logout_redirect_uri", back)]);
        format!("{}/end_session?{query}", self.issuer)
    }
}
