//! Invitations: made, listed and ended by whoever runs the instance, opened by whoever holds the address.
//!
//! An invitation is worth what its maker may do at the moment it is used: see [`doorstep_core::access::stands_for`].
//! Opening the page uses nothing up, because mail scanners open links; [`super::invited`] does.

use super::{
    administrators::{admins_group, one_change_of_administrators_at_a_time},
    enrol_error::EnrolError,
    inviting_error::InvitingError,
    people_error::PeopleError,
    service::Accounts,
    typed::clean_email,
};
use crate::{
    again::again,
    audit::{self, AuditEntry},
    cache::TiledApp,
    error::InternalError,
};
use doorstep_core::{
    access::{ADMINS, Act, Actor, InviteTerms, ManageUsers, let_in_by, lets_in, may_give, stands_for},
    id::{AppName, GroupName, InviteId, UserId},
    model::{App, EventKind, IdentifierKind, Invite, Principal, User},
    secret::{Token, TokenKind},
};
use doorstep_store::{Conn, groups, invitations, migrate, users};
use std::collections::{BTreeMap, BTreeSet};

/// An invitation with its address, to be shown once.
pub struct PrintedInvite {
    /// The whole address.
    pub url: String,
    /// The invitation.
    pub invite: Invite,
    /// What its app is called.
    pub title: Option<String>,
}

/// What an invitation of somebody can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteChoice {
    /// The groups.
    pub groups: BTreeSet<GroupName>,
    /// The apps that it can lead to.
    pub apps: Vec<App>,
}

/// An open invitation as a line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedInvite {
    /// The invitation.
    pub invite: Invite,
    /// The user name of the administrator who made it; none for the command line.
    pub maker: Option<String>,
    /// Whether it opens: whoever made it may still give what it gives.
    pub stands: bool,
    /// What its app is called, if that is still there.
    pub title: Option<String>,
}

/// What a page shows of an invitation that opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvite {
    /// The invitation.
    pub invite: Invite,
    /// The app that the person is led to, if that is still there.
    pub app: Option<App>,
}

impl Accounts {
    /// Makes an invitation and returns its address, once.
    pub async fn make_invite(
        &self,
        act: &Act<'_, ManageUsers>,
        wanted: InviteTerms,
    ) -> Result<PrintedInvite, InvitingError> {
        let email = clean_email(wanted.email.as_deref().unwrap_or_default()).map_err(PeopleError::from)?;
        let terms = InviteTerms { email, label: in_one_line(&wanted.label), ..wanted };
        terms.check(act.actor())?;
        let title = self.require_app_open(&terms).await?;
        let mut entropy = self.context.ambient.entropy();
        let token = Token::random(TokenKind::Invite, &mut entropy);
        let invite = Invite {
            id: InviteId::random(&mut entropy),
            label: terms.label,
            groups: terms.groups,
            app: terms.app,
            email: terms.email,
            places: terms.places,
            used: 0,
            made_by: made_by(act.actor()),
            made_at: act.now(),
            expires_at: Invite::end(terms.days, act.now()),
            ended_at: None,
            account_days: terms.account_days,
        };
        again(|| self.write_invite(act, &token, &invite)).await?;
        let url = format!("{}/invite/{}", self.context.settings.issuer, token.expose());
        Ok(PrintedInvite { url, invite, title })
    }

