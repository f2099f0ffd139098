//! Where what is generated goes: printed, or a file that is no file of Doorstep's own.

use crate::config::Loaded;
use crate::context::Context;
use crate::ending::Failure;
use crate::reason;
use doorstep_deliver::{Whole, write_whole};
use std::path::{Path, PathBuf};

/// Where a text goes; `-` and nothing are standard output.
pub(super) struct Out<'a> {
    pub(super) file: Option<&'a Path>,
    /// What to say in the place of a file of Doorstep's own.
    pub(super) instead: &'static str,
}

impl Out<'_> {
    pub(super) fn put(&self, text: &str, loaded: &Loaded, context: &mut Context<'_>) -> Result<(), Failure> {
        match self.file.filter(|file| *file != Path::new("-")) {
            Some(file) => {
                refuse_own(file, self.instead, loaded, context)?;
                write(file, text, context)
            }
            None => context.print(text),
        }
    }
}

/// A slip must not cost the configuration, the root key or the database.
fn refuse_own(file: &Path, instead: &str, loaded: &Loaded, context: &Context<'_>) -> Result<(), Failure> {
    // A file that is not there yet is known by its folder.
    let real = |path: &Path| {
        let folder = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(folder).unwrap_or_else(|| path.to_owned())
    };
    let path = real(&context.cwd.join(file));
    let config = &loaded.config;
    let own = loaded.files.iter().map(PathBuf::as_path).chain([config.root_key_path.as_path()]).map(real);
    if own.into_iter().any(|own| own == path) || path.starts_with(real(&config.data_dir)) {
        let what = format!("{} belongs to Doorstep itself.", file.display());
        return Err(Failure::refused(what, instead));
    }
    Ok(())
}

fn write(file: &Path, text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let path = context.cwd.join(file);
    let done = write_whole(&path, text).map_err(|error| {
        let what = reason::sentence(&error.to_string());
        error.remedy().map_or_else(|| Failure::bare(what.clone()), |remedy| Failure::refused(what.clone(), remedy))
    })?;
    let reported = match done {
        Whole::Written => "is written",
        Whole::Unchanged => "holds this already, and is left as it was",
    };
    context.line(&format!("{} {reported}.", file.display()))
}
