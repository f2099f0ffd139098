//! As much of a browser as these tests need: a cookie jar, `Origin`, and eyes.

use crate::running::ISSUER;
use reqwest::{Client, Method, StatusCode, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use std::{collections::BTreeMap, net::SocketAddr};

/// A browser that follows nothing by itself.
pub(crate) struct Browser {
    client: Client,
    at: SocketAddr,
    pub(crate) cookies: BTreeMap<String, String>,
    /// What it says of itself.
    pub(crate) agent: &'static str,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(at: SocketAddr) -> Self {
        // In a build of the whole workspace the client speaks TLS too, and wants to know by which library.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { client, at, cookies: BTreeMap::new(), agent: "" }
    }

    /// Another window with the same cookies.
    pub(crate) fn twin(&self) -> Self {
        Self { client: self.client.clone(), at: self.at, cookies: self.cookies.clone(), agent: self.agent }
    }

    /// Opens an address of the instance.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    /// Sends a form from a page of the instance.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = doorstep_core::oauth::params::encode_pairs(form.iter().copied());
        self.send(Method::POST, path, &[("origin", ISSUER)], Some((FORM, body))).await
    }

    /// Sends JSON from a page of the instance.
    pub(crate) async fn post_json(&mut self, path: &str, json: &Value) -> Answer {
        self.send(Method::POST, path, &[("origin", ISSUER)], Some((JSON, json.to_string()))).await
    }

    /// Anything. What the answer sets is kept as a browser keeps it.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, String)>,
    ) -> Answer {
        let url = format!("http://{}{path}", self.at);
        let mut request = self.client.request(method, url);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", "auth.example.org");
        }
        if !self.cookies.is_empty() {
            let line: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", line.join("; "));
        }
        if !self.agent.is_empty() {
            request = request.header("user-agent", self.agent);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((kind, body)) = body {
            request = request.header("content-type", kind).body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        self.keep(&headers);
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The value of the session cookie.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookies.get("__Host-ds_session").map(String::as_str)
    }
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

impl Answer {
    /// The `Location` of a 303.
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location")
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// The JSON `next`.
    pub(crate) fn next(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["next"].as_str().unwrap().to_owned()
    }

    /// The heading of a page.
    pub(crate) fn heading(&self) -> String {
        assert!(self.header("content-type").starts_with("text/html"), "{self:?}");
        let text = between(&self.body, "<h1>", "</h1>");
        text.replace("<bdi>", "").replace("</bdi>", "")
    }

    /// Where a page goes on by itself.
    pub(crate) fn goes_on_to(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        between(&self.body, "content=\"0; url=", "\"").replace("&#38;", "&")
    }

    /// Where it leads, by a redirect or by a page that goes on.
    pub(crate) fn leads_to(&self) -> String {
        if self.status == 303 { self.location().to_owned() } else { self.goes_on_to() }
    }

    /// A parameter of the `Location`.
    pub(crate) fn sent(&self, name: &str) -> Option<String> {
        let query = self.location().split_once('?')?.1.trim_end_matches('#').to_owned();
        let params = doorstep_core::oauth::params::Params::parse(query.as_bytes()).unwrap();
        params.get(name).map(str::to_owned)
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}"));
    rest.split_once(after).unwrap().0.to_owned()
}
