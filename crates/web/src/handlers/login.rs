//! `/login`: the page, and a sign-in with a passkey. That with a password is `login_password`.
//!
//! Whoever is signed in already and need not prove it afresh goes straight on. Where to go on is a
//! parked request (`i`) or a path of ours (`next`), never an address from outside.

use super::{
    account,
    authorize::{self, Came},
    ceremony::{self, Refusal},
    offered::offers,
    registering,
};
use crate::{
    cookies,
    extract::{Asked, OwnPath, SentJson, Visitor},
    headers::Surface,
    pages::{Again, Href, SignIn, SignInProblem},
    respond::{LONGEST_LOCATION, Page, bind, browser_of, clear_stale, go_on, html, see_other},
    speech::wished_by_app,
    state::Web,
};
use axum::{extract::State, response::Response};
use doorstep_app::{
    authorization::{Authorized, Resumed},
    cache::Limited,
    error::InternalError,
    sessions::{NewSession, SignedIn},
};
use doorstep_core::{
    gateway::RelayState,
    id::{ChallengeId, InteractionId},
    model::{Acr, Browser, Level},
    oauth::{
        decide::{LoginNeeded, LoginReason},
        params::encode,
    },
    time::Ttl,
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// What the sign-in page shows and carries.
#[derive(Default)]
pub(super) struct Door {
    pub(super) app: Option<String>,
    pub(super) interaction: Option<InteractionId>,
    pub(super) next: Option<OwnPath>,
    pub(super) typed: String,
    pub(super) problem: Option<SignInProblem>,
    /// The display name of somebody who has to prove it afresh.
    pub(super) again: Option<String>,
    /// A password would not be proof enough.
    pub(super) passkey_only: bool,
    /// What somebody else vouches for would not be proof enough.
    pub(super) own_only: bool,
    /// What the app asks for, of which the person gave less.
    pub(super) wanted: Option<Level>,
    /// The address that the person opened is too long to come back to.
    pub(super) too_long: bool,
}

/// `GET /login`
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let browser = browser_of(&web, &visitor);
    let who = visitor.signed_in(&web).await?;
    let mut response = match asked.parse("i") {
        Some(id) => for_request(&web, &visitor, (who.as_ref(), &browser), (&id, &asked)).await?,
        None => for_instance(&web, who.as_ref(), &asked).await?,
    };
    if who.is_none() {
        clear_stale(&visitor, response.headers_mut());
    }
    bind(&mut response, &browser);
    Ok(response)
}

/// With a parked request: whoever is signed in takes it up again, which says whether that is enough.
async fn for_request(
    web: &Arc<Web>,
    visitor: &Visitor,
    (who, browser): (Option<&SignedIn>, &Browser),
    (id, asked): (&InteractionId, &Asked),
) -> Page {
    let (mut again, mut needs) = (None, Needs::default());
    if let Some(who) = who.filter(|_| asked.get("other").is_none()) {
        match web.instance.authorization.resume(id, Some(who), browser, &visitor.caller).await? {
            Resumed::Gone => return lead_on(web, id, Some(who)).await,
            Resumed::Go(authorized) => match *authorized {
                Authorized::SignIn { needed, .. } => {
                    needs = match needed.reason {
                        LoginReason::Acr(acr) => Needs { passkey_only: acr == Acr::PhishingResistant, ..needs },
                        LoginReason::Required(level) => Needs::of(web, who, level).await?,
                        _ => needs,
                    };
                    again = is_same_person_wanted(needed).then(|| who.principal.user.display_name.clone());
                }
                authorized => {
                    let came = Came { who: Some(who), browser, back: resume_path(id), framed: false };
                    return authorize::answer(web, authorized, came).await;
                }
            },
        }
    }
    let door = request_door(web, id, browser).await?;
    Ok(door_page(web, StatusCode::OK, &needs.on(Door { again, ..door })).await)
}

/// What of the sign-in page would be proof enough.
#[derive(Default)]
struct Needs {
    passkey_only: bool,
    own_only: bool,
    wanted: Option<Level>,
}

impl Needs {
    /// For an app that asks for this level.
    async fn of(web: &Web, who: &SignedIn, level: Level) -> Result<Self, InternalError> {
        let has_codes = web.instance.accounts.methods_of(who).await?.totp;
        Ok(Self { passkey_only: level == Level::Passkey || !has_codes, own_only: true, wanted: Some(level) })
    }

    fn on(self, door: Door) -> Door {
        let Self { passkey_only, own_only, wanted } = self;
        Door { passkey_only, own_only, wanted, ..door }
    }
}

