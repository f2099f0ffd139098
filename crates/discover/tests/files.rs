//! Small set-ups by what they are about: which services are one, what stands behind a path, and where includes are.

use doorstep_discover::{Files, Report, discover};
use doorstep_onboard::catalog::Catalog;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Entries are read once.
static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

type Held = &'static [(&'static str, &'static str)];

/// Files by their names.
struct These(Held);

impl Files for These {
    fn read(&self, path: &Path) -> Option<String> {
        self.0.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned())
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.0.iter().map(|(name, _)| PathBuf::from(name)).filter(|path| path.parent() == Some(folder)).collect()
    }
}

/// What it is about; files; which of them are looked at; apps by name and address; part of each line that is left over.
struct Row {
    about: &'static str,
    files: Held,
    looked: &'static [&'static str],
    apps: &'static [(&'static str, &'static str)],
    left: &'static [&'static str],
}

fn left(report: &Report) -> Vec<String> {
    let lists = [&report.without_address, &report.not_recognised, &report.unread];
    lists.into_iter().flatten().map(|left| format!("{}: {}", left.at, left.why)).collect()
}

fn are_found(rows: &[Row]) {
    let mut wrong = Vec::new();
    for Row { about, files, looked, apps, left: parts } in rows {
        let paths: Vec<PathBuf> = looked.iter().map(PathBuf::from).collect();
        let report = discover(&paths, &These(files), &CATALOG);
        let found: Vec<(&str, &str)> =
            report.proposals.iter().map(|one| (one.name.as_str(), one.url.as_str())).collect();
        let left = left(&report);
        let missing: Vec<_> = parts.iter().filter(|part| !left.iter().any(|line| line.contains(*part))).collect();
        if found != *apps || !missing.is_empty() || left.len() != parts.len() {
            wrong.push(format!("{about}\n  found {found:?}\n  left {left:#?}\n  missing {missing:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const GRAFANA: &str = "https://grafana.example.org";
const SITE: &str = "grafana.example.org {\n\treverse_proxy grafana:3000\n}\n";
const SERVER: &str =
    "server { listen 443 ssl; server_name grafana.example.org; location / { proxy_pass http://grafana:3000; } }\n";

#[test]
fn includes_are_where_each_program_looks_for_them() {
    are_found(&[
        Row {
            about: "nginx: beside the main file, also from a part of it",
            files: &[
                ("e/nginx.conf", "http { include sites/*.conf; }"),
                ("e/sites/a.conf", "include snippets/grafana.conf;\n"),
                ("e/snippets/grafana.conf", SERVER),
                ("e/sites/snippets/grafana.conf", "server { server_name wrong.example.org; }"),
            ],
            looked: &["e/nginx.conf"],
            apps: &[("grafana", GRAFANA)],
            left: &[],
        },
        Row {
            about: "nginx: a part that is looked at itself",
            files: &[
                ("e/nginx.conf", "events {}"),
                ("e/sites/a.conf", "# server_name\ninclude snippets/grafana.conf;\n"),
                ("e/snippets/grafana.conf", SERVER),
            ],
            looked: &["e/sites/a.conf"],
            apps: &[("grafana", GRAFANA)],
            left: &[],
        },
        Row {
            about: "Caddy: beside the file that imports",
            files: &[
                ("c/Caddyfile", "import sites/all.caddy\n"),
                ("c/sites/all.caddy", "import one/grafana.caddy\n"),
                ("c/sites/one/grafana.caddy", SITE),
                ("c/one/grafana.caddy", "wrong.example.org {\n\treverse_proxy wrong:3000\n}\n"),
            ],
            looked: &["c/Caddyfile"],
            apps: &[("grafana", GRAFANA)],
            left: &[],
        },
        Row {
            about: "what is not there is told; patterns, and what nginx brings along, are not",
            files: &[
                (
                    "nginx.conf",
                    "http {\ninclude mime.types;\ninclude none/*.conf;\ninclude lost.conf; # server_name\n}",
                ),
                ("Caddyfile", "import none/*\nimport lost.caddy\na.b {\n\timport nothing\n}\n"),
                (
                    "compose.yaml",
                    "include:\n  - lost.yaml\nservices:\n  a:\n    extends: {file: none.yaml, service: x}\n    image: x\n",
                ),
            ],
            looked: &["nginx.conf", "Caddyfile", "compose.yaml"],
            apps: &[],
            left: &[
                "nginx.conf:4: it includes `lost.conf`, which cannot be read",
                "Caddyfile:2: it includes `lost.caddy`, which cannot be read",
                "Caddyfile:4: it includes `nothing`, which cannot be read",
                "compose.yaml:2: it includes `lost.yaml`, which cannot be read",
                "compose.yaml:4: it includes `none.yaml`, which cannot be read",
            ],
        },
    ]);
}

#[test]
fn a_service_is_found_once() {
    are_found(&[
        Row {
            about: "an included file that is looked at as well",
            files: &[
                ("s/compose.yaml", "include: [./immich.yaml]\n"),
                ("s/immich.yaml", "services:\n  immich-server:\n    image: ghcr.io/immich-app/immich-server\n"),
                ("Caddyfile", "photos.example.org {\n\treverse_proxy immich-server:2283\n}\n"),
            ],
            looked: &["s/compose.yaml", "s/immich.yaml", "Caddyfile"],
            apps: &[("immich", "https://photos.example.org")],
            left: &[],
        },
        Row {
            about: "an override file that is looked at alone is read with the file that it changes",
            files: &[
                ("compose.yaml", "services:\n  grafana:\n    image: grafana/grafana\n"),
                (
                    "compose.override.yaml",
                    "services:\n  grafana:\n    labels: [\"traefik.http.routers.g.rule=Host(`grafana.example.org`)\"]\n",
                ),
            ],
            looked: &["compose.override.yaml"],
            apps: &[("grafana", GRAFANA)],
            left: &[],
        },
        Row {
            about: "one service that is written down twice is one",
            files: &[
                ("a/compose.yaml", "services:\n  app:\n    image: grafana/grafana:11\n"),
                ("b/compose.yaml", "services:\n  app:\n    image: grafana/grafana:12\n"),
                ("Caddyfile", "docs.example.org {\n\treverse_proxy app:3000\n}\n"),
            ],
            looked: &["a/compose.yaml", "b/compose.yaml", "Caddyfile"],
            apps: &[("grafana", "https://docs.example.org")],
            left: &["b/compose.yaml:2: grafana runs here as `app`"],
        },
    ]);
}

#[test]
fn one_of_several_services_is_not_guessed() {
    are_found(&[
        Row {
            about: "services of several projects that are called the same",
            files: &[
                ("a/compose.yaml", "services:\n  app:\n    image: outlinewiki/outline\n"),
                ("b/compose.yaml", "services:\n  app:\n    image: ghcr.io/linkwarden/linkwarden\n"),
                ("Caddyfile", "docs.example.org {\n\treverse_proxy app:3000\n}\n"),
            ],
            looked: &["a/compose.yaml", "b/compose.yaml", "Caddyfile"],
            apps: &[],
            left: &[
                "a/compose.yaml:2: outline runs here as `app`, and which address leads to it is not sure",
                "b/compose.yaml:2: linkwarden runs here as `app`, and which address leads to it is not sure",
                "Caddyfile:2: https://docs.example.org leads to app:3000, and several services may be that: \
                 a/compose.yaml:2, b/compose.yaml:2",
            ],
        },
        Row {
            about: "ports that are published more than once",
            files: &[
                ("a/compose.yaml", "services:\n  o:\n    image: outlinewiki/outline\n    ports: [\"3000:3000\"]\n"),
                ("b/compose.yaml", "services:\n  g:\n    image: grafana/grafana\n    ports: [\"3000:3000\"]\n"),
                ("Caddyfile", "grafana.example.org {\n\treverse_proxy localhost:3000\n}\n"),
            ],
            looked: &["a/compose.yaml", "b/compose.yaml", "Caddyfile"],
            apps: &[],
            left: &["outline runs here", "grafana runs here", "several services may be that"],
        },
    ]);
}

#[test]
fn a_part_of_a_host_is_neither_taken_for_the_whole_nor_lost() {
    are_found(&[
        Row {
            about: "Caddy: matchers of paths, of who may, and of what cannot be read here",
            files: &[(
                "Caddyfile",
                "cloud.example.org {\n\t@c path /browser/*\n\treverse_proxy @c collabora:9980\n\t@h header X-A b\n\t\
                 reverse_proxy @h other:1\n\t@ws header Upgrade websocket\n\treverse_proxy @ws nextcloud:80\n\t\
                 reverse_proxy @none lost:1\n\treverse_proxy nextcloud:80\n}\n\
                 lan.example.org {\n\t@lan {\n\t\tremote_ip 10.0.0.0/8\n\t}\n\thandle @lan {\n\t\treverse_proxy grafana:3000\n\t}\n}\n",
            )],
            looked: &["Caddyfile"],
            apps: &[("grafana", "https://lan.example.org")],
            left: &[
                "https://cloud.example.org/browser leads to collabora:9980",
                "https://cloud.example.org leads to nextcloud:80",
                "Caddyfile:5: some requests to cloud.example.org go to other:1",
                "Caddyfile:8: some requests to cloud.example.org go to lost:1",
            ],
        },
        Row {
            about: "nginx: patterns, and paths beside the root that lead elsewhere",
            files: &[(
                "nginx.conf",
                "server { listen 443 ssl; server_name example.org;\nlocation / { proxy_pass http://homepage:80; }\n\
                 location /static/ { proxy_pass http://homepage:80; }\nlocation ~ \\.png$ { proxy_pass http://homepage:80; }\n\
                 location /grafana/ { proxy_pass http://grafana:3000; }\nlocation ~ ^/(a|b) { proxy_pass http://other:1; }\n}\n\
                 server { listen 443 ssl; server_name rss.example.org;\n\
                 location / { try_files $uri @app; }\nlocation @app { proxy_pass http://miniflux:8080; }\n}\n",
            )],
            looked: &["nginx.conf"],
            apps: &[("grafana", "https://example.org/grafana"), ("miniflux", "https://rss.example.org")],
            left: &[
                "https://example.org leads to homepage:80",
                "nginx.conf:6: some requests to example.org go to other:1",
            ],
        },
        Row {
            about: "Kubernetes: paths beside the root that lead elsewhere",
            files: &[(
                "i.yaml",
                "kind: Ingress\nspec:\n  rules:\n  - host: example.org\n    http:\n      paths:\n      \
                 - {path: /, backend: {service: {name: homepage, port: {number: 80}}}}\n      \
                 - {path: /static, backend: {service: {name: homepage, port: {number: 80}}}}\n      \
                 - {path: /grafana, backend: {service: {name: grafana, port: {number: 3000}}}}\n",
            )],
            looked: &["i.yaml"],
            apps: &[("grafana", "https://example.org/grafana")],
            left: &["https://example.org leads to homepage:80"],
        },
    ]);
}

#[test]
fn an_address_is_proposed_for_one_app_and_told_where_another_has_it() {
    are_found(&[
        Row {
            about: "a part of an app that is proposed is no second one",
            files: &[(
                "Caddyfile",
                "grafana.example.org {\n\thandle /api/* {\n\t\treverse_proxy grafana:3000\n\t}\n\thandle {\n\t\treverse_proxy grafana:3000\n\t}\n}\n",
            )],
            looked: &["Caddyfile"],
            apps: &[("grafana", GRAFANA)],
            left: &[],
        },
        Row {
            about: "an address that another app has",
            files: &[(
                "compose.yaml",
                "services:\n  grafana:\n    image: grafana/grafana\n    environment: [VIRTUAL_HOST=a.example.org]\n  \
                 outline:\n    image: outlinewiki/outline\n    environment: [VIRTUAL_HOST=a.example.org]\n",
            )],
            looked: &["compose.yaml"],
            apps: &[("grafana", "https://a.example.org")],
            left: &["compose.yaml:7: outline runs here as `outline`, and grafana is proposed at https://a.example.org"],
        },
    ]);
}

#[test]
fn what_is_asked_for_beside_a_host_is_no_whole_host() {
    are_found(&[
        Row {
            about: "Traefik: headers, patterns, and alternatives each with its own path",
            files: &[(
                "compose.yaml",
                "services:\n  grafana:\n    image: grafana/grafana\n    labels:\n      \
                 - \"traefik.http.routers.a.rule=Host(`a.example.org`) && PathPrefix(`/g`) || Host(`b.example.org`)\"\n      \
                 - \"traefik.http.routers.b.rule=Host(`a.example.org`) && Headers(`X-A`, `b`)\"\n  \
                 other:\n    image: example/other\n    labels:\n      \
                 - \"traefik.http.routers.c.rule=Host(`c.example.org`) && PathRegexp(`^/(a|b)`)\"\n",
            )],
            looked: &["compose.yaml"],
            apps: &[("grafana", "https://b.example.org")],
            left: &[
                "compose.yaml:6: some requests to a.example.org go to grafana, and no path alone says which",
                "compose.yaml:10: some requests to c.example.org go to other, and no path alone says which",
            ],
        },
        Row {
            about: "Kubernetes: every match of a rule, and headers",
            files: &[(
                "r.yaml",
                "kind: HTTPRoute\nspec:\n  hostnames: [example.org]\n  rules:\n  \
                 - matches: [{path: {value: /grafana}}, {headers: [{name: X-A, value: b}]}]\n    \
                   backendRefs: [{name: grafana, port: 3000}]\n  \
                 - matches: [{path: {value: /static}}, {path: {value: /}}]\n    \
                   backendRefs: [{name: homepage, port: 80}]\n---\n\
                 kind: IngressRoute\nspec:\n  routes:\n  \
                 - match: Host(`m.example.org`) && Method(`POST`)\n    services: [{name: miniflux, port: 8080}]\n",
            )],
            looked: &["r.yaml"],
            apps: &[("grafana", "https://example.org/grafana")],
            left: &[
                "some requests to example.org go to grafana:3000",
                "https://example.org leads to homepage:80",
                "some requests to m.example.org go to miniflux:8080",
            ],
        },
        Row {
            about: "labels and variables of Compose that say a path",
            files: &[(
                "compose.yaml",
                "services:\n  grafana:\n    image: grafana/grafana\n    labels:\n      caddy_1: a.example.org\n      \
                 caddy_1.handle_path: /g/*\n      caddy_1.handle_path.0_reverse_proxy: \"{{upstreams 3000}}\"\n  \
                 miniflux:\n    image: miniflux/miniflux\n    environment: [VIRTUAL_HOST=a.example.org, VIRTUAL_PATH=/rss/]\n  \
                 outline:\n    image: outlinewiki/outline\n    labels:\n      caddy: b.example.org\n      \
                 caddy.reverse_proxy: \"@x {{upstreams 3000}}\"\n",
            )],
            looked: &["compose.yaml"],
            apps: &[("grafana", "https://a.example.org/g"), ("miniflux", "https://a.example.org/rss")],
            left: &[
                "compose.yaml:11: outline runs here as `outline`, and no address",
                "compose.yaml:14: some requests to b.example.org go to outline",
            ],
        },
    ]);
}

#[test]
fn what_people_do_not_open_is_no_address() {
    are_found(&[
        Row {
            about: "nginx: what is asked for inside only, and names that errors pass to",
            files: &[(
                "nginx.conf",
                "server { listen 443 ssl; server_name grafana.example.org;\n\
                 location = /auth { internal; proxy_pass http://gate:1; }\nlocation / { proxy_pass http://grafana:3000; }\n\
                 location @down { proxy_pass http://down:1; }\n}\n",
            )],
            looked: &["nginx.conf"],
            apps: &[("grafana", GRAFANA)],
            left: &["nginx.conf:4: some requests to grafana.example.org go to down:1"],
        },
        Row {
            about: "Caddy: a path without a slash at its beginning",
            files: &[(
                "Caddyfile",
                "a.example.org {\n\t@m path metrics\n\treverse_proxy @m grafana:3000\n\treverse_proxy miniflux:8080\n}\n",
            )],
            looked: &["Caddyfile"],
            apps: &[("miniflux", "https://a.example.org")],
            left: &["Caddyfile:3: the path below a.example.org is not a plain one"],
        },
        Row {
            about: "two services of one app, one below the other",
            files: &[(
                "compose.yaml",
                "services:\n  grafana:\n    image: grafana/grafana\n    environment: [VIRTUAL_HOST=a.example.org]\n  \
                 second:\n    image: grafana/grafana\n    \
                 labels: [\"traefik.http.routers.s.rule=Host(`a.example.org`) && PathPrefix(`/second`)\"]\n",
            )],
            looked: &["compose.yaml"],
            apps: &[("grafana", "https://a.example.org"), ("second", "https://a.example.org/second")],
            left: &[],
        },
    ]);
}
