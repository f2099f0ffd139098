//! Sessions of protected apps that were seen lately, so that a warm forward-auth decision reads no database.
//!
//! An entry is as live as the revocation log: everything that could end or change it writes a line
//! there, every replica reads the log each second, and a cache that has not heard from the log for
//! five seconds is not believed.

use crate::{
    error::Broken,
    house::House,
    session::{active_principal, is_alive},
};
use doorstep_core::{
    gateway::SessionView,
    id::{AppName, SessionId, UserId},
    secret::SecretHash,
    time::{Timestamp, Ttl},
};
use doorstep_store::{
    app_sessions,
    revocations::{self, RevocationKind},
    sessions,
};
use quick_cache::sync::Cache;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// A log not heard for this long means that the cache may be out of date.
const BELIEVED_FOR: Ttl = Ttl::from_seconds(5);
/// Entries kept at most; about 300 bytes each.
const CAPACITY: usize = 200_000;

/// One browser's session with one app, as it stood when it was loaded.
pub struct CachedSession {
    view: SessionView,
    session: SessionId,
    user: UserId,
    app: AppName,
    last_used: AtomicI64,
}

impl AsRef<SessionView> for CachedSession {
    fn as_ref(&self) -> &SessionView {
        &self.view
    }
}

/// The cache and how far it has read the log.
pub struct GatewaySessions {
    cache: Cache<SecretHash, Arc<CachedSession>>,
    applied: AtomicI64,
    heard_at: AtomicI64,
    flushed_at: AtomicI64,
}

impl Default for GatewaySessions {
    fn default() -> Self {
        Self {
            cache: Cache::new(CAPACITY),
            applied: AtomicI64::new(0),
            heard_at: AtomicI64::new(i64::MIN / 2),
            flushed_at: AtomicI64::new(0),
        }
    }
}

impl GatewaySessions {
    /// A session that is in the cache and may be believed; marks it as used.
    pub fn warm(&self, hash: &SecretHash, idle: Ttl, now: Timestamp) -> Option<Arc<CachedSession>> {
        if now.millis() - self.heard_at.load(Ordering::Acquire) > BELIEVED_FOR.millis() {
            return None;
        }
        let found = self.cache.get(hash)?;
        let unused_since = found.last_used.load(Ordering::Relaxed);
        if now.millis() - unused_since >= idle.millis() {
            return None;
        }
        if now.millis() > unused_since {
            found.last_used.store(now.millis(), Ordering::Relaxed);
        }
        Some(found)
    }

    fn apply(&self, seq: i64, kind: RevocationKind, subject: &str) {
        // Raised first: an entry that is being loaded meanwhile sees it and is not kept.
        self.applied.fetch_max(seq, Ordering::SeqCst);
        self.cache.retain(|hash, entry| match kind {
            RevocationKind::Session => entry.session.as_str() != subject,
            RevocationKind::User => entry.user.as_str() != subject,
            RevocationKind::App => entry.app.as_str() != subject,
            RevocationKind::AppSession => hash.to_text() != subject,
            RevocationKind::All => false,
        });
    }

    /// Parent sessions used since the last call, each with its latest use.
    fn used_since_flush(&self) -> BTreeMap<SessionId, Timestamp> {
        let mut used = BTreeMap::new();
        let since = self.flushed_at.load(Ordering::Acquire);
        let mut latest = since;
        for (_, entry) in self.cache.iter() {
            let at = entry.last_used.load(Ordering::Relaxed);
            if at > since {
                let kept = used.entry(entry.session.clone()).or_insert(Timestamp::from_millis(at));
                *kept = (*kept).max(Timestamp::from_millis(at));
                latest = latest.max(at);
            }
        }
        self.flushed_at.store(latest, Ordering::Release);
        used
    }
}

impl House {
    /// Loads an app session that is not warm: live account, live parent, not idle. Keeps it unless the
    /// log moved meanwhile.
    pub async fn load_app_session(&self, hash: &SecretHash) -> Result<Option<Arc<CachedSession>>, Broken> {
        let before = self.gateway.applied.load(Ordering::SeqCst);
        let found = app_sessions::with_principal(&mut self.db.read().await?, hash).await?;
        let Some((app_session, parent, user, groups)) = found else { return Ok(None) };
        let now = self.now();
        if !is_alive(&parent, self.settings.session_idle, now) || now >= app_session.expires_at {
            return Ok(None);
        }
        let Some(principal) = active_principal(user, groups) else { return Ok(None) };
        let Some(view) = SessionView::of(&app_session, &parent, &principal) else { return Ok(None) };
        let entry = Arc::new(CachedSession {
            view,
            session: app_session.session,
            user: app_session.user,
            app: app_session.app,
            last_used: AtomicI64::new(now.millis()),
        });
        self.gateway.cache.insert(*hash, Arc::clone(&entry));
        if self.gateway.applied.load(Ordering::SeqCst) != before {
            self.gateway.cache.remove(hash);
        }
        Ok(Some(entry))
    }

    /// Begins to listen to the log from where it stands.
    pub(crate) async fn start_revocations(&self) -> Result<(), Broken> {
        let latest = revocations::latest(&mut self.db.read().await?).await?;
        self.gateway.applied.store(latest, Ordering::SeqCst);
        self.gateway.heard_at.store(self.now().millis(), Ordering::Release);
        self.gateway.flushed_at.store(self.now().millis(), Ordering::Release);
        Ok(())
    }

    /// Reads the log and the declared apps up to now. Every replica does so each second; whoever made a
    /// change does so at once.
    pub async fn catch_up(&self) -> Result<(), Broken> {
        let asked_at = self.now();
        let since = self.gateway.applied.load(Ordering::SeqCst);
        let lines = revocations::since(&mut self.db.read().await?, since).await?;
        for (seq, kind, subject) in lines {
            self.gateway.apply(seq, kind, &subject);
        }
        self.refresh_snapshot().await?;
        self.gateway.heard_at.fetch_max(asked_at.millis(), Ordering::AcqRel);
        Ok(())
    }

    /// Writes down which sessions were used, so that idle time counts from there.
    pub(crate) async fn flush_use(&self) -> Result<(), Broken> {
        let used = self.gateway.used_since_flush();
        if used.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for (session, at) in used {
            sessions::touch(&mut tx, &session, at).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
