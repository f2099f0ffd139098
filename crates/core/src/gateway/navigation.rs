//! Who is waiting for the answer: a person in a browser's window, a frame, a script, a program.
//!
//! Only a person can be sent to sign in; everyone else needs a plain 401 (a redirect of a script's call
//! ends in an error that nobody can read). Decided by what the client asked for, never by its
//! `User-Agent` (security row 63).

use super::{credential::Authorization, headers::Signal};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A browser's window goes to an address.
    Navigation,
    /// A frame goes to an address; sign-in cannot be framed.
    Frame,
    /// A CORS preflight, Fetch standard §4.8.
    Preflight,
    /// A service worker or script that fetches a page: it cannot be sent away, and what it gets is shown.
    PageFetch,
    /// A script, a program, a websocket, an image.
    Program,
}

/// The client headers that distinguish callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals<'a> {
    sec_fetch_mode: Option<&'a [u8]>,
    sec_fetch_dest: Option<&'a [u8]>,
    origin: Option<&'a [u8]>,
    request_method: Option<&'a [u8]>,
    accept: Option<&'a [u8]>,
    marks_a_program: bool,
    requested_with: Option<&'a [u8]>,
    /// Whether a header asks the app to take the request for one of another method.
    pub(super) renames_method: bool,
    /// Whether it asks for another protocol, as a websocket does.
    pub(super) upgrades: bool,
    /// What a program proves itself with.
    pub(super) authorization: Authorization<'a>,
}

impl<'a> Signals<'a> {
    pub(super) fn note(&mut self, signal: Signal, value: &'a [u8]) {
        match signal {
            Signal::Accept => self.accept = Some(value),
            Signal::Origin => self.origin = Some(value),
            Signal::RequestMethod => self.request_method = Some(value),
            Signal::Upgrade => (self.marks_a_program, self.upgrades) = (true, true),
            Signal::Authorization => {
                self.marks_a_program = true;
                self.authorization.feed(value);
            }
            Signal::MethodOverride => self.renames_method = true,
            Signal::SecFetchMode => self.sec_fetch_mode = Some(value.trim_ascii()),
            Signal::SecFetchDest => self.sec_fetch_dest = Some(value.trim_ascii()),
            Signal::RequestedWith => {
                self.requested_with = Some(value);
                self.marks_a_program |= value.trim_ascii().eq_ignore_ascii_case(b"XMLHttpRequest");
            }
        }
    }
}

impl Signals<'_> {
    /// Whether nothing says that a browser sends it: no Fetch metadata, no origin, no script's or page's own mark.
    pub(super) fn has_no_browser(&self) -> bool {
        let said = [self.sec_fetch_mode, self.sec_fetch_dest, self.origin, self.request_method, self.requested_with];
        let is_a_page = self.accept.is_some_and(accepts_html);
        !(said.iter().any(Option::is_some) || self.upgrades || is_a_page)
    }

    /// Whether a GET may become something else behind the proxy: a request of another method, or a connection on which
    /// more is said than was asked for.
    pub(super) const fn does_more(&self) -> bool {
        self.renames_method || self.upgrades
    }
}

/// Tells who asks. The browser's own word (Fetch Metadata) decides where there is one; without it, a
/// GET or HEAD that accepts HTML and carries no mark of a program is a navigation.
///
/// `navigate` with `empty` is a service worker that passes a navigation on (Fetch standard §5.4: no script can
/// choose that mode); its answer may be a redirect. A request that it builds anew is `same-origin` or `cors`.
pub fn caller(method: &str, websocket: bool, signals: &Signals<'_>) -> Caller {
    if method == "OPTIONS" && signals.origin.is_some() && signals.request_method.is_some() {
        return Caller::Preflight;
    }
    if websocket {
        return Caller::Program;
    }
    match (signals.sec_fetch_mode, signals.sec_fetch_dest) {
        (Some(b"navigate"), Some(b"document" | b"empty")) => Caller::Navigation,
        (Some(b"navigate"), Some(b"iframe" | b"frame" | b"embed" | b"object" | b"fencedframe")) => Caller::Frame,
        (Some(_), Some(b"empty")) if wants_a_page(signals) => Caller::PageFetch,
        (Some(_), Some(_)) => Caller::Program,
        (Some(mode), None) if mode != b"navigate" => Caller::Program,
        (None, Some(dest)) if dest != b"document" => Caller::Program,
        _ if !wants_a_page(signals) => Caller::Program,
        _ if matches!(method, "GET" | "HEAD") => Caller::Navigation,
        _ => Caller::PageFetch,
    }
}

