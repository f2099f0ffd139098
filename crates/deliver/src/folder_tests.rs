//! What an opened folder does about a name that became something else after it was looked at.

use super::*;
use rustix::io::{FdFlags, fcntl_getfd};
use std::{sync::mpsc, thread, time::Duration};

fn folder(dir: &tempfile::TempDir) -> Folder {
    Folder::open(&dir.path().canonicalize().unwrap()).unwrap()
}

#[test]
fn security_118_a_link_in_the_place_of_the_file_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("elsewhere"), "secret").unwrap();
    std::os::unix::fs::symlink("elsewhere", dir.path().join("link")).unwrap();
    assert_eq!(folder(&dir).read("link".as_ref()).unwrap_err(), Errno::LOOP);
    assert!(folder(&dir).read("elsewhere".as_ref()).is_ok());
}

#[test]
fn security_118_a_pipe_that_nobody_writes_into_holds_nobody_up() {
    let dir = tempfile::tempdir().unwrap();
    let here = folder(&dir);
    fs::mknodat(&here.0, "pipe", FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(here.read("pipe".as_ref()).is_ok()));
    assert_eq!(told.recv_timeout(Duration::from_mins(1)), Ok(true));
}

#[test]
fn no_program_that_is_started_inherits_what_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let here = folder(&dir);
    let (draft, written) = here.draft("app.env".as_ref()).unwrap();
    for closed in [fcntl_getfd(&here.0), fcntl_getfd(&written), fcntl_getfd(here.read(&draft).unwrap())] {
        assert!(closed.unwrap().contains(FdFlags::CLOEXEC));
    }
}
