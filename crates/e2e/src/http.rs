//! A visitor with plain HTTP: keeps cookies, follows no redirect unless told to, sends any header.
//!
//! Names end at the address that the visitor was given, so that `https://auth.home.test` reaches the
//! test's own proxy. Cookies follow RFC 6265bis as far as the tests need: by host, `Path=/` only.

use crate::certificates::{Badge, Certificates};
use http::{HeaderMap, Method, StatusCode};
use reqwest::redirect::Policy;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::Mutex,
    time::Duration,
};
use url::Url;

/// Cookies by host and name.
type Jar = BTreeMap<(String, String), String>;

/// One browser-like client, without a screen.
pub struct Visitor {
    client: reqwest::Client,
    jar: Mutex<Jar>,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Where it came from.
    pub url: Url,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

/// A request in the making.
pub struct Ask<'a> {
    visitor: &'a Visitor,
    method: Method,
    url: Url,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    cookies: bool,
}

impl Visitor {
    /// A visitor whose every name leads to `proxy`, over TLS that `certificates` vouch for.
    pub fn through(proxy: SocketAddr, certificates: &Certificates, names: &[impl AsRef<str>]) -> Self {
        Self::with(certificates.client_config(), proxy, names)
    }

    /// The same with a certificate of its own.
    pub fn showing(badge: &Badge, proxy: SocketAddr, certificates: &Certificates, names: &[impl AsRef<str>]) -> Self {
        Self::with(certificates.client_config_of(badge), proxy, names)
    }

    fn with(tls: rustls::ClientConfig, proxy: SocketAddr, names: &[impl AsRef<str>]) -> Self {
        let mut builder = reqwest::Client::builder().tls_backend_preconfigured(tls);
        for name in names {
            builder = builder.resolve(name.as_ref(), proxy);
        }
        Self::built(builder)
    }

    /// A visitor of loopback addresses only.
    pub fn plain() -> Self {
        Self::plain_from(IpAddr::from([127, 0, 0, 1]))
    }

    /// A visitor of loopback addresses that comes from one of them.
    pub fn plain_from(own: IpAddr) -> Self {
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("aws-lc speaks TLS 1.2 and 1.3")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        Self::built(reqwest::Client::builder().tls_backend_preconfigured(tls).local_address(own))
    }

    fn built(builder: reqwest::ClientBuilder) -> Self {
        let client = builder.redirect(Policy::none()).timeout(Duration::from_mins(1)).build();
        Self { client: client.expect("the client's settings fit together"), jar: Mutex::default() }
    }

    /// Another visitor on the same road, with no cookies.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self { client: self.client.clone(), jar: Mutex::default() }
    }

    /// Another visitor with a copy of these cookies: what a thief of the jar would have.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { client: self.client.clone(), jar: Mutex::new(self.cookies()) }
    }

    /// Another visitor with a copy of these cookies on the road of `other`: a browser that a load balancer sends elsewhere.
    #[must_use]
    pub fn led_to(&self, other: &Self) -> Self {
        Self { client: other.client.clone(), jar: Mutex::new(self.cookies()) }
    }

    /// Begins a GET.
    pub fn get(&self, url: &str) -> Ask<'_> {
        self.ask(Method::GET, url)
    }

    /// Begins a POST.
    pub fn post(&self, url: &str) -> Ask<'_> {
        self.ask(Method::POST, url)
    }

    /// Begins any request.
    pub fn ask(&self, method: Method, url: &str) -> Ask<'_> {
        let url = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        Ask { visitor: self, method, url, headers: Vec::new(), body: Vec::new(), cookies: true }
    }

    /// All cookies, by host and name.
    pub fn cookies(&self) -> Jar {
        self.jar.lock().expect("nobody panics over the jar").clone()
    }

    /// One cookie.
    pub fn cookie(&self, host: &str, name: &str) -> Option<String> {
        self.cookies().get(&(host.to_owned(), name.to_owned())).cloned()
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, host: &str, name: &str, value: &str) {
        let mut jar = self.jar.lock().expect("nobody panics over the jar");
        jar.insert((host.to_owned(), name.to_owned()), value.to_owned());
    }

    /// Throws all cookies away.
    pub fn forget_cookies(&self) {
        self.jar.lock().expect("nobody panics over the jar").clear();
    }

    fn keep(&self, host: &str, headers: &HeaderMap) {
        let mut jar = self.jar.lock().expect("nobody panics over the jar");
        for line in headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let over = parts.any(|part| {
                part.eq_ignore_ascii_case("max-age=0")
                    || part.eq_ignore_ascii_case("expires=Thu, 01 Jan 1970 00:00:00 GMT")
            });
            let key = (host.to_owned(), name.to_owned());
            if over {
                jar.remove(&key);
            } else {
                jar.insert(key, value.to_owned());
            }
        }
    }
}

