//! Set-ups as people publish them: each known app is found with its address, and what is proposed can be declared.
#![expect(clippy::unwrap_used, reason = "these are tests")]

use doorstep_core::time::Ttl;
use doorstep_discover::{Files, Left, Report, discover, kind_of};
use doorstep_onboard::catalog::Catalog;
use doorstep_onboard::desired::{Basis, Lifetimes, Reach, desired};
use doorstep_onboard::manifest::{AppEntry, Manifest};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Entries are read once.
static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &Path) -> Option<String> {
        fs::read_to_string(self.0.join(path)).ok()
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.join(folder)).into_iter().flatten();
        let mut all: Vec<PathBuf> = entries.map(|entry| folder.join(entry.unwrap().file_name())).collect();
        all.sort();
        all
    }
}

impl Folder {
    /// The files that are of a kind, as the command gathers them.
    fn gathered(&self, below: &Path) -> Vec<PathBuf> {
        let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
            self.list(below).into_iter().partition(|path| self.0.join(path).is_dir());
        let of_a_kind = |path: &PathBuf| self.read(path).is_some_and(|text| kind_of(path, &text).is_some());
        let mut all: Vec<PathBuf> = files.into_iter().filter(of_a_kind).collect();
        all.extend(folders.iter().flat_map(|folder| self.gathered(folder)));
        all
    }
}

fn setup(name: &str) -> Report {
    let folder = Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/setups").join(name));
    discover(&folder.gathered(Path::new("")), &folder, &CATALOG)
}

/// Set-up; apps by name, entry and address; part of what is left over.
type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const SETUPS: [Row; 22] = [
    ("01-traefik-labels", &[("grafana", "https://grafana.example.org"), ("miniflux", "https://rss.example.org")], &[]),
    ("02-anchors", &[("immich", "https://photos.example.org"), ("paperless-ngx", "https://paper.example.org")], &[]),
    (
        "03-extends",
        &[("mealie", "https://meals.example.org"), ("vaultwarden", "https://vault.example.org")],
        &["compose.yaml:11: mealie runs here as `base-mealie`, and no address leads to it"],
    ),
    (
        "04-profiles",
        &[("jellyfin", "https://tv.example.org"), ("sonarr", "https://sonarr.example.org")],
        &["compose.yml:10: radarr runs here as `radarr`, and no address leads to it"],
    ),
    ("05-caddy-beside", &[("forgejo", "https://git.example.org"), ("linkwarden", "https://links.example.org")], &[]),
    (
        "06-caddy-snippets",
        &[
            ("audiobookshelf", "https://audiobookshelf.example.org"),
            ("forgejo", "https://forgejo.example.org"),
            ("grafana", "https://grafana.example.org"),
        ],
        &[],
    ),
    (
        "07-caddy-variables",
        &[("nextcloud-user-oidc", "https://cloud.home.example.org"), ("wikijs", "https://wiki.example.org")],
        &["Caddyfile:11: the address needs UNSET, which has no value here"],
    ),
    ("08-caddy-wildcard", &[("memos", "https://memos.example.org"), ("vikunja", "https://todo.example.org")], &[]),
    ("09-caddy-one-site", &[("immich", "https://photos.example.org")], &[]),
    (
        "10-caddy-ports",
        &[("uptime-kuma", "https://status.example.org:8443")],
        &["Caddyfile:5: http://plain.example.org is reached without https"],
    ),
    ("11-caddy-labels", &[("bookstack", "https://docs.example.org"), ("freshrss", "https://rss.example.org")], &[]),
    ("12-nginx-proxy", &[("ghostfolio", "https://money.example.org"), ("planka", "https://board.example.org")], &[]),
    ("13-nginx", &[("forgejo", "https://git.example.org"), ("outline", "https://docs.example.org")], &[]),
    (
        "14-swag",
        &[("komga", "https://comics.example.org")],
        &["proxy-confs/grafana.subdomain.conf:5: the server's name `grafana.*` stands for many hosts"],
    ),
    (
        "15-include-override",
        &[
            ("gitea", "https://gitea.example.org"),
            ("kavita", "https://books.media.example.org"),
            ("stirling-pdf", "https://pdf.example.org"),
        ],
        &[],
    ),
    (
        "16-two-of-a-kind",
        &[("grafana", "https://grafana.example.org"), ("grafana-lab", "https://grafana.lab.example.org")],
        &["https://whoami.example.org leads to `whoami` (traefik/whoami), which the catalog does not know"],
    ),
    (
        "17-private-registry",
        &[("n8n", "https://flow.example.org/n8n"), ("open-webui", "https://chat.example.org")],
        &[],
    ),
    ("18-ingress", &[("immich", "https://photos.example.org")], &[]),
    ("19-gateway", &[("argocd", "https://argo.example.org"), ("grafana", "https://grafana.example.org")], &[]),
    ("20-comments-and-quotes", &[("komodo", "https://komodo.example.org"), ("romm", "https://games.example.org")], &[]),
    (
        "21-broken-and-unknown",
        &[],
        &[
            "https://blog.example.org leads to ghost:2368, and neither image nor name and port say what that is",
            "the site `:8080` names no host",
            "compose.yaml:5: it is not YAML",
        ],
    ),
    (
        "22-same-host-by-path",
        &[
            ("kavita", "https://example.org/books"),
            ("miniflux", "https://example.org/feeds"),
            ("technitium-dns", "https://example.org/dns"),
        ],
        &[],
    ),
];

