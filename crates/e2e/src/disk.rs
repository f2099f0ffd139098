//! A disk that loses what was not flushed: what a power cut is tested with, and what the wait for a disk costs.
//!
//! `crates/e2e/disk/disk.c` is preloaded into Doorstep and keeps what `fsync` asked for; see there. SQLite stands in
//! the binary and still asks the C library to write and to flush, and maps no file but its index of shared memory.

use crate::process::{repository, run};
use std::{
    ffi::OsString,
    fmt::Write,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// The disk under one folder.
pub struct Disk {
    library: PathBuf,
    kept: PathBuf,
    folder: PathBuf,
    _made: TempDir,
}

/// Compiles the library into `directory`.
pub fn library(directory: &Path) -> PathBuf {
    let library = directory.join("disk.so");
    let source = repository().join("crates/e2e/disk/disk.c");
    run(Command::new("cc").args(["-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source));
    library
}

impl Disk {
    /// A disk under `folder`, which holds what it holds now. It need not be there yet; its parent must.
    pub fn under(folder: &Path) -> Self {
        let made = tempfile::Builder::new().prefix("doorstep-disk-").tempdir().expect("a temporary directory");
        let disk = Self {
            library: library(made.path()),
            kept: made.path().join("kept"),
            folder: folder.to_owned(),
            _made: made,
        };
        disk.remember();
        disk
    }

    /// What a program has in its environment that writes to this disk.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("LD_PRELOAD", self.library.clone().into()),
            ("DISK_FOLDER", self.folder.clone().into()),
            ("DISK_KEPT", self.kept.clone().into()),
        ]
    }

    /// Whether flushes keep nothing from now on, although they say so.
    pub fn deaf(&self, deaf: bool) {
        self.switch("deaf", deaf);
    }

    /// Whether a flush waits from now on, until this is taken back.
    pub fn stuck(&self, stuck: bool) {
        self.switch("stuck", stuck);
    }

    /// Whether a flush has waited since the power was cut last.
    pub fn holds(&self) -> bool {
        self.kept.join("holds").exists()
    }

    /// Whether the disk is full from now on.
    pub fn full(&self, full: bool) {
        self.switch("full", full);
    }

    fn switch(&self, word: &str, on: bool) {
        let file = self.kept.join(word);
        if on {
            fs::write(file, "").expect("a word to the disk");
        } else {
            let _ = fs::remove_file(file);
        }
    }

    /// Puts the folder back as it was flushed. Whoever wrote to it must be dead.
    pub fn cut_the_power(&self) {
        let parent = self.folder.parent().expect("a folder in a folder");
        let after = self.folder.with_extension("after");
        let own = self.names(parent).into_iter().find(|(_, name)| Some(name.as_str()) == file_name(&self.folder));
        if own.is_some() {
            self.restore(&self.folder, &after);
        }
        let _ = fs::remove_dir_all(&self.folder);
        if own.is_some() {
            fs::rename(after, &self.folder).expect("the folder after the power cut");
        }
        self.remember();
    }

    /// Copies what was kept of `from`, by the names that were kept.
    fn restore(&self, from: &Path, to: &Path) {
        fs::create_dir(to).expect("a folder");
        fs::set_permissions(to, fs::Permissions::from_mode(0o700)).expect("a mode");
        for (inode, name) in self.names(from) {
            if from.join(&name).is_dir() {
                self.restore(&from.join(&name), &to.join(&name));
            } else {
                // A name without content is what is left of a file that was made and never flushed.
                let content = fs::read(self.kept.join(inode)).unwrap_or_default();
                fs::write(to.join(&name), content).expect("a file");
                fs::set_permissions(to.join(&name), fs::Permissions::from_mode(0o600)).expect("a mode");
            }
        }
    }

    /// What a folder held when it was last flushed: inodes and names.
    fn names(&self, folder: &Path) -> Vec<(String, String)> {
        let Ok(found) = fs::metadata(folder) else { return Vec::new() };
        let list = fs::read_to_string(self.kept.join(format!("{}.list", found.ino()))).unwrap_or_default();
        let pairs = list.lines().filter_map(|line| line.split_once(' '));
        pairs.map(|(inode, name)| (inode.to_owned(), name.to_owned())).collect()
    }

    /// The disk holds what the folder holds.
    fn remember(&self) {
        let _ = fs::remove_dir_all(&self.kept);
        fs::create_dir_all(&self.kept).expect("a folder");
        self.remember_names(self.folder.parent().expect("a folder in a folder"), false);
        if self.folder.exists() {
            self.remember_names(&self.folder, true);
        }
    }

    fn remember_names(&self, folder: &Path, deep: bool) {
        let mut list = String::new();
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let inode = entry.metadata().expect("a file").ino();
            let _ = writeln!(list, "{inode} {}", entry.file_name().to_string_lossy());
            if deep && entry.path().is_dir() {
                self.remember_names(&entry.path(), true);
            } else if deep && entry.path().is_file() {
                fs::copy(entry.path(), self.kept.join(inode.to_string())).expect("a copy");
            }
        }
        let inode = fs::metadata(folder).expect("a folder").ino();
        fs::write(self.kept.join(format!("{inode}.list")), list).expect("a list");
    }
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}
