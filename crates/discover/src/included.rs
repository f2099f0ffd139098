//! What is included in what: nothing in itself, no chain longer than people write one, and no more in all than is read.

use crate::files::Files;
use crate::found::Found;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// No chain of files, snippets or services is longer.
const DEEPEST: usize = 8;
/// No more is taken in by includes, in bytes. Each file counts as one of [`A_FILE`] at least.
const MOST: usize = 32 << 20;
const A_FILE: usize = 16 << 10;

/// What is open at the moment, and how much more may be taken in.
#[derive(Debug)]
pub(crate) struct Included {
    open: Vec<PathBuf>,
    left: usize,
}

impl Default for Included {
    fn default() -> Self {
        Self { open: Vec::new(), left: MOST }
    }
}

/// A line that includes something.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) file: &'a Path,
    pub(crate) line: u32,
}

impl Found {
    /// Whether a file or a snippet may be read at this place; it is told why not. What was begun is to be [`Self::ended`].
    pub(crate) fn begun(&mut self, what: &Path, at: Line<'_>) -> bool {
        let name = what.display();
        let why = if self.included.open.iter().any(|open| open == what) {
            format!("`{name}` includes itself")
        } else if self.included.open.len() > DEEPEST {
            format!("`{name}` is included more than {DEEPEST} deep")
        } else {
            self.included.open.push(what.to_owned());
            return true;
        };
        self.unread(at.file, Some(at.line), why);
        false
    }

    pub(crate) fn ended(&mut self) {
        self.included.open.pop();
    }

    /// Whether there is room for more of this size; it is told where not.
    pub(crate) fn takes(&mut self, size: usize, at: Line<'_>) -> bool {
        let left = self.included.left.checked_sub(size);
        self.included.left = left.unwrap_or_default();
        if left.is_none() {
            self.unread(at.file, None, "it includes more than is read");
        }
        left.is_some()
    }

    /// The text of a file that is included, where it may be read.
    pub(crate) fn text_of(&mut self, path: &Path, files: &dyn Files, at: Line<'_>) -> Option<String> {
        // Nothing more is opened once there is no room.
        if !self.takes(A_FILE, at) {
            return None;
        }
        let Some(text) = files.read(path) else {
            self.unread(at.file, Some(at.line), format!("it includes `{}`, which cannot be read", path.display()));
            return None;
        };
        self.takes(text.len(), at).then_some(text)
    }
}

/// The files that a name with `*` in its last part stands for; the one of a plain name. None for no name.
pub(crate) fn matching(folder: &Path, name: &str, files: &dyn Files) -> Vec<PathBuf> {
    if name.is_empty() {
        return Vec::new();
    }
    let pattern = plain(&folder.join(name));
    let Some(name) = pattern.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let Some((begin, end)) = name.split_once('*') else {
        return vec![pattern];
    };
    let fits = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end)
    };
    files.list(pattern.parent().unwrap_or(Path::new(""))).into_iter().filter(fits).collect()
}

/// A path without `.` and, as far as it can be said without looking, without `..`.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            _ => out.push(part),
        }
    }
    out
}

/// The folder of a file.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// A file's path, shared by all that stands in it.
pub(crate) type Origin = Rc<Path>;