/// Whether the one who is signed in is to prove it, or somebody is to be chosen.
const fn is_same_person_wanted(needed: LoginNeeded) -> bool {
    let reasons = matches!(
        needed.reason,
        LoginReason::PromptLogin | LoginReason::MaxAge | LoginReason::Acr(_) | LoginReason::Required(_)
    );
    needed.reauthenticate && reasons
}

/// The page for a request. Whether it is still parked or not: whoever signs in is taken on.
pub(super) async fn request_door(web: &Web, id: &InteractionId, browser: &Browser) -> Result<Door, InternalError> {
    let authorization = &web.instance.authorization;
    let (app, typed) = match authorization.parked_view(id, browser).await? {
        Some(parked) => {
            wished_by_app(parked.ui_locales.as_deref());
            (parked.client.name.clone(), parked.login_hint.unwrap_or_default())
        }
        None => match authorization.came_from(id).await? {
            Some(from) => (from.client.name.clone(), String::new()),
            None => return Ok(Door::default()),
        },
    };
    Ok(Door { app: Some(app), typed, interaction: Some(id.clone()), ..Door::default() })
}

/// Without one: to the instance itself, to an app that it guards, or to prove it afresh (`again`).
async fn for_instance(web: &Arc<Web>, who: Option<&SignedIn>, asked: &Asked) -> Page {
    let next = asked.get("next").and_then(OwnPath::read);
    let too_long = asked.get("too_long").is_some();
    let mut door = Door { app: app_title(web, asked).await, next, too_long, ..Door::default() };
    if let Some(who) = who.filter(|_| asked.get("other").is_none()) {
        let enough = asked.get("again").is_none() || web.instance.accounts.require_fresh(who).await.is_ok();
        if enough {
            return Ok(see_other(&destination(None, door.next.as_ref())));
        }
        door.again = Some(who.principal.user.display_name.clone());
        let methods = web.instance.accounts.methods_of(who).await?;
        door.passkey_only = methods.has_a_passkey();
        door.own_only = methods.has_a_passkey() || methods.password;
    }
    Ok(door_page(web, StatusCode::OK, &door).await)
}

/// The page for a browser that comes from a guarded app and goes back there by `next`: at its own address, or at once where
/// that would be too long for the head of an answer, and for `who` is signed in already with less proof than the app asks for.
pub(crate) async fn to_guarded(
    web: &Web,
    (visitor, who): (&Visitor, Option<&SignedIn>),
    next: &str,
    state: &RelayState,
) -> Page {
    let too_long = state.return_path.was_too_long();
    let mut location = format!("/login?next={}&app={}", encode(next), encode(state.app.as_str()));
    if too_long {
        location.push_str("&too_long=1");
    }
    let mut response = if who.is_none() && location.len() <= LONGEST_LOCATION {
        see_other(&location)
    } else {
        let app = web.instance.caches.believed().await?.app(&state.app).map(|app| app.title.clone());
        let again = who.map(|who| who.principal.user.display_name.clone());
        let needs = match who.zip(state.proof.least) {
            Some((who, level)) => Needs::of(web, who, level).await?,
            None => Needs::default(),
        };
        let next = OwnPath::read(next);
        let door = Door { app, next, again, too_long, ..Door::default() };
        let mut response = door_page(web, StatusCode::OK, &needs.on(door)).await;
        bind(&mut response, &browser_of(web, visitor));
        response
    };
    if who.is_none() {
        clear_stale(visitor, response.headers_mut());
    }
    Ok(response)
}

/// The title of a protected app, so that the page never says a word that a link put there. Without the database the
/// page says none.
async fn app_title(web: &Web, asked: &Asked) -> Option<String> {
    let name = asked.parse("app")?;
    web.instance.caches.believed().await.ok()?.app(&name).map(|app| app.title.clone())
}

pub(super) async fn door_page(web: &Web, status: StatusCode, door: &Door) -> Response {
    let former = web.instance.accounts.former_hosts().await;
    let live = web.instance.context.settings.live();
    let other = match (&door.interaction, &door.next) {
        (Some(id), _) => format!("/login?i={id}&other=1"),
        (None, Some(next)) => format!("/login?other=1&next={}", encode(next.as_str())),
        (None, None) => "/login?other=1".to_owned(),
    };
    let other_account = Href::new(other).unwrap_or(Href::home());
    let offered = if door.own_only { Vec::new() } else { web.instance.accounts.offered_upstreams(false) };
    let page = SignIn {
        upstreams: offers(&offered),
        former: former.iter().map(Into::into).collect(),
        app: door.app.as_ref().map(Into::into),
        instance: live.name.as_str().into(),
        interaction: door.interaction.as_ref().map(InteractionId::as_str),
        next: door.next.as_ref().map(OwnPath::as_str),
        passwords: live.passwords && !door.passkey_only,
        user_name: (&door.typed).into(),
        problem: door.problem,
        register: if door.again.is_some() { None } else { registering::offered(web) },
        too_long: door.too_long,
        again: door.again.as_ref().map(|person| Again { person: person.into(), wanted: door.wanted, other_account }),
    };
    html(web, &Surface::Page, status, &page)
}

