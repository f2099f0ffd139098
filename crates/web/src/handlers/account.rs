//! `/account`: what a person sees of their account and changes in it.
//!
//! A change that could lock the person out or let somebody else in needs a fresh sign-in, at `/login?again=1` and back.

use super::{
    offered::linked,
    recovery, recovery_banner,
    sign_out::{signed_out, signed_out_here_only, without_cookies},
};
use crate::{
    extract::{Asked, Filled, Visitor},
    pages::{Access, Account, Href, PasskeyRow, PasswordSection, Reported, Signals, When},
    respond::{self, Page, page, see_other},
    state::Web,
};
use axum::extract::{Path, State};
use doorstep_app::{
    accounts::{AccountError, AllowedApp, EnrolError, Overview, OwnNames, PasswordChange},
    error::InternalError,
    password::MIN_PASSWORD_LEN,
    sessions::{Own, SignedIn},
};
use doorstep_core::{
    ceremony::RelyingParty,
    id::{ClientId, PasskeyId},
    model::{Client, Passkey},
    secret::Secret,
};
use serde::Deserialize;
use std::sync::Arc;

pub(super) const ACCOUNT: &str = "/account";
pub(super) const PROVE: &str = "/login?next=/account&again=1";
pub(super) const NEW_PASSKEY: &str = "/account/passkeys/new";

/// What the page says at the top, by a code in its address. The address never holds text to be shown.
pub(super) mod code {
    pub(crate) const PASSKEY_ADDED: &str = "passkey_added";
    pub(super) const PASSKEY_RENAMED: &str = "passkey_renamed";
    pub(super) const PASSKEY_REMOVED: &str = "passkey_removed";
    pub(super) const LAST_WAY_IN: &str = "last_way_in";
    pub(super) const NAME_CHANGED: &str = "name_changed";
    pub(super) const PASSWORD_CHANGED: &str = "password_changed";
    pub(super) const PASSWORD_WRONG: &str = "password_wrong";
    pub(super) const PASSWORD_UNFIT: &str = "password_unfit";
    pub(super) const PASSWORD_TOO_MANY: &str = "password_too_many";
    pub(super) const PASSWORD_BUSY: &str = "password_busy";
    pub(super) const PASSWORD_REMOVED: &str = "password_removed";
    pub(super) const ACCESS_ENDED: &str = "access_ended";
    pub(crate) const IDENTITY_ADDED: &str = "identity_added";
    pub(crate) const IDENTITY_REMOVED: &str = "identity_removed";
}

/// `GET /account`
pub(crate) async fn account(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACCOUNT)) };
    let own = own(&web, &visitor, &who)?;
    let overview = web.instance.accounts.account_overview(&own).await?;
    let identities = web.instance.accounts.linked_identities(&own).await?;
    let offered = web.instance.accounts.offered_upstreams(false);
    let ended = ended_app(&web, &asked).await;
    let waiting = web.instance.accounts.address_to_confirm(&own).await?;
    let (user, rp) = (&who.principal.user, web.instance.context.rp());
    let account = Account {
        person: (&user.display_name).into(),
        given_name: user.given_name.as_deref().unwrap_or_default().into(),
        family_name: user.family_name.as_deref().unwrap_or_default().into(),
        user_name: user.name.as_str().into(),
        email: user.email.as_ref().map(Into::into),
        email_verified: user.email_verified,
        waiting: waiting.as_ref().map(|proof| (&proof.email).into()),
        ends: user.ends_at.map(|at| When { at, now: web.instance.now() }),
        groups: who.principal.groups.iter().map(|group| group.as_str().into()).collect(),
        passkeys: passkeys(&web, &overview),
        signals: Signals {
            rp_id: rp.id(),
            user_id: &overview.handle,
            name: user.name.as_str().into(),
            display_name: (&user.display_name).into(),
            all_accepted_credential_ids: accepted(&rp, &overview),
        },
        linked: linked(&web, &identities, &offered),
        recovery: recovery_banner::banner(&web, &own).await?,
        kit: overview.kit.as_ref().map(|kit| recovery::shown(&web, kit)),
        password: web.instance.context.settings.live().passwords.then(|| PasswordSection {
            set: overview.has_password,
            authenticators: overview.totp_keys,
            removable: overview.methods.may_lose_the_password(),
            shortest: u16::try_from(MIN_PASSWORD_LEN).unwrap_or(u16::MAX),
        }),
        access: overview.apps.iter().map(|app| access(&web, app)).collect(),
        language: user.language,
        reported: reported(&asked, &overview, ended.as_deref()),
    };
    Ok(page(&web, &account))
}

