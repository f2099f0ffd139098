//! Somebody who reads encrypted files: a key that `age-keygen` made, and a folder.

use doorstep_core::{entropy::Entropy, secret::Secret, time::Timestamp};
use doorstep_deliver::{OwnKey, Sealing};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// A tool that `./test` builds.
pub(crate) fn tool(name: &str) -> Command {
    Command::new(doorstep_e2e::process::tool(name))
}

pub(crate) fn output(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

pub(crate) struct Reader {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) identity: PathBuf,
    pub(crate) recipient: String,
}

impl Reader {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = folder.path().join("identity.txt");
        output(tool("age-keygen").arg("-o").arg(&identity));
        let recipient = output(tool("age-keygen").arg("-y").arg(&identity)).trim().to_owned();
        Self { folder, identity, recipient }
    }

    pub(crate) fn apps(&self) -> PathBuf {
        self.folder.path().join("apps")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.apps().join(name)
    }

    pub(crate) fn stamp(file: &Path) -> String {
        fs::metadata(file).map(|found| format!("{} {}", found.ino(), found.size())).unwrap_or_default()
    }
}

/// What a file of the instance with this key is encrypted with, for these readers.
pub(crate) fn sealing(own: u8, readers: &[&Reader]) -> Sealing {
    let recipients = readers.iter().map(|reader| reader.recipient.parse().unwrap()).collect();
    Sealing { recipients, own: Arc::new(OwnKey::new(&Secret::new([own; 32])).unwrap()), entropy }
}

fn entropy() -> Entropy {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    Entropy::seeded(DRAWN.fetch_add(1, Ordering::SeqCst))
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_seconds(1_790_000_000)
}
