//! The same configuration in three languages, and each language's own ways to be wrong.

use super::*;

const YAML: &str = r#"# yaml-language-server: $schema=doorstep.schema.json
---
issuer: https://auth.example.org
groups:
  admins: [ada]
  users:
    - ada
    - grace
apps:
  grafana:
    url: https://grafana.example.org   # a name that the catalog knows
    allow: [admins, "users"]
    roles: {users: Viewer, admins: Admin}
    deliver: kubernetes:monitoring/grafana-oidc
  glances:
    url: 'https://glances.example.org'
    allow:
    - admins
  wiki:
    url: >-
      https://wiki.example.org
    callbacks: ["/oidc/callback"]
"#;

const JSON: &str = r#"{
  "$schema": "./doorstep.schema.json",
  "issuer": "https://auth.example.org",
  "groups": { "admins": ["ada"], "users": ["ada", "grace"] },
  "apps": {
    "grafana": {
      "url": "https://grafana.example.org",
      "allow": ["admins", "users"],
      "roles": { "users": "Viewer", "admins": "Admin" },
      "deliver": "kubernetes:monitoring/grafana-oidc"
    },
    "glances": { "url": "https://glances.example.org", "allow": ["admins"] },
    "wiki": { "url": "https://wiki.example.org", "callbacks": ["/oidc/callback"] }
  }
}
"#;

/// An instance whose file is called so.
fn named(name: &str, text: &str) -> Instance {
    let instance = Instance::new("");
    fs::remove_file(instance.path("doorstep.toml")).unwrap();
    instance.write(name, text, 0o600);
    instance
}

fn yaml(rest: &str) -> String {
    named("doorstep.yaml", &format!("issuer: https://a.example\n{rest}")).reported()
}

fn json(rest: &str) -> String {
    named("doorstep.json", &format!("{{\"issuer\": \"https://a.example\",\n{rest}}}")).reported()
}

#[test]
fn the_same_instance_is_read_from_each_language() {
    let first = Instance::new(INSTANCE).load();
    for (name, text) in [("doorstep.yaml", YAML), ("doorstep.yml", YAML), ("doorstep.json", JSON)] {
        let loaded = named(name, text).load();
        assert_eq!(loaded.manifest, first.manifest, "{name}");
        assert_eq!(loaded.config.issuer.as_str(), first.config.issuer.as_str());
        let roles = loaded.manifest.apps["grafana"].roles.keys().cloned().collect::<Vec<_>>();
        assert_eq!(roles, ["users", "admins"], "the order counts");
    }
}

#[test]
fn every_key_of_each_language_has_its_place() {
    for (name, text, places) in [
        ("doorstep.yaml", YAML, ["3:1", "10", "12:21", "7:7", "18:7", "20:5"]),
        ("doorstep.json", JSON, ["3:3", "6", "8:27", "4:44", "12:66", "13:15"]),
    ] {
        let loaded = named(name, text).load();
        let paths: [&[&str]; 6] = [
            &["issuer"],
            &["apps", "grafana"],
            &["apps", "grafana", "allow", "1"],
            &["groups", "users", "0"],
            &["apps", "glances", "allow", "0"],
            &["apps", "wiki", "url"],
        ];
        for (path, place) in paths.into_iter().zip(places) {
            assert_eq!(loaded.place_of(path).to_string(), format!("{name}:{place}"), "{path:?}");
        }
    }
}

#[test]
fn files_of_apps_may_be_of_any_language_beside_any_other() {
    let apps = |name: &str| format!("apps:\n  {name}: {{ url: 'https://{name}.example' }}\n");
    let instance = minimal("[apps.wiki]\nurl = \"https://wiki.example\"")
        .also("apps.d/1.yaml", &apps("one"))
        .also("apps.d/2.yml", &apps("two"))
        .also("apps.d/3.json", "{\"apps\": {\"three\": {\"url\": \"https://three.example\"}}}")
        .also("apps.d/4.toml", "[apps.four]\nurl = \"https://four.example\"")
        .also("apps.d/5.yaml", "# nothing yet\n");
    let names: Vec<String> = instance.load().manifest.apps.keys().cloned().collect();
    assert_eq!(names, ["wiki", "one", "two", "three", "four"]);
    instance.write("apps.d/6.json", "{\"apps\": {\"one\": {\"url\": \"https://one.example\"}}}", 0o644);
    assert_eq!(
        instance.reported(),
        "apps.d/6.json:1  the app one is declared here and in apps.d/1.yaml:2\n                 keep one of them"
    );
    for (text, reported) in [
        (
            "issuer: https://b.example\n",
            "apps.d/6.yaml:1  `issuer` does not belong in a file of apps\n                 only `groups`, `people` and `apps` stand here; the rest goes into doorstep.toml",
        ),
        (
            "groups:\n",
            "apps.d/6.yaml:1  `groups` is not a mapping\n                 write what belongs to it below, like NAME: [\"ada\"]",
        ),
    ] {
        fs::remove_file(instance.path("apps.d/6.json")).ok();
        instance.write("apps.d/6.yaml", text, 0o644);
        assert_eq!(instance.reported(), reported);
    }
}

