//! `next`: where to go after signing in. A path of this instance and nothing else.
//!
//! Security rows 11 and 13: what a browser, a proxy or a library could take for another host, another
//! scheme or another path is dropped, not mended.

/// A path of ours, with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnPath(String);

impl OwnPath {
    /// Reads a path; `None` for anything that could lead elsewhere.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        // Below `/.` lie `/./` and `/../`, which turn `/.//host` into `//host` once they are resolved.
        let plain = path.starts_with('/') && !path.contains("//") && !path.contains("/.");
        let clean = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        (plain && clean).then(|| Self(text.to_owned()))
    }

    /// The path.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_11_13_next_is_a_path_of_ours_or_nothing() {
        for good in ["/", "/account", "/account/passkeys/new", "/fa/start?st=AbC-_9", "/authorize?x=https://a.example/"]
        {
            assert_eq!(OwnPath::read(good).as_ref().map(OwnPath::as_str), Some(good));
        }
        for bad in [
            "",
            "account",
            "?x",
            "//evil.test",
            "///evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "\\\\evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            "/\r\n/evil.test",
            "/ /evil.test",
            " //evil.test",
            "/./\\evil.test",
            "/.//evil.test",
            "/..//evil.test",
            "/a/..//evil.test",
            "/a//evil.test",
            "/a\\..\\evil.test",
            "https:evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "/\u{2215}evil.test",
            "/a\0",
        ] {
            assert_eq!(OwnPath::read(bad), None, "{bad:?}");
        }
    }
}
