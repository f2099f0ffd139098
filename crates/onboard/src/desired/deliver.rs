//! Where a delivery goes, as it is written: `file:/srv/app/app.env`, `kubernetes:monitoring/grafana-oidc`.
//!
//! Each kind of place is read by a file of its own. One whose connection is not configured is refused with the lines to
//! add.

mod bitwarden;
mod command;
mod key;
mod kubernetes;
mod path;
mod vault;

use super::Reach;
use crate::{
    delivery::{Address, Content},
    mistake::{Mistake, Place, nearest},
    remedy::Remedy,
};

/// The kinds of places that there are.
const KINDS: [&str; 8] = ["file", "key", "kubernetes", "sops", "age", "vault", "bitwarden", "command"];

/// What is delivered, as far as the place depends on it.
struct Form<'a> {
    /// The name of the app.
    app: &'a str,
    /// What its file is called by.
    extension: &'static str,
}

impl<'a> Form<'a> {
    fn of(app: &'a str, content: &Content) -> Self {
        Self { app, extension: content.extension() }
    }

    fn example(&self) -> String {
        format!("file:/srv/app/app.{}", self.extension)
    }
}

/// What is wrong with a place, and how to write it.
struct Wrong {
    what: String,
    remedy: Remedy,
}

fn wrong<T>(what: impl Into<String>, remedy: impl Into<Remedy>) -> Result<T, Wrong> {
    Err(Wrong { what: what.into(), remedy: remedy.into() })
}

/// Reads one place, or several keys in one file, with what goes there.
pub(super) fn places(
    written: &str,
    at: &Place,
    (app, content): (&str, &Content),
    reach: &Reach,
) -> Result<Vec<(Address, Content)>, Mistake> {
    let read = match written.strip_prefix("key:") {
        Some(rest) => key::read(rest, content),
        None => read(written, &Form::of(app, content), reach).map(|to| vec![(to, content.clone())]),
    };
    read.map_err(|Wrong { what, remedy }| Mistake::new(at.clone(), what).remedy(remedy))
}

fn read(written: &str, form: &Form<'_>, reach: &Reach) -> Result<Address, Wrong> {
    if written.starts_with('/') {
        let what = format!("`{written}` does not say what kind of place it is");
        return wrong(what, format!("write `file:{written}`"));
    }
    let Some((scheme, rest)) = written.split_once(':') else {
        return wrong(format!("`{written}` is not a place"), format!("write it like `{}`", form.example()));
    };
    match scheme {
        "file" => path::plain(rest, form),
        "sops" => reached(scheme, reach, path::sops_lines).and_then(|()| path::sops(rest, form)),
        "age" => reached(scheme, reach, path::age_lines).and_then(|()| path::age(rest, form)),
        "kubernetes" => reached(scheme, reach, kubernetes::lines).and_then(|()| kubernetes::read(rest)),
        "vault" => reached(scheme, reach, vault::lines).and_then(|()| vault::read(rest)),
        "bitwarden" => reached(scheme, reach, bitwarden::lines).and_then(|()| bitwarden::read(rest)),
        "command" => command::read(rest, form.app, reach),
        _ => {
            let remedy = match nearest(scheme, KINDS) {
                Some(near) => format!("did you mean `{near}:`?"),
                None => format!("deliver to a file: `{}`; there are also {}", form.example(), others()),
            };
            wrong(format!("Doorstep does not deliver by `{scheme}:`"), remedy)
        }
    }
}

/// The kinds beside files.
fn others() -> String {
    let kinds: Vec<_> = KINDS.iter().filter(|kind| **kind != "file").map(|kind| format!("`{kind}:`")).collect();
    kinds.join(", ")
}

/// Whether there is a way to the kind of place. `lines` says what stands in the table that makes one.
fn reached(scheme: &str, reach: &Reach, lines: fn(Remedy) -> Remedy) -> Result<(), Wrong> {
    if reach.schemes.contains(scheme) {
        return Ok(());
    }
    let remedy = lines(Remedy::from("add ").table(["sinks", scheme]));
    wrong(format!("`{scheme}:` is not set up: `sinks.{scheme}` is missing"), remedy)
}

/// The parts of a path in a place, if each is of these characters.
fn is_path(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    text.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && part.chars().all(&allowed))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}
