//! Documents: JSON, YAML, TOML and INI.

use super::RenderError;
use crate::catalog::{Document, Filled, Format, Node, try_map};
use doorstep_core::secret::Secret;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

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
    let closed = try_map(body, &|filled| close(filled).map(Closed))?;
    let mut out = Pieces::default();
    let written = match format {
        Format::Json => serde_json::to_writer_pretty(&mut out, &closed).is_ok() && writeln!(out).is_ok(),
        Format::Yaml => serde_saphyr::to_io_writer(&mut out, &closed).is_ok(),
        // This library writes into memory of its own only, which is taken over as it is.
        Format::Toml => toml::to_string(&closed).map(|text| out.0.push(Secret::new(text.into_bytes()))).is_ok(),
        Format::Ini => {
            ini(&mut out, &closed)?;
            true
        }
    };
    if written { out.join() } else { None }.ok_or(RenderError::Document(format.extension()))
}

/// A value with its credentials in it, for as long as it takes to write it down.
struct Closed(Secret<String>);

impl Serialize for Closed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

/// What was written so far, piece by piece: text that grew in one place would leave its earlier places behind in memory.
#[derive(Default)]
struct Pieces(Vec<Secret<Vec<u8>>>);

impl Pieces {
    /// The whole; `None` where it is no text.
    fn join(self) -> Option<Secret<String>> {
        let mut whole = Vec::with_capacity(self.0.iter().map(|piece| piece.expose().len()).sum());
        for piece in &self.0 {
            whole.extend_from_slice(piece.expose());
        }
        String::from_utf8(whole).ok().map(Secret::new)
    }
}

impl io::Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.push(Secret::new(piece.to_vec()));
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What every reader of INI reads alike: no quotes, no escapes, so nothing that would need them.
fn ini(out: &mut Pieces, document: &Document<Closed>) -> Result<(), RenderError> {
    let (sections, lines): (Vec<_>, Vec<_>) = document.iter().partition(|(_, node)| matches!(node, Node::Table(_)));
    for (key, node) in lines {
        line(out, key, node)?;
    }
    for (name, section) in sections {
        let Node::Table(members) = section else { continue };
        let gap = if out.0.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}[{name}]");
        for (key, node) in members {
            line(out, key, node)?;
        }
    }
    Ok(())
}

fn line(out: &mut Pieces, key: &str, node: &Node<Closed>) -> Result<(), RenderError> {
    let plain;
    let value = match node {
        Node::Text(text) => text.0.expose().as_str(),
        Node::Bool(yes) => {
            plain = yes.to_string();
            &plain
        }
        Node::Number(number) => {
            plain = number.to_string();
            &plain
        }
        Node::Plain(serde_json::Value::Number(number)) => {
            plain = number.to_string();
            &plain
        }
        Node::Plain(_) | Node::List(_) | Node::Table(_) => return Err(RenderError::Document("ini")),
    };
    let wrong = |what| RenderError::Unsayable { key: key.to_owned(), what, form: "ini" };
    let value = plain_in_ini(value).map_err(wrong)?;
    let _ = writeln!(out, "{key} = {value}");
    Ok(())
}

/// A value as every reader of INI takes it, without quotes and escapes; or what is in it that they take differently.
pub fn plain_in_ini(value: &str) -> Result<&str, &'static str> {
    if value.contains(char::is_control) {
        return Err("a line break or control character");
    }
    if value.trim() != value || value.starts_with(['"', '\'', '`']) {
        return Err("a quote at its beginning or a space at an end");
    }
    if value.contains([';', '#']) {
        return Err("`;` or `#`, where some readers begin a comment");
    }
    if value.ends_with('\\') {
        return Err("a backslash at its end, where some readers go on with the next line");
    }
    Ok(value)
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
            ("a = \"`x`\"", "a quote"),
            ("a = \"x\\\\\"", "a backslash"),
            ("a = [1]", "as ini"),
            ("[s.t]\na = 1", "as ini"),
        ] {
            let said = written(Format::Ini, bad).unwrap_err().to_string();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
