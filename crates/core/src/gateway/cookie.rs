//! Reads our cookies: of each exactly one well-formed copy, or none.
//!
//! Security row 64 and RFC 6265 §5.4: a server cannot tell which of two copies is its own, so two are
//! none. Values of ours are letters, digits, `-` and `_` only; anything else is garbage and none as well.
//! Whether a value was ever handed out is for `Token::parse` and the database.

/// The browser's SSO session, on Doorstep's own host.
pub const SESSION: &str = "__Host-ds_session";
/// Tie interactions and ceremonies to a browser, on Doorstep's own host: what the names of these cookies begin with.
pub const LOGIN: &str = "__Host-ds_login_";
/// The session with one protected app, on the app's host.
pub const APP: &str = "__Host-ds_app";
/// Ties a forward-auth sign-in to a browser, on the app's host.
pub const RELAY: &str = "__Host-ds_relay";
/// By which a browser is known that signed somebody in before, on Doorstep's own host.
pub const BROWSER: &str = "__Host-ds_browser";
/// Say that a late sign-in was just led to its page, on Doorstep's own host: what their names begin with.
pub const LATE: &str = "__Host-ds_late_";
/// The language that a person chose for the pages, on Doorstep's own host.
pub const LANGUAGE: &str = "__Host-ds_language";

const OURS: &str = "__Host-ds_";
const MAX: usize = 256;

/// The value of the cookie `name` in the `Cookie` header values of one request.
pub fn read<'a>(values: impl IntoIterator<Item = &'a [u8]>, name: &str) -> Option<&'a str> {
    let mut reader = Reader::new([name]);
    for value in values {
        reader.feed(value);
    }
    let [found] = reader.finish();
    found
}

/// The cookies that are not ours, as one `Cookie` value; `None` when there are none. A piece in which one of ours may stand
/// (a proxy joined crumbs with a comma) is left out whole: an app that read it could use it to be the person.
pub fn of_the_app<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let pieces = values.into_iter().flat_map(|value| value.split(|b| *b == b';')).map(trim);
    let mut kept = Vec::new();
    for piece in pieces.filter(|piece| !piece.is_empty() && !contains_ours(piece)) {
        if !kept.is_empty() {
            kept.extend_from_slice(b"; ");
        }
        kept.extend_from_slice(piece);
    }
    (!kept.is_empty()).then_some(kept)
}

fn contains_ours(piece: &[u8]) -> bool {
    piece.windows(OURS.len()).any(|window| window.eq_ignore_ascii_case(OURS.as_bytes()))
}

/// No more cookies of one family than this are looked at.
const FAMILY: usize = 64;

