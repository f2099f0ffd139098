//! A test for what this crate must not contain: it searches the sources. Clippy keeps randomness, clock and environment
//! out (`clippy.toml`); HTTP statuses are numbers, which no lint knows.

use std::{fs, path::Path};

/// Statuses by name or number, in code that is not a test's.
fn statuses(text: &str) -> Vec<&str> {
    let tests = ["mod tests", "impl ", "#[path"].map(|next| text.find(&format!("#[cfg(test)]\n{next}")));
    let code = &text[..tests.into_iter().flatten().min().unwrap_or(text.len())];
    let lines = code.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let is_status = |word: &str| {
        let number = matches!(word, "200" | "201" | "204" | "302" | "303" | "400" | "401" | "403" | "404")
            || matches!(word, "405" | "413" | "421" | "429" | "502" | "503");
        number || word.to_ascii_lowercase().contains("status")
    };
    let has_status = |line: &&str| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(is_status);
    lines.filter(has_status).collect()
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with("tests.rs") && name != "rooms.rs" && path.extension().is_some_and(|is| is == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn http_statuses_stand_in_web_only() {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(all.len() > 60, "the sources were found");
    for (path, text) in all {
        assert_eq!(statuses(&text), Vec::<&str>::new(), "{path}");
    }
}

#[test]
fn a_status_is_noticed_in_code_and_nowhere_else() {
    assert_eq!(
        statuses("// 401\nlet x = 401;\nfn status() {}\nlet y = 1401;\n#[cfg(test)]\nmod tests { 403 }").len(),
        2
    );
}
