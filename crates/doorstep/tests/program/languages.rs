//! `doorstep app` and `doorstep init` beside a configuration that is not TOML.

use crate::installation::Installation;
use serde_json::Value;
use std::fs;

const GRAFANA: [&str; 4] = ["app", "add", "grafana", "https://grafana.example.org"];
const START: &str = "[groups]\nadmins = [\"ada\"]\n[apps.immich]\nurl = \"https://photos.example.org\"\n";

/// An instance whose file is written in another language; JSON is YAML, too.
fn written_in(end: &str) -> Installation {
    let instance = Installation::new(START);
    let file = instance.path("doorstep.toml");
    let table: toml::Table = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let text = serde_json::to_string_pretty(&table).unwrap();
    fs::write(instance.path(&format!("doorstep.{end}")), text).unwrap();
    fs::remove_file(&file).unwrap();
    instance
}

#[test]
fn an_app_beside_another_language_gets_a_file_of_its_own_which_goes_with_it() {
    for end in ["yaml", "yml", "json"] {
        let instance = written_in(end);
        let main = instance.path(&format!("doorstep.{end}"));
        let before = fs::read_to_string(&main).unwrap();
        let own = instance.path("apps.d/grafana.toml");

        let shown = instance.command(&[&GRAFANA[..], &["--dry-run"]].concat());
        assert!(shown.code == 2 && shown.out.contains("+ grafana") && !own.exists(), "{shown:?}");
        let added = instance.command(&[&GRAFANA[..], &["--allow", "admins"]].concat());
        assert!(added.code == 0 && added.out.contains("apps.d/grafana.toml is made for it"), "{added:?}");
        let text = "[apps.grafana]\nurl = \"https://grafana.example.org\"\nallow = [\"admins\"]\n";
        assert_eq!(fs::read_to_string(&own).unwrap(), text);
        assert_eq!(fs::read_to_string(&main).unwrap(), before);

        let again = instance.command(&GRAFANA);
        assert!(again.code == 0 && again.out.contains("is declared in apps.d/grafana.toml already"), "{again:?}");
        let there = instance.command(&["app", "add", "immich", "https://photos.example.org"]);
        assert!(there.code == 0 && there.out.contains(&format!("is declared in doorstep.{end} already")), "{there:?}");
        let otherwise = instance.command(&["app", "add", "immich", "https://photos.example.org", "--title", "Photos"]);
        assert!(otherwise.code == 1 && otherwise.err.contains("Change `title` of apps.immich in"), "{otherwise:?}");

        let rows: Value = serde_json::from_str(&instance.command(&["app", "list", "--json"]).out).unwrap();
        let declared: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["declared"].as_str().unwrap()).collect();
        assert_eq!(declared[0], "apps.d/grafana.toml:1");
        assert!(declared[1].starts_with(&format!("doorstep.{end}:")), "{declared:?}");

        let removed = instance.command(&["app", "remove", "grafana", "--yes"]);
        assert!(removed.code == 0 && !own.exists(), "{removed:?}");
        let by_hand = instance.command(&["app", "remove", "immich", "--yes"]);
        assert!(by_hand.code == 1 && by_hand.err.contains(&format!("doorstep.{end}:")), "{by_hand:?}");
        assert!(by_hand.err.contains("Take apps.immich out there, then: doorstep apply --prune"), "{by_hand:?}");
        assert_eq!(fs::read_to_string(&main).unwrap(), before);
    }
}

#[test]
fn what_else_stands_in_a_file_of_that_name_stays() {
    let instance = written_in("json");
    fs::create_dir(instance.path("apps.d")).unwrap();
    let own = instance.path("apps.d/grafana.toml");
    fs::write(&own, "# Ours.\n[groups]\nusers = [\"ada\"]\n").unwrap();
    let added = instance.command(&GRAFANA);
    assert!(added.code == 0 && added.out.contains("3 lines added to apps.d/grafana.toml"), "{added:?}");
    assert_eq!(instance.command(&["app", "remove", "grafana", "--yes"]).code, 0);
    assert_eq!(fs::read_to_string(&own).unwrap(), "# Ours.\n[groups]\nusers = [\"ada\"]\n");
}

#[test]
fn no_first_file_is_written_beside_a_configuration_or_over_a_folder() {
    let instance = written_in("yaml");
    let words = ["--issuer", "https://auth.example.org", "--admin", "ada", "--proxy", "caddy"];
    let refused = instance.command(&[&["init"][..], &words].concat());
    assert!(refused.code == 1 && refused.err.contains("doorstep.yaml is there already"), "{refused:?}");
    fs::create_dir(instance.path("new")).unwrap();
    let folder = instance.command(&[&["init", "--config", "new"][..], &words].concat());
    assert!(folder.code == 1 && folder.err.contains("new is a folder"), "{folder:?}");
    assert!(folder.err.contains("doorstep init --config new/doorstep.toml"), "{folder:?}");
    let yaml = instance.command(&[&["init", "--config", "new/a.yaml"][..], &words].concat());
    assert!(yaml.code == 1 && yaml.err.contains("doorstep init --config new/a.toml"), "{yaml:?}");
    assert!(!instance.path("doorstep.toml").exists());
}
