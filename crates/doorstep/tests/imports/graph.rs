//! Which file imports which, read from the text: `use` trees and paths that begin with `crate`, `self` or `super`.
//!
//! A name that a module hands on (`pub use`) leads to the file that it comes from. Not read: macros, and files
//! that only tests are made of.

use std::collections::{BTreeMap, BTreeSet};

/// The path of a module: its crate, then its names.
type Module = Vec<String>;

struct File {
    module: Module,
    text: String,
    handed_on: BTreeMap<String, Vec<String>>,
}

/// The arrows between files.
pub(crate) fn imports(sources: &[(String, String)]) -> BTreeSet<(String, String)> {
    let files: BTreeMap<&str, File> = sources
        .iter()
        .filter(|(name, _)| !name.ends_with("tests.rs") && !name.contains("/tests/"))
        .map(|(name, text)| (name.as_str(), read(name, text)))
        .collect();
    let by_module: BTreeMap<&Module, &str> = files.iter().map(|(name, file)| (&file.module, *name)).collect();
    let mut arrows = BTreeSet::new();
    for (name, file) in &files {
        for path in paths(&file.text) {
            if let Some(to) = resolve(&files, &by_module, &file.module, &path, 8)
                && to != *name
            {
                arrows.insert(((*name).to_owned(), to.to_owned()));
            }
        }
    }
    arrows
}

fn read(name: &str, text: &str) -> File {
    let text = plain(text);
    let handed_on =
        uses(&text).into_iter().filter(|(public, ..)| *public).map(|(_, path, alias)| (alias, path)).collect();
    File { module: module_of(name), text, handed_on }
}

/// `app/src/cache/mod.rs` is `app`, `cache`; a program in `src/bin` is a crate of its own.
fn module_of(name: &str) -> Module {
    let mut parts: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    parts.retain(|part| part != "src");
    if parts.get(1).is_some_and(|part| part == "bin") {
        let root = parts.drain(..3.min(parts.len())).collect::<Vec<_>>().join("/");
        parts.insert(0, root);
    }
    if parts.len() > 1 && parts.last().is_some_and(|part| matches!(part.as_str(), "mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// The file that a path leads to, through what modules hand on.
fn resolve<'f>(
    files: &BTreeMap<&'f str, File>,
    by_module: &BTreeMap<&Module, &'f str>,
    from: &Module,
    path: &[String],
    steps: u8,
) -> Option<&'f str> {
    let mut at = from.clone();
    let mut rest = path;
    match rest.first().map(String::as_str) {
        Some("crate") => at.truncate(1),
        Some("self") => {}
        Some("super") => {
            at.pop();
        }
        // A child of this module, or another crate.
        Some(first) if by_module.contains_key(&[from.as_slice(), &[first.to_owned()]].concat()) => {
            at.push(first.to_owned());
        }
        _ => return None,
    }
    rest = rest.get(1..).unwrap_or_default();
    while let Some(next) = rest.first() {
        let mut deeper = at.clone();
        if next == "super" {
            deeper.pop();
        } else if next != "self" {
            deeper.push(next.clone());
        }
        if !by_module.contains_key(&deeper) {
            break;
        }
        at = deeper;
        rest = rest.get(1..).unwrap_or_default();
    }
    let name = *by_module.get(&at)?;
    let onward = rest.first().and_then(|item| files.get(name)?.handed_on.get(item));
    match onward {
        Some(onward) if steps > 0 => resolve(files, by_module, &at, onward, steps - 1).or(Some(name)),
        _ => Some(name),
    }
}

/// Every path that may lead into the crate. What a file only hands on it does not import itself.
fn paths(text: &str) -> Vec<Vec<String>> {
    let mut found: Vec<_> = uses(text).into_iter().filter(|(public, ..)| !public).map(|(_, path, _)| path).collect();
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(root) {
            if text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"_:{$".contains(c)) {
                let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
                let path = text[at..].split(word).next().unwrap_or_default();
                found.push(path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect());
            }
        }
    }
    found
}

/// The `use` declarations: whether each is handed on, its whole path, and under which name.
fn uses(text: &str) -> Vec<(bool, Vec<String>, String)> {
    let mut found = Vec::new();
    for line in text.split(';') {
        let Some(at) = line.rfind("use ").filter(|at| line[..*at].chars().next_back().is_none_or(char::is_whitespace))
        else {
            continue;
        };
        let public = line[..at].trim_end().rsplit('\n').next().is_some_and(|before| before.contains("pub"));
        let mut leaves = Vec::new();
        tree(&line[at + 4..], &[], &mut leaves);
        found.extend(leaves.into_iter().map(|(path, alias)| (public, path, alias)));
    }
    found
}

/// The leaves of a `use` tree.
fn tree(text: &str, before: &[String], leaves: &mut Vec<(Vec<String>, String)>) {
    let text = text.trim();
    let (head, group) = match text.split_once('{') {
        Some((head, group)) => (head, Some(group.rsplit_once('}').map_or(group, |(inner, _)| inner))),
        None => (text, None),
    };
    let (head, alias) = head.split_once(" as ").map_or((head, None), |(head, alias)| (head, Some(alias.trim())));
    let mut path = before.to_vec();
    path.extend(head.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned));
    let Some(group) = group else {
        if path.last().is_some_and(|last| last == "self" || last == "*") && path.len() > 1 {
            path.pop();
        }
        let name = alias.map(str::to_owned).or_else(|| path.last().cloned()).unwrap_or_default();
        return leaves.push((path, name));
    };
    let (mut depth, mut begin) = (0_i32, 0);
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[begin..at].trim().is_empty() {
                    tree(&group[begin..at], &path, leaves);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// The text without comments, strings and what is compiled for tests only at the end of a file.
fn plain(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        // Every second piece stands between quotation marks.
        out.extend(code.split('"').step_by(2));
        out.push('\n');
    }
    out
}

/// Groups of files each of which reaches each other one.
pub(crate) fn cycles(arrows: &BTreeSet<(String, String)>) -> Vec<Vec<String>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(from).or_default().push(to);
    }
    let reach = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for to in next.get(at).into_iter().flatten() {
                if seen.insert(*to) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|from| (*from, reach(from))).collect();
    let mut found = BTreeSet::new();
    for (from, seen) in &reached {
        if seen.contains(from) {
            let both = seen.iter().filter(|to| reached.get(**to).is_some_and(|back| back.contains(from)));
            found.insert(both.map(|name| (*name).to_owned()).collect::<Vec<_>>());
        }
    }
    found.into_iter().collect()
}
