//! GitHub signs no ID Token: who somebody is, its API says to whoever has their access token. The number of the account is
//! who they are; a user name there can become somebody else's.

use super::{
    error::UpstreamError,
    exchange::{Tokens, said},
    service::Upstreams,
    way_out::Call,
};
use doorstep_core::upstream::{Person, claims, id_token::Identity};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

impl Upstreams {
    pub(super) async fn github_person(
        &self,
        (site, api): (&str, &str),
        tokens: &Tokens,
        wants_words: bool,
    ) -> Result<Person, UpstreamError> {
        let user = self.ask_api(&format!("{api}/user"), tokens).await?;
        let number = user.get("id").and_then(Value::as_u64).filter(|number| *number > 0);
        let subject = number.ok_or_else(|| said("API does not say the number of the account"))?.to_string();
        let mut words = Map::new();
        for (theirs, ours) in [("login", "preferred_username"), ("name", "name")] {
            words.extend(user.get(theirs).map(|value| (ours.to_owned(), value.clone())));
        }
        if wants_words {
            let addresses = self.ask_api(&format!("{api}/user/emails"), tokens).await?;
            words.extend(main_address(&addresses));
        }
        let identity = Identity { issuer: site.to_owned(), subject, proved_at: None };
        Ok(Person { identity, words: claims::words(&words), groups: BTreeSet::new() })
    }

    async fn ask_api(&self, address: &str, tokens: &Tokens) -> Result<Value, UpstreamError> {
        // The address of the API follows from the setting, and is as good as named by it.
        let answer = self.call(Call::get(address, address).by(&tokens.access)).await?;
        if answer.is_success { Ok(answer.json) } else { Err(said("API does not answer")) }
    }
}

/// The address that is the account's main one and proved, as claims.
fn main_address(addresses: &Value) -> Map<String, Value> {
    let is = |address: &Value, name: &str| address.get(name) == Some(&Value::Bool(true));
    let all = addresses.as_array().into_iter().flatten();
    let main = all.filter(|address| is(address, "primary") && is(address, "verified")).find_map(|one| one.get("email"));
    let claims = main.map(|email| json!({ "email": email, "email_verified": true }));
    claims.and_then(|claims| claims.as_object().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_96_the_main_address_counts_when_it_is_proved() {
        let address = |email: &str, primary: Value, verified: Value| json!({ "email": email, "primary": primary, "verified": verified });
        for (addresses, expected) in [
            (
                json!([address("b@x.test", json!(false), json!(true)), address("a@x.test", json!(true), json!(true))]),
                Some("a@x.test"),
            ),
            (json!([address("a@x.test", json!(true), json!(false))]), None),
            (json!([address("a@x.test", json!(true), json!("true"))]), None),
            (json!([address("a@x.test", json!(false), json!(true))]), None),
            (json!([]), None),
            (json!({ "message": "Requires authentication" }), None),
        ] {
            assert_eq!(claims::words(&main_address(&addresses)).email.as_deref(), expected, "{addresses}");
        }
    }
}
