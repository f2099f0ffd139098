//! An app without a sign-in of its own: it answers with the request that reached it, and counts.
//!
//! `/download` is a file to keep, and of `/private` the app says that no cache may have it.

use crate::loopback::{Loopback, answer, anywhere};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION},
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};

/// A request as the app saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Header names in lower case, with their values, in order of arrival.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    /// Every value of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A header as a CGI or WSGI app reads it, in which `-`, `_` and `.` are one: RFC 3875 §4.1.18.
    pub fn as_cgi_variable(&self, name: &str) -> Vec<&str> {
        let fold = |name: &str| name.to_ascii_uppercase().replace(['-', '.'], "_");
        self.headers.iter().filter(|(n, _)| fold(n) == fold(name)).map(|(_, value)| value.as_str()).collect()
    }
}

/// The app.
pub struct Echo {
    server: Loopback,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Echo {
    /// Starts it on any free port.
    pub async fn start() -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = Arc::clone(&seen);
        let server = Loopback::serve(anywhere(), move |request| {
            let one = Seen {
                method: request.method().to_string(),
                target: request.uri().to_string(),
                headers: request
                    .headers()
                    .iter()
                    .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
                    .collect(),
            };
            let body = serde_json::to_string(&one).expect("a request is JSON");
            let more = match request.uri().path() {
                "/download" => Some((CONTENT_DISPOSITION, "attachment; filename=\"echo.json\"")),
                "/private" => Some((CACHE_CONTROL, "no-store")),
                _ => None,
            };
            log.lock().expect("nobody panics while counting").push(one);
            let mut response = answer(200, "application/json", body);
            response.headers_mut().extend(more.map(|(name, value)| (name, HeaderValue::from_static(value))));
            async move { response }
        })
        .await;
        Self { server, seen }
    }

    /// `127.0.0.1:PORT`, for a proxy's configuration.
    pub fn upstream(&self) -> String {
        self.server.address.to_string()
    }

    /// Every request that ever reached the app.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("nobody panics while counting").clone()
    }
}
