//! Requests for access: somebody who is signed in asks for an app that refuses them, and an administrator puts them into a
//! group that the app lets in, or says no.
//!
//! A question ends when the person may use the app, whoever saw to it, when it is refused, and when person or app goes.
//! What may be asked is what a refusal shows anyway: see [`doorstep_core::access::lacks`].

use super::{
    access_error::AccessError, account_error::AccountError, administrators::one_change_of_administrators_at_a_time,
    ends::require_days, people::Belongs, service::Accounts,
};
use crate::{
    again::again,
    audit::{self, AuditEntry},
    cache::TiledApp,
    error::InternalError,
    sessions::{Own, SignedIn},
};
use doorstep_core::{
    access::{ADMINS, Act, Lacks, ManageGroups, lacks},
    id::{AppName, GroupName},
    model::{AccessRequest, App, EventKind, Principal, User},
    time::Timestamp,
};
use doorstep_store::{Conn, StoreError, access_requests};
use std::collections::{BTreeMap, BTreeSet};

/// How a person stands to an app that they could ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The app.
    pub app: App,
    /// What would have to be.
    pub state: AskingState,
}

/// What a person can do about an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskingState {
    /// Use it.
    Inside,
    /// Ask.
    CanAsk,
    /// Wait: they asked.
    Asked {
        /// When.
        at: Timestamp,
    },
    /// Wait: an administrator said no.
    Refused {
        /// When.
        at: Timestamp,
        /// From when on they can ask again.
        until: Timestamp,
    },
    /// Nothing: no group is let in.
    ForNobody,
}

/// An open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRequest {
    /// The question.
    pub request: AccessRequest,
    /// Who asks.
    pub user: User,
    /// What the app is called.
    pub title: String,
    /// The groups that would open something, of which an administrator chooses one. Empty when no group does.
    pub groups: BTreeSet<GroupName>,
}

impl ListedRequest {
    /// The groups that can be given without making somebody an administrator.
    pub fn to_give(&self) -> impl Iterator<Item = &GroupName> {
        self.groups.iter().filter(|group| group.as_str() != ADMINS)
    }
}

impl Accounts {
    /// How the person stands to an app; `None` for one that never refuses anybody, or is not there: both look alike.
    pub async fn asking(&self, own: &Own<'_>, name: &AppName) -> Result<Option<Asking>, InternalError> {
        let Some((app, lacks)) = self.lacking(own.who, name).await? else { return Ok(None) };
        let state = match lacks {
            Lacks::Nothing => AskingState::Inside,
            Lacks::Anything => AskingState::ForNobody,
            Lacks::Groups(_) => {
                let asked = access_requests::get(&mut self.context.db.read().await?, own.user(), name).await?;
                match asked.filter(|asked| asked.stands(own.act.now())) {
                    None => AskingState::CanAsk,
                    Some(AccessRequest { refused_at: Some(at), expires_at: until, .. }) => {
                        AskingState::Refused { at, until }
                    }
                    Some(AccessRequest { asked_at: at, .. }) => AskingState::Asked { at },
                }
            }
        };
        Ok(Some(Asking { app, state }))
    }

    /// Asks for access to an app.
    pub async fn ask_for_access(&self, own: &Own<'_>, name: &AppName, reason: &str) -> Result<(), AccessError> {
        let reason = in_one_line(reason);
        if reason.chars().count() > AccessRequest::LONGEST_REASON {
            return Err(AccessError::Reason);
        }
        let lacking = self.lacking(own.who, name).await?;
        match lacking.ok_or(AccessError::NoApp)?.1 {
            Lacks::Nothing => return Err(AccessError::Inside),
            Lacks::Anything => return Err(AccessError::ForNobody),
            Lacks::Groups(_) => {}
        }
        let request = AccessRequest::new(own.user().clone(), name.clone(), reason, own.act.now());
        again(|| self.write_request(own, &request)).await
    }

    async fn write_request(&self, own: &Own<'_>, request: &AccessRequest) -> Result<(), AccessError> {
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await.map_err(|error| match error {
            AccountError::Internal(error) => AccessError::Internal(error),
            _ => AccessError::SignedOut,
        })?;
        let many = access_requests::count_of_user(&mut tx, own.user(), request.asked_at).await?;
        let waits = access_requests::get(&mut tx, own.user(), &request.app).await?;
        if waits.is_some_and(|waits| waits.stands(request.asked_at)) {
            return Err(AccessError::Asked);
        }
        if usize::try_from(many).unwrap_or(usize::MAX) >= AccessRequest::MOST {
            return Err(AccessError::TooMany);
        }
        match access_requests::put(&mut tx, request).await {
            // The app was removed at this very moment.
            Err(StoreError::MissingParent { .. }) => return Err(AccessError::NoApp),
            Ok(false) => return Err(AccessError::Asked),
            Ok(true) => {}
            Err(error) => return Err(error.into()),
        }
        let happened = AuditEntry::new(EventKind::AccessAsked, own.user()).detail("app", request.app.as_str());
        audit::write(&mut tx, &self.context, &own.act, happened.detail("reason", &request.reason)).await?;
        Ok(tx.commit().await?)
    }

    /// The open questions, the oldest first.
    pub async fn access_requests(&self, act: &Act<'_, ManageGroups>) -> Result<Vec<ListedRequest>, InternalError> {
        Ok(self.sorted_requests(act.now()).await?.0)
    }

