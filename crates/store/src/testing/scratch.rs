//! Where the databases of tests lie: in memory where there is plenty of it. Each is hundreds of files, and a disk that is
//! nearly full looks long for room for each.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

const IN_MEMORY: &str = "/dev/shm";
/// A test program makes some three hundred databases of eight megabytes.
const ROOM_MB: u64 = 8192;

/// The folder, the same for the whole process.
pub(super) fn scratch() -> &'static Path {
    static SCRATCH: OnceLock<PathBuf> = OnceLock::new();
    SCRATCH.get_or_init(|| {
        let told = Command::new("df").args(["--output=avail", "--block-size=1M", IN_MEMORY]).output();
        let told = told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).unwrap_or_default();
        let room = told.lines().last().and_then(|room| room.trim().parse::<u64>().ok());
        if room.is_some_and(|room| room >= ROOM_MB) { IN_MEMORY.into() } else { std::env::temp_dir() }
    })
}
