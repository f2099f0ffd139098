//! `doorstep discover`: what it prints is a file that `plan` accepts, and it changes nothing.

use crate::installation::Installation;
use serde_json::Value;
use std::fs;

const COMPOSE: &str = "services:\n  grafana:\n    image: grafana/grafana:11\n    labels: [\"traefik.http.routers.g.rule=Host(`grafana.${DOMAIN}`)\"]\n  \
    immich:\n    image: ghcr.io/immich-app/immich-server\n    labels: [\"traefik.http.routers.i.rule=Host(`photos.${DOMAIN}`)\"]\n  \
    ghost:\n    image: ghost:5\n    labels: [\"traefik.http.routers.b.rule=Host(`blog.${DOMAIN}`)\"]\n";

fn written(instance: &Installation) {
    fs::create_dir_all(instance.path("stack/proxy")).unwrap();
    fs::write(instance.path("stack/compose.yaml"), COMPOSE).unwrap();
    fs::write(instance.path("stack/.env"), "DOMAIN=example.org\n").unwrap();
    fs::write(instance.path("stack/proxy/Caddyfile"), "photos.example.org {\n\treverse_proxy immich:2283\n}\n")
        .unwrap();
    fs::write(instance.path("stack/notes.yaml"), "just: notes\n").unwrap();
}

#[test]
fn what_is_found_is_a_file_of_apps_that_plan_accepts() {
    let instance = Installation::new("");
    written(&instance);
    let found = instance.command(&["discover", "stack"]);
    assert_eq!(found.code, 0, "{found:?}");
    for part in [
        "# stack/compose.yaml:4: image grafana/grafana:11\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n",
        "[apps.immich]\nurl = \"https://photos.example.org\"\n",
        "https://blog.example.org leads to `ghost` (ghost:5), which the catalog does not know",
        "# 2 apps found in 2 files. Nothing was changed.",
    ] {
        assert!(found.out.contains(part), "{part}\n{found:?}");
    }
    assert!(!instance.path("apps.d").exists() && !instance.path("data").exists());
    fs::create_dir(instance.path("apps.d")).unwrap();
    fs::write(instance.path("apps.d/found.toml"), &found.out).unwrap();
    let planned = instance.command(&["plan"]);
    assert!(planned.code == 2 && planned.out.contains("+ grafana") && planned.out.contains("+ immich"), "{planned:?}");

    let again = instance.command(&["discover", "stack", "--json"]);
    let told: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(told["proposals"], Value::Array(Vec::new()), "what is declared is not proposed again");
    assert_eq!(told["declared_already"].as_array().unwrap().len(), 2);
    assert_eq!(told["not_recognised"].as_array().unwrap().len(), 1);
}

#[test]
fn a_name_that_is_taken_gets_another_and_an_address_of_the_instance_is_no_app() {
    let instance = Installation::new("");
    written(&instance);
    fs::write(instance.path("stack/Caddyfile"), "auth.example.org {\n\treverse_proxy gitea:3000\n}\n").unwrap();
    let text = fs::read_to_string(instance.path("doorstep.toml")).unwrap();
    let own = instance.issuer();
    let text = text.replace(&own, "https://auth.example.org");
    instance.write(&format!("{text}[apps.grafana]\nurl = \"https://charts.example.org\"\n"));
    let found = instance.command(&["discover", "stack"]);
    assert!(
        found.out.contains("[apps.grafana-2]\npreset = \"grafana\"\nurl = \"https://grafana.example.org\""),
        "{found:?}"
    );
    assert!(found.out.contains("gitea at https://auth.example.org cannot be declared as it is"), "{found:?}");
    assert_eq!(found.code, 0);
    for lost in ["nowhere", "stack/notes.yaml"] {
        let told = instance.command(&["discover", lost]);
        let said = format!("{}{}", told.out, told.err);
        assert!(said.contains(lost), "{told:?}");
    }
}

#[test]
fn no_two_proposals_get_one_name() {
    let instance = Installation::new("");
    fs::create_dir_all(instance.path("stack")).unwrap();
    let service = |name: &str, host: &str| {
        format!(
            "  {name}:\n    image: grafana/grafana\n    labels: [\"traefik.http.routers.{name}.rule=Host(`{host}.example.org`)\"]\n"
        )
    };
    let compose = format!("services:\n{}{}", service("grafana", "a"), service("grafana-2", "b"));
    fs::write(instance.path("stack/compose.yaml"), compose).unwrap();
    let text = fs::read_to_string(instance.path("doorstep.toml")).unwrap();
    instance.write(&format!("{text}[apps.grafana]\nurl = \"https://charts.example.org\"\n"));
    let found = instance.command(&["discover", "stack"]);
    let read: toml::Table = toml::from_str(&found.out).unwrap_or_else(|error| panic!("{error}\n{found:?}"));
    let apps = read["apps"].as_table().unwrap();
    let urls: Vec<&str> = apps.values().map(|app| app["url"].as_str().unwrap()).collect();
    assert!(urls.contains(&"https://a.example.org") && urls.contains(&"https://b.example.org"), "{found:?}");
    assert!(apps.contains_key("grafana-2") && !apps.contains_key("grafana"), "{found:?}");
}

#[test]
fn an_app_that_is_declared_at_one_of_its_other_addresses_is_not_proposed_again() {
    let instance = Installation::new("");
    fs::create_dir_all(instance.path("stack")).unwrap();
    let compose = "services:\n  grafana:\n    image: grafana/grafana\n    \
        labels: [\"traefik.http.routers.g.rule=Host(`a.example.org`) || Host(`charts.example.org`)\"]\n";
    fs::write(instance.path("stack/compose.yaml"), compose).unwrap();
    let text = fs::read_to_string(instance.path("doorstep.toml")).unwrap();
    instance.write(&format!("{text}[apps.grafana]\nurl = \"https://Charts.example.org:443/\"\n"));
    let found = instance.command(&["discover", "stack", "--json"]);
    let told: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(told["proposals"], Value::Array(Vec::new()), "{found:?}");
    assert_eq!(told["declared_already"].as_array().unwrap().len(), 1, "{found:?}");
}

#[test]
fn it_works_without_a_configuration() {
    let instance = Installation::new("");
    written(&instance);
    fs::remove_file(instance.path("doorstep.toml")).unwrap();
    let found = instance.command(&["discover", "stack/compose.yaml"]);
    assert!(found.code == 0 && found.out.contains("[apps.immich]"), "{found:?}");
}
