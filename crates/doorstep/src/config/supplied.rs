//! What `${file:…}` and `${env:…}` in `set` lead to, on this machine: read each time that something is planned or
//! delivered, and kept nowhere. A reason never holds a value.

use super::secret_file::{self, LARGEST};
use doorstep_core::secret::Secret;
use doorstep_onboard::manifest::Manifest;
use doorstep_onboard::reference::{self, Reference, References};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What reads them.
#[derive(Clone, Default)]
pub struct SuppliedSecrets(Arc<Parts>);

#[derive(Default)]
struct Parts {
    /// The variables that are referred to, and no others.
    env: BTreeMap<String, Secret<String>>,
    files: Vec<PathBuf>,
    /// What is never delivered.
    kept_back: Vec<PathBuf>,
}

impl SuppliedSecrets {
    /// For these declarations. `kept_back` are files that are delivered to nobody, the root key among them.
    pub(super) fn of(manifest: &Manifest, env: &BTreeMap<String, String>, kept_back: Vec<PathBuf>) -> Self {
        let mut parts = Parts { kept_back, ..Parts::default() };
        for one in reference::of(manifest) {
            match one {
                Reference::File(path) => parts.files.push(path),
                Reference::Env(name) => {
                    let value = env.get(&name).map(|value| Secret::new(value.clone()));
                    parts.env.extend(value.map(|value| (name, value)));
                }
            }
        }
        Self(Arc::new(parts))
    }

    /// The files that are referred to, to watch for changes: those that can be read whole.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let small = |path: &&PathBuf| fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
        self.0.files.iter().filter(small).map(PathBuf::as_path)
    }

    fn file(&self, path: &Path) -> Result<Secret<String>, String> {
        let shown = path.display();
        let found =
            fs::metadata(path).map_err(|error| format!("{shown}, which `set` refers to, cannot be read: {error}"))?;
        // Reading a pipe would wait for whoever writes into it.
        if !found.is_file() {
            return Err(format!("{shown}, which `set` refers to, is not a file"));
        }
        let whole = fs::canonicalize(path);
        let is_kept =
            |kept: &PathBuf| whole.as_ref().is_ok_and(|whole| fs::canonicalize(kept).is_ok_and(|kept| kept == *whole));
        if self.0.kept_back.iter().any(is_kept) {
            return Err(format!("{shown}, which `set` refers to, is a key of Doorstep's own, which no app is given"));
        }
        secret_file::read(path).map_err(|fault| {
            let remedy = fault.remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default();
            format!("`set` {}{remedy}", fault.what)
        })
    }
}

impl References for SuppliedSecrets {
    fn read(&self, reference: &Reference) -> Result<Secret<String>, String> {
        let (value, what) = match reference {
            Reference::File(path) => (self.file(path)?, path.display().to_string()),
            Reference::Env(name) => {
                let missing = || format!("the variable {name}, which `set` refers to, is not set where this runs");
                (self.0.env.get(name).cloned().ok_or_else(missing)?, format!("the variable {name}"))
            }
        };
        let fault = match value.expose() {
            text if text.trim().is_empty() => "is empty",
            text if text.len() as u64 > LARGEST => "is too large for one value",
            text if text.contains('\0') => "holds a NUL, which nothing can be delivered with",
            _ => return Ok(value),
        };
        Err(format!("{what}, which `set` refers to, {fault}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn manifest(text: &str) -> Manifest {
        let app = serde_json::json!({ "url": "https://a.test", "set": { "A": text } });
        Manifest { apps: [("a".to_owned(), serde_json::from_value(app).unwrap())].into(), ..Manifest::default() }
    }

    fn read(text: &str, env: &[(&str, &str)], kept_back: &[PathBuf]) -> Result<String, String> {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let manifest = manifest(text);
        let supplied = SuppliedSecrets::of(&manifest, &env, kept_back.to_vec());
        let one = reference::of(&manifest).into_iter().next().unwrap();
        supplied.read(&one).map(|secret| secret.expose().clone())
    }

    #[test]
    fn security_118_what_cannot_be_delivered_is_told_without_its_value() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, content: &[u8], mode| {
            fs::write(path(name), content).unwrap();
            fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        write("good", b"canary one\n", 0o600);
        write("open", b"canary", 0o644);
        write("empty", b"\n", 0o600);
        write("large", &vec![b'c'; 64 * 1024 + 1], 0o600);
        write("nul", b"can\0ary", 0o600);
        write("lines", b"canary\nb", 0o600);
        write("root.key", b"canary", 0o600);
        symlink(path("root.key"), path("elsewhere")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, path("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(read(&format!("${{file:{}}}", path("good").display()), &[], &[]), Ok("canary one".to_owned()));
        for (name, says) in [
            ("missing", "cannot be read: No such file"),
            ("open", "everyone can read (mode 644); chmod 600"),
            ("empty", "is empty"),
            ("large", "too large"),
            ("nul", "NUL"),
            ("lines", "several lines"),
            ("pipe", "is not a file"),
            ("root.key", "of Doorstep's own"),
            ("elsewhere", "of Doorstep's own"),
        ] {
            let refused = read(&format!("${{file:{}}}", path(name).display()), &[], &[path("root.key")]).unwrap_err();
            assert!(refused.contains(says) && !refused.contains("canary"), "{name}: {refused}");
        }
    }

    #[test]
    fn variables_are_read_as_they_were_when_the_program_began() {
        assert_eq!(read("${env:SMTP}", &[("SMTP", "canary")], &[]), Ok("canary".to_owned()));
        for (env, says) in [
            (&[][..], "the variable SMTP, which `set` refers to, is not set"),
            (&[("SMTP", " ")], "is empty"),
            (&[("SMTP", "canary\0")], "NUL"),
        ] {
            let refused = read("${env:SMTP}", env, &[]).unwrap_err();
            assert!(refused.contains(says) && !refused.contains("canary"), "{refused}");
        }
    }

    #[test]
    fn only_files_that_can_be_read_whole_are_watched() {
        let of =
            |path: &str| SuppliedSecrets::of(&manifest(&format!("${{file:{path}}}")), &BTreeMap::new(), Vec::new());
        assert_eq!(of("/dev/zero").files().count(), 0);
        assert_eq!(of("/nowhere/at/all").files().count(), 0);
        assert_eq!(of(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).files().count(), 1);
    }
}
