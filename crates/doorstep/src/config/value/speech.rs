//! A language that Doorstep speaks, by its tag.

use super::text::{Fault, TextValue};
use doorstep_core::model::Language;
use serde::{Serialize, Serializer};
use std::str::FromStr;

/// One of the languages of pages and mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Speech(Language);

impl Speech {
    /// The language.
    pub const fn language(self) -> Language {
        self.0
    }
}

impl FromStr for Speech {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        Language::of_tag(text).map(Self).ok_or_else(|| {
            let known = Language::ALL.map(Language::tag).join(", ");
            Fault::new("is none of the languages that Doorstep speaks", format!("write one of {known}"))
        })
    }
}

impl TextValue for Speech {
    const FORMAT: &'static str = "speech";
    fn text(&self) -> String {
        self.0.tag().to_owned()
    }
}

impl Serialize for Speech {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

super::text::as_string!(Speech, "Speech", "en", "de");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_tag_and_another_is_refused() {
        for (text, written) in [("en", "en"), ("de-AT", "de"), ("PT", "pt"), ("zh", "zh-Hans")] {
            assert_eq!(text.parse::<Speech>().unwrap().text(), written, "{text}");
        }
        for text in ["", "sv", "german"] {
            let fault = text.parse::<Speech>().unwrap_err();
            assert!(fault.remedy.is_some_and(|remedy| remedy.starts_with("write one of de, en, ")), "{text}");
        }
    }
}