impl Ask<'_> {
    /// Adds a header; the same name may come twice.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sends the headers of a person who follows a link.
    #[must_use]
    pub fn navigating(self) -> Self {
        self.header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .header("sec-fetch-site", "none")
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Sends the headers of a script on the same site.
    #[must_use]
    pub fn scripted(self) -> Self {
        let origin = self.url.origin().ascii_serialization();
        self.header("sec-fetch-mode", "cors")
            .header("sec-fetch-dest", "empty")
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("origin", origin)
    }

    /// Says that the request comes from a page of the same origin.
    #[must_use]
    pub fn on_own_page(self) -> Self {
        let origin = self.url.origin().ascii_serialization();
        self.header("origin", origin).header("sec-fetch-site", "same-origin")
    }

    /// HTTP Basic authentication of an OAuth client: RFC 6749 §2.3.1.
    #[must_use]
    pub fn basic(self, id: &str, secret: &str) -> Self {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(id), encode(secret));
        self.header("authorization", format!("Basic {}", STANDARD.encode(pair)))
    }

    /// A Bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Sends a form.
    #[must_use]
    pub fn form<K: AsRef<str>, V: AsRef<str>>(mut self, pairs: &[(K, V)]) -> Self {
        self.body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Sends JSON.
    #[must_use]
    pub fn json(mut self, value: &Value) -> Self {
        self.body = value.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// Sends bytes as they are.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Leaves the jar closed for this request.
    #[must_use]
    pub fn without_cookies(mut self) -> Self {
        self.cookies = false;
        self
    }

    /// Sends it; panics when no answer comes.
    pub async fn send(self) -> Answer {
        let described = format!("{} {}", self.method, self.url);
        self.try_send().await.unwrap_or_else(|error| panic!("{described}: {error:?}"))
    }

    /// Sends it; the connection may fail.
    pub async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let host = self.url.host_str().unwrap_or_default().to_owned();
        let mut request = self.visitor.client.request(self.method, self.url.clone());
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if self.cookies {
            let cookies = self.visitor.cookies();
            let pairs: Vec<_> = cookies
                .iter()
                .filter(|((h, _), _)| *h == host)
                .map(|((_, name), value)| format!("{name}={value}"))
                .collect();
            if !pairs.is_empty() {
                request = request.header("cookie", pairs.join("; "));
            }
        }
        let response = request.body(self.body).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        if self.cookies {
            self.visitor.keep(&host, &headers);
        }
        Ok(Answer { url: self.url, status, headers, body: response.text().await? })
    }
}

impl Answer {
    /// A header's first value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where it sends the visitor, made absolute.
    pub fn location(&self) -> Option<Url> {
        self.header("location").map(|to| self.url.join(to).unwrap_or_else(|error| panic!("Location {to}: {error}")))
    }

    /// A parameter in the query of the address it sends the visitor to.
    pub fn location_param(&self, name: &str) -> Option<String> {
        self.location()?.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Where the page goes by itself, made absolute: `<meta http-equiv="refresh">`.
    pub fn goes_on_to(&self) -> Option<Url> {
        let (_, rest) = self.body.split_once("http-equiv=\"refresh\" content=\"0; url=")?;
        let to = rest.split('"').next()?.replace("&amp;", "&").replace("&#38;", "&");
        Some(self.url.join(&to).unwrap_or_else(|error| panic!("refresh to {to}: {error}")))
    }

    /// Where it leads, by a redirect or by a page that goes on.
    pub fn leads_to(&self) -> Option<Url> {
        self.location().or_else(|| self.goes_on_to())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    /// The `error` of an OAuth answer in JSON: RFC 6749 §5.2.
    pub fn oauth_error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

/// One GET over TLS whose target goes out byte for byte, as no library would send it. Gives status and body.
pub async fn raw(proxy: SocketAddr, certificates: &Certificates, host: &str, target: &str) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stream = tokio::net::TcpStream::connect(proxy).await.expect("the proxy listens");
    let name = rustls::pki_types::ServerName::try_from(host.to_owned()).expect("a host");
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(certificates.client_config()));
    let mut stream = connector.connect(name, stream).await.expect("the proxy speaks TLS");
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the proxy reads");
    let mut answer = Vec::new();
    // Some servers end without saying good-bye to TLS.
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no status for {target}: {text}")), text)
}
