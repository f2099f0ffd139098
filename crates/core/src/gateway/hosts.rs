//! Which app lives on which host: the map that forward auth looks a request's host up in.
//!
//! Built whole from the declared apps whenever they change. A host name that a protected app shares with
//! another app or with Doorstep itself guards nothing: it is left out and reported, so that requests for
//! it are refused. Ports make no difference, because cookies know none ([`cookie_scope`]).
//!
//! An app may live on every host below a name ([`super::wildcard`]). What comes out of the map is always the host that was
//! asked for, never the declared pattern: a session, a way back and a line of the log are of one host.

use super::{
    cookie_scope,
    wildcard::{covers, declared_host, parent_of, parent_of_wildcard},
};
use crate::{
    id::{AppName, GroupName},
    model::{App, AuthorizationHeader, Effect, Level, OwnCookie, Posture, Rule},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Deref,
};
use url::{Position, Url};

/// An app with forward auth in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The app.
    pub app: AppName,
    /// What a person reads.
    pub title: String,
    /// Where it is declared: a canonical host, with a port that is not the scheme's own; or a wildcard, which is no host.
    pub declared: Box<str>,
    /// Whether the app lives on HTTPS.
    pub secure: bool,
    /// Groups whose members may use it; `None` for everyone with an account.
    pub allow: Option<BTreeSet<GroupName>>,
    /// What a sign-in has to be, where no rule says otherwise.
    pub require: Option<Level>,
    /// Cookies of the app's own that go when a session with it ends.
    pub own_cookies: BTreeSet<OwnCookie>,
    /// Which requests need something else than `allow`; the first that fits decides.
    pub rules: Vec<Rule>,
    /// What becomes of `Authorization`.
    pub authorization: AuthorizationHeader,
    /// What the app is told of whoever is let through.
    pub posture: Posture,
}

/// A host that was asked for, and the app there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedHost<'m> {
    /// Canonical host, with a port that is not the scheme's own.
    pub host: Cow<'m, str>,
    pub(super) entry: Cow<'m, Guarded>,
}

impl Deref for ProtectedHost<'_> {
    type Target = Guarded;

    fn deref(&self) -> &Guarded {
        &self.entry
    }
}

impl<'m> ProtectedHost<'m> {
    /// `scheme://host`, without a final slash.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.host)
    }

    /// What was found, as one value.
    pub(super) fn of((host, entry): (Cow<'m, str>, &'m Guarded)) -> Self {
        Self { host, entry: Cow::Borrowed(entry) }
    }

    /// The same, held on its own.
    pub fn into_owned(self) -> ProtectedHost<'static> {
        ProtectedHost { host: Cow::Owned(self.host.into_owned()), entry: Cow::Owned(self.entry.into_owned()) }
    }
}

impl Guarded {
    /// `scheme://host` as an example: of a wildcard, with `NAME` in place of the star.
    pub fn example_origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.declared.replacen('*', "NAME", 1))
    }

    /// The scheme by which it is reached.
    pub const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Whether a token of Doorstep's counts there; else it is the app's, and nobody's.
    pub fn takes_tokens(&self) -> bool {
        self.authorization != AuthorizationHeader::Ignore
    }

    /// Whether a token opens anything there: it is proof of no sign-in, which the app or each of its rules may ask for.
    pub fn opens_to_tokens(&self) -> bool {
        let by_rule = |rule: &Rule| matches!(&rule.effect, Effect::SignIn { proof, .. } if proof.is_nothing());
        self.takes_tokens() && (self.require.is_none() || self.rules.iter().any(by_rule))
    }

    /// Who may have a session with the app: whoever `allow` or one of the rules lets in. What they may do there is decided
    /// with each request.
    pub fn may_enter(&self, is_allowed: impl Fn(Option<&BTreeSet<GroupName>>) -> bool) -> bool {
        let by_rule = self.rules.iter().filter_map(|rule| match &rule.effect {
            Effect::SignIn { allow, .. } => Some(allow.as_ref()),
            Effect::Pass | Effect::Refuse => None,
        });
        is_allowed(self.allow.as_ref()) || by_rule.into_iter().any(is_allowed)
    }

    /// What decides about a request, as people read it: the rule of this number, the first being 0, or what stands behind the
    /// last one.
    pub fn decides(&self, rule: Option<usize>) -> String {
        match rule.and_then(|number| Some((number, self.rules.get(number)?))) {
            Some((number, rule)) => format!("rule {}, {rule}", number + 1),
            None => "behind the last rule, `allow`".to_owned(),
        }
    }

    /// Whether a rule asks where a request comes from.
    pub fn asks_for_network(&self) -> bool {
        self.rules.iter().any(|rule| !rule.networks.is_empty())
    }
}

/// Why a protected app is not guarded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostMistake {
    /// Its address cannot be read.
    #[error("{app}: `{url}` is not an http or https address")]
    Address {
        /// The app.
        app: AppName,
        /// The address as declared.
        url: String,
    },
    /// Another app has the same host name, and would receive its cookies.
    #[error("{first} and {second} both claim {host}")]
    Claimed {
        /// The app that comes first by name.
        first: AppName,
        /// The other.
        second: AppName,
        /// The host name.
        host: String,
    },
    /// The host name is Doorstep's own.
    #[error("{app} is on {host}, where Doorstep itself lives")]
    OwnHost {
        /// The app.
        app: AppName,
        /// The host.
        host: String,
    },
}

