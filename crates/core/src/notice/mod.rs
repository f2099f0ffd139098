//! What a person is told by mail about their own account: the facts, their words, and their one layout. And letters: mail
//! that was asked for, with a link to a page that goes on ([ADR 59](../../../../docs/adr/0059-what-mail-opens.md)).
//!
//! A notice holds what happened and no secret. To whom it goes and when is decided where it is ordered.

mod facts;
mod layout;
mod letter;
#[cfg(test)]
mod letter_tests;
mod said;
mod words;

pub use facts::{Doer, News, Notice, Reader, Written};
pub use letter::{Letter, Posted};

impl Notice {
    /// As it is read by whom it concerns.
    pub fn written(&self, reader: &Reader<'_>) -> Written {
        layout::laid_out(&words::said(self, reader), reader)
    }
}

/// A mail that says nothing but that mail works, for whoever sets it up.
pub fn trial(reader: &Reader<'_>) -> Written {
    layout::trial(reader)
}

#[cfg(test)]
mod tests;
