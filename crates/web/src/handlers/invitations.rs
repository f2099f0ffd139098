//! `/admin/invitations`: administrators make, see and end invitations. The answer to the form that makes one is the only
//! page that ever holds its address.

use super::{account::is_fresh, administering::act_at};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{ErrorPage, InvitationMade, InvitationReported, InvitationRow, Invitations, Text, When},
    qr::QrCode,
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::extract::{Path, State};
use doorstep_app::accounts::{InvitingError, ListedInvite, PeopleError, PrintedInvite};
use doorstep_core::{
    access::{InviteMistake, InviteTerms, ManageUsers},
    id::{GroupName, InviteId},
    model::Invite,
    time::Timestamp,
};
use http::StatusCode;
use std::{collections::BTreeSet, sync::Arc};

const INVITATIONS: &str = "/admin/invitations";
const PROVE: &str = "/login?next=/admin/invitations&again=1";

/// What the page says at the top, by a code in its address.
const CODES: [(&str, InvitationReported); 10] = [
    ("ended", InvitationReported::Ended),
    ("gone", InvitationReported::Gone),
    ("group", InvitationReported::Group),
    ("days", InvitationReported::Days),
    ("people", InvitationReported::People),
    ("account_days", InvitationReported::AccountDays),
    ("label", InvitationReported::Label),
    ("address", InvitationReported::Address),
    ("one_address", InvitationReported::OneAddress),
    ("app", InvitationReported::App),
];

fn told(what: InvitationReported) -> String {
    let code = CODES.iter().find(|(_, reported)| *reported == what).map_or("", |(code, _)| *code);
    format!("{INVITATIONS}?told={code}")
}

/// `GET /admin/invitations`
pub(crate) async fn list(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, INVITATIONS)) };
    let act = match act_at(&web, (&visitor, &who), ManageUsers, INVITATIONS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    let open = web.instance.accounts.invites(&act).await?;
    let can = web.instance.accounts.what_invites_can_give(&act).await?;
    let now = web.instance.now();
    let said = asked.get("told");
    let shown = Invitations {
        person: (&who.principal.user.display_name).into(),
        rows: open.iter().map(|listed| row(listed, now)).collect(),
        groups: can.groups.iter().map(|group| group.as_str().into()).collect(),
        apps: can.apps.iter().map(|app| (app.name.as_str(), (&app.title).into())).collect(),
        fresh: is_fresh(&web, &who).await?,
        reported: CODES.iter().find(|(code, _)| said == Some(*code)).map(|(_, reported)| *reported),
    };
    Ok(page(&web, &shown))
}

fn row(listed: &ListedInvite, now: Timestamp) -> InvitationRow<'_> {
    let maker = listed.maker.as_ref().map(Text::from);
    InvitationRow { maker, stands: listed.stands, ..about(&listed.invite, listed.title.as_deref(), now) }
}

fn about<'a>(invite: &'a Invite, title: Option<&'a str>, now: Timestamp) -> InvitationRow<'a> {
    InvitationRow {
        id: invite.id.as_str(),
        label: (&invite.label).into(),
        groups: invite.groups.iter().map(|group| group.as_str().into()).collect(),
        app: title.map(Text::from),
        email: invite.email.as_ref().map(Text::from),
        account_days: invite.account_days,
        left: (invite.left(), invite.places),
        ends: When { at: invite.expires_at, now },
        maker: None,
        stands: true,
    }
}

/// `POST /admin/invitations`. A group can stand in the form more than once, so that it is read pair by pair.
pub(crate) async fn make(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(sent): Filled<Vec<(String, String)>>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, INVITATIONS)) };
    let act = match act_at(&web, (&visitor, &who), ManageUsers, INVITATIONS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    let Some(wanted) = wanted(sent) else {
        return Ok(html(&web, &Surface::Page, StatusCode::BAD_REQUEST, &ErrorPage::unreadable_form()));
    };
    if !is_fresh(&web, &who).await? {
        return Ok(see_other(PROVE));
    }
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let made = match wanted {
        Ok(terms) => web.instance.accounts.make_invite(&act, terms).await,
        Err(mistake) => return Ok(see_other(&told(mistake))),
    };
    let PrintedInvite { url, invite, title } = match made {
        Ok(made) => made,
        Err(error) => return refused(error),
    };
    let shown = InvitationMade {
        person: (&who.principal.user.display_name).into(),
        code: QrCode::of(&url).map(|code| (code.extent(), code.path())),
        url: &url,
        row: about(&invite, title.as_deref(), web.instance.now()),
    };
    Ok(page(&web, &shown))
}

