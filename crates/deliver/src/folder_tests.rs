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

/// An access list as Linux keeps it (acl(5)): what the owner, the user 12345, the group and everyone may do.
fn list(allowed: [u8; 4], most: u8) -> Vec<u8> {
    let [owner, user, group, everyone] = allowed;
    let entries = [(1, owner, u32::MAX), (2, user, 12345), (4, group, u32::MAX), (16, most, u32::MAX)];
    let mut list = vec![2, 0, 0, 0];
    for (kind, allowed, id) in entries.into_iter().chain([(32, everyone, u32::MAX)]) {
        list.extend([kind, 0, allowed, 0]);
        list.extend(id.to_le_bytes());
    }
    list
}

fn kept(file: &Path) -> Option<Vec<u8>> {
    let mut there = vec![0; LONGEST_LIST];
    let length = fs::getxattr(file, ACCESS_LIST, there.as_mut_slice()).ok()?;
    Some(there[..length].to_vec())
}

#[test]
fn security_118_a_replaced_file_can_be_read_by_those_who_could_read_it_before_and_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let (file, here) = (dir.path().join("app.env"), folder(&dir));
    let wanted = Wanted { mode: 0o640, owner: None };
    // The group may do nothing; the mode shows what the list allows to any of those in it.
    std::fs::write(&file, "old").unwrap();
    fs::setxattr(&file, ACCESS_LIST, &list([6, 4, 0, 4], 4), XattrFlags::empty()).unwrap();
    for text in ["one", "two"] {
        here.replace("app.env".as_ref(), (Over::Anything, text.as_bytes()), wanted).unwrap();
        assert_eq!(kept(&file), Some(list([6, 4, 0, 0], 4)));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    // What a folder allows for new files is not for one that was there before.
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, "old").unwrap();
    assert_eq!(kept(&file), None);
    fs::setxattr(dir.path(), "system.posix_acl_default", &list([6, 6, 6, 0], 6), XattrFlags::empty()).unwrap();
    here.replace("app.env".as_ref(), (Over::Anything, b"new"), wanted).unwrap();
    assert_eq!(kept(&file), None);
}
