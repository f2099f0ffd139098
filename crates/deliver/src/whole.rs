//! A text for another program, written where a person says: whole or not at all.
//!
//! The text is written beside its place, flushed, and renamed over it, so that a program that reads the file, or starts
//! again after a power cut, finds the old text or the new one. A replaced file keeps its owner, group and mode. A new one
//! can be read by everyone (0644): proxies read it as a user of their own, and it holds no secret. What stands there
//! already is not written again. Links are followed as for deliveries (`folder`); the file itself is never one.

use crate::folder::{Closed, Folder, Wanted};
use rustix::{
    fs::FileType,
    io::Errno,
    process::{getegid, geteuid},
};
use std::{
    ffi::OsStr,
    io::{self, Read},
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
            Self::System { .. } => return None,
        })
    }
}

/// Writes `text` to the file at the absolute `path`.
pub fn write_whole(path: &Path, text: &str) -> Result<Whole, Unwritten> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Unwritten::NoName(path.to_owned()));
    };
    let folder = Folder::open(parent).map_err(closed)?;
    let system = |error| Unwritten::System { path: path.to_owned(), error };
    let before = folder.look(name).map_err(system)?;
    match before.map(|before| before.kind) {
        None | Some(FileType::RegularFile) => {}
        Some(FileType::Symlink) => {
            let target = folder.target(name).unwrap_or_default();
            return Err(Unwritten::Link { path: path.to_owned(), target });
        }
        Some(_) => return Err(Unwritten::NotAFile(path.to_owned())),
    }
    if before.is_some_and(|before| before.size == text.len() as u64) && holds(&folder, name, text).map_err(system)? {
        return Ok(Whole::Unchanged);
    }
    if before.is_some() && folder.is_a_mount(name) {
        return Err(Unwritten::Mount(path.to_owned()));
    }
    let mode = before.map_or(NEW, |before| before.mode & 0o777);
    let us = (geteuid().as_raw(), getegid().as_raw());
    let owner = before.map(|before| before.owner).filter(|owner| *owner != us);
    folder.replace(name, text.as_bytes(), Wanted { mode, owner }).map_err(|error| match (error, owner) {
        (Errno::BUSY, _) => Unwritten::Mount(path.to_owned()),
        (Errno::PERM, Some((user, group))) => Unwritten::Owner { path: path.to_owned(), user, group },
        (Errno::ACCESS | Errno::PERM, _) => Unwritten::Forbidden(parent.to_owned()),
        (error, _) => system(error),
    })?;
    Ok(Whole::Written)
}

/// Whether a file of the same length holds the text.
fn holds(folder: &Folder, name: &OsStr, text: &str) -> Result<bool, Errno> {
    let mut there = Vec::with_capacity(text.len());
    let read = folder.read(name)?.take(text.len() as u64).read_to_end(&mut there);
    read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    Ok(there == text.as_bytes())
}

fn closed(closed: Closed) -> Unwritten {
    match closed {
        Closed::Missing(part) => Unwritten::MissingFolder(part),
        Closed::NotAFolder(part) => Unwritten::NotAFolder(part),
        Closed::Link(part) => Unwritten::OpenLink(part),
        Closed::System(path, error) => Unwritten::System { path, error },
    }
}
