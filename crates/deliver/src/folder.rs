//! A folder, opened by its path without following any symbolic link that somebody else could change, and the
//! files in it, reached through the opened folder only: what the path leads to afterwards does not matter.
//!
//! A link on the way is followed when the user that Doorstep runs as, or root, owns both the link and the
//! folder that it stands in, and nobody else may write in that folder (as sshd's StrictModes has it). `/var/run`
//! passes; a link that an app's user made in a folder of its own does not.

use rustix::{
    fs::{
        self, AtFlags, FileType, FlockOperation, Gid, Mode, OFlags, Stat, StatxAttributes, StatxFlags, Uid, XattrFlags,
        fchmod, fchown, flock, fstat, mkdirat, openat, readlinkat, renameat, statat, statx, unlinkat,
    },
    io::Errno,
    process::geteuid,
};
use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    fs::File,
    io::{Read, Write},
    os::{
        fd::OwnedFd,
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::{Component, Path, PathBuf},
    process,
};

const MOST_LINKS: usize = 40;
const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
/// A folder that is flushed, listed or given away, not only gone through.
const LISTED: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Why a folder could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// This part of the path is not there.
    Missing(PathBuf),
    /// This part is something else.
    NotAFolder(PathBuf),
    /// This part is a link that is not trusted.
    Link(PathBuf),
    /// The system said no.
    System(PathBuf, Errno),
}

/// An opened folder.
pub(crate) struct Folder(OwnedFd);

/// A file in a folder, as it stands there.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    pub(crate) mode: u32,
    pub(crate) owner: (u32, u32),
    pub(crate) size: u64,
    pub(crate) kind: FileType,
    modified: i64,
}

