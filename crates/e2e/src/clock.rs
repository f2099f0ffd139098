//! A clock that is off: `crates/e2e/clock/clock.c`, preloaded into Doorstep.

use crate::process::{repository, run};
use std::{ffi::OsString, path::Path, process::Command};

/// What a program has in its environment whose clock is off by so many seconds. The library is compiled into
/// `directory`.
pub fn off_by(seconds: i64, directory: &Path) -> Vec<(&'static str, OsString)> {
    let library = directory.join("clock.so");
    let source = repository().join("crates/e2e/clock/clock.c");
    run(Command::new("cc").args(["-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source));
    vec![("LD_PRELOAD", library.into()), ("CLOCK_OFF", seconds.to_string().into())]
}
