//! `/account/data`: a copy of what is kept of a person, and leaving for good. Both want a fresh sign-in.

use super::{
    account::{Nothing, is_fresh, own},
    sign_out::without_cookies,
};
use crate::{
    extract::{Filled, Visitor},
    headers::Surface,
    pages::{AccountRemoved, LeaveProblem, OwnDataPage, When},
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::{body::Body, extract::State, response::Response};
use doorstep_app::{
    accounts::{AccountError, AllowedApp, LeaveError, OwnData},
    sessions::{AuditLine, SignedIn},
};
use doorstep_core::{
    id::{AppName, GroupName},
    model::{Passkey, Place, ProgramToken, Session, TotpKey},
    time::Timestamp,
};
use doorstep_words::Language;
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

const DATA: &str = "/account/data";
const PROVE: &str = "/login?next=/account/data&again=1";

/// `GET /account/data`
pub(crate) async fn data(State(web): State<Arc<Web>>, visitor: Visitor) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, DATA)) };
    let fresh = is_fresh(&web, &who).await?;
    Ok(page(&web, &data_page(&who, fresh, None)))
}

fn data_page(who: &SignedIn, fresh: bool, problem: Option<LeaveProblem>) -> OwnDataPage<'_> {
    let user = &who.principal.user;
    OwnDataPage { person: (&user.display_name).into(), user_name: user.name.as_str().into(), fresh, problem }
}

/// `POST /account/data/copy`
pub(crate) async fn copy(State(web): State<Arc<Web>>, visitor: Visitor, Filled(Nothing {}): Filled<Nothing>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, DATA)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    match web.instance.accounts.own_data(&own(&web, &visitor, &who)?).await {
        Ok(data) => Ok(attachment(&web, &as_json(&data, web.instance.now()))),
        Err(AccountError::Internal(error)) => Err(error.into()),
        Err(_) => Ok(see_other(PROVE)),
    }
}

fn attachment(web: &Web, json: &Value) -> Response {
    let mut response = Response::new(Body::from(format!("{json:#}\n")));
    Surface::Data.stamp(response.headers_mut(), web.https);
    for (name, value) in
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A time as RFC 3339 writes it.
fn at(at: Timestamp) -> String {
    When { at, now: at }.machine()
}

fn as_json(data: &OwnData, now: Timestamp) -> Value {
    let user = &data.person.user;
    json!({
        "account": {
            "user_name": user.name.as_str(),
            "name": user.display_name,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "email": user.email,
            "email_verified": user.email_verified,
            "email_to_confirm": data.waiting.as_ref().map(|proof| proof.email.as_str()),
            "language": user.language.map(Language::tag),
            "sub": user.id.as_str(),
            "groups": data.person.groups.iter().map(GroupName::as_str).collect::<Vec<_>>(),
            "groups_end_at": data.person.memberships.lasting(now)
                .filter_map(|(group, end)| Some((group.to_string(), at(end?)))).collect::<Value>(),
            "ends_at": user.ends_at.map(at),
            "has_password": data.person.has_password,
            "created_at": at(user.created_at),
            "updated_at": at(user.updated_at),
        },
        "passkeys": data.person.passkeys.iter().map(passkey).collect::<Vec<_>>(),
        "authenticator_apps": data.person.totp_keys.iter().map(authenticator).collect::<Vec<_>>(),
        "recovery_kit": data.person.kit.as_ref().map(|kit| json!({ "made_at": at(kit.made_at), "codes_left": kit.left })),
        "sessions": data.person.sessions.iter().map(session).collect::<Vec<_>>(),
        "apps": data.apps.iter().map(app).collect::<Vec<_>>(),
        "tokens": data.tokens.iter().map(token).collect::<Vec<_>>(),
        "activity": data.activity.iter().map(line).collect::<Vec<_>>(),
    })
}

fn passkey(passkey: &Passkey) -> Value {
    json!({
        "name": passkey.name,
        "credential_id": passkey.credential_id,
        "aaguid": passkey.aaguid,
        "backed_up": passkey.backed_up,
        "created_at": at(passkey.created_at),
        "last_used_at": passkey.last_used_at.map(at),
    })
}

fn authenticator(key: &TotpKey) -> Value {
    json!({
        "name": key.name,
        "created_at": at(key.created_at),
        "last_used_at": key.last_used_at.map(at),
    })
}

fn session((session, place): &(Session, Place)) -> Value {
    json!({
        "ip": place.ip,
        "user_agent": place.agent,
        "with": session.amr.as_str(),
        "began_at": at(session.created_at),
        "last_seen_at": at(session.last_seen_at),
    })
}

fn app(app: &AllowedApp) -> Value {
    json!({ "title": app.title, "url": app.url, "since": at(app.since), "while_away": app.offline })
}

fn token(token: &ProgramToken) -> Value {
    json!({
        "label": token.label,
        "apps": token.apps.iter().map(AppName::as_str).collect::<Vec<_>>(),
        "read_only": token.read_only,
        "created_at": at(token.created_at),
        "expires_at": at(token.expires_at),
        "last_used_at": token.last_used_at.map(at),
    })
}

fn line(line: &AuditLine) -> Value {
    json!({
        "at": at(line.at),
        "what": line.kind,
        "by": line.actor_name,
        "app": line.client,
        "ip": line.ip,
        "detail": serde_json::from_str::<Value>(&line.detail).unwrap_or_default(),
    })
}

/// The user name, typed to confirm it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    user_name: String,
}

/// `POST /account/data/delete`
pub(crate) async fn delete(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, DATA)) };
    let left = web.instance.accounts.leave_for_good(&own(&web, &visitor, &who)?, &sent.user_name).await;
    let problem = match left {
        Ok(()) => {
            let live = web.instance.context.settings.live();
            let response = page(&web, &AccountRemoved { instance: live.name.as_str().into() });
            return Ok(without_cookies(response, &visitor, Some(&who)));
        }
        Err(LeaveError::OtherName) => LeaveProblem::OtherName,
        Err(LeaveError::LastAdministrator) => LeaveProblem::LastAdministrator,
        Err(LeaveError::Account(AccountError::Internal(error))) => return Err(error.into()),
        Err(LeaveError::Account(_)) => return Ok(see_other(PROVE)),
    };
    Ok(html(&web, &Surface::Page, StatusCode::BAD_REQUEST, &data_page(&who, true, Some(problem))))
}
