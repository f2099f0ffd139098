//! What every service stands on: database, clock, keys and settings. It holds nothing that needs a service.

use crate::{
    ambient::Ambient,
    error::InternalError,
    keyring::{KeySource, Keyring},
    ready::Tried,
    settings::{Live, Settings},
};
use arc_swap::ArcSwap;
use doorstep_core::{
    access::{Act, Actor, Caller, Demand, Forbidden, require},
    ceremony::{CeremonyError, RelyingParty},
    model::Alive,
    time::Timestamp,
};
use doorstep_store::Db;
use std::sync::Arc;

/// The database, and what is the same for every request.
pub struct Context {
    /// The database.
    pub db: Db,
    /// Time and randomness.
    pub ambient: Ambient,
    /// The keys.
    pub keyring: Keyring,
    rp: ArcSwap<RelyingParty>,
    /// The settings.
    pub settings: Settings,
    /// Whether the database took the last write that was tried.
    pub(crate) tried: Tried,
}

impl Context {
    /// On a migrated database. The signing keys are not loaded yet.
    pub(crate) fn new(db: Db, ambient: Ambient, root: &KeySource, settings: Settings) -> Result<Self, InternalError> {
        let keyring = Keyring::new(root)?;
        let rp = ArcSwap::from_pointee(relying_party(&settings, &settings.live().name)?);
        Ok(Self { db, ambient, keyring, rp, settings, tried: Tried::default() })
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    /// The instance as authenticators know it.
    pub fn rp(&self) -> Arc<RelyingParty> {
        self.rp.load_full()
    }

    /// Takes changed settings in: whatever is decided from now on is decided by them.
    pub fn change(&self, live: Live) -> Result<(), InternalError> {
        let rp = relying_party(&self.settings, &live.name)?;
        self.settings.change(live);
        self.rp.store(Arc::new(rp));
        Ok(())
    }

    /// Lets the actor act now, if they hold the permission.
    pub fn require<'a, P: Demand>(
        &self,
        demand: P,
        actor: Actor<'a>,
        caller: &'a Caller,
    ) -> Result<Act<'a, P>, Forbidden> {
        require(demand, actor, caller, self.now())
    }

    /// By what a session is alive at `now`.
    pub(crate) fn alive(&self, now: Timestamp) -> Alive {
        Alive { now, idle: self.settings.live().session_idle }
    }
}

fn relying_party(settings: &Settings, name: &str) -> Result<RelyingParty, CeremonyError> {
    RelyingParty::new(name, &settings.issuer)?.formerly(name, &settings.former)
}