impl Folder {
    /// Opens a folder by its whole path.
    pub(crate) fn open(path: &Path) -> Result<Self, Closed> {
        let root = || fs::open("/", FOLDER, Mode::empty()).map_err(|error| Closed::System("/".into(), error));
        let (mut here, mut at) = (root()?, PathBuf::from("/"));
        let mut rest: VecDeque<OsString> = names(path).collect();
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            let full = at.join(&name);
            let system = |error| match error {
                Errno::NOENT => Closed::Missing(full.clone()),
                error => Closed::System(full.clone(), error),
            };
            let next = openat(&here, &name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty());
            let next = next.map_err(system)?;
            let found = fstat(&next).map_err(system)?;
            match FileType::from_raw_mode(found.st_mode) {
                FileType::Directory => {
                    here = next;
                    at = if name == ".." { at.parent().unwrap_or(&at).to_owned() } else { full };
                }
                FileType::Symlink => {
                    links += 1;
                    if links > MOST_LINKS || !is_ours_alone(&found, &fstat(&here).map_err(system)?) {
                        return Err(Closed::Link(full));
                    }
                    let target = readlinkat(&next, "", Vec::new()).map_err(system)?.into_bytes();
                    let target = PathBuf::from(OsString::from_vec(target));
                    if target.is_absolute() {
                        (here, at) = (root()?, PathBuf::from("/"));
                    }
                    for name in names(&target).collect::<Vec<_>>().into_iter().rev() {
                        rest.push_front(name);
                    }
                }
                _ => return Err(Closed::NotAFolder(full)),
            }
        }
        Ok(Self(here))
    }

    /// Makes a folder in this one (0700), unless it is there.
    pub(crate) fn make(&self, name: &OsStr) -> Result<(), Errno> {
        match mkdirat(&self.0, name, Mode::RWXU) {
            Err(Errno::EXIST) => Ok(()),
            done => done,
        }
    }

    /// Who owns the folder.
    pub(crate) fn owner(&self) -> Result<(u32, u32), Errno> {
        fstat(&self.0).map(|found| (found.st_uid, found.st_gid))
    }

    /// Gives the folder to somebody.
    pub(crate) fn give(&self, (user, group): (u32, u32)) -> Result<(), Errno> {
        let opened = openat(&self.0, ".", LISTED, Mode::empty())?;
        fchown(&opened, Some(Uid::from_raw(user)), Some(Gid::from_raw(group)))
    }

    /// What stands under a name; `None` when nothing does.
    pub(crate) fn look(&self, name: &OsStr) -> Result<Option<Found>, Errno> {
        Ok(self.stat(name)?.map(|found| Found::of(&found)))
    }

    fn stat(&self, name: &OsStr) -> Result<Option<Stat>, Errno> {
        match statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => Ok(Some(found)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a file is a mount of its own, which cannot be replaced. A system that cannot say is believed no.
    pub(crate) fn is_a_mount(&self, name: &OsStr) -> bool {
        let asked = statx(&self.0, name, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::BASIC_STATS);
        asked.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
    }

    /// Where a link leads.
    pub(crate) fn target(&self, name: &OsStr) -> Option<PathBuf> {
        let target = readlinkat(&self.0, name, Vec::new()).ok()?;
        Some(PathBuf::from(OsString::from_vec(target.into_bytes())))
    }

    /// Opens a plain file to read.
    pub(crate) fn read(&self, name: &OsStr) -> Result<File, Errno> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        openat(&self.0, name, flags, Mode::empty()).map(File::from)
    }

    /// Removes a file, and with it what killed writers left beside it: `found` is the file, as it was looked at.
    pub(crate) fn withdraw(&self, name: &OsStr, found: Found) -> Result<(), Errno> {
        self.remove(name)?;
        if let Ok(opened) = openat(&self.0, ".", LISTED, Mode::empty()) {
            self.sweep(&opened, name, found.modified);
        }
        Ok(())
    }

    fn remove(&self, name: &OsStr) -> Result<(), Errno> {
        unlinkat(&self.0, name, AtFlags::empty())
    }

    /// Writes a file whole: beside its place, flushed, and renamed over it. `EAGAIN` or `ENOENT` where what stands there is
    /// not `over`.
    pub(crate) fn replace(&self, name: &OsStr, (over, text): (Over<'_>, &[u8]), wanted: Wanted) -> Result<(), Errno> {
        // Opened first: where the folder cannot be flushed, nothing is begun.
        let flushed = openat(&self.0, ".", LISTED, Mode::empty())?;
        self.replace_in(&flushed, name, (over, text), wanted)
    }

    /// The same over `before`; `EAGAIN`, too, where somebody else who asks the same is between this question and the
    /// answer.
    pub(crate) fn replace_what(&self, name: &OsStr, before: &[u8], text: &[u8], wanted: Wanted) -> Result<(), Errno> {
        let locked = openat(&self.0, ".", LISTED, Mode::empty())?;
        // A file system without locks has the comparison all the same.
        if flock(&locked, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
            return Err(Errno::AGAIN);
        }
        let replaced = self.replace_in(&locked, name, (Over::This(before), text), wanted);
        // A program that is started at this moment holds a copy of the descriptor until it runs, and the lock with it.
        _ = flock(&locked, FlockOperation::Unlock);
        replaced
    }

    /// Whether a file holds this and nothing else.
    pub(crate) fn holds(&self, name: &OsStr, text: &[u8]) -> Result<bool, Errno> {
        let mut there = Vec::with_capacity(text.len());
        let read = self.read(name)?.take(text.len() as u64 + 1).read_to_end(&mut there);
        read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        Ok(there == text)
    }

    fn replace_in(
        &self,
        flushed: &OwnedFd,
        name: &OsStr,
        (over, text): (Over<'_>, &[u8]),
        wanted: Wanted,
    ) -> Result<(), Errno> {
        let (draft, mut file) = self.draft(name)?;
        let written = (|| {
            file.write_all(text).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
            self.take_over_access(name, &file)?;
            if let Some((user, group)) = wanted.owner {
                fchown(&file, Some(Uid::from_raw(user)), Some(Gid::from_raw(group)))?;
            }
            fchmod(&file, Mode::from_raw_mode(wanted.mode))?;
            fs::fsync(&file)?;
            let as_seen = match over {
                Over::Anything => true,
                Over::Nothing => self.stat(name)?.is_none(),
                Over::This(before) => self.holds(name, before)?,
            };
            if !as_seen {
                return Err(Errno::AGAIN);
            }
            renameat(&self.0, &draft, &self.0, name)
        })();
        if let Err(error) = written {
            // The draft holds secrets; if it cannot be removed now, the next write does.
            let _ = self.remove(&draft);
            return Err(error);
        }
        fs::fsync(flushed)?;
        self.sweep(flushed, name, Found::of(&fstat(&file)?).modified);
        Ok(())
    }

    /// Gives a draft the access list (acl(5)) of the file that it replaces: without it, the group would get what the list
    /// allows to somebody. Where that file has none, nor has the draft, whatever the folder gives to new files.
    fn take_over_access(&self, name: &OsStr, draft: &File) -> Result<(), Errno> {
        let Ok(there) = self.read(name) else { return Ok(()) };
        let mut list = vec![0; LONGEST_LIST];
        let done = match fs::fgetxattr(&there, ACCESS_LIST, list.as_mut_slice()) {
            Ok(length) => {
                list.truncate(length);
                // What everyone may do comes with the mode, and not a moment before.
                for entry in list.get_mut(4..).unwrap_or_default().chunks_exact_mut(8) {
                    if let [EVERYONE, 0, allowed, ..] = entry {
                        *allowed = 0;
                    }
                }
                fs::fsetxattr(draft, ACCESS_LIST, &list, XattrFlags::empty())
            }
            Err(Errno::NODATA) => fs::fremovexattr(draft, ACCESS_LIST),
            Err(error) => Err(error),
        };
        match done {
            // Nothing to take away, or a file system without lists.
            Err(Errno::NODATA | Errno::NOTSUP) => Ok(()),
            done => done,
        }
    }

    /// A new file beside `name`. Its name need not be secret: it is made only where nothing is.
    fn draft(&self, name: &OsStr) -> Result<(OsString, File), Errno> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for attempt in 0..100 {
            let mut draft = prefix(name);
            draft.push(format!("{}-{attempt}{SUFFIX}", process::id()));
            match openat(&self.0, &draft, flags, Mode::RUSR | Mode::WUSR) {
                Ok(file) if is_kept(&file)? => return Ok((draft, File::from(file))),
                Ok(_) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Errno::EXIST)
    }

    /// Removes what killed writers left beside the file; `now` is when a file was written just now, by the file
    /// system's own clock.
    fn sweep(&self, opened: &OwnedFd, name: &OsStr, now: i64) {
        let Ok(entries) = fs::Dir::read_from(opened) else { return };
        let prefix = prefix(name);
        for entry in entries.flatten() {
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            let bytes = name.as_bytes();
            let ours = bytes.starts_with(prefix.as_bytes()) && bytes.ends_with(SUFFIX.as_bytes());
            if ours && self.remove_abandoned(name, now).is_err() {
                tracing::warn!(file = %name.display(), "an abandoned file cannot be removed");
            }
        }
    }

    /// Removes a draft that nobody works at: its writer holds a lock, which ends with the writer. Where the draft cannot
    /// be opened or locked, it is abandoned when it is an hour older than `now`.
    fn remove_abandoned(&self, draft: &OsStr, now: i64) -> Result<(), Errno> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened = openat(&self.0, draft, flags, Mode::empty());
        let abandoned =
            match opened.as_ref().map(|file| (fstat(file), flock(file, FlockOperation::NonBlockingLockExclusive))) {
                // Opened under this name, it could have been renamed since.
                Ok((Ok(locked), Ok(()))) => self.stat(draft)?.is_some_and(|found| is_same(&found, &locked)),
                Ok((_, Err(Errno::WOULDBLOCK))) => false,
                _ => self.look(draft)?.is_some_and(|found| now - found.modified > ABANDONED),
            };
        // Still locked: a writer that made the draft and comes to lock it now sees that it is lost.
        if abandoned { self.remove(draft) } else { Ok(()) }
    }
}

/// Locks a draft that was made just now for as long as it is open. False when a sweep was faster, and removes it. On a
/// file system without locks, drafts are told by their age.
fn is_kept(draft: &OwnedFd) -> Result<bool, Errno> {
    match flock(draft, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => fstat(draft).map(|found| found.st_nlink > 0),
        Err(error) => Ok(error != Errno::WOULDBLOCK),
    }
}

fn is_same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

/// What a file is written over.
#[derive(Clone, Copy)]
pub(crate) enum Over<'b> {
    Anything,
    Nothing,
    This(&'b [u8]),
}

/// How a file is to stand there.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) mode: u32,
    pub(crate) owner: Option<(u32, u32)>,
}

