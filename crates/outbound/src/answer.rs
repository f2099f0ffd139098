//! The response, whole and within its bounds.

use crate::{
    destination::Destination,
    error::{Cause, Error},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode, header};
use serde::de::DeserializeOwned;
use std::fmt;

/// An answer. Nothing in it is trusted.
pub struct Answer {
    pub(crate) from: Destination,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The first header of that name, if it is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The answer, if its status is a success.
    pub fn success(self) -> Result<Self, Error> {
        if self.status.is_success() { Ok(self) } else { Err(self.error(Cause::Status(self.status))) }
    }

    /// The body, if its content type is `expected`: `type/subtype`, whatever its parameters.
    pub fn body_as(&self, expected: &str) -> Result<&Bytes, Error> {
        if self.content_type().eq_ignore_ascii_case(expected) {
            return Ok(&self.body);
        }
        Err(self.error(Cause::ContentType { expected: expected.to_owned() }))
    }

    /// The body as JSON, if its content type says that it is: `application/json`, or one that ends in `+json` (RFC
    /// 6839 §3.1) such as `application/jwk-set+json`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let content_type = self.content_type().to_ascii_lowercase();
        let says_json = content_type == "application/json"
            || (content_type.starts_with("application/") && content_type.ends_with("+json"));
        if !says_json {
            return Err(self.error(Cause::ContentType { expected: "application/json".to_owned() }));
        }
        // serde's message would quote the body.
        let unfit = |error: serde_json::Error| Cause::Json { line: error.line(), column: error.column() };
        serde_json::from_slice(&self.body).map_err(|error| self.error(unfit(error)))
    }

    fn content_type(&self) -> &str {
        let value = self.header(&header::CONTENT_TYPE).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    fn error(&self, cause: Cause) -> Error {
        Error::new(&self.from, cause)
    }
}

/// Without headers and body.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}, {} bytes", self.status, self.from, self.body.len())
    }
}
