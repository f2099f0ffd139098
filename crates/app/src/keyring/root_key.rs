//! A root key and its text; several of them, one a line, the newest first.

use super::{KeyError, ROOT_KEY_LEN, derived::Derived, key_file};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{entropy::Entropy, model::RootKeyId, secret::Secret};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

/// Why a text is not a root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotARootKey {
    /// Not 32 bytes of base64.
    #[error("is not 32 bytes as base64")]
    Malformed,
    /// 64 hexadecimal digits.
    #[error("is hexadecimal, not base64")]
    Hexadecimal,
}

/// The root key.
#[derive(Clone)]
pub struct RootKey(pub(super) Secret<[u8; ROOT_KEY_LEN]>);

impl FromStr for RootKey {
    type Err = NotARootKey;

    /// Reads 32 bytes as base64 of either alphabet (RFC 4648 §4, §5), with or without the `=`, line ends and byte
    /// order mark that some programs put around them.
    fn from_str(text: &str) -> Result<Self, NotARootKey> {
        let text = text.trim_start_matches('\u{feff}').trim().trim_end_matches('=');
        if text.len() == 2 * ROOT_KEY_LEN && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotARootKey::Hexadecimal);
        }
        let text = Secret::new(text.replace('+', "-").replace('/', "_"));
        let bytes = Secret::new(URL_SAFE_NO_PAD.decode(text.expose()).map_err(|_| NotARootKey::Malformed)?);
        let key: [u8; ROOT_KEY_LEN] = bytes.expose().as_slice().try_into().map_err(|_| NotARootKey::Malformed)?;
        Ok(Self(Secret::new(key)))
    }
}

impl RootKey {
    /// A new one.
    pub fn random(entropy: &mut Entropy) -> Self {
        Self(Secret::new(entropy.bytes()))
    }

    /// Reads a text; `origin` names the place for the error.
    pub fn from_text(text: &str, origin: &str) -> Result<Self, KeyError> {
        text.parse().map_err(|error| placed(error, origin))
    }

    /// Its check.
    pub(crate) fn id(&self) -> Result<RootKeyId, KeyError> {
        Ok(Derived::new(self)?.id().clone())
    }

    /// The key as it is written: 43 characters.
    pub fn text(&self) -> Secret<String> {
        Secret::new(URL_SAFE_NO_PAD.encode(self.0.expose()))
    }
}

fn placed(error: NotARootKey, origin: &str) -> KeyError {
    match error {
        NotARootKey::Malformed => KeyError::Malformed(origin.to_owned()),
        NotARootKey::Hexadecimal => KeyError::Hexadecimal(origin.to_owned()),
    }
}

/// The root keys that are held: at least one.
#[derive(Clone)]
pub struct RootKeys(Vec<RootKey>);

impl FromStr for RootKeys {
    type Err = NotARootKey;

    /// Keys with white space between them, such as one a line.
    fn from_str(text: &str) -> Result<Self, NotARootKey> {
        let keys =
            text.trim_start_matches('\u{feff}').split_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(NotARootKey::Malformed) } else { Ok(Self(keys)) }
    }
}

impl From<&RootKey> for RootKeys {
    fn from(key: &RootKey) -> Self {
        Self(vec![key.clone()])
    }
}

impl RootKeys {
    /// Reads a text; `origin` names the place for the error.
    pub fn from_text(text: &str, origin: &str) -> Result<Self, KeyError> {
        text.parse().map_err(|error| placed(error, origin))
    }

    /// Each, in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = &RootKey> {
        self.0.iter()
    }

    /// With another one before them.
    #[must_use]
    pub fn after(&self, newest: RootKey) -> Self {
        Self([newest].into_iter().chain(self.0.iter().cloned()).collect())
    }

    /// As they are written: one a line.
    pub fn text(&self) -> Secret<String> {
        let lines: Vec<Secret<String>> = self.0.iter().map(RootKey::text).collect();
        let texts: Vec<&str> = lines.iter().map(|line| line.expose().as_str()).collect();
        Secret::new(texts.join("\n"))
    }
}

/// Where the root keys come from.
#[derive(Clone)]
pub struct KeySource {
    pub(super) keys: RootKeys,
    pub(super) file: Option<PathBuf>,
}

impl From<&RootKey> for KeySource {
    fn from(key: &RootKey) -> Self {
        Self::outside(key.into())
    }
}

impl KeySource {
    /// From outside: what is added there is seen at the next start.
    pub const fn outside(keys: RootKeys) -> Self {
        Self { keys, file: None }
    }

    /// From their file, or from one that is made now (mode 0600) when there is none. The second value says whether it was
    /// made.
    pub fn load_or_create(path: &Path, entropy: &mut Entropy) -> Result<(Self, bool), KeyError> {
        let (keys, made) = key_file::load_or_create(path, entropy)?;
        Ok((Self { keys, file: Some(path.to_owned()) }, made))
    }
}
