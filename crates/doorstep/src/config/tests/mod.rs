//! The whole configuration read from real files: what is taken, and where each part stands.

mod mistakes;

use super::*;
use crate::paint::Paint;
use std::collections::BTreeSet;
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
    assert_eq!(config.audit.keep.ttl(), Some(doorstep_core::time::Ttl::from_days(365)));

    let apps = &loaded.manifest.apps;
    assert_eq!(apps.keys().collect::<Vec<_>>(), ["grafana", "glances", "wiki"]);
    assert_eq!(apps["grafana"].roles.keys().collect::<Vec<_>>(), ["users", "admins"]);
    assert_eq!(loaded.manifest.groups["users"], ["ada", "grace"]);
    assert_eq!(loaded.files, [house.path("doorstep.toml"), house.path("apps.d")]);
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
        .with("DOORSTEP_AUDIT_KEEP", "forever")
        .with("PATH", "/bin");
    let loaded = house.load();
    let config = &loaded.config;
    assert_eq!(config.name, "House");
    assert!(config.trusted_proxies.unix() && !config.trusted_proxies.contains("10.0.0.1".parse().unwrap()));
    assert_eq!((config.sign_in.passwords, config.sign_in.password_checks), (true, 4));
    assert_eq!(config.log.level, LogLevel::Warn);
    assert_eq!(config.audit.keep.ttl(), None);
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
    let expected: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(expected.len(), names.len());
    for name in ["DOORSTEP_ROOT_KEY_FILE", "DOORSTEP_DATABASE_URL", "DOORSTEP_TLS_KEY", "DOORSTEP_LOG_FILE_FILE"] {
        assert!(expected.contains(name), "{name}");
    }
    assert!(!expected.contains("DOORSTEP_APPS") && !expected.contains("DOORSTEP_GROUPS"));
}
