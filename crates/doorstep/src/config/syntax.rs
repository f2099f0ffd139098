//! A file that is not TOML: what its writer probably meant, and how TOML writes it.
//!
//! Looks at the line of each fault, and repeats nothing of it but a plain key: the rest may be a secret.

use super::language::Language;
use super::mistake::{Mistake, Place};

const TABLES: &str = "and a table's name in brackets above what belongs to it: [groups], [apps.grafana]";

/// The line that a byte stands in.
pub(crate) fn line_at(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    text.get(begin..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// Where the table begins that a byte stands in: its header's first byte; `None` above the first one.
pub(crate) fn header_at(text: &str, at: usize) -> Option<usize> {
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
    let mut begin = 0;
    let lines = text.get(..end).unwrap_or(text).split_inclusive('\n').map(|line| {
        let here = begin;
        begin += line.len();
        (here, line)
    });
    lines.filter(|(_, line)| is_header(line)).map(|(here, _)| here).last()
}

/// What the parser found wrong, and where.
pub(crate) struct SyntaxFault<'a> {
    pub(crate) place: Place,
    /// Of the table that it stands in.
    pub(crate) header: Option<usize>,
    pub(crate) line: &'a str,
    pub(crate) message: &'a str,
}

impl SyntaxFault<'_> {
    /// Whether a key or a table is written twice, and nothing else is wrong.
    pub(crate) fn is_twice(&self) -> bool {
        self.message == "duplicate key"
    }
}

/// A text that is of another language than the file's name says.
pub(crate) fn of_another(text: &str, file: &str, named: Language) -> Option<Mistake> {
    let (number, first) = first_line(text)?;
    let (found, example) = other_language(first).filter(|(found, _)| match named {
        Language::Toml | Language::Json => *found != named,
        // JSON is YAML, too.
        Language::Yaml => *found == Language::Toml,
    })?;
    let place = Place::File { file: file.to_owned(), line: Some(number), column: None };
    let what = format!("this is {}, and the end of the file's name says {}", found.name(), named.name());
    let end = found.name().to_ascii_lowercase();
    let remedy = match named {
        Language::Toml => format!("end the name in .{end}, or {example}\n{TABLES}"),
        Language::Yaml | Language::Json => format!("end the name in .{end}, or write {}", named.name()),
    };
    Some(Mistake::new(place, what, Some(remedy)))
}

