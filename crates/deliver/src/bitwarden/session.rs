//! A machine account's login: its token, what the identity server gives for it, and the organisation's key therein.
//!
//! A token is `0.ID.SECRET:KEY`. ID and SECRET log in at the identity server by OAuth's client credentials with the scope
//! `api.secrets` (RFC 6749 §4.4); beside an access token that lives an hour comes `encrypted_payload`, which KEY opens and in
//! which the organisation's key is. The server never sees KEY. Facts:
//! <https://github.com/bitwarden/sdk-internal>, `crates/bitwarden-core/src/auth` (`access_token.rs`, `login/access_token.rs`,
//! `jwt_token.rs`, `api/request/access_token_request.rs`); <https://github.com/bitwarden/server>,
//! `src/Identity/IdentityServer/ClientProviders/SecretsManagerApiKeyProvider.cs`.

use super::{
    BitwardenServer, request,
    sealed::{Key, decode},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::secret::Secret;
use doorstep_onboard::{delivery::is_bitwarden_id, sink::SinkError};
use doorstep_outbound::Outbound;
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::form_urlencoded;

/// A machine account that logged in.
pub(super) struct Session {
    /// By what and where it logged in.
    token: Secret<String>,
    identity: String,
    /// What is asked with.
    pub(super) bearer: Secret<String>,
    /// The id of the organisation that it belongs to.
    pub(super) organization: String,
    /// The organisation's key.
    pub(super) key: Key,
}

/// The last login.
#[derive(Default)]
pub(super) struct Login(Mutex<Option<Arc<Session>>>);

impl Login {
    /// Who asks.
    pub(super) async fn session(&self, client: &Outbound, server: &BitwardenServer) -> Result<Arc<Session>, SinkError> {
        let token = (server.token)().map_err(SinkError::Blocked)?;
        // Deliveries go on side by side: one of them logs in.
        let mut kept = self.0.lock().await;
        let fits = |session: &&Arc<Session>| {
            session.token.matches(token.expose().as_bytes()) && session.identity == server.identity
        };
        if let Some(session) = kept.as_ref().filter(fits) {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(log_in(client, server, token).await?);
        Ok(Arc::clone(kept.insert(session)))
    }

    /// Who asks after `failed` was refused: whoever logged in meanwhile, or a new login.
    pub(super) async fn after(
        &self,
        failed: &Arc<Session>,
        client: &Outbound,
        server: &BitwardenServer,
    ) -> Result<Arc<Session>, SinkError> {
        let mut kept = self.0.lock().await;
        kept.take_if(|session| Arc::ptr_eq(session, failed));
        drop(kept);
        self.session(client, server).await
    }
}

/// The parts of a machine account's token.
struct AccessToken {
    id: String,
    secret: Secret<String>,
    key: Key,
}

impl AccessToken {
    fn parse(text: &str) -> Option<Self> {
        let (front, key) = text.trim().split_once(':')?;
        let mut parts = front.split('.');
        let (version, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
        if version != "0" || parts.next().is_some() || !is_bitwarden_id(id) || secret.is_empty() {
            return None;
        }
        let key = decode(key).filter(|key| key.expose().len() == 16)?;
        let key = Key::of_token(key.expose()).ok()?;
        Some(Self { id: id.to_owned(), secret: Secret::new(secret.to_owned()), key })
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    encrypted_payload: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    encryption_key: String,
}

#[derive(Deserialize)]
struct Claims {
    organization: String,
}

async fn log_in(client: &Outbound, server: &BitwardenServer, token: Secret<String>) -> Result<Session, SinkError> {
    let parsed = AccessToken::parse(token.expose()).ok_or_else(|| {
        SinkError::Blocked("the token is no token of a machine account, 0.….…:…; copy it again, whole".to_owned())
    })?;
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("scope", "api.secrets")
        .append_pair("client_id", &parsed.id)
        .append_pair("client_secret", parsed.secret.expose())
        .append_pair("grant_type", "client_credentials")
        .finish();
    let (status, body) = request::log_in(client, &server.identity, form).await?;
    let identity = &server.identity;
    let no_answer = || request::no_answer(identity, status);
    match status {
        StatusCode::OK => {}
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => {
            return Err(SinkError::Blocked(format!(
                "{identity} does not let the machine account in: its token was revoked, has expired or belongs to another \
                 server (in Europe: https://identity.bitwarden.eu); make a new one, or correct `identity` and `api`"
            )));
        }
        status => return Err(request::refused(status, identity, "a login")),
    }
    let granted: Granted = serde_json::from_slice(&body).map_err(|_| no_answer())?;
    let claims = granted.access_token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let claims = claims.and_then(|claims| serde_json::from_slice::<Claims>(&claims).ok());
    let organization =
        claims.map(|claims| claims.organization).filter(|id| is_bitwarden_id(id)).ok_or_else(no_answer)?;
    let key = organization_key(&parsed.key, &granted.encrypted_payload).ok_or_else(|| {
        SinkError::Blocked(
            "the key in the token, behind the colon, does not open what the server keeps for it; copy the token again, whole"
                .to_owned(),
        )
    })?;
    let (bearer, identity) = (Secret::new(granted.access_token), identity.clone());
    Ok(Session { token, identity, bearer, organization, key })
}

fn organization_key(key: &Key, payload: &str) -> Option<Key> {
    let opened = key.open(payload).ok()?;
    let Payload { encryption_key } = serde_json::from_slice(opened.expose()).ok()?;
    Key::new(decode(Secret::new(encryption_key).expose())?.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_parts_and_no_others() {
        let (id, secret) = ("ec2c1d46-6a4b-4751-a310-af9601317f2d", "C2IgxjjLF7qSshsbwe8JGcbM075YXw");
        let parsed = AccessToken::parse(&format!("0.{id}.{secret}:X8vbvA0bduihIDe/qrzIQQ==\n")).unwrap();
        assert_eq!((parsed.id.as_str(), parsed.secret.expose().as_str()), (id, secret));
        assert!(AccessToken::parse(&format!("0.{id}.{secret}:X8vbvA0bduihIDe/qrzIQQ")).is_some());
        for other in [
            format!("1.{id}.{secret}:X8vbvA0bduihIDe/qrzIQQ=="),
            format!("0.{id}.{secret}.X8vbvA0bduihIDe/qrzIQQ=="),
            format!("{id}.{secret}:X8vbvA0bduihIDe/qrzIQQ=="),
            format!("0.{id}.:X8vbvA0bduihIDe/qrzIQQ=="),
            format!("0.{id}.{secret}.more:X8vbvA0bduihIDe/qrzIQQ=="),
            format!("0.x.{secret}:X8vbvA0bduihIDe/qrzIQQ=="),
            format!("0.{id}.{secret}:X8vbvA0bduihIDe/qrzI"),
            format!("0.{id}.{secret}:not base64!"),
            format!("0.{id}.{secret}"),
            String::new(),
        ] {
            assert!(AccessToken::parse(&other).is_none(), "{other}");
        }
    }
}
