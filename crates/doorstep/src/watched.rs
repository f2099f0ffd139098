//! What tells a running server that a file of its configuration changed: the content of each, not its time, so that a
//! mounted ConfigMap, whose files are replaced behind a symbolic link, counts as well.
//!
//! Icons are the only large ones and there may be many: one is read again only when the file system says something else of
//! it. What the file system says alone would not do: some give a file another number at each look.

use crate::config::Loaded;
use crate::config::language::Language;
use doorstep_app::ambient::stopwatch;
use doorstep_core::secret::SecretHash;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A larger file is no icon, and is not read.
const LARGEST_ICON: u64 = doorstep_picture::AT_MOST as u64;

/// The coarsest times of a file system (FAT) are two seconds apart: a file that was written again within them may be said
/// to be the same.
const COARSEST: Duration = Duration::from_secs(3);

/// What is remembered from one look to the next.
#[derive(Default)]
pub(crate) struct Watched(Mutex<BTreeMap<PathBuf, Known>>);

/// Reads a file whole.
type Reading<'r> = &'r dyn Fn(&Path) -> Vec<u8>;

/// An icon as it was read.
struct Known {
    said: Said,
    /// Since when the file system says so.
    since: Instant,
    read_at: Instant,
    content: SecretHash,
}

/// What a file system says of a file: where it is, its size, and when its content and anything of it changed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Said([i128; 7]);

impl Said {
    fn of(found: &Metadata) -> Self {
        let (content, anything) = ((found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec()));
        Self([
            found.dev().into(),
            found.ino().into(),
            found.size().into(),
            content.0.into(),
            content.1.into(),
            anything.0.into(),
            anything.1.into(),
        ])
    }
}

impl Watched {
    /// Stands for the content of every file that the configuration is read from, certificate and key included, and of those
    /// that secrets are supplied in and icons stand in. Taken before they are read, so that what replaces them meanwhile is
    /// a change.
    pub(crate) fn stamp(&self, loaded: &Loaded) -> SecretHash {
        let mut content = Vec::new();
        let certificate = loaded.config.tls.iter().flat_map(|tls| [&tls.certificate, &tls.key]);
        let supplied = loaded.config.references.files();
        for path in loaded.files.iter().chain(certificate).map(PathBuf::as_path).chain(supplied) {
            if path.is_dir() {
                for file in written_files(path) {
                    add(&mut content, &file);
                }
            } else {
                add(&mut content, path);
            }
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|path, _| loaded.icon_files.contains(path));
        let read = |path: &Path| fs::read(path).unwrap_or_default();
        for path in &loaded.icon_files {
            if let Some(hash) = icon(&mut known, path, (stopwatch(), &read)) {
                content.extend_from_slice(path.as_os_str().as_encoded_bytes());
                content.extend_from_slice(hash.to_text().as_bytes());
            }
        }
        SecretHash::labelled("files of the configuration", &content)
    }
}

/// Stands for what an icon's file holds, if it can be one. Reads it unless that is known.
fn icon(known: &mut BTreeMap<PathBuf, Known>, path: &Path, (now, read): (Instant, Reading<'_>)) -> Option<SecretHash> {
    let found = fs::metadata(path).ok().filter(|found| found.is_file() && found.len() <= LARGEST_ICON)?;
    let said = Said::of(&found);
    let before = known.get(path).filter(|before| before.said == said);
    if let Some(before) = before.filter(|before| before.read_at.duration_since(before.since) >= COARSEST) {
        return Some(before.content);
    }
    let since = before.map_or(now, |before| before.since);
    let content = SecretHash::labelled("an icon", &read(path));
    known.insert(path.to_owned(), Known { said, since, read_at: now, content });
    Some(content)
}

fn add(content: &mut Vec<u8>, path: &Path) {
    let bytes = fs::read(path).unwrap_or_default();
    content.extend_from_slice(path.as_os_str().as_encoded_bytes());
    content.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    content.extend_from_slice(&bytes);
}

fn written_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| Language::of(path).is_some());
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn an_icon_is_read_until_its_file_stood_still_and_again_when_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a.png"), folder.path().join("b.png"));
        let (start, reads, mut known) = (stopwatch(), Cell::new(0), BTreeMap::new());
        let read = |path: &Path| {
            reads.set(reads.get() + 1);
            fs::read(path).unwrap()
        };
        let mut look = |after: u64| {
            let now = start + Duration::from_secs(after);
            let stamp = icon(&mut known, &path, (now, &read)).map(SecretHash::to_text);
            (stamp, reads.replace(0))
        };
        assert_eq!(look(0), (None, 0), "it is not there");
        fs::write(&path, "one").unwrap();
        let (one, _) = look(1);
        for (after, read) in [(2, 1), (4, 1), (5, 0), (60, 0)] {
            assert_eq!(look(after), (one.clone(), read), "{after}");
        }
        // Of the same size, and in its place, as an editor or a mounted ConfigMap does it.
        fs::write(&other, "two").unwrap();
        fs::rename(&other, &path).unwrap();
        let (two, read) = look(61);
        assert!(two != one && read == 1, "{two:?} {read}");
        assert_eq!((look(64), look(65)), ((two.clone(), 1), (two, 0)));
        // The same content, said to be another file.
        fs::write(&other, "two").unwrap();
        fs::rename(&other, &path).unwrap();
        assert_eq!(look(66).1, 1);
        fs::write(&path, vec![0; doorstep_picture::AT_MOST + 1]).unwrap();
        assert_eq!(look(67), (None, 0), "it is too large");
    }
}