#[test]
fn two_files_of_different_languages_are_told_and_none_is_read() {
    let instance = minimal("").also("doorstep.yaml", YAML);
    let told = "doorstep.yaml  stands beside doorstep.toml\n               keep one of them, or name the one that counts: --config doorstep.toml";
    assert_eq!(instance.reported(), told);
    let mut instance = instance;
    instance.sources.config_path = Some("doorstep.yaml".into());
    assert_eq!(instance.load().config.issuer.as_str(), "https://auth.example.org");
}

#[test]
fn a_changed_copy_is_read_in_the_language_of_its_name_or_of_the_file() {
    for (copy, text) in [("copy.json", JSON), ("copy", YAML), ("copy.toml", INSTANCE)] {
        let mut instance = named("doorstep.yaml", "issuer: https://a.example\n").also(copy, text);
        instance.sources.instead = Some(instance.path(copy));
        assert_eq!(instance.load().config.issuer.as_str(), "https://auth.example.org", "{copy}");
    }
}

#[test]
fn mistakes_in_yaml_are_told_as_yaml_writes_it() {
    for (rest, reported) in [
        ("isuer: 1", "doorstep.yaml:2:1  unknown key `isuer`\n                   did you mean `issuer`?"),
        (
            "apps:\n  grafana:\n    url: https://g.example\n    alow: []",
            "doorstep.yaml:5:5  unknown key `alow` in apps.grafana\n                   did you mean `allow`?",
        ),
        ("idle: 1d", "doorstep.yaml:2:1  unknown key `idle`\n                   `idle` belongs in session"),
        (
            "log:\n  listen: x",
            "doorstep.yaml:3:3  unknown key `listen` in log\n                   `listen` belongs at the top of the file",
        ),
        (
            "listen: 8480",
            "doorstep.yaml:2:9  `listen` expects text, found a number\n                   write listen: \"127.0.0.1:8480\"",
        ),
        (
            "log: text",
            "doorstep.yaml:2:6  `log` expects a mapping, found text\n                   write `log:`, and what belongs to it below, indented, like format: …",
        ),
        (
            "apps:",
            "doorstep.yaml:2:1  `apps` expects a mapping, found nothing\n                   write what belongs to it below, indented, or apps: {} for none",
        ),
        (
            "groups:\n  admins: ada",
            "doorstep.yaml:3:11  `admins` in groups expects a list, found text\n                    write admins: [\"…\"], and [\"…\", \"…\"] for several",
        ),
        (
            "apps:\n  wiki:\n    title: W",
            "doorstep.yaml:3  `url` is missing in apps.wiki\n                 Where the app lives, as people type it: `https://grafana.example.org`.",
        ),
        (
            "sign_in:\n  passwords: 'yes'",
            "doorstep.yaml:3:14  `passwords` in sign_in expects true or false, found text\n                    write passwords: true or passwords: false, without quotes",
        ),
    ] {
        assert_eq!(yaml(rest), reported, "{rest}");
    }
}

#[test]
fn what_yaml_readers_understand_differently_is_refused_in_words() {
    for (rest, reported) in [
        (
            "groups:\n  admins: [no]",
            "doorstep.yaml:3:12  `no` without quotes is false to some readers of YAML and text to others\n                    write false, or \"no\" for the text",
        ),
        (
            "sign_in:\n  passwords: yes",
            "doorstep.yaml:3:14  `yes` without quotes is true to some readers of YAML and text to others\n                    write true, or \"yes\" for the text",
        ),
        (
            "sign_in:\n  password_checks: 010",
            "doorstep.yaml:3:20  what stands here without quotes is an octal number to some readers of YAML and a decimal one to others\n                    write it in quotes if it is text, and in plain decimal digits if it is a number",
        ),
        (
            "groups:\n  on: []",
            "doorstep.yaml:3:3  `on` without quotes is true to some readers of YAML and text to others\n                   write the key in quotes",
        ),
        (
            "groups:\n  2024: []",
            "doorstep.yaml:3:3  a key stands here that is no text\n                   write it in quotes",
        ),
        (
            "groups:\n  admins: &all [ada]\n  users: *all",
            "doorstep.yaml:3:11  an anchor (&) stands here, and none is read\n                    take it out, and write the value out wherever it is needed\n\
             doorstep.yaml:4:10  a value stands here by reference (*), which is not read\n                    write it out",
        ),
        (
            "name: !!str 5",
            "doorstep.yaml:2:13  a tag (!) stands before this, and none is read\n                    take it out; text is in quotes, a number is not",
        ),
        (
            "log:\n  <<: {level: info}",
            "doorstep.yaml:3:3  keys are not merged here: `<<` is part of old YAML only\n                   write the keys out where they belong",
        ),
        (
            "name: a\nname: canary",
            "doorstep.yaml:3:1  `name` is written a second time\n                   keep one of them",
        ),
        (
            "name: a\n---\nname: canary",
            "doorstep.yaml:3:1  a second document begins here, and one is read\n                   take the line out, or give the second document a file of its own in apps.d",
        ),
    ] {
        assert_eq!(yaml(rest), reported, "{rest}");
    }
}

