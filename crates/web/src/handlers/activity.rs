//! `/account/activity`: a person's sessions in all browsers, and what the log says of their account.

use super::account::{Nothing, own};
use crate::{
    extract::{Asked, Filled, Visitor},
    pages::{Activity, ActivityRow, By, Happened, SessionRow, Text, When},
    respond::{self, Page, page, see_other},
    state::Web,
};
use axum::extract::{Path, State};
use doorstep_app::sessions::AuditLine;
use doorstep_core::id::{SessionId, UserId};
use serde_json::Value;
use std::sync::Arc;

const ACTIVITY: &str = "/account/activity";

/// `GET /account/activity`
pub(crate) async fn activity(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACTIVITY)) };
    let own = own(&web, &visitor, &who)?;
    let sessions = web.instance.sessions.own_sessions(&own).await?;
    let lines = web.instance.sessions.own_activity(&own).await?;
    let now = web.instance.now();
    let rows = sessions.iter().map(|one| SessionRow {
        id: one.session.id.as_str(),
        device: one.place.device(),
        ip: (&one.place.ip).into(),
        is_this: one.is_this,
        since: When { at: one.session.created_at, now },
        seen: When { at: one.session.last_seen_at, now },
    });
    let about: Vec<(Happened, String, &AuditLine)> =
        lines.iter().filter_map(|line| Some((Happened::of(&line.kind)?, about(line), line))).collect();
    let happened = about.iter().map(|(what, about, line)| ActivityRow {
        what: *what,
        about: about.into(),
        by: by(line, &who.principal.user.id),
        at: When { at: line.at, now },
        ip: (&line.ip).into(),
    });
    let shown = Activity {
        person: (&who.principal.user.display_name).into(),
        sessions: rows.collect(),
        lines: happened.collect(),
        ended: asked.get("told") == Some("ended"),
    };
    Ok(page(&web, &shown))
}

/// What it was about, as the log has it: a passkey or token by name, an app.
fn about(line: &AuditLine) -> String {
    let detail: Value = serde_json::from_str(&line.detail).unwrap_or_default();
    let said = ["passkey", "label", "name", "app", "at"].into_iter().find_map(|name| detail.get(name)?.as_str());
    said.unwrap_or(&line.client).to_owned()
}

/// Who did it. Whoever was nobody yet said to be this person.
fn by<'a>(line: &'a AuditLine, person: &UserId) -> By<'a> {
    match line.actor_kind.as_str() {
        "user" if line.actor_id != person.as_str() => By::Somebody(Text::from(&line.actor_name)),
        "cli" | "config" => By::TheServer,
        _ => By::Oneself,
    }
}

/// `POST /account/sessions/{id}/end`
pub(crate) async fn end(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<SessionId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACTIVITY)) };
    let ended = web.instance.sessions.end_own_session(&own(&web, &visitor, &who)?, &id).await?;
    // What ended in another window meanwhile is not there any more: the page shows how things are.
    Ok(see_other(if ended { "/account/activity?told=ended" } else { ACTIVITY }))
}
