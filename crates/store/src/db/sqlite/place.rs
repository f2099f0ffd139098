//! Where the file lies: that it is still the one that was opened, and that one server at a time uses it.
//!
//! SQLite goes on with a file that was deleted or replaced for as long as it holds it open, and what it writes then
//! is gone when it lets go. A log or an index that was taken away under it is as bad: two programs no longer see each
//! other's locks. So device and inode of all three are compared before each COMMIT and whenever readiness is asked.

use super::answer::cannot_open;
use crate::error::StoreError;
use std::{
    fs::{self, OpenOptions, TryLockError},
    io::{Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
    sync::{Mutex, PoisonError},
};

/// The index of the log. It holds nothing that the log does not.
const INDEX: &str = "-shm";
const PUT_BACK: &str = "Stop the server, put the database back, and start it again";
/// Going on without it is no choice: a program that opens the file now makes an index of its own, and neither sees
/// what the other writes.
const START_AGAIN: &str = "Start the server again: SQLite makes it anew, and nothing is lost";

/// What distinguishes a file from another one at the same path.
type Identity = (u64, u64);

/// The file and its companions as they were when they were opened.
pub(super) struct Place {
    /// Each with its identity then.
    files: [(PathBuf, Identity); 3],
    /// Held by a server for as long as it lives.
    lock: Mutex<Option<fs::File>>,
}

impl Place {
    /// Looks at what SQLite has just opened at `path`.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let real = fs::canonicalize(path).map_err(|error| cannot_open(path, &error))?;
        let seen = |path: PathBuf| match identity(&path) {
            Some(identity) => Ok((path, identity)),
            None => Err(cannot_open(&path, &"it is not there although SQLite has just opened it")),
        };
        // SQLite names its companions after the real place, whatever link led there.
        let files = [seen(path.to_owned())?, seen(beside(&real, "-wal"))?, seen(beside(&real, INDEX))?];
        Ok(Self { files, lock: Mutex::new(None) })
    }

    /// Whether all of them are still in their place.
    pub(super) fn look(&self) -> Result<(), StoreError> {
        for (path, then) in &self.files {
            let how = match identity(path) {
                Some(now) if now == *then => continue,
                Some(_) => "was replaced by another file",
                None => "is gone",
            };
            let remedy =
                if path.as_os_str().as_encoded_bytes().ends_with(INDEX.as_bytes()) { START_AGAIN } else { PUT_BACK };
            return Err(StoreError::Moved { path: path.display().to_string(), how, remedy });
        }
        Ok(())
    }

    /// Takes the place for a server: a lock of the operating system that ends with the process, however it ends.
    pub(super) fn claim(&self, path: &Path) -> Result<(), StoreError> {
        let real = fs::canonicalize(path).map_err(|error| cannot_open(path, &error))?;
        let lock = beside(&real, "-lock");
        let failed = |error: std::io::Error| cannot_open(&lock, &error);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&lock);
        let mut file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut by = String::new();
                // Whoever holds it may not have written its number yet.
                let _ = file.take(20).read_to_string(&mut by);
                return Err(StoreError::Served { path: path.display().to_string(), by: by.trim().parse().ok() });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).and_then(|()| writeln!(file, "{}", process::id())).map_err(failed)?;
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }
}

fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
