//! `/invite/{token}/upstream/{name}`: somebody new makes an account with an invitation, and signs in at an upstream from
//! then on.

use super::{
    invite::{already, ended, fields, open, typed, words},
    upstream::{label, led},
};
use crate::{
    extract::{Filled, Visitor},
    headers::Surface,
    pages::{InviteProblem, InvitedUpstream, NotFound, Offered},
    respond::{Page, bind, browser_of, html},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{EnrolError, NewPerson, OpenInvite},
    cache::Limited,
    upstreams::UpstreamError,
};
use doorstep_core::{
    model::UserName,
    secret::{Token, TokenKind},
    upstream::UpstreamName,
};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// `GET /invite/{token}/upstream/{name}`
pub(crate) async fn page(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path((invite, name)): Path<(String, String)>,
) -> Page {
    let Some(name) = enrolling(&web, &name) else { return Ok(not_here(&web)) };
    let Some(open) = open(&web, &visitor, &invite).await? else { return Ok(ended(&web)) };
    match visitor.signed_in(&web).await? {
        Some(who) => Ok(already(&web, &open, &who)),
        None => Ok(shown(&web, (&open, &invite, &name), &NewPerson::default(), StatusCode::OK, None)),
    }
}

fn enrolling(web: &Web, name: &str) -> Option<UpstreamName> {
    let offered = web.instance.accounts.offered_upstreams(true);
    offered.into_iter().map(|(offered, _)| offered).find(|offered| offered.as_str() == name)
}

fn not_here(web: &Web) -> Response {
    html(web, &Surface::SecretPage, StatusCode::NOT_FOUND, &NotFound)
}

fn shown(
    web: &Web,
    (open, invite, name): (&OpenInvite, &str, &UpstreamName),
    typed: &NewPerson,
    status: StatusCode,
    problem: Option<InviteProblem>,
) -> Response {
    let live = web.instance.context.settings.live();
    let label = label(web, name);
    let page = InvitedUpstream {
        words: words(open, live.name.as_str(), invite),
        fields: fields(open, typed),
        upstream: Offered { name: name.as_str(), label: (&label).into() },
        problem,
    };
    html(web, &Surface::SecretForm, status, &page)
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    invite: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    email: String,
}

/// `POST /invite/upstream/{name}`
pub(crate) async fn go(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Filled(sent): Filled<Sent>,
) -> Page {
    let Some(name) = enrolling(&web, &name) else { return Ok(not_here(&web)) };
    let Some(invite) = Token::parse(TokenKind::Invite, &sent.invite) else { return Ok(ended(&web)) };
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    if let Some(who) = visitor.signed_in(&web).await? {
        let open = open(&web, &visitor, &sent.invite).await?;
        return Ok(open.map_or_else(|| ended(&web), |open| already(&web, &open, &who)));
    }
    let about = typed(sent.user_name, sent.display_name, sent.email);
    let browser = browser_of(&web, &visitor);
    let problem = match web.instance.accounts.join_at((&name, &browser), &invite, &about).await {
        Err(UpstreamError::Enrol(error)) => error,
        there => {
            let mut response = led(&web, &name, there).await?;
            bind(&mut response, &browser);
            return Ok(response);
        }
    };
    let problem = match problem {
        EnrolError::Internal(error) => return Err(error.into()),
        EnrolError::Name(_) if about.name.parse::<UserName>().is_err() => InviteProblem::NoUserName,
        EnrolError::Name(_) => InviteProblem::UserName,
        EnrolError::Email => InviteProblem::Email,
        EnrolError::InvitedEmail => InviteProblem::GivenEmail,
        _ => return Ok(ended(&web)),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let open = open(&web, &visitor, &sent.invite).await?;
    // What was typed stays in the fields.
    let again = |open: OpenInvite| shown(&web, (&open, &sent.invite, &name), &about, status, Some(problem));
    Ok(open.map_or_else(|| ended(&web), again))
}