/// What the form wishes for; none when it is not ours (security row 50).
fn wanted(sent: Vec<(String, String)>) -> Option<Result<InviteTerms, InvitationReported>> {
    let (mut groups, mut app, mut email) = (Vec::new(), None, None);
    let (mut label, mut people, mut days, mut account_days) = (None, None, None, None);
    for (name, value) in sent {
        let place = match name.as_str() {
            "group" => {
                groups.push(value);
                continue;
            }
            "label" => &mut label,
            "app" => &mut app,
            "email" => &mut email,
            "people" => &mut people,
            "days" => &mut days,
            "account_days" => &mut account_days,
            _ => return None,
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    // What is no number is none that fits.
    let number = |text: String| text.trim().parse().unwrap_or(0);
    let (days, places) = (number(days?), number(people?));
    let account_days = account_days.filter(|text| !text.trim().is_empty()).map(number);
    let Ok(groups) = groups.iter().map(|name| name.parse()).collect::<Result<BTreeSet<GroupName>, _>>() else {
        return Some(Err(InvitationReported::Group));
    };
    let app = app.filter(|name| !name.is_empty()).map(|name| name.parse());
    let Ok(app) = app.transpose() else { return Some(Err(InvitationReported::App)) };
    let email = email.filter(|email| !email.trim().is_empty());
    Some(Ok(InviteTerms { label: label.unwrap_or_default(), groups, app, email, days, places, account_days }))
}

/// Why nothing was made or ended.
fn refused(error: InvitingError) -> Page {
    let what = match error {
        InvitingError::Internal(error) => return Err(error.into()),
        InvitingError::People(error) => match error {
            PeopleError::Internal(error) => return Err(error.into()),
            PeopleError::UnknownGroup { .. } => InvitationReported::Group,
            _ => InvitationReported::Address,
        },
        InvitingError::Terms(mistake) => match mistake {
            InviteMistake::NoGroup
            | InviteMistake::NotToGive(_)
            | InviteMistake::OneAdministrator
            | InviteMistake::AdministratorForATime => InvitationReported::Group,
            InviteMistake::AccountDays => InvitationReported::AccountDays,
            InviteMistake::OneAddress => InvitationReported::OneAddress,
            InviteMistake::Days => InvitationReported::Days,
            InviteMistake::Places => InvitationReported::People,
            InviteMistake::Label => InvitationReported::Label,
        },
        InvitingError::UnknownApp { .. } | InvitingError::Refuses { .. } => InvitationReported::App,
        InvitingError::NotFound => InvitationReported::Gone,
        InvitingError::NoAdministrator | InvitingError::NotAnAdministrator => return Ok(see_other("/")),
    };
    Ok(see_other(&told(what)))
}

/// `POST /admin/invitations/{id}/end`
pub(crate) async fn end(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<InviteId>,
    Filled(sent): Filled<Vec<(String, String)>>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, INVITATIONS)) };
    let act = match act_at(&web, (&visitor, &who), ManageUsers, INVITATIONS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    if !sent.is_empty() {
        return Ok(html(&web, &Surface::Page, StatusCode::BAD_REQUEST, &ErrorPage::unreadable_form()));
    }
    if !is_fresh(&web, &who).await? {
        return Ok(see_other(PROVE));
    }
    match web.instance.accounts.end_invite(&act, &id).await {
        Ok(_) => Ok(see_other(&told(InvitationReported::Ended))),
        Err(error) => refused(error),
    }
}
