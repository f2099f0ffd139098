//! The languages that a declaration may be written in, by the end of its file's name, and how each writes what a message
//! proposes.

use std::fmt::Write;
use std::path::Path;

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// TOML 1.0.
    #[default]
    Toml,
    /// YAML 1.2, without what reads differently from one program to the next.
    Yaml,
    /// JSON, RFC 8259.
    Json,
}

/// The ends of names, in the order in which a file is looked for.
pub const ENDS: [(&str, Language); 4] =
    [("toml", Language::Toml), ("yaml", Language::Yaml), ("yml", Language::Yaml), ("json", Language::Json)];

/// A value that a message proposes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proposed {
    /// A text.
    Text(String),
    /// True or false.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A list.
    List(Vec<Proposed>),
    /// Keys with their values.
    Table(Vec<(String, Proposed)>),
    /// Whatever the person has to say there.
    Open,
}

impl Proposed {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    pub fn list<const N: usize>(texts: [&str; N]) -> Self {
        Self::List(texts.map(Self::text).into())
    }

    /// What TOML says, unless it says what the others cannot.
    fn of_toml(value: &toml::Value) -> Option<Self> {
        Some(match value {
            toml::Value::String(text) => Self::text(text),
            toml::Value::Boolean(truth) => Self::Truth(*truth),
            toml::Value::Integer(number) => Self::Number(*number),
            toml::Value::Array(values) => Self::List(values.iter().map(Self::of_toml).collect::<Option<_>>()?),
            toml::Value::Table(keys) => {
                let keys = keys.iter().map(|(key, value)| Some((key.clone(), Self::of_toml(value)?)));
                Self::Table(keys.collect::<Option<_>>()?)
            }
            toml::Value::Float(_) | toml::Value::Datetime(_) => return None,
        })
    }
}

impl Language {
    /// By the end of the file's name; `None` for another end.
    pub fn of(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?;
        ENDS.iter().find(|(known, _)| *known == end).map(|(_, language)| *language)
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }

    /// What people call a value with keys.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Toml => "a table",
            Self::Yaml => "a mapping",
            Self::Json => "an object",
        }
    }

    /// A key and its value, which is written the same in all of them.
    pub fn assigned(self, key: &str, value: &str) -> String {
        match self {
            Self::Toml => format!("{} = {value}", bare(key)),
            Self::Yaml => format!("{}: {value}", bare(key)),
            Self::Json => format!("{}: {value}", quoted(key)),
        }
    }

    /// What a person writes so that the key at the end of `path` has this value, in one line.
    pub fn line(self, path: &[String], value: &Proposed) -> String {
        match (self, path) {
            (_, []) => self.value(value),
            (Self::Toml, path) => format!("{} = {}", dotted(path), self.value(value)),
            (_, [key]) => self.assigned(key, &self.value(value)),
            (_, [key, rest @ ..]) => self.assigned(key, &format!("{{ {} }}", self.line(rest, value))),
        }
    }

    fn value(self, value: &Proposed) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match value {
            Proposed::Text(text) => quoted(text),
            Proposed::Truth(yes) => yes.to_string(),
            Proposed::Number(number) => number.to_string(),
            Proposed::List(values) => format!("[{}]", joined(values.iter().map(|value| self.value(value)).collect())),
            Proposed::Table(keys) => {
                let keys = keys.iter().map(|(key, value)| self.assigned(key, &self.value(value)));
                format!("{{ {} }}", joined(keys.collect()))
            }
            Proposed::Open => "…".to_owned(),
        }
    }

    /// A sentence of the catalog. What a person writes in their own file stands there between backticks, as TOML: a key with
    /// its value, or a table by its path.
    pub fn sentence(self, sentence: &str) -> String {
        if self == Self::Toml {
            return sentence.to_owned();
        }
        let said = |(at, piece): (usize, &str)| match at % 2 {
            0 => piece.to_owned(),
            _ => self.of_toml(piece).unwrap_or_else(|| piece.to_owned()),
        };
        sentence.split('`').enumerate().map(said).collect::<Vec<_>>().join("`")
    }

    /// A line of TOML in this language.
    fn of_toml(self, line: &str) -> Option<String> {
        let mut said = toml::Value::Table(line.parse().ok()?);
        let mut path = Vec::new();
        loop {
            said = match said {
                toml::Value::Table(table) if table.len() == 1 => {
                    let (key, value) = table.into_iter().next()?;
                    path.push(key);
                    value
                }
                toml::Value::Table(table) if table.is_empty() && !path.is_empty() => return Some(self.path(&path)),
                toml::Value::Table(table) if path.is_empty() && !table.is_empty() => return None,
                value => {
                    return (!path.is_empty())
                        .then(|| Proposed::of_toml(&value))
                        .flatten()
                        .map(|value| self.line(&path, &value));
                }
            };
        }
    }

    /// A table by its path: `[apps.grafana]`.
    pub fn path(self, path: &[String]) -> String {
        match self {
            Self::Toml => format!("[{}]", dotted(path)),
            Self::Yaml | Self::Json => dotted(path),
        }
    }
}