fn left(report: &Report) -> Vec<String> {
    let lists = [&report.without_address, &report.not_recognised, &report.unread];
    lists.into_iter().flatten().map(|Left { at, why }| format!("{at}: {why}")).collect()
}

#[test]
fn every_known_app_of_twenty_two_set_ups_is_found_with_its_address() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/setups");
    assert_eq!(fs::read_dir(folder).unwrap().count(), SETUPS.len(), "each set-up is looked at");
    let mut wrong = Vec::new();
    for (name, apps, parts) in SETUPS {
        let report = setup(name);
        let found: Vec<(&str, &str)> =
            report.proposals.iter().map(|one| (one.name.as_str(), one.url.as_str())).collect();
        let left = left(&report);
        let missing: Vec<_> = parts.iter().filter(|part| !left.iter().any(|line| line.contains(*part))).collect();
        if found != apps || !missing.is_empty() || left.len() != parts.len() {
            wrong.push(format!("{name}\n  found {found:?}\n  left {left:#?}\n  missing {missing:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_proposed_can_be_declared() {
    let catalog = &*CATALOG;
    for (name, apps, _) in SETUPS {
        let lines = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
        let manifest = setup(name).proposals.iter().fold(Manifest::default(), |mut manifest, proposal| {
            let table = lines(&proposal.lines());
            let entry: AppEntry = table["apps"][&proposal.name].clone().try_into().unwrap();
            manifest.apps.insert(proposal.name.clone(), entry);
            manifest
        });
        let basis = Basis {
            internal: None,
            issuer: "https://auth.example.org".to_owned(),
            name: "Home".to_owned(),
            deliver_folder: PathBuf::from("/var/lib/doorstep/apps"),
            lifetimes: Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) },
            reach: Reach::default(),
            icons: doorstep_onboard::desired::IconFiles::default(),
            proxies: doorstep_onboard::desired::Proxies::default(),
            languages: std::collections::BTreeMap::new(),
        };
        let desired = desired(&manifest, catalog, &basis).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"));
        assert_eq!(desired.apps.len(), apps.len(), "{name}");
    }
}

#[test]
fn other_addresses_and_how_an_app_was_recognised_are_told() {
    let report = setup("01-traefik-labels");
    let miniflux = &report.proposals[1];
    assert_eq!(miniflux.also[0].url, "https://feeds.example.org");
    assert_eq!(miniflux.at.to_string(), "compose.yaml:20");
    let told = serde_json::to_value(&report).unwrap();
    assert_eq!(told["proposals"][0]["recognised"]["by"], "image");
    assert_eq!(told["proposals"][0]["recognised"]["image"], "grafana/grafana-oss:11.2.0");
    let told = serde_json::to_value(setup("06-caddy-snippets")).unwrap();
    assert_eq!(told["proposals"][2]["recognised"]["by"], "name_and_port");
    assert_eq!(setup("16-two-of-a-kind").proposals[1].preset.as_deref(), Some("grafana"));
}

/// One file, whatever its name says it is.
struct Alone(String);

impl Files for Alone {
    fn read(&self, _: &Path) -> Option<String> {
        Some(self.0.clone())
    }

    fn list(&self, _: &Path) -> Vec<PathBuf> {
        vec![PathBuf::from("Caddyfile"), PathBuf::from("nginx.conf")]
    }
}

#[test]
fn no_text_brings_it_down() {
    let deep = |open: &str| format!("a.example.org {}server_name x; ", open.repeat(100_000));
    let texts = [
        deep("{ "),
        deep("{\n"),
        deep("["),
        deep("server { "),
        "services:\n a: &a [*a, *a]\n b: *b\n<<: *c\n".to_owned(),
        "services: {a: {extends: a}, b: {extends: {service: c}}, c: {extends: b}}\ninclude: [x.yaml]\n".to_owned(),
        "import *\na {\nimport Caddyfile\nreverse_proxy \"\n".to_owned(),
        "include *.conf; server { server_name a.b; proxy_pass $x$y; set $x $x; \"".to_owned(),
        "services:\n  a: {image: ${A:-${B:-${, labels: [\"traefik.http.routers.a.rule=Host(`\"]}\n".to_owned(),
        "kind: Ingress\nspec: {rules: [{host: {}}, 3, {host: a.b, http: {paths: 3}}]}\n".to_owned(),
        "\u{feff}\u{0}\u{202e}{$".to_owned(),
        format!("services: {{a: {{image: '{}', labels: ['{0}=1']}}}}", "${A:-".repeat(50_000)),
        format!("services: {{a: {{image: '{}{}'}}}}", "${A:-".repeat(50_000), "}".repeat(50_000)),
        format!("A={}\n", "${A:+".repeat(50_000)),
    ];
    for text in texts {
        let files = Alone(text);
        for name in ["compose.yaml", "kinds.yaml", "Caddyfile", "nginx.conf", "x"] {
            let report = discover(&[PathBuf::from(name)], &files, &CATALOG);
            assert_eq!(report.proposals.len(), 0, "{name}: {report:?}");
        }
    }
}
