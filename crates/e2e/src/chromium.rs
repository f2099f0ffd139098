//! A real Chromium without a screen, driven through ChromeDriver.
//!
//! Every `*.test` name leads to one address, the test's proxy, whose key alone is trusted. Each browser
//! has a profile of its own that goes with it.

use crate::{
    certificates::Certificates,
    process::{Running, is_root, repository},
    wait,
    webdriver::{DriverError, ELEMENT_KEY, Wire},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::Command,
    time::Duration,
};
use tempfile::TempDir;
use url::Url;

/// The key that moves the focus on: WebDriver §17.4.2.
pub const TAB: &str = "\u{E004}";
/// The key that presses what has the focus.
pub const ENTER: &str = "\u{E007}";

/// One browser with one window.
pub struct Browser {
    wire: Wire,
    port: u16,
    // Dropped in this order: the driver stops before its files go.
    _driver: Running,
    _profile: TempDir,
}

/// A document that the browser asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Its address.
    pub url: String,
    /// Whether it was reached by a redirect.
    pub redirected: bool,
}

/// An answer that came over the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    /// What was asked for.
    pub url: String,
    /// Whether it shows a page: a document, a style or a script, and neither a redirect nor what a script asked for.
    pub shows: bool,
    /// Bytes as they were sent, with the head of the answer.
    pub bytes: f64,
}

