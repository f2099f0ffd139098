//! A Caddyfile as directives: quotes, blocks, comments, snippets with arguments, imports and variables of the environment.

use crate::caddy_site;
use crate::env::{self, Variables};
use crate::files::Files;
use crate::found::Found;
use crate::included::{self, Line, Origin};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// No blocks stand deeper in one another.
const NESTED: usize = 64;

/// A directive with its arguments, and the block behind it.
#[derive(Clone, Debug)]
pub(crate) struct Directive {
    pub(crate) words: Vec<String>,
    pub(crate) block: Option<Vec<Directive>>,
    pub(crate) file: Origin,
    pub(crate) line: u32,
}

impl Directive {
    fn new(file: &Origin) -> Self {
        Self { words: Vec::new(), block: None, file: file.clone(), line: 0 }
    }

    /// About how much it takes up.
    fn size(&self) -> usize {
        let words: usize = self.words.iter().map(|word| word.len() + 24).sum();
        64 + words + self.block.iter().flatten().map(Self::size).sum::<usize>()
    }
}

/// Reads one file. One that holds snippets only, or parts of sites, is of use where it is imported.
pub(crate) fn read(path: &Path, text: &str, files: &dyn Files, found: &mut Found) {
    let variables = files.read(&included::folder(path).join(".env")).map(|text| env::parse(&text)).unwrap_or_default();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_main = name.to_ascii_lowercase().starts_with("caddyfile");
    let mut reading = Reading { files, is_main, variables, snippets: BTreeMap::new(), found };
    let origin = Origin::from(path);
    if !reading.found.begun(path, Line { file: path, line: 1 }) {
        return;
    }
    let directives = reading.directives(&origin, text);
    reading.take_snippets(&directives);
    let directives = reading.imported(directives);
    reading.found.ended();
    for site in caddy_site::blocks(directives) {
        caddy_site::read(&site, found);
    }
}

struct Reading<'a> {
    files: &'a dyn Files,
    /// Whether it is a Caddyfile itself, and no part of one.
    is_main: bool,
    variables: Variables,
    /// By name, each with its size.
    snippets: BTreeMap<String, (Vec<Directive>, usize)>,
    found: &'a mut Found,
}

impl Reading<'_> {
    fn directives(&self, file: &Origin, text: &str) -> Vec<Directive> {
        let tokens = tokens(&with_variables(text, &self.variables));
        let mut rest = tokens.as_slice();
        parse(&mut rest, file, 0)
    }

    fn take_snippets(&mut self, directives: &[Directive]) {
        for directive in directives {
            let name = directive.words.first().and_then(|word| word.strip_prefix('(')?.strip_suffix(')'));
            if let (Some(name), Some(block)) = (name, &directive.block) {
                self.snippets.insert(name.to_owned(), (block.clone(), block.iter().map(Directive::size).sum()));
            }
        }
    }

    /// The directives with what they import in place.
    fn imported(&mut self, directives: Vec<Directive>) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in directives {
            let word = directive.words.first().map(String::as_str).unwrap_or_default();
            if word.starts_with('(') {
                continue;
            }
            if word == "import" {
                self.import(&directive, &mut out);
                continue;
            }
            directive.block = directive.block.map(|block| self.imported(block));
            out.push(directive);
        }
        out
    }

    fn import(&mut self, import: &Directive, out: &mut Vec<Directive>) {
        let Some(name) = import.words.get(1) else { return };
        let arguments = import.words.get(2..).unwrap_or_default();
        let at = Line { file: &import.file, line: import.line };
        if let Some((snippet, size)) = self.snippets.get(name) {
            if !self.found.takes(*size, at) || !self.found.begun(&PathBuf::from(format!("({name})")), at) {
                return;
            }
            let more = snippet.iter().map(|directive| filled(directive, arguments, &self.variables)).collect();
            out.extend(self.imported(more));
            self.found.ended();
            return;
        }
        // A snippet of the file that imports this part.
        if !self.is_main && !name.contains(['.', '/', '*']) {
            return;
        }
        // Beside the file that imports, wherever the first one is.
        for path in included::matching(included::folder(&import.file), name, self.files) {
            if !self.found.begun(&path, at) {
                continue;
            }
            if let Some(text) = self.found.text_of(&path, self.files, at) {
                let directives = self.directives(&Origin::from(path.as_path()), &text);
                self.take_snippets(&directives);
                let more = directives.iter().map(|directive| filled(directive, arguments, &self.variables)).collect();
                out.extend(self.imported(more));
            }
            self.found.ended();
        }
    }
}

/// A directive of a snippet with the arguments of its import: `{args[0]}`, and `{args.0}` as it was written once.
fn filled(directive: &Directive, arguments: &[String], room: &Variables) -> Directive {
    let word = |word: &String| {
        let mut out = String::new();
        let mut rest = word.as_str();
        while let Some((before, after)) = rest.split_once("{args") {
            out.push_str(before);
            let inside = after.split_once('}').and_then(|(inside, behind)| {
                let number = inside.strip_prefix('.').or_else(|| inside.strip_prefix('[')?.strip_suffix(']'))?;
                Some((arguments.get(number.parse::<usize>().ok()?)?, behind))
            });
            match inside {
                Some((argument, behind)) if room.put(&mut out, argument) => rest = behind,
                _ => {
                    out.push_str("{args");
                    rest = after;
                }
            }
        }
        out + rest
    };
    Directive {
        words: directive.words.iter().map(word).collect(),
        block: directive.block.as_ref().map(|block| block.iter().map(|one| filled(one, arguments, room)).collect()),
        file: directive.file.clone(),
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
            Some(value) if variables.room(value.len()) => out.push_str(value),
            _ => out.extend(["{$", name, "}"]),
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
fn parse(tokens: &mut &[Token], file: &Origin, depth: usize) -> Vec<Directive> {
    let mut out = Vec::new();
    let mut current = Directive::new(file);
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
                current.block = Some(parse(tokens, file, depth + 1));
                out.push(std::mem::replace(&mut current, Directive::new(file)));
            }
            // Addresses of a site go on in the next line after a comma.
            Token::End if current.words.last().is_some_and(|word| word.ends_with(',')) => {}
            Token::End if current.words.is_empty() => {}
            Token::End => out.push(std::mem::replace(&mut current, Directive::new(file))),
            Token::Open => {}
            Token::Close => break,
        }
    }
    if !current.words.is_empty() {
        out.push(current);
    }
    out
}
