//! The same mistakes, as people read them who write in another language: what they are to write is in theirs.

use super::{Language, SET_UP, TABLE, places, reported, reported_in};

/// Every declaration with a mistake that the other tables have.
fn declarations() -> Vec<String> {
    let of_places = places::PLACES.iter().map(|(place, set_up, ..)| {
        let given = if set_up.is_empty() { "" } else { SET_UP };
        format!("{given}apps.grafana = {{ url = 'https://g.example.org', deliver = '{place}' }}")
    });
    TABLE.iter().chain(places::TABLE).map(|(written, ..)| (*written).to_owned()).chain(of_places).collect()
}

/// Signs that only TOML has: a key with its value, and a table by its name.
fn is_toml(text: &str) -> bool {
    text.contains(" = ") || ["[apps", "[groups", "[sinks", "[outbound"].iter().any(|table| text.contains(table))
}

#[test]
fn each_mistake_is_the_same_in_each_language_and_nobody_is_told_to_write_another() {
    let mut told_otherwise = 0;
    for written in declarations() {
        let toml = reported(&written);
        for language in [Language::Yaml, Language::Json] {
            let other = reported_in(&written, language);
            let (what, remedy) = other.split_once('\n').unwrap_or((&other, ""));
            assert_eq!(toml.lines().next(), Some(what), "{written}");
            assert!(!is_toml(remedy) && !is_toml(what), "{language:?}: {other}");
            told_otherwise += usize::from(toml != other);
        }
    }
    assert!(told_otherwise >= 20, "some of them show a line to write: {told_otherwise}");
}

#[test]
fn lines_to_write_are_told_as_each_language_writes_them() {
    let apps = |rest: &str| format!("apps.{rest}");
    for (written, toml, yaml, json) in [
        (
            apps("wiki.url = 'https://w.example.org'"),
            "say `callbacks = [\"/path\"]` if it signs people in itself, `forward_auth = true` if it cannot",
            "say `callbacks: [\"/path\"]` if it signs people in itself, `forward_auth: true` if it cannot",
            "say `\"callbacks\": [\"/path\"]` if it signs people in itself, `\"forward_auth\": true` if it cannot",
        ),
        (
            apps("grafana = { url = 'https://g.example.org', own_cookies = ['x'] }"),
            "or say `forward_auth = true`",
            "or say `forward_auth: true`",
            "or say `\"forward_auth\": true`",
        ),
        (
            apps("grafana = { url = 'https://g.example.org', deliver = 'vault:kv/a' }"),
            "add [sinks.vault] with address = \"https://vault.example.org\" and token_file = \"/etc/doorstep/vault.token\"",
            "add sinks.vault with address: \"https://vault.example.org\" and token_file: \"/etc/doorstep/vault.token\"",
            "add sinks.vault with \"address\": \"https://vault.example.org\" and \"token_file\": \"/etc/doorstep/vault.token\"",
        ),
        (
            apps("grafana = { url = 'https://g.example.org', deliver = 'command:x' }"),
            "add [sinks.command.x] with run = [\"/usr/local/bin/deliver\"]",
            "add sinks.command.x with run: [\"/usr/local/bin/deliver\"]",
            "add sinks.command.x with \"run\": [\"/usr/local/bin/deliver\"]",
        ),
        (
            apps("immich = { url = 'https://g.example.org', set = { storageLabelClaim = 'email' } }"),
            "write oauth = { storageLabelClaim = … }",
            "write oauth: { storageLabelClaim: … }",
            "write \"oauth\": { \"storageLabelClaim\": … }",
        ),
    ] {
        for (language, told) in [(Language::Toml, toml), (Language::Yaml, yaml), (Language::Json, json)] {
            let reported = reported_in(&written, language);
            assert!(reported.contains(told), "{language:?}\n{reported}");
        }
    }
}
