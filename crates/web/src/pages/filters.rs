//! What templates do with messages: each filter adds what it names to the message before it, and `say` or `bare` comes last.
//!
//! `{{ "sign-in-to"|name("app", app)|say }}` is the message `sign-in-to` with a name for `$app`, in the language of the
//! answer.

#![expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::struct_field_names,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what `filter_fn` makes of a function"
)]

use super::{
    Href, Message, When,
    message::{
        Argument, BARE, CODE, EMPHASIS, EXAMPLE, ITALIC, Joined, MONO, NAME, REFERENCE, STRONG, listed as texts, shown,
    },
};
use crate::{speech::Speech, way_back::WayBack};
use askama::{Result, Values, filters::Safe};
use doorstep_core::oauth::params::encode;
use doorstep_words::Direction;
use std::fmt::Display;

/// The message, in the language of the answer.
#[askama::filter_fn]
pub(crate) fn say<M: Into<Message>>(message: M, values: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(message.into().html(Speech::of(values).language, false)))
}

/// The same without an element, where none may stand: in a title.
#[askama::filter_fn]
pub(crate) fn bare<M: Into<Message>>(message: M, values: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(message.into().html(Speech::of(values).language, true)))
}

/// The element of the whole page, which says in what language it is.
#[askama::filter_fn]
pub(crate) fn spoken(element: &str, values: &dyn Values) -> Result<Safe<String>> {
    let language = Speech::of(values).language;
    let turned = if language.direction() == Direction::RightToLeft { " dir=\"rtl\"" } else { "" };
    Ok(Safe(format!("<{element} lang=\"{}\"{turned}>", language.tag())))
}

/// A page of ours that leads back to this one, if this one can be asked for again.
#[askama::filter_fn]
pub(crate) fn leading_back(path: &str, values: &dyn Values) -> Result<Option<Href<'static>>> {
    Ok(Speech::of(values).way_back.and_then(|back| match back {
        WayBack::Referrer => Href::new(path.to_owned()),
        WayBack::Path(own) => Href::new(format!("{path}?next={}", encode(&own))),
    }))
}

macro_rules! with_a_text {
    ($($(#[$doc:meta])* $filter:ident: $element:ident;)+) => {$(
        $(#[$doc])*
        #[askama::filter_fn]
        pub(crate) fn $filter<M: Into<Message>, T: Display>(
            message: M,
            _: &dyn Values,
            name: &'static str,
            text: T,
        ) -> Result<Message> {
            Ok(message.into().with(name, shown(text, $element)))
        }
    )+};
}

with_a_text! {
    /// A text in no element: in titles and attributes.
    text: BARE;
    /// A name.
    name: NAME;
    /// A name that stands out.
    strong: STRONG;
    /// A word that stands out.
    em: EMPHASIS;
    /// An example.
    example: EXAMPLE;
    /// An address, letter by letter.
    mono: MONO;
    /// A code of ours.
    code: CODE;
    /// A reference.
    reference: REFERENCE;
}

macro_rules! with_texts {
    ($($(#[$doc:meta])* $filter:ident: $element:ident, $joined:ident;)+) => {$(
        $(#[$doc])*
        #[askama::filter_fn]
        pub(crate) fn $filter<M: Into<Message>, T: Display>(
            message: M,
            _: &dyn Values,
            name: &'static str,
            list: &[T],
        ) -> Result<Message> {
            Ok(message.into().with(name, texts(list, $element, Joined::$joined)))
        }
    )+};
}

with_texts! {
    /// Names: `a, b and c`.
    names: NAME, And;
    /// Names that stand out: `a, b and c`.
    ems: EMPHASIS, And;
    /// Names that stand out: `a, b, c`.
    all_of: EMPHASIS, Comma;
    /// Names: `a, b, c`.
    listed: NAME, Comma;
    /// Examples: `a, b, c`.
    examples: ITALIC, Comma;
}

/// A number, which templates hold now by itself and now by reference.
pub(crate) trait Count {
    /// Itself; none below 0.
    fn count(&self) -> u64;
}

macro_rules! counts {
    ($($number:ty),+) => {$(
        impl Count for $number {
            fn count(&self) -> u64 {
                u64::try_from(*self).unwrap_or_default()
            }
        }
    )+};
}

counts!(i64, u16, u64, usize);

impl<C: Count> Count for &C {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

/// A number.
#[askama::filter_fn]
pub(crate) fn number<M: Into<Message>, N: Count>(
    message: M,
    _: &dyn Values,
    name: &'static str,
    number: N,
) -> Result<Message> {
    Ok(message.into().number(name, number.count()))
}

/// Another message.
#[askama::filter_fn]
pub(crate) fn message<M: Into<Message>, N: Into<Message>>(
    message: M,
    _: &dyn Values,
    name: &'static str,
    other: N,
) -> Result<Message> {
    Ok(message.into().message(name, other))
}

/// A moment.
#[askama::filter_fn]
pub(crate) fn moment<M: Into<Message>>(message: M, _: &dyn Values, name: &'static str, when: &When) -> Result<Message> {
    Ok(message.into().with(name, Argument::Moment(*when)))
}

/// A link to a page of ours, around the words that the message marks.
#[askama::filter_fn]
pub(crate) fn link<M: Into<Message>>(
    message: M,
    _: &dyn Values,
    name: &'static str,
    page: &'static str,
) -> Result<Message> {
    let opens = Href::new(page).map_or_else(String::new, |href| format!("<a href=\"{href}\">"));
    Ok(message.into().with(name, Argument::Around(opens, "</a>")))
}
