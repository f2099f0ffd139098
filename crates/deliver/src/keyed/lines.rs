//! Files of lines: `NAME=value`, and `key = value` below `[section]`. One line is replaced, put in, or taken out.

use super::{Refused, There, Value};
use doorstep_core::secret::Secret;
use doorstep_onboard::delivery::{KeyPath, plain_in_ini, quoted_variable};

/// A file of lines, each with its end.
pub(super) struct Lines<'t> {
    lines: Vec<&'t str>,
    end: &'static str,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let windows = !lines.is_empty() && lines.iter().all(|line| line.ends_with("\r\n") || !line.ends_with('\n'));
        let windows = windows && text.contains('\n');
        Self { lines, end: if windows { "\r\n" } else { "\n" } }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'t str> {
        self.lines.iter().map(|line| line.trim_end_matches(['\r', '\n']))
    }

    fn line(&self, at: usize) -> &'t str {
        self.lines.get(at).map(|line| line.trim_end_matches(['\r', '\n'])).unwrap_or_default()
    }

    /// The text with another line in place of one.
    pub(super) fn replaced(&self, at: usize, with: &str) -> String {
        let kept = |line: &'t str| line.get(line.trim_end_matches(['\r', '\n']).len()..).unwrap_or_default();
        let each = self.lines.iter().enumerate();
        each.map(|(index, line)| if index == at { format!("{with}{}", kept(line)) } else { (*line).to_owned() })
            .collect()
    }

    /// The text with one more line above one.
    pub(super) fn inserted(&self, above: usize, line: &str) -> String {
        let (before, after) = self.lines.split_at(above.min(self.lines.len()));
        let mut out = before.concat();
        if !out.is_empty() && !out.ends_with('\n') {
            out.push_str(self.end);
        }
        out + line + self.end + &after.concat()
    }

    /// The text without one line.
    pub(super) fn without(&self, at: usize) -> String {
        let each = self.lines.iter().enumerate().filter(|(index, _)| *index != at);
        each.map(|(_, line)| *line).collect()
    }
}

/// How lines of a kind are read and written.
pub(super) trait Kind {
    /// The lines that the key stands on, and above which line it comes when it is on none.
    fn spot(lines: &Lines<'_>, key: &KeyPath) -> Result<(Vec<usize>, usize), Refused>;
    /// How a value is written.
    fn written(value: &str) -> Result<String, &'static str>;
    /// What stands between key and value on a new line.
    const BETWEEN: &'static str;
    /// What begins a comment behind a value.
    const COMMENTS: &'static [&'static str];
}

pub(super) fn at<K: Kind>(text: &str, key: &KeyPath) -> Result<There, Refused> {
    let lines = Lines::of(text);
    let Some(found) = one::<K>(&lines, key)?.0 else { return Ok(There::Nothing) };
    let value = split(lines.line(found)).map(|(_, value)| value.trim()).unwrap_or_default();
    let text = quoted(value).filter(|(_, behind)| behind.is_empty()).map_or(value, |(inner, _)| inner);
    Ok(if text.is_empty() { There::Empty } else { There::Value { text: Secret::new(text.to_owned()), literal: false } })
}

pub(super) fn set<K: Kind>(text: &str, key: &KeyPath, value: &Value<'_>) -> Result<String, Refused> {
    let lines = Lines::of(text);
    let written = K::written(value.text);
    let written = written.map_err(|what| Refused(format!("the value cannot be written there: it holds {what}")))?;
    let (found, insert) = one::<K>(&lines, key)?;
    // systemd, and what reads INI for programs in Go.
    let goes_on = |at: usize| lines.line(at).ends_with('\\').then_some(at + 1);
    let above = found.unwrap_or(insert).checked_sub(1);
    if let Some(number) = above.and_then(goes_on).or_else(|| found.and_then(goes_on)) {
        let why = format!("line {number} ends in a backslash, and some readers take the next one for a part of it");
        return Err(Refused(format!("{why}; write it in another way")));
    }
    let Some(at) = found else {
        return Ok(lines.inserted(insert, &format!("{}{}{written}", key.name, K::BETWEEN)));
    };
    let (before, there) = split(lines.line(at)).unwrap_or_default();
    let open = quoted(there).map_or(there, |(_, behind)| behind);
    if K::COMMENTS.iter().any(|comment| open.contains(comment)) {
        return Err(Refused(format!("a comment may stand behind the value of `{}`; move it above the line", key.name)));
    }
    Ok(lines.replaced(at, &format!("{before}{written}")))
}

pub(super) fn unset<K: Kind>(text: &str, key: &KeyPath) -> Result<String, Refused> {
    let lines = Lines::of(text);
    Ok(one::<K>(&lines, key)?.0.map_or_else(|| text.to_owned(), |at| lines.without(at)))
}

fn one<K: Kind>(lines: &Lines<'_>, key: &KeyPath) -> Result<(Option<usize>, usize), Refused> {
    let (found, insert) = K::spot(lines, key)?;
    match found.as_slice() {
        [] => Ok((None, insert)),
        [one] => Ok((Some(*one), insert)),
        _ => Err(Refused(format!("`{key}` stands there twice; take one out"))),
    }
}

