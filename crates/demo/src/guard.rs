//! An app without a sign-in of its own, behind the smallest proxy that can be: it does what
//! `doorstep generate caddy` has Caddy do, and nothing else.

use crate::page::{facts, page, text_only};
use crate::{Request, Response};
use doorstep_core::gateway::IDENTITY_HEADERS;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use std::sync::Arc;
use std::time::Duration;

/// The largest body that goes through: forms of the sign-out page.
const BODY: usize = 64 * 1024;

/// The proxy and the app behind it.
pub struct Guard {
    issuer: String,
    host: String,
    http: reqwest::Client,
}

impl Guard {
    /// The app at `url`, guarded by the instance at `issuer`.
    pub fn new(issuer: String, url: &str) -> Self {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10));
        let host = url.trim_start_matches("http://").to_owned();
        Self { issuer, host, http: http.build().unwrap_or_default() }
    }

    /// Answers a request.
    pub async fn answer(self: Arc<Self>, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        let headers = self.forwarded(&parts.method, &target, &parts.headers);
        if parts.uri.path().starts_with("/.doorstep/") {
            let Ok(body) = Limited::new(body, BODY).collect().await else { return unavailable() };
            let request = self.http.request(parts.method, format!("{}{target}", self.issuer));
            return pass(request.headers(headers).body(body.to_bytes())).await;
        }
        let asked = self.http.get(format!("{}/fa/forward", self.issuer)).headers(headers).send().await;
        match asked {
            // Exactly 200 is a yes; whatever else is said goes back to the browser.
            Ok(answer) if answer.status() == StatusCode::OK => self.app(answer.headers()),
            Ok(answer) => relay(answer).await,
            Err(_) => unavailable(),
        }
    }

    /// The request's headers for the instance: nobody else says who somebody is, or where they came from.
    fn forwarded(&self, method: &Method, target: &str, came: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in came {
            let claims = name.as_str().starts_with("remote") || name.as_str().starts_with("x-forwarded");
            if !claims && ![HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        set("host", &self.host);
        set("x-forwarded-host", &self.host);
        set("x-forwarded-proto", "http");
        set("x-forwarded-method", method.as_str());
        set("x-forwarded-uri", target);
        set("x-forwarded-for", "127.0.0.1");
        headers
    }

    /// The app: it believes what the proxy says.
    fn app(&self, identity: &HeaderMap) -> Response {
        let value =
            |name: &str| identity.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let said = IDENTITY_HEADERS.iter().map(|name| (*name, value(name)));
        let body = format!(
            "<p>This app has no sign-in of its own. Doorstep stands in front of it and tells it who you are.</p>\n{}\n\
             <form method=\"post\" action=\"/.doorstep/logout\"><button class=\"wide\">Sign out</button></form>",
            facts(said)
        );
        page(&self.issuer, "Glances", &body)
    }
}

async fn pass(request: reqwest::RequestBuilder) -> Response {
    match request.send().await {
        Ok(answer) => relay(answer).await,
        Err(_) => unavailable(),
    }
}

async fn relay(answer: reqwest::Response) -> Response {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(body) = answer.bytes().await else { return unavailable() };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    for (name, value) in &headers {
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

fn unavailable() -> Response {
    text_only(StatusCode::SERVICE_UNAVAILABLE, "Doorstep does not answer.\n")
}
