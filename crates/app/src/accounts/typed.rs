//! What people type about themselves, made fit to be kept.

use super::enrol_error::EnrolError;

/// What the first administrator types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The user name, as typed.
    pub name: String,
    /// The display name, as typed; the user name when empty.
    pub display_name: String,
    /// The e-mail address, as typed; may be empty.
    pub email: String,
}

/// One line of text a person typed: without control characters or outer blanks, at most 100 characters.
pub(crate) fn clean_line(text: &str) -> Option<String> {
    let line: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// An e-mail address, lower case: exactly one `@` with something plain on both sides (security row 73). Empty is none.
pub(crate) fn clean_email(text: &str) -> Result<Option<String>, EnrolError> {
    let mail = text.trim().to_ascii_lowercase();
    if mail.is_empty() {
        return Ok(None);
    }
    let plain = |part: &str, more: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let (local, host) = mail.split_once('@').ok_or(EnrolError::Email)?;
    let fits = mail.len() <= 254
        && plain(local, ".!#$%&'*+/=?^_`{|}~-")
        && plain(host, ".-")
        && !host.starts_with(['.', '-'])
        && !host.ends_with(['.', '-'])
        && !host.contains("..");
    if fits { Ok(Some(mail)) } else { Err(EnrolError::Email) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_73_an_address_has_one_at_and_plain_sides() {
        for good in ["ada@example.org", " Ada+x@Sub.Example.org "] {
            assert!(matches!(clean_email(good), Ok(Some(mail)) if mail == good.trim().to_ascii_lowercase()));
        }
        assert!(matches!(clean_email(" "), Ok(None)));
        for bad in [
            "ada",
            "@x",
            "a@",
            "a@evil.test@example.com",
            "\"x@evil\"@example.com",
            "a@example.com.",
            "a@x..y",
            "a b@x",
            "a@x\r\ny",
        ] {
            assert!(matches!(clean_email(bad), Err(EnrolError::Email)), "{bad}");
        }
    }

    #[test]
    fn typed_lines_lose_control_characters_and_length() {
        assert_eq!(clean_line(" Ada\r\n Lovelace ").as_deref(), Some("Ada Lovelace"));
        assert_eq!(clean_line("\u{7}"), None);
        assert_eq!(clean_line(&"x".repeat(500)).map(|l| l.len()), Some(100));
    }
}
