//! Cookies of the app's own: they go when the person's session with it has ended, whoever comes next.
//!
//! Only those that came are expired, so that an answer stays small. The answer to nginx's question sets none: nginx
//! takes the answer that people see from `/fa/nginx/refusal`.

use crate::{
    cookies,
    state::{Peer, Web},
};
use doorstep_core::{
    gateway::{Dialect, Guarded, Verdict},
    secret::TokenKind,
};
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

/// Whether an answer says to a browser that nobody is signed in.
pub(super) const fn ended<S>(dialect: Dialect, verdict: &Verdict<S>) -> bool {
    matches!(verdict, Verdict::Challenge(challenge) if !challenge.is_step_up) && !matches!(dialect, Dialect::Nginx)
}

/// Whether a request to the app's host comes without a session there. A database that does not answer says nothing.
pub(super) async fn is_nobody(web: &Web, peer: Peer, request: &HeaderMap) -> bool {
    let Some(cookie) = cookies::read(request, TokenKind::App) else { return true };
    let hash = cookie.hash();
    if web.instance.gateway.warm(&hash, web.instance.now()).is_some() {
        return false;
    }
    let (_, source) = web.trusted().client(peer, request);
    matches!(web.instance.gateway.load(&hash, &source).await, Ok(None))
}

/// Expires those of the app's cookies that came with `request`.
pub(super) fn expire(answer: &mut HeaderMap, request: &HeaderMap, host: &Guarded) {
    for cookie in &host.own_cookies {
        if request.get_all(COOKIE).iter().any(|line| cookie.is_in(line.as_bytes())) {
            let lines = cookie.expired(host.secure).filter_map(|line| HeaderValue::try_from(line).ok());
            lines.for_each(|line| _ = answer.append(SET_COOKIE, line));
        }
    }
}
