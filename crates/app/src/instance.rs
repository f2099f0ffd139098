//! An instance in operation: one context, the caches on it, and the services on both.

use crate::{
    accounts::Accounts,
    ambient::Ambient,
    authorization::Authorization,
    cache::{Allowances, Caches},
    context::Context,
    error::InternalError,
    gateway::Gateway,
    keyring::KeySource,
    onboarding::Onboarding,
    password::Passwords,
    queue::Queue,
    refusals::Refusals,
    root_keys::{self, RootKeyRotation},
    sessions::Sessions,
    settings::Settings,
    signing_keys,
    tokens::Tokens,
};
use doorstep_core::time::Timestamp;
use doorstep_store::Db;
use std::sync::Arc;

/// What the web server and the commands are given.
pub struct Instance {
    /// Database, clock, keys, settings.
    pub context: Arc<Context>,
    /// What is kept in memory of the database.
    pub caches: Arc<Caches>,
    /// How often strangers may do what.
    pub allowances: Arc<Allowances>,
    /// Browsers that are signed in.
    pub sessions: Sessions,
    /// People, and what they sign in with.
    pub accounts: Accounts,
    /// Authorization requests, consent, sign-out that an app asks for.
    pub authorization: Authorization,
    /// Codes and tokens.
    pub tokens: Tokens,
    /// Apps that Doorstep stands in front of.
    pub gateway: Gateway,
    /// Groups and apps that the configuration declares.
    pub onboarding: Onboarding,
    /// The root keys, one after the other.
    pub root_keys: RootKeyRotation,
    /// Durable work that waits, and what of it was given up.
    pub queue: Queue,
    /// Reports of refused requests, as `doorstep explain` prints them.
    pub refusals: Refusals,
}

impl Instance {
    /// Opens a migrated database: loads the signing keys, making them on the very first start.
    pub async fn open(
        db: Db,
        ambient: Ambient,
        root: impl Into<KeySource>,
        settings: Settings,
    ) -> Result<Self, InternalError> {
        let context = Arc::new(Context::new(db, ambient, &root.into(), settings)?);
        let caches = Arc::new(Caches::new(Arc::clone(&context)));
        root_keys::begin(&context).await?;
        let keys = signing_keys::load(&context).await?;
        // Once more: a key that came into force since is not counted as a change any more.
        root_keys::arrange(&context).await?;
        caches.start(keys).await?;
        let allowances = Arc::new(Allowances::new(context.ambient.clone()));
        let sessions = Sessions::new(&context, &caches);
        let refusals = Refusals::new(&context);
        let passwords = Passwords::new(context.settings.password_parallel);
        Ok(Self {
            accounts: Accounts::new(&context, (&caches, &allowances), &sessions, passwords),
            authorization: Authorization::new(&context, &caches, &sessions, &refusals),
            tokens: Tokens::new(&context, &caches, &allowances),
            gateway: Gateway::new(&context, (&caches, &allowances), &sessions),
            onboarding: Onboarding::new(&context, &caches),
            root_keys: RootKeyRotation::new(&context, &caches),
            queue: Queue::new(&context),
            refusals,
            sessions,
            allowances,
            caches,
            context,
        })
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.context.now()
    }
}
