//! Where a delivery goes, as a person writes it: `file:/path/app.env`.

use crate::{
    delivery::Address,
    mistake::{Mistake, Place, nearest},
};
use std::path::{Component, Path, PathBuf};

/// The kinds of places that there are sinks for.
const KINDS: [&str; 1] = ["file"];

/// What files in other forms are called by.
const EXTENSIONS: [&str; 12] =
    ["conf", "env", "ini", "js", "json", "php", "properties", "py", "rb", "sh", "toml", "yaml"];

/// Reads one place. `extension` is what the app's delivery is called by.
pub(super) fn address(written: &str, at: &Place, extension: &str) -> Result<Address, Mistake> {
    let wrong = |what: String, remedy: String| Err(Mistake::new(at.clone(), what).remedy(remedy));
    if written.starts_with('/') {
        return wrong(format!("`{written}` does not say what kind of place it is"), format!("write `file:{written}`"));
    }
    let Some((scheme, rest)) = written.split_once(':') else {
        return wrong(format!("`{written}` is not a place"), format!("write it like `file:/srv/app/app.{extension}`"));
    };
    if !KINDS.contains(&scheme) {
        let remedy = match nearest(scheme, KINDS) {
            Some(near) => format!("did you mean `{near}:`?"),
            None => format!("deliver to a file: `file:/srv/app/app.{extension}`"),
        };
        return wrong(format!("Doorstep does not deliver by `{scheme}:`"), remedy);
    }
    let path = Path::new(rest);
    let plain = path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    if !path.is_absolute() || !plain || rest.ends_with('/') || rest.contains(|c: char| c.is_control()) {
        let remedy = format!("write the whole path, like `file:/srv/app/app.{extension}`");
        return wrong(format!("`{rest}` is not the whole path of a file"), remedy);
    }
    let given = path.extension().and_then(|e| e.to_str());
    let given = given.map(|given| if given == "yml" { "yaml" } else { given });
    if given.is_some_and(|given| EXTENSIONS.contains(&given)) && given != Some(extension) {
        let remedy = format!("name it {}", path.with_extension(extension).display());
        return wrong(format!("what is delivered here is a .{extension} file"), remedy);
    }
    Ok(Address::File(path.components().collect::<PathBuf>()))
}