    /// Puts whoever asked into a group that the app lets in, which ends the question. The group can be left out where one
    /// alone, other than `admins`, would do. With `days`, they are in it for so many days.
    pub async fn grant_access(
        &self,
        act: &Act<'_, ManageGroups>,
        (user, app): (&str, &str),
        group: Option<&GroupName>,
        days: Option<i64>,
    ) -> Result<(ListedRequest, GroupName), AccessError> {
        let listed = self.request_of(act, user, app).await?;
        let group = chosen(&listed, group)?;
        require_days(days)?;
        let belongs = days.map_or(Belongs::ForGood, |days| Belongs::For { days });
        again(|| self.write_grant(act, &listed, (&group, belongs))).await?;
        self.caches.catch_up_after_commit().await;
        Ok((listed, group))
    }

    async fn write_grant(
        &self,
        act: &Act<'_, ManageGroups>,
        listed: &ListedRequest,
        (group, belongs): (&GroupName, Belongs),
    ) -> Result<(), AccessError> {
        let (user, app) = (&listed.user, &listed.request.app);
        let mut tx = self.context.db.begin().await?;
        one_change_of_administrators_at_a_time(&mut tx).await?;
        self.write_member(&mut tx, act, (user, group), belongs).await?;
        if !access_requests::delete(&mut tx, &user.id, app).await? {
            return Err(AccessError::NotAsked);
        }
        let happened = AuditEntry::new(EventKind::AccessGranted, &user.id).detail("app", app.as_str());
        audit::write(&mut tx, &self.context, act, happened.detail("joined", group.as_str())).await?;
        Ok(tx.commit().await?)
    }

    /// Says no. The person reads when, and can ask again after a while.
    pub async fn refuse_access(
        &self,
        act: &Act<'_, ManageGroups>,
        (user, app): (&str, &str),
    ) -> Result<ListedRequest, AccessError> {
        let listed = self.request_of(act, user, app).await?;
        again(|| self.write_refusal(act, &listed.request)).await?;
        Ok(listed)
    }

    async fn write_refusal(&self, act: &Act<'_, ManageGroups>, request: &AccessRequest) -> Result<(), AccessError> {
        let (now, mut tx) = (act.now(), self.context.db.begin().await?);
        let during = (now, now + AccessRequest::REST);
        if !access_requests::refuse(&mut tx, (&request.user, &request.app), during).await? {
            return Err(AccessError::NotAsked);
        }
        let happened = AuditEntry::new(EventKind::AccessRefused, &request.user).detail("app", request.app.as_str());
        audit::write(&mut tx, &self.context, act, happened).await?;
        Ok(tx.commit().await?)
    }

    /// Takes away the questions of people who may use the app by now, and of apps about which nothing is to be asked any
    /// more.
    pub async fn settle_access_requests(&self) -> Result<(), InternalError> {
        let (_, settled) = self.sorted_requests(self.context.now()).await?;
        for request in settled {
            let mut conn: Conn = self.context.db.write().await?;
            access_requests::delete(&mut conn, &request.user, &request.app).await?;
        }
        Ok(())
    }

    /// The questions that are open, and those that are settled although nobody has answered them.
    async fn sorted_requests(&self, now: Timestamp) -> Result<(Vec<ListedRequest>, Vec<AccessRequest>), InternalError> {
        let every = self.caches.apps_that(|_| true).await?;
        let apps: BTreeMap<&AppName, &App> = every.iter().map(|TiledApp { app, .. }| (&app.name, app)).collect();
        let found = access_requests::open(&mut self.context.db.read().await?, now).await?;
        let (mut open, mut settled) = (Vec::new(), Vec::new());
        for (request, user, groups) in found {
            // One that this release cannot read, or that was declared a moment ago: the question waits.
            let Some(app) = apps.get(&request.app) else { continue };
            let Some(person) = Principal::active(user.clone(), groups, now) else { continue };
            let groups = match lacks(app, &person) {
                None | Some(Lacks::Nothing) => {
                    settled.push(request);
                    continue;
                }
                Some(Lacks::Groups(groups)) => groups,
                Some(Lacks::Anything) => BTreeSet::new(),
            };
            open.push(ListedRequest { title: app.title.clone(), request, user, groups });
        }
        Ok((open, settled))
    }

    async fn lacking(&self, who: &SignedIn, name: &AppName) -> Result<Option<(App, Lacks)>, InternalError> {
        let found = self.caches.apps_that(|app| app.name == *name).await?.pop();
        Ok(found.and_then(|TiledApp { app, .. }| {
            let lacks = lacks(&app, &who.principal)?;
            Some((app, lacks))
        }))
    }

    /// The open question of somebody for an app, by the names of both.
    async fn request_of(
        &self,
        act: &Act<'_, ManageGroups>,
        user: &str,
        app: &str,
    ) -> Result<ListedRequest, AccessError> {
        let mut open = self.access_requests(act).await?;
        let (user, app) = (user.trim().to_lowercase(), app.trim().to_lowercase());
        let is_it = |listed: &ListedRequest| listed.user.name.as_str() == user && listed.request.app.as_str() == app;
        let at = open.iter().position(is_it).ok_or(AccessError::NotAsked)?;
        Ok(open.swap_remove(at))
    }
}

/// As typed, with blanks in place of line breaks and of what cannot be seen.
fn in_one_line(text: &str) -> String {
    let visible = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    visible.collect::<Vec<_>>().join(" ")
}

/// The group that is meant. Nobody becomes an administrator because a group was left out.
fn chosen(listed: &ListedRequest, named: Option<&GroupName>) -> Result<GroupName, AccessError> {
    let several = || AccessError::WhichGroup { groups: listed.groups.clone() };
    if let Some(named) = named {
        return listed.groups.get(named).cloned().ok_or_else(several);
    }
    let mut given = listed.to_give();
    match (given.next(), given.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ => Err(several()),
    }
}
