//! Finds the files of the catalog, so that adding an app is adding a file.

#![expect(clippy::disallowed_methods, reason = "a build script is told where it works by its environment")]

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=catalog");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("catalog");
    let mut names = Vec::new();
    for file in fs::read_dir(&folder)? {
        let path = file?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a name that is no text")?.to_owned();
        if path.extension().is_none_or(|extension| extension != "toml") {
            return Err(format!("{} is not an entry of the catalog", path.display()).into());
        }
        names.push(name);
    }
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = folder.join(&name).with_extension("toml");
        let path = path.to_str().ok_or("a path that is no text")?;
        writeln!(list, "    ({name:?}, include_str!({path:?})),")?;
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("catalog.rs"), list)?;
    Ok(())
}
