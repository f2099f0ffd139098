//! A question about a request that a program proves itself for: its token is looked up, warm or within a second, and no
//! cookie counts.

use super::{allowed::allow, check::say, question::ANSWER_WITHIN};
use crate::state::{Peer, Web};
use axum::response::Response;
use doorstep_app::cache::CachedToken;
use doorstep_core::{
    gateway::{self, Dialect, Prepared, Stop, TokenView, Verdict},
    id::RequestId,
    secret::SecretHash,
    time::Timestamp,
};
use http::HeaderMap;

/// Answers it. `hash` is that of the token.
pub(super) async fn check(
    web: &Web,
    (dialect, peer): (Dialect, Peer),
    headers: &HeaderMap,
    (prepared, hash): (&Prepared<'_>, &SecretHash),
    now: Timestamp,
) -> Response {
    let Ok(token) = token(web, (peer, headers), hash, now).await else {
        return say(web, dialect, Some(prepared), &Verdict::<&CachedToken>::Stop(Stop::Unavailable), now);
    };
    let verdict = gateway::judge_token(prepared, token.as_ref(), now);
    if let (Verdict::Allow(token), true) = (&verdict, dialect.lets_through()) {
        // The owner is there, or it would not have been allowed.
        let view: &TokenView = (*token).as_ref();
        if let Some(owner) = view.owner() {
            token.note_use(now);
            return allow(web, prepared, (owner, None), hash, now)
                .unwrap_or_else(|stop| say(web, dialect, Some(prepared), &Verdict::<&CachedToken>::Stop(stop), now));
        }
    }
    // nginx asks a second time for the page; once is enough for the log.
    if let (Some(token), Some(why), true) = (&token, refusal(&verdict), dialect.lets_through()) {
        let id = RequestId::random(&mut web.instance.context.ambient.entropy());
        let caller = web.trusted().caller(peer, headers, id);
        let noted = web.instance.gateway.note_refused(token, (&prepared.host.app, why), &caller);
        match Box::pin(tokio::time::timeout(ANSWER_WITHIN, noted)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the refusal of a token is not in the audit log"),
            Err(_) => tracing::warn!("the refusal of a token is not in the audit log: the database does not answer"),
        }
    }
    say(web, dialect, Some(prepared), &verdict, now)
}

/// Why a token is refused that is known.
fn refusal<S>(verdict: &Verdict<S>) -> Option<&'static str> {
    match verdict {
        Verdict::Unproved(why) => Some(why.reason()),
        Verdict::Deny(_) => Some("not_allowed"),
        Verdict::Allow(_) | Verdict::Pass | Verdict::Challenge(_) | Verdict::Stop(_) => None,
    }
}

/// The token that the credential leads to: warm, or from the database within a second.
async fn token(
    web: &Web,
    (peer, headers): (Peer, &HeaderMap),
    hash: &SecretHash,
    now: Timestamp,
) -> Result<Option<CachedToken>, ()> {
    if let Some(warm) = web.instance.gateway.warm_token(hash, now) {
        return Ok(Some(warm));
    }
    let (_, source) = web.trusted().client(peer, headers);
    match Box::pin(tokio::time::timeout(ANSWER_WITHIN, web.instance.gateway.load_token(hash, &source))).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            tracing::error!(%error, "forward auth cannot look a token up");
            Err(())
        }
        Err(_) => {
            tracing::error!("forward auth waited a second to look a token up");
            Err(())
        }
    }
}
