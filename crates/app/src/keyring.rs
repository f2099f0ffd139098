//! The only place where keys live: the root keys (`root_key`, `key_file`), what is derived from them (`derived`), which of
//! them is in force (`ring`), and the signing keys.
//!
//! Root keys come from a file or the configuration and never enter the database, which knows a check of each. Under the
//! one in force everything is made: what is sealed, client secrets, the successors of refresh tokens. What was made under
//! an earlier one opens and is derived as before ([ADR 43](../../../docs/adr/0043-one-root-key-after-the-other.md)).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    entropy::Entropy,
    gateway::EntryWindow,
    id::{ClientId, SessionId},
    jose::KeySet,
    model::{Client, KeyGeneration, RootKeyId, RootKeyRecords, SecretVersion},
    oauth::client_auth::COMPARED,
    secret::{Secret, SecretHash, Token, TokenKind},
};
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

mod derived;
pub(crate) mod key_file;
mod ring;
mod root_key;
#[cfg(test)]
mod tests;

use ring::Ring;
pub use root_key::{KeySource, NotARootKey, RootKey, RootKeys};

/// Length of the root key in bytes.
pub const ROOT_KEY_LEN: usize = 32;

/// What went wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("root key file {path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Others may read the file.
    #[error("root key file {path} may be read by others (mode {mode:03o}); run: chmod 600 {path}")]
    Open {
        /// Which file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// Not 32 bytes of base64.
    #[error("the root key in {0} is not 32 bytes written as base64 (43 characters)")]
    Malformed(String),
    /// 64 hexadecimal digits.
    #[error(
        "the root key in {0} is hexadecimal, not base64; the same key as base64 is what `xxd -r -p {0} | base64 -w 0` \
         prints"
    )]
    Hexadecimal(String),
    /// Something sealed was changed, or was sealed under another root key or for another row.
    #[error("{0} does not open under this root key: it was changed, or the root key is not the one it was sealed with")]
    Unseal(&'static str),
    /// The database says that a root key was in force, and it is not held here.
    #[error("root key {generation} ({id}) is not held here, and the database is under it")]
    Lacking {
        /// Which one.
        generation: KeyGeneration,
        /// Its check.
        id: RootKeyId,
    },
    /// A root key waits to come into force, and what would be made now is to have its secrets from it.
    #[error(
        "the root key {0} is held and the database does not know it, and the secrets of what is made are to come from it; \
         bring it into force: doorstep key rotate root --no-watch"
    )]
    Waiting(RootKeyId),
    /// Something is said to come from a root key of which the database says nothing.
    #[error("there is no root key {0}")]
    Unknown(KeyGeneration),
    /// The crypto library failed; it does not say why.
    #[error("the crypto library refused {0}")]
    Crypto(&'static str),
}

/// What sealed bytes are for. Each purpose has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// A signing key's private part in its row.
    SigningKey,
    /// The state of a forward-auth sign-in on its way through the browser.
    RelayState,
    /// A client secret that another provider showed once.
    ProviderSecret,
    /// For which client a request was parked, in the request's id.
    Interaction,
    /// What is kept of a sign-in at an upstream that is under way.
    SignInAway,
    /// The secret of an authenticator app in its row.
    TotpKey,
}

impl Sealed {
    const fn label(self) -> &'static str {
        match self {
            Self::SigningKey => "a signing key",
            Self::RelayState => "the sign-in state",
            Self::ProviderSecret => "the secret of a client",
            Self::Interaction => "a parked request's id",
            Self::SignInAway => "a sign-in at an upstream",
            Self::TotpKey => "the secret of an authenticator app",
        }
    }
}

/// Everything derived from the root keys, and the signing keys in memory.
pub struct Keyring {
    ring: arc_swap::ArcSwap<Ring>,
    file: Option<PathBuf>,
    /// Whether a key was missing, when the database was asked last.
    is_lacking: AtomicBool,
    /// Why the file could not be read when that was tried last.
    unread: Mutex<String>,
    keys: arc_swap::ArcSwap<KeySet>,
}

/// What a session with an app is derived from, beside the relay cookie. One that ended with its app or its time is not
/// derived again.
pub struct AppSessionSeed<'a> {
    /// The sign-in.
    pub session: &'a SessionId,
    /// The app's host.
    pub host: &'a str,
    /// When.
    pub window: EntryWindow,
    /// The counter `declared`, which moves when an app goes or comes.
    pub declared: i64,
}

