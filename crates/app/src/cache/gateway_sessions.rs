//! Sessions of protected apps that were seen lately, so that a warm forward-auth decision reads no database.
//!
//! An entry is as live as the revocation log: everything that could end or change it writes a line
//! there, every replica reads the log each second, and a cache that has not heard from the log for
//! five seconds is not believed. A clock that jumps counts as not having heard from the log.

use super::{
    gateway_tokens::{CachedToken, GatewayTokens},
    last_use::LastUse,
    log::{Received, Step, step},
};
use crate::error::InternalError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    gateway::{Person, Place, SessionView},
    id::{AppName, SessionId},
    secret::SecretHash,
    time::{Timestamp, Ttl},
};
use doorstep_store::revocations::{Line, RevocationKind};
use quick_cache::sync::Cache;
use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::sync::SemaphorePermit;

/// A log not heard for this long means that the cache may be out of date.
const BELIEVED_FOR: Ttl = Ttl::from_seconds(5);
/// After a silence as long as this the cache begins anew: lines of the log may have been swept meanwhile.
const FORGET_AFTER: Ttl = Ttl::from_hours(1);
/// Entries kept at most; about 135 bytes each.
const CAPACITY: usize = 200_000;

/// One browser's session with one app, as it stood when it was loaded.
#[derive(Clone)]
pub struct CachedSession(triomphe::Arc<Entry>);

/// There is one of these for each session: 56 bytes with the count of its handles, which is a block of 64.
struct Entry {
    view: SessionView,
    session: PackedId,
    last_used: LastUse,
}

impl AsRef<SessionView> for CachedSession {
    fn as_ref(&self) -> &SessionView {
        &self.0.view
    }
}

/// The bytes of a session id, which is 16 of them in base64url: no allocation, and a third of the size.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct PackedId([u8; 16]);

impl PackedId {
    /// `None` for an id that is not of ours: such a session is looked up each time.
    fn of(id: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok().map(Self)
    }

    fn id(self) -> Option<SessionId> {
        URL_SAFE_NO_PAD.encode(self.0).parse().ok()
    }
}

/// The cache and how far it has read the log.
pub(crate) struct GatewaySessions {
    cache: Cache<SecretHash, CachedSession>,
    /// Tokens of programs, which the same log ends.
    tokens: GatewayTokens,
    /// People and app hosts that several entries hold in common, to save memory. Never trusted: an entry shares one
    /// only when it is equal.
    shared: Mutex<Shared>,
    /// Sessions that were used on Doorstep's own pages since this was last written down.
    used: Mutex<HashMap<SessionId, Timestamp>>,
    /// The line of the log that was applied last.
    last: Mutex<Option<Line>>,
    /// How often the log moved: raised before what ended is let go.
    moves: AtomicI64,
    received_at: AtomicI64,
}

#[derive(Default)]
struct Shared {
    people: HashSet<ByUser>,
    places: HashMap<(AppName, Box<str>), Arc<Place>>,
}

impl CachedSession {
    fn new(view: SessionView, session: PackedId, now: Timestamp) -> Self {
        Self(triomphe::Arc::new(Entry { view, session, last_used: LastUse::new(now) }))
    }
}

/// A person, found by their account.
struct ByUser(Arc<Person>);

impl Borrow<str> for ByUser {
    fn borrow(&self) -> &str {
        self.0.user().as_str()
    }
}

impl Hash for ByUser {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Borrow::<str>::borrow(self).hash(state);
    }
}

impl PartialEq for ByUser {
    fn eq(&self, other: &Self) -> bool {
        self.0.user() == other.0.user()
    }
}

impl Eq for ByUser {}

impl Default for GatewaySessions {
    fn default() -> Self {
        Self {
            cache: Cache::new(CAPACITY),
            tokens: GatewayTokens::default(),
            shared: Mutex::default(),
            used: Mutex::default(),
            last: Mutex::default(),
            moves: AtomicI64::new(0),
            received_at: AtomicI64::new(i64::MIN / 2),
        }
    }
}

/// What the log says has ended, gathered so that the cache is walked once.
#[derive(Default)]
struct Ended {
    sessions: HashSet<PackedId>,
    users: HashSet<Box<str>>,
    apps: HashSet<Box<str>>,
    app_sessions: HashSet<SecretHash>,
    all: bool,
}

impl Ended {
    fn add(&mut self, kind: RevocationKind, subject: &str) {
        match kind {
            RevocationKind::Session => self.sessions.extend(PackedId::of(subject)),
            RevocationKind::User => _ = self.users.insert(subject.into()),
            RevocationKind::App => _ = self.apps.insert(subject.into()),
            // Sessions of forward auth have no client.
            RevocationKind::Client => {}
            RevocationKind::AppSession => match SecretHash::from_text(subject) {
                Some(hash) => _ = self.app_sessions.insert(hash),
                None => self.all = true,
            },
            RevocationKind::All => self.all = true,
        }
    }

