//! Files on this machine: read, compared, and replaced in one step.
//!
//! A new file is for its owner only (0600). A replaced one keeps its owner, its group and what its group
//! may do; what everyone may do is taken away (security row 118). Where root delivers beside a server that
//! runs as another user, new files belong to the owner of the data folder, so that the server can go on with
//! them. The text is written beside its place, flushed, and renamed over it: a reader sees the old file or the
//! new one, and a killed process leaves the old one whole; the next write or removal takes away what it had
//! written beside. A file that is a mount of its own cannot be replaced like that and is refused: written in
//! place, a crash would leave half of it.

use crate::{
    folder::{Closed, Folder, Found, Over, Wanted},
    pairs,
    turns::{aside, in_turn},
};
use doorstep_core::{id::AppName, secret::Secret};
use doorstep_onboard::{
    delivery::{Address, Rendered},
    sink::{Answer, Fingerprint, Foreign, Removed, Sink, SinkError, SinkState, Whose, Written},
};
use rustix::{fs::FileType, io::Errno, process::geteuid};
use std::{
    ffi::OsStr,
    fs::DirBuilder,
    io::{ErrorKind, Read},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

const LARGEST: u64 = 1 << 20;
/// How often a file is looked at that changes before it is written.
const LOOKS: usize = 5;
pub(crate) const A_MOUNT: &str = "the file is mounted by itself, so it cannot be replaced in one step; mount the folder that it \
                       stands in instead, and deliver into that";

/// How a delivery stands in a file.
pub(crate) trait Form: Send + Sync {
    /// What stands there, beside what should.
    fn judge(&self, there: &[u8], wanted: &Rendered) -> Judged;
    /// What is written.
    fn written(&self, wanted: &Rendered) -> Result<Secret<Vec<u8>>, SinkError>;
    /// The names and values of what somebody else wrote there, as far as they can be read.
    fn pairs(&self, there: &[u8]) -> Vec<(String, Secret<String>)>;
    /// Whether what stands there is what was delivered last.
    fn is(&self, there: &[u8], last: Fingerprint) -> bool;
}

/// What stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// What should.
    Same,
    /// An earlier delivery, perhaps edited since.
    Ours,
    /// Somebody else's.
    Foreign,
}

/// The text itself.
struct Plain;

impl Form for Plain {
    fn judge(&self, there: &[u8], wanted: &Rendered) -> Judged {
        match std::str::from_utf8(there) {
            _ if wanted.text.matches(there) => Judged::Same,
            Ok(text) if wanted.may_replace(text) => Judged::Ours,
            _ => Judged::Foreign,
        }
    }

    fn written(&self, wanted: &Rendered) -> Result<Secret<Vec<u8>>, SinkError> {
        Ok(Secret::new(wanted.text.expose().as_bytes().to_vec()))
    }

    fn pairs(&self, there: &[u8]) -> Vec<(String, Secret<String>)> {
        std::str::from_utf8(there).map(pairs::of).unwrap_or_default()
    }

    fn is(&self, there: &[u8], last: Fingerprint) -> bool {
        Fingerprint::of(there) == last
    }
}

/// Delivers to files.
#[derive(Clone)]
pub struct FileSink {
    own_folder: PathBuf,
    form: Arc<dyn Form>,
}

impl FileSink {
    /// `own_folder`, in the data folder, is made when it is missing; every other folder must be there.
    pub fn new(own_folder: PathBuf) -> Self {
        Self::of(own_folder, Arc::new(Plain))
    }

    /// The same, for files in which a delivery is not its own text.
    pub(crate) fn of(own_folder: PathBuf, form: Arc<dyn Form>) -> Self {
        Self { own_folder, form }
    }
}

