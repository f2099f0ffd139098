//! The only place where keys live: the root key (`root_key`), what is derived from it, and the signing keys.
//!
//! The root key comes from a file or the configuration and never enters the database. From it come, by
//! HKDF (RFC 5869) with a label each: the key that seals signing keys at rest, the key that seals what
//! travels through a browser, client secrets, and the successors of refresh tokens.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    entropy::Entropy,
    gateway::EntryWindow,
    id::{ClientId, SessionId},
    jose::KeySet,
    model::Client,
    oauth::client_auth::COMPARED,
    secret::{Secret, SecretHash, Token, TokenKind},
};
use std::sync::Arc;

mod root_key;

pub use root_key::{NotARootKey, RootKey};

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
}

impl Sealed {
    const fn label(self) -> &'static str {
        match self {
            Self::SigningKey => "a signing key",
            Self::RelayState => "the sign-in state",
            Self::ProviderSecret => "the secret of a client",
            Self::Interaction => "a parked request's id",
        }
    }
}

/// Everything derived from the root key, and the signing keys in memory.
pub struct Keyring {
    prk: Prk,
    seal_signing: LessSafeKey,
    seal_relay: LessSafeKey,
    seal_provider: LessSafeKey,
    seal_interaction: LessSafeKey,
    keys: arc_swap::ArcSwap<KeySet>,
}

struct Bytes<const N: usize>;

