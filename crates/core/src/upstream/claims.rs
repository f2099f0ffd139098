//! What is believed of what an upstream says about a person: OpenID Connect Core §5.1. Each claim that has another form
//! than it should counts as not said.

use super::{id_token::Identity, provider::Upstream};
use crate::{id::GroupName, model::mail_address};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A person as the upstream knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who they are there.
    pub identity: Identity,
    /// What they are called there.
    pub words: Words,
    /// The groups here that its rules make of theirs.
    pub groups: BTreeSet<GroupName>,
}

/// What a person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// `name`.
    pub name: Option<String>,
    /// `preferred_username`.
    pub user_name: Option<String>,
    /// `email`, when the upstream has proved it.
    pub email: Option<String>,
}

impl Words {
    /// What the person recognises the account there by.
    pub fn shown(&self) -> Option<&str> {
        self.email.as_deref().or(self.user_name.as_deref()).or(self.name.as_deref())
    }
}

/// The longest text that is kept.
const LONGEST: usize = 254;

/// What is believed of names and the mail address.
pub fn words(claims: &Map<String, Value>) -> Words {
    let text = |name: &str| {
        let text = claims.get(name)?.as_str()?.trim();
        let fits = !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_control);
        fits.then(|| text.to_owned())
    };
    // A truth value and nothing that looks like one (security row 96).
    let is_proved = claims.get("email_verified") == Some(&Value::Bool(true));
    let email = text("email").filter(|email| is_proved && mail_address(email).is_ok());
    Words { name: text("name"), user_name: text("preferred_username"), email }
}

/// The groups here that a person is in by what an upstream says. A claim that is no list of texts says nothing, and
/// neither does an empty text (security row 98).
pub fn groups(upstream: &Upstream, claims: &Map<String, Value>) -> BTreeSet<GroupName> {
    let said = claims.get(&upstream.groups_claim).and_then(Value::as_array);
    let names = said.filter(|all| all.iter().all(Value::is_string)).into_iter().flatten().filter_map(Value::as_str);
    names.filter(|name| !name.is_empty()).filter_map(|name| upstream.groups.get(name).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use serde_json::json;

    fn of(claims: &Value) -> Map<String, Value> {
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn security_96_a_mail_address_counts_when_it_is_proved_by_a_truth_value() {
        for (verified, counts) in [
            (json!(true), true),
            (json!(false), false),
            (json!("true"), false),
            (json!("false"), false),
            (json!(1), false),
            (json!(null), false),
        ] {
            let claims = of(&json!({ "email": "ada@idp.test", "email_verified": verified }));
            assert_eq!(words(&claims).email.is_some(), counts, "{verified}");
        }
        assert_eq!(words(&of(&json!({ "email": "ada@idp.test" }))).email, None);
        for email in [json!("ada"), json!(""), json!(["ada@idp.test"]), json!("a@b.test\r\nx")] {
            assert_eq!(words(&of(&json!({ "email": email, "email_verified": true }))).email, None, "{email}");
        }
    }

    #[test]
    fn security_98_only_a_list_of_names_that_a_rule_names_makes_groups() {
        let upstream = sample::upstream();
        for (said, expected) in [
            (json!(["family"]), vec!["users"]),
            (json!(["family", "unknown", ""]), vec!["users"]),
            (json!(["admins"]), vec![]),
            (json!(["users"]), vec![]),
            (json!(["staff", "family"]), vec!["editors", "users"]),
            (json!([]), vec![]),
            (json!("family"), vec![]),
            (json!(["family", 1]), vec![]),
            (json!([["family"]]), vec![]),
            (json!({ "family": true }), vec![]),
            (json!(null), vec![]),
        ] {
            let found = groups(&upstream, &of(&json!({ "groups": said })));
            assert_eq!(found.iter().map(GroupName::as_str).collect::<Vec<_>>(), expected, "{said}");
        }
        assert!(groups(&upstream, &Map::new()).is_empty());
    }

    #[test]
    fn what_a_person_recognises_is_shown() {
        let claims = of(&json!({ "name": "Ada", "preferred_username": " ada ", "email": "a@b.test" }));
        assert_eq!(words(&claims).shown(), Some("ada"));
        assert_eq!(words(&of(&json!({ "name": "Ada" }))).shown(), Some("Ada"));
        assert_eq!(words(&of(&json!({ "name": "A\u{0}", "preferred_username": 1 }))).shown(), None);
    }
}
