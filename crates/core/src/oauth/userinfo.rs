//! UserInfo: which bearer token a request carries, and what it opens.
//!
//! RFC 6750 §2, §3, OpenID Connect Core §5.3. A token in the query is never looked at (RFC 9700 §4.3.2).

use super::{
    claims,
    error::ErrorCode,
    params::Params,
    standing::{self, Fallen, Standing},
};
use crate::{
    model::{Client, Grant, StoredToken},
    secret::{Token, TokenKind},
    time::Timestamp,
};
use serde_json::{Map, Value};

/// Why a bearer token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// The request carries no token: the answer only names the scheme. RFC 6750 §3.1.
    #[error("the request has no bearer token")]
    Missing,
    /// In the header and in the body. RFC 6750 §2.
    #[error("the request has two bearer tokens")]
    Twice,
    /// The header or the form body cannot be read.
    #[error("the request cannot be read")]
    Unreadable,
    /// Not an access token of ours, unknown, ended or revoked.
    #[error("the access token is not valid")]
    Invalid,
    /// The grant does not stand.
    #[error(transparent)]
    Grant(#[from] Fallen),
}

impl BearerError {
    /// The error code, RFC 6750 §3.1. None for a request without a token.
    pub const fn code(self) -> Option<ErrorCode> {
        match self {
            Self::Missing => None,
            Self::Twice | Self::Unreadable => Some(ErrorCode::InvalidRequest),
            Self::Invalid | Self::Grant(_) => Some(ErrorCode::InvalidToken),
        }
    }

    /// The `WWW-Authenticate` header, RFC 6750 §3. No error code for a request without a token.
    pub const fn www_authenticate(self) -> &'static str {
        match self {
            Self::Missing => "Bearer realm=\"doorstep\"",
            Self::Twice => {
                "Bearer realm=\"doorstep\", error=\"invalid_request\", error_description=\"send the token once\""
            }
            Self::Unreadable => {
                "Bearer realm=\"doorstep\", error=\"invalid_request\", \
                 error_description=\"the Authorization header or the form body cannot be read\""
            }
            Self::Invalid | Self::Grant(_) => {
                "Bearer realm=\"doorstep\", error=\"invalid_token\", \
                 error_description=\"the access token is not valid any more\""
            }
        }
    }
}

/// The access token of a request: the value of the Authorization header, if there is one, and the form
/// body of a POST. RFC 6750 §2.1, §2.2.
pub fn bearer(authorization: Option<&str>, form: Option<&Params>) -> Result<Token, BearerError> {
    let body = form.and_then(|form| form.get("access_token"));
    let text = match (authorization, body) {
        (Some(_), Some(_)) => return Err(BearerError::Twice),
        (Some(header), None) => of_header(header)?,
        (None, Some(body)) => body,
        (None, None) => return Err(BearerError::Missing),
    };
    Token::parse(TokenKind::Access, text).ok_or(BearerError::Invalid)
}

/// RFC 9110 §11.1: the scheme in any letter case.
fn of_header(header: &str) -> Result<&str, BearerError> {
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim_start_matches(' ')),
        _ => Err(BearerError::Missing),
    }
}

