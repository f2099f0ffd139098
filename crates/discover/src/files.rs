//! Where texts come from: files and folders, or what stands for them.

use std::path::{Path, PathBuf};

/// Where texts come from.
pub trait Files {
    /// What stands in a file, if it is there and is text.
    fn read(&self, path: &Path) -> Option<String>;
    /// The files of a folder, in order.
    fn list(&self, folder: &Path) -> Vec<PathBuf>;
}
