//! Record by owner by door: which doors make, change and end the rows of each table, and by which permission. Computed
//! from the schema, the list of statements, the routes, the commands and the calls between them; read the snapshot as a
//! reviewer would. Calls are told by their names, so that a door may be shown that only could lead there.
//!
//! A new table, statement, route, command or duty that writes changes the table; one that no door leads to fails.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot read fails")]

mod graph;
mod source;

use doorstep_core::model::Owner;
use doorstep_store::groups::MemberSource;
use graph::{Fate, Graph, fates};
use source::words;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

/// Who asks for something to be written: a name, and the text that calls.
struct Door {
    name: String,
    file: String,
    text: String,
}

/// What other doors lead to, and what is told apart from them.
const INNER: [(&str, &str, &str); 2] =
    [("a start", "app/src/instance", "open"), ("the file (serve, apply)", "doorstep/src/wire", "apply")];

fn text_of(graph: &Graph, (file, name): (&str, &str)) -> String {
    graph.functions[graph.find(file, name)].body.clone()
}

/// The doors: pages and endpoints by the first part of their path, commands, duties, durable work, and [`INNER`].
fn doors(graph: &Graph) -> Vec<Door> {
    let mut doors = Vec::new();
    let mut door =
        |name: String, file: &str, text: &str| doors.push(Door { name, file: file.to_owned(), text: text.to_owned() });
    let router = "web/src/router";
    let pages = ["routes", "of_account", "asked_by_mail"].map(|name| text_of(graph, (router, name)));
    for part in pages.iter().flat_map(|text| text.split(".route(\"").skip(1)) {
        let (path, handlers) = part.split_once('"').unwrap();
        door(first_of(path), router, handlers.split(".layer(").next().unwrap());
    }
    for (name, file) in [("route", router), ("on_app_host", router)] {
        let lines: Vec<_> = text_of(graph, (file, name)).lines().map(|line| line.trim_start().to_owned()).collect();
        for arm in lines.join("\n").split("\n\"").skip(1) {
            let (path, handler) = arm.split_once('"').unwrap();
            door(first_of(path), router, handler);
        }
    }
    for (file, command) in [("doorstep/src/dispatch", ""), ("doorstep/src/command/user", "user ")] {
        for line in text_of(graph, (file, "run")).lines().map(str::trim) {
            let Some((variant, call)) = line.split_once(" => ") else { continue };
            // Each command of `user` is a door of its own.
            if !call.starts_with("user::run") {
                let name = words(variant).nth(1).unwrap().to_lowercase();
                door(format!("doorstep {command}{name}"), file, call);
            }
        }
    }
    for part in text_of(graph, ("app/src/jobs/mod", "duties")).split("Duty::new(\"").skip(1) {
        let (name, call) = part.split_once('"').unwrap();
        door(name.to_owned(), "app/src/jobs/mod", call);
    }
    for function in graph.functions.iter().filter(|function| function.for_trait.as_deref() == Some("Handler")) {
        if function.name == "work" {
            doors.push(Door {
                name: format!("durable work: {}", function.of.as_ref().unwrap().to_lowercase()),
                file: function.file.clone(),
                text: function.body.clone(),
            });
        }
    }
    for (name, file, function) in INNER {
        doors.push(Door { name: name.to_owned(), file: file.to_owned(), text: text_of(graph, (file, function)) });
    }
    doors
}

fn first_of(path: &str) -> String {
    format!("/{}", path.split('/').nth(1).unwrap())
}

/// What ends before another door's work begins.
fn cuts(graph: &Graph) -> BTreeSet<usize> {
    let mut cuts: BTreeSet<usize> = INNER.iter().map(|(_, file, name)| graph.find(file, name)).collect();
    let routes = ["routes", "of_account", "asked_by_mail", "route", "on_app_host"].map(|name| ("web/src/router", name));
    for (file, name) in routes.into_iter().chain([("app/src/jobs/mod", "run"), ("doorstep/src/command/user", "run")]) {
        cuts.insert(graph.find(file, name));
    }
    cuts.extend((0..graph.functions.len()).filter(|at| {
        let function = &graph.functions[*at];
        function.for_trait.as_deref() == Some("Handler") && function.name == "work"
    }));
    cuts
}

