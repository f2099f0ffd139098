//! Which symbolic links on the way to a delivery are followed: none that somebody else could change.

use crate::place::{Place, place, wanted};
use doorstep_onboard::sink::{Sink, SinkError, SinkState};
use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink},
    path::{Path, PathBuf},
};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// `base/link` leads to `base/real`.
fn linked(place: &Place) -> (PathBuf, PathBuf, PathBuf) {
    let base = place.folder.parent().unwrap().join("base");
    let (real, link) = (base.join("real"), base.join("link"));
    fs::create_dir_all(&real).unwrap();
    symlink(&real, &link).unwrap();
    set_mode(&base, 0o755);
    (base, real, link)
}

async fn refused(place: &Place, folder: &Path) -> bool {
    let text = wanted(folder, "one");
    let seen = place.sink.observe(&text, None).await;
    let wrote = place.sink.write(&text).await;
    match (&seen, &wrote) {
        (SinkState::Blocked { why }, Err(SinkError::Blocked(_))) => {
            assert!(why.contains("symbolic link that others could change"), "{why}");
            true
        }
        (SinkState::Absent | SinkState::Same, Ok(_)) => false,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn security_118_a_link_on_the_way_is_followed_only_where_nobody_else_can_change_it() {
    for (mode, refuses) in [(0o755, false), (0o700, false), (0o757, true), (0o777, true), (0o1777, true)] {
        let place = place();
        let (base, real, link) = linked(&place);
        set_mode(&base, mode);
        for folder in [&link, &link.join("deeper")] {
            fs::create_dir_all(real.join("deeper")).unwrap();
            assert_eq!(refused(&place, folder).await, refuses, "{mode:o} {}", folder.display());
        }
        let written = [real.join("vaultwarden.env"), real.join("deeper/vaultwarden.env")];
        assert!(written.iter().all(|file| file.exists() != refuses));
        assert!(!refused(&place, &real).await, "the folder itself, named without the link, is fine");
    }
}

/// Giving things away takes root; for anyone else the modes above show the same rule.
#[tokio::test]
async fn security_118_an_apps_own_user_cannot_lead_a_delivery_elsewhere() {
    for of_the_app in ["link", "folder"] {
        let place = place();
        let (base, real, link) = linked(&place);
        let given = if of_the_app == "link" { lchown(&link, Some(1234), None) } else { chown(&base, Some(1234), None) };
        if given.is_err() {
            assert_ne!(fs::metadata("/proc/self").unwrap().uid(), 0);
            continue;
        }
        assert!(refused(&place, &link).await, "{of_the_app}");
        assert!(!real.join("vaultwarden.env").exists());
    }
}

#[tokio::test]
async fn security_118_a_group_that_may_write_in_the_folder_is_somebody_else() {
    let place = place();
    let (base, _, link) = linked(&place);
    if chown(&base, None, Some(2345)).is_ok() && fs::metadata(&base).unwrap().gid() == 2345 {
        set_mode(&base, 0o775);
        assert!(refused(&place, &link).await);
    }
    set_mode(&base, 0o755);
    assert!(!refused(&place, &link).await);
}

#[tokio::test]
async fn links_that_are_relative_climb_or_run_in_circles_are_taken_as_the_system_takes_them() {
    let place = place();
    let (base, real, _) = linked(&place);
    symlink("real/../real", base.join("climbs")).unwrap();
    symlink("climbs", base.join("twice")).unwrap();
    assert!(!refused(&place, &base.join("twice")).await);
    assert!(real.join("vaultwarden.env").exists());
    symlink("circle", base.join("circle")).unwrap();
    assert!(refused(&place, &base.join("circle")).await);
}

#[tokio::test]
async fn what_is_missing_or_no_folder_is_named_with_what_to_do() {
    let place = place();
    let base = place.folder.parent().unwrap();
    fs::write(base.join("file"), "").unwrap();
    for (folder, words) in [
        (base.join("no/deeper"), vec!["/no is not there", "make it", "container: mount it"]),
        (base.join("file/deeper"), vec!["/file is not a folder"]),
    ] {
        let text = wanted(&folder, "one");
        let SinkState::Blocked { why } = place.sink.observe(&text, None).await else { panic!("{}", folder.display()) };
        let wrote = place.sink.write(&text).await.unwrap_err().to_string();
        for word in words {
            assert!(why.contains(word) && wrote.contains(word), "{why}");
        }
    }
}