    fn covers(&self, hash: &SecretHash, CachedSession(entry): &CachedSession) -> bool {
        self.sessions.contains(&entry.session)
            || self.users.contains(entry.view.person().user().as_str())
            || self.apps.contains(entry.view.place().app().as_str())
            || self.app_sessions.contains(hash)
    }

    fn covers_token(&self, hash: &SecretHash, token: &CachedToken) -> bool {
        self.users.contains(token.owner().as_str())
            || token.as_ref().apps().iter().any(|app| self.apps.contains(app.as_str()))
            || self.app_sessions.contains(hash)
    }
}

impl GatewaySessions {
    /// Whether the log was heard lately enough to believe what is kept in memory.
    pub(super) fn is_believed(&self, now: Timestamp) -> bool {
        self.will_be_believed(Ttl::from_seconds(0), now)
    }

    /// Whether it may still be believed after so long, if nothing is heard meanwhile.
    pub(super) fn will_be_believed(&self, after: Ttl, now: Timestamp) -> bool {
        let silence = now.since(Timestamp::from_millis(self.received_at.load(Ordering::Acquire))).millis();
        // Far in the future is as bad as far in the past: the clock was set back since.
        silence.saturating_abs() <= BELIEVED_FOR.millis() - after.millis()
    }

    /// A session that is in the cache and may be believed; marks it as used. Writes nothing when it was
    /// used in the same millisecond.
    pub(crate) fn warm(&self, hash: &SecretHash, idle: Ttl, now: Timestamp) -> Option<CachedSession> {
        if !self.is_believed(now) {
            return None;
        }
        let found = self.cache.get(hash)?;
        let unused_since = found.0.last_used.at();
        if now.since(unused_since) >= idle || !found.0.view.person().holds_at(now) {
            return None;
        }
        if now > unused_since {
            found.0.last_used.mark(now);
        }
        Some(found)
    }

    /// A token of a program that is in the cache and may be believed.
    pub(crate) fn warm_token(&self, hash: &SecretHash, now: Timestamp) -> Option<CachedToken> {
        let found = if self.is_believed(now) { self.tokens.cache.get(hash) } else { None };
        found.filter(|token| token.as_ref().owner().is_none_or(|owner| owner.holds_at(now)))
    }

    /// Caches a token as [`Self::keep`] does a session.
    pub(crate) fn keep_token(&self, hash: SecretHash, token: &CachedToken, as_of: i64) {
        self.tokens.cache.insert(hash, token.clone());
        if self.moves() != as_of {
            self.tokens.cache.remove(&hash);
        }
    }

