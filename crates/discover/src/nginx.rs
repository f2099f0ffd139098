//! nginx: `server` blocks with their names, and what `proxy_pass` leads to, by `upstream` blocks and variables, too.

use crate::Files;
use crate::found::{Found, Place, Site, Upstream};
use std::collections::BTreeMap;
use std::path::Path;

const DEEPEST: usize = 8;
/// No blocks stand deeper in one another.
const NESTED: usize = 64;

#[derive(Clone, Debug, Default)]
struct Directive {
    words: Vec<String>,
    block: Vec<Directive>,
    line: u32,
}

impl Directive {
    fn is(&self, name: &str) -> bool {
        self.words.first().is_some_and(|word| word == name)
    }

    fn arguments(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// Reads one file, with what it includes.
pub(crate) fn read(path: &Path, text: &str, files: &dyn Files, found: &mut Found) {
    let all = directives(path, text, files, 0);
    let mut upstreams = BTreeMap::new();
    let mut servers = Vec::new();
    collect(&all, &mut upstreams, &mut servers);
    for server in servers {
        self::server(server, path, &upstreams, found);
    }
}

fn directives(path: &Path, text: &str, files: &dyn Files, depth: usize) -> Vec<Directive> {
    let words = words(text);
    let mut rest = words.as_slice();
    let parsed = parse(&mut rest, 0);
    included(parsed, path.parent().unwrap_or(Path::new("")), files, depth)
}

fn included(all: Vec<Directive>, folder: &Path, files: &dyn Files, depth: usize) -> Vec<Directive> {
    let mut out = Vec::new();
    for mut directive in all {
        if directive.is("include") && depth < DEEPEST {
            let name = directive.arguments().first().cloned().unwrap_or_default();
            for path in crate::service::matching(&folder.join(name), files) {
                if let Some(text) = files.read(&path) {
                    out.extend(directives(&path, &text, files, depth + 1));
                }
            }
            continue;
        }
        directive.block = included(directive.block, folder, files, depth);
        out.push(directive);
    }
    out
}

fn collect<'a>(all: &'a [Directive], upstreams: &mut BTreeMap<String, String>, servers: &mut Vec<&'a Directive>) {
    for directive in all {
        if directive.is("upstream") {
            let first =
                directive.block.iter().find(|inner| inner.is("server")).and_then(|inner| inner.arguments().first());
            if let (Some(name), Some(server)) = (directive.arguments().first(), first) {
                upstreams.insert(name.clone(), server.clone());
            }
        } else if directive.is("server") {
            servers.push(directive);
        } else if directive.is("http") {
            collect(&directive.block, upstreams, servers);
        }
    }
}

fn server(server: &Directive, path: &Path, upstreams: &BTreeMap<String, String>, found: &mut Found) {
    let all = |name: &'static str| server.block.iter().filter(move |inner| inner.is(name));
    let secure = all("listen").any(|listen| {
        listen.arguments().iter().any(|word| word == "ssl" || word == "443" || word.ends_with(":443") || word == "quic")
    });
    let mut passes = Vec::new();
    pass(&server.block, "", &variables(&server.block, &BTreeMap::new()), &mut passes);
    for name in all("server_name").flat_map(Directive::arguments) {
        for (below, target, line) in &passes {
            let at = Place::new(path, *line);
            if name.starts_with('~') || name.contains('*') {
                found.unclear(at, format!("the server's name `{name}` stands for many hosts"));
                continue;
            }
            if !secure {
                found.unclear(at, format!("{name} is reached without https, and apps are signed in to by https only"));
                continue;
            }
            let Some(address) = found.address(name, below, at) else { continue };
            let upstream = Upstream::parse(target).and_then(|upstream| match upstreams.get(&upstream.host) {
                Some(server) => Upstream::parse(server),
                None => Some(upstream),
            });
            found.sites.push(Site { address, upstream, group: String::new() });
        }
    }
}

/// What `set` says, beside what is known.
fn variables(block: &[Directive], known: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut all = known.clone();
    for directive in block.iter().filter(|directive| directive.is("set")) {
        if let [name, value] = directive.arguments() {
            let value = filled(value, &all);
            all.insert(name.trim_start_matches('$').to_owned(), value);
        }
    }
    all
}

fn filled(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    // The longest name first, so that none is taken for the beginning of another.
    let mut names: Vec<&String> = variables.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        let value = variables.get(name).map(String::as_str).unwrap_or_default();
        text = text.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
    }
    text
}

/// Where requests go: the path below the host, the target, and the line. The root alone where there is one, since the
/// other locations are parts of the same app.
fn pass(block: &[Directive], below: &str, known: &BTreeMap<String, String>, out: &mut Vec<(String, String, u32)>) {
    let known = variables(block, known);
    for directive in block {
        if directive.is("proxy_pass") {
            if let Some(target) = directive.arguments().first() {
                out.push((below.to_owned(), filled(target, &known), directive.line));
            }
        } else if directive.is("location") {
            let path = directive.arguments().last().filter(|path| path.starts_with('/')).map(String::as_str);
            let path = path.unwrap_or_default().trim_end_matches('/');
            pass(&directive.block, path, &known, out);
        } else if directive.is("if") {
            pass(&directive.block, below, &known, out);
        }
    }
    if below.is_empty() && out.iter().any(|(below, ..)| below.is_empty()) {
        out.retain(|(below, ..)| below.is_empty());
    }
}

/// Words, `;`, `{` and `}`, each with its line.
fn words(text: &str) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    let (mut line, mut word) = (1, String::new());
    while let Some(one) = chars.next() {
        match one {
            '#' if word.is_empty() => while chars.next_if(|next| *next != '\n').is_some() {},
            '"' | '\'' if word.is_empty() => {
                let start = line;
                let mut text = String::new();
                while let Some(inner) = chars.next().filter(|inner| *inner != one) {
                    line += u32::from(inner == '\n');
                    text.push(inner);
                }
                out.push((text, start));
            }
            // `${name}` is part of a word.
            '{' if word.ends_with('$') => {
                word.push('{');
                for inner in chars.by_ref() {
                    word.push(inner);
                    if inner == '}' {
                        break;
                    }
                }
            }
            ';' | '{' | '}' => {
                if !word.is_empty() {
                    out.push((std::mem::take(&mut word), line));
                }
                out.push((one.to_string(), line));
            }
            _ if one.is_whitespace() => {
                if !word.is_empty() {
                    out.push((std::mem::take(&mut word), line));
                }
                line += u32::from(one == '\n');
            }
            _ => word.push(one),
        }
    }
    out
}

/// Blocks that are nested deeper than anybody writes them are not told apart.
fn parse(rest: &mut &[(String, u32)], depth: usize) -> Vec<Directive> {
    let mut out = Vec::new();
    let mut current = Directive::default();
    while let Some(((word, line), behind)) = rest.split_first() {
        *rest = behind;
        match word.as_str() {
            ";" => out.push(std::mem::take(&mut current)),
            "{" if depth >= NESTED => {}
            "{" => {
                current.block = parse(rest, depth + 1);
                out.push(std::mem::take(&mut current));
            }
            "}" => break,
            _ => {
                if current.words.is_empty() {
                    current.line = *line;
                }
                current.words.push(word.clone());
            }
        }
    }
    out
}
