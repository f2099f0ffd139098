//! The sites of a Caddyfile: their addresses, and what `reverse_proxy` leads to, also by `handle` and matchers of hosts.

use crate::caddy::Directive;
use crate::found::{Found, Place, Site, Upstream};
use std::collections::BTreeMap;

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
    let mut walk = Walk { matchers: matchers(block), found };
    walk.block(block, &hosts, "");
}

/// The hosts of each named matcher.
fn matchers(block: &[Directive]) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for directive in block {
        let Some(name) = directive.words.first().filter(|word| word.starts_with('@')) else { continue };
        let one = directive.words.get(1..).unwrap_or_default();
        let inside = directive.block.iter().flatten().map(|inner| inner.words.as_slice());
        for words in std::iter::once(one).chain(inside) {
            if words.first().is_some_and(|word| word == "host") {
                found.insert(name.clone(), words.get(1..).unwrap_or_default().to_vec());
            }
        }
    }
    found
}

struct Walk<'a> {
    matchers: BTreeMap<String, Vec<String>>,
    found: &'a mut Found,
}

impl Walk<'_> {
    fn block(&mut self, block: &[Directive], hosts: &[String], below: &str) {
        for directive in block {
            let word = directive.words.first().map(String::as_str).unwrap_or_default();
            let matcher = directive.words.get(1).map(String::as_str).unwrap_or_default();
            let named = self.matchers.get(matcher).cloned();
            let hosts = named.as_deref().unwrap_or(hosts);
            let path = if matcher.starts_with('/') { matcher } else { below };
            match word {
                "reverse_proxy" | "php_fastcgi" => self.proxy(directive, hosts, path),
                "handle" | "handle_path" | "route" => {
                    self.block(directive.block.as_deref().unwrap_or_default(), hosts, path);
                }
                _ => {}
            }
        }
    }

    fn proxy(&mut self, directive: &Directive, hosts: &[String], below: &str) {
        let is_matcher = |word: &&String| word.starts_with(['/', '@', '*']);
        let words = directive.words.iter().skip(1).filter(|word| !is_matcher(word));
        let inside =
            directive.block.iter().flatten().filter(|inner| inner.words.first().is_some_and(|word| word == "to"));
        let mut upstreams = words.chain(inside.flat_map(|inner| inner.words.iter().skip(1)));
        let upstream = upstreams.find_map(|word| Upstream::parse(word));
        for host in hosts {
            let at = Place::new(&directive.file, directive.line);
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
            let below = if below.is_empty() { path.as_str() } else { below };
            if let Some(address) = self.found.address(host, below, at) {
                let site = Site { address, upstream: upstream.clone(), group: String::new() };
                self.found.sites.push(site);
            }
        }
    }
}