/// What is between the quotes that a value begins with, and what stands behind them. What a reader takes for another
/// character in there is not read.
fn quoted(value: &str) -> Option<(&str, &str)> {
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (inner, behind) = value.get(1..)?.split_once(quote)?;
    (quote == '\'' || !inner.contains('\\')).then_some((inner, behind))
}

/// A line up to where its value begins, and the value.
fn split(line: &str) -> Option<(&str, &str)> {
    let equals = line.find('=')? + 1;
    let space = line.get(equals..)?.len() - line.get(equals..)?.trim_start().len();
    line.split_at_checked(equals + space)
}

fn name(line: &str) -> Option<&str> {
    Some(line.split_once('=')?.0.trim())
}

/// Whether a value in quotes ends here. In double quotes many readers take `\"` for a part of the value.
fn closes(text: &str, quote: char) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let ends = c == quote && !escaped;
        escaped = quote == '"' && c == '\\' && !escaped;
        ends
    })
}

fn ambiguous(at: usize) -> Refused {
    let line = at + 1;
    Refused(format!(
        "readers take the `\\\"` in line {line} differently; put that value in single quotes, or on one line"
    ))
}

/// Files of variables.
pub(super) struct Env;

impl Kind for Env {
    const BETWEEN: &'static str = "=";
    const COMMENTS: &'static [&'static str] = &[" #", "\t#"];

    fn spot(lines: &Lines<'_>, key: &KeyPath) -> Result<(Vec<usize>, usize), Refused> {
        let (mut found, mut open) = (Vec::new(), None);
        for (at, line) in lines.iter().enumerate() {
            // A value in quotes may go on over several lines.
            if let Some(quote) = open {
                open = Some(quote).filter(|quote| !closes(line, *quote));
                if open.is_some() && line.contains(quote) {
                    return Err(ambiguous(at));
                }
                continue;
            }
            let trimmed = line.trim_start();
            if trimmed.starts_with('#') {
                continue;
            }
            let value = split(line).map(|(_, value)| value).unwrap_or_default();
            open = ['"', '\'']
                .into_iter()
                .find(|quote| value.strip_prefix(*quote).is_some_and(|rest| !closes(rest, *quote)));
            if open.is_some_and(|quote| value.get(1..).is_some_and(|rest| rest.contains(quote))) {
                return Err(ambiguous(at));
            }
            let known = name(trimmed).map(|name| name.strip_prefix("export ").unwrap_or(name).trim());
            if known != Some(key.name.as_str()) {
                continue;
            }
            if open.is_some() {
                return Err(Refused(format!("`{key}` has a value of several lines; write it on one")));
            }
            found.push(at);
        }
        match open {
            Some(_) => Err(Refused("a quote in the file is never closed".into())),
            None => Ok((found, lines.lines.len())),
        }
    }

    fn written(value: &str) -> Result<String, &'static str> {
        quoted_variable(value)
    }
}

/// INI.
pub(super) struct Ini;

impl Kind for Ini {
    const BETWEEN: &'static str = " = ";
    const COMMENTS: &'static [&'static str] = &[";", "#"];

    fn spot(lines: &Lines<'_>, key: &KeyPath) -> Result<(Vec<usize>, usize), Refused> {
        let section = key.tables.first().map(String::as_str);
        let (mut here, mut heads, mut found, mut insert) = (None, usize::from(section.is_none()), Vec::new(), 0);
        for (at, line) in lines.iter().enumerate() {
            let trimmed = line.trim();
            if let Some(head) = trimmed.strip_prefix('[').and_then(|head| head.split_once(']')) {
                here = Some(head.0.trim());
                if here == section {
                    (heads, insert) = (heads + 1, at + 1);
                }
                continue;
            }
            if here != section || trimmed.is_empty() || trimmed.starts_with([';', '#']) {
                continue;
            }
            // What is indented may belong to the line above.
            let goes_on = line.starts_with([' ', '\t']);
            if goes_on && found.last().is_some_and(|last| last + 1 == at) {
                return Err(Refused(format!("`{key}` may have a value of several lines; write it on one")));
            }
            insert = at + 1;
            // Many readers take a colon, other letter cases, and a name by itself.
            let theirs = trimmed.split_once(['=', ':']).map_or(trimmed, |(name, _)| name.trim());
            if !theirs.eq_ignore_ascii_case(&key.name) {
                continue;
            }
            if goes_on || name(trimmed) != Some(key.name.as_str()) {
                let name = &key.name;
                let why =
                    format!("`{key}` stands there, but not as `{name} = …` at the beginning of a line; write it so");
                return Err(Refused(why));
            }
            found.push(at);
        }
        let section = section.unwrap_or_default();
        match heads {
            0 => Err(Refused(format!("the file has no section [{section}]; add it"))),
            1 => Ok((found, insert)),
            _ => Err(Refused(format!("the section [{section}] stands there twice; make one of them"))),
        }
    }

    fn written(value: &str) -> Result<String, &'static str> {
        plain_in_ini(value).map(str::to_owned)
    }
}
