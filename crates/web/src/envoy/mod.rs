//! Envoy's `ext_authz` over gRPC, on a listener of its own: `envoy.service.auth.v3.Authorization/Check` and nothing else.
//!
//! A dialect like the others: the message becomes the question of [`crate::gateway`], and its answer a message. Envoy
//! removes and sets headers of the request as it is told.

mod messages;

use crate::{
    gateway::{self, Line, Question, REMOVED},
    speech::Asked,
    state::{Peer, Web},
};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use doorstep_core::gateway::{COPIED_HEADERS, Dialect};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{AUTHORIZATION, COOKIE},
};
use http_body_util::BodyExt;
use messages::{
    AttributeContext, CheckRequest, CheckResponse, DeniedHttpResponse, HeaderField, HeaderValueOption, HttpRequest,
    HttpStatus, OkHttpResponse, RpcStatus, Verdict,
};
use std::{future::Future, pin::Pin, sync::Arc};
use tonic::{Status, server::UnaryService};
use tonic_prost::ProstCodec;

/// The one method.
pub(crate) const PATH: &str = "/envoy.service.auth.v3.Authorization/Check";
/// A question is the head of a request; ours have at most 64 kB of headers.
const QUESTION_BYTES: usize = 256 * 1024;
/// Status codes of gRPC.
const OK: i32 = 0;
const PERMISSION_DENIED: i32 = 7;

/// Answers one call.
pub(crate) async fn answer<B>(web: &Arc<Web>, peer: Peer, request: http::Request<B>) -> Response
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<tonic::codegen::StdError> + Send,
{
    if request.uri().path() != PATH {
        return StatusCode::NOT_FOUND.into_response();
    }
    let codec = ProstCodec::<CheckResponse, CheckRequest>::default();
    let mut call = tonic::server::Grpc::new(codec).max_decoding_message_size(QUESTION_BYTES);
    let ask = Ask { web: Arc::clone(web), peer };
    call.unary(ask, request).await.map(Body::new)
}

struct Ask {
    web: Arc<Web>,
    peer: Peer,
}

impl UnaryService<CheckRequest> for Ask {
    type Response = CheckResponse;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<CheckResponse>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<CheckRequest>) -> Self::Future {
        let (web, peer) = (Arc::clone(&self.web), self.peer);
        Box::pin(async move { checked(&web, peer, request.into_inner()).await.map(tonic::Response::new) })
    }
}

/// A question without a request is none: whoever asks it is no Envoy that we know.
async fn checked(web: &Web, peer: Peer, asked: CheckRequest) -> Result<CheckResponse, Status> {
    let http = asked.attributes.and_then(AttributeContext::http);
    let http = http.ok_or_else(|| Status::invalid_argument("the question holds no request"))?;
    let headers = headers(&http).ok_or_else(|| Status::invalid_argument("a header is none"))?;
    let line = Line { method: &http.method, path: &http.path, scheme: Some(&http.scheme), authority: Some(&http.host) };
    let question = Question::with_line(Dialect::EnvoyGrpc, &headers, line);
    let answered = Asked::in_headers(&headers).answered(gateway::check(web, peer, question)).await;
    Ok(said(answered).await)
}

/// Names beginning with `:` are those of HTTP/2, which stand in the message by themselves.
fn headers(http: &HttpRequest) -> Option<HeaderMap> {
    let raw = http.header_map.iter().flat_map(|map| &map.headers);
    let raw = raw.map(|field| {
        let value = if field.raw_value.is_empty() { field.value.as_bytes() } else { &field.raw_value };
        (field.key.as_str(), value)
    });
    let joined = http.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let mut map = HeaderMap::new();
    for (name, value) in raw.chain(joined).filter(|(name, _)| !name.starts_with(':')) {
        map.try_append(HeaderName::try_from(name).ok()?, HeaderValue::from_bytes(value).ok()?).ok()?;
    }
    Some(map)
}

