//! Files on this machine: read, compared, and replaced in one step.
//!
//! A new file is for its owner only (0600). A replaced one keeps its owner, its group and what its group
//! may do; what everyone may do is taken away (security row 118). A symbolic link is never followed and
//! never replaced. The text is written beside its place, flushed, and renamed over it, so that a reader
//! sees the old file or the new one and a killed process leaves the old one whole.

use super::{Sink, SinkError, SinkState, Written};
use crate::delivery::{Address, Rendered};
use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, Metadata, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
    time::Duration,
};

const LARGEST: u64 = 1 << 20;
const ABANDONED: Duration = Duration::from_hours(1);
const SUFFIX: &str = ".doorstep-new";

/// Delivers to files.
#[derive(Clone, Debug)]
pub struct FileSink {
    own_folder: PathBuf,
}

impl FileSink {
    /// `own_folder` is made when it is missing; every other folder must be there.
    pub fn new(own_folder: PathBuf) -> Self {
        Self { own_folder }
    }
}

impl Sink for FileSink {
    async fn observe(&self, wanted: &Rendered) -> SinkState {
        let Address::File(path) = &wanted.to;
        match tokio::fs::symlink_metadata(path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.folder_state(path),
            Err(error) => blocked(format!("cannot look at it: {error}")),
            Ok(found) => match read(path, &found) {
                Ok(text) => compare(wanted, &text, &found),
                Err(why) => blocked(why),
            },
        }
    }

    async fn write(&self, wanted: &Rendered) -> Result<Written, SinkError> {
        // What a person wrote is looked for again: the plan may be older than the file, or have had no text to compare.
        match self.observe(wanted).await {
            SinkState::Blocked { why } => return Err(SinkError(why)),
            SinkState::Absent | SinkState::Same | SinkState::Differs | SinkState::TooOpen => {}
        }
        let Address::File(path) = wanted.to.clone();
        let (sink, text) = (self.clone(), wanted.text.clone());
        let work = move || sink.replace(&path, text.expose().as_bytes());
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done.map_err(SinkError),
            Err(_) => Err(SinkError("the write was interrupted".into())),
        }
    }
}

impl FileSink {
    fn folder_state(&self, path: &Path) -> SinkState {
        let folder = folder_of(path);
        if folder == self.own_folder || folder.is_dir() {
            return SinkState::Absent;
        }
        blocked(format!("the folder {} is not there; make it, or deliver to another place", folder.display()))
    }

    fn replace(&self, path: &Path, text: &[u8]) -> Result<Written, String> {
        let folder = folder_of(path);
        if folder == self.own_folder {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
        }
        let before = match fs::symlink_metadata(path) {
            Ok(found) => Some(plain_file(path, found)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(format!("cannot look at it: {error}")),
        };
        Self::swap(path, text, before.as_ref())
            .map_err(|error| format!("cannot write in {}: {error}", folder.display()))?;
        Ok(Written { tightened: before.as_ref().is_some_and(is_too_open) })
    }

    fn swap(path: &Path, text: &[u8], before: Option<&Metadata>) -> io::Result<()> {
        let folder = folder_of(path);
        let prefix = prefix_for(path);
        let mut new = tempfile::Builder::new().prefix(&prefix).suffix(SUFFIX).tempfile_in(folder)?;
        new.write_all(text)?;
        let now = new.as_file().metadata()?;
        if let Some(before) = before {
            keep_owner(new.as_file(), before, &now)?;
        }
        let mode = before.map_or(0o600, |before| before.mode() & 0o660);
        new.as_file().set_permissions(Permissions::from_mode(mode))?;
        new.as_file().sync_all()?;
        new.persist(path).map_err(|failed| failed.error)?;
        File::open(folder)?.sync_all()?;
        sweep(folder, &prefix, &now);
        Ok(())
    }
}

/// Removes what killed writers left beside the file. Only what is an hour older than a file written just
/// now, by the file system's own clock: another writer may be at work.
fn sweep(folder: &Path, prefix: &OsString, now: &Metadata) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let bytes = name.as_encoded_bytes();
        let ours = bytes.starts_with(prefix.as_encoded_bytes()) && bytes.ends_with(SUFFIX.as_bytes());
        let age = || now.modified().ok()?.duration_since(entry.metadata().ok()?.modified().ok()?).ok();
        if ours && age().is_some_and(|age| age > ABANDONED) && fs::remove_file(entry.path()).is_err() {
            tracing::warn!(file = %entry.path().display(), "an abandoned file cannot be removed");
        }
    }
}

fn keep_owner(new: &File, before: &Metadata, now: &Metadata) -> io::Result<()> {
    if (before.uid(), before.gid()) == (now.uid(), now.gid()) {
        return Ok(());
    }
    fchown(new, Some(before.uid()), Some(before.gid())).map_err(|error| {
        let why = format!("it belongs to {}:{}, and that cannot be kept: {error}", before.uid(), before.gid());
        io::Error::new(error.kind(), why)
    })
}

fn read(path: &Path, found: &Metadata) -> Result<String, String> {
    plain_file(path, found.clone())?;
    if found.len() > LARGEST {
        return Err("it is larger than any delivery".into());
    }
    let mut text = String::new();
    let file = File::open(path).map_err(|error| format!("cannot read it: {error}"))?;
    match file.take(LARGEST).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(NOT_OURS.into()),
        Err(error) => Err(format!("cannot read it: {error}")),
    }
}

const NOT_OURS: &str = "something else is there already; move it away or deliver to another place";

fn compare(wanted: &Rendered, text: &str, found: &Metadata) -> SinkState {
    if wanted.text.matches(text.as_bytes()) {
        return if is_too_open(found) { SinkState::TooOpen } else { SinkState::Same };
    }
    if wanted.may_replace(text) { SinkState::Differs } else { blocked(NOT_OURS.into()) }
}

fn plain_file(path: &Path, found: Metadata) -> Result<Metadata, String> {
    if found.is_symlink() {
        let target = fs::read_link(path).map(|target| format!(" to {}", target.display())).unwrap_or_default();
        return Err(format!("it is a symbolic link{target}; name the file itself"));
    }
    if found.is_file() { Ok(found) } else { Err("it is not a plain file".into()) }
}

fn is_too_open(found: &Metadata) -> bool {
    found.mode() & 0o007 != 0
}

fn prefix_for(path: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

const fn blocked(why: String) -> SinkState {
    SinkState::Blocked { why }
}
