//! What was found: services with their images, and addresses with what stands behind them.

use crate::included::Included;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// No more addresses of proxies are looked at.
const MOST_ADDRESSES: usize = 50_000;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1; `None` for the whole file.
    pub line: Option<u32>,
}

impl Place {
    pub(crate) fn new(path: &Path, line: u32) -> Self {
        Self { file: path.display().to_string(), line: Some(line) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// Where people open an app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Address {
    /// The whole of it.
    pub url: String,
    /// Where it stands.
    pub at: Place,
}

impl Address {
    /// How far below the host it is.
    pub(crate) fn depth(&self) -> usize {
        self.url.matches('/').count()
    }
}

/// What a proxy passes requests to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upstream {
    /// A name or an IP address.
    pub host: String,
    /// The port, where one is said.
    pub port: Option<u16>,
}

impl Upstream {
    /// `http://app:3000/`, `app:3000`, `app`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://").map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
        let authority = rest.split('/').next()?.trim();
        if authority.is_empty() || authority.contains(['{', '}', '$', '*', '<']) || scheme == Some("unix") {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && !host.is_empty() => (host, Some(port.parse().ok()?)),
            Some(("", port)) => ("localhost", Some(port.parse().ok()?)),
            _ => (authority, None),
        };
        Some(Self { host: host.trim_matches(['[', ']']).to_ascii_lowercase(), port })
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Something that runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Service {
    /// What it is called.
    pub(crate) name: String,
    /// Other names by which it is reached.
    pub(crate) aliases: Vec<String>,
    /// Its images, as written.
    pub(crate) images: Vec<String>,
    /// Ports of the machine that lead to it.
    pub(crate) published: Vec<u16>,
    /// Where people open it, as far as it says so itself.
    pub(crate) addresses: Vec<Address>,
    /// Only what is of the same group is reached by name: a namespace; empty where all are.
    pub(crate) group: String,
    /// Where it stands.
    pub(crate) at: Option<Place>,
}

/// An address of a proxy.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) address: Address,
    /// Nothing for one that serves files or answers by itself.
    pub(crate) upstream: Option<Upstream>,
    /// The group that `upstream` is of.
    pub(crate) group: String,
}

/// Something that was seen and not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Unclear {
    pub(crate) at: Place,
    pub(crate) why: String,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) services: Vec<Service>,
    pub(crate) sites: Vec<Site>,
    /// Addresses that are not known whole, or are not ones that an app may have.
    pub(crate) unclear: BTreeSet<Unclear>,
    /// Files that could not be read.
    pub(crate) unread: BTreeSet<Unclear>,
    /// Where services of which names stand.
    pub(crate) known: BTreeSet<(String, Place)>,
    /// How many addresses were looked at.
    addresses: usize,
    /// What is being read, and how much more may be included.
    pub(crate) included: Included,
}

impl Found {
    /// Whether a service of this name at this place was not found before.
    pub(crate) fn is_new(&mut self, name: &str, at: &Place) -> bool {
        self.known.insert((name.to_owned(), at.clone()))
    }

    pub(crate) fn unread(&mut self, path: &Path, line: Option<u32>, why: impl Into<String>) {
        let at = Place { file: path.display().to_string(), line };
        self.unread.insert(Unclear { at, why: why.into() });
    }

    pub(crate) fn unclear(&mut self, at: Place, why: impl Into<String>) {
        self.unclear.insert(Unclear { at, why: why.into() });
    }

    /// Whether there is room for one more address: many hosts of many paths are more than anybody opens.
    pub(crate) fn takes_address(&mut self, at: &Place) -> bool {
        self.addresses += 1;
        if self.addresses > MOST_ADDRESSES {
            self.unread(Path::new(&at.file), None, "it has more addresses than are read");
        }
        self.addresses <= MOST_ADDRESSES
    }

    /// Requests of which no address says which they are.
    pub(crate) fn part(&mut self, host: &str, to: impl fmt::Display, at: Place) {
        self.unclear(at, format!("some requests to {host} go to {to}, and no path alone says which"));
    }

    /// The address of a host and a path below it, if it is one that people can open; otherwise it is told why not.
    pub(crate) fn address(&mut self, host: &str, path: &str, at: Place) -> Option<Address> {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        if let Some(name) = unknown_variable(&host) {
            self.unclear(at, format!("the address needs {name}, which has no value here"));
            return None;
        }
        let name = host.split(':').next().unwrap_or_default();
        let label = |label: &str| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        if !name.contains('.') || !name.split('.').all(label) || name.split('.').all(|part| part.parse::<u8>().is_ok())
        {
            if !name.is_empty() && name != "localhost" && name != "_" {
                self.unclear(at, format!("`{host}` is not a whole host name"));
            }
            return None;
        }
        let path = path.trim_end_matches(['*', '/']);
        let plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '/' | '-' | '_' | '.' | '~' | '%' | '+');
        if !(path.is_empty() || path.starts_with('/')) || !path.chars().all(plain) {
            self.unclear(at, format!("the path below {host} is not a plain one"));
            return None;
        }
        Some(Address { url: format!("https://{}{path}", host.trim_end_matches(":443")), at })
    }
}

/// A variable in a text that stayed there because nothing says its value.
fn unknown_variable(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("${").or_else(|| text.split_once("{$")).or_else(|| text.split_once('$'))?;
    let name: String = rest.chars().take_while(|one| one.is_ascii_alphanumeric() || *one == '_').collect();
    (!name.is_empty()).then(|| name.to_ascii_uppercase())
}