impl Sink for FileSink {
    fn observe<'a>(&'a self, wanted: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        let (sink, wanted) = (self.clone(), wanted.clone());
        let look = move || {
            let Some(folder) = sink.open(folder_of(path_of(&wanted.to)))? else { return Ok(SinkState::Absent) };
            let there = sink.look(&folder, &wanted)?;
            Ok(there.map_or(SinkState::Absent, |there| there.state(&wanted.app)))
        };
        Box::pin(async move { aside("the look at it", look).await.unwrap_or_else(SinkState::from) })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        let (sink, wanted) = (self.clone(), wanted.clone());
        let path = path_of(&wanted.to).to_owned();
        Box::pin(in_turn(("the write", path), move || sink.replace(&wanted, None)))
    }

    fn foreign<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Option<Foreign>, SinkError>> {
        let (sink, wanted) = (self.clone(), wanted.clone());
        Box::pin(aside("the look at it", move || sink.strangers(&wanted)))
    }

    fn adopt<'a>(&'a self, wanted: &'a Rendered, seen: Fingerprint) -> Answer<'a, Result<Written, SinkError>> {
        let (sink, wanted) = (self.clone(), wanted.clone());
        let path = path_of(&wanted.to).to_owned();
        Box::pin(in_turn(("the write", path), move || sink.replace(&wanted, Some(seen))))
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        let (sink, path) = (self.clone(), path_of(place).to_owned());
        Box::pin(in_turn(("the removal", path.clone()), move || take_away(&path, last, &*sink.form)))
    }
}

impl FileSink {
    /// The folder of a delivery; `None` for our own one before its first.
    fn open(&self, folder: &Path) -> Result<Option<Folder>, SinkError> {
        match Folder::open(folder) {
            Ok(folder) => Ok(Some(folder)),
            Err(Closed::Missing(_)) if folder == self.own_folder => Ok(None),
            Err(closed) => Err(reported(folder, &closed)),
        }
    }

    fn open_or_make(&self, path: &Path) -> Result<Folder, SinkError> {
        let folder = folder_of(path);
        if let Some(folder) = self.open(folder)? {
            return Ok(folder);
        }
        let parent = folder.parent().unwrap_or(Path::new("/"));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(|error| cannot_make(parent, error.kind()))?;
        let above = Folder::open(parent).map_err(|closed| reported(parent, &closed))?;
        above.make(folder.file_name().unwrap_or_default()).map_err(|error| cannot_make(folder, error.kind()))?;
        let made = Folder::open(folder).map_err(|closed| reported(folder, &closed))?;
        if let Some(owner) = self.heir() {
            made.give(owner).map_err(|error| failed("give it to the owner of the data folder", error))?;
        }
        Ok(made)
    }

    /// What stands there, read once.
    fn look(&self, folder: &Folder, wanted: &Rendered) -> Result<Option<There>, SinkError> {
        let name = name_of(path_of(&wanted.to));
        let Some(found) = folder.look(name).map_err(|error| failed("look at it", error))? else { return Ok(None) };
        match found.kind {
            FileType::RegularFile => {}
            FileType::Symlink => {
                let target = folder.target(name).map(|target| format!(" to {}", target.display())).unwrap_or_default();
                let why = format!("it is a symbolic link{target}; name the file itself");
                return Err(SinkError::Blocked(why));
            }
            _ => return Err(SinkError::Blocked("it is not a plain file".into())),
        }
        let text = Secret::new(content(folder, name, found)?);
        let judged = self.form.judge(text.expose(), wanted);
        Ok(Some(There { found, text, judged, mounted: folder.is_a_mount(name) }))
    }

    /// To whom a new file belongs when root makes it.
    fn heir(&self) -> Option<(u32, u32)> {
        if !geteuid().is_root() {
            return None;
        }
        Folder::open(self.own_folder.parent()?).ok()?.owner().ok()
    }

