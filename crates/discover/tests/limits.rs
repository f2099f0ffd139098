//! Files that a few lines make endless: they are read in a moment, and what is not read further is told.
#![expect(
    clippy::disallowed_methods,
    clippy::format_collect,
    reason = "these are tests, and how long it takes is what they look at"
)]

use doorstep_discover::{Files, Report, discover};
use doorstep_onboard::catalog::Catalog;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Files by their names, and how often one was read.
struct Held {
    files: BTreeMap<PathBuf, String>,
    read: Cell<usize>,
}

impl Held {
    fn new<const N: usize>(files: [(&str, String); N]) -> Self {
        let files = files.into_iter().map(|(name, text)| (PathBuf::from(name), text)).collect();
        Self { files, read: Cell::new(0) }
    }
}

impl Files for Held {
    fn read(&self, path: &Path) -> Option<String> {
        self.read.set(self.read.get() + 1);
        self.files.get(path).cloned()
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.keys().filter(|path| path.parent() == Some(folder)).cloned().collect()
    }
}

/// What is found from the first file, in a moment.
fn looked(files: &Held, first: &str) -> Report {
    let began = Instant::now();
    let report = discover(&[PathBuf::from(first)], files, &Catalog::builtin());
    assert!(began.elapsed() < Duration::from_mins(2), "{first} took {:?}", began.elapsed());
    report
}

fn told(report: &Report) -> Vec<String> {
    let all = [&report.without_address, &report.not_recognised, &report.unread];
    all.into_iter().flatten().map(|left| format!("{}: {}", left.at, left.why)).collect()
}

const GRAFANA: &str = "https://grafana.example.org";

fn urls(report: &Report) -> Vec<&str> {
    report.proposals.iter().map(|one| one.url.as_str()).collect()
}

#[test]
fn variables_that_double_one_another_fill_no_memory() {
    let sets: String = (1..60).map(|n| format!("set $v{n} \"$v{}${{v{0}}}\";\n", n - 1)).collect();
    let nginx = format!(
        "server {{ listen 443 ssl; server_name grafana.example.org; set $v0 xxxxxxxxxx;\n{sets}\
         set $to grafana; location / {{ proxy_pass http://$to:3000; }} location /v {{ proxy_pass http://$v59; }} }}\n"
    );
    let report = looked(&Held::new([("nginx.conf", nginx)]), "nginx.conf");
    assert_eq!(urls(&report), [GRAFANA]);
    assert!(told(&report).iter().all(|line| line.len() < 200_000));

    // The same by what snippets of a Caddyfile are given, and by variables of the environment.
    let pass: String =
        (0..8).map(|n| format!("(s{n}) {{\n\timport s{} {}\n}}\n", n + 1, "{args[0]}".repeat(40))).collect();
    let caddy = format!(
        "{pass}(s8) {{\n\trespond {{args[0]}}\n}}\ngrafana.example.org {{\n\timport s0 {}\n\treverse_proxy grafana:3000\n}}\n",
        "x".repeat(40)
    );
    assert_eq!(urls(&looked(&Held::new([("Caddyfile", caddy)]), "Caddyfile")), [GRAFANA]);
    let many =
        format!("grafana.example.org {{\n\treverse_proxy grafana:3000\n{}}}\n", "\trespond {$A}\n".repeat(200_000));
    let files = Held::new([("Caddyfile", many), (".env", format!("A={}", "x".repeat(60_000)))]);
    assert_eq!(urls(&looked(&files, "Caddyfile")), [GRAFANA]);

    let many = format!(
        "services:\n  grafana:\n    image: grafana/grafana\n    labels: [\"traefik.http.routers.g.rule=Host(`grafana.example.org`)\"]\n    \
         environment:\n{}",
        "    - A=$A\n".repeat(100_000)
    );
    let files = Held::new([("compose.yaml", many), (".env", format!("A={}", "x".repeat(60_000)))]);
    assert_eq!(urls(&looked(&files, "compose.yaml")), [GRAFANA]);
}

