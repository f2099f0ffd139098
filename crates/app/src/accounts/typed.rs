//! What people type about themselves, made fit to be kept.

use super::enrol_error::EnrolError;
use doorstep_core::model::mail_address;

/// What is typed about somebody who gets an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPerson {
    /// The user name, as typed.
    pub name: String,
    /// The display name, as typed; the user name when empty.
    pub display_name: String,
    /// Given names, as typed; may be empty.
    pub given_name: String,
    /// Family names, as typed; may be empty.
    pub family_name: String,
    /// The e-mail address, as typed; may be empty.
    pub email: String,
    /// Whether a user name or mail address is meant that belonged to somebody else. Administrators may say so.
    pub reuse: bool,
}

/// One line of text a person typed: without control characters or outer blanks, at most 100 characters.
pub(crate) fn clean_line(text: &str) -> Option<String> {
    let line: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// A mail address as typed. Empty is none.
pub(crate) fn clean_email(text: &str) -> Result<Option<String>, EnrolError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    mail_address(text).map(Some).map_err(|_| EnrolError::Email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_lines_lose_control_characters_and_length() {
        assert_eq!(clean_line(" Ada\r\n Lovelace ").as_deref(), Some("Ada Lovelace"));
        assert_eq!(clean_line("\u{7}"), None);
        assert_eq!(clean_line(&"x".repeat(500)).map(|l| l.len()), Some(100));
    }
}