/// Canonical host to app.
#[derive(Clone, Debug, Default)]
pub struct HostMap {
    hosts: HashMap<Box<str>, Guarded>,
    /// By what stands behind `*.`.
    wildcards: HashMap<Box<str>, Guarded>,
    /// Cookie scopes below a wildcard that are not its app's: Doorstep's own, and those of other apps, guarded or not.
    taken: HashSet<Box<str>>,
}

impl HostMap {
    /// The map of the protected ones among `apps`, and the mistakes that kept some out of it.
    pub fn build(apps: &[App], issuer: &str) -> (Self, Vec<HostMistake>) {
        let mut mistakes = Vec::new();
        let mut claims: BTreeMap<String, Claim> = BTreeMap::new();
        let own = address(issuer).map(|(own, _)| cookie_scope(&own).to_owned());
        let mut sorted: Vec<_> = apps.iter().collect();
        sorted.sort_by_key(|app| &app.name);
        for app in sorted {
            let Some(entry) = guarded(app) else {
                if app.protected {
                    mistakes.push(HostMistake::Address { app: app.name.clone(), url: app.url.clone() });
                }
                continue;
            };
            let scope = cookie_scope(&entry.declared).to_owned();
            if app.protected && own.as_ref() == Some(&scope) {
                mistakes.push(HostMistake::OwnHost { app: entry.app, host: entry.declared.into() });
                continue;
            }
            let claim = claims.entry(scope).or_default();
            claim.protected |= app.protected;
            claim.apps.push(entry);
        }
        let mut map = Self::default();
        let scopes: Vec<String> = claims.keys().cloned().chain(own).collect();
        for (scope, claim) in claims.into_iter().filter(|(_, claim)| claim.protected) {
            let mut claimants = claim.apps.into_iter();
            let (Some(first), second) = (claimants.next(), claimants.next()) else { continue };
            match second {
                None => map.put(first, &scopes),
                Some(second) => {
                    let reported = |second: Guarded| HostMistake::Claimed {
                        first: first.app.clone(),
                        second: second.app,
                        host: scope.clone(),
                    };
                    mistakes.extend([second].into_iter().chain(claimants).map(reported));
                }
            }
        }
        (map, mistakes)
    }

    /// Doorstep's own host and those of other apps stay theirs: a wildcard that would cover them is right all the same, for
    /// `*.example.org` beside `auth.example.org` is what people have, and it never matches them.
    fn put(&mut self, app: Guarded, scopes: &[String]) {
        match parent_of_wildcard(&app.declared) {
            None => _ = self.hosts.insert(app.declared.clone(), app),
            Some(parent) => {
                let covered = scopes.iter().filter(|scope| covers(&app.declared, scope) && !scope.starts_with('*'));
                self.taken.extend(covered.map(|scope| scope.as_str().into()));
                self.wildcards.insert(parent.into(), app);
            }
        }
    }

    /// The app on a canonical host, and that host.
    pub fn get(&self, host: &str) -> Option<ProtectedHost<'_>> {
        self.look(host, || Cow::Owned(host.to_owned())).map(ProtectedHost::of)
    }

    /// The same for a host that outlives the answer, which then allocates nothing. A host of its own comes first, and costs one
    /// look; a wildcard costs one more, of what stands behind the first label.
    pub(super) fn look<'m>(
        &'m self,
        host: &str,
        asked: impl FnOnce() -> Cow<'m, str>,
    ) -> Option<(Cow<'m, str>, &'m Guarded)> {
        if let Some((host, app)) = self.hosts.get_key_value(host) {
            return Some((Cow::Borrowed(host), app));
        }
        let app = self.wildcards.get(parent_of(host)?)?;
        (!self.taken.contains(cookie_scope(host))).then(|| (asked(), app))
    }

    /// An app that is guarded.
    pub fn of(&self, app: &AppName) -> Option<&Guarded> {
        self.every().find(|guarded| guarded.app == *app)
    }

    /// The names of the apps, in their order.
    pub fn apps(&self) -> BTreeSet<&AppName> {
        self.every().map(|guarded| &guarded.app).collect()
    }

    fn every(&self) -> impl Iterator<Item = &Guarded> {
        self.hosts.values().chain(self.wildcards.values())
    }

    /// How many hosts are guarded, a wildcard being one.
    pub fn len(&self) -> usize {
        self.hosts.len() + self.wildcards.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Who claims one cookie scope, and whether one of them is protected.
#[derive(Default)]
struct Claim {
    apps: Vec<Guarded>,
    protected: bool,
}

fn guarded(app: &App) -> Option<Guarded> {
    let (host, secure) = address(&app.url)?;
    Some(Guarded {
        app: app.name.clone(),
        title: app.title.clone(),
        declared: host.into(),
        secure,
        allow: app.allow.clone(),
        require: app.require,
        own_cookies: app.own_cookies.clone(),
        rules: app.rules.clone(),
        authorization: app.authorization,
        posture: app.posture,
    })
}

/// The [`cookie_scope`] of a declared address: two apps with the same share their cookies. None for what is no http or
/// https address.
pub fn cookie_scope_of(url: &str) -> Option<String> {
    address(url).map(|(host, _)| cookie_scope(&host).to_owned())
}

/// The canonical host of a declared address, or its wildcard, and whether it is HTTPS.
fn address(text: &str) -> Option<(String, bool)> {
    let url = Url::parse(text).ok()?;
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let host = &url[Position::BeforeHost..Position::AfterPort];
    Some((declared_host(host, secure).ok()?.into_owned(), secure))
}

#[cfg(test)]
#[path = "hosts_tests.rs"]
mod tests;