    /// What somebody else wrote there.
    fn strangers(&self, wanted: &Rendered) -> Result<Option<Foreign>, SinkError> {
        let Some(folder) = self.open(folder_of(path_of(&wanted.to)))? else { return Ok(None) };
        let there = self.look(&folder, wanted)?.filter(|there| there.judged == Judged::Foreign);
        let Some(there) = there else { return Ok(None) };
        if there.mounted {
            return Err(SinkError::Blocked(A_MOUNT.into()));
        }
        Ok(Some(Foreign::new(self.form.pairs(there.text.expose()), Whose::Unsaid, there.stamp())))
    }

    /// Over what is ours; or over what somebody else wrote, as it was seen.
    fn replace(&self, wanted: &Rendered, seen: Option<Fingerprint>) -> Result<Written, SinkError> {
        let folder = self.open_or_make(path_of(&wanted.to))?;
        for _ in 0..LOOKS {
            // The plan may be older than the file, or have had no text to compare.
            let there = self.look(&folder, wanted)?;
            if let Some(there) = &there {
                there.admits(seen, &wanted.app)?;
            }
            if self.write_over(&folder, there.as_ref(), wanted)? {
                return Ok(Written { tightened: there.is_some_and(|there| there.found.is_too_open()) });
            }
        }
        Err(SinkError::Unreachable("the file is being changed by somebody else".into()))
    }

    /// False when something else stands there by now.
    fn write_over(&self, folder: &Folder, there: Option<&There>, wanted: &Rendered) -> Result<bool, SinkError> {
        let path = path_of(&wanted.to);
        let mode = there.map_or(0o600, |there| there.found.mode & 0o660);
        let owner = there.map(|there| there.found.owner).or_else(|| self.heir());
        let owner = owner.filter(|(user, group)| !is_us(*user, *group));
        let over = there.map_or(Over::Nothing, |there| Over::This(there.text.expose()));
        let text = self.form.written(wanted)?;
        match (folder.replace(name_of(path), (over, text.expose()), Wanted { mode, owner }), owner) {
            (Ok(()), _) => Ok(true),
            (Err(Errno::AGAIN), _) => Ok(false),
            (Err(Errno::NOENT), _) if there.is_some() => Ok(false),
            (Err(Errno::PERM), Some((user, group))) => {
                let what = "cannot be kept: replace it by a file of the user that Doorstep runs as, or run as root";
                Err(SinkError::Blocked(format!("it belongs to {user}:{group}, and that {what}")))
            }
            (Err(error), _) => Err(in_folder(folder_of(path), error)),
        }
    }
}

/// A file, as it was read.
struct There {
    found: Found,
    text: Secret<Vec<u8>>,
    judged: Judged,
    mounted: bool,
}

impl There {
    fn stamp(&self) -> Fingerprint {
        Fingerprint::of(self.text.expose())
    }

    fn state(&self, app: &AppName) -> SinkState {
        match self.judged {
            Judged::Same if !self.found.is_too_open() => SinkState::Same,
            Judged::Foreign => SinkState::Blocked { why: not_ours(app) },
            _ if self.mounted => SinkState::Blocked { why: A_MOUNT.into() },
            Judged::Same => SinkState::TooOpen,
            Judged::Ours => SinkState::Differs,
        }
    }

    /// Whether it may be replaced: what somebody else wrote only where it was `seen` to be this.
    fn admits(&self, seen: Option<Fingerprint>, app: &AppName) -> Result<(), SinkError> {
        let why = match (self.state(app), seen.filter(|_| self.judged == Judged::Foreign)) {
            (_, Some(_)) if self.mounted => A_MOUNT.into(),
            (_, Some(seen)) if seen == self.stamp() => return Ok(()),
            (_, Some(_)) => changed(app),
            (SinkState::Blocked { why }, None) => why,
            _ => return Ok(()),
        };
        Err(SinkError::Blocked(why))
    }
}

/// What is in the way, and what to do.
fn not_ours(app: &AppName) -> String {
    format!(
        "something else is there already; move it away, deliver to another place, or look what taking it over means: \
         doorstep adopt {app}"
    )
}

fn changed(app: &AppName) -> String {
    format!("it was changed since it was looked at; look again: doorstep adopt {app}")
}

