//! Styles, scripts and the icon: compiled in, named by their content, compressed once.
//!
//! The name in the address carries a hash of the bytes, so a browser keeps a file for a year and never
//! sees an old one after an upgrade. Pages themselves are not compressed: they are small, and some
//! carry secrets beside what a request chose (the BREACH class of attacks needs both under one
//! compressor). Does not read files at run time.

use crate::headers::Surface;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, Response, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY},
};
use std::{io::Write, sync::LazyLock};

/// Where the files are: `/assets/{file}`.
pub const PREFIX: &str = "/assets/";

/// The part of every page's style that pages on an app's host need. They have it in themselves, and nothing else: a
/// refusal at forward auth stays below 4 kB, which some proxies bound. Colours are light and dark from the same names.
pub const APP_HOST_STYLE: &str = include_str!("../static/app-host.css");

/// The style of every page.
const DOOR_STYLE: &str = concat!(include_str!("../static/app-host.css"), include_str!("../static/door.css"));

/// A file that pages ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asset {
    /// The style of every page; all that the sign-in page needs.
    DoorStyle,
    /// The style of portal and account, on top of the door's.
    RoomsStyle,
    /// Passkey ceremonies.
    PasskeyScript,
    /// Searching lists, times in the person's zone, and what is told of passkeys.
    RoomsScript,
    /// Sends an authorization response on.
    FormPostScript,
    /// Goes on after a form, with the fragment.
    GoOnScript,
    /// The arch, for tabs and bookmarks.
    Icon,
}

/// [`APP_HOST_STYLE`] as a policy allows it: `sha256-…` (CSP Level 3 §2.3.1).
pub fn app_host_style_hash() -> &'static str {
    static HASH: LazyLock<String> =
        LazyLock::new(|| format!("sha256-{}", STANDARD.encode(digest(&SHA256, APP_HOST_STYLE.as_bytes()))));
    &HASH
}

/// One file, ready to send.
#[derive(Debug)]
pub struct Served {
    /// The address: `/assets/door.Jx3…css`.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// The bytes.
    pub plain: Bytes,
    /// The bytes under gzip.
    pub gzip: Bytes,
}

static ALL: LazyLock<[Served; 7]> = LazyLock::new(|| {
    const CSS: &str = "text/css; charset=utf-8";
    const JS: &str = "text/javascript; charset=utf-8";
    [
        Served::new("door", "css", CSS, DOOR_STYLE.as_bytes()),
        Served::new("rooms", "css", CSS, include_bytes!("../static/rooms.css")),
        Served::new("passkey", "js", JS, include_bytes!("../static/passkey.js")),
        Served::new("rooms", "js", JS, include_bytes!("../static/rooms.js")),
        Served::new("form-post", "js", JS, include_bytes!("../static/form-post.js")),
        Served::new("go-on", "js", JS, include_bytes!("../static/go-on.js")),
        Served::new("arch", "svg", "image/svg+xml", include_bytes!("../static/arch.svg")),
    ]
});

impl Asset {
    /// The file.
    pub fn served(self) -> &'static Served {
        let [door_style, rooms_style, passkey_script, rooms_script, form_post_script, go_on_script, icon] = &*ALL;
        match self {
            Self::DoorStyle => door_style,
            Self::RoomsStyle => rooms_style,
            Self::PasskeyScript => passkey_script,
            Self::RoomsScript => rooms_script,
            Self::FormPostScript => form_post_script,
            Self::GoOnScript => go_on_script,
            Self::Icon => icon,
        }
    }

    /// Its address.
    pub fn path(self) -> &'static str {
        &self.served().path
    }
}

impl Served {
    fn new(name: &str, extension: &str, content_type: &'static str, plain: &'static [u8]) -> Self {
        let mut mark = URL_SAFE_NO_PAD.encode(digest(&SHA256, plain));
        mark.truncate(16);
        let path = format!("{PREFIX}{name}.{mark}.{extension}");
        Self { path, content_type, plain: Bytes::from_static(plain), gzip: gzip(plain) }
    }
}

/// Writing to memory cannot fail; if it did, an empty result would make [`respond`] send the plain bytes.
fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default().into()
}

/// The answer to `GET /assets/{file}`, complete but for HSTS; 404 for a name that is not of this build.
pub fn respond(file: &str, request: &HeaderMap, https: bool) -> Response<Bytes> {
    let found = ALL.iter().find(|served| served.path.strip_prefix(PREFIX) == Some(file));
    let mut response = Response::new(Bytes::new());
    let Some(served) = found else {
        *response.status_mut() = StatusCode::NOT_FOUND;
        Surface::Data.stamp(response.headers_mut(), https);
        return response;
    };
    let headers = response.headers_mut();
    Surface::Asset.stamp(headers, https);
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(served.content_type));
    headers.insert(VARY, http::HeaderValue::from_static("accept-encoding"));
    if accepts_gzip(request) && !served.gzip.is_empty() {
        headers.insert(CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
        *response.body_mut() = served.gzip.clone();
    } else {
        *response.body_mut() = served.plain.clone();
    }
    response
}

/// RFC 9110 §12.5.3, for the one coding there is; a weight of zero refuses it.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let offers = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let refused = parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.bytes().all(|b| matches!(b, b'0' | b'.'))));
        (coding.eq_ignore_ascii_case("gzip") || coding == "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn ask(file: &str, encodings: &str) -> Response<Bytes> {
        let mut request = HeaderMap::new();
        request.insert(ACCEPT_ENCODING, HeaderValue::from_str(encodings).unwrap());
        respond(file, &request, true)
    }

    #[test]
    fn files_are_kept_for_a_year_because_their_name_is_their_content() {
        for served in ALL.iter() {
            let file = served.path.strip_prefix(PREFIX).unwrap();
            let response = ask(file, "gzip, deflate, br");
            assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(response.headers()["content-encoding"], "gzip");
            assert_eq!(response.headers()["vary"], "accept-encoding");
            assert_eq!(response.headers()["content-type"], served.content_type);
            assert!(response.body().len() < served.plain.len() || served.plain.len() < 200, "{file}");
            assert_eq!(ask(file, "br").body(), &served.plain);
        }
    }

    #[test]
    fn only_names_of_this_build_are_found() {
        for file in ["", "door.css", "../Cargo.toml", "door.AAAAAAAAAAAAAAAA.css"] {
            let response = ask(file, "gzip");
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{file}");
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert!(response.body().is_empty());
        }
    }

    #[test]
    fn gzip_is_sent_to_those_who_want_it() {
        for (offer, wanted) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("*", true),
            ("", false),
            ("identity", false),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
        ] {
            let mut request = HeaderMap::new();
            request.insert(ACCEPT_ENCODING, HeaderValue::from_static(offer));
            assert_eq!(accepts_gzip(&request), wanted, "{offer:?}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