impl Browser {
    /// Starts a browser whose every `*.test` name leads to `proxy`.
    pub async fn start(proxy: SocketAddr, certificates: &Certificates) -> Self {
        let profile = tempfile::Builder::new().prefix("doorstep-chromium-").tempdir().expect("a temporary directory");
        let port = wait::free_address().port();
        let mut command = Command::new("/usr/bin/chromedriver");
        command.arg(format!("--port={port}")).env("HOME", profile.path());
        let driver = Running::start("ChromeDriver", &mut command, &profile.path().join("driver.log"));
        wait::for_listener("ChromeDriver", SocketAddr::from(([127, 0, 0, 1], port))).await;

        let client = reqwest::Client::builder().tls_backend_preconfigured(certificates.client_config()).build();
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "binary": "/usr/bin/chromium",
                "args": arguments(proxy, certificates, &profile),
                "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
            },
        });
        let wire = Wire::open(client.expect("the client's settings fit together"), port, capabilities).await;
        Self { wire, port, _driver: driver, _profile: profile }
    }

    /// The wire, for commands that have no verb here.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Opens an address and waits until the page has loaded.
    pub async fn open(&self, url: &str) {
        self.wire.post("/url", json!({ "url": url })).await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
    }

    /// Opens an address of which an error page of the browser may come.
    pub async fn try_open(&self, url: &str) -> Result<(), DriverError> {
        self.wire.post("/url", json!({ "url": url })).await.map(drop)
    }

    /// The address of the page.
    pub async fn url(&self) -> Url {
        let value = self.wire.get("/url").await.expect("a window has an address");
        Url::parse(value.as_str().unwrap_or_default()).expect("a browser's address is one")
    }

    /// The page's text as a person reads it.
    pub async fn text(&self) -> String {
        let text = self.script("return document.body ? document.body.innerText : ''", json!([])).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page; `arguments` are its arguments, and a promise is waited for.
    pub async fn script(&self, script: &str, arguments: Value) -> Value {
        let answer = self.try_script(script, arguments).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error:?}"))
    }

    /// As [`Self::script`], for pages that may go away meanwhile.
    pub async fn try_script(&self, script: &str, arguments: Value) -> Result<Value, DriverError> {
        self.wire.post("/execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Waits until the page is at an address of which `is_it` says yes.
    pub async fn wait_for_url(&self, what: &str, is_it: impl Fn(&Url) -> bool) -> Url {
        let found = wait_for(wait::PATIENCE, || async {
            let url = self.url().await;
            is_it(&url).then_some(url)
        });
        match found.await {
            Some(url) => url,
            None => panic!("the browser did not reach {what}; {}", self.situation().await),
        }
    }

    /// Waits until an element that a person can see matches a CSS selector, and gives a reference to it.
    pub async fn wait_for(&self, css: &str) -> String {
        let script = "for (const e of document.querySelectorAll(arguments[0])) if (e.checkVisibility()) return e";
        let found = wait_for(wait::PATIENCE, || async {
            let value = self.try_script(script, json!([css])).await.ok()?;
            value[ELEMENT_KEY].as_str().map(str::to_owned)
        });
        match found.await {
            Some(element) => element,
            None => panic!("no visible `{css}`; {}", self.situation().await),
        }
    }

    /// Whether an element matches.
    pub async fn has(&self, css: &str) -> bool {
        self.script("return document.querySelector(arguments[0]) !== null", json!([css])).await == json!(true)
    }

    /// Waits for an element and clicks on it.
    pub async fn click(&self, css: &str) {
        let element = self.wait_for(css).await;
        let done = self.wire.post(&format!("/element/{element}/click"), json!({})).await;
        done.unwrap_or_else(|error| panic!("click on {css}: {error:?}"));
    }

    /// Waits for a field and types into it, in place of what it held.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.wait_for(css).await;
        self.wire.post(&format!("/element/{element}/clear"), json!({})).await.expect("a field can be cleared");
        let typed = self.wire.post(&format!("/element/{element}/value"), json!({ "text": text })).await;
        typed.unwrap_or_else(|error| panic!("typing into {css}: {error:?}"));
    }

    /// Presses one key.
    pub async fn press(&self, key: &str) {
        let strokes = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.wire.post("/actions", actions).await.expect("a key can be pressed");
    }

    /// Gives the page a width and height in CSS pixels, below what a window can have.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Runs a script in every page from now on, before the page's own.
    pub async fn before_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let done = self.wire.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
        done.unwrap_or_else(|error| panic!("{command}: {error:?}"))
    }

    /// Names and values of the cookies that the page's address would be sent.
    pub async fn cookies(&self) -> Vec<(String, String)> {
        let value = self.wire.get("/cookie").await.expect("a page has cookies");
        let text = |cookie: &Value, key: &str| cookie[key].as_str().unwrap_or_default().to_owned();
        value.as_array().into_iter().flatten().map(|c| (text(c, "name"), text(c, "value"))).collect()
    }

    /// Forgets every cookie of every site.
    pub async fn forget_cookies(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// Every document that was asked for over the network since the last call, redirects among them.
    pub async fn visits(&self) -> Vec<Visit> {
        let entries = self.log("performance").await;
        let events = entries.iter().filter_map(|entry| serde_json::from_str::<Value>(entry).ok());
        events
            .map(|event| event["message"].clone())
            .filter(|event| event["method"] == "Network.requestWillBeSent" && event["params"]["type"] == "Document")
            .map(|event| Visit {
                url: event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned(),
                redirected: !event["params"]["redirectResponse"].is_null(),
            })
            .filter(|visit| visit.url.starts_with("http"))
            .collect()
    }

    /// What came from this origin since the last call of this or of [`Self::visits`], in the order of the requests.
    pub async fn traffic(&self, origin: &str) -> Vec<Came> {
        let entries = self.log("performance").await;
        let mut all: Vec<Came> = Vec::new();
        // By the id of a request, which one of them it is.
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for entry in &entries {
            let Ok(event) = serde_json::from_str::<Value>(entry) else { continue };
            let (method, event) = (&event["message"]["method"], &event["message"]["params"]);
            let id = event["requestId"].as_str().unwrap_or_default();
            let length = |of: &Value| of["encodedDataLength"].as_f64().unwrap_or_default();
            if method == "Network.requestWillBeSent" {
                // A redirect has the id of what it leads to, and its answer comes with the next request.
                if let Some(came) = known.remove(id).and_then(|at| all.get_mut(at)) {
                    came.bytes = length(&event["redirectResponse"]);
                    came.shows = false;
                }
                let url = event["request"]["url"].as_str().unwrap_or_default();
                if url.starts_with(origin) {
                    known.insert(id.to_owned(), all.len());
                    let kind = event["type"].as_str().unwrap_or_default();
                    let shows = matches!(kind, "Document" | "Stylesheet" | "Script" | "Image" | "Font");
                    all.push(Came { url: url.to_owned(), shows, bytes: 0.0 });
                }
            } else if method == "Network.loadingFinished"
                && let Some(came) = known.get(id).and_then(|at| all.get_mut(*at))
            {
                came.bytes = length(event);
            }
        }
        all
    }

    /// What pages complained about since the last call: script errors, refused resources, policy violations.
    pub async fn complaints(&self) -> Vec<String> {
        self.log("browser").await
    }

    async fn log(&self, kind: &str) -> Vec<String> {
        let value = self.wire.post("/se/log", json!({ "type": kind })).await.expect("the browser keeps a log");
        let entries = value.as_array().cloned().unwrap_or_default();
        entries.iter().filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }

    /// Keeps a picture of the page under `target/e2e-screenshots`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let value = self.wire.get("/screenshot").await.expect("a page can be pictured");
        let picture = STANDARD.decode(value.as_str().unwrap_or_default()).expect("a picture is base64");
        let directory = repository().join("target/e2e-screenshots");
        std::fs::create_dir_all(&directory).expect("the target directory can be written");
        let path = directory.join(format!("{name}.png"));
        std::fs::write(&path, picture).expect("the target directory can be written");
        path
    }

    /// Where the browser is and what it shows, for the message of a test that failed.
    async fn situation(&self) -> String {
        let (url, text, complaints) = (self.url().await, self.text().await, self.complaints().await);
        let name = format!("failed-{}", self.wire.session());
        let picture = self.screenshot(&name).await;
        format!("it is at {url}\n{text}\n{complaints:#?}\npicture: {}", picture.display())
    }
}

impl Drop for Browser {
    /// ChromeDriver closes its browsers when it is asked to shut down.
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let request =
                format!("GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port);
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 256]);
        }
    }
}

fn arguments(proxy: SocketAddr, certificates: &Certificates, profile: &TempDir) -> Vec<String> {
    let mut arguments: Vec<String> = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1000,800",
        "--lang=en-GB",
    ]
    .map(String::from)
    .into();
    arguments.push(format!("--user-data-dir={}", profile.path().join("profile").display()));
    arguments.push(format!("--host-resolver-rules=MAP *.test {proxy}"));
    arguments.push(format!("--ignore-certificate-errors-spki-list={}", certificates.fingerprint));
    if is_root() {
        // Chromium's sandbox does not start as root.
        arguments.push("--no-sandbox".to_owned());
    }
    arguments
}

async fn wait_for<T, F: Future<Output = Option<T>>>(limit: Duration, mut ask: impl FnMut() -> F) -> Option<T> {
    tokio::time::timeout(limit, async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .ok()
}
