//! `${file:…}` and `${env:…}` in `set`: secrets that stand elsewhere, on the machine of whoever wrote the file. Only
//! where they stand is declared; what they hold is read when it is delivered, and kept nowhere.

use crate::manifest::{Manifest, Setting};
use doorstep_core::secret::Secret;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fmt,
    path::{Component, Path, PathBuf},
};

/// Where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// In a file, which holds nothing else.
    File(PathBuf),
    /// In a variable of the environment.
    Env(String),
}

/// Reads what references lead to. Each time anew: what they hold changes.
pub trait References: Send + Sync {
    /// What is there, or why it cannot be delivered; the reason holds nothing of it.
    fn read(&self, reference: &Reference) -> Result<Secret<String>, String>;
}

/// For what was not declared on this machine: nothing is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingToRead;

impl References for NothingToRead {
    fn read(&self, reference: &Reference) -> Result<Secret<String>, String> {
        Err(format!("{reference} is not read here"))
    }
}

/// A piece of a text that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// As it stands.
    Text(&'t str),
    /// What a reference leads to.
    Of(Reference),
}

/// Why a text with a reference cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has no end.
    #[error("a reference begins with `{0}` and has no `}}`")]
    Open(&'static str),
    /// The path is not whole, or is written in a roundabout way.
    #[error("a reference to a file names its whole path, without `.`, `..` and characters that nobody sees")]
    Path,
    /// No name of a variable.
    #[error("a reference to a variable names it in letters, digits and _")]
    Name,
    /// Doorstep's own settings, the root key and the database's password among them.
    #[error("a variable of Doorstep's own is not delivered to an app")]
    Own,
}

const KINDS: [&str; 2] = ["${file:", "${env:"];

/// Whether a reference stands in a text, whole or not.
pub fn is_in(text: &str) -> bool {
    KINDS.iter().any(|kind| text.contains(kind))
}

/// The pieces of a text. `${` of anything else is text.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Unreadable> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((at, kind)) = KINDS.iter().filter_map(|kind| Some((rest.find(kind)?, *kind))).min() {
        let (before, after) = rest.split_at(at);
        let inner = after.strip_prefix(kind).unwrap_or_default();
        let (named, after) = inner.split_once('}').ok_or(Unreadable::Open(kind))?;
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        found.push(Piece::Of(if kind == "${file:" { file(named)? } else { variable(named)? }));
        rest = after;
    }
    if !rest.is_empty() || found.is_empty() {
        found.push(Piece::Text(rest));
    }
    Ok(found)
}

/// Every reference in what is declared.
pub fn of(manifest: &Manifest) -> BTreeSet<Reference> {
    let mut found = BTreeSet::new();
    for Setting(value) in manifest.apps.values().flat_map(|app| app.set.values()) {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Reference>) {
    match value {
        Value::String(text) => {
            let of = |piece| match piece {
                Piece::Of(reference) => Some(reference),
                Piece::Text(_) => None,
            };
            found.extend(pieces(text).into_iter().flatten().filter_map(of));
        }
        Value::Object(members) => members.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

fn file(named: &str) -> Result<Reference, Unreadable> {
    let path = Path::new(named);
    let plain = path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    // Components pass over what stands between two slashes.
    let is_as_written = path.components().collect::<PathBuf>().as_os_str() == path.as_os_str();
    if !path.is_absolute() || named == "/" || !plain || !is_as_written || !named.chars().all(is_seen) {
        return Err(Unreadable::Path);
    }
    Ok(Reference::File(path.to_owned()))
}

pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_seen(letter: char) -> bool {
    letter.is_alphanumeric() || letter.is_ascii_graphic() || letter == ' '
}

fn variable(named: &str) -> Result<Reference, Unreadable> {
    if !is_variable(named) {
        return Err(Unreadable::Name);
    }
    if named.to_ascii_uppercase().starts_with("DOORSTEP_") {
        return Err(Unreadable::Own);
    }
    Ok(Reference::Env(named.to_owned()))
}

/// Whether what is set under this name is most likely to stay secret, and this is it, in clear.
pub(crate) fn is_secret_in_clear(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase().replace(['-', '.'], "_");
    let words = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"];
    // PASSWORD_MIN_LENGTH says something of passwords and is none.
    let is_secret = words.iter().any(|word| name.ends_with(word) || name.ends_with(&format!("{word}S")));
    let is_word = value.len() >= 6 && !value.contains("://") && !value.starts_with('/') && !value.contains(' ');
    is_secret && is_word && !is_in(value)
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Env(name) => write!(f, "env:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_among_text_and_nothing_else_is_one() {
        let (file, env) =
            (|path: &str| Piece::Of(Reference::File(path.into())), Piece::Of(Reference::Env("A_1".into())));
        for (text, expected) in [
            ("${file:/run/secrets/smtp}", vec![file("/run/secrets/smtp")]),
            ("a${env:A_1}b${file:/x}", vec![Piece::Text("a"), env.clone(), Piece::Text("b"), file("/x")]),
            ("${HOME} ${} $file:/x {file:/x}", vec![Piece::Text("${HOME} ${} $file:/x {file:/x}")]),
            ("", vec![Piece::Text("")]),
        ] {
            assert_eq!(pieces(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_reference_names_one_place_and_none_of_doorsteps_own() {
        for (text, why) in [
            ("a ${file:/x", Unreadable::Open("${file:")),
            ("${env:A", Unreadable::Open("${env:")),
            ("${file:x}", Unreadable::Path),
            ("${file:}", Unreadable::Path),
            ("${file:/}", Unreadable::Path),
            ("${file:/a/../b}", Unreadable::Path),
            ("${file:/a/./b}", Unreadable::Path),
            ("${file:/a//b}", Unreadable::Path),
            ("${file:/a\u{202e}b}", Unreadable::Path),
            ("${file:/a\nb}", Unreadable::Path),
            ("${env:}", Unreadable::Name),
            ("${env:A-B}", Unreadable::Name),
            ("${env:DOORSTEP_ROOT_KEY}", Unreadable::Own),
            ("${env:doorstep_database_url}", Unreadable::Own),
        ] {
            assert_eq!(pieces(text), Err(why), "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_told_from_what_speaks_of_one() {
        for (name, value, is) in [
            ("SMTP_PASSWORD", "hunter22", true),
            ("smtp.password", "hunter22", true),
            ("GF_API_KEY", "abcdef12", true),
            ("SMTP_PASSWORD", "${file:/x}", false),
            ("PASSWORD_MIN_LENGTH", "12345678", false),
            ("TOKEN_URL", "https://a.test/token", false),
            ("SMTP_PASSWORD", "true", false),
            ("SECRET", "/run/secrets/smtp", false),
            ("SMTP_HOST", "mail.example.org", false),
        ] {
            assert_eq!(is_secret_in_clear(name, value), is, "{name} {value}");
        }
    }
}