#[test]
fn what_includes_itself_or_the_same_again_and_again_is_read_once_or_told() {
    let site = "grafana.example.org {\n\treverse_proxy grafana:3000\n}\n";
    let itself = format!("(x) {{\n{}}}\n{site}a.b {{\n\timport x\n}}\n", "\timport x\n".repeat(20));
    let report = looked(&Held::new([("Caddyfile", itself)]), "Caddyfile");
    assert_eq!(urls(&report), [GRAFANA]);
    assert!(told(&report).iter().any(|line| line.contains("includes itself")), "{report:?}");

    // Each of a chain includes the next many times: nothing includes itself, and it is more than anybody wrote.
    let chain: String =
        (0..8).map(|n| format!("(s{n}) {{\n{}}}\n", format!("\timport s{}\n", n + 1).repeat(20))).collect();
    let caddy = format!("{chain}(s8) {{\n\trespond x\n}}\n{site}a.b {{\n\timport s0\n}}\n");
    let report = looked(&Held::new([("Caddyfile", caddy)]), "Caddyfile");
    assert!(told(&report).iter().any(|line| line.contains("more than is read")), "{:?}", told(&report));

    let server =
        "server { listen 443 ssl; server_name grafana.example.org; location / { proxy_pass http://grafana:3000; } }\n";
    let nginx = format!("{}http {{ {server} }}\n", "include nginx.conf;\n".repeat(20));
    let files = Held::new([("nginx.conf", nginx)]);
    let report = looked(&files, "nginx.conf");
    assert_eq!(urls(&report), [GRAFANA]);
    assert!(files.read.get() < 10 && told(&report).iter().any(|line| line.contains("includes itself")), "{report:?}");

    let service = "services:\n  grafana:\n    image: grafana/grafana\n    labels: [\"traefik.http.routers.g.rule=Host(`grafana.example.org`)\"]\n";
    let files = Held::new([("compose.yaml", format!("include: [{}]\n{service}", ["compose.yaml"; 20].join(", ")))]);
    let report = looked(&files, "compose.yaml");
    assert_eq!(urls(&report), [GRAFANA]);
    assert!(files.read.get() < 20 && told(&report).iter().any(|line| line.contains("includes itself")), "{report:?}");

    for (name, line) in
        [("compose.yaml", "include: [NEXT]\n"), ("nginx.conf", "include NEXT;\n"), ("Caddyfile", "import NEXT\n")]
    {
        let mut files = Held::new([]);
        for n in 0..9 {
            let next = format!("{}{name}", n + 1);
            let text = if name == "compose.yaml" {
                line.replace("NEXT", &[next.as_str(); 30].join(", "))
            } else {
                line.replace("NEXT", &next).repeat(30)
            };
            let of = if n == 0 { name.to_owned() } else { format!("{n}{name}") };
            let text = if name == "nginx.conf" { format!("# server_name\n{text}") } else { text };
            files.files.insert(PathBuf::from(of), text);
        }
        let report = looked(&files, name);
        assert!(files.read.get() < 100_000, "{name} {}", files.read.get());
        assert!(told(&report).iter().any(|line| line.contains("than")), "{name}: {:?}", told(&report));
    }
}

#[test]
fn services_that_extend_a_large_one_are_read_in_a_moment() {
    let environment: String = (0..20_000).map(|n| format!("      A{n}: x\n")).collect();
    let services: String =
        (0..3_000).map(|n| format!("  s{n}:\n    extends: {{file: big.yaml, service: big}}\n")).collect();
    let files = Held::new([
        ("compose.yaml", format!("services:\n{services}")),
        ("big.yaml", format!("services:\n  big:\n    image: x\n    environment:\n{environment}")),
    ]);
    assert!(told(&looked(&files, "compose.yaml")).iter().any(|line| line.contains("more than is read")));
}

#[test]
fn an_include_without_a_name_reads_no_folder() {
    let site = "grafana.example.org {\n\treverse_proxy grafana:3000\n}\n";
    let server =
        "server { listen 443 ssl; server_name grafana.example.org; location / { proxy_pass http://grafana:3000; } }\n";
    for (name, text, other) in [
        ("Caddyfile", "import\nimport \"\"\n".to_owned(), site),
        ("nginx.conf", "include; include \"\"; # server_name\n".to_owned(), server),
        ("compose.yaml", "include: ['', {path: ''}]\n".to_owned(), "services: {}\n"),
    ] {
        let name = &format!("stack/{name}");
        let files = Held::new([(name, text), ("stack/other", other.to_owned())]);
        let report = looked(&files, name);
        assert_eq!(urls(&report), [""; 0], "{name}");
        assert!(files.read.get() < 10, "{name}: {}", files.read.get());
    }
}

