//! A Caddyfile as directives: quotes, blocks, comments, snippets with arguments, imports and variables of the environment.

use crate::Files;
use crate::caddy_site;
use crate::env::{self, Variables};
use crate::found::Found;
use std::collections::BTreeMap;
use std::path::Path;

/// No chain of imports is longer.
const DEEPEST: usize = 8;
/// No blocks stand deeper in one another.
const NESTED: usize = 64;

/// A directive with its arguments, and the block behind it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directive {
    pub(crate) words: Vec<String>,
    pub(crate) block: Option<Vec<Directive>>,
    pub(crate) line: u32,
}

/// Reads one file. One that holds snippets only, or parts of sites, is of use where it is imported.
pub(crate) fn read(path: &Path, text: &str, files: &dyn Files, found: &mut Found) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let variables = files.read(&folder.join(".env")).map(|text| env::parse(&text)).unwrap_or_default();
    let mut reading = Reading { folder, files, variables, snippets: BTreeMap::new() };
    let directives = reading.directives(text);
    reading.take_snippets(&directives);
    let directives = reading.imported(directives, 0);
    for site in caddy_site::blocks(directives) {
        caddy_site::read(&site, path, found);
    }
}

struct Reading<'a> {
    folder: &'a Path,
    files: &'a dyn Files,
    variables: Variables,
    snippets: BTreeMap<String, Vec<Directive>>,
}

impl Reading<'_> {
    fn directives(&self, text: &str) -> Vec<Directive> {
        let tokens = tokens(&with_variables(text, &self.variables));
        let mut rest = tokens.as_slice();
        parse(&mut rest, 0)
    }

    fn take_snippets(&mut self, directives: &[Directive]) {
        for directive in directives {
            let name = directive.words.first().and_then(|word| word.strip_prefix('(')?.strip_suffix(')'));
            if let (Some(name), Some(block)) = (name, &directive.block) {
                self.snippets.insert(name.to_owned(), block.clone());
            }
        }
    }

    /// The directives with what they import in place.
    fn imported(&mut self, directives: Vec<Directive>, depth: usize) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in directives {
            let word = directive.words.first().map(String::as_str).unwrap_or_default();
            if word.starts_with('(') {
                continue;
            }
            if word == "import" && depth < DEEPEST {
                let name = directive.words.get(1).cloned().unwrap_or_default();
                let arguments = directive.words.get(2..).unwrap_or_default();
                let more = self.import(&name, arguments);
                self.take_snippets(&more);
                out.extend(self.imported(more, depth + 1));
                continue;
            }
            directive.block = directive.block.map(|block| self.imported(block, depth));
            out.push(directive);
        }
        out
    }

    fn import(&self, name: &str, arguments: &[String]) -> Vec<Directive> {
        if let Some(snippet) = self.snippets.get(name) {
            return snippet.iter().map(|directive| filled(directive, arguments)).collect();
        }
        let mut all = Vec::new();
        for path in crate::service::matching(&self.folder.join(name), self.files) {
            if let Some(text) = self.files.read(&path) {
                all.extend(self.directives(&text).iter().map(|directive| filled(directive, arguments)));
            }
        }
        all
    }
}

/// A directive of a snippet with the arguments of its import: `{args[0]}`, and `{args.0}` as it was written once.
fn filled(directive: &Directive, arguments: &[String]) -> Directive {
    let word = |word: &String| {
        let mut word = word.clone();
        for (index, argument) in arguments.iter().enumerate() {
            word =
                word.replace(&format!("{{args[{index}]}}"), argument).replace(&format!("{{args.{index}}}"), argument);
        }
        word
    };
    Directive {
        words: directive.words.iter().map(word).collect(),
        block: directive.block.as_ref().map(|block| block.iter().map(|one| filled(one, arguments)).collect()),
        line: directive.line,
    }
}

/// `{$NAME}` and `{$NAME:default}`. One without a value stays.
fn with_variables(text: &str, variables: &Variables) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{$") {
        out.push_str(before);
        let Some((inner, behind)) = after.split_once('}') else { return out + "{$" + after };
        let (name, default) = inner.split_once(':').map_or((inner, None), |(name, default)| (name, Some(default)));
        match variables.get(name).or(default) {
            Some(value) => out.push_str(value),
            None => out.extend(["{$", name, "}"]),
        }
        rest = behind;
    }
    out + rest
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String, u32),
    Open,
    Close,
    End,
}

/// Words, braces that stand alone, and ends of lines.
fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    let mut line = 1;
    let mut word: Option<(String, u32)> = None;
    while let Some(one) = chars.next() {
        match one {
            '#' if word.is_none() => while chars.next_if(|next| *next != '\n').is_some() {},
            '\\' if chars.peek() == Some(&'\n') => {
                chars.next();
                line += 1;
            }
            '"' | '`' if word.is_none() => {
                let start = line;
                let mut text = String::new();
                while let Some(inner) = chars.next().filter(|inner| *inner != one) {
                    line += u32::from(inner == '\n');
                    match (inner, chars.peek()) {
                        ('\\', Some('"')) if one == '"' => text.extend(chars.next()),
                        _ => text.push(inner),
                    }
                }
                out.push(Token::Word(text, start));
            }
            _ if one.is_whitespace() => {
                finish(&mut out, &mut word);
                if one == '\n' {
                    out.push(Token::End);
                    line += 1;
                }
            }
            _ => word.get_or_insert_with(|| (String::new(), line)).0.push(one),
        }
    }
    finish(&mut out, &mut word);
    out.push(Token::End);
    out
}

fn finish(out: &mut Vec<Token>, word: &mut Option<(String, u32)>) {
    match word.take() {
        Some((word, _)) if word == "{" => out.push(Token::Open),
        Some((word, _)) if word == "}" => out.push(Token::Close),
        Some((word, line)) => out.push(Token::Word(word, line)),
        None => {}
    }
}

/// Directives up to the end of the block. Blocks that are nested deeper than anybody writes them are not told apart.
fn parse(tokens: &mut &[Token], depth: usize) -> Vec<Directive> {
    let mut out = Vec::new();
    let mut current = Directive::default();
    while let Some((first, rest)) = tokens.split_first() {
        *tokens = rest;
        match first {
            Token::Word(word, line) => {
                if current.words.is_empty() {
                    current.line = *line;
                }
                current.words.push(word.clone());
            }
            Token::Open if depth < NESTED => {
                current.block = Some(parse(tokens, depth + 1));
                out.push(std::mem::take(&mut current));
            }
            // Addresses of a site go on in the next line after a comma.
            Token::End if current.words.last().is_some_and(|word| word.ends_with(',')) => {}
            Token::End if current.words.is_empty() => {}
            Token::End => out.push(std::mem::take(&mut current)),
            Token::Open => {}
            Token::Close => break,
        }
    }
    if !current.words.is_empty() {
        out.push(current);
    }
    out
}
