//! A command that root runs beside a server that runs as another user: it works as that user, so that nothing
//! it makes (database, `-wal`, `-shm`, deliveries) is closed to the server.
//!
//! Users other than root work as themselves, and the system refuses what they may not open.

use crate::config::{Config, DatabaseUrl};
use crate::ending::Failure;
use rustix::fs::{Gid, Uid};
use rustix::process::geteuid;
use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Becomes the user that the data belongs to. To be called before any thread is started: threads that are
/// started later are that user's too.
pub(crate) fn become_owner(config: &Config) -> Result<(), Failure> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let place = match &config.database.url {
        DatabaseUrl::Sqlite(path) if path.exists() => path.as_path(),
        _ => config.data_dir.as_path(),
    };
    match fs::metadata(place) {
        Ok(found) if found.uid() != 0 => switch(place, found.uid(), found.gid()),
        _ => Ok(()),
    }
}

fn switch(place: &Path, uid: u32, gid: u32) -> Result<(), Failure> {
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    // Groups first: afterwards there is no right to change them.
    let switched = set_thread_groups(&[gid]).and_then(|()| set_thread_gid(gid)).and_then(|()| set_thread_uid(uid));
    switched.map_err(|error| {
        let (raw, place) = (uid.as_raw(), place.display());
        Failure::refused(
            format!("{place} belongs to user {raw}, and root may not work as that user here: {error}."),
            format!(
                "Run the command as that user: setpriv --reuid {raw} --regid {} --clear-groups doorstep …",
                gid.as_raw()
            ),
        )
    })
}
