//! YAML 1.2, where a key stands on a line of its own in block style, with its value on the same line. No library that keeps
//! comments writes it; everything else is refused, and whatever was misread shows when the changed text is read again.

use super::{Refused, Value, lines::Lines};
use doorstep_onboard::delivery::KeyPath;

/// A key on a line of its own.
struct Entry<'t> {
    path: Vec<String>,
    at: usize,
    indent: usize,
    /// Up to the colon.
    before: &'t str,
    /// Behind it.
    value: &'t str,
}

pub(super) fn set(text: &str, key: &KeyPath, value: &Value<'_>) -> Result<String, Refused> {
    let lines = Lines::of(text);
    let entries = entries(&lines);
    let path: Vec<&str> = key.parts().collect();
    let tables = path.get(..key.tables.len()).unwrap_or_default();
    let new = written(value);
    if let Some(entry) = one(&entries, &path)? {
        let comment = comment(entry.value).ok_or_else(|| {
            Refused(format!(
                "`{key}` has a value that is not written plainly on its line; write it like `{}: \"\"`",
                key.name
            ))
        })?;
        return Ok(lines.replaced(entry.at, &format!("{}: {new}{comment}", entry.before)));
    }
    let name =
        if is_plain(&key.name) { key.name.clone() } else { serde_json::Value::from(key.name.as_str()).to_string() };
    if key.tables.is_empty() {
        // Above what ends the document.
        let end = lines.iter().position(|line| line == "...").unwrap_or(usize::MAX);
        return Ok(lines.inserted(end, &format!("{name}: {new}")));
    }
    let parent = one(&entries, tables)?.filter(|parent| is_head(parent.value));
    let Some(parent) = parent else {
        return Err(Refused(format!(
            "the table of `{key}` is not written with its keys below it, each on a line of its own; write it so"
        )));
    };
    let child =
        entries.iter().find(|entry| entry.path.len() == key.tables.len() + 1 && entry.path.starts_with(&key.tables));
    let indent = child.map_or(parent.indent + 2, |child| child.indent);
    Ok(lines.inserted(parent.at + 1, &format!("{:indent$}{name}: {new}", "")))
}

/// What JSON writes is YAML, too, but for characters that YAML does not print (§5.1) or that YAML 1.1 ends lines at.
fn written(value: &Value<'_>) -> String {
    let ends_or_hides = |c: &char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let each = value.tree().to_string();
    let each = each.chars().map(|c| match Some(c).filter(ends_or_hides) {
        Some(c) => format!("\\u{:04x}", u32::from(c)),
        None => c.to_string(),
    });
    each.collect()
}

pub(super) fn unset(text: &str, key: &KeyPath) -> Result<String, Refused> {
    let lines = Lines::of(text);
    let entries = entries(&lines);
    let path: Vec<&str> = key.parts().collect();
    match one(&entries, &path)? {
        Some(entry) => Ok(lines.without(entry.at)),
        None => Err(Refused(format!("`{key}` does not stand on a line of its own; take it out yourself"))),
    }
}

fn one<'e>(entries: &'e [Entry<'e>], path: &[&str]) -> Result<Option<&'e Entry<'e>>, Refused> {
    let mut found = entries.iter().filter(|entry| entry.path == path);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(Refused(format!("`{}` stands there twice; take one out", path.join(".")))),
        (found, _) => Ok(found),
    }
}

/// Every key on a line of its own. Lines of a text and of a list look like keys, too; what they stand below is no table, so
/// that nobody asks for them.
fn entries<'t>(lines: &Lines<'t>) -> Vec<Entry<'t>> {
    let mut entries: Vec<Entry<'t>> = Vec::new();
    let mut above: Vec<(usize, String)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start_matches(' ');
        let indent = line.len() - trimmed.len();
        if trimmed.starts_with('#') {
            continue;
        }
        let Some((name, before_len)) = key_of(trimmed) else { continue };
        let Some((before, value)) = line.split_at_checked(indent + before_len) else { continue };
        let value = value.strip_prefix(':').unwrap_or(value);
        above.retain(|(other, _)| *other < indent);
        above.push((indent, name));
        let path = above.iter().map(|(_, name)| name.clone()).collect();
        entries.push(Entry { path, at, indent, before, value });
    }
    entries
}

/// The key that a line begins with, and how long it is written.
fn key_of(line: &str) -> Option<(String, usize)> {
    let end = match line.chars().next()? {
        '"' | '\'' => quoted_end(line)?,
        _ => line.find(':')?,
    };
    let (written, rest) = line.split_at_checked(end)?;
    let after = rest.strip_prefix(':')?;
    if !(after.is_empty() || after.starts_with([' ', '\t'])) {
        return None;
    }
    let name = match written.chars().next()? {
        '"' => serde_json::from_str(written).ok()?,
        '\'' => written.get(1..written.len() - 1)?.replace("''", "'"),
        _ => written.to_owned(),
    };
    Some((name, end))
}

/// Behind the quote that closes the one at the beginning.
fn quoted_end(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().peekable();
    let (_, quote) = bytes.next()?;
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && quote == b'"'
            || byte == quote && quote == b'\'' && bytes.peek().is_some_and(|next| next.1 == quote)
        {
            bytes.next();
        } else if byte == quote {
            return Some(at + 1);
        }
    }
    None
}

/// What stands behind a value that is written plainly, with the space before it; `None` for every other value.
fn comment(value: &str) -> Option<&str> {
    let begins = value.trim_start();
    let space = value.len() - begins.len();
    let rest = match begins.chars().next() {
        None => return Some(""),
        Some('#') if space > 0 => return Some(value),
        Some('"' | '\'') => begins.get(quoted_end(begins)?..)?,
        Some('&' | '*' | '!' | '|' | '>' | '{' | '[' | '%' | '@' | '`' | '?' | '-' | ',' | ']' | '}' | '#') => {
            return None;
        }
        Some(_) => {
            let end = [" #", "\t#"].iter().filter_map(|comment| begins.find(comment)).min().unwrap_or(begins.len());
            let end = begins.get(..end)?.trim_end().len();
            begins.get(end..)?
        }
    };
    (rest.trim().is_empty() || rest.trim_start().starts_with('#') && rest.starts_with([' ', '\t'])).then_some(rest)
}

/// Whether the value is what stands below.
fn is_head(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || value.starts_with('#') || value.strip_prefix('&').is_some_and(|anchor| !anchor.contains(' '))
}

/// Whether a key needs no quotes, whatever reads it.
fn is_plain(name: &str) -> bool {
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        && !words.contains(&name.to_ascii_lowercase().as_str())
}
