//! Docker Compose (compose-spec): services with `extends`, `include`, override files, profiles and `.env`; labels of
//! Traefik and of caddy-docker-proxy, and the variables of nginx-proxy.

use crate::env::{self, Variables};
use crate::files::Files;
use crate::found::{Address, Found, Place, Service};
use crate::included::{self, Line};
use crate::rule::{self, Asked, MOST_PATHS};
use crate::yaml::{self, Node, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// No chain of services is longer.
const DEEPEST: usize = 8;
/// About how much a value takes up.
const A_VALUE: usize = 16;

/// Reads one file, with what it includes.
pub(crate) fn read(path: &Path, text: &str, files: &dyn Files, found: &mut Found) {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let base = stem.strip_suffix(".override").and_then(|base| {
        ["yaml", "yml"]
            .into_iter()
            .map(|other| path.with_file_name(format!("{base}.{other}")))
            .find(|base| files.read(base).is_some())
    });
    let reading = Reading { files };
    // It is read with the file that it changes.
    match base.and_then(|base| Some((files.read(&base)?, base))) {
        Some((below, base)) => reading.root(&base, &below, found),
        None => reading.root(path, text, found),
    }
}

#[derive(Clone, Copy)]
struct Reading<'a> {
    files: &'a dyn Files,
}

impl Reading<'_> {
    fn root(self, path: &Path, text: &str, found: &mut Found) {
        if found.begun(path, Line { file: path, line: 1 }) {
            self.file(path, text, found);
            found.ended();
        }
    }

    fn file(self, path: &Path, text: &str, found: &mut Found) {
        let Some(whole) = self.whole(path, text, found) else { return };
        let folder = included::folder(path);
        let variables = self.files.read(&folder.join(".env")).map(|text| env::parse(&text)).unwrap_or_default();
        for (name, service) in whole.get("services").map(Node::entries).unwrap_or_default() {
            // A file may be included and be looked at itself.
            if !found.is_new(name, &Place::new(path, service.line)) {
                continue;
            }
            let service = self.extended((path, &whole), service, 0, found);
            found_service(name, &service, path, &variables, found);
        }
        for include in whole.items_at(&["include"]) {
            let paths = include.get("path").unwrap_or(include);
            let one = paths.text().into_iter();
            for other in one.chain(paths.items().iter().filter_map(Node::text)) {
                let other = env::interpolate(other, &variables);
                self.include(&other, Line { file: path, line: include.line }, found);
            }
        }
    }

    fn include(self, name: &str, at: Line<'_>, found: &mut Found) {
        if name.is_empty() {
            return;
        }
        let path = included::plain(&included::folder(at.file).join(name));
        if found.begun(&path, at) {
            if let Some(text) = found.text_of(&path, self.files, at) {
                self.file(&path, &text, found);
            }
            found.ended();
        }
    }

    /// The file with its override file over it.
    fn whole(self, path: &Path, text: &str, found: &mut Found) -> Option<Node> {
        let one = |path: &Path, text: &str, found: &mut Found| {
            let (mut documents, error) = yaml::parse(text);
            if let Some((line, why)) = error {
                found.unread(path, Some(line), why);
            }
            (!documents.is_empty()).then(|| documents.remove(0))
        };
        let below = one(path, text, found)?;
        let stem = path.file_stem()?.to_str()?;
        let beside = |end: &str| path.with_file_name(format!("{stem}.override.{end}"));
        for over in [beside("yaml"), beside("yml")] {
            if let Some(text) = self.files.read(&over)
                && let Some(above) = one(&over, &text, found)
            {
                return Some(below.overlaid(&above));
            }
        }
        Some(below)
    }

    /// A service with what it extends below it.
    fn extended(self, (path, whole): (&Path, &Node), service: &Node, depth: usize, found: &mut Found) -> Node {
        let at = Line { file: path, line: service.line };
        let Some(extends) = service.get("extends").filter(|_| depth < DEEPEST) else { return service.clone() };
        let Some(name) = extends.text().or_else(|| extends.text_at(&["service"])) else { return service.clone() };
        let file = extends.text_at(&["file"]).map(|file| included::plain(&included::folder(path).join(file)));
        let other = file.as_ref().and_then(|file| {
            let (documents, _) = yaml::parse(&found.text_of(file, self.files, at)?);
            documents.into_iter().next()
        });
        let (place, tree): (PathBuf, &Node) = match (&file, &other) {
            (Some(file), Some(other)) => (file.clone(), other),
            (Some(_), None) => return service.clone(),
            (None, _) => (path.to_owned(), whole),
        };
        let Some(base) = tree.at(&["services", name]) else { return service.clone() };
        if !found.takes(A_VALUE * yaml::size(base), at) {
            return service.clone();
        }
        let mut base = self.extended((&place, tree), base, depth + 1, found);
        // Neither names nor what it extends are taken over.
        if let Value::Table(entries) = &mut base.value {
            entries.retain(|(key, _)| !matches!(key.as_str(), "container_name" | "extends" | "hostname"));
        }
        base.overlaid(service)
    }
}

