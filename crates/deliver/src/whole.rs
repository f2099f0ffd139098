//! A text for another program, written where a person says: whole or not at all.
//!
//! The text is written beside its place, flushed, and renamed over it, so that a program that reads the file, or starts
//! again after a power cut, finds the old text or the new one. A replaced file keeps its owner, group and mode. A new one
//! can be read by everyone (0644): proxies read it as a user of their own, and it holds no secret. What stands there
//! already is not written again. Links are followed as for deliveries (`folder`); the file itself is never one.

use crate::folder::{Closed, Folder, Found, Over, Wanted};
use rustix::{
    fs::FileType,
    io::Errno,
    process::{getegid, geteuid},
};
use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

const NEW: u32 = 0o644;

/// What became of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// It was not there, or held something else.
    Written,
    /// It held this text already, and was left alone.
    Unchanged,
}

/// Why a file was left as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritten {
    /// The path ends in no name.
    #[error("{} does not name a file", .0.display())]
    NoName(PathBuf),
    /// A folder on the way is missing.
    #[error("the folder {} is not there", .0.display())]
    MissingFolder(PathBuf),
    /// Something on the way is no folder.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A link on the way that is not trusted.
    #[error("{} is a symbolic link that others could change, and is not followed", .0.display())]
    OpenLink(PathBuf),
    /// The file is a link.
    #[error("{} is a symbolic link to {}", path.display(), target.display())]
    Link {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A folder, a device, a pipe.
    #[error("{} is not a plain file", .0.display())]
    NotAFile(PathBuf),
    /// The file is mounted by itself.
    #[error("{} is mounted by itself, so it cannot be replaced in one step", .0.display())]
    Mount(PathBuf),
    /// Its owner cannot be kept.
    #[error("{} belongs to {user}:{group}, and you may not make a file of that owner", path.display())]
    Owner {
        /// The file.
        path: PathBuf,
        /// Its user.
        user: u32,
        /// Its group.
        group: u32,
    },
    /// Nobody may write there, or this user may not.
    #[error("you may not write in {}", .0.display())]
    Forbidden(PathBuf),
    /// Nobody may write it, not even its owner.
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// It is not what was read any more.
    #[error("{} was changed meanwhile by somebody else", .0.display())]
    Changed(PathBuf),
    /// The system said no.
    #[error("{} cannot be written: {}", path.display(), io::Error::from(*error).kind())]
    System {
        /// The file, or the part of its path that was in the way.
        path: PathBuf,
        /// What the system said.
        error: Errno,
    },
}

impl Unwritten {
    /// What to do about it; `None` where the system's own words are all that is known.
    pub fn remedy(&self) -> Option<String> {
        Some(match self {
            Self::NoName(_) | Self::NotAFolder(_) | Self::NotAFile(_) => {
                "Name a file in a folder that is there.".into()
            }
            Self::MissingFolder(folder) => format!("Make it, or name another file: mkdir -p {}", folder.display()),
            Self::OpenLink(_) => "Name the folder that it leads to.".into(),
            Self::Link { .. } => "Name the file itself.".into(),
            Self::Mount(_) => "Mount the folder that it stands in, and name the file in that.".into(),
            Self::Owner { .. } | Self::Forbidden(_) => "Run the command as root, or as the owner.".into(),
            Self::ReadOnly(path) => format!(
                "Change what it is made from. If it is made by hand, allow its change: chmod u+w {}",
                path.display()
            ),
            Self::Changed(_) => "Nothing was written. Run the command again.".into(),
            Self::System { .. } => return None,
        })
    }
}

/// Writes `text` to the file at the absolute `path`.
pub fn write_whole(path: &Path, text: &str) -> Result<Whole, Unwritten> {
    let Place { folder, parent, name } = Place::of(path)?;
    let system = |error| Unwritten::System { path: path.to_owned(), error };
    let before = plain(&folder, name, path)?;
    if before.is_some_and(|before| before.size == text.len() as u64)
        && folder.holds(name, text.as_bytes()).map_err(system)?
    {
        return Ok(Whole::Unchanged);
    }
    let wanted = kept(&folder, name, path, before)?;
    let written = folder.replace(name, (Over::Anything, text.as_bytes()), wanted);
    written.map_err(|error| unwritten(error, path, parent, wanted))?;
    Ok(Whole::Written)
}

/// Writes `text` over the file at the absolute `path` if it still holds `before`: what somebody else wrote meanwhile is
/// not lost. A link stays one, and the file that it leads to is written: that is what was read.
pub fn write_over(path: &Path, before: &str, text: &str) -> Result<(), Unwritten> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = real.as_path();
    let Place { folder, parent, name } = Place::of(path)?;
    let there = plain(&folder, name, path)?.ok_or_else(|| Unwritten::Changed(path.to_owned()))?;
    if there.mode & 0o222 == 0 {
        return Err(Unwritten::ReadOnly(path.to_owned()));
    }
    let wanted = kept(&folder, name, path, Some(there))?;
    let written = folder.replace_what(name, before.as_bytes(), text.as_bytes(), wanted);
    written.map_err(|error| match error {
        Errno::AGAIN | Errno::NOENT => Unwritten::Changed(path.to_owned()),
        error => unwritten(error, path, parent, wanted),
    })
}

struct Place<'p> {
    folder: Folder,
    parent: &'p Path,
    name: &'p OsStr,
}

impl<'p> Place<'p> {
    fn of(path: &'p Path) -> Result<Self, Unwritten> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Unwritten::NoName(path.to_owned()));
        };
        Ok(Self { folder: Folder::open(parent).map_err(closed)?, parent, name })
    }
}

/// The file that stands there, which has to be a plain one.
fn plain(folder: &Folder, name: &OsStr, path: &Path) -> Result<Option<Found>, Unwritten> {
    let found = folder.look(name).map_err(|error| Unwritten::System { path: path.to_owned(), error })?;
    match found.map(|found| found.kind) {
        None | Some(FileType::RegularFile) => Ok(found),
        Some(FileType::Symlink) => {
            let target = folder.target(name).unwrap_or_default();
            Err(Unwritten::Link { path: path.to_owned(), target })
        }
        Some(_) => Err(Unwritten::NotAFile(path.to_owned())),
    }
}

/// Mode and owner as they were.
fn kept(folder: &Folder, name: &OsStr, path: &Path, before: Option<Found>) -> Result<Wanted, Unwritten> {
    if before.is_some() && folder.is_a_mount(name) {
        return Err(Unwritten::Mount(path.to_owned()));
    }
    let us = (geteuid().as_raw(), getegid().as_raw());
    let owner = before.map(|before| before.owner).filter(|owner| *owner != us);
    Ok(Wanted { mode: before.map_or(NEW, |before| before.mode & 0o777), owner })
}

fn unwritten(error: Errno, path: &Path, parent: &Path, wanted: Wanted) -> Unwritten {
    match (error, wanted.owner) {
        (Errno::BUSY, _) => Unwritten::Mount(path.to_owned()),
        (Errno::PERM, Some((user, group))) => Unwritten::Owner { path: path.to_owned(), user, group },
        (Errno::ACCESS | Errno::PERM, _) => Unwritten::Forbidden(parent.to_owned()),
        (error, _) => Unwritten::System { path: path.to_owned(), error },
    }
}

fn closed(closed: Closed) -> Unwritten {
    match closed {
        Closed::Missing(part) => Unwritten::MissingFolder(part),
        Closed::NotAFolder(part) => Unwritten::NotAFolder(part),
        Closed::Link(part) => Unwritten::OpenLink(part),
        Closed::System(path, error) => Unwritten::System { path, error },
    }
}
