//! The issuers before this one: each is another one than the issuer, and is named once.

use super::value::Fault;
use serde_json::{Map, Value};

/// Former issuers are others than the present one, and each is there once.
pub(super) fn fault(issuer: Option<&str>, tree: &Map<String, Value>) -> Option<Fault> {
    let former: Vec<&str> = tree.get("former_issuers")?.as_array()?.iter().filter_map(Value::as_str).collect();
    if issuer.is_some_and(|issuer| former.contains(&issuer)) {
        return Some(Fault::new("names the issuer of now", "take it out; it is for those that `issuer` said before"));
    }
    let twice = former.iter().enumerate().find(|(at, one)| former.iter().take(*at).any(|other| other == *one));
    twice.map(|(_, one)| Fault::new(format!("names {one} twice"), "write it once"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_former_issuer_is_another_one_and_named_once() {
        for (former, what) in [
            (json!(["https://a.example"]), None),
            (json!(["https://a.example", "https://b.example"]), None),
            (json!([]), None),
            (json!(["https://a.example", "https://now.example"]), Some("names the issuer of now")),
            (
                json!(["https://a.example", "https://b.example", "https://a.example"]),
                Some("names https://a.example twice"),
            ),
        ] {
            let tree = json!({ "former_issuers": former });
            let found = fault(Some("https://now.example"), tree.as_object().unwrap());
            assert_eq!(found.map(|fault| fault.what).as_deref(), what, "{former}");
        }
    }
}
