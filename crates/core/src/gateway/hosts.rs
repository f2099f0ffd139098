//! Which app lives on which host: the map that forward auth looks a request's host up in.
//!
//! Built whole from the declared apps whenever they change. A host name that a protected app shares with
//! another app or with Doorstep itself guards nothing: it is left out and reported, so that requests for
//! it are refused. Ports make no difference, because cookies know none ([`cookie_scope`]).

use super::{canonical_host, cookie_scope};
use crate::{
    id::{AppName, GroupName},
    model::{App, AuthorizationHeader, Effect, OwnCookie, Posture, Rule},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use url::{Position, Url};

/// A host with forward auth in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedHost {
    /// The app.
    pub app: AppName,
    /// What a person reads.
    pub title: String,
    /// Canonical host, with a port that is not the scheme's own.
    pub host: String,
    /// Whether the app lives on HTTPS.
    pub secure: bool,
    /// Groups whose members may use it; `None` for everyone with an account.
    pub allow: Option<BTreeSet<GroupName>>,
    /// Cookies of the app's own that go when a session with it ends.
    pub own_cookies: BTreeSet<OwnCookie>,
    /// Which requests need something else than `allow`; the first that fits decides.
    pub rules: Vec<Rule>,
    /// What becomes of `Authorization`.
    pub authorization: AuthorizationHeader,
    /// What the app is told of whoever is let through.
    pub posture: Posture,
}

impl ProtectedHost {
    /// `scheme://host`, without a final slash.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.host)
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
pub struct HostMap(HashMap<Box<str>, ProtectedHost>);

impl HostMap {
    /// The map of the protected ones among `apps`, and the mistakes that kept some out of it.
    pub fn build(apps: &[App], issuer: &str) -> (Self, Vec<HostMistake>) {
        let mut mistakes = Vec::new();
        let mut claims: BTreeMap<String, Claim> = BTreeMap::new();
        let own = address(issuer);
        let mut sorted: Vec<_> = apps.iter().collect();
        sorted.sort_by_key(|app| &app.name);
        for app in sorted {
            let Some(entry) = host_of(app) else {
                if app.protected {
                    mistakes.push(HostMistake::Address { app: app.name.clone(), url: app.url.clone() });
                }
                continue;
            };
            let scope = cookie_scope(&entry.host).to_owned();
            if app.protected && own.as_ref().is_some_and(|(own, _)| cookie_scope(own) == scope) {
                mistakes.push(HostMistake::OwnHost { app: entry.app, host: entry.host });
                continue;
            }
            let claim = claims.entry(scope).or_default();
            claim.protected |= app.protected;
            claim.apps.push(entry);
        }
        let mut hosts = HashMap::new();
        for (scope, claim) in claims.into_iter().filter(|(_, claim)| claim.protected) {
            let mut claimants = claim.apps.into_iter();
            let (Some(first), second) = (claimants.next(), claimants.next()) else { continue };
            match second {
                None => {
                    hosts.insert(first.host.as_str().into(), first);
                }
                Some(second) => {
                    let reported = |second: ProtectedHost| HostMistake::Claimed {
                        first: first.app.clone(),
                        second: second.app,
                        host: scope.clone(),
                    };
                    mistakes.extend([second].into_iter().chain(claimants).map(reported));
                }
            }
        }
        (Self(hosts), mistakes)
    }

    /// The app on a canonical host.
    pub fn get(&self, host: &str) -> Option<&ProtectedHost> {
        self.0.get(host)
    }

    /// The host of an app.
    pub fn of(&self, app: &AppName) -> Option<&ProtectedHost> {
        self.0.values().find(|host| host.app == *app)
    }

    /// The names of the apps, in their order.
    pub fn apps(&self) -> BTreeSet<&AppName> {
        self.0.values().map(|host| &host.app).collect()
    }

