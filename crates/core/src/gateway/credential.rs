//! What a program sends to prove who it is: a token of Doorstep's, or something that is the app's own business.
//!
//! A header is Doorstep's as soon as it carries the beginning of such a token, wherever in it that stands; from then on it
//! is either right or refused. It never falls through to a cookie, and it never reaches the app (security row 120: as a
//! Basic password it is read and judged in the same way as a Bearer token, RFC 6750 §2.1, RFC 7617 §2).

use crate::{
    model::AuthorizationHeader,
    secret::{Secret, SecretHash, Token, TokenKind},
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// As programs write it: with or without `=` at the end.
const BASIC: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The `Authorization` lines of a request, not read yet: whether anybody wants to know depends on the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    first: Option<&'a [u8]>,
    /// Of several lines, whether one of them is Doorstep's.
    several: Option<bool>,
}

/// By what a request is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// By the cookie of a browser, if there is one.
    Cookie,
    /// By a token of Doorstep's with this hash, and by nothing else.
    Token(SecretHash),
    /// By nothing: what came cannot be right.
    Refused(Unproved),
}

/// Why a program has not proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// It is not as a token is written: mistyped, cut off, or sent in a way in which none is sent.
    #[error("the token is not a whole one, sent as Bearer or as the password of Basic")]
    Malformed,
    /// There are several `Authorization` lines.
    #[error("a token came together with another Authorization header")]
    Several,
    /// The app takes no other credentials.
    #[error("the app takes no Authorization but a token of Doorstep's")]
    Foreign,
    /// There is no such token.
    #[error("there is no such token, or not any more")]
    Unknown,
    /// Its time is over, or its owner's account is off.
    #[error("the token has ended, or its owner is disabled")]
    Ended,
    /// It is for other apps.
    #[error("the token is for another app")]
    OtherApp,
    /// It only reads.
    #[error("the token only reads")]
    ReadsOnly,
    /// A rule asks for a recent sign-in or a passkey, and a token is neither.
    #[error("what was asked for needs a person who signs in, and a token is none")]
    NoSignIn,
}

impl Unproved {
    /// The word in `X-Doorstep-Reason`.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "token_malformed",
            Self::Several => "token_not_alone",
            Self::Foreign => "authorization_refused",
            Self::Unknown => "token_unknown",
            Self::Ended => "token_ended",
            Self::OtherApp => "token_for_another_app",
            Self::ReadsOnly => "token_only_reads",
            Self::NoSignIn => "token_no_sign_in",
        }
    }

    /// Whether the token is right, and not enough. RFC 6750 §3.1.
    pub const fn is_insufficient(self) -> bool {
        matches!(self, Self::ReadsOnly | Self::NoSignIn)
    }
}

impl Credential {
    /// By what a request is decided that came with these lines, to an app that treats them so.
    pub(super) fn of(authorization: &Authorization<'_>, header: AuthorizationHeader) -> Self {
        match (header, authorization.read()) {
            (AuthorizationHeader::Consume, Presented::Apps) => Self::Refused(Unproved::Foreign),
            (AuthorizationHeader::Ignore, _) | (_, Presented::Nothing | Presented::Apps) => Self::Cookie,
            (_, Presented::Ours(Ok(hash))) => Self::Token(hash),
            (_, Presented::Ours(Err(why))) => Self::Refused(why),
        }
    }

    /// Whether what came is Doorstep's, so that the app must not receive it.
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Token(_) | Self::Refused(Unproved::Malformed | Unproved::Several))
    }
}

/// What stands in `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presented {
    Nothing,
    Apps,
    Ours(Result<SecretHash, Unproved>),
}

impl<'a> Authorization<'a> {
    /// Takes one line in.
    pub(super) fn feed(&mut self, line: &'a [u8]) {
        let Some(first) = self.first else {
            self.first = Some(line);
            return;
        };
        let before = self.several.unwrap_or_else(|| is_ours(first));
        self.several = Some(before || is_ours(line));
    }

    fn read(&self) -> Presented {
        match (self.first, self.several) {
            (None, _) => Presented::Nothing,
            (Some(_), Some(true)) => Presented::Ours(Err(Unproved::Several)),
            (Some(_), Some(false)) => Presented::Apps,
            (Some(line), None) => line_of(line),
        }
    }
}

fn is_ours(line: &[u8]) -> bool {
    matches!(line_of(line), Presented::Ours(_))
}

/// One line. HAProxy makes one of several, with commas between them.
fn line_of(line: &[u8]) -> Presented {
    if !line.contains(&b',') {
        return credentials(line.trim_ascii());
    }
    let mut parts = line.split(|b| *b == b',').map(<[u8]>::trim_ascii);
    let ours = parts.any(|part| matches!(credentials(part), Presented::Ours(_)));
    if ours { Presented::Ours(Err(Unproved::Several)) } else { Presented::Apps }
}

/// `scheme token68`, RFC 9110 §11.4.
fn credentials(text: &[u8]) -> Presented {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let Some(end) = text.iter().position(blank) else { return mistyped(text) };
    let (scheme, rest) = text.split_at(end);
    let rest = rest.trim_ascii();
    if scheme.eq_ignore_ascii_case(b"bearer") && begins_as_ours(rest) {
        return ours(rest);
    }
    if scheme.eq_ignore_ascii_case(b"basic")
        && let Ok(decoded) = BASIC.decode(rest)
    {
        let decoded = Secret::new(decoded);
        let Some(colon) = decoded.expose().iter().position(|b| *b == b':') else { return mistyped(decoded.expose()) };
        let (user, password) = decoded.expose().split_at(colon);
        let password = password.strip_prefix(b":").unwrap_or_default();
        return if begins_as_ours(password) { ours(password) } else { mistyped(user) };
    }
    mistyped(rest)
}