async fn said(answered: Response) -> CheckResponse {
    let (parts, body) = answered.into_parts();
    if parts.status == StatusCode::OK {
        return CheckResponse {
            status: Some(RpcStatus { code: OK }),
            verdict: Some(Verdict::Ok(allowed(&parts.headers))),
        };
    }
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let fields = parts.headers.iter().map(|(name, value)| HeaderValueOption::set(field(name.as_str(), value)));
    let denied = DeniedHttpResponse {
        status: Some(HttpStatus { code: i32::from(parts.status.as_u16()) }),
        headers: fields.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    CheckResponse { status: Some(RpcStatus { code: PERMISSION_DENIED }), verdict: Some(Verdict::Denied(denied)) }
}

/// All that the app may read of ours is set, whatever the client sent; of the rest of our answer it gets nothing.
fn allowed(answer: &HeaderMap) -> OkHttpResponse {
    let identity = COPIED_HEADERS.iter().map(|name| {
        let name = name.to_ascii_lowercase();
        let value = answer.get(&name).cloned().unwrap_or(HeaderValue::from_static(""));
        HeaderValueOption::set(field(&name, &value))
    });
    let returned = [COOKIE, AUTHORIZATION].into_iter().filter_map(|name| {
        let kept = answer.get(&name)?;
        Some(HeaderValueOption::set(field(name.as_str(), kept)))
    });
    let removed = answer.get_all(REMOVED).iter().filter_map(|name| name.to_str().ok()).map(str::to_owned);
    OkHttpResponse { headers: identity.chain(returned).collect(), headers_to_remove: removed.collect() }
}

fn field(name: &str, value: &HeaderValue) -> HeaderField {
    match value.to_str() {
        Ok(text) => HeaderField { key: name.to_owned(), value: text.to_owned(), raw_value: vec![] },
        Err(_) => HeaderField { key: name.to_owned(), value: String::new(), raw_value: value.as_bytes().to_vec() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(headers: &[(&str, &str)], raw: &[(&str, &[u8])]) -> HttpRequest {
        let fields = raw.iter().map(|(key, value)| HeaderField {
            key: (*key).to_owned(),
            value: String::new(),
            raw_value: value.to_vec(),
        });
        HttpRequest {
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            header_map: (!raw.is_empty()).then(|| messages::HeaderFields { headers: fields.collect() }),
            ..HttpRequest::default()
        }
    }

    #[test]
    fn headers_come_joined_or_each_by_itself() {
        let map = headers(&http(&[("cookie", "a=1"), (":path", "/x"), ("accept", "*/*")], &[])).unwrap();
        assert_eq!((map.len(), map.get("cookie").unwrap().as_bytes()), (2, b"a=1".as_slice()));
        let map = headers(&http(&[], &[("cookie", b"a=1"), ("cookie", b"b=\xff"), (":method", b"GET")])).unwrap();
        let cookies: Vec<_> = map.get_all("cookie").iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(cookies, [b"a=1".as_slice(), b"b=\xff"]);
        for (name, value) in [("a b", b"x".as_slice()), ("a", b"x\n"), ("", b"x")] {
            assert_eq!(headers(&http(&[], &[(name, value)])), None, "{name:?}");
        }
    }

    #[tokio::test]
    async fn nothing_but_200_is_a_yes_and_a_yes_sets_every_header() {
        for status in [200_u16, 302, 303, 400, 401, 403, 500, 503] {
            let answered = Response::builder()
                .status(status)
                .header("remote-user", "ada")
                .header("location", "https://auth.test/")
                .header("set-cookie", "a=1")
                .header("set-cookie", "b=2")
                .header(REMOVED, "cookie")
                .body(Body::from("no"))
                .unwrap();
            let said = said(answered).await;
            match said.verdict.unwrap() {
                Verdict::Ok(ok) => {
                    assert_eq!((status, said.status.unwrap().code), (200, OK));
                    let names: Vec<_> = ok.headers.iter().map(|one| one.header.as_ref().unwrap().key.clone()).collect();
                    assert_eq!(names, COPIED_HEADERS.map(str::to_ascii_lowercase));
                    assert_eq!(ok.headers_to_remove, ["cookie"]);
                }
                Verdict::Denied(denied) => {
                    assert_eq!(
                        (i32::from(status), said.status.unwrap().code),
                        (denied.status.unwrap().code, PERMISSION_DENIED)
                    );
                    assert_ne!(status, 200);
                    assert_eq!((denied.headers.len(), denied.body.as_str()), (5, "no"));
                }
            }
        }
    }
}
