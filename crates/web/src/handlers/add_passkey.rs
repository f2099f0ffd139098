//! `/account/passkeys/new`: a further passkey, on this device or on another one. From a fresh sign-in; also on the way of
//! somebody who signed in with a passkey of a former host of the instance.

use super::{
    account::{NEW_PASSKEY, Nothing, code, is_fresh, own, tell},
    ceremony::{self, Refusal},
};
use crate::{
    extract::{Asked, Filled, OwnPath, SentJson, Visitor},
    pages::{AddPasskey, OtherDevice},
    qr::QrCode,
    respond::{self, Page, bind, browser_of, see_other},
    state::Web,
};
use axum::{extract::State, response::Response};
use doorstep_app::accounts::AccountError;
use doorstep_core::id::ChallengeId;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// `GET /account/passkeys/new`
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, NEW_PASSKEY)) };
    if !is_fresh(&web, &who).await? {
        return Ok(see_other(ceremony::PROVE_FOR_PASSKEY));
    }
    let person = (&who.principal.user.display_name).into();
    let next = asked.get("next").and_then(OwnPath::read);
    let mut response = respond::page(
        &web,
        &AddPasskey {
            person,
            instance: web.instance.context.settings.live().name.as_str().into(),
            next: next.as_ref().map(OwnPath::as_str),
        },
    );
    bind(&mut response, &browser_of(&web, &visitor));
    Ok(response)
}

const SIGN_IN_FIRST: &str = "/login?next=/account/passkeys/new";

/// Where somebody goes on afterwards who made a passkey on the way; the session says who it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnTheWay {
    #[serde(default, rename = "next")]
    _next: Option<String>,
}

/// `POST /account/passkeys/options`
pub(crate) async fn options(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(OnTheWay { .. }): SentJson<OnTheWay>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let who = visitor.signed_in(&web).await?;
    let who = who.ok_or_else(|| Refusal::sign_in_first(StatusCode::UNAUTHORIZED, SIGN_IN_FIRST))?;
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let mut response =
        ceremony::options(&web.instance.accounts.begin_add_passkey(&own(&web, &visitor, &who)?, &browser).await?);
    bind(&mut response, &browser);
    Ok(response)
}

/// The browser's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Made {
    #[serde(default)]
    next: Option<String>,
    challenge_id: ChallengeId,
    credential: Value,
}

/// `POST /account/passkeys`
pub(crate) async fn add(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(sent): SentJson<Made>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let who = visitor.signed_in(&web).await?;
    let who = who.ok_or_else(|| Refusal::sign_in_first(StatusCode::UNAUTHORIZED, SIGN_IN_FIRST))?;
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let made = (&sent.challenge_id, &sent.credential);
    let passkey = web.instance.accounts.finish_add_passkey(&own(&web, &visitor, &who)?, &browser, made).await?;
    let next = sent.next.as_deref().and_then(OwnPath::read).map(|next| next.as_str().to_owned());
    Ok(ceremony::next(&next.unwrap_or_else(|| tell(code::PASSKEY_ADDED, passkey.id.as_str()))))
}

/// `POST /account/passkeys/elsewhere`: a link for another device of the person's.
pub(crate) async fn elsewhere(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, NEW_PASSKEY)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let link = match web.instance.accounts.device_link(&own(&web, &visitor, &who)?).await {
        Ok(link) => link,
        Err(AccountError::Internal(error)) => return Err(error.into()),
        Err(_) => return Ok(see_other(ceremony::PROVE_FOR_PASSKEY)),
    };
    let shown = OtherDevice {
        person: (&who.principal.user.display_name).into(),
        url: &link.url,
        code: QrCode::of(&link.url).map(|code| (code.extent(), code.path())),
        // Begun ones count: some of the first has passed by now.
        minutes: (link.expires_at.since(web.instance.now()).seconds() + 59) / 60,
    };
    Ok(respond::page(&web, &shown))
}
