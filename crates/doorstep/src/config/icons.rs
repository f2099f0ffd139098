//! The files that apps name as their icons, read with the configuration: a relative name begins at its folder, wherever in
//! it the app is declared. What cannot be read is told with the plan, and keeps no app from its sign-in.

use doorstep_onboard::desired::{IconFile, IconFiles, names_a_file};
use doorstep_onboard::manifest::Manifest;
use doorstep_picture::AT_MOST;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files, by their names as written, and where each is, to watch for changes.
pub(super) fn read(manifest: &Manifest, base: &Path) -> (IconFiles, Vec<PathBuf>) {
    let mut files = IconFiles::default();
    let mut watched = Vec::new();
    for written in manifest.apps.values().filter_map(|app| app.icon.as_ref()).filter(|name| names_a_file(name)) {
        if !files.0.contains_key(written) {
            let path = base.join(written);
            files.0.insert(written.clone(), file(&path).map_err(|why| format!("{} {why}", path.display())));
            watched.push(path);
        }
    }
    (files, watched)
}

/// What stands there. Reading a pipe would wait for whoever writes into it, and a device might never end.
fn file(path: &Path) -> Result<IconFile, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    let most = AT_MOST as u64;
    fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(format!("is larger than {} kB", AT_MOST / 1024));
    }
    Ok(IconFile(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(names: &[&str], base: &Path) -> (IconFiles, Vec<PathBuf>) {
        let app = |name: &str| serde_json::json!({ "url": "https://a.test", "icon": name });
        let apps =
            names.iter().enumerate().map(|(at, name)| (at.to_string(), serde_json::from_value(app(name)).unwrap()));
        read(&Manifest { apps: apps.collect(), ..Manifest::default() }, base)
    }

    #[test]
    fn a_name_begins_at_the_folder_of_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        fs::write(folder.path().join("icons/wiki.svg"), "<svg/>").unwrap();
        let whole = folder.path().join("icons/wiki.svg").display().to_string();
        let names =
            ["./icons/wiki.svg", "icons/wiki.svg", &whole, "https://wiki.example.org/a.svg", "./icons/wiki.svg"];
        let (files, watched) = reading(&names, folder.path());
        assert_eq!((files.0.len(), watched.len()), (3, 3));
        assert!(files.0.values().all(|file| file.as_ref().is_ok_and(|file| &*file.0 == b"<svg/>")), "{files:?}");
    }

    #[test]
    fn what_cannot_be_read_whole_is_told_and_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("large.png"), vec![0; AT_MOST + 1]).unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        for (name, says) in [
            ("missing.svg", "cannot be read: No such file"),
            (".", "is not a file"),
            ("pipe", "is not a file"),
            ("/dev/zero", "is not a file"),
            ("large.png", "is larger than 256 kB"),
        ] {
            let (files, _) = reading(&[name], folder.path());
            let why = files.0[name].as_ref().unwrap_err();
            assert!(why.contains(says) && why.contains(name), "{name}: {why}");
        }
    }
}
