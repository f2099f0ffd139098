//! The page between a form of ours and an app.
//!
//! A form post must not be redirected out of the instance (see [`crate::headers`]), so the form is
//! answered with 200 and this page, which goes on by itself at once, with or without script.

use super::{Href, Text, filters};
use askama::Template;

/// Goes on to `next`, a path of this instance such as `/authorize/resume?…`, which may redirect anywhere.
#[derive(Debug, Template)]
#[template(path = "go_on.html")]
pub struct GoOn<'a> {
    /// The app's title; none when the instance itself is next.
    pub app: Option<Text<'a>>,
    /// Where it goes on.
    pub next: Href<'a>,
}