#[test]
fn aliases_are_counted_before_they_are_put_in() {
    let entries = |count: usize| vec!["x"; count].join(", ");
    let again = |count: usize| "- *a\n".repeat(count);
    for (what, text) in [
        ("many of a large one", format!("- &a [{}]\n{}", entries(90_000), again(400_000))),
        ("many of a long one", format!("- &a {}\n{}", "x".repeat(1 << 20), again(150_000))),
        ("many of a small one", format!("- &a x\n{}", again(900_000))),
        (
            "anchors in anchors",
            format!(
                "- {}{}",
                (0..60).map(|n| format!("&a{n} [")).collect::<String>(),
                entries(100_000) + &"]".repeat(60)
            ),
        ),
        (
            "doubling",
            format!(
                "- &a0 [x, x]\n{}",
                (1..60).map(|n| format!("- &a{n} [*a{0}, *a{0}]\n", n - 1)).collect::<String>()
            ),
        ),
    ] {
        let files = Held::new([("kinds.yaml", format!("kind: Ingress\nx:\n{text}"))]);
        let report = looked(&files, "kinds.yaml");
        assert!(told(&report).iter().any(|line| line.contains("it is too large")), "{what}: {:?}", told(&report));
    }
    // Keys that are merged and laid over one another are looked up, not searched for.
    let keys = |from: usize| (from..from + 20_000).map(|n| format!("  k{n}: x\n")).collect::<String>();
    let files = Held::new([
        ("compose.yaml", format!("x: &x\n{}services: {{}}\ny:\n  <<: *x\n{}", keys(0), keys(30_000))),
        ("compose.override.yaml", format!("y:\n{}", keys(10_000))),
    ]);
    assert_eq!(told(&looked(&files, "compose.yaml")), [""; 0]);
}

#[test]
fn many_hosts_of_many_paths_are_read_as_far_as_there_is_room() {
    let list = |one: &str, count: usize| (0..count).map(|n| one.replace('#', &n.to_string())).collect::<String>();
    let (hosts, label) = (list("h#.b,", 20_000), list("`h#.b`,", 20_000));
    for (name, text) in [
        (
            "nginx.conf",
            format!(
                "server {{ listen 443 ssl; server_name {}; {} }}",
                list("h#.b ", 20_000),
                list("location /p# { proxy_pass http://a:1; }\n", 20_000)
            ),
        ),
        ("Caddyfile", format!("{hosts} c.d {{\n{}}}\n", list("\treverse_proxy /p# a:1\n", 20_000))),
        ("Caddyfile", format!("{hosts} c.d {{\n{}}}\n", list("\treverse_proxy @p# a:1\n", 20_000))),
        (
            "route.yaml",
            format!(
                "kind: HTTPRoute\nspec:\n  hostnames: [{hosts}]\n  rules:\n  - backendRefs: [{{name: a}}]\n    matches:\n{}",
                list("    - {path: {value: /p#}}\n", 20_000)
            ),
        ),
    ] {
        let told = told(&looked(&Held::new([(name, text)]), name));
        assert!(told.iter().any(|line| line.contains("more addresses than are read")), "{name} {:?}", told.get(..3));
    }
    let rule = format!("Host({label}) && ({} PathPrefix(`/`))", list("PathPrefix(`/p#`) || ", 20_000));
    let caddy = format!("caddy: {hosts}\n{}", list("      caddy.#_handle: /p#\n", 20_000));
    let rules = list("      traefik.http.routers.r#.rule: Host(`h#.b`) && Method(`GET`)\n", 20_000);
    for labels in [format!("traefik.http.routers.r.rule: {rule}\n"), caddy, rules] {
        let text = format!("services:\n  a:\n    image: x\n    labels:\n      {}", labels.trim_start());
        let told = told(&looked(&Held::new([("compose.yaml", text)]), "compose.yaml"));
        assert!(told.iter().any(|line| line.contains("no path alone says which")), "{:?}", told.get(..3));
    }
}

#[test]
fn what_leads_where_the_root_leads_is_not_searched_for_again_and_again() {
    let many = |one: &str| (0..40_000).map(|n| one.replace('#', &n.to_string())).collect::<String>();
    let (roots, parts) = ("proxy_pass http://a#:1;", "location /p# { proxy_pass http://b#:1; }\n");
    let nginx = format!("server {{ listen 80; server_name c.d; {} {} }}", many(roots), many(parts));
    looked(&Held::new([("nginx.conf", nginx)]), "nginx.conf");
    let caddy = format!("c.d {{\n{}{}}}\n", many("\treverse_proxy a#:1\n"), many("\treverse_proxy @m b#:1\n"));
    looked(&Held::new([("Caddyfile", caddy)]), "Caddyfile");
}
