//! The addresses of the instance beside its issuer: each is another one, and is named once.

use super::value::{Fault, InternalUrl};
use serde_json::{Map, Value};

/// What is wrong with them, by their keys.
pub(super) fn faults(tree: &Map<String, Value>) -> Vec<(&'static str, Fault)> {
    let [issuer, inside] = ["issuer", "internal_url"].map(|key| tree.get(key).and_then(Value::as_str));
    let mut faults = Vec::new();
    if let (Some(issuer), Some(Ok(inside))) = (issuer, inside.map(str::parse::<InternalUrl>))
        && issuer.split_once("://").is_some_and(|(_, own)| own == inside.authority())
    {
        let remedy = "leave it out, or write the other address at which programs reach this server";
        faults.push(("internal_url", Fault::new("has the host of `issuer`", remedy)));
    }
    faults.extend(former(issuer, tree).map(|fault| ("former_issuers", fault)));
    faults
}

/// Former issuers are others than the present one, and each is there once.
fn former(issuer: Option<&str>, tree: &Map<String, Value>) -> Option<Fault> {
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
        for (listed, what) in [
            (json!(["https://a.example"]), None),
            (json!(["https://a.example", "https://b.example"]), None),
            (json!([]), None),
            (json!(["https://a.example", "https://now.example"]), Some("names the issuer of now")),
            (
                json!(["https://a.example", "https://b.example", "https://a.example"]),
                Some("names https://a.example twice"),
            ),
        ] {
            let tree = json!({ "former_issuers": listed });
            let found = former(Some("https://now.example"), tree.as_object().unwrap());
            assert_eq!(found.map(|fault| fault.what).as_deref(), what, "{listed}");
        }
    }
}
