//! What of `envoy.service.auth.v3` is read and written, field numbers as in `external_auth.proto` and
//! `attribute_context.proto`. Fields that are left out are skipped when read.

use std::collections::HashMap;

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CheckRequest {
    #[prost(message, optional, tag = "1")]
    pub(super) attributes: Option<AttributeContext>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct AttributeContext {
    #[prost(message, optional, tag = "4")]
    request: Option<AttributeRequest>,
}

impl AttributeContext {
    pub(super) fn http(self) -> Option<HttpRequest> {
        self.request?.http
    }
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct AttributeRequest {
    #[prost(message, optional, tag = "2")]
    http: Option<HttpRequest>,
}

/// The client's request.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct HttpRequest {
    #[prost(string, tag = "2")]
    pub(super) method: String,
    /// Values of one name joined with commas, when Envoy is not told `encode_raw_headers`.
    #[prost(map = "string, string", tag = "3")]
    pub(super) headers: HashMap<String, String>,
    /// With the query.
    #[prost(string, tag = "4")]
    pub(super) path: String,
    #[prost(string, tag = "5")]
    pub(super) host: String,
    #[prost(string, tag = "6")]
    pub(super) scheme: String,
    #[prost(message, optional, tag = "13")]
    pub(super) header_map: Option<HeaderFields>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct HeaderFields {
    #[prost(message, repeated, tag = "1")]
    pub(super) headers: Vec<HeaderField>,
}

/// `config.core.v3.HeaderValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct HeaderField {
    #[prost(string, tag = "1")]
    pub(super) key: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
    /// In the place of `value`, which is text.
    #[prost(bytes = "vec", tag = "3")]
    pub(super) raw_value: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CheckResponse {
    #[prost(message, optional, tag = "1")]
    pub(super) status: Option<RpcStatus>,
    #[prost(oneof = "Verdict", tags = "2, 3")]
    pub(super) verdict: Option<Verdict>,
}

/// Envoy lets a request through when this is 0 and the verdict is a yes.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct RpcStatus {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Verdict {
    #[prost(message, tag = "2")]
    Denied(DeniedHttpResponse),
    #[prost(message, tag = "3")]
    Ok(OkHttpResponse),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct DeniedHttpResponse {
    #[prost(message, optional, tag = "1")]
    pub(super) status: Option<HttpStatus>,
    #[prost(message, repeated, tag = "2")]
    pub(super) headers: Vec<HeaderValueOption>,
    #[prost(string, tag = "3")]
    pub(super) body: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct HttpStatus {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct OkHttpResponse {
    #[prost(message, repeated, tag = "2")]
    pub(super) headers: Vec<HeaderValueOption>,
    #[prost(string, repeated, tag = "5")]
    pub(super) headers_to_remove: Vec<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct HeaderValueOption {
    #[prost(message, optional, tag = "1")]
    pub(super) header: Option<HeaderField>,
    /// `BoolValue`: Envoy's `ext_authz` reads it, not `append_action`.
    #[prost(message, optional, tag = "2")]
    append: Option<BoolValue>,
    #[prost(bool, tag = "4")]
    keep_empty_value: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
struct BoolValue {
    #[prost(bool, tag = "1")]
    value: bool,
}

impl HeaderValueOption {
    /// In the place of whatever has that name. In a refusal several of one name stay several: Envoy first removes what the
    /// names name, and then adds.
    pub(super) fn set(header: HeaderField) -> Self {
        Self { header: Some(header), append: Some(BoolValue { value: false }), keep_empty_value: true }
    }
}
