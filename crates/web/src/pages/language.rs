//! `/language`: in which language the pages are.

use super::{Href, filters};
use askama::Template;
use doorstep_words::Language;

/// The languages, each by what its speakers call it. Answers go to `POST /language`.
#[derive(Debug, Template)]
#[template(path = "language.html")]
pub struct Languages<'a> {
    /// Where to go on.
    pub next: Href<'a>,
    /// Whether one was chosen before.
    pub chosen: bool,
    /// Whether an account keeps it, of somebody who is signed in.
    pub account: bool,
}

impl Languages<'_> {
    fn all() -> [Language; 10] {
        Language::ALL
    }
}
