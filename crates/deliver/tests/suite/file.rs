//! The file sink against a real folder.

use crate::{
    contract::{Ground, holds},
    place::{Place, place, wanted},
};
use doorstep_onboard::sink::{Fingerprint, Removed, Sink, SinkState};
use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::Path,
    process::Command,
};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

impl Ground for Place {
    fn scheme(&self) -> &'static str {
        "file"
    }
    fn place(&self) -> String {
        format!("file:{}", self.file.display())
    }
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(self.sink.clone())
    }
    fn held(&self) -> Option<String> {
        fs::read_to_string(&self.file).ok()
    }
    fn stamp(&self) -> String {
        fs::metadata(&self.file).map(|found| found.ino().to_string()).unwrap_or_default()
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let text = self.held().unwrap();
        match way {
            0 => fs::write(&self.file, text.replace('=', "= ")).unwrap(),
            1 => fs::write(&self.file, &text[..text.len() / 2]).unwrap(),
            2 => fs::write(&self.file, "").unwrap(),
            3 => fs::remove_file(&self.file).unwrap(),
            4 => set_mode(&self.file, 0o644),
            _ => return None,
        }
        ["edited", "truncated", "emptied", "deleted", "opened"].get(way).copied()
    }
    fn occupy(&self) {
        fs::write(&self.file, "MINE=1\n").unwrap();
    }
    fn clear(&self) {
        let _ = fs::remove_file(&self.file);
    }
    fn hands_over(&self) -> bool {
        true
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        None
    }
}

#[tokio::test]
async fn a_file_keeps_the_contract_of_all_places() {
    holds(&place()).await;
}

#[tokio::test]
async fn a_new_file_is_for_its_owner_only_and_then_it_is_the_same() {
    let place = place();
    let text = wanted(&place.folder, "one");
    assert_eq!(place.sink.observe(&text, None).await, SinkState::Absent);
    assert!(!place.sink.write(&text).await.unwrap().tightened);
    assert_eq!((mode(&place.folder), mode(&place.file)), (0o700, 0o600));
    assert!(fs::read_to_string(&place.file).unwrap().contains("SSO_CLIENT_SECRET=one\n"));
    assert_eq!(place.sink.observe(&text, None).await, SinkState::Same);
    assert_eq!(place.sink.observe(&wanted(&place.folder, "two"), None).await, SinkState::Differs);
    assert_eq!(fs::read_dir(&place.folder).unwrap().count(), 1);
}

#[tokio::test]
async fn security_118_a_file_that_everyone_can_read_is_closed_and_told() {
    let place = place();
    let text = wanted(&place.folder, "one");
    place.sink.write(&text).await.unwrap();
    for (before, after, open) in
        [(0o644, 0o640, true), (0o666, 0o660, true), (0o604, 0o600, true), (0o640, 0o640, false), (0o400, 0o400, false)]
    {
        set_mode(&place.file, before);
        let state = if open { SinkState::TooOpen } else { SinkState::Same };
        assert_eq!(place.sink.observe(&text, None).await, state, "{before:o}");
        assert_eq!(place.sink.write(&text).await.unwrap().tightened, open, "{before:o}");
        assert_eq!(mode(&place.file), after, "{before:o}");
    }
}

#[tokio::test]
async fn a_replaced_file_keeps_its_owner() {
    let place = place();
    place.sink.write(&wanted(&place.folder, "one")).await.unwrap();
    // Only root may give a file away; for anyone else the owner to keep is their own.
    let wanted_ids = match chown(&place.file, Some(1234), Some(2345)) {
        Ok(()) => (1234, 2345),
        Err(_) => fs::metadata(&place.folder).map(|own| (own.uid(), own.gid())).unwrap(),
    };
    place.sink.write(&wanted(&place.folder, "two")).await.unwrap();
    let found = fs::metadata(&place.file).unwrap();
    assert_eq!((found.uid(), found.gid()), wanted_ids);
}