fn found_service(name: &str, service: &Node, path: &Path, variables: &Variables, found: &mut Found) {
    let put = |text: &str| env::interpolate(text, variables);
    let at = Place::new(path, service.line);
    let mut aliases: Vec<String> =
        ["container_name", "hostname"].iter().filter_map(|key| service.text_at(&[key])).map(put).collect();
    for (_, network) in service.get("networks").map(Node::entries).unwrap_or_default() {
        aliases.extend(network.items_at(&["aliases"]).iter().filter_map(Node::text).map(put));
    }
    let labels = pairs(service.get("labels"), variables);
    let deployed = pairs(service.at(&["deploy", "labels"]), variables);
    let environment = pairs(service.get("environment"), variables);
    let labels: Vec<Pair> = labels.into_iter().chain(deployed).collect();
    let addresses = addresses(name, &wanted(&labels, &environment), path, found);
    let images = service.text_at(&["image"]).map(put).into_iter().collect();
    let published = service.items_at(&["ports"]).iter().filter_map(|port| published(port, variables)).collect();
    found.services.push(Service {
        name: name.to_owned(),
        aliases: aliases.into_iter().map(|alias| alias.to_ascii_lowercase()).collect(),
        images,
        published,
        addresses,
        group: String::new(),
        at: Some(at),
    });
}

/// What a service asks the proxies for, each with its line.
type Wanted = (Asked, u32);

fn wanted(labels: &[Pair], environment: &[Pair]) -> Vec<Wanted> {
    let mut out = Vec::new();
    let on = !labels.iter().any(|(key, value, _)| key == "traefik.enable" && value.eq_ignore_ascii_case("false"));
    for (key, value, line) in labels.iter().filter(|_| on) {
        if key.strip_prefix("traefik.http.routers.").is_some_and(|rest| rest.split('.').nth(1) == Some("rule")) {
            out.extend(rule::asked(value).into_iter().map(|asked| (asked, *line)));
        }
        let is_caddy = key.strip_prefix("caddy").is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
        if is_caddy && !key.contains('.') {
            let below = below_caddy(key, labels);
            let each = |host: &str| {
                below.clone().into_iter().map(|below| ((host.to_owned(), below), *line)).collect::<Vec<_>>()
            };
            out.extend(hosts_of(value).flat_map(each));
        }
    }
    let path = environment.iter().find(|(key, ..)| key == "VIRTUAL_PATH").map(|(_, value, _)| value.clone());
    for (_, value, line) in environment.iter().filter(|(key, ..)| key == "VIRTUAL_HOST") {
        let below = Some(path.clone().unwrap_or_default());
        out.extend(hosts_of(value).map(|host| ((host.to_owned(), below.clone()), *line)));
    }
    out
}

/// The paths below a site of caddy-docker-proxy: what its directives begin with.
fn below_caddy(site: &str, labels: &[Pair]) -> Vec<Option<String>> {
    let matcher = |(key, value, _): &Pair| {
        let name = key.strip_prefix(site)?.strip_prefix('.')?;
        let name = name.trim_start_matches(|one: char| one.is_ascii_digit()).trim_start_matches('_');
        let word = value.split_whitespace().next().unwrap_or_default();
        let is_path = word.starts_with('/');
        matches!(name, "reverse_proxy" | "handle" | "handle_path" | "route")
            .then(|| (!word.starts_with('@')).then(|| if is_path { word.to_owned() } else { String::new() }))
    };
    let all: Vec<Option<String>> = labels.iter().filter_map(matcher).collect();
    let root = Some(String::new());
    if all.is_empty() || all.contains(&root) {
        vec![root]
    } else if all.len() > MOST_PATHS {
        vec![None]
    } else {
        all
    }
}

fn addresses(name: &str, wanted: &[Wanted], path: &Path, found: &mut Found) -> Vec<Address> {
    let mut out = Vec::new();
    let is_whole = |((_, below), _): &&Wanted| below.as_ref().is_some_and(String::is_empty);
    let whole: BTreeSet<&str> = wanted.iter().filter(is_whole).map(|((host, _), _)| host.as_str()).collect();
    for ((host, below), line) in wanted {
        let at = Place::new(path, *line);
        if !found.takes_address(&at) {
            break;
        }
        match below {
            Some(below) => out.extend(found.address(host, below, at)),
            None if whole.contains(host.as_str()) => {}
            None => found.part(host, name, at),
        }
    }
    distinct(out)
}

fn hosts_of(value: &str) -> impl Iterator<Item = &str> {
    let hosts = value.split([',', ' ']).map(str::trim).filter(|host| !host.is_empty());
    hosts.filter(|host| !host.starts_with("http://")).map(|host| host.trim_start_matches("https://"))
}

fn distinct(mut addresses: Vec<Address>) -> Vec<Address> {
    let mut seen = BTreeSet::new();
    addresses.retain(|address| seen.insert(address.url.clone()));
    addresses
}

/// A key, its value, and the line.
type Pair = (String, String, u32);

/// `key: value`, or a list of `key=value`.
fn pairs(node: Option<&Node>, variables: &Variables) -> Vec<Pair> {
    let Some(node) = node else { return Vec::new() };
    let put = |text: &str| env::interpolate(text, variables);
    let listed = node.items().iter().filter_map(|item| {
        let text = put(item.text()?);
        let (key, value) = text.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().to_owned(), item.line))
    });
    let keyed = node
        .entries()
        .iter()
        .filter_map(|(key, value)| Some((put(key), put(value.text()?).trim().to_owned(), value.line)));
    listed.chain(keyed).collect()
}

/// The port of the machine in `8080:80`, `127.0.0.1:8080:80/tcp` or `{ published: 8080, target: 80 }`.
fn published(port: &Node, variables: &Variables) -> Option<u16> {
    if let Some(published) = port.text_at(&["published"]) {
        return env::interpolate(published, variables).parse().ok();
    }
    let text = env::interpolate(port.text()?, variables);
    let parts: Vec<&str> = text.split('/').next()?.split(':').collect();
    parts.len().checked_sub(2).and_then(|at| parts.get(at)?.parse().ok())
}
