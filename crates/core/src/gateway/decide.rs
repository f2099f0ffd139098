//! The decision: may this request reach the app? Order of the reference, forward-auth.md §4.3.
//!
//! Trusted peer, header shape, canonical request, app by host, scheme, reserved path, the app's rules, then session and
//! groups. The first refusal is final: no later rule sees a broken request, and no error lets
//! anything through.

use super::{
    Access, BadRequest, Caller, CanonicalRequest, Challenge, Credential, Decided, Deny, Dialect, Guarded, HostMap,
    IdentityHeaders, KEPT_FOR, Outsider, ProtectedHost, ReturnPath, Sender, Unproved, Whom, access,
    by_token::{demanded, only_reads},
    caller,
    canonical::{canonical, scheme},
    canonical_host,
    headers::{read, read_host},
};
use crate::{
    id::{AppName, GroupName, UserId},
    model::{AppSession, Language, Principal, Proved, Session},
    time::Timestamp,
};
use std::{borrow::Cow, collections::BTreeSet, net::IpAddr, sync::Arc};

/// A request that has an app, ready for the lookup of its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared<'a> {
    /// The request in canonical form.
    pub request: CanonicalRequest<'a>,
    /// The host that was asked for, and the app there.
    pub host: ProtectedHost<'a>,
    /// What the request needs.
    pub access: Access<'a>,
    /// The rule that says so, the first being 0; `None` behind the last one.
    pub rule: Option<usize>,
    /// Who asks.
    pub caller: Caller,
    /// The value of `__Host-ds_app`, if there is exactly one well-formed copy.
    pub app_cookie: Option<&'a str>,
    /// The value of `__Host-ds_relay`, likewise: a sign-in under way in another tab.
    pub relay_cookie: Option<&'a str>,
    /// Whether a token of Doorstep's came, which then counts in place of the cookie.
    pub credential: Credential,
    /// Whether it is a request that only reads, as far as can be told: GET or HEAD, and nothing that makes more of it.
    pub only_reads: bool,
    /// Whether it is a program's as far as can be told: a browser says so with every request that comes by TLS, or has a
    /// cookie of ours.
    pub is_surely_a_program: bool,
}

impl Prepared<'_> {
    /// Whether the answer depends on who asks, so that a session has to be looked up.
    pub const fn asks_who(&self) -> bool {
        matches!(self.access, Access::People(_)) && !matches!(self.credential, Credential::Refused(_))
    }

    /// Whether a yes to the person of this session is one for every request with the same cookies, method and address until
    /// [`KEPT_FOR`] from now. A rule may ask for more than those say: a network, or a header that names another method.
    pub fn may_be_kept(&self, session: &SessionView, now: Timestamp) -> bool {
        self.host.rules.is_empty()
            && self.credential == Credential::Cookie
            && session.is_good_for(&self.host, now + KEPT_FOR)
            && session.person.holds_at(now + KEPT_FOR)
    }
}

/// Why there is nothing to decide. Each is a refusal, except that [`Stop::Reserved`] may be answered
/// by Doorstep itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The peer is not a trusted proxy.
    UntrustedPeer,
    /// The request has no canonical form.
    BadRequest(BadRequest),
    /// No protected app lives on the host.
    UnknownHost,
    /// The path belongs to Doorstep, on every app's host.
    Reserved(Reserved),
    /// The session could not be looked up.
    Unavailable,
}

/// What Doorstep keeps for itself below `/.doorstep/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// `/.doorstep/callback`: a sign-in comes back.
    Callback,
    /// `/.doorstep/logout`.
    Logout,
    /// Anything else there.
    Other,
}

/// A session with an app, as the lookup found it: live, and with the groups of this moment.
///
/// Person and place are behind pointers, because a cache holds many sessions of few people with few apps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    person: Arc<Person>,
    place: Arc<Place>,
    /// In whole seconds, as is [`Proved`]: there is room for both where one number in milliseconds would stand.
    ends: u32,
    proved: Proved,
}

/// Whose session it is, as apps get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    user: UserId,
    identity: IdentityHeaders,
    until: Option<Timestamp>,
    language: Option<Language>,
}

/// With which app the session is, on which host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    app: AppName,
    host: Box<str>,
}

/// What is answered. `S` is the caller's own record of the session; only one that was accepted comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<S> {
    /// Let the request through, as this person.
    Allow(S),
    /// Let it through as nobody: a rule says that it needs no sign-in.
    Pass,
    /// Nobody is signed in.
    Challenge(Challenge),
    /// Somebody is, and may not.
    Deny(Deny),
    /// A program did not prove itself.
    Unproved(Unproved),
    /// There was nothing to decide.
    Stop(Stop),
}

