//! One key inside a file that a person owns: env, INI, JSON, TOML or YAML.
//!
//! Only the key is ours. The file is never made, deleted or written in another form; its mode and owner stay, and comments,
//! order and spaces of everything else ([`edit`]). It is written only over what was read of it, so that a change of the same
//! moment is not lost, and in one step, as deliveries are (`folder`). A value that the key has and that was never delivered
//! is somebody's, until they empty it.

mod edit;
mod json;
mod lines;
mod toml;
mod tree;
mod yaml;

use crate::{
    file::{A_MOUNT, content, failed, in_folder, reported},
    folder::{Closed, Folder, Found, Wanted},
    turns::{aside, in_turn},
};
use doorstep_core::secret::Secret;
use doorstep_onboard::{
    delivery::{Address, KeyPath, KeyedForm, Rendered},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use rustix::{
    fs::FileType,
    io::Errno,
    process::{getegid, geteuid},
};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    thread::sleep,
    time::Duration,
};

/// How often a file is read anew that changes meanwhile, and how long it is left in between.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Delivers to keys inside files.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeySink;

/// Why a text is not changed, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
struct Refused(String);

impl From<Refused> for SinkError {
    fn from(Refused(why): Refused) -> Self {
        Self::Blocked(why)
    }
}

/// What stands at a key.
enum There {
    Nothing,
    /// The key, and no value.
    Empty,
    Value {
        text: Secret<String>,
        /// A number, `true` or `false`.
        literal: bool,
    },
    /// What is no single value.
    Other(&'static str),
}

/// What a key is to have.
struct Value<'v> {
    text: &'v str,
    /// Whether a secret is in it.
    secret: bool,
    /// A number, `true` or `false`.
    literal: bool,
}

impl Value<'_> {
    fn tree(&self) -> serde_json::Value {
        let literal = self.literal.then(|| serde_json::from_str(self.text).ok()).flatten();
        literal.unwrap_or_else(|| self.text.into())
    }

    /// Whether that is what stands there.
    fn is_at(&self, there: &There, form: KeyedForm) -> bool {
        match there {
            There::Value { text, literal } => self.is(text, *literal, form),
            There::Empty => self.text.is_empty(),
            There::Nothing | There::Other(_) => false,
        }
    }

    /// Whether it is this. Files of lines do not tell kinds of values apart.
    fn is(&self, text: &Secret<String>, literal: bool, form: KeyedForm) -> bool {
        let alike = matches!(form, KeyedForm::Env | KeyedForm::Ini) || literal == self.literal;
        alike && text.matches(self.text.as_bytes())
    }
}

/// A key, and the file that it is in.
struct Spot<'a> {
    path: &'a Path,
    key: &'a KeyPath,
    form: KeyedForm,
}

/// A file, as it was read.
struct Read {
    folder: Folder,
    found: Found,
    text: Secret<String>,
}

impl<'a> Spot<'a> {
    fn of(place: &'a Address) -> Result<Self, SinkError> {
        let Address::Key { path, key } = place else {
            return Err(SinkError::Blocked("it is not a key in a file".into()));
        };
        let form = KeyedForm::of(path).ok_or_else(|| SinkError::Blocked("the file is of no form with keys".into()))?;
        Ok(Self { path, key, form })
    }

    fn name(&self) -> &'a OsStr {
        self.path.file_name().unwrap_or_default()
    }

    fn folder(&self) -> &'a Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    /// Whether there is anything under the file's name.
    fn is_there(&self) -> Result<bool, SinkError> {
        match Folder::open(self.folder()) {
            Ok(folder) => Ok(folder.look(self.name()).map_err(|error| failed("look at it", error))?.is_some()),
            Err(Closed::Missing(_)) => Ok(false),
            Err(closed) => Err(reported(self.folder(), &closed)),
        }
    }

    fn read(&self) -> Result<Read, SinkError> {
        let folder = Folder::open(self.folder()).map_err(|closed| reported(self.folder(), &closed))?;
        let name = self.name();
        let found = folder.look(name).map_err(|error| failed("look at it", error))?.ok_or_else(|| {
            SinkError::Blocked("the file is not there; Doorstep sets keys in it and does not make it".into())
        })?;
        match found.kind {
            FileType::RegularFile => {}
            FileType::Symlink => return Err(SinkError::Blocked("it is a symbolic link; name the file itself".into())),
            _ => return Err(SinkError::Blocked("it is not a plain file".into())),
        }
        let text = Secret::new(content(&folder, name, found)?);
        let text = std::str::from_utf8(text.expose()).map(|text| Secret::new(text.to_owned()));
        let text = text.map_err(|_| SinkError::Blocked("the file is not in UTF-8".into()))?;
        Ok(Read { folder, found, text })
    }

    fn at(&self, read: &Read) -> Result<There, SinkError> {
        Ok(edit::at(self.form, read.text.expose(), self.key)?)
    }

    fn is_of_compose(&self) -> bool {
        let name = self.name().to_str().unwrap_or_default();
        self.form == KeyedForm::Yaml && (name.starts_with("compose.") || name.starts_with("docker-compose."))
    }

    /// Why this may not go into the file. Whose mode it is, is not ours to change.
    fn admits(&self, read: &Read, value: &Value<'_>) -> Result<(), SinkError> {
        // <https://docs.docker.com/reference/compose-file/interpolation/>
        if self.is_of_compose() && value.text.contains('$') {
            let why = "compose puts something else in place of what begins with `$` in its own files; deliver to a file that \
                       `env_file` names";
            return Err(SinkError::Blocked(why.into()));
        }
        if value.secret && read.found.is_too_open() {
            let file = self.path.display();
            let why = format!("a secret goes there, and everyone on the machine can read the file: chmod o= {file}");
            return Err(SinkError::Blocked(why));
        }
        Ok(())
    }

    /// What hinders a write to the file.
    fn hindrance(&self, read: &Read) -> Option<String> {
        if read.folder.is_a_mount(self.name()) {
            return Some(A_MOUNT.into());
        }
        (read.found.mode & 0o222 == 0).then(|| "the file is read-only; allow its change: chmod u+w".into())
    }

    /// Writes what `change` makes of the file, over what it was made of.
    fn write<T>(&self, change: impl Fn(&Read) -> Result<Change<T>, SinkError>) -> Result<T, SinkError> {
        for _ in 0..TRIES {
            let read = self.read()?;
            let (text, done) = match change(&read)? {
                Change::None(done) => return Ok(done),
                Change::Text(text, done) => (text, done),
            };
            if let Some(why) = self.hindrance(&read) {
                return Err(SinkError::Blocked(why));
            }
            let us = (geteuid().as_raw(), getegid().as_raw());
            let owner = Some(read.found.owner).filter(|owner| *owner != us);
            let wanted = Wanted { mode: read.found.mode & 0o777, owner };
            let (before, after) = (read.text.expose().as_bytes(), text.expose().as_bytes());
            match (read.folder.replace_what(self.name(), before, after, wanted), owner) {
                (Ok(()), _) => return Ok(done),
                (Err(Errno::AGAIN | Errno::NOENT), _) => sleep(PAUSE),
                (Err(Errno::PERM), Some((user, group))) => {
                    return Err(SinkError::Blocked(format!(
                        "it belongs to {user}:{group}, and that cannot be kept; run Doorstep as that user, or as root"
                    )));
                }
                (Err(error), _) => return Err(in_folder(self.folder(), error)),
            }
        }
        Err(SinkError::Unreachable("the file is being changed by somebody else".into()))
    }
}

