//! `response_mode=form_post`, OAuth 2.0 Form Post Response Mode §2: the answer travels in a form.
//!
//! Values are sent byte for byte, so they are plain strings that only the template escapes. The page
//! goes out under [`crate::headers::Surface::FormPost`], which lets its form leave the instance.

use super::{Href, Text, filters};
use askama::Template;

/// The page that sends itself on.
#[derive(Debug, Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// The app's title.
    pub app: Text<'a>,
    /// The checked redirect URI.
    pub action: Href<'a>,
    /// The response parameters, in order.
    pub fields: Vec<(&'a str, &'a str)>,
}