/// The mistakes of a text that is not TOML, one a line.
pub(crate) fn mistakes(faults: Vec<SyntaxFault<'_>>) -> Vec<Mistake> {
    let mut reported: Vec<Mistake> = Vec::new();
    // The table that was found to be there twice: what stands in it was told with it.
    let mut table_twice = None;
    for fault in faults {
        let SyntaxFault { header, line, .. } = fault;
        let (what, remedy) = match fault.is_twice() {
            true if is_header(line) => {
                table_twice = header;
                reported_twice(line)
            }
            true if table_twice.is_some() && table_twice == header => continue,
            true => reported_twice(line),
            false => meant(line, fault.message),
        };
        let place = fault.place;
        if !reported.iter().any(|before| before.place.clone().line_only() == place.clone().line_only()) {
            reported.push(Mistake::new(place, what, remedy));
        }
    }
    reported
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

/// A key or a table that is written a second time.
fn reported_twice(line: &str) -> (String, Option<String>) {
    let name =
        if is_header(line) { line.trim().trim_start_matches('[').split(']').next() } else { line.split('=').next() };
    let name = name.unwrap_or_default().trim();
    if !is_plain(name) {
        return ("this is written a second time".to_owned(), Some("keep one of them".to_owned()));
    }
    if is_header(line) {
        let remedy = "keep one of them, with what both say".to_owned();
        return (format!("the table [{name}] is here a second time"), Some(remedy));
    }
    (format!("`{name}` is written a second time"), Some("keep one of them".to_owned()))
}

/// The first line that says something, with its number.
fn first_line(text: &str) -> Option<(u32, &str)> {
    let said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    (1..).zip(text.lines()).find(|(_, line)| said(line))
}

/// Which language a text shows itself to be of by its first line, and what to write in TOML.
fn other_language(first: &str) -> Option<(Language, String)> {
    const JSON: &str = "write issuer = \"https://auth.example.org\" in place of \"issuer\": …";
    const YAML: &str = "write issuer = \"https://auth.example.org\" in place of issuer: …";
    let line = first.trim();
    if first.starts_with('{') {
        return Some((Language::Json, JSON.to_owned()));
    }
    if first.trim_end() == "---" {
        return Some((Language::Yaml, YAML.to_owned()));
    }
    if let Some(key) = yaml_key(first) {
        return Some((Language::Yaml, format!("write {key} = … in place of {key}: …")));
    }
    let table = line.trim_start_matches('[').split(']').next().unwrap_or_default();
    let is_table = line.starts_with('[') && is_plain(table) && table.contains(|one: char| one.is_ascii_alphabetic());
    let is_assigned = line.split_once('=').is_some_and(|(key, _)| is_plain(key.trim()));
    (is_table || is_assigned).then(|| (Language::Toml, String::new()))
}

/// The key of `key: value` or `key:`.
fn yaml_key(line: &str) -> Option<&str> {
    let (key, rest) = line.trim_start().split_once(':')?;
    (is_plain(key) && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}

pub(crate) fn is_plain(key: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    (1..=60).contains(&key.len()) && key.bytes().all(plain)
}

/// What stands in a line, and how TOML writes what was probably meant.
fn meant(line: &str, message: &str) -> (String, Option<String>) {
    let otherwise = || (format!("this is not TOML: {}", message.replace('\n', ", ")), None);
    let Some((key, value)) = line.split_once('=') else {
        let alone = line.split('#').next().unwrap_or_default().trim();
        return match yaml_key(line) {
            Some(key) => (format!("`{key}:` is YAML"), Some(format!("write {key} = …, {TABLES}"))),
            None if is_plain(alone) => {
                (format!("`{alone}` has no value"), Some(format!("write {alone} = \"…\", or [{alone}] for a table")))
            }
            None => otherwise(),
        };
    };
    let (key, value) = (key.trim(), value.trim());
    if !is_plain(key) {
        return otherwise();
    }
    match value.chars().next() {
        None | Some('#') => (
            format!("no value stands after `{key} =`"),
            Some(format!("write {key} = \"…\"; numbers, true and false without quotes, lists as [\"…\", \"…\"]")),
        ),
        Some('\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '\u{ab}' | '\u{bb}') => (
            format!("the quotes after `{key} =` are typographic"),
            Some(format!("write {key} = \"…\", with straight quotes")),
        ),
        Some('[') => (
            format!("the list after `{key} =` is not one that TOML reads"),
            Some(format!(
                "write {key} = [\"…\", \"…\"]: each entry in quotes, commas between them, brackets at both ends"
            )),
        ),
        Some('"' | '\'' | '{' | '0'..='9' | '+' | '-') => otherwise(),
        Some(_) if value.contains(',') => {
            (format!("several values stand after `{key} =`"), Some(format!("write {key} = [\"…\", \"…\"]")))
        }
        Some(_) if matches!(value.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "true" | "false") => (
            format!("what stands after `{key} =` is neither true nor false"),
            Some(format!("write {key} = true or {key} = false")),
        ),
        Some(_) => (format!("text stands after `{key} =` without quotes"), Some(format!("write {key} = \"…\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::parse;
    use super::Language;

    fn reported(text: &str) -> Vec<String> {
        let mistakes = parse(text, "d.toml", Language::Toml).map_or_else(|mistakes| mistakes, |read| read.faults);
        assert!(!format!("{mistakes:?}").contains("canary"), "{mistakes:?}");
        mistakes
            .iter()
            .map(|one| format!("{} {} | {}", one.place, one.what, one.remedy.as_deref().unwrap_or("–")))
            .collect()
    }

    #[test]
    fn another_language_is_named_once() {
        for (text, what) in [
            (
                "issuer: https://canary.example\ngroups:\n  admins: [ada]\n",
                "d.toml:1 this is YAML, and the end of the file's name says TOML | end the name in .yaml, or write issuer = … in place of issuer: …",
            ),
            (
                "# home\n---\nissuer: canary\n",
                "d.toml:2 this is YAML, and the end of the file's name says TOML | end the name in .yaml, or write issuer",
            ),
            (
                "\n{\n \"issuer\": \"canary\"\n}\n",
                "d.toml:2 this is JSON, and the end of the file's name says TOML | end the name in .json, or write issuer",
            ),
        ] {
            let reported = reported(text);
            assert_eq!(reported.len(), 1, "{reported:?}");
            assert!(reported[0].starts_with(what) && reported[0].contains("[apps.grafana]"), "{reported:?}");
        }
    }

    #[test]
    fn what_is_written_twice_is_named_once() {
        let table = "[apps.tv]\nurl = \"canary\"\nforward_auth = true\n";
        let reported_of = reported(&format!("{table}[log]\nlevel = 1\n\n{table}"));
        assert_eq!(
            reported_of,
            ["d.toml:7:7 the table [apps.tv] is here a second time | keep one of them, with what both say"]
        );
        let reported_of = reported("on = true\n\"a b\" = 1\non = false\n\"a b\" = 2\n");
        let twice = [
            "d.toml:3:1 `on` is written a second time | keep one of them",
            "d.toml:4:1 this is written a second time | keep one of them",
        ];
        assert_eq!(reported_of, twice);
    }

    #[test]
    fn a_key_that_is_written_twice_in_a_later_table_is_told_with_the_table_that_is() {
        let table = "[apps.tv]\nurl = \"a\"\n";
        let later = "[apps.wiki]\nurl = \"b\"\nurl = \"canary\"\n";
        let reported_of = reported(&format!("{table}{table}{later}[apps.news]\nallow = [\n]\nallow = []\n"));
        let twice = [
            "d.toml:3:7 the table [apps.tv] is here a second time | keep one of them, with what both say",
            "d.toml:7:1 `url` is written a second time | keep one of them",
            "d.toml:11:1 `allow` is written a second time | keep one of them",
        ];
        assert_eq!(reported_of, twice);
    }

    #[test]
    fn a_line_that_is_not_toml_is_told_with_how_toml_writes_it() {
        for (line, expected) in [
            ("name =", "no value stands after `name =` | write name = \"…\"; numbers"),
            ("name = # canary", "no value stands after `name =` | write name = \"…\"; numbers"),
            ("name = canary", "text stands after `name =` without quotes | write name = \"…\""),
            ("issuer = https://canary.example", "text stands after `issuer =` without quotes | write issuer = \"…\""),
            ("name = “canary”", "the quotes after `name =` are typographic | write name = \"…\", with straight"),
            ("allow = admins, canary", "several values stand after `allow =` | write allow = [\"…\", \"…\"]"),
            ("allow = [admins, canary]", "the list after `allow =` is not one that TOML reads | write allow = [\"…\""),
            ("allow = [\"canary\" \"b\"]", "the list after `allow =` is not one that TOML reads | write allow = ["),
            ("passwords = yes", "what stands after `passwords =` is neither true nor false | write passwords = true"),
            ("passwords = True", "what stands after `passwords =` is neither true nor false | write passwords = true"),
            ("name: canary", "`name:` is YAML | write name = …, and a table's name in brackets"),
            ("name", "`name` has no value | write name = \"…\", or [name] for a table"),
            ("name = \"canary", "this is not TOML: "),
        ] {
            let reported = reported(&format!("a = 1\n{line}\nb = 2\n"));
            assert!(reported[0].starts_with("d.toml:2:") && reported[0].contains(expected), "{line}: {reported:?}");
        }
    }
}
