//! Names and values in a file that somebody else wrote, as far as they can be told: of JSON and YAML the leaves under
//! their dotted paths, else lines of `NAME=value` and `name = "value"`. Nobody's file is refused for what it is.

use doorstep_core::secret::Secret;
use serde_json::{Map, Value};

/// What is in a text. Empty for a text of another kind.
pub(crate) fn of(text: &str) -> Vec<(String, Secret<String>)> {
    let lines = text.lines().filter_map(line).collect::<Vec<_>>();
    if !lines.is_empty() {
        return lines;
    }
    let tree = serde_json::from_str::<Map<String, Value>>(text).ok();
    let tree = tree.or_else(|| serde_saphyr::from_str::<Map<String, Value>>(text).ok());
    tree.map(|tree| leaves(&Value::Object(tree))).unwrap_or_default()
}

/// The leaves of a tree.
pub(crate) fn leaves(tree: &Value) -> Vec<(String, Secret<String>)> {
    let mut found = Vec::new();
    gather(tree, String::new(), &mut found);
    found
}

fn gather(node: &Value, path: String, found: &mut Vec<(String, Secret<String>)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match node {
        Value::Object(members) => members.iter().for_each(|(key, node)| gather(node, below(key), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, node)| gather(node, below(&at.to_string()), found));
        }
        Value::String(text) => found.push((path, Secret::new(text.clone()))),
        other => found.push((path, Secret::new(other.to_string()))),
    }
}

fn line(line: &str) -> Option<(String, Secret<String>)> {
    let line = line.trim();
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if name.is_empty() || !name.bytes().all(named) {
        return None;
    }
    let quoted = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
    // What ends in the padding of base64 may be a value without a name.
    if matches!(value, "" | "=") {
        return None;
    }
    Some((name.to_owned(), Secret::new(value.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_of_a_strangers_file_are_told() {
        for (text, pairs) in [
            ("# mine\nA=1\nexport B=\"two words\"\nC='x=y'\n", vec![("A", "1"), ("B", "two words"), ("C", "x=y")]),
            ("[auth]\nclient_secret = \"s\"\n", vec![("client_secret", "s")]),
            (
                "{\"oidc\": {\"secret\": \"s\", \"on\": true, \"list\": [1]}}",
                vec![("oidc.secret", "s"), ("oidc.on", "true"), ("oidc.list.0", "1")],
            ),
            ("oidc:\n  secret: s\n", vec![("oidc.secret", "s")]),
            ("just words\n", vec![]),
            ("", vec![]),
            ("\u{0}\u{1}=", vec![]),
        ] {
            let found = of(text);
            let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.expose().as_str())).collect();
            assert_eq!(found, pairs, "{text}");
        }
    }

    /// A secret alone in its file, a key in lines of base64: the padding makes no name of it, which would be shown.
    #[test]
    fn a_value_is_never_told_as_a_name() {
        const KEY: &str = "c2VjcmV0LXZhbHVl";
        let tree = format!("oidc:\n  secret: s\n  key: |\n    {KEY}==\n");
        for text in [
            &format!("{KEY}=\n"),
            &format!("{KEY}==\n"),
            &format!("TLS_KEY=\"-----BEGIN KEY-----\n{KEY}=\n-----END KEY-----\"\n"),
            &format!("A={KEY}: x\n"),
            &tree,
        ] {
            assert!(of(text).iter().all(|(name, _)| !name.contains(KEY)), "{text}");
        }
        assert!(of(&tree).iter().any(|(name, value)| name == "oidc.secret" && value.expose() == "s"));
    }
}