    /// How many hosts are guarded.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Who claims one cookie scope, and whether one of them is protected.
#[derive(Default)]
struct Claim {
    apps: Vec<ProtectedHost>,
    protected: bool,
}

fn host_of(app: &App) -> Option<ProtectedHost> {
    let (host, secure) = address(&app.url)?;
    Some(ProtectedHost {
        app: app.name.clone(),
        title: app.title.clone(),
        host,
        secure,
        allow: app.allow.clone(),
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

/// The canonical host of a declared address, and whether it is HTTPS.
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
    Some((canonical_host(host, secure).ok()?.into_owned(), secure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Owner;

    const ISSUER: &str = "https://auth.example.org";

    fn app(name: &str, url: &str, protected: bool) -> App {
        App {
            name: name.parse().unwrap(),
            title: name.to_owned(),
            url: url.to_owned(),
            allow: None,
            client: None,
            protected,
            own_cookies: BTreeSet::new(),
            rules: Vec::new(),
            authorization: AuthorizationHeader::default(),
            posture: Posture::default(),
            icon: None,
            owner: Owner::Config,
        }
    }

    #[test]
    fn only_protected_apps_are_guarded_each_by_its_canonical_host() {
        let apps = [
            app("glances", "https://Glances.example.org:443/ui", true),
            app("sonarr", "https://sonarr.example.org:8443", true),
            app("lab", "http://lab.test:80", true),
            app("grafana", "https://grafana.example.org", false),
        ];
        let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
        assert_eq!((mistakes, hosts.len()), (vec![], 3));
        for (host, origin) in [
            ("glances.example.org", "https://glances.example.org"),
            ("sonarr.example.org:8443", "https://sonarr.example.org:8443"),
            ("lab.test", "http://lab.test"),
        ] {
            assert_eq!(hosts.get(host).map(ProtectedHost::origin).as_deref(), Some(origin));
        }
        let names: Vec<_> = hosts.apps().into_iter().map(AppName::as_str).collect();
        assert_eq!(names, ["glances", "lab", "sonarr"]);
        for (name, host) in [("lab", Some("lab.test")), ("grafana", None)] {
            assert_eq!(hosts.of(&name.parse().unwrap()).map(|host| host.host.as_str()), host);
        }
        for unknown in ["grafana.example.org", "sonarr.example.org", "", "GLANCES.example.org"] {
            assert_eq!(hosts.get(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_host_that_is_not_one_apps_alone_guards_nothing() {
        let apps = [
            app("b", "https://x.example.org", true),
            app("a", "https://X.example.org.", true),
            app("c", "https://x.example.org/c", true),
            app("own", "https://AUTH.example.org/app", true),
            app("odd", "ftp://odd.example.org", true),
            app("user", "https://me@user.example.org", true),
            app("good", "https://good.example.org", true),
        ];
        let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
        let reported: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(
            reported,
            [
                "odd: `ftp://odd.example.org` is not an http or https address",
                "own is on auth.example.org, where Doorstep itself lives",
                "user: `https://me@user.example.org` is not an http or https address",
                "a and b both claim x.example.org",
                "a and c both claim x.example.org",
            ]
        );
        assert_eq!((hosts.len(), hosts.get("good.example.org").is_some()), (1, true));
    }

    #[test]
    fn security_107_a_port_makes_no_host_of_its_own() {
        let own = app("own", "https://auth.example.org:8443", true);
        assert_eq!(HostMap::build(&[own], ISSUER).1.len(), 1, "Doorstep's cookies go to its every port");
        for other in ["https://nas.example.org:9443", "http://nas.example.org", "https://NAS.example.org.:9443"] {
            for protected in [true, false] {
                let apps = [app("files", "https://nas.example.org", true), app("photos", other, protected)];
                let (hosts, mistakes) = HostMap::build(&apps, ISSUER);
                assert_eq!((hosts.len(), mistakes.len()), (0, 1), "{other} {protected}");
                assert_eq!(mistakes[0].to_string(), "files and photos both claim nas.example.org");
            }
        }
        let unguarded = [app("a", "https://nas.example.org:1", false), app("b", "https://nas.example.org:2", false)];
        assert_eq!(HostMap::build(&unguarded, ISSUER).1, [], "no cookie of ours is there");
    }

    #[test]
    fn ports_tell_hosts_apart_on_loopback() {
        let apps = [app("sample", "http://localhost:8481", true), app("other", "http://localhost:8482", false)];
        assert_eq!(HostMap::build(&apps, "http://localhost:8480").1, []);
        assert_eq!(HostMap::build(&apps, "http://localhost:8481").1.len(), 1);
    }
}
