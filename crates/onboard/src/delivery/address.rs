//! Where deliveries go: the kinds of places, and each as text.
//!
//! The text is what a declaration says in full and what the ledger keeps. What may be declared is checked in
//! `desired/deliver`; here a text is only read back.

use super::key::KeyPath;
use serde::{Serialize, Serializer};
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where a delivery goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// A file, by its whole path.
    File(PathBuf),
    /// A Secret in a Kubernetes cluster.
    Kubernetes {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A file that is encrypted as SOPS does it, by its whole path.
    Sops(PathBuf),
    /// A file that is encrypted with age, by its whole path.
    Age(PathBuf),
    /// A secret in a KV engine, version 2, of Vault or OpenBao.
    Vault {
        /// Where the engine is mounted.
        mount: String,
        /// The secret in it.
        path: String,
    },
    /// Secrets in a project of Bitwarden Secrets Manager, one for each key.
    Bitwarden {
        /// The id of the project.
        project: String,
        /// What stands before each key in the name of its secret.
        prefix: String,
    },
    /// A key inside a file that a person owns.
    Key {
        /// The file, by its whole path.
        path: PathBuf,
        /// The key in it.
        key: KeyPath,
    },
    /// A command of the configuration.
    Command {
        /// What the configuration calls it.
        name: String,
        /// What it is asked to keep; one command serves many apps.
        target: String,
    },
}

/// Whether Bitwarden calls something by this: a UUID (RFC 9562 §4). Such ids become parts of URLs.
pub fn is_bitwarden_id(text: &str) -> bool {
    let groups = text.split('-');
    groups.clone().map(str::len).eq([8, 4, 4, 4, 12])
        && groups.flat_map(str::bytes).all(|byte| byte.is_ascii_hexdigit())
}

impl Address {
    /// The kind of place, as it is written before the first colon.
    pub const fn scheme(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Kubernetes { .. } => "kubernetes",
            Self::Sops(_) => "sops",
            Self::Age(_) => "age",
            Self::Vault { .. } => "vault",
            Self::Bitwarden { .. } => "bitwarden",
            Self::Key { .. } => "key",
            Self::Command { .. } => "command",
        }
    }

    /// Whether it keeps values under their keys, and no text.
    pub const fn keeps_keys(&self) -> bool {
        matches!(self, Self::Kubernetes { .. } | Self::Vault { .. } | Self::Bitwarden { .. })
    }

    /// The file that it is, or stands in.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) | Self::Sops(path) | Self::Age(path) | Self::Key { path, .. } => Some(path),
            Self::Kubernetes { .. } | Self::Vault { .. } | Self::Bitwarden { .. } | Self::Command { .. } => None,
        }
    }

    /// Whether both cannot be delivered to: a file is one place, however it is written, but for keys inside of it.
    pub fn collides(&self, other: &Self) -> bool {
        if let (Self::Key { path: one, key }, Self::Key { path: two, key: other }) = (self, other) {
            return one == two && key.meets(other);
        }
        match (self.path(), other.path()) {
            (Some(one), Some(two)) => one == two,
            _ => self == other,
        }
    }

    /// As it is written in a declaration, in full.
    pub fn to_text(&self) -> String {
        let scheme = self.scheme();
        match self {
            Self::File(path) | Self::Sops(path) | Self::Age(path) => format!("{scheme}:{}", path.display()),
            Self::Kubernetes { namespace: outer, name: inner }
            | Self::Vault { mount: outer, path: inner }
            | Self::Command { name: outer, target: inner } => format!("{scheme}:{outer}/{inner}"),
            Self::Bitwarden { project, prefix } if prefix.is_empty() => format!("{scheme}:{project}"),
            Self::Bitwarden { project, prefix } => format!("{scheme}:{project}/{prefix}"),
            Self::Key { path, key } => format!("{scheme}:{}#{key}", path.display()),
        }
    }

    /// Reads [`Self::to_text`] back; `None` for a kind of place that is not known.
    pub fn from_text(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let two = || rest.split_once('/').map(|(outer, inner)| (outer.to_owned(), inner.to_owned()));
        Some(match scheme {
            "file" => Self::File(rest.into()),
            "sops" => Self::Sops(rest.into()),
            "age" => Self::Age(rest.into()),
            "key" => {
                let (path, key) = rest.split_once('#')?;
                Self::Key { path: path.into(), key: KeyPath::parse(key)? }
            }
            "kubernetes" => two().map(|(namespace, name)| Self::Kubernetes { namespace, name })?,
            "vault" => two().map(|(mount, path)| Self::Vault { mount, path })?,
            "command" => two().map(|(name, target)| Self::Command { name, target })?,
            "bitwarden" => {
                let (project, prefix) = two().unwrap_or_else(|| (rest.to_owned(), String::new()));
                Self::Bitwarden { project, prefix }
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Kubernetes { namespace, name } => write!(f, "Secret {namespace}/{name}"),
            Self::Sops(path) => write!(f, "SOPS file {}", path.display()),
            Self::Age(path) => write!(f, "age file {}", path.display()),
            Self::Vault { mount, path } => write!(f, "Vault {mount}/{path}"),
            Self::Bitwarden { project, prefix } if prefix.is_empty() => write!(f, "Bitwarden project {project}"),
            Self::Bitwarden { project, prefix } => write!(f, "Bitwarden project {project}, {prefix}…"),
            Self::Key { path, key } => write!(f, "key {key} in {}", path.display()),
            Self::Command { name, target } => write!(f, "command {name} for {target}"),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read_back_from_its_text_and_named_in_a_plan() {
        for (text, shown) in [
            ("file:/srv/a b.env", "file /srv/a b.env"),
            ("kubernetes:monitoring/grafana-oidc", "Secret monitoring/grafana-oidc"),
            ("sops:/srv/git/grafana.env", "SOPS file /srv/git/grafana.env"),
            ("age:/srv/git/grafana.env.age", "age file /srv/git/grafana.env.age"),
            ("vault:kv/apps/grafana", "Vault kv/apps/grafana"),
            ("bitwarden:0b6f", "Bitwarden project 0b6f"),
            ("bitwarden:0b6f/GRAFANA_", "Bitwarden project 0b6f, GRAFANA_…"),
            ("key:/srv/a b.yaml#a.\"b.c\"", "key a.\"b.c\" in /srv/a b.yaml"),
            ("command:push/grafana", "command push for grafana"),
        ] {
            let address = Address::from_text(text).unwrap();
            assert_eq!((address.to_text().as_str(), address.to_string().as_str()), (text, shown));
            assert_eq!(text.split(':').next(), Some(address.scheme()));
        }
        for unknown in
            ["s3:bucket/key", "file", "kubernetes:name", "vault:kv", "command:push", "key:/a.env", "key:/a.env#"]
        {
            assert_eq!(Address::from_text(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn one_file_is_one_place_however_it_is_written() {
        let of = |text: &str| Address::from_text(text).unwrap();
        assert!(of("file:/a.env").collides(&of("sops:/a.env")));
        assert!(!of("file:/a.env").collides(&of("sops:/b.env")));
        assert!(of("file:/a.env").collides(&of("key:/a.env#A")));
        assert!(of("key:/a.env#A").collides(&of("key:/a.env#A")));
        assert!(!of("key:/a.env#A").collides(&of("key:/a.env#B")) && !of("key:/a.env#A").collides(&of("key:/b.env#A")));
        assert!(of("vault:kv/a").collides(&of("vault:kv/a")));
        assert!(!of("vault:kv/a").collides(&of("kubernetes:kv/a")));
    }
}
