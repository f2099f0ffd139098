//! What an upstream answers to the browser: OpenID Connect Core §3.1.2.5 and §3.1.2.6, RFC 9207.

use super::metadata::Metadata;

/// The parameters that came back, beside `state`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The code.
    pub code: Option<&'a str>,
    /// Who answers, RFC 9207 §2.
    pub iss: Option<&'a str>,
    /// RFC 6749 §4.1.2.1.
    pub error: Option<&'a str>,
}

/// Why an answer carries no code that may be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// RFC 9207 §2.4: another issuer answers, or none says that it does where each answer should.
    #[error("the answer does not name the issuer that was asked")]
    Issuer,
    /// The person did not go through with it.
    #[error("the person stopped there")]
    Stopped,
    /// It refused.
    #[error("the upstream answered with the error `{0}`")]
    Refused(String),
    /// Neither code nor error.
    #[error("the answer holds no code")]
    NoCode,
}

/// The code, once it is known that the answer comes from whom it should. The issuer is looked at before anything else,
/// errors included (RFC 9207 §2.4).
pub fn code<'a>(answer: Answer<'a>, metadata: &Metadata) -> Result<&'a str, BadAnswer> {
    let is_its = match answer.iss {
        Some(iss) => iss == metadata.issuer,
        None => !metadata.names_itself,
    };
    if !is_its {
        return Err(BadAnswer::Issuer);
    }
    match (answer.error, answer.code) {
        (Some("access_denied" | "user_cancelled_authorize" | "user_cancelled_login"), _) => Err(BadAnswer::Stopped),
        (Some(error), _) => {
            let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
            Err(BadAnswer::Refused(error.chars().filter(plain).take(60).collect()))
        }
        (None, Some(code)) if !code.is_empty() => Ok(code),
        (None, _) => Err(BadAnswer::NoCode),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    #[test]
    fn security_27_an_answer_names_the_issuer_that_was_asked() {
        let (own, other) = (Some("https://idp.test"), Some("https://evil.test"));
        let with = |iss, error| Answer { code: Some("c"), iss, error };
        for (names_itself, answer, expected) in [
            (false, with(None, None), Ok("c")),
            (false, with(own, None), Ok("c")),
            (true, with(own, None), Ok("c")),
            (true, with(None, None), Err(BadAnswer::Issuer)),
            (false, with(other, None), Err(BadAnswer::Issuer)),
            (true, with(other, Some("access_denied")), Err(BadAnswer::Issuer)),
            (false, with(None, Some("access_denied")), Err(BadAnswer::Stopped)),
            (false, with(None, Some("<svg>server_error")), Err(BadAnswer::Refused("svgserver_error".into()))),
            (false, Answer { code: Some(""), ..Answer::default() }, Err(BadAnswer::NoCode)),
            (false, Answer::default(), Err(BadAnswer::NoCode)),
        ] {
            let metadata = super::Metadata { names_itself, ..sample::metadata() };
            assert_eq!(code(answer, &metadata), expected, "{answer:?}");
        }
    }
}
