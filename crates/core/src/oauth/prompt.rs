//! `prompt` and `max_age`: how much the person is to be asked.
//!
//! OpenID Connect Core §3.1.2.1. What follows from them is decided in [`super::decide`].

use super::error::{OAuthError, oauth_error};
use crate::time::Ttl;
use std::collections::BTreeSet;

/// A value of `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prompt {
    /// Show nothing.
    None,
    /// Ask who it is again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose an account.
    SelectAccount,
}

impl Prompt {
    /// All, in the order of discovery.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The registered text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

/// Every value of the parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts(BTreeSet<Prompt>);

impl Prompts {
    /// Reads the parameter. Unknown values are left out, as §3.1.2.1 advises; `none` stands alone.
    pub fn parse(value: Option<&str>) -> Result<Self, OAuthError> {
        let words: BTreeSet<_> = value.unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect();
        if words.contains("none") && words.len() > 1 {
            return Err(oauth_error!(InvalidRequest, "prompt=none stands alone"));
        }
        Ok(Self(Prompt::ALL.into_iter().filter(|prompt| words.contains(prompt.as_str())).collect()))
    }

    /// Whether the value is there.
    pub fn has(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }
}

/// Reads `max_age`: a number of seconds that is not negative.
pub fn max_age(value: Option<&str>) -> Result<Option<Ttl>, OAuthError> {
    let Some(text) = value else { return Ok(None) };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(seconds) if digits => Ok(Some(Ttl::from_seconds(seconds))),
        _ => Err(oauth_error!(InvalidRequest, "max_age must be a number of seconds")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oidc_core_3_1_2_1_prompt_values() {
        use Prompt as P;
        for (value, prompts) in [
            (None, Some(&[][..])),
            (Some("none"), Some(&[P::None])),
            (Some("login"), Some(&[P::Login])),
            (Some("login consent"), Some(&[P::Login, P::Consent])),
            (Some("select_account  consent "), Some(&[P::Consent, P::SelectAccount])),
            (Some("create"), Some(&[])),
            (Some("Login"), Some(&[])),
            (Some("none none"), Some(&[P::None])),
            (Some("none login"), None),
            (Some("create none"), None),
        ] {
            let expected = prompts.map(|list| Prompts(list.iter().copied().collect()));
            assert_eq!(Prompts::parse(value).ok(), expected, "{value:?}");
        }
    }

    #[test]
    fn oidc_core_3_1_2_1_max_age_is_a_number_of_seconds() {
        for (value, seconds) in [
            (None, Some(None)),
            (Some("0"), Some(Some(0))),
            (Some("15000"), Some(Some(15_000))),
            (Some("-1"), None),
            (Some("+1"), None),
            (Some("1.5"), None),
            (Some("1h"), None),
            (Some(" 1"), None),
            (Some("99999999999999999999"), None),
        ] {
            assert_eq!(max_age(value).ok(), seconds.map(|s| s.map(Ttl::from_seconds)), "{value:?}");
        }
    }
}
