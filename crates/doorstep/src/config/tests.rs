//! The whole configuration read from real files: what is taken, what is refused, and how it is told.

use super::*;
use crate::paint::Paint;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The first house of the design, without what is not there yet (rules of forward auth).
const HOUSE: &str = r#"# doorstep.toml
issuer = "https://auth.example.org"

[groups]
admins = ["ada"]
users  = ["ada", "grace"]

[apps.grafana]                                     # a name that the catalog knows: the rest follows
url     = "https://grafana.example.org"
allow   = ["admins", "users"]
roles   = { users = "Viewer", admins = "Admin" }
deliver = "kubernetes:monitoring/grafana-oidc"

[apps.glances]
url   = "https://glances.example.org"
allow = ["admins"]

[apps.wiki]
url       = "https://wiki.example.org"
callbacks = ["/oidc/callback"]
"#;

struct House {
    folder: tempfile::TempDir,
    sources: Sources,
}

impl House {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources { cwd: folder.path().to_owned(), ..Sources::default() };
        let house = Self { folder, sources };
        house.write("doorstep.toml", text, 0o600);
        house
    }
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
    fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    fn with(mut self, name: &str, value: &str) -> Self {
        self.sources.env.insert(name.to_owned(), value.to_owned());
        self
    }
    fn also(self, name: &str, text: &str) -> Self {
        self.write(name, text, 0o644);
        self
    }
    fn load(&self) -> Loaded {
        load(&self.sources).unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }
    /// The mistakes as told, without the last line; the folder's own name is left out.
    fn told(&self) -> String {
        let mistakes = load(&self.sources).err().expect("a mistake");
        let text = mistakes.render(Paint::PLAIN, "").replace(&format!("{}/", self.folder.path().display()), "");
        text.lines()
            .filter(|line| !line.ends_with("mistake.") && !line.ends_with("mistakes."))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn minimal(rest: &str) -> House {
    House::new(&format!("issuer = \"https://a.example\"\n{rest}"))
}

#[test]
fn the_first_house_is_read_and_the_rest_has_defaults() {
    let house = House::new(HOUSE);
    let loaded = house.load();
    let config = &loaded.config;
    assert_eq!(config.issuer.as_str(), "https://auth.example.org");
    assert_eq!(config.name, "auth.example.org");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8480");
    assert_eq!(config.data_dir, house.path("data"));
    assert_eq!(config.apps_dir, house.path("apps.d"));
    assert_eq!(config.root_key_path, house.path("data/root.key"));
    assert!(matches!(&config.database.url, DatabaseUrl::Sqlite(path) if *path == house.path("data/doorstep.db")));
    assert!(config.trusted_proxies.contains("127.0.0.1".parse().unwrap()));
    assert!(config.root_key.is_none() && config.tls.is_none());
    assert_eq!(config.log, Log { format: LogFormat::Text, level: LogLevel::Info, file: None });
    assert!(!config.sign_in.passwords);
    let days = |lifetime: Lifetime| lifetime.ttl().seconds() / 86_400;
    assert_eq!((days(config.session.idle), days(config.session.absolute), days(config.tokens.refresh)), (28, 28, 30));
    assert_eq!(config.tokens.access.ttl().seconds(), 3_600);
    assert_eq!(config.forward_auth.session.ttl().seconds(), 7 * 86_400);

    let apps = &loaded.manifest.apps;
    assert_eq!(apps.keys().collect::<Vec<_>>(), ["grafana", "glances", "wiki"]);
    assert_eq!(apps["grafana"].roles.keys().collect::<Vec<_>>(), ["users", "admins"]);
    assert_eq!(loaded.manifest.groups["users"], ["ada", "grace"]);
    assert_eq!(loaded.files, [house.path("doorstep.toml")]);
}

/// The table of single mistakes: what follows the issuer, and what is told.
#[test]
fn each_kind_of_mistake_is_told_with_its_place_and_a_mend() {
    for (rest, told) in [
        ("isuer = 1", "doorstep.toml:2:1  unknown key `isuer`\n                   did you mean `issuer`?"),
        (
            "\n[apps.grafana]\nurl = \"https://g.example\"\nalow = []",
            "doorstep.toml:5:1  unknown key `alow` in [apps.grafana]\n                   did you mean `allow`?",
        ),
        ("[app.grafana]\nurl = \"x\"", "doorstep.toml:2:2  unknown key `app`\n                   did you mean `apps`?"),
        (
            "[log]\nlisten = \"x\"",
            "doorstep.toml:3:1  unknown key `listen` in [log]\n                   `listen` belongs at the top of the file, before any [table]",
        ),
        ("idle = \"1d\"", "doorstep.toml:2:1  unknown key `idle`\n                   `idle` belongs in [session]"),
        (
            "[log]\nzebra = 1",
            "doorstep.toml:3:1  unknown key `zebra` in [log]\n                   known here: format, level, file",
        ),
        ("listen = 8480", "doorstep.toml:2:10  `listen` expects text in quotes, found a number"),
        ("name = 2026-01-01", "doorstep.toml:2:8  `name` expects text in quotes, found a date"),
        ("log = \"text\"", "doorstep.toml:2:7  `log` expects a table, found text"),
        ("trusted_proxies = \"unix\"", "doorstep.toml:2:19  `trusted_proxies` expects a list in [ ], found text"),
        (
            "trusted_proxies = [\"unix\", \"x\"]",
            "doorstep.toml:2:28  entry 2 of `trusted_proxies` is not a network\n                    write a network like 10.0.0.0/8, an address, or unix",
        ),
        (
            "[sign_in]\npasswords = \"yes\"",
            "doorstep.toml:3:13  `passwords` in [sign_in] expects true or false, found text",
        ),
        (
            "[sign_in]\npassword_checks = 0",
            "doorstep.toml:3:19  `password_checks` in [sign_in] is out of range\n                    write a number from 1 to 64",
        ),
        (
            "[sign_in]\npassword_checks = 1.5",
            "doorstep.toml:3:19  `password_checks` in [sign_in] expects a whole number, found a number",
        ),
        (
            "[log]\nlevel = \"inf\"",
            "doorstep.toml:3:9  `level` in [log] is not a word that is known here\n                   did you mean `info`?",
        ),
        (
            "[log]\nformat = \"xml\"",
            "doorstep.toml:3:10  `format` in [log] is not a word that is known here\n                    write one of text, json",
        ),
        (
            "[session]\nidle = \"2 weeks\"",
            "doorstep.toml:3:8  `idle` in [session] is not a length of time\n                   write a number and a unit: 90s, 10m, 12h, 28d",
        ),
        (
            "[session]\nidle = \"29d\"",
            "doorstep.toml:3:8  `idle` in [session] is longer than `absolute`\n                   make `absolute` longer, or `idle` shorter",
        ),
        (
            "[tls]\nkey = \"k.pem\"",
            "doorstep.toml:2  `certificate` is missing in [tls]\n                 The file of the certificate and its chain.",
        ),
        (
            "[apps.wiki]\ntitle = \"W\"",
            "doorstep.toml:2  `url` is missing in [apps.wiki]\n                 Where the app lives, as people type it: `https://grafana.example.org`.",
        ),
        (
            "[apps.wiki]\nurl = \"x\"\ndeliver = 3",
            "doorstep.toml:4:11  `deliver` in [apps.wiki] expects text in quotes or a list in [ ], found a number",
        ),
        ("[apps]\nwiki = \"x\"", "doorstep.toml:3:8  `wiki` in [apps] expects a table, found text"),
        ("[groups]\nadmins = \"ada\"", "doorstep.toml:3:10  `admins` in [groups] expects a list in [ ], found text"),
        ("apps_dir = \"none\"", "doorstep.toml:2:12  none cannot be read: No such file or directory (os error 2)"),
        ("name = ", "doorstep.toml:2:8  this is not TOML: string values must be quoted, expected literal string"),
    ] {
        assert_eq!(minimal(rest).told(), told, "{rest}");
    }
}

#[test]
fn mistakes_in_the_issuer_name_what_to_write() {
    for (text, told) in [
        (
            "issuer = \"https://a.example/\"",
            "doorstep.toml:1:10  `issuer` ends with a slash\n                    write https://a.example",
        ),
        (
            "issuer = \"http://a.example\"",
            "doorstep.toml:1:10  `issuer` begins with http, which apps and browsers refuse\n                    write https://a.example; a proxy in front may speak https for Doorstep",
        ),
        (
            "name = \"x\"",
            "doorstep.toml  `issuer` is missing\n               add issuer = \"https://auth.example.org\"",
        ),
    ] {
        assert_eq!(House::new(text).told(), told);
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_nothing_takes_effect() {
    let house =
        minimal("listen = 1\n[log]\nlevel = \"loud\"\n[session]\nidel = \"1d\"").with("DOORSTEP_TOKENS_ACCESS", "soon");
    let told = house.told();
    for part in ["doorstep.toml:2:10 ", "doorstep.toml:4:9 ", "doorstep.toml:6:1 ", "DOORSTEP_TOKENS_ACCESS "] {
        assert!(told.contains(part), "{told}");
    }
    assert!(load(&house.sources).is_err());
}

#[test]
fn the_environment_wins_over_the_file() {
    let house = minimal("name = \"File\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n[log]\nlevel = \"warn\"")
        .with("DOORSTEP_NAME", "House")
        .with("DOORSTEP_TRUSTED_PROXIES", "192.168.0.0/16, unix")
        .with("DOORSTEP_SIGN_IN_PASSWORDS", "true")
        .with("DOORSTEP_SIGN_IN_PASSWORD_CHECKS", "4")
        .with("DOORSTEP_DATABASE_URL", "sqlite:other.db")
        .with("DOORSTEP_TLS_CERTIFICATE", "c.pem")
        .with("DOORSTEP_TLS_KEY", "k.pem")
        .with("PATH", "/bin");
    let loaded = house.load();
    let config = &loaded.config;
    assert_eq!(config.name, "House");
    assert!(config.trusted_proxies.unix() && !config.trusted_proxies.contains("10.0.0.1".parse().unwrap()));
    assert_eq!((config.sign_in.passwords, config.sign_in.password_checks), (true, 4));
    assert_eq!(config.log.level, LogLevel::Warn);
    assert!(matches!(&config.database.url, DatabaseUrl::Sqlite(path) if *path == house.path("other.db")));
    assert_eq!(config.tls.as_ref().unwrap().key, house.path("k.pem"));
    assert_eq!(loaded.place_of(&["name"]), Place::Env("DOORSTEP_NAME".to_owned()));
    assert_eq!(loaded.place_of(&["log", "level"]).to_string(), "doorstep.toml:5:1");
}

#[test]
fn the_environment_alone_is_a_configuration() {
    let mut house = House::new("").with("DOORSTEP_ISSUER", "http://localhost:8480");
    fs::remove_file(house.path("doorstep.toml")).unwrap();
    assert_eq!(house.load().config.data_dir, house.path("data"));
    house.sources.env.clear();
    let told = house.told();
    assert!(told.starts_with("doorstep.toml  there is no configuration yet\n"), "{told}");
    house.sources.env.insert("DOORSTEP_ISUER".to_owned(), "x".to_owned());
    assert!(house.told().contains("did you mean DOORSTEP_ISSUER?"));
}

#[test]
fn mistakes_in_the_environment_name_the_variable() {
    for (variables, told) in [
        (
            &[("DOORSTEP_DATABSE_URL", "x")][..],
            "DOORSTEP_DATABSE_URL  is not a setting\n                      did you mean DOORSTEP_DATABASE_URL?",
        ),
        (
            &[("DOORSTEP_ZEBRA", "x")],
            "DOORSTEP_ZEBRA  is not a setting\n                doorstep config show names the settings",
        ),
        (&[("DOORSTEP_NAME", "")], "DOORSTEP_NAME  is empty\n               unset it, or give it a value"),
        (&[("DOORSTEP_NAME", "\u{fffd}")], "DOORSTEP_NAME  is not UTF-8"),
        (
            &[("DOORSTEP_NAME", "a"), ("DOORSTEP_NAME_FILE", "b")],
            "DOORSTEP_NAME  is set, and so is DOORSTEP_NAME_FILE\n               keep one of them",
        ),
        (
            &[("DOORSTEP_SIGN_IN_PASSWORDS", "yes")],
            "DOORSTEP_SIGN_IN_PASSWORDS  `passwords` in [sign_in] expects true or false, found text",
        ),
        (
            &[("DOORSTEP_TRUSTED_PROXIES", "unix,x")],
            "DOORSTEP_TRUSTED_PROXIES  entry 2 of `trusted_proxies` is not a network\n                          write a network like 10.0.0.0/8, an address, or unix",
        ),
        (
            &[("DOORSTEP_TLS_KEY", "k.pem")],
            "DOORSTEP_TLS_KEY  `certificate` is missing in [tls]\n                  The file of the certificate and its chain.",
        ),
        (&[("DOORSTEP_CONFIG", "none.toml")], "DOORSTEP_CONFIG  there is no file none.toml"),
    ] {
        let house = variables.iter().fold(minimal(""), |house, (name, value)| house.with(name, value));
        assert_eq!(house.told(), told, "{variables:?}");
    }
}

#[test]
fn the_variables_of_a_kubernetes_service_are_no_mistake() {
    let links = ["SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_80_TCP", "PORT_80_TCP_ADDR"];
    let house = links.iter().fold(minimal(""), |house, link| {
        house.with(&format!("DOORSTEP_{link}"), "10.0.0.1").with(&format!("DOORSTEP_DB_{link}"), "10.0.0.2")
    });
    assert_eq!(house.load().config.name, "a.example");
    assert!(minimal("").with("DOORSTEP_PORT", "8480").told().starts_with("DOORSTEP_PORT  is not a setting"));
}

#[test]
fn a_secret_comes_from_a_file() {
    let house = minimal("").with("DOORSTEP_ROOT_KEY_FILE", "key").with("DOORSTEP_DATABASE_URL_FILE", "url");
    house.write("key", &format!("{KEY}\n"), 0o400);
    house.write("url", "postgres://d:canary@db/d\n", 0o440);
    let loaded = house.load();
    assert_eq!(loaded.config.root_key.as_ref().unwrap().secret().expose()[1], 1);
    assert!(matches!(&loaded.config.database.url, DatabaseUrl::Postgres(url) if url.expose().ends_with("@db/d")));
    assert!(loaded.files.contains(&house.path("key")));
    assert_eq!(loaded.place_of(&["root_key"]), Place::Env("DOORSTEP_ROOT_KEY_FILE".to_owned()));
}

#[test]
fn security_118_a_secret_that_everyone_can_read_is_refused() {
    let house = minimal("").with("DOORSTEP_ROOT_KEY_FILE", "key");
    house.write("key", KEY, 0o644);
    assert_eq!(
        house.told(),
        "DOORSTEP_ROOT_KEY_FILE  names key, which everyone can read (mode 644)\n                        chmod 600 key"
    );

    let text = "issuer = \"https://a.example\"\n[database]\nurl = \"postgres://d:canary@db/d\"";
    let house = House::new(text);
    assert!(load(&house.sources).is_ok());
    house.write("doorstep.toml", text, 0o644);
    let told = house.told();
    assert!(told.starts_with(
        "doorstep.toml:3:7  `url` in [database] holds a secret, and everyone can read this file (mode 644)\n"
    ));
    assert!(told.contains("DOORSTEP_DATABASE_URL_FILE") && !told.contains("canary"), "{told}");
    house.write("doorstep.toml", &text.replace(":canary", ""), 0o644);
    assert!(load(&house.sources).is_ok());
}

#[test]
fn security_70_a_secret_that_cannot_be_had_stops_everything() {
    for (name, value) in
        [("DOORSTEP_ROOT_KEY_FILE", "nowhere"), ("DOORSTEP_ROOT_KEY", ""), ("DOORSTEP_ROOT_KEY", "canary")]
    {
        let told = minimal("").with(name, value).told();
        assert!(told.starts_with(name) && !told.contains("canary"), "{told}");
    }
    let twice = minimal("root_key_path = \"k\"").with("DOORSTEP_ROOT_KEY", KEY);
    assert!(twice.told().starts_with("DOORSTEP_ROOT_KEY  `root_key` is given, and a file for it in doorstep.toml:2:1"));
}

#[test]
fn files_of_apps_are_added_in_the_order_of_their_names() {
    let house = minimal("[groups]\nadmins = [\"ada\"]\n[apps.wiki]\nurl = \"https://w.example\"")
        .also("apps.d/20-immich.toml", "[apps.immich]\nurl = \"https://i.example\"\n[groups]\nfamily = [\"ada\"]")
        .also("apps.d/10-grafana.toml", "\n[apps.grafana]\nurl = \"https://g.example\"")
        .also("apps.d/.draft.toml", "nonsense")
        .also("apps.d/notes.txt", "nonsense");
    let loaded = house.load();
    assert_eq!(loaded.manifest.apps.keys().collect::<Vec<_>>(), ["wiki", "grafana", "immich"]);
    assert_eq!(loaded.manifest.groups.keys().collect::<Vec<_>>(), ["admins", "family"]);
    for (path, place) in [
        (&["apps", "immich", "url"][..], "apps.d/20-immich.toml:2:1"),
        (&["apps", "grafana"], "apps.d/10-grafana.toml:2"),
        (&["apps", "grafana", "allow", "0"], "apps.d/10-grafana.toml:2"),
        (&["apps", "wiki"], "doorstep.toml:4"),
        (&["groups", "family", "0"], "apps.d/20-immich.toml:4:11"),
        (&["listen"], "doorstep.toml"),
    ] {
        assert_eq!(loaded.place_of(path).to_string(), place, "{path:?}");
    }
    let read = ["doorstep.toml", "apps.d", "apps.d/10-grafana.toml", "apps.d/20-immich.toml"];
    assert_eq!(loaded.files, read.map(|name| house.path(name)));
}

#[test]
fn mistakes_in_files_of_apps_name_both_places() {
    let grafana = "[apps.grafana]\nurl = \"https://g.example\"";
    for (main, other, told) in [
        (
            grafana,
            grafana,
            "apps.d/a.toml:1  the app grafana is declared here and in doorstep.toml:2\n                 keep one of them",
        ),
        (
            "[groups]\nx = []",
            "[groups]\nx = []",
            "apps.d/a.toml:2  the group x is declared here and in doorstep.toml:3\n                 keep one of them",
        ),
        (
            "",
            "issuer = \"https://b.example\"",
            "apps.d/a.toml:1  `issuer` does not belong in a file of apps\n                 only [groups] and [apps.NAME] stand here; the rest goes into doorstep.toml",
        ),
        (
            "",
            "[apps.x]\nurl = \"https://x.example\"\nalow = []",
            "apps.d/a.toml:3:1  unknown key `alow` in [apps.x]\n                   did you mean `allow`?",
        ),
        (
            "",
            "[apps.x]\nurl = ",
            "apps.d/a.toml:2:7  this is not TOML: string values must be quoted, expected literal string",
        ),
    ] {
        assert_eq!(minimal(main).also("apps.d/a.toml", other).told(), told);
    }
}

#[test]
fn the_file_is_found_in_its_order() {
    let mut house = minimal("name = \"here\"")
        .also("b/env.toml", "issuer = \"https://b.example\"")
        .also("c/flag.toml", "issuer = \"https://c.example\"\ndata_dir = \"d\"\nlisten = \"unix:s\"");
    assert_eq!(house.load().config.name, "here");
    house = house.with("DOORSTEP_CONFIG", "b/env.toml");
    assert_eq!(house.load().config.name, "b.example");
    house.sources.config_path = Some("c/flag.toml".into());
    let loaded = house.load();
    assert_eq!(loaded.config.name, "c.example");
    assert_eq!(loaded.config.data_dir, house.path("c/d"));
    assert_eq!(loaded.config.listen, Listen::Unix(house.path("c/s")));
    house.sources.config_path = Some("none.toml".into());
    assert_eq!(house.told(), "none.toml  there is no file none.toml");
}

#[test]
fn state_is_kept_where_the_system_keeps_it() {
    let mut tree = Map::new();
    defaults::derive(&mut tree, Path::new("/etc/doorstep"));
    assert_eq!(tree["data_dir"], "/var/lib/doorstep");
    assert_eq!(tree["database"]["url"], "sqlite:/var/lib/doorstep/doorstep.db");
}

#[test]
fn a_fingerprint_and_the_changed_settings_follow_what_is_read() {
    let house = minimal("").also("apps.d/a.toml", "[apps.x]\nurl = \"https://x.example\"");
    let first = house.load();
    assert!(first.fingerprint == house.load().fingerprint);
    house.write("apps.d/a.toml", "[apps.x]\nurl = \"https://y.example\"", 0o644);
    let second = house.load();
    assert!(first.fingerprint != second.fingerprint);
    assert_eq!(second.changed_settings(&first), Vec::<String>::new());
    let house = house.with("DOORSTEP_NAME", "N").with("DOORSTEP_ROOT_KEY", KEY);
    let third = house.load();
    assert!(third.fingerprint != second.fingerprint);
    assert_eq!(third.changed_settings(&second), ["name", "root_key"]);
}

#[test]
fn every_setting_has_its_own_variables() {
    let leaves = schema::leaves(&schema::of_config());
    let names: Vec<String> = leaves
        .iter()
        .map(|leaf| environment::name(&leaf.path))
        .flat_map(|name| [format!("{name}_FILE"), name])
        .collect();
    let expected: BTreeMap<&str, ()> = names.iter().map(|name| (name.as_str(), ())).collect();
    assert_eq!(expected.len(), names.len());
    for name in ["DOORSTEP_ROOT_KEY_FILE", "DOORSTEP_DATABASE_URL", "DOORSTEP_TLS_KEY", "DOORSTEP_LOG_FILE_FILE"] {
        assert!(expected.contains_key(name), "{name}");
    }
    assert!(!expected.contains_key("DOORSTEP_APPS") && !expected.contains_key("DOORSTEP_GROUPS"));
}
