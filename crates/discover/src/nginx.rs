//! nginx: `server` blocks with their names, and what `proxy_pass` leads to, by `upstream` blocks and variables, too.

use crate::env::Variables;
use crate::files::Files;
use crate::found::{Found, Place, Site, Upstream};
use crate::included::{self, Line, Origin};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// No blocks stand deeper in one another.
const NESTED: usize = 64;

#[derive(Clone, Debug)]
struct Directive {
    words: Vec<String>,
    block: Vec<Directive>,
    file: Origin,
    line: u32,
}

impl Directive {
    fn new(file: &Origin) -> Self {
        Self { words: Vec::new(), block: Vec::new(), file: file.clone(), line: 0 }
    }

    fn is(&self, name: &str) -> bool {
        self.words.first().is_some_and(|word| word == name)
    }

    fn arguments(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// Reads one file, with what it includes.
pub(crate) fn read(path: &Path, text: &str, files: &dyn Files, found: &mut Found) {
    if !found.begun(path, Line { file: path, line: 1 }) {
        return;
    }
    let all = Reading { files, folder: main_folder(path, files), found }.directives(path, text);
    found.ended();
    let mut upstreams = BTreeMap::new();
    let mut servers = Vec::new();
    collect(&all, &mut upstreams, &mut servers);
    for server in servers {
        self::server(server, &upstreams, found);
    }
}

/// Where the main file is, which relative names of files start from: beside or above a part of it.
fn main_folder(path: &Path, files: &dyn Files) -> PathBuf {
    let own = included::folder(path);
    let has_main = |folder: &&Path| files.read(&folder.join("nginx.conf")).is_some();
    own.ancestors().find(has_main).unwrap_or(own).to_owned()
}

/// What nginx brings along, and what says nothing of where requests go.
const BROUGHT_ALONG: [&str; 8] = [
    "mime.types",
    "fastcgi.conf",
    "fastcgi_params",
    "uwsgi_params",
    "scgi_params",
    "proxy_params",
    "options-ssl-nginx.conf",
    "naxsi_core.rules",
];

struct Reading<'a> {
    files: &'a dyn Files,
    folder: PathBuf,
    found: &'a mut Found,
}

impl Reading<'_> {
    fn directives(&mut self, path: &Path, text: &str) -> Vec<Directive> {
        let words = words(text);
        let mut rest = words.as_slice();
        let parsed = parse(&mut rest, &Origin::from(path), 0);
        self.included(parsed)
    }

    fn included(&mut self, all: Vec<Directive>) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in all {
            if directive.is("include") {
                self.include(&directive, &mut out);
                continue;
            }
            directive.block = self.included(directive.block);
            out.push(directive);
        }
        out
    }

    fn include(&mut self, include: &Directive, out: &mut Vec<Directive>) {
        let name = include.arguments().first().map(String::as_str).unwrap_or_default();
        let at = Line { file: &include.file, line: include.line };
        for path in included::matching(&self.folder, name, self.files) {
            let is_brought = path.file_name().is_some_and(|file| BROUGHT_ALONG.iter().any(|name| file == *name));
            if is_brought || !self.found.begun(&path, at) {
                continue;
            }
            if let Some(text) = self.found.text_of(&path, self.files, at) {
                out.extend(self.directives(&path, &text));
            }
            self.found.ended();
        }
    }
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

fn server(server: &Directive, upstreams: &BTreeMap<String, String>, found: &mut Found) {
    let all = |name: &'static str| server.block.iter().filter(move |inner| inner.is(name));
    let secure = all("listen").any(|listen| {
        listen.arguments().iter().any(|word| word == "ssl" || word == "443" || word.ends_with(":443") || word == "quic")
    });
    let mut passes = Vec::new();
    let room = Room::default();
    pass(&server.block, &Below::root(), (&Scope::new(&server.block, None, &room), &room), &mut passes);
    let has_root = passes.iter().any(|pass| pass.below.is_root());
    for pass in passes.iter_mut().filter(|pass| matches!(pass.below, Below::Named) && !has_root) {
        // All that the root does not answer itself goes there.
        pass.below = Below::root();
    }
    let resolved = |pass: &Pass| {
        let upstream = Upstream::parse(&pass.target)?;
        upstreams.get(&upstream.host).map_or(Some(upstream), |server| Upstream::parse(server))
    };
    let mut passes: Vec<(Pass, Option<Upstream>)> = passes
        .into_iter()
        .map(|pass| {
            let upstream = resolved(&pass);
            (pass, upstream)
        })
        .collect();
    // A location that leads where the root leads is a part of the same app.
    let roots: BTreeSet<Option<Upstream>> =
        passes.iter().filter(|(pass, _)| pass.below.is_root()).map(|(_, upstream)| upstream.clone()).collect();
    passes.retain(|(pass, upstream)| pass.below.is_root() || !roots.contains(upstream));
    for name in all("server_name").flat_map(Directive::arguments) {
        for (Pass { below, at, .. }, upstream) in &passes {
            let at = at.clone();
            if !found.takes_address(&at) {
                return;
            }
            if name.starts_with('~') || name.contains('*') {
                found.unclear(at, format!("the server's name `{name}` stands for many hosts"));
                continue;
            }
            if !secure {
                found.unclear(at, format!("{name} is reached without https, and apps are signed in to by https only"));
                continue;
            }
            let below = match (below, upstream) {
                (Below::Path(path), _) => path,
                (_, Some(upstream)) => {
                    found.part(name, upstream, at);
                    continue;
                }
                (_, None) => continue,
            };
            let Some(address) = found.address(name, below, at) else { continue };
            found.sites.push(Site { address, upstream: upstream.clone(), group: String::new() });
        }
    }
}

