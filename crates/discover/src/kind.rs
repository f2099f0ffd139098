//! What kind of file a text is, by its name and by what stands in it.

use std::path::Path;

/// The kinds that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Docker Compose.
    Compose,
    /// A Caddyfile.
    Caddy,
    /// nginx.
    Nginx,
    /// Kubernetes manifests.
    Kubernetes,
}

/// Whether a file of this name may be of a kind: what others hold need not be read.
pub fn may_be(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    name.starts_with("caddyfile") || matches!(end.as_deref(), None | Some("yaml" | "yml" | "conf" | "nginx" | "caddy"))
}

/// The kind of a file; `None` for one that is none of them.
pub fn kind_of(path: &Path, text: &str) -> Option<Kind> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let end = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    let begins = |word: &str| text.lines().any(|line| line.trim_end() == word || line.starts_with(&format!("{word} ")));
    if name.starts_with("caddyfile") || end.as_deref() == Some("caddy") {
        return Some(Kind::Caddy);
    }
    // It may hold nothing but includes.
    if name == "nginx.conf" {
        return Some(Kind::Nginx);
    }
    match end.as_deref() {
        Some("yaml" | "yml") if begins("services:") || begins("include:") => Some(Kind::Compose),
        Some("yaml" | "yml") if begins("kind:") || begins("- kind:") || text.contains("\n  kind:") => {
            Some(Kind::Kubernetes)
        }
        Some("conf" | "nginx") | None if text.contains("server_name") => Some(Kind::Nginx),
        Some("conf" | "nginx") | None if text.contains("upstream ") && text.contains("server ") => Some(Kind::Nginx),
        None if text.contains("reverse_proxy") => Some(Kind::Caddy),
        _ => None,
    }
}
