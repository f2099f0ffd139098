//! Makes an icon of bytes that somebody else wrote: told by what they hold, not by a name or a content type (security
//! row 51).
//!
//! Whatever has pixels is decoded whole, made small and written anew as PNG: nothing of the file that was given is kept
//! but its pixels, neither where a photograph was taken nor a page that hides behind a picture. An SVG is kept as it
//! is, when it holds nothing that acts or asks elsewhere: see [`svg`]. Reads no file and asks no server.

mod pixels;
mod svg;

use doorstep_core::model::{Icon, IconKind};

/// How large a file may be that an icon is made of.
pub const AT_MOST: usize = 256 * 1024;

/// Why bytes are no icon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// Too many bytes.
    #[error("it is larger than {} kB", AT_MOST / 1024)]
    TooLarge,
    /// Another form.
    #[error("it is no picture of a known form: PNG, JPEG, WebP, ICO or SVG")]
    Unknown,
    /// Too many pixels.
    #[error("it is larger than {} × {} pixels", pixels::WIDEST, pixels::WIDEST)]
    TooWide,
    /// It begins as a picture and is none.
    #[error("it cannot be read to its end as {0}")]
    Broken(&'static str),
    /// An SVG that is no SVG.
    #[error("it is no SVG that can be read: {0}")]
    NotXml(String),
    /// An SVG that does more than show something.
    #[error("it holds {0}, which an icon must not")]
    Acts(String),
}

/// The icon, if it may be shown.
pub fn icon(bytes: &[u8]) -> Result<Icon, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if bytes.len() > AT_MOST {
        return Err(Unfit::TooLarge);
    }
    match pixels::form(bytes) {
        Some(form) => Ok(Icon { kind: IconKind::Png, bytes: pixels::made_small(bytes, form)? }),
        None if svg::looks_like_one(bytes) => Ok(Icon { kind: IconKind::Svg, bytes: svg::checked(bytes)? }),
        None => Err(Unfit::Unknown),
    }
}