fn take_away(path: &Path, last: Fingerprint, form: &dyn Form) -> Result<Removed, SinkError> {
    let folder = match Folder::open(folder_of(path)) {
        Ok(folder) => folder,
        Err(Closed::Missing(_)) => return Ok(Removed::WasNotThere),
        Err(closed) => return Err(reported(folder_of(path), &closed)),
    };
    let name = name_of(path);
    let Some(found) = folder.look(name).map_err(|error| failed("look at it", error))? else {
        return Ok(Removed::WasNotThere);
    };
    if found.kind != FileType::RegularFile || !form.is(&content(&folder, name, found)?, last) {
        return Ok(Removed::Changed);
    }
    folder.withdraw(name, found).map_err(|error| in_folder(folder_of(path), error))?;
    Ok(Removed::Gone)
}

pub(crate) fn content(folder: &Folder, name: &OsStr, found: Found) -> Result<Vec<u8>, SinkError> {
    if found.size > LARGEST {
        return Err(SinkError::Blocked("it is larger than 1 MiB, the most that is read of a file".into()));
    }
    let file = folder.read(name).map_err(|error| failed("read it", error))?;
    let mut text = Vec::new();
    let read = file.take(LARGEST).read_to_end(&mut text);
    read.map_err(|error| failed("read it", Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
    Ok(text)
}

/// What a person has to do about a folder.
pub(crate) fn reported(folder: &Path, closed: &Closed) -> SinkError {
    let whole = folder.display();
    match closed {
        Closed::Missing(part) => SinkError::Blocked(format!(
            "the folder {} is not there; make it (where Doorstep runs in a container: mount it), or deliver to another \
             place",
            part.display()
        )),
        Closed::NotAFolder(part) => SinkError::Blocked(format!("{} is not a folder", part.display())),
        Closed::Link(part) => SinkError::Blocked(format!(
            "{} is a symbolic link that others could change, and is not followed; name the folder that it leads to",
            part.display()
        )),
        Closed::System(part, error) if part == folder => failed(&format!("open the folder {whole}"), *error),
        Closed::System(part, error) => failed(&format!("come to {whole}: {}", part.display()), *error),
    }
}

fn cannot_make(folder: &Path, kind: ErrorKind) -> SinkError {
    SinkError::Blocked(format!("cannot make the folder {}: {kind}", folder.display()))
}

/// What a person has to do when a file cannot be written in its folder.
pub(crate) fn in_folder(folder: &Path, error: Errno) -> SinkError {
    match error {
        Errno::BUSY => SinkError::Blocked(A_MOUNT.into()),
        Errno::ROFS => SinkError::Blocked(format!(
            "{} cannot be written to from here; under systemd, name it in ReadWritePaths=; in a container, mount it \
             without `ro`",
            folder.display()
        )),
        Errno::ACCESS | Errno::PERM => SinkError::Blocked(format!(
            "the user that Doorstep runs as may not write in {}; give it that folder, or a group that may",
            folder.display()
        )),
        error => failed(&format!("write in {}", folder.display()), error),
    }
}

pub(crate) fn failed(what: &str, error: Errno) -> SinkError {
    let why = format!("cannot {what}: {}", std::io::Error::from(error).kind());
    let passes = [
        Errno::AGAIN,
        Errno::DQUOT,
        Errno::INTR,
        Errno::IO,
        Errno::MFILE,
        Errno::NFILE,
        Errno::NOMEM,
        Errno::NOSPC,
        Errno::STALE,
        Errno::TIMEDOUT,
    ];
    if passes.contains(&error) { SinkError::Unreachable(why) } else { SinkError::Blocked(why) }
}

fn is_us(user: u32, group: u32) -> bool {
    user == geteuid().as_raw() && group == rustix::process::getegid().as_raw()
}

/// The set of sinks gives this one nothing but files.
fn path_of(place: &Address) -> &Path {
    place.path().unwrap_or(Path::new("/"))
}

fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