#[test]
fn a_text_that_is_not_yaml_is_told_with_its_place_and_without_the_text() {
    for (rest, reported) in [
        ("log:\n\tlevel: canary", "doorstep.yaml:3:2  a tab stands where YAML takes spaces only"),
        ("name: canary: home", "doorstep.yaml:2:13  a colon with a space after it stands where no key can be"),
        ("name: \"canary", "doorstep.yaml:2:7  a quote is opened and not closed"),
        ("groups: {admins: [canary}", "doorstep.yaml:2:18  brackets do not fit together"),
        ("name: @canary", "doorstep.yaml:2:7  a text cannot begin with this character"),
        ("name: \"\\canary\"", "doorstep.yaml:2:7  a backslash stands here that YAML has no meaning for"),
        ("log:\n  level: info\n format: canary", "doorstep.yaml:4:2  this line does not fit the lines above it"),
    ] {
        let told = yaml(rest);
        assert!(told.contains(reported) && !told.contains("canary"), "{rest}: {told}");
    }
    let deep = format!("name: {}", "[".repeat(5_000));
    assert!(yaml(&deep).contains("this is nested too deeply"), "{}", yaml(&deep));
}

#[test]
fn mistakes_in_json_are_told_as_json_writes_it() {
    for (rest, reported) in [
        (
            "\"apps\": {\"grafana\": {\"url\": \"https://g.example\", \"alow\": []}}",
            "doorstep.json:2:50  unknown key `alow` in apps.grafana\n                    did you mean `allow`?",
        ),
        (
            "\"listen\": 8480",
            "doorstep.json:2:11  `listen` expects text in quotes, found a number\n                    write \"listen\": \"127.0.0.1:8480\"",
        ),
        (
            "\"log\": null",
            "doorstep.json:2:8  `log` expects an object, found nothing\n                   write \"log\": { … }, with what belongs to it in the braces, like \"format\": …",
        ),
        (
            "\"name\": \"a\", \"name\": \"canary\"",
            "doorstep.json:2:14  `name` is written a second time\n                    keep one of them",
        ),
        (
            "\"groups\": {\"admins\": [\"ada\",],},\n// canary\nnmae: 'canary'",
            "doorstep.json:2:28  a comma stands after the last entry\n                    take it out\n\
             doorstep.json:2:30  a comma stands after the last entry\n                    take it out\n\
             doorstep.json:3:1   JSON has no comments\n                    take it out; a file in YAML or TOML can have comments\n\
             doorstep.json:4:1   a name stands here without quotes\n                    write it in double quotes\n\
             doorstep.json:4:7   single quotes stand here\n                    write double quotes",
        ),
        (
            "\"groups\": {}\n\"name\": \"canary\"",
            "doorstep.json:3:1  a comma is missing before this\n                   write a comma between two entries",
        ),
        ("\"name\": \"canary", "doorstep.json:2:9  this is not JSON: unterminated string literal"),
    ] {
        assert_eq!(json(rest), reported, "{rest}");
    }
    let deep = format!("\"name\": {}", "[".repeat(5_000));
    assert!(json(&deep).contains("nesting depth"), "{}", json(&deep));
}

