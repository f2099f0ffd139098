//! The sites of a Caddyfile: their addresses, and what `reverse_proxy` leads to, also by `handle` and matchers of hosts.

use crate::caddy::Directive;
use crate::found::{Found, Place, Site, Upstream};
use std::collections::{BTreeMap, BTreeSet};

/// The sites of a file: a block each, or all of it as one.
pub(crate) fn blocks(directives: Vec<Directive>) -> Vec<Directive> {
    let is_site = |directive: &Directive| directive.block.is_some() && !directive.words.is_empty();
    let mut rest = directives.into_iter().filter(|directive| !directive.words.is_empty()).peekable();
    match rest.peek() {
        // One site without braces.
        Some(first) if first.block.is_none() => {
            let site = Directive { block: None, ..first.clone() };
            rest.next();
            vec![Directive { block: Some(rest.collect()), ..site }]
        }
        _ => rest.filter(is_site).collect(),
    }
}

/// Reads one site.
pub(crate) fn read(site: &Directive, found: &mut Found) {
    let block = site.block.as_deref().unwrap_or_default();
    let addresses = site.words.iter().flat_map(|word| word.split(',')).map(str::trim).filter(|word| !word.is_empty());
    let hosts: Vec<String> = addresses.map(str::to_owned).collect();
    let mut matchers = BTreeMap::new();
    take_matchers(block, &mut matchers);
    let first = found.sites.len();
    let mut walk = Walk { matchers, parts: Vec::new(), found };
    walk.block(block, &hosts, Below::Path(""));
    // A part that leads where all of it leads is no other app.
    let parts = walk.parts;
    let whole: BTreeSet<Upstream> =
        found.sites.get(first..).unwrap_or_default().iter().filter_map(|site| site.upstream.clone()).collect();
    for Part { host, upstream, at } in parts {
        if !whole.contains(&upstream) {
            found.part(&host, upstream, at);
        }
    }
}

/// What a named matcher says.
#[derive(Clone, Debug, Default)]
struct Matcher {
    hosts: Option<Vec<String>>,
    path: Option<String>,
    /// It asks for more than hosts, one path, and who may.
    is_more: bool,
}

fn take_matchers(block: &[Directive], found: &mut BTreeMap<String, Matcher>) {
    for directive in block {
        let inside = directive.block.as_deref().unwrap_or_default();
        let Some(name) = directive.words.first().filter(|word| word.starts_with('@')) else {
            take_matchers(inside, found);
            continue;
        };
        let one = directive.words.get(1..).unwrap_or_default();
        let mut matcher = Matcher::default();
        for words in std::iter::once(one).chain(inside.iter().map(|inner| inner.words.as_slice())) {
            match words {
                [] => {}
                [kind, hosts @ ..] if kind == "host" => matcher.hosts = Some(hosts.to_vec()),
                [kind, path] if kind == "path" && matcher.path.is_none() => matcher.path = Some(path.clone()),
                [kind, ..] if matches!(kind.as_str(), "remote_ip" | "client_ip") => {}
                _ => matcher.is_more = true,
            }
        }
        found.insert(name.clone(), matcher);
    }
}

/// Which requests to a host are meant.
#[derive(Clone, Copy)]
enum Below<'a> {
    Path(&'a str),
    /// Some, by more than a path.
    Some,
}

/// A part of a host that no path says.
struct Part {
    host: String,
    upstream: Upstream,
    at: Place,
}

struct Walk<'a> {
    matchers: BTreeMap<String, Matcher>,
    parts: Vec<Part>,
    found: &'a mut Found,
}

impl Walk<'_> {
    fn block(&mut self, block: &[Directive], hosts: &[String], below: Below<'_>) {
        for directive in block {
            let word = directive.words.first().map(String::as_str).unwrap_or_default();
            let matcher = directive.words.get(1).map(String::as_str).unwrap_or_default();
            let named = self.matchers.get(matcher).cloned();
            let of_named = named.as_ref().and_then(|named| named.hosts.as_deref());
            let hosts = of_named.unwrap_or(hosts);
            let below = match (below, &named) {
                (Below::Some, _) => Below::Some,
                (_, Some(named)) if named.is_more => Below::Some,
                (_, Some(Matcher { path: Some(path), .. })) => Below::Path(path),
                (_, None) if matcher.starts_with('@') => Below::Some,
                (_, None) if matcher.starts_with('/') => Below::Path(matcher),
                (below, _) => below,
            };
            match word {
                "reverse_proxy" | "php_fastcgi" => self.proxy(directive, hosts, below),
                "handle" | "handle_path" | "route" => {
                    self.block(directive.block.as_deref().unwrap_or_default(), hosts, below);
                }
                _ => {}
            }
        }
    }

    fn proxy(&mut self, directive: &Directive, hosts: &[String], below: Below<'_>) {
        let is_matcher = |word: &&String| word.starts_with(['/', '@', '*']);
        let words = directive.words.iter().skip(1).filter(|word| !is_matcher(word));
        let inside =
            directive.block.iter().flatten().filter(|inner| inner.words.first().is_some_and(|word| word == "to"));
        let mut upstreams = words.chain(inside.flat_map(|inner| inner.words.iter().skip(1)));
        let upstream = upstreams.find_map(|word| Upstream::parse(word));
        for host in hosts {
            let at = Place::new(&directive.file, directive.line);
            if !self.found.takes_address(&at) {
                return;
            }
            if host.starts_with("http://") {
                self.found
                    .unclear(at, format!("{host} is reached without https, and apps are signed in to by https only"));
                continue;
            }
            let host = host.trim_start_matches("https://");
            let (host, path) =
                host.split_once('/').map_or((host, String::new()), |(host, path)| (host, format!("/{path}")));
            if host.starts_with(':') || host.is_empty() {
                self.found.unclear(at, format!("the site `{host}` names no host"));
                continue;
            }
            let below = match below {
                Below::Path("") => path.as_str(),
                Below::Path(below) => below,
                Below::Some => {
                    let part = |upstream: Upstream| Part { host: host.to_owned(), upstream, at };
                    self.parts.extend(upstream.clone().map(part));
                    continue;
                }
            };
            if let Some(address) = self.found.address(host, below, at) {
                let site = Site { address, upstream: upstream.clone(), group: String::new() };
                self.found.sites.push(site);
            }
        }
    }
}
