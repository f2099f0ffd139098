//! What a page on an app's host brings along: style and icon, so that it asks for nothing more.
//!
//! Between the browser and Doorstep stands the app's proxy, which may answer one request and not the next. The
//! policy of [`crate::headers`] names this style by its hash (CSP Level 3 §2.3.1); nothing else inline takes effect.

use crate::assets::{APP_HOST_STYLE, Asset};
use askama::filters::HtmlSafe;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, sync::LazyLock};

/// The two elements, as they stand in the head of a page.
#[derive(Clone, Copy, Debug)]
pub struct Carried;

/// Both are compiled in: nothing of them is anybody else's.
impl HtmlSafe for Carried {}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        static ICON: LazyLock<String> = LazyLock::new(|| STANDARD.encode(&Asset::Icon.served().plain));
        writeln!(f, "<link rel=\"icon\" type=\"image/svg+xml\" href=\"data:image/svg+xml;base64,{}\">", *ICON)?;
        write!(f, "<style>{APP_HOST_STYLE}</style>")
    }
}