#[tokio::test]
async fn security_118_a_symbolic_link_is_neither_followed_nor_replaced() {
    let place = place();
    fs::create_dir(&place.folder).unwrap();
    let elsewhere = place.folder.join("elsewhere");
    for target_exists in [false, true] {
        if target_exists {
            fs::write(&elsewhere, "").unwrap();
        } else {
            symlink(&elsewhere, &place.file).unwrap();
        }
        let text = wanted(&place.folder, "one");
        let SinkState::Blocked { why } = place.sink.observe(&text, None).await else { panic!("it is a link") };
        assert_eq!(why, format!("it is a symbolic link to {}; name the file itself", elsewhere.display()));
        assert!(place.sink.write(&text).await.is_err());
        assert!(fs::symlink_metadata(&place.file).unwrap().is_symlink());
    }
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "");
}

#[tokio::test]
async fn a_killed_writer_leaves_the_old_file_whole_and_the_next_write_or_removal_takes_its_draft_away() {
    let place = place();
    let text = wanted(&place.folder, "one");
    place.sink.write(&text).await.unwrap();
    let (dead, alive) = (".vaultwarden.env.aB3dE6.doorstep-new", ".vaultwarden.env.xY9zW2.doorstep-new");
    let leave = |half: &str| fs::write(place.folder.join(half), "# Delivered by Doorstep for vaultw").unwrap();
    leave(dead);
    leave(alive);
    // Whoever writes locks the draft; the lock ends with the writer, however it ends.
    let writer = fs::File::open(place.folder.join(alive)).unwrap();
    writer.lock().unwrap();
    assert_eq!(place.sink.observe(&text, None).await, SinkState::Same);

    let next = wanted(&place.folder, "two");
    place.sink.write(&next).await.unwrap();
    assert!(fs::read_to_string(&place.file).unwrap().contains("=two\n"));
    assert!(!place.folder.join(dead).exists());
    assert!(place.folder.join(alive).exists(), "another writer is at work");

    leave(dead);
    assert_eq!(place.sink.remove(&next.to, next.fingerprint()).await, Ok(Removed::Gone));
    assert!(!place.folder.join(dead).exists() && place.folder.join(alive).exists());
    drop(writer);
    place.sink.write(&text).await.unwrap();
    assert_eq!(fs::read_dir(&place.folder).unwrap().count(), 1);
}

#[tokio::test]
async fn what_a_person_wrote_is_never_replaced() {
    let place = place();
    fs::create_dir(&place.folder).unwrap();
    let text = wanted(&place.folder, "one");
    for (there, replaceable) in [
        ("", true),
        ("\n", true),
        ("# Delivered by Doorstep for vaultwarden. Old wording.\nX=1\n", true),
        ("DOMAIN=https://vault.example.org\n", false),
        ("# mine\n# Delivered by Doorstep\n", false),
    ] {
        fs::write(&place.file, there).unwrap();
        let state = place.sink.observe(&text, None).await;
        assert_eq!(state == SinkState::Differs, replaceable, "{there:?}: {state:?}");
        assert_eq!(place.sink.write(&text).await.is_ok(), replaceable, "{there:?}");
        assert_eq!(fs::read_to_string(&place.file).unwrap() == there, !replaceable, "{there:?}");
    }
    fs::write(&place.file, [0xff, 0xfe]).unwrap();
    assert!(matches!(place.sink.observe(&text, None).await, SinkState::Blocked { .. }));
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_made_only_when_it_is_our_own() {
    let place = place();
    let text = wanted(&place.folder.join("deeper"), "one");
    assert!(
        matches!(place.sink.observe(&text, None).await, SinkState::Blocked { why } if why.contains("is not there"))
    );
    assert!(place.sink.write(&text).await.is_err());
    assert!(!place.folder.exists());
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_file_is_told() {
    let place = place();
    fs::create_dir_all(&place.file).unwrap();
    let text = wanted(&place.folder, "one");
    assert!(matches!(place.sink.observe(&text, None).await, SinkState::Blocked { why } if why.contains("plain file")));
    assert!(place.sink.write(&text).await.is_err());
}

#[tokio::test]
async fn the_debug_form_holds_no_secret() {
    let place = place();
    assert!(!format!("{:?}", wanted(&place.folder, "very-secret")).contains("very-secret"));
}

#[tokio::test]
async fn a_delivery_that_nothing_declares_any_more_goes_while_it_is_what_was_delivered() {
    let place = place();
    let text = wanted(&place.folder, "one");
    let last = text.fingerprint();
    assert_eq!(place.sink.remove(&text.to, last).await, Ok(Removed::WasNotThere));
    place.sink.write(&text).await.unwrap();
    assert_eq!(place.sink.remove(&text.to, Fingerprint::of(b"else")).await, Ok(Removed::Changed));
    assert!(place.file.exists());
    assert_eq!(place.sink.remove(&text.to, last).await, Ok(Removed::Gone));
    assert!(!place.file.exists());

    place.sink.write(&text).await.unwrap();
    fs::rename(&place.file, place.folder.join("moved")).unwrap();
    symlink(place.folder.join("moved"), &place.file).unwrap();
    assert_eq!(place.sink.remove(&text.to, last).await, Ok(Removed::Changed), "a link is not what was delivered");
    assert!(place.folder.join("moved").exists());
}

/// A file mounted over itself, where the machine lets us; it goes with the value.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn over(path: &'a Path) -> Option<Self> {
        let done = Command::new("mount").arg("--bind").args([path, path]).output().unwrap();
        done.status.success().then_some(Self(path))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0).status().unwrap();
    }
}