/// What `set` says in a block, and in those around it.
struct Scope<'a> {
    own: BTreeMap<&'a str, String>,
    around: Option<&'a Scope<'a>>,
}

/// How much may be put into the texts of a server.
type Room = Variables;

impl<'a> Scope<'a> {
    fn new(block: &'a [Directive], around: Option<&'a Scope<'a>>, room: &Room) -> Self {
        let mut scope = Self { own: BTreeMap::new(), around };
        for directive in block.iter().filter(|directive| directive.is("set")) {
            if let [name, value] = directive.arguments() {
                let value = scope.filled(value, room);
                scope.own.insert(name.trim_start_matches('$'), value);
            }
        }
        scope
    }

    fn get(&self, name: &str) -> Option<&str> {
        let own = self.own.get(name).map(String::as_str);
        own.or_else(|| self.around?.get(name))
    }

    /// `$name` and `${name}`. One that has no value, or for whose value there is no room, stays.
    fn filled(&self, text: &str, room: &Room) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let braced = after.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let (name, behind) = braced.unwrap_or_else(|| {
                let length = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
                after.split_at(length)
            });
            if self.get(name).is_some_and(|value| room.put(&mut out, value)) {
                rest = behind;
            } else {
                out.push('$');
                rest = after;
            }
        }
        out + rest
    }
}

/// Which requests to a host are meant.
#[derive(Clone, Debug)]
enum Below {
    Path(String),
    /// What other locations pass to by a name.
    Named,
    Pattern,
}

impl Below {
    fn root() -> Self {
        Self::Path(String::new())
    }

    fn is_root(&self) -> bool {
        matches!(self, Self::Path(path) if path.is_empty())
    }

    /// What a location says: a path, a name, or a pattern, of which some mean everything.
    fn of(location: &[String]) -> Self {
        match location {
            [.., path] if path.starts_with('/') && !location.iter().any(|word| word.starts_with('~')) => {
                Self::Path(path.trim_end_matches('/').to_owned())
            }
            [sign, pattern] if sign.starts_with('~') => {
                let bare = pattern.trim_start_matches('^').trim_end_matches('$');
                let is_all = matches!(bare, "" | "/" | ".*" | "/.*" | "(.*)" | "/(.*)");
                if is_all { Self::root() } else { Self::Pattern }
            }
            [name] if name.starts_with('@') => Self::Named,
            _ => Self::Pattern,
        }
    }
}

/// Where requests go.
struct Pass {
    below: Below,
    target: String,
    at: Place,
}

/// Everything that a block passes on.
fn pass(block: &[Directive], below: &Below, (scope, room): (&Scope<'_>, &Room), out: &mut Vec<Pass>) {
    for directive in block {
        let inside = || Scope::new(&directive.block, Some(scope), room);
        if directive.is("proxy_pass") {
            if let Some(target) = directive.arguments().first() {
                let at = Place::new(&directive.file, directive.line);
                out.push(Pass { below: below.clone(), target: scope.filled(target, room), at });
            }
        } else if directive.is("location") && !directive.block.iter().any(|inner| inner.is("internal")) {
            pass(&directive.block, &Below::of(directive.arguments()), (&inside(), room), out);
        } else if directive.is("if") {
            pass(&directive.block, below, (&inside(), room), out);
        }
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
fn parse(rest: &mut &[(String, u32)], file: &Origin, depth: usize) -> Vec<Directive> {
    let mut out = Vec::new();
    let mut current = Directive::new(file);
    while let Some(((word, line), behind)) = rest.split_first() {
        *rest = behind;
        match word.as_str() {
            ";" => out.push(std::mem::replace(&mut current, Directive::new(file))),
            "{" if depth >= NESTED => {}
            "{" => {
                current.block = parse(rest, file, depth + 1);
                out.push(std::mem::replace(&mut current, Directive::new(file)));
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
