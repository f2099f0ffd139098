//! A message in a language, as pieces: words, places of names, and marks around words that become a link.

use crate::Language;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{borrow::Cow, sync::LazyLock};

/// What stands for an argument of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A number, which decides between singular and plural, and stands where the message says it.
    Number(u64),
    /// A name or another text that is not ours: its place is told, `{ $name }` in the file.
    Place,
    /// Something around a few words of the message, such as a link: `<name>words</name>` in the file.
    Around,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words of ours. Whatever they look like, they are no markup.
    Words(String),
    /// Here stands the argument of this index.
    Place(usize),
    /// Here begins what the argument of this index stands around.
    Opens(usize),
    /// Here it ends.
    Closes(usize),
}

/// A message with its arguments, each with its name in the file. One that a language lacks is English; one that there is
/// not at all is its own key, which a test finds.
pub fn compose(language: Language, key: &str, arguments: &[(&str, Slot)]) -> Vec<Piece> {
    let mut given = FluentArgs::with_capacity(arguments.len());
    for (index, (name, slot)) in arguments.iter().enumerate() {
        match slot {
            Slot::Number(number) => given.set(*name, *number),
            Slot::Place => given.set(*name, FluentValue::String(Cow::Owned(mark(index).to_string()))),
            Slot::Around => {}
        }
    }
    let text = [language, Language::English].into_iter().find_map(|language| said(language, key, &given));
    let text = text.unwrap_or_else(|| key.to_owned());
    #[cfg(feature = "pseudo")]
    let text = if language == Language::Pseudo { crate::pseudo::of(&text) } else { text };
    pieces(&text, arguments)
}

/// Whether there is such a message.
pub fn is_known(key: &str) -> bool {
    files(Language::English).has_message(key)
}

/// The place of an argument, while Fluent puts the message together: a character that no file contains (a test looks).
const FIRST_MARK: u32 = 0xe000;

fn mark(index: usize) -> char {
    u32::try_from(index).ok().and_then(|index| char::from_u32(FIRST_MARK + index)).unwrap_or('\u{fffd}')
}

fn marked(c: char, among: usize) -> Option<usize> {
    let index = usize::try_from(u32::from(c).checked_sub(FIRST_MARK)?).ok()?;
    (index < among).then_some(index)
}

fn said(language: Language, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let bundle = files(language);
    let pattern = bundle.get_message(key)?.value()?;
    let mut mistakes: Vec<FluentError> = vec![];
    let text = bundle.format_pattern(pattern, Some(arguments), &mut mistakes).into_owned();
    mistakes.is_empty().then_some(text)
}

fn pieces(text: &str, arguments: &[(&str, Slot)]) -> Vec<Piece> {
    let mut pieces = vec![];
    let mut words = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (piece, length) = match marked(c, arguments.len()) {
            Some(index) => (Some(Piece::Place(index)), c.len_utf8()),
            None if c == '<' => around(rest, arguments).map_or((None, 1), |(piece, length)| (Some(piece), length)),
            None => (None, c.len_utf8()),
        };
        if let Some(piece) = piece {
            if !words.is_empty() {
                pieces.push(Piece::Words(std::mem::take(&mut words)));
            }
            pieces.push(piece);
        } else {
            words.push(c);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

/// `<name>` or `</name>` of an argument that stands around words, and how long it is.
fn around(rest: &str, arguments: &[(&str, Slot)]) -> Option<(Piece, usize)> {
    let (tag, _) = rest.strip_prefix('<')?.split_once('>')?;
    let name = tag.strip_prefix('/').unwrap_or(tag);
    let index = arguments.iter().position(|(known, slot)| *known == name && *slot == Slot::Around)?;
    let piece = if tag.starts_with('/') { Piece::Closes(index) } else { Piece::Opens(index) };
    Some((piece, tag.len() + 2))
}

type Files = FluentBundle<FluentResource>;

macro_rules! texts {
    ($folder:literal) => {
        read(
            $folder,
            &[
                include_str!(concat!("../locales/", $folder, "/common.ftl")),
                include_str!(concat!("../locales/", $folder, "/sign-in.ftl")),
                include_str!(concat!("../locales/", $folder, "/enrol.ftl")),
                include_str!(concat!("../locales/", $folder, "/refusals.ftl")),
                include_str!(concat!("../locales/", $folder, "/passkey.ftl")),
                include_str!(concat!("../locales/", $folder, "/asked.ftl")),
                include_str!(concat!("../locales/", $folder, "/moving.ftl")),
                include_str!(concat!("../locales/", $folder, "/rooms.ftl")),
                include_str!(concat!("../locales/", $folder, "/account.ftl")),
                include_str!(concat!("../locales/", $folder, "/activity.ftl")),
                include_str!(concat!("../locales/", $folder, "/own.ftl")),
                include_str!(concat!("../locales/", $folder, "/mail.ftl")),
            ],
        )
    };
}

macro_rules! files {
    ($($variant:ident: $folder:literal),+ $(,)?) => {
        /// The messages of a language, read the first time that somebody needs them.
        fn files(language: Language) -> &'static Files {
            match language {
                $(Language::$variant => {
                    static FILES: LazyLock<Files> = LazyLock::new(|| texts!($folder));
                    &FILES
                })+
                #[cfg(feature = "pseudo")]
                Language::Pseudo => {
                    static NONE: LazyLock<Files> = LazyLock::new(|| read("en", &[]));
                    &NONE
                }
            }
        }
    };
}

files! {
    English: "en",
    German: "de",
    French: "fr",
    Spanish: "es",
    Portuguese: "pt",
    Italian: "it",
    Dutch: "nl",
    Polish: "pl",
    Chinese: "zh",
    Japanese: "ja",
}

/// What of a file cannot be read is left out, and said in English; tests read every file strictly.
fn read(folder: &str, files: &[&str]) -> Files {
    let mut bundle = Files::new_concurrent(vec![folder.parse().unwrap_or_default()]);
    // Names are isolated where they are written out, by an element.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_links_come_back_as_places_and_their_words_stay_words() {
        let arguments = [("app", Slot::Place), ("a", Slot::Around), ("n", Slot::Number(3))];
        let text = format!("<b>1 < 2</b> {} <a>here</a> </x> \u{e007}", mark(0));
        let words = |text: &str| Piece::Words(text.to_owned());
        assert_eq!(
            pieces(&text, &arguments),
            [
                words("<b>1 < 2</b> "),
                Piece::Place(0),
                words(" "),
                Piece::Opens(1),
                words("here"),
                Piece::Closes(1),
                words(" </x> \u{e007}"),
            ]
        );
    }

    #[test]
    fn what_there_is_not_is_its_own_key() {
        assert_eq!(compose(Language::German, "no-such-message", &[]), [Piece::Words("no-such-message".to_owned())]);
        assert!(!is_known("no-such-message"));
    }
}
