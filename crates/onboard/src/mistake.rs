//! What is wrong with a declaration: where, what, and how to correct it. Reported all at once, so that
//! one pass over the file corrects everything.
//!
//! Places are paths of keys; the reader of the file turns them into a line and a column.

use crate::remedy::Remedy;
use serde::Serialize;
use std::fmt;

/// A path of keys into the configuration; a number stands for the place in a list, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Place(pub Vec<String>);

impl Place {
    /// The place that these keys lead to.
    pub fn of<const N: usize>(keys: [&str; N]) -> Self {
        Self(keys.map(str::to_owned).to_vec())
    }

    /// A place below this one.
    #[must_use]
    pub fn then(&self, key: impl fmt::Display) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.to_string());
        Self(keys)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// One mistake. While there is one, nothing of the file takes effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mistake {
    /// The key that carries it.
    pub at: Place,
    /// What is wrong, in a line.
    pub what: String,
    /// What to write instead, where that is known.
    pub remedy: Option<Remedy>,
}

impl Mistake {
    /// A mistake without a known way to mend it.
    pub fn new(at: Place, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), remedy: None }
    }

    /// Adds the way to mend it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<Remedy>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Adds “did you mean” when a known word is near, and the whole list otherwise.
    #[must_use]
    pub fn nearest<'a>(self, given: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(given, known.iter().copied()) {
            Some(word) => self.remedy(format!("did you mean `{word}`?")),
            None if known.is_empty() => self,
            None => self.remedy(format!("known: {}", known.join(", "))),
        }
    }
}

/// The known word that `given` most likely stands for.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let near = |word: &str| {
        let distance = strsim::damerau_levenshtein(&given, &word.to_lowercase());
        let longest = given.chars().count().max(word.chars().count());
        (distance <= longest.div_ceil(3)).then_some(distance)
    };
    known.into_iter().filter_map(|word| near(word).map(|distance| (distance, word))).min().map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        for (given, known, wanted) in [
            ("grafna", ["grafana", "glances"].as_slice(), Some("grafana")),
            ("Grafana", &["grafana"], Some("grafana")),
            ("amdins", &["admins", "users"], Some("admins")),
            ("sonarr", &["grafana", "glances"], None),
            ("x", &[], None),
        ] {
            assert_eq!(nearest(given, known.iter().copied()), wanted, "{given}");
        }
    }
}
