//! The caches of one process, and how they hear of what others changed.

use super::{
    Assertions,
    clients::Clients,
    declared::Declared,
    gateway_sessions::GatewaySessions,
    log::Received,
    protected_apps::{DECLARED, Picture, ProtectedApps, TiledApp, if_readable, served},
};
use crate::{
    context::Context,
    error::InternalError,
    root_keys,
    signing_keys::{self, SIGNING_KEYS},
};
use doorstep_core::{
    id::AppName,
    model::{App, Client},
    time::Ttl,
};
use doorstep_store::{StoreError, apps, generations, revocations};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long a look takes at most that somebody waits for.
const LOOK_FOR: Duration = Duration::from_secs(1);

/// What is kept in memory of the database.
pub struct Caches {
    context: Arc<Context>,
    protected: Picture,
    clients: Clients,
    /// The counter's value that goes with the signing keys in use; none when they are to be loaded whatever it says.
    /// Held while the counters and the data that they count changes of are read, so that nothing older replaces newer.
    keys: Mutex<Option<i64>>,
    /// Held while somebody looks because nothing was heard for too long.
    looking: Mutex<()>,
    /// Sessions of protected apps that were seen lately.
    pub(crate) gateway_sessions: GatewaySessions,
    /// What was signed lately of those who have one.
    pub(crate) assertions: Assertions,
    /// Who belongs to which group by configuration.
    pub(crate) declared: Declared,
}

impl Caches {
    /// Empty ones.
    pub(crate) fn new(context: Arc<Context>) -> Self {
        Self {
            context,
            protected: Picture::default(),
            clients: Clients::default(),
            keys: Mutex::default(),
            looking: Mutex::default(),
            gateway_sessions: GatewaySessions::default(),
            assertions: Assertions::default(),
            declared: Declared::default(),
        }
    }

    /// Loads the protected apps, and begins to listen to the revocation log from where it stands. `keys` is the
    /// counter's value that goes with the signing keys in use.
    pub(crate) async fn start(&self, keys: i64) -> Result<(), InternalError> {
        let now = self.context.now();
        let newest = revocations::newest(&mut self.context.db.read().await?).await?;
        *self.keys.lock().await = Some(keys);
        self.refresh(false).await?;
        self.gateway_sessions.start(newest, now);
        Ok(())
    }

    /// The apps that Doorstep stands in front of, if what is known of them may be believed.
    pub async fn believed(&self) -> Result<Arc<ProtectedApps>, InternalError> {
        self.believe().await?;
        Ok(self.protected.current())
    }

    /// Whether an answer may be given once more for so long: it is then no older than what is believed.
    pub fn outlives(&self, kept: Ttl) -> bool {
        self.gateway_sessions.will_be_believed(kept, self.context.now())
    }

    /// The apps that fit, by title, protected or not. All are read once after each change of one.
    pub(crate) async fn apps_that(&self, fit: impl Fn(&App) -> bool) -> Result<Vec<TiledApp>, InternalError> {
        let picture = self.believed().await?;
        let every = picture.every(&self.context.db).await?;
        Ok(every.iter().filter(|tiled| fit(&tiled.app)).cloned().collect())
    }

    /// The client with this text as id, as it came over the wire; warm, if what is known may be believed, or from the
    /// database. One that this release cannot read is an error, not one that is not there (ADR 16).
    pub async fn client(&self, id: &str) -> Result<Option<Arc<Client>>, InternalError> {
        self.believe().await?;
        match self.clients.warm(id) {
            Some(warm) => Ok(Some(warm)),
            None => self.clients.load(&self.context, id).await,
        }
    }

    /// [`Self::client`] for what is shown or forgone without harm: one that this release cannot read is left out.
    pub(crate) async fn client_if_readable(&self, id: &str) -> Result<Option<Arc<Client>>, InternalError> {
        match self.client(id).await {
            Err(InternalError::Store(StoreError::Unreadable(error))) => Ok(served(Err(error))),
            found => found,
        }
    }

    /// Whether pages of a client without a secret live at this origin, as a browser writes it.
    pub async fn is_origin(&self, origin: &str) -> Result<bool, InternalError> {
        self.believe().await?;
        self.clients.is_origin(&self.context, origin).await
    }

    /// Whether every client that is on takes `iss` in authorization responses. It lets nobody in and stands in a
    /// public document that is kept for minutes elsewhere: what was true at the last look is good enough, so that
    /// discovery answers while the database is away.
    pub async fn all_take_iss(&self) -> Result<bool, InternalError> {
        self.clients.all_take_iss(&self.context).await
    }

