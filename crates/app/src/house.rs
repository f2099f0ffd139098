//! A house in operation: the database, the keys and the settings, in one value that every use case takes.

use crate::{
    allowance::Allowances,
    ambient::Ambient,
    error::Broken,
    gateway_sessions::GatewaySessions,
    keyring::{Keyring, RootKey, Sealed},
    password::Passwords,
    settings::Settings,
    snapshot::Snapshot,
};
use arc_swap::ArcSwap;
use doorstep_core::{
    ceremony::RelyingParty,
    id::{KeyId, RequestId},
    jose::{KeySet, SigningKey},
    model::{SealedSigningKey, SigningAlg},
    time::Timestamp,
};
use doorstep_store::{Db, generations, keys, migrate::SchemaState};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Everything a use case needs.
pub struct House {
    /// The database.
    pub db: Db,
    /// Time and randomness.
    pub ambient: Ambient,
    /// The keys.
    pub keyring: Keyring,
    /// The house as authenticators know it.
    pub rp: RelyingParty,
    /// The settings.
    pub settings: Settings,
    /// The password hashing pool.
    pub passwords: Passwords,
    /// Clients and apps as they stood at the last look.
    pub(crate) snapshot: ArcSwap<Snapshot>,
    /// Held while a new snapshot is loaded, so that an older picture never replaces a newer one.
    pub(crate) refreshing: Mutex<()>,
    /// Sessions of protected apps that were seen lately.
    pub gateway: GatewaySessions,
    /// What strangers may do how often.
    pub(crate) allowances: Allowances,
    /// Who belongs to which group by configuration, for accounts that do not exist yet.
    pub(crate) declared: ArcSwap<crate::people::DeclaredGroups>,
}

/// Who is calling, for the log. No decision rests on it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The resolved client address, or empty.
    pub ip: String,
    /// The request's id.
    pub request_id: Option<RequestId>,
}

impl Caller {
    /// A command on the host.
    pub const fn command() -> Self {
        Self { ip: String::new(), request_id: None }
    }
}

impl House {
    /// Opens a migrated database: loads the signing keys, making them on the very first start.
    pub async fn open(db: Db, ambient: Ambient, root: &RootKey, settings: Settings) -> Result<Self, Broken> {
        let keyring = Keyring::new(root)?;
        let rp = RelyingParty::new(&settings.name, &settings.issuer)?;
        let passwords = Passwords::new(settings.password_parallel);
        let house = Self {
            db,
            ambient,
            keyring,
            rp,
            settings,
            passwords,
            snapshot: ArcSwap::default(),
            refreshing: Mutex::default(),
            gateway: GatewaySessions::default(),
            allowances: Allowances::default(),
            declared: ArcSwap::default(),
        };
        house.load_signing_keys().await?;
        house.refresh_snapshot().await?;
        house.start_revocations().await?;
        Ok(house)
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    async fn load_signing_keys(&self) -> Result<(), Broken> {
        let mut rows = keys::all(&mut self.db.read().await?).await?;
        let missing: Vec<_> = SigningAlg::ALL
            .into_iter()
            .filter(|alg| !rows.iter().any(|row| row.alg == *alg && row.retired_at.is_none()))
            .collect();
        if !missing.is_empty() {
            let made = self.make_signing_keys(missing).await?;
            let mut tx = self.db.begin().await?;
            // Another replica may be making them at the same moment: one waits here, and theirs stand.
            generations::bump(&mut tx, "signing_keys").await?;
            rows = keys::all(&mut tx).await?;
            for row in made {
                if !rows.iter().any(|other| other.alg == row.alg && other.retired_at.is_none()) {
                    keys::insert(&mut tx, &row).await?;
                    rows.push(row);
                }
            }
            tx.commit().await?;
        }
        rows.sort_by_key(|row| (row.alg, row.created_at));
        let mut set = Vec::with_capacity(rows.len());
        for row in rows {
            let pkcs8 = self.keyring.open(Sealed::SigningKey, &seal_context(&row.id), &row.sealed)?;
            set.push((SigningKey::from_pkcs8(row.id, row.alg, pkcs8.expose())?, row.retired_at.is_some()));
        }
        self.keyring.install(KeySet::new(set));
        Ok(())
    }

    /// Makes one key an algorithm, off the async threads: RSA takes a while.
    async fn make_signing_keys(&self, algs: Vec<SigningAlg>) -> Result<Vec<SealedSigningKey>, Broken> {
        let mut entropy = self.ambient.entropy();
        let ids: Vec<_> = algs.into_iter().map(|alg| (KeyId::random(&mut entropy), alg)).collect();
        let made = tokio::task::spawn_blocking(move || {
            ids.into_iter().map(|(id, alg)| SigningKey::generate(id, alg)).collect::<Result<Vec<_>, _>>()
        });
        let made = made.await.map_err(|_| Broken::Missing("the thread that makes keys"))??;
        let now = self.now();
        let seal = |(key, pkcs8): &(SigningKey, doorstep_core::secret::Secret<Vec<u8>>)| {
            let mut entropy = self.ambient.entropy();
            let context = seal_context(key.id());
            let sealed = self.keyring.seal(Sealed::SigningKey, &context, pkcs8.expose(), &mut entropy)?;
            Ok(SealedSigningKey { id: key.id().clone(), alg: key.alg(), sealed, created_at: now, retired_at: None })
        };
        made.iter().map(seal).collect()
    }

    /// Whether requests can be served: the database answers, with the schema of this program.
    pub async fn is_ready(&self) -> Result<(), Broken> {
        match self.db.schema_state().await? {
            SchemaState::Current => Ok(()),
            _ => Err(Broken::Missing("the schema of this program")),
        }
    }

    /// Clients and apps as they stood at the last look.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }
}

fn seal_context(id: &KeyId) -> String {
    format!("signing_keys/{id}")
}
