//! What broke, as a sentence for whoever runs the instance, and what to do about it where that is known.

use crate::config::Config;
use crate::ending::Failure;
use doorstep_app::error::InternalError;
use doorstep_app::keyring::KeyError;
use doorstep_store::StoreError;

/// Why the instance is not opened: where a root key is missing, with the place where it belongs.
pub(crate) fn unopened(error: &InternalError, config: &Config) -> Failure {
    let InternalError::Key(KeyError::Lacking { generation, id }) = error else { return internal(error) };
    let place = match &config.root_key {
        Some(_) => "`root_key`".to_owned(),
        None => config.root_key_path.display().to_string(),
    };
    let what = format!("The database is under root key {generation} ({id}), which is not in {place}.");
    let remedy = format!(
        "Put back the root key that this database was made with. If it was rotated (doorstep key rotate root), copy \
         {place} as it is now from the server where that was done, with every line, or from a backup made since."
    );
    Failure::refused(what, remedy).until_corrected()
}

/// What broke, as a sentence, and what to do about it where that is known.
pub(crate) fn internal(error: &InternalError) -> Failure {
    let said = |remedy: &str| Failure::refused(sentence(&error.to_string()), remedy);
    match error {
        InternalError::Store(StoreError::Newer { database, written_by, known, binary }) => Failure::refused(
            format!(
                "The database has schema version {database}, written by Doorstep {written_by}. This is Doorstep \
                 {binary}, which knows versions up to {known}."
            ),
            format!(
                "Run Doorstep {written_by} or newer, or restore the backup that was taken before the upgrade. \
                 Nothing was changed."
            ),
        )
        .until_corrected(),
        InternalError::Store(StoreError::Served { .. }) => {
            said("Stop the other one, or give this one a `data_dir` and a `database.url` of its own.")
        }
        InternalError::Store(StoreError::MigrationLocked { waited }) => Failure::refused(
            format!("Another process has been changing this database for more than {} s.", waited.as_secs()),
            "Wait until it has finished, or stop it, and start again.",
        ),
        InternalError::Store(StoreError::Open { .. }) => {
            said("Its folder has to be there and writable for the user that Doorstep runs as; or set `database.url`.")
        }
        InternalError::Store(StoreError::Address(_)) => {
            said("Set `database.url` to sqlite: and a path, or postgres://…")
        }
        InternalError::Store(StoreError::Postgres { .. }) => said(
            "Look whether the server answers and whether `database.url` is right: doorstep config show prints where it comes from.",
        ),
        InternalError::Key(KeyError::Unseal(_)) => {
            said("Put back the root key that this database was made with.").until_corrected()
        }
        InternalError::Key(KeyError::Open { .. } | KeyError::Malformed(_) | KeyError::Hexadecimal(_)) => {
            Failure::bare(sentence(&error.to_string())).until_corrected()
        }
        _ => Failure::bare(sentence(&error.to_string())),
    }
}

/// An error's words as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