/// What the token opens: the claims of its scopes about the live person. `token` and `grant` are what was
/// found under the hash of [`bearer`].
pub fn decide(
    found: Option<(&StoredToken, &Grant)>,
    client: &Client,
    standing: &Standing<'_>,
    now: Timestamp,
) -> Result<Map<String, Value>, BearerError> {
    let live = |(token, grant): &(&StoredToken, &Grant)| now < token.expires_at && token.grant == grant.id;
    let (token, grant) = found.filter(live).ok_or(BearerError::Invalid)?;
    let principal = standing::person(grant, client, standing)?;
    Ok(claims::userinfo(principal, &token.scopes, client))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entropy::Entropy,
        oauth::sample::{self, ada, client, grant, stored},
        time::Ttl,
    };

    fn access() -> Token {
        Token::random(TokenKind::Access, &mut Entropy::seeded(1))
    }

    #[test]
    fn rfc6750_2_where_a_token_may_stand() {
        let token = access();
        let token = token.expose();
        let form = format!("access_token={token}");
        for (header, body, result) in [
            (Some(format!("Bearer {token}")), None, Ok(())),
            (Some(format!("bEARER {token}")), None, Ok(())),
            (Some(format!("Bearer {token}")), Some(""), Ok(())),
            (None, Some(form.as_str()), Ok(())),
            (Some(format!("Bearer {token}")), Some(form.as_str()), Err(BearerError::Twice)),
            (None, None, Err(BearerError::Missing)),
            (None, Some("token=x"), Err(BearerError::Missing)),
            (Some(format!("Basic {token}")), None, Err(BearerError::Missing)),
            (Some(token.to_owned()), None, Err(BearerError::Missing)),
            (Some(format!("Bearer {token}x")), None, Err(BearerError::Invalid)),
            (Some("Bearer ".into()), None, Err(BearerError::Invalid)),
        ] {
            let form = body.map(|body| Params::parse(body.as_bytes()).unwrap());
            let found = bearer(header.as_deref(), form.as_ref()).map(|token| assert_eq!(token.hash(), access().hash()));
            assert_eq!(found, result, "{header:?} {body:?}");
        }
    }

    #[test]
    fn security_116_an_id_token_or_a_token_of_another_kind_opens_nothing() {
        let id_token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln";
        let refresh = Token::random(TokenKind::Refresh, &mut Entropy::seeded(1));
        let code = Token::random(TokenKind::Code, &mut Entropy::seeded(1));
        for text in [id_token, refresh.expose(), code.expose(), &".".repeat(1_000_000)] {
            let error = bearer(Some(&format!("Bearer {text}")), None).err().unwrap();
            assert_eq!(error, BearerError::Invalid);
        }
    }

    #[test]
    fn rfc6750_3_challenges() {
        for (error, code) in [
            (BearerError::Missing, None),
            (BearerError::Twice, Some("invalid_request")),
            (BearerError::Unreadable, Some("invalid_request")),
            (BearerError::Invalid, Some("invalid_token")),
            (BearerError::Grant(Fallen::SessionEnded), Some("invalid_token")),
        ] {
            let header = error.www_authenticate();
            assert!(header.starts_with("Bearer realm=\"doorstep\""), "{header}");
            let reported = header.split_once(" error=\"").and_then(|(_, rest)| rest.split('"').next());
            assert_eq!((error.code().map(ErrorCode::as_str), reported), (code, code));
        }
    }

    #[test]
    fn a_token_opens_the_claims_of_its_scopes_while_it_lives() {
        let (ada, grant) = (ada(), grant("openid email"));
        let token = stored("openid email");
        let standing = Standing { principal: Some(&ada), session_alive: true, consent: None };
        let answer = |now| decide(Some((&token, &grant)), &client(), &standing, now);
        let claims = answer(sample::NOW).unwrap();
        assert_eq!((claims["sub"].as_str(), claims["email"].as_str()), (Some("ada-id"), Some("ada@example.org")));
        assert!(answer(token.expires_at - Ttl::from_millis(1)).is_ok());
        assert_eq!(answer(token.expires_at), Err(BearerError::Invalid));
        assert_eq!(decide(None, &client(), &standing, sample::NOW), Err(BearerError::Invalid));
        let of_another = StoredToken { grant: "other".parse().unwrap(), ..token };
        let answer = decide(Some((&of_another, &grant)), &client(), &standing, sample::NOW);
        assert_eq!(answer, Err(BearerError::Invalid));
    }

    #[test]
    fn oidc_core_5_3_the_token_of_a_client_by_itself_opens_nobodys_claims() {
        let (ada, token) = (ada(), stored("openid"));
        let standing = Standing { principal: Some(&ada), session_alive: true, consent: None };
        let answer = decide(Some((&token, &sample::grant_of_client("openid"))), &client(), &standing, sample::NOW);
        assert_eq!(answer, Err(BearerError::Grant(Fallen::NoPerson)));
    }

    #[test]
    fn security_37_signing_out_closes_userinfo() {
        let (ada, token, grant) = (ada(), stored("openid"), grant("openid"));
        let standing = Standing { principal: Some(&ada), session_alive: false, consent: None };
        let answer = decide(Some((&token, &grant)), &client(), &standing, sample::NOW);
        assert_eq!(answer, Err(BearerError::Grant(Fallen::SessionEnded)));
    }
}
