//! A folder to deliver into.

use crate::given::{declared_in, rendered};
use doorstep_deliver::FileSink;
use doorstep_onboard::delivery::Rendered;
use std::path::{Path, PathBuf};

pub(crate) struct Place {
    _dir: tempfile::TempDir,
    pub(crate) folder: PathBuf,
    pub(crate) file: PathBuf,
    pub(crate) sink: FileSink,
}

pub(crate) fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("apps");
    Place { file: folder.join("vaultwarden.env"), sink: FileSink::new(folder.clone()), folder, _dir: dir }
}

/// What is delivered for one app into `folder`.
pub(crate) fn wanted(folder: &Path, secret: &str) -> Rendered {
    let desired = declared_in(folder, "[apps.vaultwarden]\nurl = 'https://vaultwarden.example.org'\n");
    rendered(&desired, "vaultwarden", secret)
}
