//! The token response, RFC 6749 §5.1, OpenID Connect Core §3.1.3.3: these members and no others, because
//! some clients refuse what they do not know.

use super::scope;
use crate::{secret::Token, time::Ttl};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::collections::BTreeSet;

/// A token response, to be serialised as JSON. Has no `Debug`: it holds tokens.
pub struct TokenResponse<'a> {
    /// The access token.
    pub access_token: &'a Token,
    /// How long it lives.
    pub expires_in: Ttl,
    /// What was granted; always present, RFC 6749 §3.3.
    pub scopes: &'a BTreeSet<String>,
    /// The signed ID Token.
    pub id_token: Option<&'a str>,
    /// The refresh token.
    pub refresh_token: Option<&'a Token>,
}

impl Serialize for TokenResponse<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("TokenResponse", 6)?;
        body.serialize_field("access_token", self.access_token.expose())?;
        body.serialize_field("token_type", "Bearer")?;
        body.serialize_field("expires_in", &self.expires_in.seconds())?;
        body.serialize_field("scope", &scope::to_text(self.scopes))?;
        match self.id_token {
            Some(id_token) => body.serialize_field("id_token", id_token)?,
            None => body.skip_field("id_token")?,
        }
        match self.refresh_token {
            Some(refresh_token) => body.serialize_field("refresh_token", refresh_token.expose())?,
            None => body.skip_field("refresh_token")?,
        }
        body.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{entropy::Entropy, oauth::sample::scopes, secret::TokenKind};
    use serde_json::json;

    #[test]
    fn rfc6749_5_1_the_members_of_a_token_response() {
        let mut entropy = Entropy::seeded(1);
        let access = Token::random(TokenKind::Access, &mut entropy);
        let refresh = Token::random(TokenKind::Refresh, &mut entropy);
        let scopes = scopes("openid offline_access");
        let mut response = TokenResponse {
            access_token: &access,
            expires_in: Ttl::from_hours(1),
            scopes: &scopes,
            id_token: Some("a.b.c"),
            refresh_token: Some(&refresh),
        };
        let mut expected = json!({
            "access_token": access.expose(), "token_type": "Bearer", "expires_in": 3600,
            "scope": "offline_access openid", "id_token": "a.b.c", "refresh_token": refresh.expose()
        });
        assert_eq!(serde_json::to_value(&response).unwrap(), expected);
        (response.id_token, response.refresh_token) = (None, None);
        let members = expected.as_object_mut().unwrap();
        members.retain(|name, _| name != "id_token" && name != "refresh_token");
        assert_eq!(serde_json::to_value(&response).unwrap(), expected);
    }
}
