//! The list of data files in `catalog/`. Adding an app is a file and a line here.

macro_rules! entries {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../catalog/", $name, ".toml")))),*]
    };
}

/// Name and TOML of each entry.
pub(super) const ENTRIES: &[(&str, &str)] = entries! {
    "forgejo"
    "glances"
    "grafana"
    "headplane"
    "headscale"
    "immich"
    "oauth2-proxy"
    "open-webui"
    "paperless-ngx"
    "vaultwarden"
};
