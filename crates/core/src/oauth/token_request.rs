//! The token request: which grant a client presents. RFC 6749 §4.1.3, §6.
//!
//! Read from the body only, and only for a client that has authenticated. Whether the code or token is
//! good is decided in [`super::code`] and [`super::refresh`].

use super::{
    client_auth::AuthenticatedClient,
    device,
    error::{OAuthError, oauth_error},
    params::Params,
};
use crate::secret::{Secret, SecretHash, Token, TokenKind};

/// `grant_type` values, in the order of discovery.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", device::GRANT_TYPE];

/// A token request of an authenticated client.
pub enum TokenRequest<'c> {
    /// `grant_type=authorization_code`.
    Code(PresentedCode<'c>),
    /// `grant_type=refresh_token`.
    Refresh(PresentedRefresh<'c>),
    /// `grant_type=urn:ietf:params:oauth:grant-type:device_code`, RFC 8628 §3.4.
    Device(PresentedDevice<'c>),
}

/// An authorization code as it was presented.
pub struct PresentedCode<'c> {
    pub(super) client: AuthenticatedClient<'c>,
    pub(super) redirect_uri: Option<String>,
    pub(super) verifier: Option<Secret<String>>,
    code: Token,
}

/// A refresh token as it was presented.
pub struct PresentedRefresh<'c> {
    pub(super) client: AuthenticatedClient<'c>,
    pub(super) scope: Option<String>,
    token: Token,
}

/// A device code as it was presented.
pub struct PresentedDevice<'c> {
    client: AuthenticatedClient<'c>,
    token: Token,
}

impl<'c> TokenRequest<'c> {
    /// Reads the body. What cannot be a code or refresh token of ours is `invalid_grant` at once.
    pub fn parse(body: &Params, client: AuthenticatedClient<'c>) -> Result<Self, OAuthError> {
        match body.get("grant_type") {
            Some("authorization_code") => Ok(Self::Code(PresentedCode {
                client,
                redirect_uri: body.get("redirect_uri").map(str::to_owned),
                verifier: body.get("code_verifier").map(|verifier| Secret::new(verifier.to_owned())),
                code: token(body.get("code"), TokenKind::Code)?,
            })),
            Some("refresh_token") => Ok(Self::Refresh(PresentedRefresh {
                client,
                scope: body.get("scope").map(str::to_owned),
                token: token(body.get("refresh_token"), TokenKind::Refresh)?,
            })),
            Some(device::GRANT_TYPE) => {
                let token = token(body.get("device_code"), TokenKind::Device)?;
                Ok(Self::Device(PresentedDevice { client, token }))
            }
            Some(_) => Err(oauth_error!(
                UnsupportedGrantType,
                "use authorization_code, refresh_token or the device_code grant"
            )),
            None => Err(oauth_error!(InvalidRequest, "grant_type is missing")),
        }
    }
}

impl<'c> PresentedCode<'c> {
    /// Under which the code is looked up, and consumed in the same statement.
    pub fn hash(&self) -> SecretHash {
        self.code.hash()
    }

    /// Who presents it.
    pub const fn client(&self) -> &AuthenticatedClient<'c> {
        &self.client
    }
}

impl<'c> PresentedRefresh<'c> {
    /// Under which the token is looked up, and from which its successor is derived.
    pub fn hash(&self) -> SecretHash {
        self.token.hash()
    }

    /// Who presents it.
    pub const fn client(&self) -> &AuthenticatedClient<'c> {
        &self.client
    }
}

impl<'c> PresentedDevice<'c> {
    /// Under which the request of the device is looked up.
    pub fn hash(&self) -> SecretHash {
        self.token.hash()
    }

    /// Who presents it.
    pub const fn client(&self) -> &AuthenticatedClient<'c> {
        &self.client
    }
}

fn token(value: Option<&str>, kind: TokenKind) -> Result<Token, OAuthError> {
    let value = value.ok_or(oauth_error!(InvalidRequest, "code, refresh_token or device_code is missing"))?;
    Token::parse(kind, value).ok_or(oauth_error!(InvalidGrant, "this is not a code or token of this server"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entropy::Entropy,
        oauth::sample::{authenticated, client},
    };

    fn parse(body: &str) -> Result<SecretHash, &'static str> {
        let (params, client) = (Params::parse(body.as_bytes()).unwrap(), client());
        match TokenRequest::parse(&params, authenticated(&client)) {
            Ok(TokenRequest::Code(presented)) => Ok(presented.hash()),
            Ok(TokenRequest::Refresh(presented)) => Ok(presented.hash()),
            Ok(TokenRequest::Device(presented)) => Ok(presented.hash()),
            Err(error) => Err(error.code().as_str()),
        }
    }

    #[test]
    fn rfc6749_4_1_3_and_6_grants() {
        let mut entropy = Entropy::seeded(5);
        let (code, refresh) =
            (Token::random(TokenKind::Code, &mut entropy), Token::random(TokenKind::Refresh, &mut entropy));
        for (body, result) in [
            (format!("grant_type=authorization_code&code={}", code.expose()), Ok(code.hash())),
            (format!("grant_type=refresh_token&refresh_token={}&x=y", refresh.expose()), Ok(refresh.hash())),
            ("grant_type=authorization_code".into(), Err("invalid_request")),
            ("grant_type=refresh_token&code=x".into(), Err("invalid_request")),
            (String::new(), Err("invalid_request")),
            ("code=x".into(), Err("invalid_request")),
        ] {
            assert_eq!(parse(&body), result, "{body}");
        }
    }

    #[test]
    fn security_111_no_password_or_implicit_grant() {
        for grant in [
            "password",
            "client_credentials",
            "implicit",
            "device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "Authorization_Code",
        ] {
            let body = format!("grant_type={grant}&username=ada&password=x&code=x");
            assert_eq!(parse(&body), Err("unsupported_grant_type"), "{grant}");
        }
        assert_eq!(
            GRANT_TYPES,
            ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
        );
    }

    #[test]
    fn security_19_and_20_a_changed_code_or_one_of_another_kind_is_no_code() {
        for kind in TokenKind::ALL {
            let token = Token::random(kind, &mut Entropy::seeded(9));
            let body = format!("grant_type=authorization_code&code={}", token.expose());
            assert_eq!(parse(&body).is_ok(), kind == TokenKind::Code, "{kind:?}");
            let body = format!("grant_type=refresh_token&refresh_token={}", token.expose());
            assert_eq!(parse(&body).is_ok(), kind == TokenKind::Refresh, "{kind:?}");
            let body = format!("grant_type={}&device_code={}", device::GRANT_TYPE, token.expose());
            assert_eq!(parse(&body).is_ok(), kind == TokenKind::Device, "{kind:?}");
        }
        let code = Token::random(TokenKind::Code, &mut Entropy::seeded(9)).expose().to_owned();
        for at in 0..code.len() {
            let mut bytes = code.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let body = format!("grant_type=authorization_code&code={}", String::from_utf8(bytes).unwrap());
            assert_eq!(parse(&body), Err("invalid_grant"), "{at}");
        }
    }

    #[test]
    fn security_24_an_empty_or_doubled_body_is_refused_whatever_the_query_says() {
        assert_eq!(parse(""), Err("invalid_request"));
        let doubled = b"grant_type=authorization_code&code=a&code=b";
        assert_eq!(Params::parse(doubled), Err(crate::oauth::params::ParamsError::Duplicate));
    }
}
