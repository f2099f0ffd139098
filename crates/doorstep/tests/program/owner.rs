//! Commands that root runs beside a server that runs as another user. As root (as CI is) the whole of it is
//! tested; whoever is not root is told by the system what they may not open.

use crate::installation::Installation;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

/// A user and group without an account: what matters is the number.
const OTHER: u32 = 61_234;

fn all(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    found.push(folder.to_owned());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all(&path, found) } else { found.push(path) }
    }
}

#[test]
fn what_root_does_beside_the_server_belongs_to_the_servers_user() {
    let instance = Installation::new("[apps.grafana]\nurl = \"https://grafana.example.org\"\n");
    assert_eq!(instance.serve().stop(), 0);
    let mut files = Vec::new();
    all(&instance.path("data"), &mut files);
    if fs::metadata(instance.path("data")).unwrap().uid() != 0 {
        // Without root's rights, nothing is made that belongs to somebody else in the first place.
        let own = fs::metadata(instance.folder.path()).unwrap().uid();
        assert!(files.iter().all(|path| fs::metadata(path).unwrap().uid() == own));
        return;
    }
    fs::set_permissions(instance.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for path in &files {
        chown(path, Some(OTHER), Some(OTHER)).unwrap();
    }
    fs::remove_file(instance.path("data/apps/grafana.env")).unwrap();
    for command in [
        &["user", "add", "grace"][..],
        &["apply"],
        &["plan"],
        &["rotate", "grafana", "--no-watch"],
        &["user", "list"],
        &["recover", "grace"],
        &["user", "disable", "grace"],
        &["explain", "0000-0000"],
        // The configuration stays root's, and root may change it.
        &["app", "add", "immich", "https://photos.example.org"],
        &["app", "remove", "immich", "--yes"],
    ] {
        let said = instance.command(command);
        let expected = ["is kept under", "1 thing is wrong"];
        assert!(said.code != 1 || expected.iter().any(|words| said.err.contains(words)), "{command:?} {said:?}");
        let mut now = Vec::new();
        all(&instance.path("data"), &mut now);
        for path in now {
            let found = fs::metadata(&path).unwrap();
            assert_eq!((found.uid(), found.gid()), (OTHER, OTHER), "{command:?} left {}", path.display());
        }
    }
    assert!(instance.path("data/apps/grafana.env").exists());
}
