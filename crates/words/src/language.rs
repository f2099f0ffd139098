//! The languages that pages are written in, and how a language tag finds one.

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// The one that the others are translated from.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Italian.
    Italian,
    /// Dutch.
    Dutch,
    /// Polish.
    Polish,
    /// Chinese in simplified characters.
    Chinese,
    /// Japanese.
    Japanese,
    /// English with its letters changed, a third longer and from right to left: for tests.
    #[cfg(feature = "pseudo")]
    Pseudo,
}

/// How lines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As English.
    LeftToRight,
    /// As Arabic and Hebrew.
    RightToLeft,
}

impl Language {
    /// Every language that people can choose, as they are listed.
    pub const ALL: [Self; 10] = [
        Self::German,
        Self::English,
        Self::Spanish,
        Self::French,
        Self::Italian,
        Self::Dutch,
        Self::Polish,
        Self::Portuguese,
        Self::Chinese,
        Self::Japanese,
    ];

    /// Its tag, BCP 47: what `lang`, `Content-Language` and discovery say.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Italian => "it",
            Self::Dutch => "nl",
            Self::Polish => "pl",
            Self::Chinese => "zh-Hans",
            Self::Japanese => "ja",
            #[cfg(feature = "pseudo")]
            Self::Pseudo => "qps-plocm",
        }
    }

    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Portuguese => "Português",
            Self::Italian => "Italiano",
            Self::Dutch => "Nederlands",
            Self::Polish => "Polski",
            Self::Chinese => "简体中文",
            Self::Japanese => "日本語",
            #[cfg(feature = "pseudo")]
            Self::Pseudo => "Pseudo",
        }
    }

    /// How its lines run.
    pub const fn direction(self) -> Direction {
        match self {
            #[cfg(feature = "pseudo")]
            Self::Pseudo => Direction::RightToLeft,
            _ => Direction::LeftToRight,
        }
    }

    /// The language that a tag means, RFC 4647 §3.4: what follows is left away until something fits, so that `de-AT` is
    /// German. Chinese in traditional characters is `zh` too: simplified ones are nearer than another language.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|known| {
            let primary = known.tag().split('-').next().unwrap_or_default();
            primary.eq_ignore_ascii_case(first)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc4647_3_4_a_tag_finds_its_language_by_its_beginning() {
        for (tag, found) in [
            ("de", Some(Language::German)),
            ("de-AT", Some(Language::German)),
            ("DE_ch", Some(Language::German)),
            ("pt-BR", Some(Language::Portuguese)),
            ("zh-Hant-TW", Some(Language::Chinese)),
            ("zh-Hans", Some(Language::Chinese)),
            ("en-GB-oxendict", Some(Language::English)),
            ("den", None),
            ("sv", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), found, "{tag:?}");
        }
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.tag()), Some(language));
        }
    }
}
