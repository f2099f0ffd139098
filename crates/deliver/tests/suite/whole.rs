//! A file for another program: whole or not at all.

use doorstep_deliver::{Unwritten, Whole, write_over, write_whole};
use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The names in a folder: no draft stays behind.
fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_new_file_can_be_read_by_the_proxy_and_a_replaced_one_keeps_mode_and_owner() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Caddyfile");
    assert_eq!(write_whole(&file, "one"), Ok(Whole::Written));
    assert_eq!((fs::read_to_string(&file).unwrap().as_str(), mode(&file)), ("one", 0o644));
    for wanted in [0o600, 0o640, 0o664] {
        set_mode(&file, wanted);
        // Giving things away takes root; for anyone else the file stays their own.
        let given = chown(&file, Some(1234), Some(1235)).is_ok();
        let before = fs::metadata(&file).unwrap();
        assert_eq!(write_whole(&file, &format!("{wanted}")), Ok(Whole::Written));
        let after = fs::metadata(&file).unwrap();
        assert_eq!((after.uid(), after.gid(), mode(&file)), (before.uid(), before.gid(), wanted));
        assert!(after.ino() != before.ino() && (!given || after.uid() == 1234));
    }
    assert_eq!(names(folder.path()), ["Caddyfile"]);
}

#[test]
fn what_stands_there_already_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.conf");
    write_whole(&file, "same").unwrap();
    set_mode(&file, 0o400);
    let before = fs::metadata(&file).unwrap();
    assert_eq!(write_whole(&file, "same"), Ok(Whole::Unchanged));
    assert_eq!(fs::metadata(&file).unwrap().ino(), before.ino());
    assert_eq!(write_whole(&file, "sane"), Ok(Whole::Written), "as long, and another text");
    assert_eq!(fs::read_to_string(&file).unwrap(), "sane");
}

#[test]
fn security_118_a_link_that_others_could_change_is_not_followed_and_the_file_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let (open, real) = (folder.path().join("open"), folder.path().join("real"));
    fs::create_dir_all(&open).unwrap();
    fs::create_dir_all(&real).unwrap();
    fs::write(real.join("a.conf"), "there").unwrap();
    symlink(&real, open.join("way")).unwrap();
    symlink(real.join("a.conf"), open.join("a.conf")).unwrap();
    for (mode, refused) in [(0o755, false), (0o757, true), (0o1777, true)] {
        set_mode(&open, mode);
        let said = write_whole(&open.join("way/b.conf"), "b");
        assert_eq!(said, if refused { Err(Unwritten::OpenLink(open.join("way"))) } else { Ok(Whole::Written) });
        assert_eq!(real.join("b.conf").exists(), !refused, "{mode:o}");
        let _ = fs::remove_file(real.join("b.conf"));
        let said = write_whole(&open.join("a.conf"), "mine").unwrap_err();
        assert!(matches!(said, Unwritten::Link { ref target, .. } if *target == real.join("a.conf")), "{said}");
    }
    assert_eq!(fs::read_to_string(real.join("a.conf")).unwrap(), "there");
}

#[test]
fn each_place_that_takes_no_file_says_what_it_is_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("plain"), "").unwrap();
    fs::create_dir(at("folder")).unwrap();
    for (path, what, to_do) in [
        (at("nowhere/at/all.conf"), "nowhere is not there", "mkdir -p "),
        (at("plain/a.conf"), "plain is not a folder", "Name a file"),
        (at("folder"), "folder is not a plain file", "Name a file"),
        (at("folder/.."), "does not name a file", "Name a file"),
        ("/dev/null".into(), "/dev/null is not a plain file", "Name a file"),
    ] {
        let error = write_whole(&path, "x").unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert!(
            error.remedy().is_some_and(|reported| reported.starts_with(to_do) || reported.contains(to_do)),
            "{error:?}"
        );
    }
    assert_eq!(fs::read_to_string(at("plain")).unwrap(), "");
}

/// Everything is allowed to root; for anyone else a folder that is closed says so.
#[test]
fn a_folder_that_is_closed_leaves_the_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.conf");
    fs::write(&file, "old").unwrap();
    set_mode(folder.path(), 0o555);
    let said = write_whole(&file, "new");
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let (expected, text) =
        if is_root { (Ok(Whole::Written), "new") } else { (Err(Unwritten::Forbidden(folder.path().into())), "old") };
    assert_eq!(said, expected);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    set_mode(folder.path(), 0o755);
}

/// Between fork and exec a program holds copies of all descriptors, and of the locks on them.
#[test]
fn a_program_that_is_started_meanwhile_keeps_nobody_from_writing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("doorstep.toml");
    fs::write(&file, "0").unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert!(Command::new("/bin/true").status().unwrap().success());
            }
        });
        let written = (0..200).try_for_each(|n: u32| write_over(&file, &n.to_string(), &(n + 1).to_string()));
        done.store(true, Ordering::Relaxed);
        assert_eq!(written, Ok(()));
    });
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let file = folder.join("doorstep.toml");
    fs::write(&file, "one\n").unwrap();
    set_mode(&file, 0o640);
    for other in ["", "two\n", "one\nmore\n", "on"] {
        assert_eq!(write_over(&file, other, "mine\n"), Err(Unwritten::Changed(file.clone())), "{other:?}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "one\n");
    assert_eq!(write_over(&file, "one\n", "mine\n"), Ok(()));
    assert_eq!((fs::read_to_string(&file).unwrap().as_str(), mode(&file)), ("mine\n", 0o640));
    let gone = folder.join("gone");
    assert_eq!(write_over(&gone, "one\n", "mine\n"), Err(Unwritten::Changed(gone.clone())));
    assert_eq!(names(&folder), ["doorstep.toml"], "no draft stays");

    set_mode(&file, 0o444);
    assert_eq!(write_over(&file, "mine\n", "yours\n"), Err(Unwritten::ReadOnly(file.clone())), "also to root");
    set_mode(&file, 0o640);

    let link = folder.join("link");
    symlink("doorstep.toml", &link).unwrap();
    assert_eq!(write_over(&link, "mine\n", "yours\n"), Ok(()));
    assert!(link.is_symlink(), "a link stays one");
    assert_eq!(fs::read_to_string(&file).unwrap(), "yours\n");
}

#[test]
fn of_many_who_change_what_they_read_nobody_undoes_what_another_did() {
    let folder = tempfile::tempdir().unwrap();
    let file = &folder.path().join("doorstep.toml");
    fs::write(file, "").unwrap();
    let add = |line: String| {
        loop {
            let before = fs::read_to_string(file).unwrap();
            match write_over(file, &before, &format!("{before}{line}\n")) {
                Err(Unwritten::Changed(_)) => std::thread::yield_now(),
                done => return done.unwrap(),
            }
        }
    };
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || (0..10).for_each(|line| add(format!("{writer}-{line}"))));
        }
    });
    let text = fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().collect::<std::collections::BTreeSet<_>>().len(), 40, "{text}");
}
