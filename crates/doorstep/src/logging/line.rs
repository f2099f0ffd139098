//! One line of the log: its fields, and how they are written so that no value can pass for another.

use serde_json::{Map, Value};
use std::fmt::{self, Write};
use tracing::Level;
use tracing::field::{Field, Visit};

/// The longest value, in characters.
const LONGEST: usize = 512;
const MESSAGE: &str = "message";

/// The fields of an event or a span, in their order.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Takes over what is not there yet: the inner span wins over the outer.
    pub(super) fn add_missing(&mut self, around: &Self) {
        for (name, value) in &around.0 {
            if *name != MESSAGE && !self.0.iter().any(|(known, _)| known == name) {
                self.0.push((name, value.clone()));
            }
        }
    }

    fn put(&mut self, field: &Field, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == field.name()) {
            Some((_, old)) => *old = value,
            None => self.0.push((field.name(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::from(value));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::from(value));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::from(value));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::from(value));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::from(value.chars().take(LONGEST + 1).collect::<String>()));
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = Limited { text: String::new(), left: LONGEST + 1 };
        // It ends early when the limit is reached; what it has until then is wanted.
        let _ = write!(text, "{value:?}");
        self.put(field, Value::from(text.text));
    }
}

/// Takes so many characters and no more, however large the value would print.
struct Limited {
    text: String,
    left: usize,
}

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(c);
        }
        Ok(())
    }
}

/// One event, ready to be written.
pub(super) struct Entry<'a> {
    pub(super) time: &'a str,
    pub(super) level: Level,
    pub(super) target: &'a str,
    pub(super) fields: &'a Fields,
}

impl Entry<'_> {
    /// `2026-07-25T09:12:00.000000Z INFO  signed in user=ada request=7K2M`
    pub(super) fn text(&self) -> String {
        let mut line = format!("{} {:<5} {}", self.time, self.level.as_str(), self.message());
        for (name, value) in self.others() {
            line.extend([" ", name, "=", &quoted(value)]);
        }
        line.push('\n');
        line
    }

    /// The same as one JSON object. The four names of the line itself cannot be taken by a field.
    pub(super) fn json(&self) -> String {
        let mut object = Map::new();
        object.insert("time".to_owned(), self.time.into());
        object.insert("level".to_owned(), self.level.as_str().to_ascii_lowercase().into());
        object.insert("target".to_owned(), self.target.into());
        let message = self.fields.0.iter().find(|(name, _)| *name == MESSAGE).map(|(_, value)| cut(value));
        object.insert(MESSAGE.to_owned(), message.unwrap_or_default().into());
        for (name, value) in self.others() {
            let name = if object.contains_key(name) { format!("{name}_") } else { name.to_owned() };
            object.insert(name, if value.is_string() { cut(value).into() } else { value.clone() });
        }
        format!("{}\n", Value::Object(object))
    }

    fn message(&self) -> String {
        self.fields
            .0
            .iter()
            .find(|(name, _)| *name == MESSAGE)
            .map(|(_, value)| escaped(&cut(value)))
            .unwrap_or_default()
    }

    fn others(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.fields.0.iter().filter(|(name, _)| *name != MESSAGE).map(|(name, value)| (*name, value))
    }
}

fn cut(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

/// A value that ends where it seems to end: in quotes unless it is one plain word.
fn quoted(value: &Value) -> String {
    let text = cut(value);
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '\\' | '=');
    if !text.is_empty() && text.chars().all(plain) {
        return escaped(&text);
    }
    format!("\"{}\"", escaped(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Control characters, line separators and marks that turn the direction of writing as escapes.
fn escaped(text: &str) -> String {
    let unsafe_in_line = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if unsafe_in_line(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}