impl Keyring {
    /// Derives what the server needs from the root keys. Which of them is in force [`Self::arrange`] says.
    pub fn new(source: &KeySource) -> Result<Self, KeyError> {
        let ring = arc_swap::ArcSwap::from_pointee(Ring::new(&source.keys)?);
        let (file, keys) = (source.file.clone(), arc_swap::ArcSwap::default());
        Ok(Self { ring, file, is_lacking: AtomicBool::new(false), unread: Mutex::default(), keys })
    }

    /// Takes in what the database says of the root keys. Refuses where one is not held that was ever in force, and goes
    /// on as before then.
    pub(crate) fn arrange(&self, records: &RootKeyRecords) -> Result<(), KeyError> {
        // Others may take a key in meanwhile.
        let mut refused = Ok(());
        self.ring.rcu(|ring| match ring.with_records(records.clone()) {
            Ok(arranged) => {
                refused = Ok(());
                Arc::new(arranged)
            }
            Err(error) => {
                refused = Err(error);
                Arc::clone(ring)
            }
        });
        self.is_lacking.store(refused.is_err(), Ordering::Relaxed);
        refused
    }

    /// Whether a root key is missing that was in force: nothing is to be served then.
    pub(crate) fn is_lacking(&self) -> bool {
        self.is_lacking.load(Ordering::Relaxed)
    }

    /// Takes in the keys that are written down now. None that the database knows is let go of.
    pub(crate) fn take_in(&self, keys: &RootKeys) -> Result<(), KeyError> {
        let further = Ring::new(keys)?;
        self.ring.rcu(|ring| ring.with_keys(&further));
        Ok(())
    }

    /// Whether the file cannot be read for another reason than at the last try: told once.
    pub(crate) fn is_news(&self, error: &KeyError) -> bool {
        let said = error.to_string();
        let mut before = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        *before != said && {
            *before = said;
            true
        }
    }

    /// The file that the root keys are in, unless they come from outside.
    pub const fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// Whether this root key is held.
    pub fn holds(&self, id: &RootKeyId) -> bool {
        self.ring.load().by_id(id).is_some()
    }

    /// The checks of the root keys that are held, in the order in which they are written.
    pub fn held(&self) -> Vec<RootKeyId> {
        self.ring.load().held().iter().map(|key| key.id().clone()).collect()
    }

    /// The checks of those that are held and that the database does not know, that which is offered next first.
    pub fn spares(&self) -> Vec<RootKeyId> {
        self.root_keys().spares(&self.held())
    }

    /// What is known of the root keys.
    pub fn root_keys(&self) -> RootKeyRecords {
        self.ring.load().records().clone()
    }

    /// Which root key things are made under.
    pub fn generation(&self) -> KeyGeneration {
        self.ring.load().current_generation()
    }

    /// The signing keys now in use.
    pub fn keys(&self) -> Arc<KeySet> {
        self.keys.load_full()
    }

    /// Puts another set of signing keys in use.
    pub fn install(&self, keys: KeySet) {
        self.keys.store(Arc::new(keys));
    }

    /// A client's secret: 43 characters, the same each time for the same client and version.
    pub fn client_secret(
        &self,
        client: &ClientId,
        version: impl Into<SecretVersion>,
    ) -> Result<Secret<String>, KeyError> {
        let SecretVersion { number, key } = version.into();
        self.ring.load().of(key)?.client_secret(client, number)
    }

    /// The keys with which the instance reads back what it delivered to encrypted files; it encrypts to the first.
    pub fn delivery_keys(&self) -> Result<Vec<Secret<[u8; 32]>>, KeyError> {
        self.ring.load().each().map(derived::Derived::delivery_key).collect()
    }

    /// The secrets that a client has, current first, and in place of those that it does not have what is nobody's: as
    /// many are derived for everybody, so that it takes as long (security row 84).
    pub fn client_secrets(&self, client: Option<&Client>) -> Result<[Secret<String>; COMPARED], KeyError> {
        let ring = self.ring.load();
        let accepted = client.map(|client| client.secret.accepted()).unwrap_or_default();
        let mut accepted = accepted.into_iter();
        let mut next = || match (client, accepted.next()) {
            (Some(client), Some(version)) => ring.of(version.key)?.client_secret(&client.id, version.number),
            _ => ring.current()?.nobodys_secret(),
        };
        Ok([next()?, next()?])
    }