/// The tables of the schema, each with what its definition says.
fn tables() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store");
    let migrate = source::files().into_iter().find(|(file, _)| file == "store/src/migrate");
    let mut text = migrate.unwrap().1;
    for entry in fs::read_dir(folder.join("migrations")).unwrap() {
        text += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let parts = text.split("CREATE TABLE ").skip(1);
    parts
        .map(|part| {
            let (name, columns) = part.trim_start_matches("IF NOT EXISTS ").split_once(" (").unwrap();
            (name.to_owned(), columns.split(");").next().unwrap().to_owned())
        })
        .collect()
}

/// Whose a record is: of the file or of a person's hand where the row says so, then of what takes it along.
fn owner(columns: &str) -> String {
    let lines = columns.lines().map(str::trim);
    let mut owners: Vec<String> = lines
        .filter_map(|line| match line.split(' ').next()? {
            "owner" => Some(Owner::ALL.map(Owner::as_str).join(" or ")),
            "source" => Some(MemberSource::ALL.map(MemberSource::as_str).join(" or ")),
            _ if line.contains("ON DELETE CASCADE") => {
                let parent = line.split_once("REFERENCES ")?.1.split(' ').next()?;
                let or_none = if line.contains("NOT NULL") { "" } else { ", where it names one" };
                Some(format!("a row of {parent}{or_none}: ends with it"))
            }
            _ => None,
        })
        .collect();
    if owners.is_empty() {
        owners.push("the instance".to_owned());
    }
    owners.join("; ")
}

#[test]
fn which_door_makes_changes_and_ends_each_record() {
    let graph = Graph::read();
    let cuts = cuts(&graph);
    let mut by_write = BTreeMap::<(String, Fate), BTreeMap<String, BTreeSet<String>>>::new();
    for door in doors(&graph) {
        let (written, _) = graph.written(graph.called_by(&door.file, &door.text), &cuts);
        for (table, fate, permission) in written {
            let doors = by_write.entry((table, fate)).or_default();
            doors.entry(door.name.clone()).or_default().insert(permission);
        }
    }
    let mut reported = String::new();
    for (table, columns) in tables() {
        writeln!(reported, "{table}\n    owner    {}", owner(&columns)).unwrap();
        for (fate, word) in [(Fate::Made, "made"), (Fate::Changed, "changed"), (Fate::Ended, "ended")] {
            let doors = by_write.get(&(table.clone(), fate)).into_iter().flatten().map(|(door, permissions)| {
                let demanded: Vec<_> = permissions.iter().filter(|name| !name.is_empty()).cloned().collect();
                if demanded.is_empty() { door.clone() } else { format!("{door} [{}]", demanded.join(", ")) }
            });
            let doors: Vec<String> = doors.collect();
            if !doors.is_empty() {
                writeln!(reported, "    {word:8} {}", doors.join("\n             ")).unwrap();
            }
        }
    }
    insta::assert_snapshot!(reported);
}

#[test]
fn a_door_leads_to_everything_that_writes() {
    let graph = Graph::read();
    let cuts = cuts(&graph);
    let reached: BTreeSet<usize> =
        doors(&graph).iter().flat_map(|door| graph.written(graph.called_by(&door.file, &door.text), &cuts).1).collect();
    let missed: Vec<_> = graph
        .writers()
        .filter(|(at, _)| !reached.contains(at))
        .map(|(at, _)| format!("{} {}", graph.functions[at].file, graph.functions[at].name))
        .collect();
    assert_eq!(missed, [""; 0], "no door leads there");
    let (known, seen) = (tables(), graph.writers().flat_map(|(_, writes)| writes).collect::<BTreeSet<_>>());
    for statement in doorstep_store::sql::all() {
        for write in fates(statement.text()) {
            assert!(known.contains_key(&write.0), "{} is no table", write.0);
            assert!(seen.contains(&write), "no function runs {}", statement.name());
        }
    }
}