    /// One app from the database, for reports and pages; none when it cannot be read.
    pub(crate) async fn app_if_readable(&self, name: &AppName) -> Result<Option<App>, InternalError> {
        Ok(if_readable(apps::by_name(&mut self.context.db.read().await?, name).await)?)
    }

    /// Refuses what is kept in memory when it may not be believed: it is as old as sessions are at most. When the log
    /// was not heard for longer (the database was away, the machine slept), one look is made at once, whoever asks,
    /// for a second at most; then it is a refusal.
    async fn believe(&self) -> Result<(), InternalError> {
        if !self.gateway_sessions.is_believed(self.context.now()) {
            Box::pin(timeout(LOOK_FOR, self.look_again())).await.unwrap_or(Err(InternalError::Stale))?;
        }
        Ok(())
    }

    async fn look_again(&self) -> Result<(), InternalError> {
        let _one_at_a_time = self.looking.lock().await;
        if self.gateway_sessions.is_believed(self.context.now()) {
            return Ok(());
        }
        match self.catch_up().await {
            Err(error) if !self.gateway_sessions.is_believed(self.context.now()) => {
                tracing::warn!(%error, "the database was not heard for too long, and a look at it failed");
                Err(InternalError::Stale)
            }
            // What failed is none of the things that must be heard.
            Err(_) | Ok(()) => Ok(()),
        }
    }

    /// [`Self::catch_up`] for whoever has just committed. What is done is done: where it fails, the next second's
    /// look catches up, and nothing older than the bound of the caches is believed meanwhile.
    pub(crate) async fn catch_up_after_commit(&self) {
        if let Err(error) = self.catch_up().await {
            tracing::warn!(%error, "a change is written, and this server has not read it back yet");
        }
    }

    /// Reads the revocation log, the protected apps and the signing keys up to now. Every replica does so each second;
    /// whoever made a change does so at once.
    pub async fn catch_up(&self) -> Result<(), InternalError> {
        // What a deleted or replaced file says is believed by nobody.
        self.context.db.in_place()?;
        let asked_at = self.context.now();
        if self.gateway_sessions.is_silent(asked_at) {
            self.forget();
        }
        let last = self.gateway_sessions.last_line();
        let from = last.as_ref().map_or(0, |line| line.seq);
        let lines = revocations::from(&mut self.context.db.read().await?, from).await?;
        let received = self.gateway_sessions.apply(last.as_ref(), &lines);
        self.clients.apply(&received);
        if received == Received::WentBack {
            tracing::warn!("the revocation log went back: the database was restored, or another one took over");
            // Not before the picture is new: if this fails, the next look finds the same.
            self.refresh(true).await?;
            self.gateway_sessions.restart(revocations::newest(&mut self.context.db.read().await?).await?);
            // What was loaded since may have changed before the line from which the log is followed now.
            self.clients.forget();
        }
        let keys = self.refresh(false).await?;
        // Before anything is believed: where a root key in force is not held, nothing is.
        self.refresh_root_keys(keys).await?;
        self.gateway_sessions.received(asked_at);
        // Last: a key that does not open is logged, leaves the keys in use as they are, and holds up nothing else.
        self.refresh_keys(keys).await
    }

    /// Loads the protected apps if they changed since the last look, or `anew` whatever the counter says. The counter
    /// of signing keys, which the same look reads.
    async fn refresh(&self, anew: bool) -> Result<i64, InternalError> {
        let mut keys = self.keys.lock().await;
        let mut conn = self.context.db.read().await?;
        // Read before the rows: a change in between raises a counter again, and the next look loads anew.
        let [declared, found] = generations::pair(&mut conn, [DECLARED, SIGNING_KEYS]).await?;
        self.protected.refresh(&mut conn, &self.context.settings, (declared, anew)).await?;
        if anew {
            *keys = None;
        }
        Ok(found)
    }

    /// Takes in what became of the root keys, if something did.
    async fn refresh_root_keys(&self, found: i64) -> Result<(), InternalError> {
        // Held until they are taken in: a look that read them earlier never writes over a later one.
        let keys = self.keys.lock().await;
        if *keys != Some(found) {
            root_keys::arrange(&self.context).await?;
        }
        Ok(())
    }

    /// Puts the signing keys in use as another replica left them, if it changed them.
    async fn refresh_keys(&self, found: i64) -> Result<(), InternalError> {
        let mut keys = self.keys.lock().await;
        if *keys != Some(found) {
            signing_keys::load_again(&self.context).await?;
            tracing::info!("the signing keys were loaded again");
            *keys = Some(found);
        }
        Ok(())
    }

    /// Lets go of everything that the log keeps true.
    fn forget(&self) {
        self.gateway_sessions.forget();
        self.clients.forget();
    }
}
