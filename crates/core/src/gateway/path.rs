//! The path of a request in its one form, or the reason why there is none.
//!
//! Security row 66: proxy, Doorstep and app each read a path in their own way. What two of them could
//! read differently is refused; the rest is decoded where RFC 3986 §6.2.2 says that it means the same,
//! slashes are merged, dot segments resolved. The query takes no part.

use std::borrow::Cow;

/// Why a path has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Absolute form, `*`, or nothing.
    #[error("the address does not begin with a slash")]
    NotAPath,
    /// A fragment never reaches a server honestly.
    #[error("the address holds a raw `#`")]
    Fragment,
    /// A blank, a control character or a backslash, raw.
    #[error("the address holds a character that no browser sends")]
    Character,
    /// `%` without two hexadecimal digits.
    #[error("the path holds a broken escape")]
    BrokenEscape,
    /// `%00` to `%1F`, `%7F`.
    #[error("the path holds an escaped control character")]
    EscapedControl,
    /// `%2F` or `%5C`.
    #[error("the path holds an escaped slash")]
    EscapedSlash,
    /// `%25` followed by two hexadecimal digits.
    #[error("the path is escaped twice")]
    EscapedTwice,
    /// Octets that are not UTF-8, overlong forms among them.
    #[error("the path is not UTF-8")]
    NotUtf8,
    /// `..;` and its like, or `..` after a segment with a parameter.
    #[error("the path mixes dot segments with parameters")]
    DotParameter,
    /// `//..`: the step back over an empty segment for some, over the one before it for who merges slashes first.
    #[error("the path goes back behind a doubled slash")]
    DotsBehindSlashes,
    /// `..` above the root.
    #[error("the path climbs above its root")]
    AboveRoot,
}

/// The canonical path of a request target: everything before the first `?`. Borrowed when it was
/// canonical already.
pub fn canonical_path(target: &str) -> Result<Cow<'_, str>, PathFault> {
    if !target.starts_with('/') {
        return Err(PathFault::NotAPath);
    }
    if target.contains('#') {
        return Err(PathFault::Fragment);
    }
    if target.bytes().any(|b| matches!(b, 0..=b' ' | 0x7f)) {
        return Err(PathFault::Character);
    }
    let path = target.split('?').next().unwrap_or(target);
    if is_plain(path) {
        return Ok(Cow::Borrowed(path));
    }
    let decoded = decode(path)?;
    let resolved = resolve(&decoded)?;
    Ok(if resolved == path { Cow::Borrowed(path) } else { Cow::Owned(resolved) })
}

/// Nothing to decode, merge or resolve.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|b| b.is_ascii() && !matches!(b, b'%' | b'\\'))
        && !path.bytes().zip(path.bytes().skip(1)).any(|pair| matches!(pair, (b'/', b'/' | b'.')))
}

/// Decodes unreserved characters and writes every other escape in upper case, RFC 3986 §6.2.2.
fn decode(path: &str) -> Result<String, PathFault> {
    let mut out = String::with_capacity(path.len());
    let mut octets = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(b) = bytes.next() {
        let octet = match b {
            b'\\' => return Err(PathFault::Character),
            b'%' => {
                let octet = escape(bytes.next(), bytes.next())?;
                if is_unreserved(octet) {
                    out.push(char::from(octet));
                } else {
                    push_escape(&mut out, octet);
                }
                octet
            }
            _ if b.is_ascii() => {
                out.push(char::from(b));
                b
            }
            _ => {
                push_escape(&mut out, b);
                b
            }
        };
        octets.push(octet);
    }
    if std::str::from_utf8(&octets).is_err() {
        return Err(PathFault::NotUtf8);
    }
    // Looked for after decoding, because the digits may have been escaped themselves.
    let twice = out
        .match_indices("%25")
        .any(|(at, _)| out.as_bytes().get(at + 3..at + 5).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)));
    if twice { Err(PathFault::EscapedTwice) } else { Ok(out) }
}

fn escape(high: Option<u8>, low: Option<u8>) -> Result<u8, PathFault> {
    let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let (Some(high), Some(low)) = (digit(high), digit(low)) else { return Err(PathFault::BrokenEscape) };
    match high << 4 | low {
        0..=0x1f | 0x7f => Err(PathFault::EscapedControl),
        b'/' | b'\\' => Err(PathFault::EscapedSlash),
        octet => Ok(octet),
    }
}

fn is_unreserved(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~')
}

fn push_escape(out: &mut String, octet: u8) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    out.push('%');
    out.extend([octet >> 4, octet & 0xf].into_iter().filter_map(|digit| HEX.get(usize::from(digit))));
}

/// Merges slashes and resolves dot segments, RFC 3986 §5.2.4. Where the order of the two makes a difference, there is no
/// form.
fn resolve(path: &str) -> Result<String, PathFault> {
    // Empty ones among them, which are merged at the end.
    let mut kept: Vec<&str> = Vec::new();
    let mut open = false; // whether the result ends in a slash
    for segment in path.split('/').skip(1) {
        open = matches!(segment, "" | "." | "..");
        match segment {
            "." => {}
            ".." => match kept.pop() {
                None => return Err(PathFault::AboveRoot),
                Some("") => return Err(PathFault::DotsBehindSlashes),
                Some(left) if parameter(left).is_some() => return Err(PathFault::DotParameter),
                Some(_) => {}
            },
            _ if matches!(parameter(segment), Some("." | "..")) => return Err(PathFault::DotParameter),
            _ => kept.push(segment),
        }
    }
    let mut out = String::with_capacity(path.len());
    for segment in kept.iter().filter(|segment| !segment.is_empty()) {
        out.push('/');
        out.push_str(segment);
    }
    if open || out.is_empty() {
        out.push('/');
    }
    Ok(out)
}

