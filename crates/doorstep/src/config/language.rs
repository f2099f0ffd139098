//! The languages that a file of the configuration may be written in, by the end of its name, and how each writes what
//! a message proposes.

use super::mistake::Place;
use std::path::Path;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// TOML 1.0.
    Toml,
    /// YAML 1.2, without what reads differently from one program to the next.
    Yaml,
    /// JSON, RFC 8259.
    Json,
}

/// The ends of names, in the order in which a file is looked for.
pub(crate) const ENDS: [(&str, Language); 4] =
    [("toml", Language::Toml), ("yaml", Language::Yaml), ("yml", Language::Yaml), ("json", Language::Json)];

impl Language {
    /// By the end of the file's name; `None` for another end.
    pub fn of(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?;
        ENDS.iter().find(|(known, _)| *known == end).map(|(_, language)| *language)
    }

    /// That of a place: `None` for the environment.
    pub(crate) fn of_place(place: &Place) -> Option<Self> {
        match place {
            Place::Env(_) => None,
            Place::File { file, .. } => Some(Self::of(Path::new(file)).unwrap_or(Self::Toml)),
        }
    }

    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }

    /// What people call a value with keys.
    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Toml => "a table",
            Self::Yaml => "a mapping",
            Self::Json => "an object",
        }
    }

    /// A key and its value, which is written the same in all of them.
    pub(crate) fn assigned(self, key: &str, value: &str) -> String {
        match self {
            Self::Toml => format!("{} = {value}", bare(key)),
            Self::Yaml => format!("{}: {value}", bare(key)),
            Self::Json => format!("{key:?}: {value}"),
        }
    }

    /// A table by its path: `[apps.grafana]`.
    pub fn path(self, path: &[String]) -> String {
        match self {
            Self::Toml => format!("[{}]", dotted(path)),
            Self::Yaml | Self::Json => dotted(path),
        }
    }
}

fn bare(key: &str) -> String {
    dotted(&[key.to_owned()])
}

/// A path as TOML writes it.
pub(crate) fn dotted(path: &[String]) -> String {
    let bare =
        |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let keys = path.iter().map(|key| if bare(key) { key.clone() } else { format!("{key:?}") });
    keys.collect::<Vec<_>>().join(".")
}
