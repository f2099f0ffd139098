//! How to mend a mistake: words, and between them what a person writes, which is told in the language of their file.

use crate::language::{Language, Proposed};
use serde::{Serialize, Serializer};
use std::fmt;

/// What to do instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remedy(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Words(String),
    Line { path: Vec<String>, value: Proposed },
    Table(Vec<String>),
}

impl Remedy {
    /// Goes on with words.
    #[must_use]
    pub fn words(self, words: impl Into<String>) -> Self {
        self.and(Piece::Words(words.into()))
    }

    /// Goes on with a line to write.
    #[must_use]
    pub fn line<const N: usize>(self, path: [&str; N], value: Proposed) -> Self {
        self.and(Piece::Line { path: path.map(str::to_owned).into(), value })
    }

    /// Goes on with a table, by its path.
    #[must_use]
    pub fn table<const N: usize>(self, path: [&str; N]) -> Self {
        self.and(Piece::Table(path.map(str::to_owned).into()))
    }

    /// Goes on with another remedy.
    #[must_use]
    pub fn then(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    fn and(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }

    /// As a person reads it who writes in this language.
    pub fn in_language(&self, language: Language) -> String {
        let told = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Line { path, value } => language.line(path, value),
            Piece::Table(path) => language.path(path),
        };
        self.0.iter().map(told).collect()
    }
}

impl From<&str> for Remedy {
    fn from(words: &str) -> Self {
        Self(vec![Piece::Words(words.to_owned())])
    }
}

impl From<String> for Remedy {
    fn from(words: String) -> Self {
        Self(vec![Piece::Words(words)])
    }
}

/// Where it is not known what a person writes in.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::Toml))
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_writes_is_told_in_their_language_and_words_are_the_same() {
        let callbacks = || Remedy::from("say `").line(["callbacks"], Proposed::list(["/path"])).words("` below ");
        let remedy = callbacks().table(["apps", "wiki"]).then(Remedy::from(", or nothing"));
        for (language, told) in [
            (Language::Toml, "say `callbacks = [\"/path\"]` below [apps.wiki], or nothing"),
            (Language::Yaml, "say `callbacks: [\"/path\"]` below apps.wiki, or nothing"),
            (Language::Json, "say `\"callbacks\": [\"/path\"]` below apps.wiki, or nothing"),
        ] {
            assert_eq!(remedy.in_language(language), told);
        }
        assert_eq!(remedy.to_string(), remedy.in_language(Language::Toml));
    }
}