fn wants_a_page(signals: &Signals<'_>) -> bool {
    !signals.marks_a_program && signals.accept.is_some_and(accepts_html)
}

/// `text/html` by name; `*/*` alone is what programs send.
fn accepts_html(value: &[u8]) -> bool {
    value.split(|b| *b == b',').any(|range| {
        let media = range.split(|b| *b == b';').next().unwrap_or_default();
        media.trim_ascii().eq_ignore_ascii_case(b"text/html")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSER: (Signal, &str) = (Signal::Accept, "application/xml, text/html;q=0.9, */*;q=0.8");

    fn tell(method: &str, websocket: bool, headers: &[(Signal, &'static str)]) -> Caller {
        let mut signals = Signals::default();
        for (signal, value) in headers {
            signals.note(*signal, value.as_bytes());
        }
        caller(method, websocket, &signals)
    }

    fn fetch(mode: &'static str, dest: &'static str) -> [(Signal, &'static str); 3] {
        [(Signal::SecFetchMode, mode), (Signal::SecFetchDest, dest), BROWSER]
    }

    #[test]
    fn fetch_metadata_decides_where_there_is_one() {
        for (method, mode, dest, expected) in [
            ("GET", "navigate", "document", Caller::Navigation),
            ("POST", "navigate", "document", Caller::Navigation),
            ("GET", "navigate", "iframe", Caller::Frame),
            ("GET", "navigate", "object", Caller::Frame),
            ("GET", "navigate", "empty", Caller::Navigation),
            ("POST", "navigate", "empty", Caller::Navigation),
            ("GET", "same-origin", "empty", Caller::PageFetch),
            ("GET", "cors", "empty", Caller::PageFetch),
            ("POST", "cors", "empty", Caller::PageFetch),
            ("GET", "no-cors", "image", Caller::Program),
            ("GET", "cors", "font", Caller::Program),
            ("GET", "websocket", "websocket", Caller::Program),
            ("GET", "navigate", "worker", Caller::Program),
        ] {
            assert_eq!(tell(method, false, &fetch(mode, dest)), expected, "{method} {mode} {dest}");
        }
        for accept in ["*/*", "application/json"] {
            let script = [(Signal::SecFetchMode, "cors"), (Signal::SecFetchDest, "empty"), (Signal::Accept, accept)];
            assert_eq!(tell("GET", false, &script), Caller::Program, "{accept}");
        }
        let [mode, dest, accept] = fetch("same-origin", "empty");
        let marked = [mode, dest, accept, (Signal::Authorization, "Bearer x")];
        assert_eq!(tell("GET", false, &marked), Caller::Program);
        assert_eq!(tell("GET", true, &fetch("navigate", "document")), Caller::Program);
        assert_eq!(tell("GET", false, &[(Signal::SecFetchMode, "cors"), BROWSER]), Caller::Program);
        assert_eq!(tell("GET", false, &[(Signal::SecFetchDest, "image"), BROWSER]), Caller::Program);
    }

    #[test]
    fn without_fetch_metadata_html_is_what_a_person_asks_for() {
        let with = |more| vec![BROWSER, more];
        for (method, headers, expected) in [
            ("GET", vec![BROWSER], Caller::Navigation),
            ("HEAD", vec![BROWSER], Caller::Navigation),
            ("GET", with((Signal::SecFetchMode, "navigate")), Caller::Navigation),
            ("POST", vec![BROWSER], Caller::PageFetch),
            ("POST", vec![], Caller::Program),
            ("GET", vec![], Caller::Program),
            ("GET", vec![(Signal::Accept, "*/*")], Caller::Program),
            ("GET", vec![(Signal::Accept, "application/json")], Caller::Program),
            ("GET", vec![(Signal::Accept, "text/htmlx")], Caller::Program),
            ("GET", with((Signal::RequestedWith, "xmlhttprequest")), Caller::Program),
            ("GET", with((Signal::Upgrade, "websocket")), Caller::Program),
            ("GET", with((Signal::Authorization, "Bearer x")), Caller::Program),
            ("GET", with((Signal::RequestedWith, "com.example.browser")), Caller::Navigation),
        ] {
            assert_eq!(tell(method, false, &headers), expected, "{method} {headers:?}");
        }
    }

    #[test]
    fn a_preflight_is_options_with_both_marks() {
        let marks = [(Signal::Origin, "https://a.test"), (Signal::RequestMethod, "PUT")];
        assert_eq!(tell("OPTIONS", false, &marks), Caller::Preflight);
        assert_eq!(tell("OPTIONS", false, &marks[..1]), Caller::Program);
        assert_eq!(tell("GET", false, &marks), Caller::Program);
    }
}
