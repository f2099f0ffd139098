//! Which app of the catalog it is: by its image; else by its name and the port that it listens on.

use crate::found::Upstream;
use doorstep_onboard::catalog::Catalog;
use serde::Serialize;
use std::collections::BTreeMap;

/// By what an app was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum By {
    /// Its image, as written.
    Image {
        /// The image.
        image: String,
    },
    /// Its name and the port behind the proxy: likely, and not sure.
    NameAndPort {
        /// The upstream.
        upstream: String,
    },
}

/// What the catalog knows of images and ports.
pub(crate) struct Known<'c> {
    images: BTreeMap<String, &'c str>,
    /// By the usual port, names as they are compared.
    ports: Vec<(String, &'c str, u16)>,
}

impl<'c> Known<'c> {
    pub(crate) fn of(catalog: &'c Catalog) -> Self {
        let mut known = Self { images: BTreeMap::new(), ports: Vec::new() };
        for name in catalog.names() {
            let Some(Ok(entry)) = catalog.get(name) else { continue };
            for image in &entry.images {
                let image = plain(image);
                known.images.entry(unhosted(&image).to_owned()).or_insert(name);
                known.images.insert(image, name);
            }
            known.ports.extend(entry.port.map(|port| (bare(name), name, port)));
        }
        known
    }

    /// By an image. A copy of it in a registry of one's own is the same app.
    pub(crate) fn by_image(&self, image: &str) -> Option<&'c str> {
        let image = plain(image);
        let found = self.images.get(&image).or_else(|| self.images.get(unhosted(&image)));
        // Copies keep the last two parts: registry.example.org/mirror/grafana/grafana.
        let copied = || {
            let mut parts = image.rsplitn(3, '/');
            let (last, before) = (parts.next()?, parts.next()?);
            self.images.get(&format!("{before}/{last}"))
        };
        found.or_else(copied).copied()
    }

    /// By the name of what a proxy passes to, or the first part of the address, where the port is the app's own.
    pub(crate) fn by_name(&self, upstream: &Upstream, url: &str) -> Option<&'c str> {
        let host = url.trim_start_matches("https://");
        let label = host.split(['.', ':', '/']).next().unwrap_or_default();
        let own = |text: &str| bare(text.trim_end_matches("-server").trim_end_matches("-web").trim_end_matches("-app"));
        let (passed, label) = (own(&upstream.host), own(label));
        let fits = |(bare, _, port): &&(String, &'c str, u16)| {
            let of_port = upstream.port.is_none_or(|given| given == *port);
            *bare == passed && of_port || *bare == label && upstream.port == Some(*port)
        };
        self.ports.iter().find(fits).map(|(_, name, _)| *name)
    }
}

/// A name as it is compared.
fn bare(name: &str) -> String {
    name.replace(['-', '_'], "")
}

/// An image without tag and digest, and without what stands for the usual registry.
pub(crate) fn plain(image: &str) -> String {
    let image = image.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let tag = image.rfind(':').filter(|at| !image.get(*at..).unwrap_or_default().contains('/'));
    let image = tag.and_then(|at| image.get(..at)).unwrap_or(&image);
    let image = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"]
        .iter()
        .find_map(|registry| image.strip_prefix(registry))
        .unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image).to_owned()
}

/// Without the registry's host.
fn unhosted(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_recognised_with_any_tag_and_registry() {
        let catalog = Catalog::builtin();
        let known = Known::of(&catalog);
        for (image, app) in [
            ("grafana/grafana:11.2.0", Some("grafana")),
            ("docker.io/grafana/grafana-oss@sha256:abc", Some("grafana")),
            ("ghcr.io/immich-app/immich-server:${IMMICH_VERSION}", Some("immich")),
            ("registry.example.org:5000/mirror/grafana/grafana:11", Some("grafana")),
            ("docker.io/library/nextcloud:29-apache", Some("nextcloud-user-oidc")),
            ("linuxserver/sonarr:latest", Some("sonarr")),
            ("postgres:16", None),
            ("ghcr.io/immich-app/immich-machine-learning:release", None),
            ("example/nextcloud", None),
        ] {
            assert_eq!(known.by_image(image), app, "{image}");
        }
    }
}
