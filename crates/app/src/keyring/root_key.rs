//! The root key: its text, and its file, which is made once and is for its owner alone.

use super::{KeyError, ROOT_KEY_LEN};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{entropy::Entropy, secret::Secret};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
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
    /// Reads a text; `origin` names the place for the error.
    pub fn from_text(text: &str, origin: &str) -> Result<Self, KeyError> {
        text.parse().map_err(|error| match error {
            NotARootKey::Malformed => KeyError::Malformed(origin.to_owned()),
            NotARootKey::Hexadecimal => KeyError::Hexadecimal(origin.to_owned()),
        })
    }

    /// The key as it is written: 43 characters.
    pub fn text(&self) -> Secret<String> {
        Secret::new(URL_SAFE_NO_PAD.encode(self.0.expose()))
    }

    /// Reads the key file, or makes it (mode 0600) when it does not exist. The second value says whether it was made.
    pub fn load_or_create(path: &Path, entropy: &mut Entropy) -> Result<(Self, bool), KeyError> {
        let failed = |source| KeyError::File { path: path.display().to_string(), source };
        match fs::metadata(path) {
            Ok(meta) => {
                let mode = meta.permissions().mode() & 0o777;
                if mode & 0o077 != 0 {
                    return Err(KeyError::Open { path: path.display().to_string(), mode });
                }
                let text = Secret::new(fs::read_to_string(path).map_err(failed)?);
                Ok((Self::from_text(text.expose(), &path.display().to_string())?, false))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let key = Self(Secret::new(entropy.bytes()));
                let text = Secret::new(format!("{}\n", key.text().expose()));
                match write_new(path, text.expose().as_bytes(), entropy) {
                    Ok(()) => Ok((key, true)),
                    // Another process was faster: the key is theirs.
                    Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                        let text = Secret::new(fs::read_to_string(path).map_err(failed)?);
                        Ok((Self::from_text(text.expose(), &path.display().to_string())?, false))
                    }
                    Err(e) => Err(failed(e)),
                }
            }
            Err(e) => Err(failed(e)),
        }
    }
}

/// Writes a file that must not exist yet, whole or not at all: a half-written root key would lock the instance.
/// The draft's name is random, so that two processes never write into one draft.
fn write_new(path: &Path, bytes: &[u8], entropy: &mut Entropy) -> std::io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(dir)?;
    let draft = path.with_extension(format!("new-{}", URL_SAFE_NO_PAD.encode(entropy.bytes::<8>())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A hard link refuses to replace a key that another process has just made.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked?;
    fs::File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_key_file_is_made_once_with_mode_600_and_refused_when_open_to_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/root.key");
        let (_, made) = RootKey::load_or_create(&path, &mut Entropy::seeded(1)).unwrap();
        assert!(made);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let before = fs::read(&path).unwrap();
        let (_, made) = RootKey::load_or_create(&path, &mut Entropy::seeded(2)).unwrap();
        assert!(!made);
        assert_eq!(fs::read(&path).unwrap(), before);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            RootKey::load_or_create(&path, &mut Entropy::seeded(2)),
            Err(KeyError::Open { mode: 0o640, .. })
        ));
        for bad in ["", "short", "!!!"] {
            assert!(RootKey::from_text(bad, "DOORSTEP_ROOT_KEY").is_err());
        }
    }

    #[test]
    fn a_root_key_file_in_hexadecimal_is_told_how_to_be_one() {
        let said = RootKey::from_text(&"0aF3".repeat(16), "/data/root.key").err().unwrap().to_string();
        assert!(said.contains("`xxd -r -p /data/root.key | base64 -w 0`") && !said.contains("0aF3"), "{said}");
        assert!(matches!(RootKey::from_text(&"0aF".repeat(21), "x"), Err(KeyError::Malformed(_))));
    }
}
