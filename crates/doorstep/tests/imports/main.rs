//! No cycle of more than two files: what a change of one file reaches can be read from its imports.
#![expect(clippy::unwrap_used, reason = "fixtures of tests")]

mod graph;

use graph::{cycles, imports};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The Rust sources of the workspace's crates, each with its path below `crates`.
fn sources() -> Vec<(String, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(&crates).unwrap().map(|entry| entry.unwrap().path().join("src")).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(&crates).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

#[test]
fn no_circle_of_more_than_two_files() {
    let sources = sources();
    let arrows = imports(&sources);
    assert!(sources.len() > 200 && arrows.len() > 500, "{} files, {} arrows", sources.len(), arrows.len());
    let long: Vec<_> = cycles(&arrows).into_iter().filter(|cycle| cycle.len() > 2).collect();
    let tied = |cycle: &Vec<String>| {
        let inside = arrows.iter().filter(|(from, to)| cycle.contains(from) && cycle.contains(to));
        inside.map(|(from, to)| format!("  {from} -> {to}")).collect::<Vec<_>>().join("\n")
    };
    let reported: Vec<_> = long.iter().map(|cycle| format!("{} files:\n{}", cycle.len(), tied(cycle))).collect();
    assert!(long.is_empty(), "files that import one another in a cycle\n{}", reported.join("\n"));
}

fn files(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// Each way to write an import, in one cycle of four, is seen; a cycle of two beside it is another one.
#[test]
fn a_circle_is_found_however_its_imports_are_written() {
    let workspace = files(&[
        ("x/src/lib.rs", "pub mod a;\npub mod b;\nmod two;\nmod three;\npub use a::Thing;"),
        ("x/src/a/mod.rs", "mod deep;\npub use deep::Deep;\npub struct Thing;"),
        ("x/src/a/deep.rs", "use crate::{\n    b::{self, inner::Word as W},\n};\npub struct Deep;"),
        ("x/src/b/mod.rs", "pub mod inner;\npub fn f() -> u8 { super::three::g() }"),
        ("x/src/b/inner.rs", "use super::f;\npub struct Word;"),
        ("x/src/two.rs", "use crate::Thing;"),
        ("x/src/three.rs", "use crate::a::Deep;\npub fn g() -> u8 { crate::two::h() }"),
    ]);
    let mut found = cycles(&imports(&workspace));
    found.sort_by_key(Vec::len);
    let expected = ["x/src/a/deep.rs", "x/src/b/inner.rs", "x/src/b/mod.rs", "x/src/three.rs"];
    assert_eq!(found, [expected.map(str::to_owned).to_vec()]);
}

#[test]
fn tests_comments_and_text_import_nothing() {
    let workspace = files(&[
        ("x/src/lib.rs", "mod a;\nmod b;"),
        ("x/src/a.rs", "use crate::b::B;\npub struct A;"),
        (
            "x/src/b.rs",
            "// use crate::a::A;\nconst T: &str = \"crate::a::A\";\npub struct B;\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n",
        ),
    ]);
    assert_eq!(cycles(&imports(&workspace)), Vec::<Vec<String>>::new());
}
