//! What an app is given: its credentials, its address, and the road to the provider.

use crate::certificates::Certificates;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The credentials of an app, as they were delivered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered(BTreeMap<String, String>);

/// How a relying party reaches the provider.
#[derive(Clone, Copy)]
pub struct Road<'a> {
    /// Where every `*.test` name leads.
    pub proxy: SocketAddr,
    /// Whom to trust.
    pub certificates: &'a Certificates,
    /// Where to keep logs.
    pub directory: &'a Path,
}

impl Delivered {
    /// Reads an env file: `NAME=value` lines, the value perhaps in quotes.
    pub fn read(file: &PathBuf) -> Self {
        let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self::parse(&text)
    }

    /// Reads the text of an env file.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pairs = lines.map(|line| line.split_once('=').unwrap_or_else(|| panic!("not NAME=value: {line}")));
        Self(pairs.map(|(name, value)| (name.to_owned(), unquoted(value).to_owned())).collect())
    }

    /// All of it.
    pub const fn pairs(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// A value by its name.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("{name} was not delivered, only {:?}", self.0.keys()))
    }
}

/// The host of an app. One of them is on the provider's own site.
pub fn host_of(app: &str) -> String {
    if app == "rp-beside" { "beside.home.test".to_owned() } else { format!("{app}.apps.test") }
}

/// Where a person opens an app.
pub fn url_of(app: &str) -> String {
    format!("https://{}", host_of(app))
}

fn unquoted(value: &str) -> &str {
    let without = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    without('"').or_else(|| without('\'')).unwrap_or(value)
}
