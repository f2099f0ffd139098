//! The whole configuration read from real files: what is taken, and where each part stands.

mod asked;
mod languages;
mod mail;
mod mistakes;
mod schema;
mod sinks;

use super::*;
use crate::paint::Paint;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The first instance of the design, without what is not there yet (rules of forward auth).
const INSTANCE: &str = r#"# doorstep.toml
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

struct Instance {
    folder: tempfile::TempDir,
    sources: Sources,
}

impl Instance {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources { cwd: folder.path().to_owned(), ..Sources::default() };
        let instance = Self { folder, sources };
        instance.write("doorstep.toml", text, 0o600);
        instance
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
    fn reported(&self) -> String {
        let mistakes = load(&self.sources).err().expect("a mistake");
        let text = mistakes.render(Paint::PLAIN, "").replace(&format!("{}/", self.folder.path().display()), "");
        text.lines()
            .filter(|line| !line.ends_with("mistake.") && !line.ends_with("mistakes."))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn minimal(rest: &str) -> Instance {
    Instance::new(&format!("issuer = \"https://a.example\"\n{rest}"))
}

#[test]
fn the_first_instance_is_read_and_the_rest_has_defaults() {
    let instance = Instance::new(INSTANCE);
    let loaded = instance.load();
    let config = &loaded.config;
    assert_eq!(config.issuer.as_str(), "https://auth.example.org");
    assert_eq!(config.name, "auth.example.org");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8480");
    assert_eq!(config.data_dir, instance.path("data"));
    assert_eq!(config.apps_dir, instance.path("apps.d"));
    assert_eq!(config.root_key_path, instance.path("data/root.key"));
    assert!(matches!(&config.database.url, DatabaseUrl::Sqlite(path) if *path == instance.path("data/doorstep.db")));
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
    assert_eq!(loaded.files, ["doorstep.toml", "apps.d", "catalog.d"].map(|name| instance.path(name)));
}

#[test]
fn the_environment_wins_over_the_file() {
    let instance = minimal("name = \"File\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n[log]\nlevel = \"warn\"")
        .with("DOORSTEP_NAME", "Instance")
        .with("DOORSTEP_TRUSTED_PROXIES", "192.168.0.0/16, unix")
        .with("DOORSTEP_SIGN_IN_PASSWORDS", "true")
        .with("DOORSTEP_SIGN_IN_PASSWORD_CHECKS", "4")
        .with("DOORSTEP_DATABASE_URL", "sqlite:other.db")
        .with("DOORSTEP_TLS_CERTIFICATE", "c.pem")
        .with("DOORSTEP_TLS_KEY", "k.pem")
        .with("DOORSTEP_AUDIT_KEEP", "forever")
        .with("PATH", "/bin");
    let loaded = instance.load();
    let config = &loaded.config;
    assert_eq!(config.name, "Instance");
    assert!(config.trusted_proxies.unix() && !config.trusted_proxies.contains("10.0.0.1".parse().unwrap()));
    assert_eq!((config.sign_in.passwords, config.sign_in.password_checks), (true, 4));
    assert_eq!(config.log.level, LogLevel::Warn);
    assert_eq!(config.audit.keep.ttl(), None);
    assert!(matches!(&config.database.url, DatabaseUrl::Sqlite(path) if *path == instance.path("other.db")));
    assert_eq!(config.tls.as_ref().unwrap().key, instance.path("k.pem"));
    assert_eq!(loaded.place_of(&["name"]), Place::Env("DOORSTEP_NAME".to_owned()));
    assert_eq!(loaded.place_of(&["log", "level"]).to_string(), "doorstep.toml:5:1");
}

#[test]
fn the_environment_alone_is_a_configuration() {
    let mut instance = Instance::new("").with("DOORSTEP_ISSUER", "http://localhost:8480");
    fs::remove_file(instance.path("doorstep.toml")).unwrap();
    assert_eq!(instance.load().config.data_dir, instance.path("data"));
    instance.sources.env.clear();
    let reported = instance.reported();
    assert!(reported.starts_with("doorstep.toml  there is no configuration yet\n"), "{reported}");
    instance.sources.env.insert("DOORSTEP_ISUER".to_owned(), "x".to_owned());
    assert!(instance.reported().contains("did you mean DOORSTEP_ISSUER?"));
}

#[test]
fn a_file_that_cannot_be_looked_at_is_not_told_as_missing() {
    let mut instance = Instance::new("");
    let file = instance.path("doorstep.toml");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(&file, &file).unwrap();
    for named in [None, Some(file.clone())] {
        instance.sources.config_path = named;
        let reported = instance.reported();
        assert!(reported.starts_with("doorstep.toml  cannot be read: Too many levels of symbolic links"), "{reported}");
        assert!(!reported.contains("there is no"), "{reported}");
    }
}

#[test]
fn a_secret_comes_from_a_file() {
    let instance = minimal("").with("DOORSTEP_ROOT_KEY_FILE", "key").with("DOORSTEP_DATABASE_URL_FILE", "url");
    instance.write("key", &format!("{KEY}\n"), 0o400);
    instance.write("url", "postgres://d:canary@db/d\n", 0o440);
    let loaded = instance.load();
    assert_eq!(loaded.config.root_key.as_ref().unwrap().keys().text().expose().get(..4), Some("AAEC"));
    assert!(matches!(&loaded.config.database.url, DatabaseUrl::Postgres(url) if url.expose().ends_with("@db/d")));
    assert!(loaded.files.contains(&instance.path("key")));
    assert_eq!(loaded.place_of(&["root_key"]), Place::Env("DOORSTEP_ROOT_KEY_FILE".to_owned()));
}

#[test]
fn files_of_apps_are_added_in_the_order_of_their_names() {
    let instance = minimal("[groups]\nadmins = [\"ada\"]\n[apps.wiki]\nurl = \"https://w.example\"")
        .also("apps.d/20-immich.toml", "[apps.immich]\nurl = \"https://i.example\"\n[groups]\nfamily = [\"ada\"]")
        .also("apps.d/10-grafana.toml", "\n[apps.grafana]\nurl = \"https://g.example\"")
        .also("apps.d/.draft.toml", "nonsense")
        .also("apps.d/notes.txt", "nonsense");
    let loaded = instance.load();
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
    let read = ["doorstep.toml", "apps.d", "apps.d/10-grafana.toml", "apps.d/20-immich.toml", "catalog.d"];
    assert_eq!(loaded.files, read.map(|name| instance.path(name)));
}

#[test]
fn the_file_is_found_in_its_order() {
    let mut instance = minimal("name = \"here\"")
        .also("b/env.toml", "issuer = \"https://b.example\"")
        .also("c/flag.toml", "issuer = \"https://c.example\"\ndata_dir = \"d\"\nlisten = \"unix:s\"");
    assert_eq!(instance.load().config.name, "here");
    instance = instance.with("DOORSTEP_CONFIG", "b/env.toml");
    assert_eq!(instance.load().config.name, "b.example");
    instance.sources.config_path = Some("c/flag.toml".into());
    let loaded = instance.load();
    assert_eq!(loaded.config.name, "c.example");
    assert_eq!(loaded.config.data_dir, instance.path("c/d"));
    assert_eq!(loaded.config.listen, Listen::Unix(instance.path("c/s")));
    instance.sources.config_path = Some("none.toml".into());
    assert_eq!(instance.reported(), "none.toml  there is no file none.toml");
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
    let instance = minimal("").also("apps.d/a.toml", "[apps.x]\nurl = \"https://x.example\"");
    let first = instance.load();
    assert!(first.fingerprint == instance.load().fingerprint);
    instance.write("apps.d/a.toml", "[apps.x]\nurl = \"https://y.example\"", 0o644);
    let second = instance.load();
    assert!(first.fingerprint != second.fingerprint);
    assert_eq!(second.changed_settings(&first), Vec::<String>::new());
    let instance = instance.with("DOORSTEP_NAME", "N").with("DOORSTEP_ROOT_KEY", KEY);
    let third = instance.load();
    assert!(third.fingerprint != second.fingerprint);
    assert_eq!(third.changed_settings(&second), ["name", "root_key"]);
}

#[test]
fn every_setting_has_its_own_variables() {
    let leaves = super::schema::leaves(super::schema::of_config());
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

#[test]
fn entries_of_ones_own_are_known_beside_the_others_and_told_with_their_line_when_wrong() {
    const OWN: &str = "name = 'Mine'\nhomepage = 'https://mine.example'\nkind = 'oidc'\ncallbacks = ['{url}/cb']\n\
        scopes = ['openid']\nenv = { MINE_ID = '{client_id}', MINE_SECRET = '{client_secret}' }\n\
        doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', first_administrator = 'nobody', anonymous = 'nothing' }\n";
    let instance = minimal("");
    instance.write("catalog.d/mine.toml", OWN, 0o644);
    instance.write("catalog.d/grafana.toml", &OWN.replace("'Mine'", "'My Grafana'"), 0o644);
    instance.write("catalog.d/.hidden.toml", "not TOML at all [", 0o644);
    let before = instance.load();
    let title = |name: &str| before.catalog.get(name).unwrap().unwrap().name.clone();
    assert_eq!([title("mine"), title("grafana"), title("immich")], ["Mine", "My Grafana", "Immich"]);
    instance.write("catalog.d/mine.toml", &OWN.replace("MINE_ID", "MY_ID"), 0o644);
    assert!(instance.load().fingerprint != before.fingerprint, "a change of an entry is a change");

    for (file, text, reported) in [
        (
            "mine.toml",
            OWN.replace("kind", "knid"),
            "catalog.d/mine.toml:3  is not an entry of the catalog: unknown field `knid`",
        ),
        ("mine.toml", OWN.replace("'{url}/cb'", ""), "catalog.d/mine.toml  is not an entry of the catalog: callbacks:"),
        ("mine.toml", "[".to_owned(), "catalog.d/mine.toml:1  is not an entry"),
        ("My App.toml", OWN.to_owned(), "catalog.d/My App.toml  the name of the file is not the name of an app"),
    ] {
        instance.write("catalog.d/mine.toml", OWN, 0o644);
        std::fs::remove_file(instance.path("catalog.d/My App.toml")).ok();
        instance.write(&format!("catalog.d/{file}"), &text, 0o644);
        assert!(instance.reported().starts_with(reported), "{reported}\n{}", instance.reported());
    }
}
