//! What a person is told by mail about their own account: the facts, their words, and their one layout.
//!
//! A notice holds what happened and no secret. To whom it goes and when is decided where it is ordered.

mod facts;
mod layout;
mod words;

pub use facts::{Doer, News, Notice, Reader, Written};

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
