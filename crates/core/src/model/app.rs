//! A declared app: what stands in the portal, who may use it, and whether Doorstep stands in front.

use super::{AuthorizationHeader, IconSource, Level, OwnCookie, Owner, Posture, Rule};
use crate::{
    gateway::is_wildcard_url,
    id::{AppName, ClientId, GroupName},
};
use std::collections::BTreeSet;

/// One `[apps.NAME]` as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The name it was declared under.
    pub name: AppName,
    /// What a person reads.
    pub title: String,
    /// Where it lives: an origin and optional path, without a trailing slash; the host may be a wildcard.
    pub url: String,
    /// Groups whose members may use it; `None` for everyone with an account.
    pub allow: Option<BTreeSet<GroupName>>,
    /// What a sign-in has to be at least.
    pub require: Option<Level>,
    /// Its OAuth client, if it signs people in itself.
    pub client: Option<ClientId>,
    /// Whether forward auth guards its host.
    pub protected: bool,
    /// What it is told where forward auth guards it.
    pub posture: Posture,
    /// Cookies of the app's own that go when a session with it ends.
    pub own_cookies: BTreeSet<OwnCookie>,
    /// Requests that forward auth treats in another way than `allow` says; the first that fits decides.
    pub rules: Vec<Rule>,
    /// What becomes of `Authorization` where forward auth guards it.
    pub authorization: AuthorizationHeader,
    /// Where its icon comes from; `None` for its letters.
    pub icon: Option<IconSource>,
    /// Who may change this record.
    pub owner: Owner,
}

impl App {
    /// Where people open it; nowhere for an app on every host below a name, of which none is its front door.
    pub fn link(&self) -> Option<&str> {
        (!is_wildcard_url(&self.url)).then_some(self.url.as_str())
    }
}
