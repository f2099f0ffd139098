//! Where the configuration file is looked for: `--config`, then `DOORSTEP_CONFIG`, then `./doorstep.toml`, then
//! `/etc/doorstep/doorstep.toml`, or either with another end (`.yaml`, `.yml`, `.json`).

use super::environment::CONFIG;
use super::language::ENDS;
use super::mistake::{Mistake, Place};
use super::sources::{Sources, shown};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const SYSTEM: &str = "/etc/doorstep";
/// The name that it is given where nobody says another.
pub(crate) const LOCAL: &str = "doorstep.toml";

/// The file to read, absolute; `None` when none was named and none is where one is looked for.
pub(crate) fn locate(sources: &Sources) -> Result<Option<PathBuf>, Mistake> {
    let from_env = sources.env.get(CONFIG).map(PathBuf::from);
    let named = match (&sources.config_path, from_env) {
        (Some(path), _) => Some((path.clone(), Place::file(path.display().to_string()))),
        (None, Some(path)) => Some((path, Place::Env(CONFIG.to_owned()))),
        (None, None) => None,
    };
    if let Some((path, place)) = named {
        let path = sources.cwd.join(path);
        let drafted = sources.draft.as_ref().is_some_and(|(place, _)| *place == path);
        if drafted || is_there(&path)? && !path.is_dir() {
            return Ok(Some(path));
        }
        return Err(Mistake::new(place, format!("there is no file {}", path.display()), None));
    }
    for folder in [sources.cwd.as_path(), Path::new(SYSTEM)] {
        let mut found = Vec::new();
        for (end, _) in ENDS {
            let path = folder.join(LOCAL).with_extension(end);
            if is_there(&path)? {
                found.push(path);
            }
        }
        if let [first, second, ..] = found.as_slice() {
            let (first, second) = (shown(first, &sources.cwd), shown(second, &sources.cwd));
            let remedy = format!("keep one of them, or name the one that counts: --config {first}");
            return Err(Mistake::new(Place::file(second), format!("stands beside {first}"), Some(remedy)));
        }
        if let Some(path) = found.pop() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

pub(crate) fn unreadable(shown: String, error: &std::io::Error) -> Mistake {
    let remedy = match error.kind() {
        ErrorKind::PermissionDenied => Some("run this as root or as the user of the server: sudo doorstep …"),
        ErrorKind::InvalidData => Some("save it as UTF-8"),
        ErrorKind::IsADirectory => Some("give the folder another name"),
        _ => None,
    };
    Mistake::new(Place::file(shown), format!("cannot be read: {error}"), remedy.map(str::to_owned))
}

pub(crate) fn nothing_found() -> Mistake {
    let remedy = format!("looked for ./{LOCAL} and {SYSTEM}/{LOCAL}; write a first one: doorstep init");
    Mistake::new(Place::file(LOCAL), "there is no configuration yet", Some(remedy))
}

/// Whether a file is there. One that may not be looked at is no reason to say that there is none.
fn is_there(path: &Path) -> Result<bool, Mistake> {
    path.try_exists().map_err(|error| unreadable(path.display().to_string(), &error))
}