/// The parked request is gone, or it is another browser's (security rows 39 and 45), so nothing of it is told or
/// done. Whoever is signed in goes on to the app, which asks anew; anyone else signs in first.
///
/// To the app by a page: Back leads here, and where Back is redirected, browsers take the rest of the way from their cache
/// (HTML §7.4, history navigation; Chromium does so with the app's answer from last time, whose `state` is spent).
pub(super) async fn lead_on(web: &Web, id: &InteractionId, who: Option<&SignedIn>) -> Page {
    if who.is_none() {
        return Ok(see_other(&format!("/login?i={id}")));
    }
    let from = web.instance.authorization.came_from(id).await?;
    Ok(match from.and_then(|from| Some((from.url?, from.client))) {
        Some((url, client)) => go_on(web, &url, Some(&client.name)),
        None => see_other("/"),
    })
}

/// Where a parked request is taken up again.
pub(super) fn resume_path(id: &InteractionId) -> String {
    format!("/authorize/resume?i={id}")
}

pub(super) fn destination(interaction: Option<&InteractionId>, next: Option<&OwnPath>) -> String {
    match (interaction, next) {
        (Some(id), _) => resume_path(id),
        (None, Some(next)) => next.as_str().to_owned(),
        (None, None) => "/".to_owned(),
    }
}

/// What the form says about where to go on, and of which former host the passkeys are to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyAsked {
    #[serde(default)]
    former: Option<String>,
    #[serde(default, rename = "interaction")]
    _interaction: Option<InteractionId>,
    #[serde(default, rename = "next")]
    _next: Option<String>,
}

/// `POST /login/passkey/options`
pub(crate) async fn passkey_options(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(PasskeyAsked { former, .. }): SentJson<PasskeyAsked>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let options = web.instance.accounts.begin_passkey_sign_in(&browser, former.as_deref()).await?;
    let mut response = ceremony::options(&options);
    bind(&mut response, &browser);
    Ok(response)
}

/// A sign-in that succeeds does not count against its address: not the request that was parked for it either.
pub(super) fn uncount(web: &Web, visitor: &Visitor, parked: bool) {
    if parked {
        web.instance.allowances.give_back(Limited::Request, &visitor.source);
    }
}

/// The browser's answer to a challenge.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyAnswered {
    #[serde(default)]
    interaction: Option<InteractionId>,
    #[serde(default)]
    next: Option<String>,
    challenge_id: ChallengeId,
    credential: Value,
}

/// `POST /login/passkey`
pub(crate) async fn passkey(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(sent): SentJson<PasskeyAnswered>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let answered = (&sent.challenge_id, &sent.credential);
    let previous = visitor.session.as_ref();
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let entered = web.instance.accounts.finish_passkey_sign_in(&browser, answered, previous, &visitor.caller).await?;
    uncount(&web, &visitor, sent.interaction.is_some());
    // And the beginning of this ceremony.
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    let next = sent.next.as_deref().and_then(OwnPath::read);
    let mut next = destination(sent.interaction.as_ref(), next.as_ref());
    if entered.wants_another {
        next = format!("{}?next={}", account::NEW_PASSKEY, encode(&next));
    }
    let mut response = ceremony::next(&next);
    begin(&mut response, &entered.session, &visitor);
    Ok(response)
}

/// For as long as browsers keep a cookie (RFC 6265bis §5.5).
const KNOWN_FOR: Ttl = Ttl::from_days(400);

/// Gives the browser its session, and the cookie by which it is known from then on.
pub(super) fn begin(response: &mut Response, session: &NewSession, visitor: &Visitor) {
    cookies::set(response.headers_mut(), &session.token, session.max_age);
    if let Some(known) = session.browser.as_ref().or(visitor.known.as_ref()) {
        cookies::set(response.headers_mut(), known, KNOWN_FOR);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_sign_in_a_parked_request_comes_first() {
        let (id, next): (InteractionId, _) = ("i1".parse().unwrap(), OwnPath::read("/account").unwrap());
        for (interaction, next, path) in
            [(Some(&id), Some(&next), "/authorize/resume?i=i1"), (None, Some(&next), "/account"), (None, None, "/")]
        {
            assert_eq!(destination(interaction, next), path);
        }
    }
}
