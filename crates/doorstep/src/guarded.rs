//! Files and folders that everyone on the machine could change are refused (security row 118).
//!
//! Whoever can write the configuration, the data folder or the database can let themselves in. What a group may
//! write is left to whoever made the group: distributions give each user one of their own. A root key is stricter,
//! see `doorstep_app::keyring`: its owner alone.

use rustix::fs::{StatVfsMountFlags, statvfs};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const WRITTEN_BY_OTHERS: u32 = 0o002;

/// The mode of what is at `path`, when everyone can change it. Nobody changes what is mounted read-only, as
/// Kubernetes mounts the folder of a ConfigMap: with mode 777.
pub(crate) fn open_to_all(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    let fixed = || statvfs(path).is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::RDONLY));
    (mode & WRITTEN_BY_OTHERS != 0 && !fixed()).then_some(mode)
}

/// What is said of it, and the command that mends it.
pub(crate) fn reported(path: &str, mode: u32) -> (String, String) {
    (format!("everyone on this machine can change {path} (mode {mode:03o})"), format!("chmod o-w {path}"))
}

/// Something that everyone can change.
#[derive(Debug)]
pub(crate) struct OpenToAll {
    /// What it is, as a sentence.
    pub(crate) what: String,
    /// The command that mends it.
    pub(crate) remedy: String,
}

/// Refuses to work with `path` when everyone can change it; one that is not there is fine.
pub(crate) fn refuse_open(path: &Path) -> Result<(), OpenToAll> {
    let Some(mode) = open_to_all(path) else { return Ok(()) };
    let (what, remedy) = reported(&path.display().to_string(), mode);
    Err(OpenToAll { what: format!("Refused: {what}."), remedy })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_118_what_everyone_can_change_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "").unwrap();
        for (mode, refused) in [(0o600, false), (0o644, false), (0o664, false), (0o602, true), (0o666, true)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let said = refuse_open(&file);
            assert_eq!(said.is_err(), refused, "{mode:o}");
            if let Err(OpenToAll { what, remedy }) = said {
                assert!(what.contains(&format!("(mode {mode:o})")), "{what}");
                assert_eq!(remedy, format!("chmod o-w {}", file.display()));
            }
        }
        for (mode, refused) in [(0o700, false), (0o2775, false), (0o777, true), (0o1777, true)] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(refuse_open(folder.path()).is_err(), refused, "{mode:o}");
        }
        assert!(refuse_open(Path::new("/nowhere/at/all")).is_ok());
    }
}
