//! A message of the files as a mail has it. Names and addresses stand in it as they are, and never pass through what puts
//! messages together.

use crate::{model::Language, time::Timestamp};
use doorstep_words::{Piece, Slot, compose};

/// A message with nothing in it.
pub(super) fn say(language: Language, key: &str) -> String {
    say_with(language, key, &[])
}

/// A message with texts in its places.
pub(super) fn say_with(language: Language, key: &str, texts: &[(&str, &str)]) -> String {
    let slots: Vec<_> = texts.iter().map(|(name, _)| (*name, Slot::Place)).collect();
    put_together(compose(language, key, &slots), |index| texts.get(index).map(|(_, text)| *text))
}

/// `27 November 2026, 09:41 UTC`: the person's own time is not known.
pub(super) fn when(language: Language, at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    let number = |number: i16| Slot::Number(u64::try_from(number).unwrap_or_default());
    let slots = [
        ("day", number(at.day().into())),
        ("month", number(at.month().into())),
        ("year", number(at.year())),
        ("time", Slot::Place),
    ];
    let time = at.strftime("%H:%M").to_string();
    put_together(compose(language, "when-exact", &slots), |_| Some(&time))
}

/// Names, one after the other.
pub(super) fn listed(language: Language, names: &[String]) -> String {
    names.join(&say(language, "list-comma"))
}

fn put_together<'a>(pieces: Vec<Piece>, text: impl Fn(usize) -> Option<&'a str>) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => out.push_str(&words),
            Piece::Place(index) => out.push_str(text(index).unwrap_or_default()),
            Piece::Opens(_) | Piece::Closes(_) => {}
        }
    }
    out
}
