//! Mail addresses: what may be one (RFC 5321 §4.1.2 without quoted names, RFC 6531 §3.3), and what two spellings of
//! the same address have in common. Whether anybody reads mail there is not decided here.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// RFC 5321 §4.5.3.1.3, without the angle brackets.
const MAX: usize = 254;

/// Why a text is not a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail address is not complete")]
pub struct InvalidMail;

/// The address as typed, without outer blanks: exactly one `@` with something plain on both sides (security row 73).
pub fn mail_address(typed: &str) -> Result<String, InvalidMail> {
    let typed: String = typed.trim().nfc().collect();
    mail_key(&typed).map(|_| typed)
}

/// What is unique of an address: without letter case, one normal form, the host as the name system has it. Providers
/// may tell letter case apart before the `@` (RFC 5321 §2.4); apps and people do not.
pub fn mail_key(address: &str) -> Result<String, InvalidMail> {
    let (local, host) = address.trim().split_once('@').ok_or(InvalidMail)?;
    let (local, host) = (folded(local), mail_host(host)?);
    let named = !local.is_empty() && local.chars().all(may_stand_before_the_at);
    let key = format!("{local}@{host}");
    if named && address.len() <= MAX && key.len() <= MAX { Ok(key) } else { Err(InvalidMail) }
}

/// The host of mail addresses, as the name system has it.
pub fn mail_host(host: &str) -> Result<String, InvalidMail> {
    let host = idna::domain_to_ascii(host).map_err(|_| InvalidMail)?;
    let hosted = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && !host.starts_with(['.', '-'])
        && !host.ends_with(['.', '-'])
        && !host.contains("..");
    if hosted { Ok(host) } else { Err(InvalidMail) }
}

/// The host of mail addresses, in the letters that people read.
pub fn mail_host_in_letters(host: &str) -> String {
    idna::domain_to_unicode(host).0
}

/// Capital letters first: some small letters share one capital (final and other sigma).
fn folded(text: &str) -> String {
    text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// Whether a mail address may have it before its `@`.
pub(crate) fn may_stand_before_the_at(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c)
    } else {
        c.is_alphanumeric() || is_combining_mark(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_73_an_address_has_one_at_and_plain_sides() {
        for good in ["ada@example.org", " Ada+x@Sub.Example.org ", "jörg@bücher.example", "संपर्क@डाटामेल.भारत", "a@x"]
        {
            assert_eq!(mail_address(good).as_deref(), Ok(good.trim()), "{good}");
        }
        for bad in [
            "",
            " ",
            "ada",
            "@x",
            "a@",
            "a@evil.test@example.com",
            "\"x@evil\"@example.com",
            "a@example.com.",
            "a@.example.com",
            "a@-x",
            "a@x-",
            "a@x..y",
            "a b@x",
            "a\u{a0}b@x",
            "a@x\r\ny",
            "a\u{202e}@x",
            "a\u{200b}@x",
            "a\0@x",
            "a@exa mple.org",
            "a@exa_mple.org",
            "a@x/y",
        ] {
            assert_eq!(mail_address(bad), Err(InvalidMail), "{bad:?}");
        }
        assert!(mail_address(&format!("{}@example.org", "a".repeat(242))).is_ok());
        assert!(mail_address(&format!("{}@example.org", "a".repeat(243))).is_err());
        assert!(mail_address(&format!("{}@example.org", "é".repeat(122))).is_err(), "octets count");
    }

    #[test]
    fn two_spellings_of_one_address_have_one_key() {
        for (one, other) in [
            ("ada@example.org", " ADA@Example.ORG"),
            ("jörg@example.org", "JÖRG@example.org"),
            ("jo\u{308}rg@example.org", "j\u{f6}rg@example.org"),
            ("a@bücher.example", "a@XN--BCHER-KVA.example"),
            ("νίκος@example.org", "ΝΊΚΟΣ@example.org"),
            ("straße@example.org", "STRASSE@example.org"),
        ] {
            assert_eq!(mail_key(one).unwrap(), mail_key(other).unwrap(), "{one} {other}");
        }
        for (one, other) in [("ada@example.org", "ada@example.com"), ("a.da@x", "ada@x"), ("ada+x@x", "ada@x")] {
            assert_ne!(mail_key(one).unwrap(), mail_key(other).unwrap(), "{one} {other}");
        }
    }
}
