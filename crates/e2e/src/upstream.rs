//! Providers at which people sign in to Doorstep: npm `oidc-provider`, which we did not write, and a stand-in for GitHub's
//! OAuth, whose answers are those of its documentation.

use crate::{
    instance::ISSUER,
    loopback::Loopback,
    process::{Running, repository},
    wait,
};
use http::{Method, Request, Response, StatusCode, header};
use hyper::body::Bytes;
use serde_json::json;
use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

/// What Doorstep proves itself with at both: nothing in it may be left as it is where it is sent.
pub const CLIENT_SECRET: &str = "s/e c+r:e=t%&";

/// A running `oidc-provider`.
pub struct OpenidProvider {
    _running: Running,
}

impl OpenidProvider {
    /// Starts it at `address`, for the upstream `name`.
    pub async fn start(address: SocketAddr, name: &str, directory: &Path) -> Self {
        let folder = repository().join("crates/e2e/relying-parties/node");
        assert!(folder.join("node_modules/oidc-provider").exists(), "oidc-provider is missing; `./test` installs it");
        let mut command = Command::new("node");
        command.arg(folder.join("upstream.mjs")).env("LISTEN_PORT", address.port().to_string());
        command.env("CLIENT_SECRET", CLIENT_SECRET).env("REDIRECT_URI", callback(name));
        let running = Running::start("oidc-provider", &mut command, &directory.join("upstream.log"));
        wait::for_listener("oidc-provider", address).await;
        Self { _running: running }
    }
}

/// Where an upstream sends people back to.
pub fn callback(name: &str) -> String {
    format!("{ISSUER}/login/upstream/{name}/callback")
}

/// A stand-in for GitHub: whoever comes is the account 583231, and approves at once.
pub struct GitHub {
    server: Loopback,
    /// The challenge of the last request.
    challenge: Arc<Mutex<String>>,
}

impl GitHub {
    /// Starts it at `address`.
    pub async fn start(address: SocketAddr) -> Self {
        let challenge = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&challenge);
        let server = Loopback::serve(address, move |request| {
            let answer = answered(&request, &kept);
            async move { answer }
        })
        .await;
        Self { server, challenge }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The PKCE challenge that came last.
    pub fn challenge(&self) -> String {
        self.challenge.lock().expect("nobody panicked with it").clone()
    }
}

fn answered(request: &Request<Bytes>, challenge: &Mutex<String>) -> Response<String> {
    let sent = |bytes: &[u8], name: &str| {
        url::form_urlencoded::parse(bytes).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let is_json = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    let has_token = request.headers().get(header::AUTHORIZATION).is_some_and(|value| value == "Bearer gho_theirs");
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/login/oauth/authorize") => {
            let value = |name| sent(query, name).unwrap_or_default();
            *challenge.lock().expect("nobody panicked with it") = value("code_challenge");
            let there = format!("{}?code=their-code&state={}", value("redirect_uri"), value("state"));
            let mut response = Response::new(String::new());
            *response.status_mut() = StatusCode::FOUND;
            response.headers_mut().insert(header::LOCATION, there.parse().expect("an address"));
            response
        }
        (&Method::POST, "/login/oauth/access_token") if is_json => {
            let value = |name| sent(request.body(), name).unwrap_or_default();
            let verified = doorstep_core::oauth::pkce::s256(&value("code_verifier"));
            let holds = value("client_secret") == CLIENT_SECRET
                && value("code") == "their-code"
                && verified == *challenge.lock().expect("nobody panicked with it");
            // GitHub refuses with 200.
            let refused = json!({ "error": "bad_verification_code" });
            let given =
                json!({ "access_token": "gho_theirs", "token_type": "bearer", "scope": "read:user,user:email" });
            said(StatusCode::OK, &if holds { given } else { refused })
        }
        (&Method::GET, "/api/v3/user") if has_token => {
            said(StatusCode::OK, &json!({ "id": 583_231, "login": "octocat", "name": "The Octocat" }))
        }
        (&Method::GET, "/api/v3/user/emails") if has_token => said(
            StatusCode::OK,
            &json!([{ "email": "octocat@github.test", "primary": true, "verified": true, "visibility": null }]),
        ),
        _ => said(StatusCode::NOT_FOUND, &json!({ "message": "Not Found" })),
    }
}

fn said(status: StatusCode, body: &serde_json::Value) -> Response<String> {
    let mut response = Response::new(body.to_string());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
