//! One file as data, with the position of each key and value, whichever language it is written in.

mod json;
mod toml;
mod yaml;
mod yaml_plain;
mod yaml_syntax;

use super::language::Language;
use super::mistake::{Mistake, Place};
use super::syntax;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Where a key and its value stand.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) key: Place,
    pub(crate) value: Place,
}

/// Each key by its path; entries of lists by their number.
pub(crate) type Sites = HashMap<Vec<String>, Site>;

/// A file as data.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) tree: Map<String, Value>,
    pub(crate) sites: Sites,
    /// What is wrong with the writing, beside which the rest can be looked at as well: a key that is there twice, say,
    /// of which one was read.
    pub(crate) faults: Vec<Mistake>,
}

/// The key by which editors find the schema of a file.
pub(crate) const SCHEMA: &str = "$schema";

/// Reads a file. Its mistakes of syntax are reported with their place and never with the line's text.
///
/// Where a line cannot be read, what its neighbours mean would be a guess. Nothing is looked at then: mistakes of
/// what was guessed would be mistakes that nobody made.
pub(crate) fn parse(text: &str, file: &str, language: Language) -> Result<Document, Vec<Mistake>> {
    if let Some(mistake) = syntax::of_another(text, file, language) {
        return Err(vec![mistake]);
    }
    let places = Places { text, file, positions: Positions::new(text) };
    let mut document = match language {
        Language::Toml => toml::parse(&places),
        Language::Yaml => yaml::parse(&places),
        Language::Json => json::parse(&places),
    }?;
    if document.tree.get(SCHEMA).is_some_and(Value::is_string) {
        document.tree.shift_remove(SCHEMA);
        document.sites.remove(&[SCHEMA.to_owned()][..]);
    }
    Ok(document)
}

/// The places of one file.
struct Places<'a> {
    text: &'a str,
    file: &'a str,
    positions: Positions,
}

impl Places<'_> {
    /// Of a byte.
    fn at(&self, offset: usize) -> Place {
        let (line, column) = self.positions.of(self.text, offset);
        Place::File { file: self.file.to_owned(), line: Some(line), column: Some(column) }
    }
}

/// How far apart marks are, in bytes: a line of ten thousand names has many.
const STRIDE: usize = 256;

/// Marks in a text from which a position is counted, so that a file costs what its length says.
struct Positions(Vec<Mark>);

struct Mark {
    offset: usize,
    line: u32,
    column: u32,
}

impl Positions {
    fn new(text: &str) -> Self {
        let mut marks = vec![Mark { offset: 0, line: 1, column: 1 }];
        let (mut line, mut column, mut last) = (1, 1, 0);
        for (offset, character) in text.char_indices() {
            if offset - last >= STRIDE {
                marks.push(Mark { offset, line, column });
                last = offset;
            }
            (line, column) = after(character, line, column);
        }
        Self(marks)
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    fn of(&self, text: &str, offset: usize) -> (u32, u32) {
        let next = self.0.partition_point(|mark| mark.offset <= offset);
        let Some(mark) = next.checked_sub(1).and_then(|at| self.0.get(at)) else { return (1, 1) };
        let between = text.get(mark.offset..offset).or_else(|| text.get(mark.offset..)).unwrap_or_default();
        between.chars().fold((mark.line, mark.column), |(line, column), character| after(character, line, column))
    }
}

fn after(character: char, line: u32, column: u32) -> (u32, u32) {
    if character == '\n' { (line.saturating_add(1), 1) } else { (line, column.saturating_add(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "issuer = \"https://a.example\"\n\n[apps.grafana]\nurl = 'x' # é\nrules = [{ do = 1 }]\n[[apps.x.rules]]\ndo = \"é\"\n  [log]\n  level = \"info\"\n";

    #[test]
    fn every_key_and_value_has_its_place() {
        let Document { tree, sites, faults } = parse(TEXT, "d.toml", Language::Toml).unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        for (path, key, value) in [
            ("issuer", "d.toml:1:1", "d.toml:1:10"),
            ("apps.grafana", "d.toml:3:7", "d.toml:3:1"),
            ("apps.grafana.url", "d.toml:4:1", "d.toml:4:7"),
            ("apps.grafana.rules.0.do", "d.toml:5:12", "d.toml:5:17"),
            ("apps.x.rules.0.do", "d.toml:7:1", "d.toml:7:6"),
            ("log.level", "d.toml:9:3", "d.toml:9:11"),
        ] {
            let site = &sites[&path.split('.').map(str::to_owned).collect::<Vec<_>>()];
            assert_eq!((site.key.to_string().as_str(), site.value.to_string().as_str()), (key, value), "{path}");
        }
        assert_eq!(tree["apps"]["x"]["rules"][0]["do"], "é");
        assert_eq!(tree["apps"]["grafana"]["rules"][0]["do"], 1);
    }

    #[test]
    fn a_position_is_the_same_wherever_the_nearest_mark_is() {
        let text: String = (0..2000)
            .map(|n| {
                if n % 97 == 0 {
                    "\n"
                } else if n % 5 == 0 {
                    "é"
                } else {
                    "x"
                }
            })
            .collect();
        let positions = Positions::new(&text);
        assert!(positions.0.len() > 5);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..offset];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!(positions.of(&text, offset), (u32::try_from(line).unwrap(), u32::try_from(column).unwrap()));
        }
    }

    #[test]
    fn syntax_is_told_with_its_place_and_without_the_text() {
        for (text, places) in [
            ("root_key = \"canary\nname = 1", vec!["d.toml:1:19"]),
            ("name = \"a\"\nname = \"canary\"\nb = canary", vec!["d.toml:2:1", "d.toml:3:5"]),
            ("a = canary\nb = 1\nc = canary", vec!["d.toml:1:5", "d.toml:3:5"]),
            ("[log\nlevel = 1", vec!["d.toml:1:5"]),
        ] {
            let mistakes = parse(text, "d.toml", Language::Toml).unwrap_err();
            let found: Vec<_> = mistakes.iter().map(|mistake| mistake.place.to_string()).collect();
            assert_eq!(found, places, "{mistakes:?}");
            assert!(!format!("{mistakes:?}").contains("canary"), "{mistakes:?}");
        }
    }
}
