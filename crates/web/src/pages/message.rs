//! A message of `doorstep-words` with what stands in its places, written out for a page or for a script.
//!
//! A page names the message and its arguments, each by a filter that says what it is: `{{ "sign-in-to"|name("app",
//! app)|say }}`. What is ours is escaped, what somebody else chose is escaped and stands in an element of its own
//! (`<bdi>`), so that neither a translation nor a name can become markup or turn the text around it. The only elements are
//! those that this file writes. `say` comes last, in the language of the answer; a message without it does
//! not compile.

use super::{Text, When};
use askama::filters::{Escaper, Html};
use doorstep_words::{Language, Piece, Slot, compose};
use std::fmt::{Display, Write};

/// A message and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    key: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    Number(u64),
    /// A text of somebody else's, and the element that it stands in.
    Text(String, Element),
    /// Several of them, put together as the language does it.
    Texts(Vec<String>, Element, Joined),
    /// Another message.
    Message(Box<Message>),
    /// A moment.
    Moment(When),
    /// What stands before and behind some words.
    Around(String, &'static str),
}

/// In what a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element(&'static str, &'static str);

pub(super) const BARE: Element = Element("", "");
pub(super) const NAME: Element = Element("<bdi>", "</bdi>");
pub(super) const STRONG: Element = Element("<strong><bdi>", "</bdi></strong>");
pub(super) const EMPHASIS: Element = Element("<em><bdi>", "</bdi></em>");
/// An example is ours.
pub(super) const EXAMPLE: Element = Element("<i>", "</i>");
pub(super) const ITALIC: Element = Element("<i><bdi>", "</bdi></i>");
pub(super) const MONO: Element = Element("<span class=\"mono\"><bdi>", "</bdi></span>");
pub(super) const CODE: Element = Element("<span class=\"mono\">", "</span>");
pub(super) const REFERENCE: Element = Element("<span class=\"mono ref\">", "</span>");

/// How a list ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// `a, b and c`
    And,
    /// `a, b or c`
    Or,
    /// `a, b, c`
    Comma,
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self { key, arguments: vec![] }
    }
}

// Templates pass what they hold by reference.
impl From<&&'static str> for Message {
    fn from(key: &&'static str) -> Self {
        Self::from(*key)
    }
}

impl From<&&Self> for Message {
    fn from(message: &&Self) -> Self {
        (*message).clone()
    }
}

impl From<&Self> for Message {
    fn from(message: &Self) -> Self {
        message.clone()
    }
}

impl Message {
    /// A text of somebody else's and nothing of ours.
    pub fn verbatim(text: impl Display) -> Self {
        Self::from("verbatim").text("text", text)
    }

    /// With a number.
    #[must_use]
    pub fn number(self, name: &'static str, number: impl TryInto<u64>) -> Self {
        self.with(name, Argument::Number(number.try_into().unwrap_or_default()))
    }

    /// With a text of somebody else's, in no element: for titles, attributes and scripts.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl Display) -> Self {
        self.with(name, shown(text, BARE))
    }

    /// With the name of somebody or something.
    #[must_use]
    pub fn name(self, name: &'static str, text: impl Display) -> Self {
        self.with(name, shown(text, NAME))
    }

    /// Names of which one is enough, or, if more are to follow, the first of them.
    pub(super) fn one_of<T: Display>(texts: &[T], more: bool) -> Self {
        let joined = if more { Joined::Comma } else { Joined::Or };
        Self::from("verbatim").with("text", listed(texts, STRONG, joined))
    }

    /// Whether there is nothing to say.
    pub const fn is_empty(&self) -> bool {
        self.key.is_empty()
    }

    /// With another message.
    #[must_use]
    pub fn message(self, name: &'static str, message: impl Into<Self>) -> Self {
        self.with(name, Argument::Message(Box::new(message.into())))
    }

    pub(super) fn with(mut self, name: &'static str, argument: Argument) -> Self {
        self.arguments.push((name, argument));
        self
    }

    /// As a script shows it: no markup, and nothing escaped.
    pub(crate) fn plain(&self, language: Language) -> String {
        let mut out = String::new();
        for piece in self.pieces(language) {
            match piece {
                Piece::Words(words) => out.push_str(&words),
                Piece::Place(index) => match self.arguments.get(index) {
                    Some((_, Argument::Text(text, _))) => out.push_str(text),
                    Some((_, Argument::Message(message))) => out.push_str(&message.plain(language)),
                    Some((_, Argument::Moment(when))) => out.push_str(&when.how_long().plain(language)),
                    Some((_, Argument::Texts(texts, _, joined))) => {
                        out.push_str(&list(texts, *joined, language, String::push_str));
                    }
                    _ => {}
                },
                Piece::Opens(_) | Piece::Closes(_) => {}
            }
        }
        out
    }

    /// As it stands in a page, or in an attribute between double quotes.
    pub(super) fn html(&self, language: Language, bare: bool) -> String {
        let element = |element: Element| if bare { BARE } else { element };
        let mut out = String::new();
        for piece in self.pieces(language) {
            match piece {
                Piece::Words(words) => escape_words(&mut out, &words),
                Piece::Place(index) => match self.arguments.get(index) {
                    Some((_, Argument::Text(text, within))) => write_in(&mut out, element(*within), text),
                    Some((_, Argument::Texts(texts, within, joined))) => {
                        out.push_str(&list(texts, *joined, language, |out, text| {
                            write_in(out, element(*within), text);
                        }));
                    }
                    Some((_, Argument::Message(message))) => out.push_str(&message.html(language, bare)),
                    Some((_, Argument::Moment(when))) => write_moment(&mut out, *when, language),
                    _ => {}
                },
                Piece::Opens(index) => {
                    if let Some((_, Argument::Around(opens, _))) = self.arguments.get(index) {
                        out.push_str(opens);
                    }
                }
                Piece::Closes(index) => {
                    if let Some((_, Argument::Around(_, closes))) = self.arguments.get(index) {
                        out.push_str(closes);
                    }
                }
            }
        }
        out
    }

    fn pieces(&self, language: Language) -> Vec<Piece> {
        let slots: Vec<_> = self
            .arguments
            .iter()
            .map(|(name, argument)| {
                let slot = match argument {
                    Argument::Number(number) => Slot::Number(*number),
                    Argument::Around(..) => Slot::Around,
                    _ => Slot::Place,
                };
                (*name, slot)
            })
            .collect();
        compose(language, self.key, &slots)
    }
}