    /// A turn in the line of those who brought too many unknown tokens.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, InternalError> {
        self.tokens.turn().await
    }

    /// Tokens whose last use is not written down yet.
    pub(crate) fn used_tokens(&self) -> Vec<CachedToken> {
        self.tokens.cache.iter().map(|(_, token)| token).filter(|token| token.unwritten().is_some()).collect()
    }

    /// Notes that a session was used; written down by the next flush.
    pub(crate) fn note_use(&self, session: &SessionId, now: Timestamp) {
        lock(&self.used).insert(session.clone(), now);
    }

    /// Begins to listen to the log from where it stands.
    pub(super) fn start(&self, newest: Option<Line>, now: Timestamp) {
        *lock(&self.last) = newest;
        self.received_at.store(now.millis(), Ordering::Release);
    }

    /// Whether the log was not heard for so long that lines may have been swept meanwhile.
    pub(super) fn is_silent(&self, now: Timestamp) -> bool {
        now.since(Timestamp::from_millis(self.received_at.load(Ordering::Acquire))) >= FORGET_AFTER
    }

    /// Lets go of everything. What is being loaded meanwhile is not kept.
    pub(super) fn forget(&self) {
        self.moves.fetch_add(1, Ordering::SeqCst);
        self.cache.clear();
        self.tokens.cache.clear();
    }

    /// The line of the log that was applied last: the next look begins with it.
    pub(super) fn last_line(&self) -> Option<Line> {
        lock(&self.last).clone()
    }

    /// Goes on from another line, after the log went back.
    pub(super) fn restart(&self, newest: Option<Line>) {
        *lock(&self.last) = newest;
        self.forget();
    }

    /// The log was read, and what it says was applied, as of `at`.
    pub(super) fn received(&self, at: Timestamp) {
        self.received_at.store(at.millis(), Ordering::Release);
    }

    /// Applies lines of the log, which were asked for from the line `asked` on, and says what they brought. When it
    /// is not the log any more that was read before, everything is let go.
    pub(super) fn apply<'l>(&self, asked: Option<&Line>, lines: &'l [Line]) -> Received<'l> {
        let mut last = lock(&self.last);
        let (new, hole) = match step(last.as_ref(), asked, lines) {
            Step::New([]) | Step::Behind => return Received::New(&[]),
            Step::New(new) => (new, false),
            Step::Hole(new) => (new, true),
            Step::WentBack => {
                drop(last);
                self.forget();
                return Received::WentBack;
            }
        };
        *last = new.last().cloned();
        // Raised first: an entry that is being loaded meanwhile sees it and is not kept.
        self.moves.fetch_add(1, Ordering::SeqCst);
        drop(last);
        let mut ended = Ended { all: hole, ..Ended::default() };
        for line in new {
            ended.add(line.kind, &line.subject);
        }
        if ended.all {
            self.cache.clear();
            self.tokens.cache.clear();
        } else {
            self.cache.retain(|hash, entry| !ended.covers(hash, entry));
            self.tokens.cache.retain(|hash, token| !ended.covers_token(hash, token));
        }
        if hole { Received::Everything } else { Received::New(new) }
    }

    /// How often the log has moved: asked before the database is read.
    pub(crate) fn moves(&self) -> i64 {
        self.moves.load(Ordering::SeqCst)
    }

    /// Caches what was read when the log had moved `as_of` times. If the log has moved since, the session may have
    /// ended meanwhile: then it is used for this one answer and not cached.
    pub(crate) fn keep(
        &self,
        hash: SecretHash,
        (view, session): (SessionView, &SessionId),
        as_of: i64,
        now: Timestamp,
    ) -> CachedSession {
        let view = self.share(view);
        let Some(packed) = PackedId::of(session.as_str()) else {
            self.note_use(session, now);
            return CachedSession::new(view, PackedId::default(), now);
        };
        let entry = CachedSession::new(view, packed, now);
        self.cache.insert(hash, entry.clone());
        // After the insertion: a line that is applied later finds the entry and ends it.
        if self.moves() != as_of {
            self.cache.remove(&hash);
        }
        entry
    }

    /// Lets a view hold the same person and place as others do.
    fn share(&self, view: SessionView) -> SessionView {
        let mut guard = lock(&self.shared);
        let Shared { people, places } = &mut *guard;
        let known = people.get(view.person().user().as_str()).map(|ByUser(person)| Arc::clone(person));
        let person = known.filter(|person| *person == *view.person()).unwrap_or_else(|| {
            people.replace(ByUser(Arc::clone(view.person())));
            Arc::clone(view.person())
        });
        let key = (view.place().app().clone(), view.place().host().into());
        let place = places.entry(key).or_insert_with(|| Arc::clone(view.place()));
        view.sharing(&person, place)
    }

    /// Takes what was noted by [`Self::note_use`] since the last call.
    pub(crate) fn take_noted(&self) -> HashMap<SessionId, Timestamp> {
        std::mem::take(&mut *lock(&self.used))
    }

    /// Takes back what could not be written down, for the next time.
    pub(crate) fn give_back(&self, unwritten: impl IntoIterator<Item = (SessionId, Timestamp)>) {
        let mut used = lock(&self.used);
        for (id, at) in unwritten {
            let latest = used.entry(id).or_insert(at);
            *latest = at.max(*latest);
        }
    }

    /// Sessions of apps whose last use is not written down yet, one after the other: a hundred thousand at once would
    /// take megabytes. A session with two apps comes twice.
    pub(crate) fn unwritten(&self) -> impl Iterator<Item = Use> + Send {
        self.cache.iter().filter_map(|(_, entry)| {
            let at = entry.0.last_used.unwritten()?;
            Some(Use { id: entry.0.session.id()?, at, entry })
        })
    }

    /// Lets go of people and places that no session has any more.
    pub(crate) fn tidy(&self) {
        let mut shared = lock(&self.shared);
        shared.people.retain(|ByUser(person)| Arc::strong_count(person) > 1);
        shared.places.retain(|_, place| Arc::strong_count(place) > 1);
    }
}

/// The last use of a session of an app.
pub(crate) struct Use {
    pub(crate) id: SessionId,
    pub(crate) at: Timestamp,
    entry: CachedSession,
}

impl Use {
    /// It is written down, and does not come again. What was used meanwhile does.
    pub(crate) fn written(&self) {
        self.entry.0.last_used.written(self.at);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "gateway_sessions_tests.rs"]
mod tests;
