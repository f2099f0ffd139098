//! The functions of the workspace, read from the text: where each stands, and what its text calls.
//!
//! rustfmt puts the end of a function on a line of its own, as far in as its beginning; that is how it is found.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Whose functions lead from a door to a statement, each below the next. The core decides and writes nothing.
pub(crate) const CRATES: [&str; 6] = ["store", "onboard", "app", "web", "demo", "doorstep"];
/// How statements run, and not which.
const ENGINE: [&str; 3] = ["store/src/db", "store/src/sql", "store/src/testing"];

/// A function, or another text that calls some.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// The path below `crates`, without its end.
    pub(crate) file: String,
    pub(crate) name: String,
    /// The type whose function it is.
    pub(crate) of: Option<String>,
    /// The trait that it belongs to.
    pub(crate) for_trait: Option<String>,
    pub(crate) signature: String,
    pub(crate) body: String,
}

/// One call: what stands before the name, and the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    /// `name(`
    Plain(String),
    /// `before::name`, called or handed on.
    Path(String, String),
    /// `before.name(`; nothing is known of what an expression gives.
    Method(Option<String>, String),
}

/// A file: its path below `crates`, and its text without tests and comments.
pub(crate) fn files() -> Vec<(String, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders: Vec<PathBuf> = CRATES.iter().map(|name| crates.join(name).join("src")).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(crates).unwrap().with_extension("").display().to_string();
            if path.is_dir() && !name.ends_with("/tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !name.ends_with("tests") {
                found.push((name, plain(&fs::read_to_string(&path).unwrap())));
            }
        }
    }
    found.retain(|(name, _)| !ENGINE.iter().any(|engine| name.starts_with(engine)));
    found.sort();
    found
}

fn plain(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect()
}

/// Every function of a file, and every constant of it, which may name statements.
pub(crate) fn functions(file: &str, text: &str) -> Vec<Function> {
    let (mut found, mut of, mut for_trait) = (Vec::new(), None, None);
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("impl") {
            (for_trait, of) = implemented(line);
        } else if *line == "}" {
            (of, for_trait) = (None, None);
        }
        let Some(name) = declared(line.trim_start()) else { continue };
        let indent = line.len() - line.trim_start().len();
        let is_end = |line: &&str| {
            let own = line.len() - line.trim_start().len() == indent;
            own && (line.trim() == "}" || line.ends_with(';'))
        };
        let is_short = line.ends_with(';') || line.ends_with('}');
        let length = if is_short { 0 } else { lines[at + 1..].iter().position(is_end).map_or(0, |end| end + 1) };
        let whole = lines[at..=at + length].join("\n");
        let (signature, body) = whole.split_once(" {\n").unwrap_or(("", &whole));
        let (signature, body) = (signature.to_owned(), body.to_owned());
        let (of, for_trait) = (of.clone(), for_trait.clone());
        found.push(Function { file: file.to_owned(), name, of, for_trait, signature, body });
    }
    found
}

/// The trait and the type of an `impl`.
fn implemented(line: &str) -> (Option<String>, Option<String>) {
    let rest = line.trim_start_matches("impl");
    let rest = if rest.starts_with('<') { rest.split_once("> ").map_or("", |(_, rest)| rest) } else { rest };
    let word = |text: &str| {
        let text = text.trim().split(['<', ' ', '{']).next().unwrap();
        text.rsplit("::").next().unwrap().to_owned()
    };
    match rest.split_once(" for ") {
        Some((before, after)) => (Some(word(before)), Some(word(after))),
        None => (None, Some(word(rest))),
    }
}

/// The name of the function or constant that begins here.
fn declared(line: &str) -> Option<String> {
    let mut rest = line;
    for before in ["pub ", "pub(crate) ", "pub(super) ", "async "] {
        rest = rest.strip_prefix(before).unwrap_or(rest);
    }
    let rest =
        rest.strip_prefix("const fn ").or_else(|| rest.strip_prefix("fn ")).or_else(|| rest.strip_prefix("const "));
    let name: String = rest?.chars().take_while(|c| is_word(*c)).collect();
    Some(name).filter(|name| !name.is_empty())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

/// What a text calls.
pub(crate) fn calls(text: &str) -> Vec<Call> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find(|c: char| c.is_alphabetic() || c == '_').map(|found| at + found) {
        let end = text[begin..].find(|c| !is_word(c)).map_or(text.len(), |length| begin + length);
        at = end;
        let (before, name, after) = (text[..begin].trim_end(), &text[begin..end], &text[end..]);
        let is_called = after.starts_with('(') || after.starts_with("::<");
        let last = |text: &str| {
            let text = text.trim_end();
            let begin = text.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
            text[begin..].to_owned()
        };
        if let Some(path) = before.strip_suffix("::") {
            found.push(Call::Path(last(path), name.to_owned()));
        } else if let Some(receiver) = before.strip_suffix('.').filter(|_| is_called) {
            let receiver = last(receiver);
            found.push(Call::Method(Some(receiver).filter(|word| !word.is_empty()), name.to_owned()));
        } else if is_called {
            found.push(Call::Plain(name.to_owned()));
        }
    }
    found
}