/// The passkeys of the present host; those of a former one are kept under another RP ID.
fn accepted<'a>(rp: &RelyingParty, overview: &'a Overview) -> Vec<&'a str> {
    let present = overview.passkeys.iter().filter(|passkey| rp.is_present(passkey));
    present.map(|passkey| passkey.credential_id.as_str()).collect()
}

fn passkeys<'a>(web: &Web, overview: &'a Overview) -> Vec<PasskeyRow<'a>> {
    let now = web.instance.now();
    let removable = overview.methods.may_lose_a_passkey();
    let row = |passkey: &'a Passkey| PasskeyRow {
        id: passkey.id.as_str(),
        name: (&passkey.name).into(),
        former: web.instance.accounts.former_host_of(passkey).map(Into::into),
        backed_up: passkey.backed_up,
        created: When { at: passkey.created_at, now },
        last_used: passkey.last_used_at.map(|at| When { at, now }),
        removable: removable || overview.is_of_a_host_given_up(passkey),
    };
    overview.passkeys.iter().map(row).collect()
}

fn access<'a>(web: &Web, app: &'a AllowedApp) -> Access<'a> {
    Access {
        client: app.client.as_str(),
        title: (&app.title).into(),
        url: app.url.as_deref().and_then(Href::new),
        since: When { at: app.since, now: web.instance.now() },
        offline: app.offline,
    }
}

/// The app whose access the last form has ended. Without it the page says nothing of that.
async fn ended_app(web: &Web, asked: &Asked) -> Option<Arc<Client>> {
    asked.get("told").filter(|reported| *reported == code::ACCESS_ENDED)?;
    web.instance.caches.client(asked.get("id")?).await.ok()?
}

/// What the last form has done, from its code and an id of ours.
fn reported<'a>(asked: &Asked, overview: &'a Overview, ended: Option<&'a Client>) -> Option<Reported<'a>> {
    let passkey = || {
        let id = asked.parse::<PasskeyId>("id")?;
        overview.passkeys.iter().find(|passkey| passkey.id == id).map(|passkey| (&passkey.name).into())
    };
    match asked.get("told")? {
        code::PASSKEY_ADDED => passkey().map(Reported::PasskeyAdded),
        code::PASSKEY_RENAMED => passkey().map(Reported::PasskeyRenamed),
        code::PASSKEY_REMOVED => Some(Reported::PasskeyRemoved),
        code::LAST_WAY_IN => Some(Reported::LastPasskeyKept),
        code::NAME_CHANGED => Some(Reported::NameChanged),
        code::PASSWORD_CHANGED => Some(Reported::PasswordChanged),
        code::PASSWORD_WRONG => Some(Reported::PasswordWrong),
        code::PASSWORD_UNFIT => Some(Reported::PasswordUnfit),
        code::PASSWORD_TOO_MANY => Some(Reported::PasswordTooMany),
        code::PASSWORD_BUSY => Some(Reported::PasswordBusy),
        code::PASSWORD_REMOVED => Some(Reported::PasswordRemoved),
        code::IDENTITY_ADDED => Some(Reported::IdentityAdded),
        code::IDENTITY_REMOVED => Some(Reported::IdentityRemoved),
        code::ACCESS_ENDED => ended.map(|client| Reported::AccessEnded((&client.name).into())),
        _ => None,
    }
}

pub(super) fn tell(code: &str, id: &str) -> String {
    let about = if id.is_empty() { String::new() } else { format!("&id={id}") };
    format!("{ACCOUNT}?told={code}{about}")
}

/// After a form: back to the account page, which says what was done or why not.
pub(super) fn after(done: Result<String, AccountError>) -> Page {
    let location = match done {
        Ok(location) => location,
        Err(AccountError::Internal(error) | AccountError::Enrol(EnrolError::Internal(error))) => {
            return Err(error.into());
        }
        Err(AccountError::NotFresh(_)) => PROVE.to_owned(),
        Err(AccountError::LastMethod) => tell(code::LAST_WAY_IN, ""),
        Err(AccountError::WrongPassword) => tell(code::PASSWORD_WRONG, ""),
        Err(AccountError::Unfit) => tell(code::PASSWORD_UNFIT, ""),
        Err(AccountError::TooMany) => tell(code::PASSWORD_TOO_MANY, ""),
        Err(AccountError::Busy) => tell(code::PASSWORD_BUSY, ""),
        // Somebody was quicker, in another window: the page shows how things are.
        Err(AccountError::NotFound | AccountError::EmptyName | AccountError::NoPasswords | AccountError::Enrol(_)) => {
            ACCOUNT.to_owned()
        }
    };
    Ok(see_other(&location))
}