/// Where Linux keeps an access list: four bytes, and eight for each entry, which begin with its kind.
const ACCESS_LIST: &str = "system.posix_acl_access";
const LONGEST_LIST: usize = 1 << 16;
const EVERYONE: u8 = 0x20;

const SUFFIX: &str = ".doorstep-new";
/// Seconds. Where locks tell nothing.
const ABANDONED: i64 = 3600;

impl Found {
    fn of(found: &Stat) -> Self {
        Self {
            mode: found.st_mode & 0o7777,
            owner: (found.st_uid, found.st_gid),
            size: u64::try_from(found.st_size).unwrap_or(u64::MAX),
            kind: FileType::from_raw_mode(found.st_mode),
            modified: found.st_mtime,
        }
    }

    /// Whether everyone on the machine may do something with it.
    pub(crate) const fn is_too_open(&self) -> bool {
        self.mode & 0o007 != 0
    }
}

fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    prefix
}

fn names(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

/// Whether nobody but root and ourselves can change the link.
fn is_ours_alone(link: &Stat, folder: &Stat) -> bool {
    let ours = |found: &Stat| found.st_uid == 0 || found.st_uid == geteuid().as_raw();
    let group = folder.st_mode & 0o020 != 0 && folder.st_gid != 0;
    ours(link) && ours(folder) && folder.st_mode & 0o002 == 0 && !group
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
