//! What ingress-nginx needs beside `/fa/nginx`, because nothing can be written into its configuration: `/fa/nginx/ingress`,
//! which looks at the host and says which cookies the app may have, and `/.doorstep/start`, to which it sends whoever has to
//! sign in.

use super::{
    check::check,
    question::{Line, Question},
    relay::app_host,
};
use crate::{
    respond::see_other,
    state::{Peer, Web},
};
use axum::response::{IntoResponse, Response};
use doorstep_core::{
    gateway::{self, Dialect, ReturnPath, cookie, return_to},
    oauth::params::Params,
};
use http::{HeaderMap, HeaderValue, StatusCode, header::COOKIE};

/// `/fa/nginx/ingress?host=HOST`: the question of one app. nginx picks the app by the host of an absolute request line and
/// asks with the one of the `Host` header: where they differ, the question would be about another app.
pub(crate) async fn ingress<B>(web: &Web, peer: Peer, request: &http::Request<B>) -> Response {
    let (query, headers) = (request.uri().query().unwrap_or_default(), request.headers());
    let question = Question::of_headers(Dialect::Nginx, headers);
    // It passes any `Upgrade` on to the app and tells nobody. An app that were upgraded to `h2c` would take further requests
    // over that connection, with any `Remote-User`; this header is what such a request needs (RFC 7540 §3.2.1).
    if headers.contains_key("http2-settings") || !is_about(web, question, query).await {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut answer = check(web, peer, question).await;
    if answer.status() == StatusCode::OK {
        let sent = headers.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes);
        // Left out, the proxy removes the client's.
        if let Some(kept) = cookie::of_the_app(sent).and_then(|kept| HeaderValue::from_bytes(&kept).ok()) {
            answer.headers_mut().insert(COOKIE, kept);
        }
    }
    answer
}

async fn is_about(web: &Web, question: Question<'_>, query: &str) -> bool {
    let Ok(protected) = web.instance.caches.believed().await else { return false };
    let params = Params::parse(query.as_bytes()).unwrap_or_default();
    let asked = gateway::asked_host(question.dialect, question.pairs(), protected.hosts());
    asked.is_some_and(|asked| params.get("host") == Some(&*asked.host))
}

/// `/.doorstep/start?rd=/page` on an app's host: what a proxy that passes refusals on would have shown there. A window goes to
/// sign in and comes back to that page of this host, whatever `rd` says (security row 13); a program reads why not.
pub(crate) async fn begin(web: &Web, peer: Peer, query: &str, headers: &HeaderMap) -> Response {
    let host = match app_host(web, peer, headers).await {
        Ok(host) => host,
        Err(elsewhere) => return elsewhere.answer(web),
    };
    let params = Params::parse(query.as_bytes()).unwrap_or_default();
    let path = params.get("rd").unwrap_or("/");
    let line = Line {
        method: "GET",
        path,
        scheme: Some(if host.secure { "https" } else { "http" }),
        authority: Some(&*host.host),
    };
    let answer = check(web, peer, Question::with_line(Dialect::EnvoyGrpc, headers, line)).await;
    // Signed in meanwhile, in another tab: an answer that lets a request through is for proxies.
    if answer.status() == StatusCode::OK { see_other(&return_to(&host, &ReturnPath::from_text(path))) } else { answer }
}