/// Nothing: the session says who it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// The name in the form of a passkey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {
    name: String,
}

/// `POST /account/passkeys/{id}/rename`
pub(crate) async fn rename_passkey(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<PasskeyId>,
    Filled(sent): Filled<Name>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACCOUNT)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let renamed = web.instance.accounts.rename_passkey(&own(&web, &visitor, &who)?, &id, &sent.name).await;
    after(renamed.map(|()| tell(code::PASSKEY_RENAMED, id.as_str())))
}

/// `POST /account/passkeys/{id}/remove`
pub(crate) async fn remove_passkey(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<PasskeyId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACCOUNT)) };
    let removed = web.instance.accounts.remove_passkey(&own(&web, &visitor, &who)?, &id).await;
    after(removed.map(|()| tell(code::PASSKEY_REMOVED, "")))
}

/// What the person is called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    name: String,
    given_name: String,
    family_name: String,
}

/// `POST /account/name`
pub(crate) async fn set_names(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Names>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACCOUNT)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let names = OwnNames { display: sent.name, given: sent.given_name, family: sent.family_name };
    let changed = web.instance.accounts.set_own_names(&own(&web, &visitor, &who)?, names).await;
    after(changed.map(|()| tell(code::NAME_CHANGED, "")))
}

/// The password form; the user name is there for password managers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    #[serde(default, rename = "user_name")]
    _user_name: Option<String>,
    #[serde(default)]
    current: Option<String>,
    new: String,
}

/// `POST /account/password`
pub(crate) async fn set_password(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(sent): Filled<NewPassword>,
) -> Page {
    let change = PasswordChange { current: sent.current.map(Secret::new), new: Some(Secret::new(sent.new)) };
    change_password(&web, &visitor, change, code::PASSWORD_CHANGED).await
}

/// `POST /account/password/remove`
pub(crate) async fn remove_password(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let change = PasswordChange { current: None, new: None };
    change_password(&web, &visitor, change, code::PASSWORD_REMOVED).await
}

async fn change_password(web: &Arc<Web>, visitor: &Visitor, change: PasswordChange, done: &str) -> Page {
    let Some(who) = visitor.signed_in(web).await? else { return Ok(respond::to_sign_in(visitor, ACCOUNT)) };
    // Taking a password away makes an account safe, and is never refused.
    if change.new.is_some() {
        web.instance.allowances.take_own(&who.principal.user.id)?;
    }
    let changed = web.instance.accounts.set_password(&own(web, visitor, &who)?, change).await;
    after(changed.map(|()| tell(done, "")))
}

/// `POST /account/apps/{client}/end`
pub(crate) async fn end_access(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(client): Path<ClientId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, ACCOUNT)) };
    let ended = web.instance.accounts.end_access(&own(&web, &visitor, &who)?, &client).await;
    after(ended.map(|()| tell(code::ACCESS_ENDED, client.as_str())))
}

/// `POST /account/sign-out-everywhere`
pub(crate) async fn sign_out_everywhere(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let ended = async {
        let who = visitor.signed_in(&web).await?;
        if let Some(who) = &who {
            web.instance.sessions.sign_out_everywhere(&own(&web, &visitor, who)?).await?;
        }
        Ok(who)
    };
    Ok(match ended.await {
        Ok(who) => without_cookies(signed_out(&web, false), &visitor, who.as_ref()),
        Err(error) => signed_out_here_only(&web, &visitor, &error),
    })
}

/// Whether the sign-in is fresh enough for a change: whoever finds a session open on a table lets nobody in.
pub(super) async fn is_fresh(web: &Web, who: &SignedIn) -> Result<bool, InternalError> {
    match web.instance.accounts.require_fresh(who).await {
        Ok(()) => Ok(true),
        Err(AccountError::Internal(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// The person at their own account.
pub(super) fn own<'a>(web: &Web, visitor: &'a Visitor, who: &'a SignedIn) -> Result<Own<'a>, InternalError> {
    who.own(&visitor.caller, web.instance.now())
}
