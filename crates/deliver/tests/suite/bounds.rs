//! Where the rules of a delivery begin and end: the largest file, the longest chain of links, what counts as the rest
//! of a killed writer, and whose a file stays.

use crate::place::{Place, place, wanted};
use doorstep_onboard::sink::{Fingerprint, Removed, Sink, SinkError, SinkState};
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        net::UnixListener,
    },
    path::Path,
    process,
};

async fn why(place: &Place, folder: &Path) -> String {
    let text = wanted(folder, "one");
    let SinkState::Blocked { why } = place.sink.observe(&text, None).await else { panic!("{}", folder.display()) };
    assert_eq!(place.sink.write(&text).await.unwrap_err(), SinkError::Blocked(why.clone()));
    why
}

#[tokio::test]
async fn a_file_larger_than_any_delivery_is_not_even_read() {
    let place = place();
    let text = wanted(&place.folder, "one");
    fs::create_dir(&place.folder).unwrap();
    let first = "# Delivered by Doorstep for vaultwarden.\n";
    let ours = |size: usize| first.to_owned() + &"x".repeat(size - first.len());
    fs::write(&place.file, ours((1 << 20) + 1)).unwrap();
    assert!(why(&place, &place.folder).await.contains("larger than 1 MiB"));
    let last = Fingerprint::of(ours((1 << 20) + 1).as_bytes());
    assert!(matches!(place.sink.remove(&text.to, last).await, Err(SinkError::Blocked(_))));
    assert_eq!(fs::metadata(&place.file).unwrap().len(), (1 << 20) + 1, "it stays");
    fs::write(&place.file, ours(1 << 20)).unwrap();
    assert_eq!(place.sink.observe(&text, None).await, SinkState::Differs);
    let last = Fingerprint::of(ours(1 << 20).as_bytes());
    assert_eq!(place.sink.remove(&text.to, last).await, Ok(Removed::Gone), "it was read to its end");
}

#[tokio::test]
async fn forty_links_are_followed_and_one_more_is_not() {
    let place = place();
    let base = place.folder.parent().unwrap();
    fs::set_permissions(base, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(base.join("link0")).unwrap();
    for n in 1..=41 {
        symlink(format!("link{}", n - 1), base.join(format!("link{n}"))).unwrap();
    }
    place.sink.write(&wanted(&base.join("link40"), "one")).await.unwrap();
    assert!(base.join("link0/vaultwarden.env").exists());
    assert!(why(&place, &base.join("link41")).await.contains("symbolic link"));
}

#[tokio::test]
async fn what_is_in_the_way_is_named_by_where_it_stands() {
    let place = place();
    let base = place.folder.parent().unwrap();
    fs::set_permissions(base, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(base.join("real")).unwrap();
    symlink("real/../nothing", base.join("climbs")).unwrap();
    symlink(base.join("real/../nothing"), base.join("climbs-from-the-root")).unwrap();
    for link in ["climbs", "climbs-from-the-root"] {
        let reported = why(&place, &base.join(link)).await;
        assert!(
            reported.contains(&format!("the folder {} is not there", base.join("nothing").display())),
            "{reported}"
        );
    }
    let long = base.join("x".repeat(300));
    let reported = why(&place, &long).await;
    assert!(reported.starts_with(&format!("cannot open the folder {}: ", long.display())), "{reported}");
    let reported = why(&place, &long.join("deeper")).await;
    let start = format!("cannot come to {}: {}: ", long.join("deeper").display(), long.display());
    assert!(reported.starts_with(&start), "{reported}");
    let refused = place.sink.remove(&wanted(&long, "one").to, Fingerprint::of(b"")).await;
    assert!(matches!(refused, Err(SinkError::Blocked(_))), "what cannot be looked at is not said to be gone");
}

#[tokio::test]
async fn only_drafts_of_this_very_file_are_swept() {
    let place = place();
    place.sink.write(&wanted(&place.folder, "one")).await.unwrap();
    let cases = [
        (".vaultwarden.env.1-0.doorstep-new", false),
        (".vaultwarden.env.mine", true),
        (".forgejo.env.1-0.doorstep-new", true),
        ("vaultwarden.env.doorstep-new", true),
    ];
    for (name, _) in cases {
        fs::File::create(place.folder.join(name)).unwrap();
    }
    place.sink.write(&wanted(&place.folder, "two")).await.unwrap();
    for (name, stays) in cases {
        assert_eq!(place.folder.join(name).exists(), stays, "{name}");
    }
}

/// A socket stands for a draft on a file system without locks: it cannot be opened.
#[tokio::test]
async fn a_draft_that_cannot_be_locked_is_swept_after_an_hour() {
    let place = place();
    place.sink.write(&wanted(&place.folder, "one")).await.unwrap();
    let now = fs::metadata(&place.file).unwrap().mtime();
    let cases = [
        (".vaultwarden.env.1-0.doorstep-new", now - 3660, false),
        (".vaultwarden.env.2-0.doorstep-new", now - 3000, true),
    ];
    for (name, written, _) in cases {
        let path = place.folder.join(name);
        let _listening = UnixListener::bind(&path).unwrap();
        let at = Timespec { tv_sec: written, tv_nsec: 0 };
        let times = Timestamps { last_access: at, last_modification: at };
        utimensat(CWD, &path, &times, AtFlags::SYMLINK_NOFOLLOW).unwrap();
    }
    place.sink.write(&wanted(&place.folder, "two")).await.unwrap();
    for (name, _, stays) in cases {
        assert_eq!(place.folder.join(name).exists(), stays, "{name}");
    }
}

#[tokio::test]
async fn a_draft_that_is_there_already_is_another_writers() {
    let place = place();
    fs::create_dir(&place.folder).unwrap();
    let taken = |attempt: u32| place.folder.join(format!(".vaultwarden.env.{}-{attempt}.doorstep-new", process::id()));
    let held = |attempt: u32| {
        fs::write(taken(attempt), "another's").unwrap();
        let writer = fs::File::open(taken(attempt)).unwrap();
        writer.lock().unwrap();
        writer
    };
    let _others: Vec<fs::File> = (0..99).map(held).collect();
    place.sink.write(&wanted(&place.folder, "one")).await.unwrap();
    assert!(fs::read_to_string(&place.file).unwrap().contains("SSO_CLIENT_SECRET=one\n"));
    assert_eq!(fs::read_to_string(taken(0)).unwrap(), "another's");
    let _last = held(99);
    place.sink.write(&wanted(&place.folder, "two")).await.unwrap_err();
    assert!(fs::read_to_string(&place.file).unwrap().contains("=one\n"), "the old one stays whole");
}

/// Only root may give a file away; for anyone else the owner to keep is their own.
#[tokio::test]
async fn a_replaced_file_keeps_its_group_though_its_owner_is_ours_and_the_other_way_round() {
    for (user, group) in [(None, Some(2345)), (Some(1234), None)] {
        let place = place();
        place.sink.write(&wanted(&place.folder, "one")).await.unwrap();
        if chown(&place.file, user, group).is_err() {
            assert_ne!(fs::metadata("/proc/self").unwrap().uid(), 0);
            continue;
        }
        let before = fs::metadata(&place.file).unwrap();
        place.sink.write(&wanted(&place.folder, "two")).await.unwrap();
        let after = fs::metadata(&place.file).unwrap();
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        assert_ne!(after.ino(), before.ino(), "it was replaced");
    }
}
