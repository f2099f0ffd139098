//! Files that hold a secret: read once, refused when everyone on the machine can read them. What programs put
//! around a value is no part of it: a byte order mark, line ends, empty lines.
//!
//! Security row 118. The mode is taken from the opened file, so that it cannot be exchanged between
//! the look and the reading.

use super::value::Fault;
use doorstep_core::secret::Secret;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The largest secret, in bytes.
pub(super) const LARGEST: u64 = 64 * 1024;
const READ_BY_OTHERS: u32 = 0o004;
const WRITTEN_BY_OTHERS: u32 = 0o002;

/// Reads a file of one value.
pub fn read(path: &Path) -> Result<Secret<String>, Fault> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        Fault::new(format!("names {shown}, which cannot be read: {error}"), "make the file readable to Doorstep")
    };
    let file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if is_open_to_all(mode) || mode & WRITTEN_BY_OTHERS != 0 {
        let can = if is_open_to_all(mode) { "read" } else { "change" };
        let what = format!("names {shown}, which everyone can {can} (mode {:03o})", mode & 0o777);
        return Err(Fault::new(what, format!("chmod 600 {shown}")));
    }
    let text = read_text(file.take(LARGEST + 1)).map_err(unreadable)?;
    let text = text.ok_or_else(|| {
        let what = format!("names {shown}, which is not UTF-8 text");
        Fault::new(what, "save it as UTF-8; Windows programs say Unicode to UTF-16")
    })?;
    if text.expose().len() as u64 > LARGEST {
        return Err(Fault::new(format!("names {shown}, which is too large for one value"), "name a file of one line"));
    }
    let value = text.expose().strip_prefix('\u{feff}').unwrap_or(text.expose());
    let value = value.trim_matches(['\n', '\r']);
    if value.contains(['\n', '\r']) {
        let remedy = "leave the value in it, on one line, and take the rest out";
        return Err(Fault::new(format!("names {shown}, which holds several lines"), remedy));
    }
    if value.trim().is_empty() {
        return Err(Fault::new(format!("names {shown}, which is empty"), "write the value into the file"));
    }
    Ok(Secret::new(value.to_owned()))
}

/// Whether a file of this mode may not hold a secret.
pub(crate) const fn is_open_to_all(mode: u32) -> bool {
    mode & READ_BY_OTHERS != 0
}

/// `None` when it is not UTF-8.
fn read_text(mut from: impl Read) -> std::io::Result<Option<Secret<String>>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let bytes = Secret::new(bytes);
    Ok(std::str::from_utf8(bytes.expose()).ok().map(|text| Secret::new(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn file(content: &[u8], mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_value_is_read_without_what_programs_put_around_it() {
        for (content, value) in [
            ("a b\n", "a b"),
            ("a\r\n", "a"),
            ("a", "a"),
            ("a\n\n", "a"),
            ("\r\n\na\n", "a"),
            (" a", " a"),
            ("\u{feff}a\r\n", "a"),
        ] {
            let (_folder, path) = file(content.as_bytes(), 0o600);
            assert_eq!(read(&path).ok().unwrap().expose(), value);
        }
    }

    #[test]
    fn security_118_a_secret_that_everyone_can_read_is_refused() {
        for (mode, refused) in
            [(0o600, false), (0o640, false), (0o644, true), (0o604, true), (0o444, true), (0o602, true)]
        {
            let (_folder, path) = file(b"canary", mode);
            let read = read(&path);
            assert_eq!(read.is_err(), refused, "{mode:o}");
            if let Err(fault) = read {
                assert!(fault.what.contains(&format!("mode {mode:o}")), "{}", fault.what);
                assert_eq!(fault.remedy.unwrap(), format!("chmod 600 {}", path.display()));
                assert!(!fault.what.contains("canary"));
            }
        }
    }

    #[test]
    fn security_70_a_secret_that_is_not_there_is_refused() {
        let large = vec![b'a'; 70_000];
        for (content, says) in [
            (&b""[..], "is empty"),
            (b"\n", "is empty"),
            (b"\xef\xbb\xbf \n", "is empty"),
            (&large, "is too large"),
            (b"\xff", "is not UTF-8"),
            (b"\xff\xfea\0", "is not UTF-8"),
            (b"canary\nb", "holds several lines"),
        ] {
            let (_folder, path) = file(content, 0o600);
            let fault = read(&path).err().unwrap();
            assert!(fault.what.contains(says), "{}", fault.what);
        }
        assert!(read(Path::new("/nowhere/secret")).err().unwrap().what.contains("cannot be read"));
    }
}
