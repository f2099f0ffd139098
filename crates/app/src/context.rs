//! What every service stands on: database, clock, keys and settings. It holds nothing that needs a service.

use crate::{
    ambient::Ambient,
    error::InternalError,
    keyring::{Keyring, RootKey},
    settings::Settings,
};
use doorstep_core::{ceremony::RelyingParty, model::Alive, time::Timestamp};
use doorstep_store::{Db, migrate::SchemaState};

/// The database, and what is the same for every request.
pub struct Context {
    /// The database.
    pub db: Db,
    /// Time and randomness.
    pub ambient: Ambient,
    /// The keys.
    pub keyring: Keyring,
    /// The instance as authenticators know it.
    pub rp: RelyingParty,
    /// The settings.
    pub settings: Settings,
}

impl Context {
    /// On a migrated database. The signing keys are not loaded yet.
    pub(crate) fn new(db: Db, ambient: Ambient, root: &RootKey, settings: Settings) -> Result<Self, InternalError> {
        let keyring = Keyring::new(root)?;
        let rp = RelyingParty::new(&settings.name, &settings.issuer)?;
        Ok(Self { db, ambient, keyring, rp, settings })
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    /// By what a session is alive at `now`.
    pub(crate) const fn alive(&self, now: Timestamp) -> Alive {
        Alive { now, idle: self.settings.session_idle }
    }

    /// Whether requests can be served: the database answers, with the schema of this program.
    pub async fn is_ready(&self) -> Result<(), InternalError> {
        match self.db.schema_state().await? {
            SchemaState::Current => Ok(()),
            _ => Err(InternalError::Missing("the schema of this program")),
        }
    }
}