enum Change<T> {
    /// Nothing has to be written.
    None(T),
    Text(Secret<String>, T),
}

fn value(wanted: &Rendered) -> Result<Value<'_>, SinkError> {
    let pair = wanted.values.first().ok_or_else(|| SinkError::Blocked("there is no value for it".into()))?;
    Ok(Value { text: pair.value.expose(), secret: pair.secret, literal: pair.literal })
}

fn observe(wanted: &Rendered, last: Option<Fingerprint>) -> Result<SinkState, SinkError> {
    let (spot, value) = (Spot::of(&wanted.to)?, value(wanted)?);
    let read = spot.read()?;
    spot.admits(&read, &value)?;
    let (state, theirs) = match spot.at(&read)? {
        there if value.is_at(&there, spot.form) => return Ok(SinkState::Same),
        There::Nothing | There::Empty => (SinkState::Absent, false),
        There::Value { .. } => (SinkState::Differs, last.is_none()),
        There::Other(what) => return Err(is_no_value(spot.key, what)),
    };
    if theirs {
        return Err(SinkError::Blocked(format!(
            "the key {} has a value that Doorstep did not deliver; empty it, and it is filled",
            spot.key
        )));
    }
    // What cannot be written is told before it is tried.
    edit::set(spot.form, read.text.expose(), spot.key, &value)?;
    Ok(spot.hindrance(&read).map_or(state, |why| SinkState::Blocked { why }))
}

fn put(wanted: &Rendered) -> Result<Written, SinkError> {
    let (spot, value) = (Spot::of(&wanted.to)?, value(wanted)?);
    spot.write(|read| {
        spot.admits(read, &value)?;
        match spot.at(read)? {
            there if value.is_at(&there, spot.form) => Ok(Change::None(Written::default())),
            There::Other(what) => Err(is_no_value(spot.key, what)),
            _ => {
                let text = edit::set(spot.form, read.text.expose(), spot.key, &value)?;
                Ok(Change::Text(Secret::new(text), Written::default()))
            }
        }
    })
}

fn take_away(place: &Address, last: Fingerprint) -> Result<Removed, SinkError> {
    let spot = Spot::of(place)?;
    if !spot.is_there()? {
        return Ok(Removed::WasNotThere);
    }
    spot.write(|read| {
        let is_ours = match spot.at(read)? {
            There::Nothing => return Ok(Change::None(Removed::WasNotThere)),
            There::Empty if Fingerprint::of(b"") != last => return Ok(Change::None(Removed::WasNotThere)),
            There::Empty => true,
            There::Value { text, .. } => Fingerprint::of(text.expose().as_bytes()) == last,
            There::Other(_) => false,
        };
        if !is_ours {
            return Ok(Change::None(Removed::Changed));
        }
        let text = edit::unset(spot.form, read.text.expose(), spot.key)?;
        Ok(Change::Text(Secret::new(text), Removed::Gone))
    })
}

fn is_no_value(key: &KeyPath, what: &str) -> SinkError {
    SinkError::Blocked(format!("{what} stands at the key {key}, and a single value belongs there; take it out"))
}

/// The file in which a key is; none for a place that is refused anyway.
fn file_of(place: &Address) -> PathBuf {
    Spot::of(place).map(|spot| spot.path.to_owned()).unwrap_or_default()
}

impl Sink for KeySink {
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState> {
        let wanted = wanted.clone();
        let look = move || observe(&wanted, last);
        Box::pin(async move { aside("the look at it", look).await.unwrap_or_else(SinkState::from) })
    }

    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        let wanted = wanted.clone();
        Box::pin(in_turn(("the write", file_of(&wanted.to)), move || put(&wanted)))
    }

    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        let place = place.clone();
        Box::pin(in_turn(("the removal", file_of(&place)), move || take_away(&place, last)))
    }
}
