//! What the documents say about the code and could forget: rules with their tests, settings, links.

use doorstep_e2e::{doorstep::Doorstep, process::repository};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Every file below `folder` whose name ends in `end`, without what was built or installed.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be read").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && !name.starts_with('.') && !matches!(name.as_str(), "target" | "node_modules") {
            found.extend(files(&path, end));
        } else if name.ends_with(end) {
            found.push(path);
        }
    }
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rules that a test's name begins with: `security_21_200_concurrent…` holds rule 21, of two hundred.
fn rules_of(name: &str) -> BTreeSet<u32> {
    let words = name.split('_').skip(1).filter(|word| !matches!(*word, "to" | "and"));
    words.map_while(|word| word.parse().ok()).filter(|rule| *rule < 200).collect()
}

/// Each rule of SECURITY.md has a test, and each test a rule.
#[test]
fn every_rule_of_security_has_a_test_and_every_such_test_its_rule() {
    let mut tested = BTreeSet::new();
    for file in files(&repository().join("crates"), ".rs") {
        for after in text(&file).split("fn security_").skip(1) {
            let name = after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            let rules = rules_of(&format!("security_{name}"));
            // This file speaks of names and has none.
            assert!(!rules.is_empty() || file.ends_with("documents.rs"), "security_{name} names no rule");
            tested.extend(rules);
        }
    }
    let security = text(&repository().join("SECURITY.md"));
    let rows = security.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    let reported: BTreeSet<u32> =
        rows.flat_map(|(numbers, _)| numbers.split(", ").filter_map(|n| n.parse().ok())).collect();
    assert!(tested.len() > 50, "the tests were not found");
    let missing = |a: &BTreeSet<u32>, b: &BTreeSet<u32>| a.difference(b).copied().collect::<Vec<_>>();
    assert_eq!(missing(&tested, &reported), Vec::<u32>::new(), "rules with a test that SECURITY.md does not name");
    assert_eq!(missing(&reported, &tested), Vec::<u32>::new(), "rules of SECURITY.md without a test");
}

#[test]
fn a_name_says_its_rules() {
    for (name, rules) in [
        ("security_21_200_concurrent_redemptions", vec![21]),
        ("security_01_to_09_evil", vec![1, 9]),
        ("security_35_and_37_and_38_what_ends", vec![35, 37, 38]),
        ("security_11_fa_27_nobody", vec![11]),
        ("security_of_nothing", vec![]),
    ] {
        assert_eq!(rules_of(name).into_iter().collect::<Vec<_>>(), rules, "{name}");
    }
}

/// The settings of a JSON Schema as dotted keys; `groups` and `apps` are no settings, and `$schema` is for editors.
fn settings(schema: &Value, root: &Value, at: &str, found: &mut BTreeSet<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(name) => &root["$defs"][name.trim_start_matches("#/$defs/")],
        None => schema,
    };
    match schema["properties"].as_object() {
        Some(properties) if !properties.is_empty() => {
            let is_setting = |key: &str| !(at.is_empty() && matches!(key, "groups" | "apps" | "$schema"));
            for (key, value) in properties.iter().filter(|(key, _)| is_setting(key)) {
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                settings(value, root, &at, found);
            }
        }
        // A table of names of one's own has no variable.
        _ if schema["additionalProperties"].is_object() => {}
        _ => drop(found.insert(at.to_owned())),
    }
}

/// The table of docs/configuration.md has every setting that there is, with its variable, and no other.
#[test]
fn every_setting_stands_in_the_documentation_and_no_other() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let instance = Doorstep::install(folder.path(), "https://auth.home.test", None);
    let schema: Value = serde_json::from_str(&instance.reported(&["config", "schema"]).out).expect("a schema is JSON");
    let mut there = BTreeSet::new();
    settings(&schema, &schema, "", &mut there);
    let document = text(&repository().join("docs/configuration.md"));
    let mut reported = BTreeSet::new();
    for line in document.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let (Some(key), Some(variable)) = (cells.first(), cells.get(1)) else { continue };
        let Some(variable) = variable.strip_prefix("`DOORSTEP_") else { continue };
        let key = key.trim_start_matches("| ").trim_matches('`').to_owned();
        assert_eq!(variable.trim_end_matches('`'), key.replace('.', "_").to_uppercase(), "the variable of {key}");
        reported.insert(key);
    }
    assert!(there.len() > 15, "the settings were not found: {there:?}");
    assert_eq!(reported, there);
}

/// A link from one document to another, or to a file, leads somewhere.
#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut seen = 0;
    for file in files(&repository(), ".md") {
        let folder = file.parent().expect("a file is in a folder");
        for after in text(&file).split("](").skip(1) {
            let to = after.split([')', '#']).next().unwrap_or_default();
            if to.is_empty() || to.contains("://") || to.contains(' ') {
                continue;
            }
            seen += 1;
            assert!(folder.join(to).exists(), "{} links to {to}, which is not there", file.display());
        }
    }
    assert!(seen > 20, "the links were not found");
}
