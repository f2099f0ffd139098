//! The language of a file of the configuration. What each writes is [`doorstep_onboard::language`].

use super::mistake::Place;
pub use doorstep_onboard::language::Language;
pub(crate) use doorstep_onboard::language::{ENDS, dotted};
use doorstep_onboard::remedy::Remedy;
use std::path::Path;

/// That of a place: `None` for the environment.
pub(crate) fn language_of(place: &Place) -> Option<Language> {
    match place {
        Place::Env(_) => None,
        Place::File { file, .. } => Some(Language::of(Path::new(file)).unwrap_or(Language::Toml)),
    }
}

/// How to mend what is wrong at a place, as it is written there.
pub(crate) fn in_language_of(place: &Place, remedy: &Remedy) -> String {
    remedy.in_language(language_of(place).unwrap_or_default())
}
