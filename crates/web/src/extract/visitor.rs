//! Who visits: the client's address, the request's id and our cookies. Nothing is believed yet.

use crate::{
    cookies,
    speech::wished_by_account,
    state::{Peer, Web, agent},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use doorstep_app::sessions::SignedIn;
use doorstep_core::{
    access::Caller,
    id::RequestId,
    limit::Source,
    secret::{Token, TokenKind},
};
use std::{convert::Infallible, net::IpAddr, sync::Arc};

/// A visitor of a page.
pub(crate) struct Visitor {
    pub(crate) ip: IpAddr,
    /// Who is counted.
    pub(crate) source: Source,
    pub(crate) caller: Caller,
    /// `__Host-ds_session`.
    pub(crate) session: Option<Token>,
    /// `__Host-ds_browser`.
    pub(crate) known: Option<Token>,
    /// A session cookie came that cannot be one of ours.
    pub(crate) stale_session: bool,
    /// Each `__Host-ds_login_…`.
    pub(crate) browser: Vec<Token>,
}

impl Visitor {
    /// The signed-in person, live. The page is in the language that their account keeps.
    pub(crate) async fn signed_in(&self, web: &Web) -> Result<Option<SignedIn>, doorstep_app::error::InternalError> {
        let who = web.instance.sessions.signed_in(self.session.as_ref()).await?;
        wished_by_account(who.as_ref().and_then(|who| who.principal.user.language));
        Ok(who)
    }
}

impl FromRequestParts<Arc<Web>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().copied().unwrap_or(Peer::Unknown);
        let (ip, source) = web.trusted().client(peer, &parts.headers);
        let request_id = parts.extensions.get::<RequestId>().cloned();
        let session = cookies::read(&parts.headers, TokenKind::Session);
        let known = cookies::read(&parts.headers, TokenKind::Browser);
        Ok(Self {
            ip,
            source,
            caller: Caller {
                ip: ip.to_string(),
                agent: agent(&parts.headers),
                request_id,
                browser: known.as_ref().map(Token::hash),
            },
            known,
            stale_session: session.is_none() && cookies::came(&parts.headers, TokenKind::Session),
            session,
            browser: cookies::read_login(&parts.headers),
        })
    }
}