/// Mounting takes root; the words for a rename that the system refuses are tested beside them for everyone.
#[tokio::test]
async fn a_file_that_is_mounted_by_itself_is_refused_with_what_to_do_and_not_written_in_place() {
    let place = place();
    let (one, two) = (wanted(&place.folder, "one"), wanted(&place.folder, "two"));
    place.sink.write(&one).await.unwrap();
    let Some(mounted) = Mounted::over(&place.file) else {
        assert_ne!(fs::metadata("/proc/self").unwrap().uid(), 0, "root can mount, unless in a container");
        return;
    };
    assert_eq!(place.sink.observe(&one, None).await, SinkState::Same, "what is right needs no write");
    let state = place.sink.observe(&two, None).await;
    assert!(matches!(&state, SinkState::Blocked { why } if why.contains("mount the folder")), "{state:?}");
    assert!(place.sink.write(&two).await.unwrap_err().to_string().contains("mount the folder"));
    set_mode(&place.file, 0o644);
    assert!(matches!(place.sink.observe(&one, None).await, SinkState::Blocked { .. }));
    assert!(fs::read_to_string(&place.file).unwrap().contains("=one\n"));
    let left = fs::read_dir(&place.folder).unwrap().count();
    assert_eq!(left, 1, "no draft with the secret stays");
    drop(mounted);
}

#[tokio::test]
async fn what_root_delivers_belongs_to_the_owner_of_the_data_folder() {
    let place = place();
    let data = place.folder.parent().unwrap();
    // Only root may give a folder away; everybody else delivers as themselves.
    let wanted_ids = match chown(data, Some(1234), Some(2345)) {
        Ok(()) => (1234, 2345),
        Err(_) => fs::metadata(data).map(|own| (own.uid(), own.gid())).unwrap(),
    };
    let elsewhere = data.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for folder in [&place.folder, &elsewhere] {
        let text = wanted(folder, "one");
        // `elsewhere` is no folder of ours: it is named in the declaration.
        let file = folder.join("vaultwarden.env");
        place.sink.write(&text).await.unwrap();
        let found = fs::metadata(&file).unwrap();
        assert_eq!((found.uid(), found.gid()), wanted_ids, "{}", file.display());
        assert_eq!(mode(&file), 0o600);
    }
    let own = fs::metadata(&place.folder).unwrap();
    assert_eq!((own.uid(), own.gid()), wanted_ids);
}
