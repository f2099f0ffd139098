//! Who asks: a token, or a login by AppRole or as a workload of Kubernetes, whose token is kept for as long as the sink.

use super::{VaultServer, refused};
use doorstep_core::secret::Secret;
use doorstep_onboard::sink::SinkError;
use doorstep_outbound::{OperatorUrl, Outbound, Request};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

const JSON: &str = "application/json";

/// Reads a secret where it is kept, each time that it is needed; or says why it cannot.
pub type SecretOf = Arc<dyn Fn() -> Result<Secret<String>, String> + Send + Sync>;

/// Who asks.
#[derive(Clone)]
pub enum Auth {
    /// A token.
    Token(SecretOf),
    /// AppRole.
    AppRole {
        /// Where it is mounted.
        mount: String,
        /// The role.
        role_id: String,
        /// Its secret id.
        secret_id: SecretOf,
    },
    /// As the account of a pod.
    Kubernetes {
        /// Where it is mounted.
        mount: String,
        /// The role.
        role: String,
        /// The account's token.
        token: SecretOf,
    },
}

/// The token of the last login.
#[derive(Default)]
pub(super) struct Login(Mutex<Option<Secret<String>>>);

#[derive(Deserialize)]
struct LoggedIn {
    auth: Granted,
}

#[derive(Deserialize)]
struct Granted {
    client_token: String,
}

impl Login {
    /// What is asked with.
    pub(super) async fn token(&self, client: &Outbound, server: &VaultServer) -> Result<Secret<String>, SinkError> {
        if let Auth::Token(token) = &server.auth {
            return token().map_err(SinkError::Blocked);
        }
        // Deliveries go on side by side: one of them logs in.
        let mut kept = self.0.lock().await;
        match kept.as_ref() {
            Some(token) => Ok(token.clone()),
            None => log_in(&mut kept, client, server).await,
        }
    }

    /// What is asked with after `failed` was refused; `None` where it holds, and so is not allowed what was asked.
    pub(super) async fn after(
        &self,
        failed: &Secret<String>,
        client: &Outbound,
        server: &VaultServer,
    ) -> Result<Option<Secret<String>>, SinkError> {
        if matches!(server.auth, Auth::Token(_)) {
            return Ok(None);
        }
        let mut kept = self.0.lock().await;
        // Somebody else found it refused, too, and logged in.
        if let Some(token) = kept.as_ref().filter(|token| !token.matches(failed.expose().as_bytes())) {
            return Ok(Some(token.clone()));
        }
        let (status, _) = send(client, server, Method::GET, ("auth/token/lookup-self", None, Some(failed))).await?;
        if status.is_success() {
            return Ok(None);
        }
        log_in(&mut kept, client, server).await.map(Some)
    }
}

async fn log_in(
    kept: &mut Option<Secret<String>>,
    client: &Outbound,
    server: &VaultServer,
) -> Result<Secret<String>, SinkError> {
    let read = |of: &SecretOf| of().map_err(SinkError::Blocked);
    let (mount, body) = match &server.auth {
        Auth::Token(token) => return read(token),
        Auth::AppRole { mount, role_id, secret_id } => {
            (mount, json!({ "role_id": role_id, "secret_id": read(secret_id)?.expose() }))
        }
        Auth::Kubernetes { mount, role, token } => (mount, json!({ "role": role, "jwt": read(token)?.expose() })),
    };
    let path = format!("auth/{mount}/login");
    let (status, answer) = send(client, server, Method::POST, (&path, Some(&body), None)).await?;
    if matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
        return Err(SinkError::Blocked(format!(
            "the server lets nobody in by {path}: look at the role and its secret"
        )));
    }
    if !status.is_success() {
        return Err(refused(status, &answer, &path));
    }
    let granted: LoggedIn = serde_json::from_slice(&answer)
        .map_err(|_| SinkError::Blocked(format!("the server's answer to {path} holds no token")))?;
    let token = Secret::new(granted.auth.client_token);
    *kept = Some(token.clone());
    Ok(token)
}

/// Sends one request to the interface of the server.
pub(super) async fn send(
    client: &Outbound,
    server: &VaultServer,
    method: Method,
    (path, body, token): (&str, Option<&Value>, Option<&Secret<String>>),
) -> Result<(StatusCode, Vec<u8>), SinkError> {
    let url = format!("{}/v1/{path}", server.address.trim_end_matches('/'));
    let url = OperatorUrl::parse(&url).map_err(|error| SinkError::Blocked(format!("{}: {error}", server.address)))?;
    let mut request = Request::new(method, url);
    if let Some(body) = body {
        let text = serde_json::to_vec(body).map_err(|_| SinkError::Blocked("what is sent cannot be written".into()))?;
        request = request.body(JSON, text);
    }
    let headers = [
        ("x-vault-token", token.map(|token| token.expose().as_str())),
        ("x-vault-namespace", server.namespace.as_deref()),
    ];
    for (name, value) in headers {
        let Some(value) = value else { continue };
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| SinkError::Blocked(format!("what is sent as {name} holds a character that cannot be sent")))?;
        value.set_sensitive(true);
        request = request.header(HeaderName::from_static(name), value);
    }
    match client.send(request).await {
        Ok(answer) => Ok((answer.status(), answer.body().to_vec())),
        Err(error) if error.passes() => Err(SinkError::Unreachable(error.to_string())),
        Err(error) => Err(SinkError::Blocked(error.to_string())),
    }
}
