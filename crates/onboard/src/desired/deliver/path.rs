//! Files: plain, encrypted as SOPS does it, or with age.

use super::{Form, Wrong, wrong};
use crate::{delivery::Address, language::Proposed, remedy::Remedy};
use std::path::{Component, Path, PathBuf};

/// What stands in the table of SOPS files.
pub(super) fn sops_lines(table: Remedy) -> Remedy {
    readers(table, "age_recipients")
}

/// What stands in the table of age's.
pub(super) fn age_lines(table: Remedy) -> Remedy {
    readers(table, "recipients")
}

fn readers(table: Remedy, key: &str) -> Remedy {
    let keys = table.words(" with ").line([key], Proposed::list(["age1…"]));
    keys.words(": the public keys of those who may read")
}

/// What files in other forms are called by.
const EXTENSIONS: [&str; 12] =
    ["conf", "env", "ini", "js", "json", "php", "properties", "py", "rb", "sh", "toml", "yaml"];

/// In what forms SOPS keeps keys apart; it tells them by the name of the file. Everything else is one text to it.
const SOPS_FORMS: [&str; 3] = ["env", "json", "yaml"];

pub(super) fn plain(written: &str, form: &Form<'_>) -> Result<Address, Wrong> {
    let path = whole("file", written, form.extension, "")?;
    called(&path, &path, form)?;
    Ok(Address::File(path))
}

/// Variables go into a file of variables, YAML or JSON; a document keeps its form. What SOPS has no form for is one text
/// to it, under a name that it takes for none.
pub(super) fn sops(written: &str, form: &Form<'_>) -> Result<Address, Wrong> {
    let path = whole("sops", written, form.extension, "")?;
    let given = extension(&path);
    let (fits, remedy) = match form.extension {
        "env" => (given.is_some_and(|given| SOPS_FORMS.contains(&given)), ".env, .yaml or .json"),
        "json" => (given == Some("json"), ".json"),
        "yaml" => (given == Some("yaml"), ".yaml"),
        "ini" => (given.is_some_and(|given| !SOPS_FORMS.contains(&given)), ".ini"),
        other => (given.is_some_and(|given| given != "ini" && !SOPS_FORMS.contains(&given)), other),
    };
    if fits {
        return Ok(Address::Sops(path));
    }
    let name = path.with_extension("").display().to_string();
    let named = format!("name it {name}.{}", remedy.trim_start_matches('.'));
    wrong("SOPS tells the form of a file by its name, and would take this for another", named)
}

pub(super) fn age(written: &str, form: &Form<'_>) -> Result<Address, Wrong> {
    let path = whole("age", written, form.extension, ".age")?;
    if path.extension().is_none_or(|given| given != "age") {
        let remedy = format!("name it {}.age", path.display());
        return wrong(
            "a file that is encrypted with age is called .age, so that nobody takes it for a plain one",
            remedy,
        );
    }
    called(&path.with_extension(""), &path, form)?;
    Ok(Address::Age(path))
}

/// The whole path of a file.
pub(super) fn whole(scheme: &str, written: &str, extension: &str, end: &str) -> Result<PathBuf, Wrong> {
    let path = Path::new(written);
    let plain = path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    if !path.is_absolute() || !plain || written.ends_with('/') || written.contains(|c: char| c.is_control()) {
        let what = format!("`{written}` is not the whole path of a file");
        return wrong(what, format!("write the whole path, like `{scheme}:/srv/app/app.{extension}{end}`"));
    }
    Ok(path.components().collect())
}

/// A file is not called by another form than it has.
fn called(name: &Path, path: &Path, form: &Form<'_>) -> Result<(), Wrong> {
    match extension(name) {
        Some(given) if EXTENSIONS.contains(&given) && given != form.extension => {
            let mut remedy = format!("name it {}", name.with_extension(form.extension).display());
            if name != path {
                remedy.push_str(".age");
            }
            wrong(format!("what is delivered here is a .{} file", form.extension), remedy)
        }
        _ => Ok(()),
    }
}

fn extension(path: &Path) -> Option<&str> {
    let given = path.extension().and_then(|extension| extension.to_str());
    given.map(|given| if given == "yml" { "yaml" } else { given })
}
