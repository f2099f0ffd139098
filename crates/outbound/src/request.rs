//! A request, and how much time and room its answer gets.

use crate::destination::Destination;
use bytes::Bytes;
use doorstep_core::secret::Secret;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{self, InvalidHeaderValue},
};
use std::{fmt, time::Duration};

const WITHIN: Duration = Duration::from_secs(5);
const AT_MOST: usize = 256 * 1024;
/// Bytes and number of the headers of an answer, at most.
pub(crate) const HEAD: usize = 16 * 1024;
pub(crate) const HEADERS: usize = 80;

/// What is asked of another server.
pub struct Request {
    pub(crate) method: Method,
    pub(crate) to: Destination,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) within: Duration,
    pub(crate) at_most: usize,
    pub(crate) follows: bool,
}

impl Request {
    /// A request of any method. The answer gets 5 seconds and 256 kB.
    pub fn new(method: Method, to: impl Into<Destination>) -> Self {
        Self {
            method,
            to: to.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            within: WITHIN,
            at_most: AT_MOST,
            follows: false,
        }
    }

    /// A GET.
    pub fn get(to: impl Into<Destination>) -> Self {
        Self::new(Method::GET, to)
    }

    /// A POST of `body`.
    pub fn post(to: impl Into<Destination>, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, to).body(content_type, body)
    }

    /// What is sent along.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    /// One header, in place of one of the same name. Those that say how a message is carried (`Host`, `Connection`,
    /// `Content-Length`, `Transfer-Encoding`, `Accept-Encoding`) are the client's own and replaced.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Which content types would do.
    #[must_use]
    pub fn accept(self, content_types: &'static str) -> Self {
        self.header(header::ACCEPT, HeaderValue::from_static(content_types))
    }

    /// `Authorization: Bearer …`, RFC 6750 §2.1.
    pub fn bearer(self, token: &Secret<String>) -> Result<Self, InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))?;
        value.set_sensitive(true);
        Ok(self.header(header::AUTHORIZATION, value))
    }

    /// How long all of it may take, from waiting for a turn to the last byte.
    #[must_use]
    pub const fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }

    /// How large the body of the answer may be.
    #[must_use]
    pub const fn at_most(mut self, bytes: usize) -> Self {
        self.at_most = bytes;
        self
    }

    /// Follows up to three redirects that stay at this scheme, host and port, each judged like the first. Only a GET
    /// is sent again. Without this, and to anywhere else, a redirect is an error.
    #[must_use]
    pub const fn following_same_origin(mut self) -> Self {
        self.follows = true;
        self
    }
}

/// Without headers and body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.method, self.to)
    }
}