impl<S> From<Stop> for Verdict<S> {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<BadRequest> for Stop {
    fn from(why: BadRequest) -> Self {
        Self::BadRequest(why)
    }
}

impl SessionView {
    /// The view of an app session, its parent and its person. `None` when the three do not belong together.
    pub fn of(session: &AppSession, parent: &Session, principal: &Principal) -> Option<Self> {
        let together = session.session == parent.id && session.user == parent.user && session.user == principal.user.id;
        together.then(|| Self {
            person: Arc::new(Person::of(principal)),
            place: Arc::new(Place { app: session.app.clone(), host: session.host.as_str().into() }),
            ends: u32::try_from(session.expires_at.min(parent.expires_at).seconds().max(0)).unwrap_or(u32::MAX),
            proved: Proved::new(parent.auth_time, parent.amr),
        })
    }

    /// The same view, with what another view has in common with it held only once.
    #[must_use]
    pub fn sharing(mut self, person: &Arc<Person>, place: &Arc<Place>) -> Self {
        if self.person == *person {
            self.person = Arc::clone(person);
        }
        if self.place == *place {
            self.place = Arc::clone(place);
        }
        self
    }

    /// Whose session it is.
    pub const fn person(&self) -> &Arc<Person> {
        &self.person
    }

    /// With which app it is.
    pub const fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// The identity headers of its person.
    pub fn identity(&self) -> &IdentityHeaders {
        &self.person.identity
    }

    /// When and by what the person proved who they are.
    pub const fn proved(&self) -> Proved {
        self.proved
    }

    /// Whether it is a session with this app on this host, and has not ended.
    pub fn is_good_for(&self, host: &ProtectedHost, now: Timestamp) -> bool {
        now.seconds() < self.ends.into() && self.place.app == host.app && *self.place.host == *host.host
    }
}

impl Person {
    /// As apps get a person.
    pub fn of(principal: &Principal) -> Self {
        let (user, identity) = (&principal.user, IdentityHeaders::of(principal));
        Self { user: user.id.clone(), identity, until: principal.until, language: user.language }
    }

    /// Whether what is kept of the person is true at `now` still, as far as it ends by itself.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// The language that they chose.
    pub const fn language(&self) -> Option<Language> {
        self.language
    }

    /// The account.
    pub const fn user(&self) -> &UserId {
        &self.user
    }

    /// The identity headers.
    pub const fn identity(&self) -> &IdentityHeaders {
        &self.identity
    }

    /// The user name.
    pub fn name(&self) -> &str {
        self.identity.values().next().unwrap_or_default()
    }

    pub(super) fn is_allowed(&self, allow: Option<&BTreeSet<GroupName>>) -> bool {
        allow.is_none_or(|allow| self.identity.groups().any(|group| allow.contains(group)))
    }
}

impl Place {
    /// The app.
    pub const fn app(&self) -> &AppName {
        &self.app
    }

    /// The app's host.
    pub const fn host(&self) -> &str {
        &self.host
    }
}

impl AsRef<Self> for SessionView {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Step one: from what the proxy sent to an app, what it needs and a cookie. `client` says where the request comes from;
/// it is asked only where a rule wants to know.
pub fn prepare<'a>(
    dialect: Dialect,
    peer_trusted: bool,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    (hosts, client): (&'a HostMap, impl FnOnce() -> Option<IpAddr>),
) -> Result<Prepared<'a>, Stop> {
    if !peer_trusted {
        return Err(Stop::UntrustedPeer);
    }
    let received = read(dialect, headers)?;
    let request = canonical(&received.raw)?;
    let renames_method = received.signals.renames_method;
    let sender =
        |host: &Guarded| Sender { address: if host.asks_for_network() { client() } else { None }, renames_method };
    let (host, Decided { access, rule }) = considered(&request, hosts, sender)?;
    let caller = caller(request.method, request.websocket, &received.signals);
    let (app_cookie, relay_cookie) = (received.app_cookie, received.relay_cookie);
    let credential = Credential::of(&received.signals.authorization, host.authorization);
    let only_reads = only_reads(&request, received.signals.does_more());
    let is_surely_a_program = caller == Caller::Program
        && request.secure
        && received.signals.has_no_browser()
        && app_cookie.is_none()
        && relay_cookie.is_none();
    Ok(Prepared {
        request,
        host,
        access,
        rule,
        caller,
        app_cookie,
        relay_cookie,
        credential,
        only_reads,
        is_surely_a_program,
    })
}

/// The app that a request goes to and what it needs there, whoever asks: what [`prepare`] decides, for whoever wants to know
/// it beforehand as well.
pub fn considered<'a>(
    request: &CanonicalRequest<'a>,
    hosts: &'a HostMap,
    sender: impl FnOnce(&Guarded) -> Sender,
) -> Result<(ProtectedHost<'a>, Decided<'a>), Stop> {
    let asked = || request.host.clone();
    let (host, app) = of_scheme(hosts.look(&request.host, asked), request.secure)?;
    if let Some(reserved) = reserved(&request.path) {
        return Err(Stop::Reserved(reserved));
    }
    let decided = access((&app.rules, app.allow.as_ref(), app.require), request, sender(app));
    Ok((ProtectedHost::of((host, app)), decided))
}

