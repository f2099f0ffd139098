//! Token revocation, RFC 7009: a client may end its own tokens, and learns nothing about others.

use super::{
    client_auth::AuthenticatedClient,
    error::{OAuthError, oauth_error},
    params::Params,
};
use crate::{
    id::GrantId,
    model::Grant,
    secret::{SecretHash, Token, TokenKind},
};

/// A revocation request of an authenticated client.
pub struct RevocationRequest<'c> {
    client: AuthenticatedClient<'c>,
    token: Option<Token>,
}

/// What to revoke. Whatever it is, the answer is 200 (RFC 7009 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevokeOutcome {
    /// Nothing: unknown, ended, or another client's.
    Nothing,
    /// This access token alone.
    AccessToken,
    /// The refresh token's whole family, access tokens included (RFC 7009 §2.1).
    Family(GrantId),
}

impl<'c> RevocationRequest<'c> {
    /// Reads the body. `token_type_hint` is not needed: a token says what it is.
    pub fn parse(body: &Params, client: AuthenticatedClient<'c>) -> Result<Self, OAuthError> {
        let text = body.get("token").ok_or(oauth_error!(InvalidRequest, "token is missing"))?;
        let token = [TokenKind::Refresh, TokenKind::Access].into_iter().find_map(|kind| Token::parse(kind, text));
        Ok(Self { client, token })
    }

    /// What to look up: the kind and the hash. `None` when it cannot be a token of ours.
    pub fn lookup(&self) -> Option<(TokenKind, SecretHash)> {
        self.token.as_ref().map(|token| (token.kind(), token.hash()))
    }

    /// Decides. `grant` is the family of the token that was found under [`Self::lookup`].
    pub fn decide(&self, grant: Option<&Grant>) -> RevokeOutcome {
        let own = grant.filter(|grant| grant.client == self.client.client().id);
        match (self.token.as_ref().map(Token::kind), own) {
            (Some(TokenKind::Refresh), Some(grant)) => RevokeOutcome::Family(grant.id.clone()),
            (Some(TokenKind::Access), Some(_)) => RevokeOutcome::AccessToken,
            _ => RevokeOutcome::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entropy::Entropy,
        model::Client,
        oauth::sample::{authenticated, client, grant},
    };

    fn token(kind: TokenKind) -> String {
        Token::random(kind, &mut Entropy::seeded(1)).expose().to_owned()
    }

    fn revoke(client: &Client, token: &str, grant: Option<&Grant>) -> RevokeOutcome {
        let body = Params::parse(format!("token={token}&token_type_hint=access_token").as_bytes()).unwrap();
        RevocationRequest::parse(&body, authenticated(client)).ok().unwrap().decide(grant)
    }

    #[test]
    fn rfc7009_2_1_what_is_revoked() {
        let grant = grant("openid");
        for (token, found, outcome) in [
            (token(TokenKind::Refresh), Some(&grant), RevokeOutcome::Family(grant.id.clone())),
            (token(TokenKind::Access), Some(&grant), RevokeOutcome::AccessToken),
            (token(TokenKind::Access), None, RevokeOutcome::Nothing),
            (token(TokenKind::Code), Some(&grant), RevokeOutcome::Nothing),
            ("whatever".into(), Some(&grant), RevokeOutcome::Nothing),
        ] {
            assert_eq!(revoke(&client(), &token, found), outcome, "{token}");
        }
    }

    #[test]
    fn security_34_another_clients_token_is_left_alone() {
        let other = Client { id: "b".parse().unwrap(), ..client() };
        for kind in [TokenKind::Access, TokenKind::Refresh] {
            assert_eq!(revoke(&other, &token(kind), Some(&grant("openid"))), RevokeOutcome::Nothing, "{kind:?}");
        }
    }

    #[test]
    fn rfc7009_2_1_a_token_must_be_named() {
        let (client, body) = (client(), Params::parse(b"token=&token_type_hint=x").unwrap());
        let error = RevocationRequest::parse(&body, authenticated(&client)).err().unwrap();
        assert_eq!(error.code().as_str(), "invalid_request");
        let body = Params::parse(b"token=x").unwrap();
        assert_eq!(RevocationRequest::parse(&body, authenticated(&client)).ok().unwrap().lookup(), None);
    }
}