/// In double quotes, as all three read it.
fn quoted(text: &str) -> String {
    // What JSON leaves as it is and TOML does not take, and what a terminal would obey.
    let is_to_be_escaped = |c: char| c.is_control() && c >= '\u{7f}';
    let written = serde_json::Value::from(text).to_string();
    written.chars().fold(String::new(), |mut all, c| {
        if is_to_be_escaped(c) {
            let _ = write!(all, "\\u{:04x}", u32::from(c));
        } else {
            all.push(c);
        }
        all
    })
}

fn bare(key: &str) -> String {
    dotted(&[key.to_owned()])
}

/// A path as TOML writes it.
pub fn dotted(path: &[String]) -> String {
    let bare =
        |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let keys = path.iter().map(|key| if bare(key) { key.clone() } else { quoted(key) });
    keys.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Json, Toml, Yaml};

    fn path(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn a_line_is_written_as_each_language_has_it() {
        let table = |key: &str, value| Proposed::Table(vec![(key.to_owned(), value)]);
        for (keys, value, toml, yaml, json) in [
            (
                &["forward_auth"][..],
                Proposed::Truth(true),
                "forward_auth = true",
                "forward_auth: true",
                "\"forward_auth\": true",
            ),
            (&["name"], Proposed::text("a \"b\""), r#"name = "a \"b\"""#, r#"name: "a \"b\"""#, r#""name": "a \"b\"""#),
            (
                &["callbacks"],
                Proposed::list(["/path", "/other"]),
                "callbacks = [\"/path\", \"/other\"]",
                "callbacks: [\"/path\", \"/other\"]",
                "\"callbacks\": [\"/path\", \"/other\"]",
            ),
            (
                &["outbound", "allow"],
                Proposed::list(["a:443"]),
                "outbound.allow = [\"a:443\"]",
                "outbound: { allow: [\"a:443\"] }",
                "\"outbound\": { \"allow\": [\"a:443\"] }",
            ),
            (
                &["my section"],
                table("key", Proposed::Open),
                "\"my section\" = { key = … }",
                "\"my section\": { key: … }",
                "\"my section\": { \"key\": … }",
            ),
        ] {
            let of = |language: Language| language.line(&path(keys), &value);
            assert_eq!([of(Toml), of(Yaml), of(Json)], [toml, yaml, json], "{keys:?}");
        }
    }

    #[test]
    fn a_sentence_of_the_catalog_is_told_in_each_language() {
        for (sentence, yaml, json) in [
            (
                "say `set = { A = \"1\", \"b.c\" = [\"x\"] }` under `[apps.wiki]`",
                "say `set: { A: \"1\", \"b.c\": [\"x\"] }` under `apps.wiki`",
                "say `\"set\": { \"A\": \"1\", \"b.c\": [\"x\"] }` under `apps.wiki`",
            ),
            (
                "`set.a.on = true`, `callbacks = ['/x']`",
                "`set: { a: { on: true } }`, `callbacks: [\"/x\"]`",
                "`\"set\": { \"a\": { \"on\": true } }`, `\"callbacks\": [\"/x\"]`",
            ),
            (
                "`set = { list = [{ path = \"/a\", port = 1 }] }`",
                "`set: { list: [{ path: \"/a\", port: 1 }] }`",
                "`\"set\": { \"list\": [{ \"path\": \"/a\", \"port\": 1 }] }`",
            ),
        ] {
            let of = |language: Language| language.sentence(sentence);
            assert_eq!([of(Toml), of(Yaml), of(Json)], [sentence, yaml, json]);
        }
        for same in ["no line = here", "a key: `allow`", "``", "`a = 1.5`", "`a = 1\nb = 2`", "`x", "`set = {`"] {
            assert_eq!(Yaml.sentence(same), same);
        }
    }

    /// What a message shows can be written as it stands.
    #[test]
    fn what_is_proposed_is_read_as_what_it_means() {
        let value = Proposed::Table(vec![
            ("allow".into(), Proposed::list(["a", "ü\\\"…"])),
            ("on".into(), Proposed::Truth(true)),
        ]);
        let wanted = serde_json::json!({ "a b": { "c": { "allow": ["a", "ü\\\"…"], "on": true } } });
        let line = |language: Language| language.line(&path(&["a b", "c"]), &value);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&format!("{{{}}}", line(Json))).unwrap(), wanted);
        let toml: serde_json::Value = toml::from_str(&line(Toml)).unwrap();
        assert_eq!(toml, wanted);
        let yaml: serde_json::Value = serde_saphyr::from_str(&line(Yaml)).unwrap();
        assert_eq!(yaml, wanted);
    }
}