/// The app that a refused question was about, as far as it is known: for reports, never for a decision.
pub fn asked_host<'a, 'm>(
    dialect: Dialect,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    hosts: &'m HostMap,
) -> Option<ProtectedHost<'m>> {
    let raw = read(dialect, headers).ok()?.raw;
    let (secure, _) = scheme(raw.proto).ok()?;
    let host = canonical_host(raw.host, secure).ok()?;
    hosts.get(&host)
}

/// Step two: from the session that the cookie led to, if it led to one, to the verdict.
pub fn judge<'s, S: AsRef<SessionView>>(
    prepared: &Prepared<'_>,
    session: Option<&'s S>,
    now: Timestamp,
) -> Verdict<&'s S> {
    let Prepared { request, host, rule, caller, .. } = prepared;
    let deny = |whom| Verdict::Deny(Deny { caller: *caller, rule: *rule, whom });
    let demands = match demanded(prepared) {
        Ok(demands) => demands,
        Err(settled) => return settled,
    };
    // Where a token came, no cookie counts: see `judge_token`.
    if matches!(prepared.credential, Credential::Token(_)) {
        return Verdict::Unproved(Unproved::Unknown);
    }
    // A preflight carries no credentials (Fetch standard §4.8), so a cookie on one proves nothing.
    let session = session.filter(|session| *caller != Caller::Preflight && session.as_ref().is_good_for(host, now));
    let challenge = |is_step_up| {
        Verdict::Challenge(Challenge {
            caller: *caller,
            safe_method: matches!(request.method, "GET" | "HEAD"),
            return_path: match caller {
                Caller::Navigation | Caller::PageFetch => ReturnPath::of(request.method, request.raw_target),
                // What asks for more proof than the rest of the app does is the only place to give it.
                Caller::Program if is_step_up => ReturnPath::of(request.method, request.raw_target),
                Caller::Frame | Caller::Preflight | Caller::Program => ReturnPath::root(),
            },
            proof: demands.proof(),
            is_step_up,
        })
    };
    let Some(session) = session else { return challenge(false) };
    let view = session.as_ref();
    if !demands.met_by(|allow| view.person.is_allowed(allow)) {
        let is_part = rule.is_some() || view.person.is_allowed(host.allow.as_ref());
        return deny(Whom::Person(Box::new(Outsider::of(&view.person, demands, is_part))));
    }
    if demands.proof().is_met_by(view.proved, now) { Verdict::Allow(session) } else { challenge(true) }
}

/// The app whose host a request for `/.doorstep/…` came to, when the proxy passes it on to Doorstep.
pub fn app_host<'a, 'm>(
    peer_trusted: bool,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    hosts: &'m HostMap,
) -> Result<ProtectedHost<'m>, Stop> {
    if !peer_trusted {
        return Err(Stop::UntrustedPeer);
    }
    let (proto, host) = read_host(headers)?;
    let (secure, _) = scheme(proto)?;
    let host = canonical_host(host, secure).map_err(|_| BadRequest::Host)?;
    of_scheme(hosts.look(&host, || Cow::Owned(host.to_string())), secure).map(ProtectedHost::of)
}

type Found<'m> = (Cow<'m, str>, &'m Guarded);

fn of_scheme(found: Option<Found<'_>>, secure: bool) -> Result<Found<'_>, Stop> {
    let known = found.ok_or(Stop::UnknownHost)?;
    if known.1.secure == secure { Ok(known) } else { Err(BadRequest::Scheme.into()) }
}

fn reserved(path: &str) -> Option<Reserved> {
    match path.strip_prefix("/.doorstep")? {
        "/callback" => Some(Reserved::Callback),
        "/logout" => Some(Reserved::Logout),
        rest if rest.is_empty() || rest.starts_with('/') => Some(Reserved::Other),
        _ => None,
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