    /// Another stable secret that an app wants, by the app's client id and the variable's name. It stays with the root
    /// key that it was first made under.
    pub fn app_secret(&self, client: &ClientId, label: &str, key: KeyGeneration) -> Result<Secret<String>, KeyError> {
        self.ring.load().of(key)?.app_secret(client, label)
    }

    /// A mail address as it is remembered of somebody who has it no longer: the same each time, and without the root
    /// key nobody can try out whose it was. Once for each root key, that of the one in force first: under which of them it
    /// was remembered is not known.
    pub fn former_addresses(&self, mail_key: &str) -> Result<Vec<String>, KeyError> {
        self.ring.load().each().map(|key| key.former_address(mail_key)).collect()
    }

    /// Stands for all that is declared. Without the root key, nobody can try out what a short secret in it is. Under the
    /// first root key for ever: a declaration that did not change is the same one.
    pub fn declaration(&self, declared: &str) -> Result<SecretHash, KeyError> {
        self.ring.load().of(KeyGeneration::FIRST)?.declaration(declared)
    }

    /// The session with an app that this relay cookie brings a signed-in browser to. Derived, so that tabs which come
    /// back at one moment are given one; nobody makes it from what the database holds and the root key.
    pub fn app_session(&self, browser: &Token, entry: &AppSessionSeed<'_>) -> Result<Token, KeyError> {
        self.ring.load().current()?.app_session(browser, entry)
    }

    /// The refresh token that follows the one with this hash. Derived, so that the same successor can be given
    /// again without being stored; with the salt that was drawn when the token was consumed, so that the root
    /// key and an old hash yield nothing that is good today.
    pub fn refresh_successor(&self, presented: &SecretHash, salt: &str) -> Result<Token, KeyError> {
        self.ring.load().current()?.refresh_successor(presented, salt)
    }

    /// The same under each root key: under which of them it was made is not known.
    pub fn refresh_successors(&self, presented: &SecretHash, salt: &str) -> Result<Vec<Token>, KeyError> {
        self.ring.load().each().map(|key| key.refresh_successor(presented, salt)).collect()
    }

    /// The secret of a link that is mailed, by the random id that it was ordered under. Derived, so that the mail that waits
    /// holds no secret, and each try of it has the same link.
    pub(crate) fn mailed(&self, kind: TokenKind, id: &str) -> Result<Token, KeyError> {
        self.ring.load().current()?.mailed(kind, id)
    }

    /// The one of this hash, under whichever root key it was ordered.
    pub(crate) fn mailed_before(&self, (kind, id): (TokenKind, &str), hash: &str) -> Result<Option<Token>, KeyError> {
        for key in self.ring.load().each() {
            let token = key.mailed(kind, id)?;
            if token.hash().to_text() == hash {
                return Ok(Some(token));
            }
        }
        Ok(None)
    }

    /// Seals bytes for one purpose; `context` (a row's table and id, a host) must be the same to open them.
    pub fn seal(&self, what: Sealed, context: &str, plain: &[u8], entropy: &mut Entropy) -> Result<String, KeyError> {
        self.ring.load().current()?.seal((what, context), plain, entropy)
    }

    /// Opens what [`Self::seal`] made, under whichever root key.
    pub fn open(&self, what: Sealed, context: &str, sealed: &str) -> Result<Secret<Vec<u8>>, KeyError> {
        self.opened(what, context, sealed).map(|(_, plain)| plain)
    }

    /// The same thing sealed under the root key in force; `None` where it is.
    pub(crate) fn sealed_anew(
        &self,
        (what, context): (Sealed, &str),
        sealed: &str,
        entropy: &mut Entropy,
    ) -> Result<Option<String>, KeyError> {
        let (under, plain) = self.opened(what, context, sealed)?;
        let ring = self.ring.load();
        let current = ring.current()?;
        if *current.id() == under {
            return Ok(None);
        }
        current.seal((what, context), plain.expose(), entropy).map(Some)
    }

    /// What was sealed, and under which root key.
    pub(crate) fn opened(
        &self,
        what: Sealed,
        context: &str,
        sealed: &str,
    ) -> Result<(RootKeyId, Secret<Vec<u8>>), KeyError> {
        let refused = || KeyError::Unseal(what.label());
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| refused())?;
        let ring = self.ring.load();
        let opened = ring.each().find_map(|key| Some((key.id().clone(), key.open(what, context, &bytes)?)));
        opened.ok_or_else(refused)
    }
}
