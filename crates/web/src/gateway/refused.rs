//! What is kept of a question that cannot be understood: a line of the log, and a report under the reference that the
//! page shows. Neither holds anything that a client wrote.

use super::question::ANSWER_WITHIN;
use crate::state::{Peer, Web};
use doorstep_app::{cache::Limited, refusals::RefusalReport};
use doorstep_core::gateway::{BadRequest, ProtectedHost, Stop};
use http::HeaderMap;

/// Whether one more line about whoever sent a request may stand in the log: not of whoever had many lately.
pub(super) fn may_log(web: &Web, (peer, headers): (Peer, &HeaderMap)) -> bool {
    let (_, source) = web.trusted().client(peer, headers);
    web.instance.allowances.take(Limited::Line, &source).is_ok()
}

/// Says in the log why a question has no answer, and about which app it was.
pub(super) fn log(stop: Stop, asked: Option<&ProtectedHost<'_>>) {
    let app = asked.map_or("?", |host| host.app.as_str());
    let host = asked.map_or("?", |host| &*host.host);
    match stop {
        Stop::BadRequest(why) => {
            tracing::info!(%why, app, host, "a request to an app was refused: it cannot be understood");
        }
        Stop::UntrustedPeer => tracing::info!(
            "a question was refused: whoever asked is not in trusted_proxies, or did not send the proxy_secret"
        ),
        Stop::UnknownHost => tracing::info!("a question was refused: no app is guarded on that host"),
        Stop::Reserved(_) | Stop::Unavailable => tracing::debug!(?stop, app, "forward auth stopped"),
    }
}

/// Keeps the report of a question that cannot be understood.
pub(super) async fn reference(
    web: &Web,
    peer: Peer,
    headers: &HeaderMap,
    (why, asked): (BadRequest, Option<&ProtectedHost<'_>>),
) -> Option<String> {
    kept(web, (peer, headers), report(why, asked)).await
}

/// The reference of `report`; none for whoever had many kept lately, nor where the database does not answer: a proxy waits.
pub(super) async fn kept(web: &Web, (peer, headers): (Peer, &HeaderMap), report: RefusalReport) -> Option<String> {
    let (_, source) = web.trusted().client(peer, headers);
    web.instance.allowances.take(Limited::Request, &source).ok()?;
    tokio::time::timeout(ANSWER_WITHIN, web.instance.refusals.keep(report)).await.ok()?
}

fn report(why: BadRequest, asked: Option<&ProtectedHost<'_>>) -> RefusalReport {
    let facts = asked.map(|host| vec![("app", host.app.to_string()), ("host", host.host.to_string())]);
    RefusalReport {
        rule: "forward_auth_request",
        what: why.to_string(),
        remedy: remedy(why),
        facts: facts.unwrap_or_default(),
    }
}

fn remedy(why: BadRequest) -> String {
    match why {
        BadRequest::Path(_) => {
            "the proxy, Doorstep and the app could each read this address in their own way, so nobody is let through; an \
             app that needs such addresses does not work behind forward auth"
        }
        BadRequest::Scheme => "declare the app's url with the scheme by which people reach it, http or https",
        BadRequest::Method | BadRequest::Host => "nothing, where somebody tried; else look at what sends such requests",
        BadRequest::Missing(_)
        | BadRequest::Twice(_)
        | BadRequest::List(_)
        | BadRequest::Alias(_)
        | BadRequest::NotText(_)
        | BadRequest::OriginalUrl
        | BadRequest::Proto => {
            "have the proxy ask as `doorstep generate` prints it: each header of its question once, and set by the proxy"
        }
    }
    .to_owned()
}