/// Words of ours stand between tags, or in an attribute between double quotes: an apostrophe may stay.
fn escape_words(out: &mut String, words: &str) {
    for c in words.chars() {
        match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            '"' => out.push_str("&#34;"),
            c => out.push(c),
        }
    }
}

fn write_in(out: &mut String, Element(opens, closes): Element, text: &str) {
    out.push_str(opens);
    // Writing to a String does not fail.
    let _ = Html.write_escaped_str(&mut *out, text);
    out.push_str(closes);
}

pub(super) fn shown(text: impl Display, element: Element) -> Argument {
    Argument::Text(Text::from(&text.to_string()).to_string(), element)
}

pub(super) fn listed<T: Display>(texts: &[T], element: Element, joined: Joined) -> Argument {
    Argument::Texts(texts.iter().map(|text| Text::from(&text.to_string()).to_string()).collect(), element, joined)
}

/// Relative for the eye, exact on hover and for screen readers.
fn write_moment(out: &mut String, when: When, language: Language) {
    let (how_long, in_full) = (when.how_long().html(language, true), when.in_full());
    let aside = Message::from("when-aside").message("exact", in_full.clone()).html(language, true);
    let machine = when.machine();
    let exact = in_full.html(language, true);
    // Writing to a String does not fail.
    let _ = write!(
        out,
        "<time datetime=\"{machine}\" title=\"{exact}\">{how_long}<span class=\"aside\">{aside}</span></time>"
    );
}

fn list(texts: &[String], joined: Joined, language: Language, mut write: impl FnMut(&mut String, &str)) -> String {
    let mut out = String::new();
    for (at, text) in texts.iter().enumerate() {
        let key = match joined {
            _ if at == 0 => None,
            Joined::And if at + 1 == texts.len() => Some("list-and"),
            Joined::Or if at + 1 == texts.len() => Some("list-or"),
            _ => Some("list-comma"),
        };
        if let Some(key) = key {
            escape_words(&mut out, &Message::from(key).plain(language));
        }
        write(&mut out, text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &'static str, name: &'static str, argument: Argument) -> Message {
        Message::from(key).with(name, argument)
    }

    #[test]
    fn security_52_what_is_ours_and_what_is_not_are_both_escaped_and_a_name_stands_in_an_element() {
        let name = "<b>\u{202e}&\"'{ $app }";
        let message = with("sign-in-to", "app", shown(name, NAME));
        let escaped = "&#60;b&#62;\u{fffd}&#38;&#34;&#39;{ $app }";
        assert_eq!(message.html(Language::English, false), format!("Sign in to <bdi>{escaped}</bdi>"));
        assert_eq!(message.html(Language::German, true), format!("Bei {escaped} anmelden"));
        assert_eq!(message.plain(Language::English), "Sign in to <b>\u{fffd}&\"'{ $app }");
        let mut out = String::new();
        escape_words(&mut out, "a < b > \"c\" & 'd'");
        assert_eq!(out, "a &#60; b &#62; &#34;c&#34; &#38; 'd'");
    }

    #[test]
    fn a_link_stands_around_the_words_that_the_message_marks() {
        let message = with("sign-in-kit", "a", Argument::Around("<a href=\"/recover\">".to_owned(), "</a>"));
        let html = message.html(Language::German, false);
        assert!(html.ends_with("<a href=\"/recover\">Verwende einen seiner Codes</a>."), "{html}");
        // Without the link its mark is words like any other.
        let html = Message::from("sign-in-kit").html(Language::German, false);
        assert!(html.contains("&#60;a&#62;Verwende"), "{html}");
    }

    #[test]
    fn a_list_ends_as_its_language_ends_one() {
        for (language, joined, said) in [
            (Language::English, Joined::And, "a, b and c"),
            (Language::English, Joined::Comma, "a, b, c"),
            (Language::French, Joined::Or, "a, b ou c"),
            (Language::Chinese, Joined::And, "a、b和c"),
        ] {
            let message = with("verbatim", "text", listed(&["a", "b", "c"], BARE, joined));
            assert_eq!((message.html(language, false), message.plain(language)), (said.to_owned(), said.to_owned()));
        }
    }

    #[test]
    fn a_number_decides_which_words_are_right() {
        for (language, number, said) in [
            (Language::English, 1, "1 minute ago"),
            (Language::Polish, 1, "1 minutę temu"),
            (Language::Polish, 3, "3 minuty temu"),
            (Language::Polish, 12, "12 minut temu"),
            (Language::Polish, 22, "22 minuty temu"),
            (Language::French, 0, "il y a 0 minute"),
            (Language::Japanese, 1, "1 分前"),
        ] {
            assert_eq!(Message::from("when-minutes-ago").number("count", number).plain(language), said);
        }
    }
}
