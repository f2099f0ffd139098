//! Which apps of the catalog a set-up runs, and where: read from Compose files, Caddyfiles, nginx configuration, labels
//! of Traefik and Kubernetes manifests.
//!
//! Pure: texts come in through [`Files`], and what was found goes out. An app is recognised by its image; behind a proxy
//! of whose service no image is known, by its name and port. Nothing is changed, and what is not recognised is told.

mod caddy;
mod caddy_site;
mod compose;
mod env;
mod files;
mod found;
mod included;
mod kind;
mod kubernetes;
mod nginx;
mod propose;
mod recognise;
mod rule;
mod service;
mod yaml;

pub use files::Files;
pub use found::{Address, Place, Upstream};
pub use kind::{Kind, kind_of, may_be};
pub use propose::{Left, Proposal, Report};
pub use recognise::By;

use doorstep_onboard::catalog::Catalog;
use found::Found;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Looks through the files and proposes what to declare.
pub fn discover(paths: &[PathBuf], files: &dyn Files, catalog: &Catalog) -> Report {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        if !seen.insert(path.clone()) {
            continue;
        }
        let Some(text) = files.read(path) else {
            found.unread(path, None, "it cannot be read");
            continue;
        };
        match kind_of(path, &text) {
            Some(Kind::Compose) => compose::read(path, &text, files, &mut found),
            Some(Kind::Kubernetes) => kubernetes::read(path, &text, &mut found),
            Some(Kind::Caddy) => caddy::read(path, &text, files, &mut found),
            Some(Kind::Nginx) => nginx::read(path, &text, files, &mut found),
            None => found.unread(path, None, "it is none of the files that can be read here"),
        }
    }
    propose::propose(&found, catalog)
}