/// What stands before the first `;` of a segment, if there is one.
fn parameter(segment: &str) -> Option<&str> {
    let end = segment.find(';').into_iter().chain(segment.find("%3B")).min()?;
    segment.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    #[test]
    fn one_path_has_one_form() {
        for (given, path) in [
            ("/", "/"),
            ("/page?x=/healthz", "/page"),
            ("/page%3f/healthz", "/page%3F/healthz"),
            ("//admin/x", "/admin/x"),
            ("/%61dmin/x", "/admin/x"),
            ("/ADMIN/x", "/ADMIN/x"),
            ("/a/./b/../c", "/a/c"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/a//", "/a/"),
            ("/a//b/../c", "/a/c"),
            ("/.well-known/x", "/.well-known/x"),
            ("/...", "/..."),
            ("/public/%2e%2E/admin", "/admin"),
            ("/a;v=1/b", "/a;v=1/b"),
            ("/%c3%a4?%zz", "/%C3%A4"),
            ("/ä", "/%C3%A4"),
            ("/100%25", "/100%25"),
            ("/a,b+c@d:e!", "/a,b+c@d:e!"),
            ("/x?next=\\\\evil", "/x"),
        ] {
            assert_eq!(canonical_path(given).as_deref(), Ok(path), "{given}");
        }
    }

    #[test]
    fn security_66_what_can_be_read_in_two_ways_is_refused() {
        for (given, fault) in [
            ("", PathFault::NotAPath),
            ("*", PathFault::NotAPath),
            ("https://wiki.example.com/x", PathFault::NotAPath),
            ("?x", PathFault::NotAPath),
            ("/page#/healthz", PathFault::Fragment),
            ("/page?x=#y", PathFault::Fragment),
            ("/public\\..\\admin", PathFault::Character),
            ("/a b", PathFault::Character),
            ("/a?b\tc", PathFault::Character),
            ("/a\u{7f}", PathFault::Character),
            ("/a%", PathFault::BrokenEscape),
            ("/a%4", PathFault::BrokenEscape),
            ("/a%zz", PathFault::BrokenEscape),
            ("/admin%00", PathFault::EscapedControl),
            ("/%09/evil.test", PathFault::EscapedControl),
            ("/public/..%2fadmin", PathFault::EscapedSlash),
            ("/public/..%5Cadmin", PathFault::EscapedSlash),
            ("/%252e%252e/", PathFault::EscapedTwice),
            ("/%25%34%31", PathFault::EscapedTwice),
            ("/%c0%ae%c0%ae/", PathFault::NotUtf8),
            ("/%ff", PathFault::NotUtf8),
            ("/public/..;/admin", PathFault::DotParameter),
            ("/public/%2e%2e%3b/admin", PathFault::DotParameter),
            ("/.;x/admin", PathFault::DotParameter),
            ("/healthz;/../admin/x", PathFault::DotParameter),
            ("/admin//../x", PathFault::DotsBehindSlashes),
            ("/admin//./%2e%2E/x", PathFault::DotsBehindSlashes),
            ("/admin//b/../../x", PathFault::DotsBehindSlashes),
            ("//../x", PathFault::DotsBehindSlashes),
            ("/.doorstep//..", PathFault::DotsBehindSlashes),
            ("/..", PathFault::AboveRoot),
            ("/a/../../b", PathFault::AboveRoot),
        ] {
            assert_eq!(canonical_path(given), Err(fault), "{given}");
        }
    }

    #[test]
    fn security_62_query_and_escaped_marks_never_move_the_path() {
        for given in ["/admin?x=/public/a", "/admin%23/public", "/admin%3f/public"] {
            assert!(canonical_path(given).unwrap().starts_with("/admin"), "{given}");
        }
        assert!(canonical_path("/admin#/public").is_err());
    }

    #[test]
    fn canonical_is_a_fixed_point_without_anything_left_to_resolve() {
        const PARTS: [&str; 18] =
            ["/", "/", "/", ".", "..", "a", "B", ";", "%2e", "%25", "%3B", "%41", "%c3%a4", "ä", "2", "~", "%2F", "?"];
        let mut entropy = Entropy::seeded(66);
        let mut canonical = 0;
        for _ in 0..20_000 {
            let mut given = String::from("/");
            for draw in entropy.bytes::<8>() {
                given.push_str(PARTS[usize::from(draw) % PARTS.len()]);
            }
            let Ok(once) = canonical_path(&given) else { continue };
            canonical += 1;
            assert_eq!(canonical_path(&once).as_deref(), Ok(&*once), "{given}");
            assert!(!once.contains("//") && once.starts_with('/') && once.is_ascii(), "{given} → {once}");
            assert!(once.split('/').all(|segment| segment != "." && segment != ".."), "{given} → {once}");
        }
        assert!(canonical > 2_000, "{canonical} of the drawn paths had a form");
    }
}
