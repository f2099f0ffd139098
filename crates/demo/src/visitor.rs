//! Somebody with a browser, as far as the walk needs one: cookies, forms, and no redirect unseen.

use crate::relying_party::Fault;
use http::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// The visitor. Cookies belong to a host whatever its port, RFC 6265 §8.5, and everybody lives on localhost.
pub(crate) struct Visitor {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
    /// Where it came from.
    pub(crate) url: Url,
}

/// What asks: a person who opens an address, or a program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum As {
    Browser,
    Program,
}

impl Visitor {
    /// A fresh browser.
    pub(crate) fn new() -> Result<Self, Fault> {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10));
        Ok(Self { http: http.build()?, cookies: BTreeMap::new() })
    }

    /// Forgets who it was.
    pub(crate) fn clear(&mut self) {
        self.cookies.clear();
    }

    /// Opens an address. It claims to be somebody else each time, which nobody may believe.
    pub(crate) async fn open(&mut self, url: &str, who: As) -> Result<Answer, Fault> {
        let mut request = self.http.get(url).header("remote-user", "root").header("remote-groups", "admins");
        request = match who {
            As::Browser => request
                .header(ACCEPT, "text/html,application/xhtml+xml")
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-dest", "document"),
            As::Program => request.header(ACCEPT, "application/json").header("sec-fetch-mode", "cors"),
        };
        self.send(request, url).await
    }

    /// Sends what a script of the page at that origin would send.
    pub(crate) async fn post(&mut self, url: &str, body: &Value) -> Result<Value, Fault> {
        let origin = address(url)?.origin().ascii_serialization();
        let request = self.http.post(url).header(ORIGIN, origin).json(body);
        let answer = self.send(request, url).await?;
        let read: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        if answer.status != 200 {
            let why = read.get("message").and_then(Value::as_str).unwrap_or_default();
            return Err(Fault(format!("{} says {}: {why}", answer.url.path(), answer.status)));
        }
        Ok(read)
    }

    /// Opens an address and follows it until it ends in a page, or leads to an address that begins with `until`.
    pub(crate) async fn follow(&mut self, url: &str, until: &str) -> Result<Answer, Fault> {
        let mut at = url.to_owned();
        for _ in 0..10 {
            let answer = self.open(&at, As::Browser).await?;
            match answer.next()? {
                Some(next) if next.starts_with(until) => return Ok(answer),
                Some(next) => at = next,
                None => return Ok(answer),
            }
        }
        Err(Fault("it goes round in circles".to_owned()))
    }

    async fn send(&mut self, request: reqwest::RequestBuilder, url: &str) -> Result<Answer, Fault> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) };
        let answer = request.send().await?;
        for line in answer.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            self.keep(line);
        }
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Answer { status: answer.status().as_u16(), location, url: address(url)?, body: answer.text().await? })
    }

    /// RFC 6265 §5.3, as much as matters here.
    fn keep(&mut self, line: &str) {
        let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else { return };
        let ended = line.split(';').any(|part| part.trim().eq_ignore_ascii_case("max-age=0"));
        if ended {
            self.cookies.remove(name.trim());
        } else {
            self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
}

impl Answer {
    /// Where it leads, as a whole address.
    pub(crate) fn next(&self) -> Result<Option<String>, Fault> {
        let joined = self.location.as_deref().map(|to| self.url.join(to));
        let joined = joined.transpose().map_err(|error| Fault(format!("a redirect to nowhere: {error}")))?;
        Ok(joined.map(String::from))
    }
}

fn address(url: &str) -> Result<Url, Fault> {
    Url::parse(url).map_err(|error| Fault(format!("not an address: {error}")))
}