/// Mistakes in groups and apps, and in settings, tell what to write as the file at fault writes it.
#[test]
fn what_is_to_be_written_is_told_in_the_language_of_the_file_at_fault() {
    let wiki = "say `callbacks: [\"/path\"]` if it signs people in itself, `forward_auth: true` if it cannot";
    let run = "each argument by itself: run: [\"/usr/local/bin/deliver\", \"--quiet\"]";
    for (name, text, told) in [
        ("doorstep.yaml", "issuer: https://a.example\napps:\n  wiki: { url: 'https://w.example' }\n", wiki.to_owned()),
        (
            "doorstep.json",
            r#"{"issuer": "https://a.example", "apps": {"wiki": {"url": "https://w.example"}}}"#,
            wiki.replace("callbacks:", "\"callbacks\":").replace("forward_auth:", "\"forward_auth\":"),
        ),
        (
            "doorstep.toml",
            "issuer = 'https://a.example'\napps.wiki.url = 'https://w.example'\n",
            wiki.replace("callbacks:", "callbacks =").replace("forward_auth:", "forward_auth ="),
        ),
        ("doorstep.yaml", "issuer: https://a.example\nsinks:\n  command: { x: { run: [deliver] } }\n", run.to_owned()),
        (
            "doorstep.json",
            r#"{"issuer": "https://a.example", "sinks": {"command": {"x": {"run": ["deliver"]}}}}"#,
            run.replace("run:", "\"run\":"),
        ),
        (
            "doorstep.toml",
            "issuer = 'https://a.example'\nsinks.command.x.run = ['deliver']\n",
            run.replace("run:", "run ="),
        ),
        (
            "doorstep.yaml",
            "issuer: https://a.example\nsinks: { sops: { age_recipients: [] } }\n",
            "those who may read: age_recipients: [\"age1…\"]".to_owned(),
        ),
    ] {
        let mistakes = crate::wire::checked(&named(name, text).sources, None).err().unwrap().to_string();
        assert!(mistakes.contains(&told), "{name}: {mistakes}");
    }
    // The file that the app stands in, and not the one that it belongs to.
    let mixed = minimal("").also("apps.d/wiki.yaml", "apps:\n  wiki: { url: 'https://w.example' }\n");
    let mistakes = crate::wire::checked(&mixed.sources, None).err().unwrap().to_string();
    assert!(mistakes.starts_with("apps.d/wiki.yaml:2") && mistakes.contains(wiki), "{mistakes}");
}

#[test]
fn a_file_of_another_language_than_its_name_says_is_told_so() {
    for (name, text, what) in [
        (
            "doorstep.yaml",
            "issuer = \"https://canary.example\"\n",
            "this is TOML, and the end of the file's name says YAML",
        ),
        (
            "doorstep.yaml",
            "# apps\n[apps.grafana]\nurl = 'canary'\n",
            "this is TOML, and the end of the file's name says YAML",
        ),
        ("doorstep.json", "issuer: canary\n", "this is YAML, and the end of the file's name says JSON"),
        ("doorstep.json", "[apps.grafana]\nurl = 'canary'\n", "this is TOML, and the end of the file's name says JSON"),
        ("doorstep.yaml", "- canary\n", "the file begins with something that is no key"),
        ("doorstep.json", "[1]\n", "the file is no JSON object"),
    ] {
        let told = named(name, text).reported();
        assert!(told.contains(what) && !told.contains("canary"), "{text}: {told}");
    }
}

#[test]
fn security_118_a_secret_that_everyone_can_read_is_refused_in_every_language() {
    let instance = named("doorstep.yaml", "");
    instance.write("doorstep.yaml", "issuer: https://a.example\ndatabase:\n  url: postgres://d:canary@db/d\n", 0o644);
    let told = instance.reported();
    assert!(told.starts_with("doorstep.yaml:3:8  `url` in database holds a secret"), "{told}");
    assert!(!told.contains("canary"), "{told}");
}

#[test]
fn an_entry_of_the_catalog_in_another_language_is_told() {
    let instance = minimal("").also("catalog.d/mine.yaml", "name: Mine\n");
    assert!(instance.reported().starts_with("catalog.d/mine.yaml  entries of the catalog are TOML"));
}

/// What is left to do by hand is told as the file has it in which the app stands.
#[test]
fn what_the_catalog_says_to_write_is_told_in_the_language_of_the_file() {
    let (toml, yaml, json) = (
        "under `[apps.grafana]` with `set = { GF_AUTH_DISABLE_LOGIN_FORM = \"true\",",
        "under `apps.grafana` with `set: { GF_AUTH_DISABLE_LOGIN_FORM: \"true\",",
        "under `apps.grafana` with `\"set\": { \"GF_AUTH_DISABLE_LOGIN_FORM\": \"true\",",
    );
    let delivers = "    deliver: kubernetes:monitoring/grafana-oidc\n";
    let grafana = "apps:\n  grafana: { url: 'https://grafana.example.org' }\n";
    for (instance, told) in [
        (minimal("[apps.grafana]\nurl = 'https://grafana.example.org'"), toml),
        (named("doorstep.yaml", &YAML.replace(delivers, "")), yaml),
        (
            named("doorstep.json", &JSON.replace(",\n      \"deliver\": \"kubernetes:monitoring/grafana-oidc\"", "")),
            json,
        ),
        (minimal("").also("apps.d/grafana.yaml", grafana), yaml),
    ] {
        let (_, desired) = crate::wire::checked(&instance.sources, None).unwrap();
        let app = desired.apps.iter().find(|app| app.name().as_str() == "grafana").unwrap();
        let steps = app.setup.join("\n");
        assert!(steps.contains(told), "{steps}");
    }
}
