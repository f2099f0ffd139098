//! A path in the file system.

use super::text::{Fault, TextValue};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The `format` of a setting that is a path in the file system.
pub(crate) struct PathText(PathBuf);

impl FromStr for PathText {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.is_empty() || text.contains('\0') {
            return Err(Fault::new("is not a path", "write a path, relative ones start at this file's folder"));
        }
        Ok(Self(PathBuf::from(text)))
    }
}

impl TextValue for PathText {
    const FORMAT: &'static str = "path";
    fn text(&self) -> String {
        self.0.display().to_string()
    }
    fn anchored(self, base: &Path) -> Self {
        Self(base.join(self.0))
    }
}
