//! The small language of the catalog's texts: plain text with `{name}` or `{name|filter}` in it.
//!
//! A `{` that no lower-case name and `}` follow stands for itself, so JSON needs no escapes; `{{` is a
//! plain `{`. Filling happens once, from typed values: nothing that a person wrote is read as a template.

pub use super::public::Public;
use crate::reference::{self, Reference};
use doorstep_core::secret::Secret;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// A checked text of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template {
    written: String,
    parts: Vec<Part>,
}

/// Why a text is not a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{{{0}}}` is not a value that the catalog knows")]
pub struct UnknownName(String);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Value, Filter),
}

/// What can be filled in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A value that is no secret, by its name.
    Public(Public),
    /// `client_id`, which some providers choose themselves.
    ClientId,
    /// `client_secret`.
    ClientSecret,
    /// A secret of the app's own, such as a cookie key: derived from a label, so that it stays the same.
    Random(String),
    /// A secret that a person supplies. No entry of the catalog asks for one.
    Supplied(Reference),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    Plain,
    /// As the inside of a JSON string, and without `'`, so that the whole may stand in single quotes.
    Json,
    /// Percent-encoded for a query.
    Query,
    /// A word of a POSIX shell, with its quotes.
    Sh,
    /// A literal in single quotes, with them, as Python, Ruby, PHP and JavaScript read it.
    Quoted,
    /// The inside of an element or attribute of XML.
    Xml,
    /// As it stands, on one line.
    Line,
}

impl Template {
    /// Fills in what is known; credentials stay open.
    pub fn fill(&self, lookup: impl Fn(Public) -> String) -> Filled {
        let piece = |part: &Part| match part {
            Part::Text(text) => Piece::Text(text.clone()),
            Part::Value(Value::Public(name), filter) => Piece::Text(filter.apply(&lookup(*name))),
            Part::Value(value, filter) => Piece::Open(value.clone(), *filter),
        };
        Filled(self.parts.iter().map(piece).collect())
    }

    /// Whether a value goes in as it stands, whatever is in it.
    pub(super) fn has_plain_values(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Value(_, Filter::Plain)))
    }

    /// Whether it is `{scopes}` and nothing else.
    pub(super) fn is_scopes(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Value(Value::Public(Public::Scopes), Filter::Plain)])
    }

    /// The text as it stands in the catalog.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// Everything the template asks for.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value(value, _) => Some(value),
            Part::Text(_) => None,
        })
    }
}

/// A template in which only credentials are still open. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Open(Value, Filter),
}

impl Filled {
    /// A text without anything open.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// The labels of the random secrets it wants.
    pub fn labels(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .filter_map(|piece| match piece {
                Piece::Open(Value::Random(label), _) => Some(label.as_str()),
                _ => None,
            })
            .collect()
    }

    /// What a person wrote, with what its references lead to still open.
    pub fn written(text: &str) -> Result<Self, reference::Unreadable> {
        let piece = |piece: reference::Piece<'_>| match piece {
            reference::Piece::Text(text) => Piece::Text(text.to_owned()),
            reference::Piece::Of(reference) => Piece::Open(Value::Supplied(reference), Filter::Plain),
        };
        Ok(Self(reference::pieces(text)?.into_iter().map(piece).collect()))
    }

    /// The references that it follows.
    pub fn references(&self) -> BTreeSet<&Reference> {
        let followed = |piece| match piece {
            &Piece::Open(Value::Supplied(ref reference), _) => Some(reference),
            _ => None,
        };
        self.0.iter().filter_map(followed).collect()
    }

    /// The same with a text behind it.
    pub(crate) fn then(mut self, text: &str) -> Self {
        self.0.push(Piece::Text(text.to_owned()));
        self
    }

    /// Whether this value goes in.
    pub fn wants(&self, wanted: &Value) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Open(value, _) if value == wanted))
    }

    /// Whether a credential goes in.
    pub fn is_open(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Open(..)))
    }

    /// Whether one of the credentials that go in is a secret.
    pub fn holds_a_secret(&self) -> bool {
        let secret = |value: &Value| matches!(value, Value::ClientSecret | Value::Random(_) | Value::Supplied(_));
        self.0.iter().any(|piece| matches!(piece, Piece::Open(value, _) if secret(value)))
    }

    /// The text without secrets, for a person to read: `{client_secret}` stands where one goes.
    pub fn masked(&self) -> String {
        let show = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Open(value, _) => format!("{{{value}}}"),
        };
        self.0.iter().map(show).collect()
    }

    /// The final text, or the first value that is missing.
    pub fn close<'s>(&self, lookup: impl Fn(&Value) -> Option<&'s str>) -> Result<Secret<String>, Value> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Open(value, filter) => out.push_str(&filter.apply(lookup(value).ok_or_else(|| value.clone())?)),
            }
        }
        Ok(Secret::new(out))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(name) => write!(f, "{name:?}"),
            Self::ClientId => f.write_str("client_id"),
            Self::ClientSecret => f.write_str("client_secret"),
            Self::Random(label) => write!(f, "random.{label}"),
            Self::Supplied(reference) => write!(f, "{reference}"),
        }
    }
}

