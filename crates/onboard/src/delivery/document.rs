//! Documents: JSON, YAML, TOML and INI.

use super::RenderError;
use crate::catalog::{Document, Filled, Format, Node, try_map};
use doorstep_core::secret::Secret;
use std::fmt::Write;

impl Format {
    /// What a file with such a document is called by.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Ini => "ini",
        }
    }
}

pub(super) fn render(
    format: Format,
    body: &Document<Filled>,
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let closed = try_map(body, &|filled| close(filled).map(|secret| secret.expose().clone()))?;
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&closed).map(|text| text + "\n").ok(),
        Format::Yaml => serde_saphyr::to_string(&closed).ok(),
        Format::Toml => toml::to_string(&closed).ok(),
        Format::Ini => return ini(&closed).map(Secret::new),
    };
    text.map(Secret::new).ok_or(RenderError::Document(format.extension()))
}

/// What every reader of INI reads alike: no quotes, no escapes, so nothing that would need them.
fn ini(document: &Document<String>) -> Result<String, RenderError> {
    let mut out = String::new();
    let (sections, lines): (Vec<_>, Vec<_>) = document.iter().partition(|(_, node)| matches!(node, Node::Table(_)));
    for (key, node) in lines {
        line(&mut out, key, node)?;
    }
    for (name, section) in sections {
        let Node::Table(members) = section else { continue };
        let gap = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}[{name}]");
        for (key, node) in members {
            line(&mut out, key, node)?;
        }
    }
    Ok(out)
}

fn line(out: &mut String, key: &str, node: &Node<String>) -> Result<(), RenderError> {
    let value = match node {
        Node::Bool(yes) => yes.to_string(),
        Node::Number(number) => number.to_string(),
        Node::Text(text) => text.clone(),
        Node::Plain(serde_json::Value::Number(number)) => number.to_string(),
        Node::Plain(_) | Node::List(_) | Node::Table(_) => return Err(RenderError::Document("ini")),
    };
    let wrong = |what| RenderError::Unsayable { key: key.to_owned(), what, form: "ini" };
    if value.contains(char::is_control) {
        return Err(wrong("a line break or control character"));
    }
    if value.trim() != value || value.starts_with(['"', '\'']) {
        return Err(wrong("a quote at its beginning or a space at an end"));
    }
    if value.contains([';', '#']) {
        return Err(wrong("`;` or `#`, where some readers begin a comment"));
    }
    let _ = writeln!(out, "{key} = {value}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, source: &str) -> Result<String, RenderError> {
        let document: Document<String> = toml::from_str(source).unwrap();
        let filled = try_map(&document, &|text: &String| Ok::<_, RenderError>(Filled::text(text))).unwrap();
        let close = |filled: &Filled| Ok(Secret::new(filled.masked()));
        render(format, &filled, close).map(|text| text.expose().clone())
    }

    const ODD: &str = r#"
list = ["a b", "no", "1.0"]
text = "yes"
[one]
on = true
count = 3
quote = 'it''s "x" #1: {y}'
"tag!" = "- !ruby &a *b"
[one.two]
deep = ""
"#;

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let source = ODD.replace("it''s", "it is");
        let wanted: serde_json::Value = toml::from_str(&source).unwrap();
        let json = written(Format::Json, &source).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), wanted);
        let toml_text = written(Format::Toml, &source).unwrap();
        assert_eq!(toml::from_str::<serde_json::Value>(&toml_text).unwrap(), wanted);
        let yaml = written(Format::Yaml, &source).unwrap();
        assert_eq!(serde_saphyr::from_str::<serde_json::Value>(&yaml).unwrap(), wanted, "{yaml}");
    }

    #[test]
    fn ini_has_lines_then_sections_and_refuses_what_it_cannot_say() {
        let text = written(Format::Ini, "[s]\na = \"x y\"\nb = true\n[t]\nc = 5").unwrap();
        assert_eq!(text, "[s]\na = x y\nb = true\n\n[t]\nc = 5\n");
        assert_eq!(written(Format::Ini, "z = 1\n[s]\na = 2").unwrap(), "z = 1\n\n[s]\na = 2\n");
        for (bad, why) in [
            ("a = \"x\\ny\"", "a line break"),
            ("a = \" x\"", "a space"),
            ("a = \"'x'\"", "a quote"),
            ("a = \"x;y\"", "comment"),
            ("a = \"x#y\"", "comment"),
            ("a = [1]", "as ini"),
            ("[s.t]\na = 1", "as ini"),
        ] {
            let said = written(Format::Ini, bad).unwrap_err().to_string();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