    async fn write_invite(
        &self,
        act: &Act<'_, ManageUsers>,
        token: &Token,
        invite: &Invite,
    ) -> Result<(), InvitingError> {
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        // The set-up link opens only while nobody has an account: whoever came first would close the only door.
        if !invite.groups.contains(ADMINS) && !groups::has_active_member(&mut tx, &admins_group()?, act.now()).await? {
            return Err(InvitingError::NoAdministrator);
        }
        // Whoever was an administrator a moment ago may not be one any more.
        if !self.maker_stands(&mut tx, invite).await? {
            return Err(InvitingError::NotAnAdministrator);
        }
        self.require_known(&mut tx, &invite.groups).await?;
        if let Some(email) = &invite.email {
            self.require_address_to_give(&mut tx, email).await?;
        }
        if invite.account_days.is_some() {
            migrate::demand_ends(&mut tx).await?;
        }
        invitations::insert(&mut tx, &token.hash(), invite).await?;
        let happened = AuditEntry::new(EventKind::InviteMade, &invite.id);
        audit::write(&mut tx, &self.context, act, with_what_it_gives(happened, invite)).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses an app that is not there, or that would turn away whoever was invited to it; what it is called.
    async fn require_app_open(&self, terms: &InviteTerms) -> Result<Option<String>, InvitingError> {
        let Some(name) = &terms.app else { return Ok(None) };
        let mut every = self.caches.apps_that(|_| true).await?;
        let Some(at) = every.iter().position(|tiled| tiled.app.name == *name) else {
            let known = every.into_iter().map(|tiled| tiled.app.name).collect();
            return Err(InvitingError::UnknownApp { name: name.clone(), known });
        };
        let TiledApp { app, .. } = every.swap_remove(at);
        if lets_in(&app, &terms.groups) {
            return Ok(Some(app.title));
        }
        Err(InvitingError::Refuses { app: app.name.clone(), groups: let_in_by(&app) })
    }

    /// Refuses an address that is or was somebody else's: whoever comes would be refused, and could not say another one.
    async fn require_address_to_give(&self, conn: &mut Conn, email: &str) -> Result<(), InvitingError> {
        if let Some(other) = users::by_email(conn, email).await? {
            let (email, name) = (email.to_owned(), other.name.to_string());
            return Err(PeopleError::EmailTaken { email, name }.into());
        }
        let nobody = |_| InternalError::Missing("a user name");
        let whoever = User {
            email: Some(email.to_owned()),
            email_verified: true,
            ..User::new(
                UserId::random(&mut self.context.ambient.entropy()),
                "whoever".parse().map_err(nobody)?,
                self.context.now(),
            )
        };
        let mut former = self.former_identifiers(conn, &whoever).await?;
        former.retain(|former| former.kind == IdentifierKind::Email);
        if former.is_empty() { Ok(()) } else { Err(PeopleError::Former(former).into()) }
    }

    /// What an invitation of whoever acts can give.
    pub async fn what_invites_can_give(&self, act: &Act<'_, ManageUsers>) -> Result<InviteChoice, InternalError> {
        let mut groups = self.known_groups(&mut self.context.db.read().await?).await?;
        groups.retain(|group| may_give(act.actor(), group));
        let apps = self.caches.apps_that(|app| app.link().is_some()).await?;
        Ok(InviteChoice { groups, apps: apps.into_iter().map(|tiled| tiled.app).collect() })
    }

    /// The open invitations, the first to end first.
    pub async fn invites(&self, act: &Act<'_, ManageUsers>) -> Result<Vec<ListedInvite>, InternalError> {
        let titles: BTreeMap<AppName, String> =
            self.caches.apps_that(|_| true).await?.into_iter().map(|tiled| (tiled.app.name, tiled.app.title)).collect();
        let mut conn = self.context.db.read().await?;
        let mut listed = Vec::new();
        for invite in invitations::open(&mut conn, act.now()).await? {
            let maker = match &invite.made_by {
                Some(id) => users::name_of(&mut conn, id).await?,
                None => None,
            };
            let stands = self.maker_stands(&mut conn, &invite).await?;
            let title = invite.app.as_ref().and_then(|app| titles.get(app)).cloned();
            listed.push(ListedInvite { invite, maker, stands, title });
        }
        Ok(listed)
    }

    /// Ends an open invitation: from now on its address opens nothing. Accounts that were made with it stay.
    pub async fn end_invite(&self, act: &Act<'_, ManageUsers>, id: &InviteId) -> Result<Invite, InvitingError> {
        let mut tx = self.context.db.begin().await?;
        let ended = invitations::end(&mut tx, id, act.now()).await?.ok_or(InvitingError::NotFound)?;
        let happened = AuditEntry::new(EventKind::InviteEnded, id);
        audit::write(&mut tx, &self.context, act, with_what_it_gives(happened, &ended)).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// What an invitation is for, without using it up.
    pub async fn open_invite(&self, token: &Token) -> Result<OpenInvite, EnrolError> {
        let mut conn = self.context.db.read().await?;
        let invite = invitations::peek(&mut conn, &token.hash()).await?;
        let invite = invite.filter(|invite| invite.is_open(self.context.now())).ok_or(EnrolError::LinkGone)?;
        if !self.maker_stands(&mut conn, &invite).await? {
            return Err(EnrolError::LinkGone);
        }
        drop(conn);
        let app = self.app_of(&invite).await?;
        Ok(OpenInvite { invite, app })
    }

    /// The app that an invitation leads to, if that is still there.
    pub(super) async fn app_of(&self, invite: &Invite) -> Result<Option<App>, InternalError> {
        let Some(name) = &invite.app else { return Ok(None) };
        Ok(self.caches.apps_that(|app| app.name == *name).await?.pop().map(|tiled| tiled.app))
    }

    /// Whether whoever made it may still give what it gives.
    pub(super) async fn maker_stands(&self, conn: &mut Conn, invite: &Invite) -> Result<bool, InternalError> {
        let Some(id) = &invite.made_by else { return Ok(stands_for(&Actor::Cli, &invite.groups)) };
        let found = users::principal(conn, id).await?;
        let maker = found.and_then(|(user, groups)| Principal::active(user, groups, self.context.now()));
        Ok(maker.is_some_and(|maker| stands_for(&Actor::User(&maker), &invite.groups)))
    }
}

/// The person who acts, as the one whom the invitation depends on.
pub(super) fn made_by(actor: &Actor<'_>) -> Option<UserId> {
    match actor {
        Actor::User(principal) => Some(principal.user.id.clone()),
        Actor::Cli | Actor::Config | Actor::Anonymous => None,
    }
}

/// What the audit log keeps of an invitation: whom it was for, and what it gives.
pub(super) fn with_what_it_gives<'a>(happened: AuditEntry<'a>, invite: &Invite) -> AuditEntry<'a> {
    let into: BTreeSet<&str> = invite.groups.iter().map(GroupName::as_str).collect();
    let groups = into.into_iter().collect::<Vec<_>>().join(" ");
    let happened = happened.detail("for", &invite.label).detail("groups", &groups);
    let mut happened = happened.detail("people", &invite.places.to_string());
    if let Some(days) = invite.account_days {
        happened = happened.detail("account_days", &days.to_string());
    }
    match &invite.app {
        Some(app) => happened.detail("app", app.as_str()),
        None => happened,
    }
}

/// As typed, in one line; the rules say how long it may be.
fn in_one_line(text: &str) -> String {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    line.trim().to_owned()
}