impl Filter {
    fn apply(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Json => {
                let quoted = serde_json::Value::from(text).to_string();
                let inside = quoted.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or_default();
                inside.replace('\'', "\\u0027")
            }
            Self::Query => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Sh => format!("'{}'", text.replace('\'', "'\\''")),
            Self::Quoted => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Self::Xml => {
                let escape = |c: char| match c {
                    '&' => "&amp;".to_owned(),
                    '<' => "&lt;".to_owned(),
                    '>' => "&gt;".to_owned(),
                    '"' => "&quot;".to_owned(),
                    '\'' => "&apos;".to_owned(),
                    other => other.to_string(),
                };
                text.chars().map(escape).collect()
            }
            Self::Line => text.chars().filter(|c| !c.is_control()).collect(),
        }
    }
}

impl TryFrom<String> for Template {
    type Error = UnknownName;
    fn try_from(text: String) -> Result<Self, UnknownName> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            plain.push_str(before);
            if let Some(after) = after.strip_prefix('{') {
                plain.push('{');
                rest = after;
            } else if let Some((name, after)) = after.split_once('}').filter(|(name, _)| is_name(name)) {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(value(name).ok_or_else(|| UnknownName(name.to_owned()))?);
                rest = after;
            } else {
                plain.push('{');
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { written: text, parts })
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.written
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'|' | b'-'))
}

fn value(text: &str) -> Option<Part> {
    let (name, filter) = match text.split_once('|') {
        None => (text, Filter::Plain),
        Some((name, "json")) => (name, Filter::Json),
        Some((name, "query")) => (name, Filter::Query),
        Some((name, "sh")) => (name, Filter::Sh),
        Some((name, "quoted")) => (name, Filter::Quoted),
        Some((name, "xml")) => (name, Filter::Xml),
        Some((name, "line")) => (name, Filter::Line),
        Some(_) => return None,
    };
    let value = match name {
        "client_id" => Value::ClientId,
        "client_secret" => Value::ClientSecret,
        _ => match name.strip_prefix("random.") {
            Some("") => return None,
            Some(label) => Value::Random(label.to_owned()),
            None => Value::Public(Public::from_name(name)?),
        },
    };
    Some(Part::Value(value, filter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Result<Template, UnknownName> {
        Template::try_from(text.to_owned())
    }

    #[test]
    fn names_are_filled_and_other_braces_stand() {
        let public = |name: Public| match name {
            Public::Url => "https://a.example".to_owned(),
            Public::Instance => "Ada's \"{client_secret}\"".to_owned(),
            _ => "?".to_owned(),
        };
        for (text, wanted) in [
            ("{url}/cb", "https://a.example/cb"),
            (r#"{"a":{"b":"{url}"}}"#, r#"{"a":{"b":"https://a.example"}}"#),
            ("{{url}", "{url}"),
            ("{ url }", "{ url }"),
            ("{url|query}", "https%3A%2F%2Fa.example"),
            (r#"{"name":"{instance|json}"}"#, r#"{"name":"Ada\u0027s \"{client_secret}\""}"#),
            ("{client_id}:{client_secret}", "id:{secret}"),
            ("{random.cookie}", "label cookie"),
            ("", ""),
            ("{", "{"),
        ] {
            let filled = template(text).unwrap().fill(public);
            let closed = filled.close(|value| match value {
                Value::ClientId => Some("id"),
                Value::ClientSecret => Some("{secret}"),
                Value::Random(label) if label == "cookie" => Some("label cookie"),
                _ => None,
            });
            assert_eq!(closed.map(|text| text.expose().clone()), Ok(wanted.to_owned()));
        }
    }

    #[test]
    fn a_misspelt_name_is_found_when_the_catalog_is_read() {
        for bad in ["{client_secrt}", "{url|yaml}", "{random.}", "{issuer.x}"] {
            assert!(template(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_shown_has_a_name_where_the_secret_goes() {
        let filled = template("a {client_secret} {random.key}").unwrap().fill(|_| String::new());
        assert_eq!(filled.masked(), "a {client_secret} {random.key}");
        assert_eq!(filled.labels().into_iter().collect::<Vec<_>>(), ["key"]);
        assert_eq!(filled.close(|_| None).map(|_| ()), Err(Value::ClientSecret));
    }
}
