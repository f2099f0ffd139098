//! A key inside a file that somebody else owns: how it is named, and what files have such keys. Pure.
//!
//! Keys are written as TOML writes them (<https://toml.io/en/v1.0.0#keys>): parts between dots, in quotes where a part has
//! other characters than letters, digits, `-` and `_`.

use std::{fmt, path::Path};

/// The way to a key: the tables that it stands in, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPath {
    /// The tables, from outside.
    pub tables: Vec<String>,
    /// The key.
    pub name: String,
}

/// How a file with keys is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyedForm {
    /// Lines of `NAME=value`.
    Env,
    /// Lines of `key = value`, below `[section]`.
    Ini,
    /// RFC 8259.
    Json,
    /// TOML 1.0.
    Toml,
    /// YAML 1.2.
    Yaml,
}

impl KeyedForm {
    /// The form that a file is called by. `.env` and `.env.local` are files of variables, too.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if name == ".env" || name.starts_with(".env.") {
            return Some(Self::Env);
        }
        Some(match path.extension()?.to_str()? {
            "env" => Self::Env,
            "ini" => Self::Ini,
            "json" => Self::Json,
            "toml" => Self::Toml,
            "yaml" | "yml" => Self::Yaml,
            _ => return None,
        })
    }
}

impl KeyPath {
    /// Reads `a.b."c.d"`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        loop {
            let (part, after) = if rest.starts_with('"') { quoted(rest)? } else { bare(rest)? };
            parts.push(part);
            match after.strip_prefix('.') {
                Some(further) => rest = further,
                None if after.is_empty() => break,
                None => return None,
            }
        }
        let name = parts.pop()?;
        Some(Self { tables: parts, name })
    }

    /// The parts, the key last.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(String::as_str).chain([self.name.as_str()])
    }

    /// Whether one of them stands in the other, or is it.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.parts().zip(other.parts()).all(|(one, two)| one == two)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            if !part.is_empty() && part.chars().all(is_bare) {
                f.write_str(part)?;
            } else {
                write!(f, "{}", serde_json::Value::from(part))?;
            }
        }
        Ok(())
    }
}

const fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn bare(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c| !is_bare(c)).unwrap_or(text.len());
    let (part, after) = text.split_at(end);
    (!part.is_empty()).then(|| (part.to_owned(), after))
}

/// A text in quotes, as JSON has it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut parts = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let part = parts.next()?.ok()?;
    let after = text.get(parts.byte_offset()..)?;
    (!part.is_empty() && !part.contains(char::is_control)).then_some((part, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_toml_writes_them_and_written_back() {
        for (text, parts) in [
            ("A_B", &["A_B"][..]),
            ("auth.oidc.client-secret", &["auth", "oidc", "client-secret"]),
            ("\"auth.generic_oauth\".client_secret", &["auth.generic_oauth", "client_secret"]),
            ("a.\"b \\\"c\\\"\".0", &["a", "b \"c\"", "0"]),
        ] {
            let key = KeyPath::parse(text).unwrap();
            assert_eq!(key.parts().collect::<Vec<_>>(), parts);
            assert_eq!(key.to_string(), text);
        }
        for wrong in ["", ".", "a.", ".a", "a..b", "a b", "a=b", "\"a", "\"a\"b", "\"\"", "a.\"\"", "\"a\\nb\"", "ä"] {
            assert_eq!(KeyPath::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_key_meets_itself_and_what_stands_in_it() {
        let of = |text| KeyPath::parse(text).unwrap();
        assert!(of("a.b").meets(&of("a.b")) && of("a").meets(&of("a.b")) && of("a.b.c").meets(&of("a")));
        assert!(!of("a.b").meets(&of("a.c")) && !of("b").meets(&of("a.b")));
    }

    #[test]
    fn a_form_is_told_by_the_name() {
        for (name, form) in [
            ("/srv/.env", Some(KeyedForm::Env)),
            ("/srv/.env.local", Some(KeyedForm::Env)),
            ("/srv/a.env", Some(KeyedForm::Env)),
            ("/srv/a.yml", Some(KeyedForm::Yaml)),
            ("/srv/grafana.ini", Some(KeyedForm::Ini)),
            ("/srv/a.conf", None),
            ("/srv/Dockerfile", None),
        ] {
            assert_eq!(KeyedForm::of(Path::new(name)), form, "{name}");
        }
    }
}
