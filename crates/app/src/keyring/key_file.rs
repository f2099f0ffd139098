//! The file of the root keys: made once, for its owner alone, and replaced whole when a key comes to it.

use super::{KeyError, RootKey, RootKeys};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{entropy::Entropy, secret::Secret};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

fn failed(path: &Path) -> impl Fn(io::Error) -> KeyError + '_ {
    |source| KeyError::File { path: path.display().to_string(), source }
}

/// Reads the key file.
pub(crate) fn load(path: &Path) -> Result<RootKeys, KeyError> {
    let mode = fs::metadata(path).map_err(failed(path))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Open { path: path.display().to_string(), mode });
    }
    let text = Secret::new(fs::read_to_string(path).map_err(failed(path))?);
    RootKeys::from_text(text.expose(), &path.display().to_string())
}

/// Reads the key file, or makes it (mode 0600) when it does not exist. The second value says whether it was made.
pub(super) fn load_or_create(path: &Path, entropy: &mut Entropy) -> Result<(RootKeys, bool), KeyError> {
    if !path.try_exists().map_err(failed(path))? {
        let keys = RootKeys::from(&RootKey::random(entropy));
        match write_new(path, &keys, entropy) {
            Ok(()) => return Ok((keys, true)),
            // Another process was faster: the key is theirs.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(path)(error)),
        }
    }
    Ok((load(path)?, false))
}

/// Puts a new key before those in the file, unless one stands there that `is_spare`: somebody else was faster, or ended
/// on the way. Gives all keys. Whoever does so at the same moment waits.
pub(crate) fn put_before(
    path: &Path,
    is_spare: impl Fn(&RootKey) -> bool,
    entropy: &mut Entropy,
) -> Result<RootKeys, KeyError> {
    let failed = failed(path);
    // Behind a link stands the file itself: a link is not replaced by it.
    let real = fs::canonicalize(path).map_err(&failed)?;
    let folder = File::open(folder_of(&real)).map_err(&failed)?;
    folder.lock().map_err(&failed)?;
    let there = load(&real)?;
    if there.iter().any(is_spare) {
        return Ok(there);
    }
    forget_drafts(&real);
    let keys = there.after(RootKey::random(entropy));
    let written = draft(&real, &keys, entropy).and_then(|draft| {
        let replaced = keep_owner(&real, &draft).and_then(|()| fs::rename(&draft, &real));
        replaced.inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })?;
        folder.sync_all()
    });
    written.map_err(failed)?;
    Ok(keys)
}

/// The file stays its owner's, also where root makes the new one: the server reads it.
fn keep_owner(of: &Path, to: &Path) -> io::Result<()> {
    let (before, now) = (fs::metadata(of)?, fs::metadata(to)?);
    let owner = |found: &fs::Metadata| (found.uid(), found.gid());
    if owner(&before) == owner(&now) { Ok(()) } else { chown(to, Some(before.uid()), Some(before.gid())) }
}

/// Writes a file that must not exist yet, whole or not at all: a half-written root key would lock the instance.
fn write_new(path: &Path, keys: &RootKeys, entropy: &mut Entropy) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let draft = draft(path, keys, entropy)?;
    // A hard link refuses to replace a key that another process has just made.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked?;
    File::open(folder)?.sync_all()
}

/// The file as it is to be, beside it and on the disk. Its name is random, so that two processes never write into one.
fn draft(path: &Path, keys: &RootKeys, entropy: &mut Entropy) -> io::Result<PathBuf> {
    let draft = path.with_extension(format!("new-{}", URL_SAFE_NO_PAD.encode(entropy.bytes::<8>())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let text = Secret::new(format!("{}\n", keys.text().expose()));
    let written = file.write_all(text.expose().as_bytes()).and_then(|()| file.sync_all());
    written.inspect_err(|_| {
        let _ = fs::remove_file(&draft);
    })?;
    Ok(draft)
}

/// Removes what whoever was killed on the way left beside the file: it holds keys.
fn forget_drafts(path: &Path) {
    let (Ok(entries), Some(stem)) = (fs::read_dir(folder_of(path)), path.file_stem()) else { return };
    let begin = format!("{}.new-", stem.to_string_lossy());
    let is_draft = |name: &str| {
        name.strip_prefix(&begin).is_some_and(|end| URL_SAFE_NO_PAD.decode(end).is_ok_and(|bytes| bytes.len() == 8))
    };
    for entry in entries.flatten().filter(|entry| is_draft(&entry.file_name().to_string_lossy())) {
        let _ = fs::remove_file(entry.path());
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn the_root_key_file_is_made_once_with_mode_600_and_refused_when_open_to_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/root.key");
        let (_, made) = load_or_create(&path, &mut Entropy::seeded(1)).unwrap();
        assert!(made);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let before = fs::read(&path).unwrap();
        let (_, made) = load_or_create(&path, &mut Entropy::seeded(2)).unwrap();
        assert!(!made);
        assert_eq!(fs::read(&path).unwrap(), before);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load_or_create(&path, &mut Entropy::seeded(2)), Err(KeyError::Open { mode: 0o640, .. })));
        for bad in ["", "short", "!!!", "\n\n", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\nshort"] {
            assert!(RootKeys::from_text(bad, "DOORSTEP_ROOT_KEY").is_err());
        }
    }

    #[test]
    fn a_root_key_file_in_hexadecimal_is_told_how_to_be_one() {
        let said = RootKey::from_text(&"0aF3".repeat(16), "/data/root.key").err().unwrap().to_string();
        assert!(said.contains("`xxd -r -p /data/root.key | base64 -w 0`") && !said.contains("0aF3"), "{said}");
        assert!(matches!(RootKey::from_text(&"0aF".repeat(21), "x"), Err(KeyError::Malformed(_))));
    }

    #[test]
    fn a_new_key_comes_before_the_others_in_a_file_that_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("root.key"), dir.path().join("link"));
        load_or_create(&path, &mut Entropy::seeded(1)).unwrap();
        symlink(&path, &link).unwrap();
        fs::write(dir.path().join("root.new-AAAAAAAAAAA"), "left by one that was killed").unwrap();
        fs::write(dir.path().join("root.new-backup"), "a person's").unwrap();
        let first = fs::read_to_string(&path).unwrap();
        let keys = put_before(&link, |_| false, &mut Entropy::seeded(2)).unwrap();
        let (new, old) = keys.text().expose().split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert!(old == first.trim() && new != old);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{new}\n{first}"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(load(&path).unwrap().text().expose(), keys.text().expose());

        let again = put_before(&path, |key| *key.text().expose() == new, &mut Entropy::seeded(3)).unwrap();
        assert_eq!(again.text().expose(), keys.text().expose(), "a spare one is taken");
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.len() == 3 && left.iter().any(|name| name == "root.new-backup"), "{left:?}");
    }

    #[test]
    fn of_many_that_put_a_key_before_at_once_one_does() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.key");
        let (before, _) = load_or_create(&path, &mut Entropy::seeded(1)).unwrap();
        let known = before.text().expose().clone();
        std::thread::scope(|scope| {
            for seed in 2..10 {
                let (path, known) = (&path, &known);
                scope.spawn(move || {
                    let is_spare = |key: &RootKey| key.text().expose() != known;
                    put_before(path, is_spare, &mut Entropy::seeded(seed)).unwrap();
                });
            }
        });
        assert_eq!(load(&path).unwrap().iter().count(), 2);
    }
}