fn ours(text: &[u8]) -> Presented {
    let token = std::str::from_utf8(text).ok().and_then(|text| Token::parse(TokenKind::Program, text));
    Presented::Ours(token.map(|token| token.hash()).ok_or(Unproved::Malformed))
}

/// A token where none belongs is nothing that an app should get to see.
fn mistyped(text: &[u8]) -> Presented {
    if begins_as_ours(text) { Presented::Ours(Err(Unproved::Malformed)) } else { Presented::Apps }
}

fn begins_as_ours(text: &[u8]) -> bool {
    text.starts_with(TokenKind::Program.prefix().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    fn token() -> Token {
        Token::random(TokenKind::Program, &mut Entropy::seeded(5))
    }

    fn basic(text: &str) -> String {
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
    }

    fn read(lines: &[&str]) -> Presented {
        let mut authorization = Authorization::default();
        for line in lines {
            authorization.feed(line.as_bytes());
        }
        authorization.read()
    }

    #[test]
    fn security_120_a_token_is_read_alike_as_bearer_and_as_the_password_of_basic() {
        let (token, right) = (token(), Presented::Ours(Ok(token().hash())));
        let text = token.expose();
        for line in [
            format!("Bearer {text}"),
            format!("bearer   {text}"),
            format!(" BEARER\t{text} "),
            basic(&format!("ada:{text}")),
            basic(&format!(":{text}")),
            basic(&format!("nobody at all:{text}")),
            basic(&format!("ada:{text}")).replace("Basic", "bAsIc").trim_end_matches('=').to_owned(),
        ] {
            assert_eq!(read(&[&line]), right, "{line}");
        }
    }

    #[test]
    fn what_carries_no_token_is_the_apps() {
        let access = Token::random(TokenKind::Access, &mut Entropy::seeded(5));
        for line in [
            "",
            "Bearer",
            "Bearer eyJhbGciOiJFUzI1NiJ9.e30.x",
            "Bearer DS_PAT_x",
            "Bearer x-ds_pat_x",
            "Basic not base64!",
            &basic("ada:correct horse"),
            &basic("ada:x:ds_pat_x"),
            "Digest username=\"ada\", realm=\"ds_pat_x\", uri=\"/\"",
            "Negotiate YII=",
            &format!("Bearer {}", access.expose()),
        ] {
            assert_eq!(read(&[line]), Presented::Apps, "{line}");
        }
        assert_eq!(read(&[]), Presented::Nothing);
        assert_eq!(read(&["Bearer a", "Bearer b", &basic("a:b")]), Presented::Apps);
    }

    #[test]
    fn security_43_what_carries_one_and_is_not_whole_is_refused() {
        let text = token().expose().to_owned();
        let malformed = Presented::Ours(Err(Unproved::Malformed));
        for line in [
            "Bearer ds_pat_".to_owned(),
            format!("Bearer {}", &text[..text.len() - 1]),
            format!("Bearer {text}="),
            format!("Bearer {text} x"),
            format!("Token {text}"),
            format!("Digest {text}"),
            text.clone(),
            basic("ada:ds_pat_x"),
            basic(&format!("ada:{text}\n")),
            // Where other programs expect it.
            basic(&format!("{text}:")),
            basic(&format!("{text}:x-oauth-basic")),
            basic(&text),
        ] {
            assert_eq!(read(&[&line]), malformed, "{line}");
        }
    }

    #[test]
    fn a_token_stands_alone() {
        let bearer = format!("Bearer {}", token().expose());
        let several = Presented::Ours(Err(Unproved::Several));
        for lines in [
            &[bearer.as_str(), &bearer][..],
            &[&bearer, "Bearer x"],
            &["Bearer x", &bearer],
            &["Bearer x", &basic("a:b"), &bearer],
            &[&bearer, "Bearer x", "Bearer x"],
            &[&format!("Bearer x, {bearer}")],
            &[&format!("{bearer}, Bearer x")],
            &[&format!("{bearer},")],
        ] {
            assert_eq!(read(lines), several, "{lines:?}");
        }
    }

    #[test]
    fn an_app_says_whose_business_the_header_is() {
        use AuthorizationHeader::{Consume, Ignore, Pass};
        let (right, wrong) = (format!("Bearer {}", token().expose()), "Bearer ds_pat_x");
        let token = Credential::Token(token().hash());
        let foreign = Credential::Refused(Unproved::Foreign);
        let malformed = Credential::Refused(Unproved::Malformed);
        for (header, line, expected, is_ours) in [
            (Pass, None, Credential::Cookie, false),
            (Pass, Some("Bearer x"), Credential::Cookie, false),
            (Pass, Some(wrong), malformed, true),
            (Pass, Some(&right), token, true),
            (Consume, None, Credential::Cookie, false),
            (Consume, Some("Bearer x"), foreign, false),
            (Consume, Some(wrong), malformed, true),
            (Consume, Some(&right), token, true),
            (Ignore, None, Credential::Cookie, false),
            (Ignore, Some("Bearer x"), Credential::Cookie, false),
            (Ignore, Some(wrong), Credential::Cookie, false),
            (Ignore, Some(&right), Credential::Cookie, false),
        ] {
            let mut authorization = Authorization::default();
            if let Some(line) = line {
                authorization.feed(line.as_bytes());
            }
            let found = Credential::of(&authorization, header);
            assert_eq!((found, found.is_ours()), (expected, is_ours), "{header:?} {line:?}");
        }
    }
}
