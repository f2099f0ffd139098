//! The wire of W3C WebDriver: commands out, values back. What the commands mean is told in `chromium`.

use serde_json::{Value, json};
use std::time::Duration;

/// The key under which WebDriver hands out references to elements: WebDriver §12.2.
pub const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An error that the driver answered with: WebDriver §6.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverError {
    /// The error code, such as `no such element`.
    pub code: String,
    /// What the driver says about it.
    pub message: String,
}

/// One WebDriver session.
pub struct Wire {
    client: reqwest::Client,
    session: String,
    port: u16,
}

impl Wire {
    /// Opens a session at the driver that listens on a loopback port.
    pub async fn open(client: reqwest::Client, port: u16, capabilities: Value) -> Self {
        let mut wire = Self { client, session: String::new(), port };
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let value = wire.send(reqwest::Method::POST, &format!("http://127.0.0.1:{port}/session"), Some(asked)).await;
        let value = value.unwrap_or_else(|error| panic!("no browser session: {error:?}"));
        value["sessionId"].as_str().expect("a session has an id").clone_into(&mut wire.session);
        wire
    }

    /// The session's id.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Reads a value of the session.
    pub async fn get(&self, path: &str) -> Result<Value, DriverError> {
        self.send(reqwest::Method::GET, &self.url(path), None).await
    }

    /// Gives the session a command.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, DriverError> {
        self.send(reqwest::Method::POST, &self.url(path), Some(body)).await
    }

    /// Removes something from the session.
    pub async fn delete(&self, path: &str) -> Result<Value, DriverError> {
        self.send(reqwest::Method::DELETE, &self.url(path), None).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/session/{}{path}", self.port, self.session)
    }

    async fn send(&self, method: reqwest::Method, url: &str, body: Option<Value>) -> Result<Value, DriverError> {
        let mut request = self.client.request(method, url).timeout(Duration::from_mins(1));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let broken = |error: reqwest::Error| DriverError { code: "no driver".to_owned(), message: error.to_string() };
        let answer: Value = request.send().await.map_err(broken)?.json().await.map_err(broken)?;
        let value = answer["value"].clone();
        match value["error"].as_str() {
            Some(code) => {
                let message = value["message"].as_str().unwrap_or_default().to_owned();
                Err(DriverError { code: code.to_owned(), message })
            }
            None => Ok(value),
        }
    }
}
