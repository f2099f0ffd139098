//! What a start may make, and what it does not take for a first start.
//!
//! A root key in its file was made by Doorstep for a database. Where that database is gone or empty, state was lost,
//! or the configuration names another place; an empty instance would be given to whoever opens its set-up link, and
//! nobody would notice what was lost. So it needs `--new-instance`. A key that is supplied from outside may meet an
//! empty database at a first start.

use crate::config::{Config, DatabaseUrl};
use crate::ending::Failure;
use crate::guarded::refuse_open;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What a person said about a start beside the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meant<'a> {
    /// The issuer that is given up.
    pub(crate) issuer_was: Option<&'a str>,
    /// An empty database beside a root key is meant.
    pub(crate) new_instance: bool,
}

/// Makes the data folder when it is missing, lasting, and for its owner alone.
pub(crate) fn data_folder(folder: &Path) -> Result<(), Failure> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
    let make = || -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        // A power cut takes no folder away in which something was acknowledged.
        for parent in missing.iter().filter_map(|path| path.parent()) {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            fs::File::open(parent)?.sync_all()?;
        }
        Ok(())
    };
    make().map_err(|error| {
        let what = format!("The data folder {} cannot be made: {error}.", folder.display());
        Failure::refused(what, "Make it, owned by the user that Doorstep runs as, or set `data_dir`.")
    })?;
    Ok(refuse_open(folder)?)
}

/// Refuses to work in a place where everyone could change what is there.
pub(crate) fn refuse_open_places(config: &Config) -> Result<(), Failure> {
    Ok(refuse_open(&config.data_dir)?)
}

/// Looks at the place of a SQLite database before SQLite does: opening a file makes one, and throws away a log that
/// has none. Says whether there is a database.
pub(crate) fn look(config: &Config, new_instance: bool) -> Result<bool, Failure> {
    let DatabaseUrl::Sqlite(path) = &config.database.url else { return Ok(true) };
    refuse_open(path)?;
    if size(path) > 0 {
        return Ok(true);
    }
    let log = beside(path, "-wal");
    if size(&log) > 0 {
        let what = format!("The database {} is gone or empty, and {} is still there.", path.display(), log.display());
        let remedy = "That file holds what was written last. Put the database back beside it, as it was; \
                    or restore a backup: docs/operations.md.";
        return Err(Failure::refused(what, remedy).until_corrected());
    }
    lost(config, new_instance)?;
    Ok(false)
}

/// Refuses an empty database beside a root key that Doorstep made, unless a new instance is meant.
pub(crate) fn lost(config: &Config, new_instance: bool) -> Result<(), Failure> {
    let key = &config.root_key_path;
    if config.root_key.is_some() || new_instance || !key.exists() {
        return Ok(());
    }
    let what = format!(
        "The root key is in {}, and {} is empty or not there: its database was lost, or is somewhere else.",
        key.display(),
        shown_database(config)
    );
    let remedy = "Look at `database.url`, or put the database back from the backup (docs/operations.md). To begin anew \
                with this key, without the people and apps that there were: doorstep serve --new-instance";
    Err(Failure::refused(what, remedy).until_corrected())
}

/// Refuses to begin anew where something is.
pub(crate) fn refuse_new_instance(config: &Config) -> Failure {
    let what = format!("There is an instance in {} already; nothing was changed.", shown_database(config));
    Failure::refused(what, "Start without --new-instance. To begin anew, move the database away first.")
        .until_corrected()
}

/// The database as it may be printed.
pub(crate) fn shown_database(config: &Config) -> String {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) => path.display().to_string(),
        DatabaseUrl::Postgres(_) => "the PostgreSQL database".to_owned(),
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
