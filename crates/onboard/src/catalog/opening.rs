//! What of an app programs or strangers reach without a sign-in, once a rule of its declaration opens it: `[open.NAME]`.
//!
//! An entry opens nothing by itself. It knows which paths belong together, and what keeps strangers out there all the same.

use doorstep_core::model::{PathPattern, RuleMethod};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One part of an app that can be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Who needs it: `programs with its API key`.
    #[serde(rename = "for")]
    pub needed_by: String,
    /// Its paths.
    pub paths: Vec<PathPattern>,
    /// The methods that are sent there; any when left out.
    #[serde(default)]
    pub methods: BTreeSet<RuleMethod>,
    /// What the app asks for there by itself: `its API key`. Nothing when left out.
    #[serde(default)]
    pub lock: Option<String>,
}

impl Opening {
    /// What is wrong with it, if something is.
    pub(super) fn wrong(&self, name: &str) -> Option<String> {
        let is_word = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let wrong = if !is_word {
            "a name is a word of a-z, 0-9 and -"
        } else if self.paths.is_empty() || self.paths.iter().any(|path| path.as_str() == "/") {
            "it has to name its paths, and `/` would be all of them"
        } else if self.needed_by.trim().is_empty() || self.lock.as_ref().is_some_and(|lock| lock.trim().is_empty()) {
            "`for` and `lock` say something, or `lock` is left out"
        } else {
            return None;
        };
        Some(format!("open.{name}: {wrong}"))
    }

    /// What keeps strangers out, in a sentence about the app.
    pub fn keeps_out(lock: Option<&str>) -> String {
        match lock {
            Some(lock) => format!("the app asks for {lock} there"),
            None => "the app asks for nothing there".to_owned(),
        }
    }

    /// `GET /status/, /assets/`.
    pub(super) fn requests(&self) -> String {
        let methods = self.methods.iter().map(RuleMethod::as_str).collect::<Vec<_>>().join(", ");
        let paths = self.paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
        if methods.is_empty() { paths } else { format!("{methods} {paths}") }
    }
}
