//! `/recover`, where a code of a recovery kit is used, and `/account/recovery-kit`, where a person makes one. The answer to
//! the form that makes it is the only page that ever holds the codes.
//!
//! `/recover` takes nothing from its address (security row 15), and says nothing of whose a code is.

use super::{
    account::{Nothing, is_fresh, own},
    household::address_key,
};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{KitReported, KitShown, Recover, RecoverProblem, RecoveryKitMade, RecoveryKitPage, When},
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::{extract::State, response::Response};
use doorstep_app::accounts::{AccountError, RECOVERY_TRIES_WINDOW, RecoveryError, Rehearsed};
use doorstep_core::model::{RecoveryCode, RecoveryKit};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use std::sync::Arc;

const KIT: &str = "/account/recovery-kit";
const PROVE: &str = "/login?next=/account/recovery-kit&again=1";

/// What the kit's page says at the top, by a code in its address.
const CODES: [(&str, KitReported); 4] = [
    ("opens", KitReported::Opens),
    ("used", KitReported::Used),
    ("other", KitReported::NotOfThisKit),
    ("removed", KitReported::Removed),
];

fn told(what: KitReported) -> String {
    let code = CODES.iter().find(|(_, reported)| *reported == what).map_or("", |(code, _)| *code);
    format!("{KIT}?told={code}")
}

/// A code as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    code: String,
}

/// `GET /recover`
pub(crate) async fn recover_page(State(web): State<Arc<Web>>) -> Page {
    Ok(recover_with(&web, StatusCode::OK, None))
}

fn recover_with(web: &Web, status: StatusCode, problem: Option<RecoverProblem>) -> Response {
    let live = web.instance.context.settings.live();
    let by_mail = web.instance.accounts.recovery_by_mail().is_some();
    html(web, &Surface::Page, status, &Recover { instance: live.name.as_str().into(), by_mail, problem })
}

/// `POST /recover`. The code is used up, and the browser goes on to the recovery link that it opens.
pub(crate) async fn recover(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    let opened = web.instance.accounts.recover_by_code(&sent.code, &address_key(visitor.ip), &visitor.caller).await;
    match opened {
        Ok(link) => Ok(see_other(&link.path)),
        Err(RecoveryError::Internal(error)) => Err(error.into()),
        Err(RecoveryError::NotACode) => Ok(recover_with(&web, StatusCode::BAD_REQUEST, Some(RecoverProblem::NotACode))),
        Err(RecoveryError::TooMany) => {
            let seconds = RECOVERY_TRIES_WINDOW.seconds();
            let minutes = u32::try_from(seconds / 60).unwrap_or(u32::MAX);
            let problem = Some(RecoverProblem::TooMany { minutes });
            let mut response = recover_with(&web, StatusCode::TOO_MANY_REQUESTS, problem);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
    }
}

/// `GET /account/recovery-kit`
pub(crate) async fn kit(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, KIT)) };
    let fresh = is_fresh(&web, &who).await?;
    let kit = web.instance.accounts.recovery_kit(&own(&web, &visitor, &who)?).await?;
    let told = asked.get("told");
    let shown = RecoveryKitPage {
        person: (&who.principal.user.display_name).into(),
        kit: kit.as_ref().map(|kit| shown(&web, kit)),
        fresh,
        reported: CODES.iter().find(|(code, _)| told == Some(*code)).map(|(_, reported)| *reported),
    };
    Ok(page(&web, &shown))
}

/// A kit as a page shows it.
pub(super) fn shown(web: &Web, kit: &RecoveryKit) -> KitShown {
    let made = When { at: kit.made_at, now: web.instance.now() };
    KitShown { made, left: kit.left, of: RecoveryCode::IN_A_KIT }
}

/// `POST /account/recovery-kit`
pub(crate) async fn make(State(web): State<Arc<Web>>, visitor: Visitor, Filled(Nothing {}): Filled<Nothing>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, KIT)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let codes = match web.instance.accounts.make_recovery_kit(&own(&web, &visitor, &who)?).await {
        Ok(codes) => codes,
        Err(error) => return refused(error),
    };
    let (settings, now) = (&web.instance.context.settings, web.instance.now());
    let live = settings.live();
    let shown = RecoveryKitMade {
        person: (&who.principal.user.display_name).into(),
        instance: live.name.as_str().into(),
        user_name: who.principal.user.name.as_str().into(),
        codes: codes.iter().map(RecoveryCode::expose).collect(),
        at: format!("{}/recover", settings.issuer),
        made: When { at: now, now },
    };
    Ok(page(&web, &shown))
}

/// `POST /account/recovery-kit/try`
pub(crate) async fn try_code(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, KIT)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let tried = web.instance.accounts.rehearse_recovery(&own(&web, &visitor, &who)?, &sent.code).await?;
    Ok(see_other(&told(match tried {
        Rehearsed::Opens => KitReported::Opens,
        Rehearsed::Used => KitReported::Used,
        Rehearsed::NotOfThisKit => KitReported::NotOfThisKit,
    })))
}

/// `POST /account/recovery-kit/remove`
pub(crate) async fn remove(State(web): State<Arc<Web>>, visitor: Visitor, Filled(Nothing {}): Filled<Nothing>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, KIT)) };
    match web.instance.accounts.remove_recovery_kit(&own(&web, &visitor, &who)?).await {
        Ok(()) => Ok(see_other(&told(KitReported::Removed))),
        Err(error) => refused(error),
    }
}

/// Why nothing was made or removed.
fn refused(error: AccountError) -> Page {
    match error {
        AccountError::Internal(error) => Err(error.into()),
        AccountError::NotFresh(_) => Ok(see_other(PROVE)),
        // Somebody was quicker, in another window: the page shows how things are.
        _ => Ok(see_other(KIT)),
    }
}