/// Name and value of each cookie whose name begins with `family`, as [`read`] finds it.
pub fn read_family<'a>(values: &[&'a [u8]], family: &str) -> Vec<(&'a str, &'a str)> {
    let mut names: Vec<&str> = vec![];
    let pairs = values.iter().flat_map(|value| value.split(|b| matches!(b, b';' | b',')));
    for (name, _) in pairs.filter_map(|pair| split(trim(pair))) {
        let Ok(name) = std::str::from_utf8(name) else { continue };
        let ours = name.strip_prefix(family).is_some_and(|rest| is_value(rest.as_bytes()));
        if ours && names.len() < FAMILY && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().filter_map(|name| Some((name, read(values.iter().copied(), name)?))).collect()
}

/// [`read`] for several names in one pass, a header value at a time: HTTP/2 sends crumbs in several
/// (RFC 9113 §8.2.3).
pub(super) struct Reader<'n, 'a, const N: usize>([(&'n str, Found<'a>); N]);

#[derive(Clone, Copy)]
enum Found<'a> {
    Nothing,
    One(&'a str),
    Unusable,
}

impl<'n, 'a, const N: usize> Reader<'n, 'a, N> {
    pub(super) fn new(names: [&'n str; N]) -> Self {
        Self(names.map(|name| (name, Found::Nothing)))
    }

    pub(super) fn feed(&mut self, value: &'a [u8]) {
        for piece in value.split(|b| *b == b';') {
            let piece = trim(piece);
            // The value of a foreign cookie is nobody's business, a comma in it neither.
            if piece.starts_with(OURS.as_bytes()) {
                if piece.contains(&b',') { self.joined(piece) } else { self.pair(piece) }
            }
        }
    }

    pub(super) fn finish(self) -> [Option<&'a str>; N] {
        self.0.map(|(_, found)| match found {
            Found::One(value) => Some(value),
            Found::Nothing | Found::Unusable => None,
        })
    }

    /// Crumbs that a proxy joined with commas: only pairs of ours, or nothing can be said about any.
    fn joined(&mut self, piece: &'a [u8]) {
        let ours = |pair: &[u8]| pair.starts_with(OURS.as_bytes()) && split(pair).is_some_and(|(_, v)| is_value(v));
        if piece.split(|b| *b == b',').all(|pair| ours(trim(pair))) {
            for pair in piece.split(|b| *b == b',') {
                self.pair(trim(pair));
            }
        } else {
            for (_, found) in self.0.iter_mut().filter(|(name, _)| contains(piece, name.as_bytes())) {
                *found = Found::Unusable;
            }
        }
    }

    fn pair(&mut self, pair: &'a [u8]) {
        let Some((name, value)) = split(pair) else { return };
        for (_, found) in self.0.iter_mut().filter(|(wanted, _)| wanted.as_bytes() == name) {
            *found = match (*found, std::str::from_utf8(value)) {
                (Found::Nothing, Ok(text)) if is_value(value) => Found::One(text),
                _ => Found::Unusable,
            };
        }
    }
}

fn split(pair: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = pair.iter().position(|b| *b == b'=')?;
    let (name, rest) = pair.split_at_checked(at)?;
    Some((name, rest.strip_prefix(b"=")?))
}

/// RFC 6265 §4.2.1: blanks and tabs only; a wider notion of white space has made foreign names ours.
fn trim(mut piece: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = piece {
        piece = rest;
    }
    piece
}

fn is_value(value: &[u8]) -> bool {
    (1..=MAX).contains(&value.len()) && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app<'a>(values: &[&'a str]) -> Option<&'a str> {
        read(values.iter().map(|v| v.as_bytes()), APP)
    }

    #[test]
    fn exactly_one_copy_is_read_wherever_it_stands() {
        for values in [
            &["__Host-ds_app=ds_app_x-1"][..],
            &["a=1; __Host-ds_app=ds_app_x-1; b=2"],
            &["a=1;__Host-ds_app=ds_app_x-1 ;"],
            &["a=1", "__Host-ds_app=ds_app_x-1", "b=2"],
            &["__Host-ds_relay=r, __Host-ds_app=ds_app_x-1"],
            &["a=1; x=__Host-ds_app=no; __Host-ds_app=ds_app_x-1"],
            &["foo=x, __Host-ds_app=evil; __Host-ds_app=ds_app_x-1"],
            &["\u{2000}__Host-ds_app=evil; __Host-ds_app=ds_app_x-1"],
            &["__Host-ds_app2=no; a__Host-ds_app=no; __Host-ds_app=ds_app_x-1"],
        ] {
            assert_eq!(app(values), Some("ds_app_x-1"), "{values:?}");
        }
    }

    #[test]
    fn security_64_garbage_and_two_copies_are_no_cookie() {
        let long = format!("__Host-ds_app={}", "x".repeat(8192));
        for values in [
            &[][..],
            &[""],
            &["a=1"],
            &["__Host-ds_app"],
            &["__Host-ds_app="],
            &["__Host-ds_app=a; __Host-ds_app=a"],
            &["__Host-ds_app=a; __Host-ds_app="],
            &["__Host-ds_app=\"a\""],
            &["__Host-ds_app=a b"],
            &["__Host-ds_app=a=b"],
            &["__Host-ds_app =a"],
            &["__Host-ds_app=ä"],
            &["__host-ds_app=a"],
            &["__Host-ds_app=a", "__Host-ds_app=b"],
            &["__Host-ds_app=a, __Host-ds_app=b"],
            &["__Host-ds_app=a, foo=1"],
            &["foo=1, __Host-ds_app=a"],
            &["__Host-ds_app=a, x; __Host-ds_app=b"],
            &[&long],
        ] {
            assert_eq!(app(values), None, "{values:?}");
        }
        assert_eq!(read([b"__Host-ds_app=\xff".as_slice()], APP), None);
    }

    #[test]
    fn the_app_gets_every_cookie_but_ours() {
        let kept = |values: &[&str]| {
            of_the_app(values.iter().map(|value| value.as_bytes())).map(|kept| String::from_utf8(kept).unwrap())
        };
        for (values, expected) in [
            (&[][..], None),
            (&[""], None),
            (&["__Host-ds_app=x"], None),
            (&["__Host-ds_app=x; __Host-ds_relay=y;"], None),
            (&["a=1"], Some("a=1")),
            (&["a=1;b=\"2, 3\""], Some("a=1; b=\"2, 3\"")),
            (&["a=1; __Host-ds_app=x; b=2"], Some("a=1; b=2")),
            (&["__Host-ds_app=x", "b=2", "c"], Some("b=2; c")),
            (&["a=1, __Host-ds_app=x; b=2"], Some("b=2")),
            (&["__host-DS_app=x; b=2"], Some("b=2")),
            (&["__Host-other=x"], Some("__Host-other=x")),
        ] {
            assert_eq!(kept(values).as_deref(), expected, "{values:?}");
        }
        assert_eq!(of_the_app([b"a=\xff".as_slice()]).unwrap(), b"a=\xff");
    }

    #[test]
    fn security_64_of_a_family_each_name_counts_for_itself() {
        let family = |values: &[&'static str]| {
            read_family(&values.iter().map(|value| value.as_bytes()).collect::<Vec<_>>(), LOGIN)
        };
        for (values, found) in [
            (&["__Host-ds_login_a=1; x=__Host-ds_login_b=2; __Host-ds_login_c=3"][..], &[("a", "1"), ("c", "3")][..]),
            (&["__Host-ds_login_a=1", "b=2; __Host-ds_login_c=3"], &[("a", "1"), ("c", "3")]),
            (&["__Host-ds_login_a=1, __Host-ds_login_c=3"], &[("a", "1"), ("c", "3")]),
            (&["__Host-ds_login_a=1; __Host-ds_login_c=3; __Host-ds_login_a=2"], &[("c", "3")]),
            (&["__Host-ds_login_a=ä; __Host-ds_login_=2; __Host-ds_login_ä=2; __Host-ds_login=3"], &[]),
        ] {
            let read: Vec<_> = family(values).into_iter().map(|(name, value)| (&name[LOGIN.len()..], value)).collect();
            assert_eq!(read, found, "{values:?}");
        }
        let many: Vec<_> = (0..1000).map(|n| format!("__Host-ds_login_{n}=1")).collect();
        assert_eq!(read_family(&[many.join("; ").as_bytes()], LOGIN).len(), FAMILY);
    }
}