impl<const N: usize> KeyType for Bytes<N> {
    fn len(&self) -> usize {
        N
    }
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
    /// Derives what the server needs from the root key.
    pub fn new(root: &RootKey) -> Result<Self, KeyError> {
        let prk = Salt::new(HKDF_SHA256, b"doorstep root key v1").extract(root.0.expose());
        let seal_signing = sealing_key(&prk, Sealed::SigningKey)?;
        let seal_relay = sealing_key(&prk, Sealed::RelayState)?;
        let seal_provider = sealing_key(&prk, Sealed::ProviderSecret)?;
        let seal_interaction = sealing_key(&prk, Sealed::Interaction)?;
        let keys = arc_swap::ArcSwap::default();
        Ok(Self { prk, seal_signing, seal_relay, seal_provider, seal_interaction, keys })
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
    pub fn client_secret(&self, client: &ClientId, version: u32) -> Result<Secret<String>, KeyError> {
        self.derive_text(&["client secret", client.as_str(), &version.to_string()])
    }

    /// The key with which the instance reads back what it delivered to encrypted files.
    pub fn delivery_key(&self) -> Result<Secret<[u8; 32]>, KeyError> {
        derive(&self.prk, &[b"delivery key"]).map(Secret::new)
    }

    /// The secrets that a client has, current first, and in place of those that it does not have what is nobody's: as
    /// many are derived for everybody, so that it takes as long (security row 84). No client has an empty id.
    pub fn client_secrets(&self, client: Option<&Client>) -> Result<[Secret<String>; COMPARED], KeyError> {
        let mut accepted = client.map(|client| client.secret.accepted()).unwrap_or_default().into_iter();
        let mut next = || match (client, accepted.next()) {
            (Some(client), Some(version)) => self.client_secret(&client.id, version),
            _ => self.derive_text(&["client secret", "", "1"]),
        };
        Ok([next()?, next()?])
    }

    /// Another stable secret that an app wants, by the app's client id and the variable's name.
    pub fn app_secret(&self, client: &ClientId, label: &str) -> Result<Secret<String>, KeyError> {
        self.derive_text(&["app secret", client.as_str(), label])
    }

    /// A mail address as it is remembered of somebody who has it no longer: the same each time, and without the root
    /// key nobody can try out whose it was.
    pub fn former_address(&self, mail_key: &str) -> Result<String, KeyError> {
        Ok(self.derive_text(&["former mail address", mail_key])?.expose().clone())
    }

    /// Stands for all that is declared. Without the root key, nobody can try out what a short secret in it is.
    pub fn declaration(&self, declared: &str) -> Result<SecretHash, KeyError> {
        let whole = SecretHash::labelled("a declaration", declared.as_bytes());
        let keyed: [u8; 32] = derive(&self.prk, &[b"declaration", whole.bytes()])?;
        Ok(SecretHash::labelled("a declaration under the root key", &keyed))
    }

    /// The session with an app that this relay cookie brings a signed-in browser to. Derived, so that tabs which come
    /// back at one moment are given one; nobody makes it from what the database holds and the root key.
    pub fn app_session(&self, browser: &Token, entry: &AppSessionSeed<'_>) -> Result<Token, KeyError> {
        let (browser, session, host) = (browser.expose(), entry.session.as_str(), entry.host);
        let numbers = [entry.window.begin.millis(), entry.window.length.millis(), entry.declared].map(i64::to_be_bytes);
        let parts = [b"app session", browser.as_bytes(), session.as_bytes(), host.as_bytes(), numbers.as_flattened()];
        Ok(Token::from_bytes(TokenKind::App, &derive(&self.prk, &parts)?))
    }

    /// The refresh token that follows the one with this hash. Derived, so that the same successor can be given
    /// again without being stored; with the salt that was drawn when the token was consumed, so that the root
    /// key and an old hash yield nothing that is good today.
    pub fn refresh_successor(&self, presented: &SecretHash, salt: &str) -> Result<Token, KeyError> {
        let bytes: [u8; 32] = derive(&self.prk, &[b"refresh successor", presented.bytes(), salt.as_bytes()])?;
        Ok(Token::from_bytes(TokenKind::Refresh, &bytes))
    }

    /// Seals bytes for one purpose; `context` (a row's table and id, a host) must be the same to open them.
    pub fn seal(&self, what: Sealed, context: &str, plain: &[u8], entropy: &mut Entropy) -> Result<String, KeyError> {
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut body = plain.to_vec();
        self.key(what)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context.as_bytes()), &mut body)
            .map_err(|_| KeyError::Crypto("to seal"))?;
        let mut out = nonce.to_vec();
        out.extend_from_slice(&body);
        Ok(URL_SAFE_NO_PAD.encode(out))
    }

    /// Opens what [`Self::seal`] made.
    pub fn open(&self, what: Sealed, context: &str, sealed: &str) -> Result<Secret<Vec<u8>>, KeyError> {
        let refused = || KeyError::Unseal(what.label());
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| refused())?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(refused)?;
        let mut body = body.to_vec();
        let plain = self
            .key(what)
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context.as_bytes()), &mut body)
            .map_err(|_| refused())?
            .len();
        body.truncate(plain);
        Ok(Secret::new(body))
    }

    const fn key(&self, what: Sealed) -> &LessSafeKey {
        match what {
            Sealed::SigningKey => &self.seal_signing,
            Sealed::RelayState => &self.seal_relay,
            Sealed::ProviderSecret => &self.seal_provider,
            Sealed::Interaction => &self.seal_interaction,
        }
    }

    fn derive_text(&self, label: &[&str]) -> Result<Secret<String>, KeyError> {
        let parts: Vec<&[u8]> = label.iter().map(|part| part.as_bytes()).collect();
        let bytes: [u8; 32] = derive(&self.prk, &parts)?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

fn sealing_key(prk: &Prk, what: Sealed) -> Result<LessSafeKey, KeyError> {
    let bytes: [u8; 32] = derive(prk, &[b"seal", what.label().as_bytes()])?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| KeyError::Crypto("a sealing key"))?;
    Ok(LessSafeKey::new(key))
}

/// HKDF-Expand with the label parts, each preceded by its length so that no two labels run together.
fn derive<const N: usize>(prk: &Prk, label: &[&[u8]]) -> Result<[u8; N], KeyError> {
    let mut info = Vec::new();
    for part in label {
        info.extend_from_slice(&(part.len() as u64).to_be_bytes());
        info.extend_from_slice(part);
    }
    let mut out = [0; N];
    prk.expand(&[&info], Bytes::<N>)
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| KeyError::Crypto("to derive a key"))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(byte: u8) -> Keyring {
        Keyring::new(&RootKey(Secret::new([byte; 32]))).unwrap()
    }

    #[test]
    fn client_secrets_are_stable_and_distinct() {
        let (a, b): (ClientId, ClientId) = ("grafana".parse().unwrap(), "forgejo".parse().unwrap());
        let ring = keyring(1);
        let first = ring.client_secret(&a, 1).unwrap();
        assert_eq!(first.expose().len(), 43);
        assert!(keyring(1).client_secret(&a, 1).unwrap().matches(first.expose().as_bytes()));
        for other in [ring.client_secret(&a, 2), ring.client_secret(&b, 1), keyring(2).client_secret(&a, 1)] {
            assert!(!other.unwrap().matches(first.expose().as_bytes()));
        }
        assert!(!ring.app_secret(&a, "1").unwrap().matches(first.expose().as_bytes()));
    }

    #[test]
    fn a_former_address_is_told_again_and_by_nobody_else() {
        let former = |ring: u8, address| keyring(ring).former_address(address).unwrap();
        assert_eq!(former(1, "ada@example.org"), former(1, "ada@example.org"));
        assert_ne!(former(1, "ada@example.org"), former(1, "eve@example.org"));
        assert_ne!(former(1, "ada@example.org"), former(2, "ada@example.org"));
        assert!(!former(1, "ada@example.org").contains("ada"));
    }

    #[test]
    fn a_declaration_is_told_again_and_cannot_be_tried_out() {
        let of = |ring: u8, declared| keyring(ring).declaration(declared).unwrap();
        assert_eq!(of(1, "a"), of(1, "a"));
        assert_ne!(of(1, "a"), of(1, "b"));
        assert_ne!(of(1, "a"), of(2, "a"));
    }

    #[test]
    fn a_sealed_row_opens_only_in_its_place() {
        let (ring, mut entropy) = (keyring(1), Entropy::seeded(2));
        let sealed = ring.seal(Sealed::SigningKey, "signing_keys/k1", b"private", &mut entropy).unwrap();
        assert_eq!(ring.open(Sealed::SigningKey, "signing_keys/k1", &sealed).unwrap().expose(), b"private");
        let mut changed = sealed.clone();
        changed.replace_range(20..21, if &sealed[20..21] == "A" { "B" } else { "A" });
        for (what, context, text, ring) in [
            (Sealed::SigningKey, "signing_keys/k2", sealed.as_str(), keyring(1)),
            (Sealed::RelayState, "signing_keys/k1", &sealed, keyring(1)),
            (Sealed::SigningKey, "signing_keys/k1", &sealed, keyring(2)),
            (Sealed::SigningKey, "signing_keys/k1", &changed, keyring(1)),
            (Sealed::SigningKey, "signing_keys/k1", "AAAA", keyring(1)),
            (Sealed::SigningKey, "signing_keys/k1", "", keyring(1)),
        ] {
            assert!(ring.open(what, context, text).is_err(), "{what:?} {context}");
        }
    }

    #[test]
    fn refresh_successors_repeat_and_chain() {
        let ring = keyring(1);
        let first = Token::random(TokenKind::Refresh, &mut Entropy::seeded(1));
        let successor = |of: &Token, salt| ring.refresh_successor(&of.hash(), salt).unwrap();
        let second = successor(&first, "a");
        assert_eq!(second.expose(), successor(&first, "a").expose());
        assert_ne!(second.expose(), successor(&first, "b").expose());
        assert_ne!(second.expose(), successor(&second, "a").expose());
        assert_ne!(second.expose(), keyring(2).refresh_successor(&first.hash(), "a").unwrap().expose());
        assert!(Token::parse(TokenKind::Refresh, second.expose()).is_some());
    }
}
