//! Which function calls which, and what each writes: by names, of files, types, traits and fields.

use crate::source::{CRATES, Call, Function, calls, files, functions, words};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Made,
    Changed,
    Ended,
}

/// A record's table, what becomes of a record, and by which permission.
pub(crate) type Write = (String, Fate, String);

/// Fields that are not called as their type.
const FIELDS: [(&str, &str); 3] = [("on", "Onboarding"), ("instance", "Instance"), ("root_keys", "RootKeyRotation")];
/// The line of the log of endings is written when the transaction commits.
const AT_COMMIT: (&str, &str) = ("end_at_commit", "REVOCATION_INSERT");

pub(crate) struct Graph {
    pub(crate) functions: Vec<Function>,
    calls: Vec<BTreeSet<usize>>,
    writes: Vec<BTreeSet<(String, Fate)>>,
    demands: Vec<Option<String>>,
    names: Names,
}

/// What a name can mean: the functions of it, and what each file imports.
struct Names {
    functions: BTreeMap<String, Vec<usize>>,
    imports: BTreeMap<String, BTreeSet<String>>,
}

/// What a statement does to its table; nothing for one that reads, or that holds a row as it is.
pub(crate) fn fates(text: &str) -> BTreeSet<(String, Fate)> {
    let table = |before: &str| {
        let rest = text.split_once(before).map_or("", |(_, rest)| rest);
        words(rest).next().unwrap_or_default().to_owned()
    };
    if text.starts_with("INSERT") {
        let changes = text.contains("DO UPDATE").then_some(Fate::Changed);
        return [Some(Fate::Made), changes].into_iter().flatten().map(|fate| (table("INTO "), fate)).collect();
    }
    if text.starts_with("DELETE") {
        return [(table("FROM "), Fate::Ended)].into();
    }
    if !text.contains("UPDATE ") {
        return BTreeSet::new();
    }
    let set = text.split_once("SET ").map_or("", |(_, rest)| rest);
    let assigned: Vec<&str> = set.split(" WHERE").next().unwrap_or_default().splitn(2, " = ").collect();
    if assigned.first() == assigned.get(1) {
        return BTreeSet::new();
    }
    let ends = ["consumed_at", "revoked_at"].contains(&assigned[0]);
    [(table("UPDATE "), if ends { Fate::Ended } else { Fate::Changed })].into()
}

impl Graph {
    pub(crate) fn read() -> Self {
        let files = files();
        let functions: Vec<_> = files.iter().flat_map(|(name, text)| functions(name, text)).collect();
        let statements: BTreeMap<&str, &str> =
            doorstep_store::sql::all().map(|statement| (statement.name(), statement.text())).collect();
        let writes = functions.iter().map(|function| {
            let mut named: BTreeSet<&str> = words(&function.body).collect();
            if named.contains(AT_COMMIT.0) {
                named.insert(AT_COMMIT.1);
            }
            let named = named.into_iter().filter(|_| function.file.starts_with("store/"));
            named.filter_map(|word| statements.get(word)).flat_map(|text| fates(text)).collect()
        });
        let writes = writes.collect();
        let kept = held_permissions(&files);
        let demands = functions.iter().map(|function| demanded(function, &kept)).collect();
        let mut by_name = BTreeMap::<_, Vec<_>>::new();
        for (at, function) in functions.iter().enumerate() {
            by_name.entry(function.name.clone()).or_default().push(at);
        }
        let names = Names { functions: by_name, imports: files.iter().map(imports).collect() };
        let calls = functions.iter().map(|function| called(function, &functions, &names)).collect();
        Self { functions, calls, writes, demands, names }
    }

    /// The functions that a text beside them calls.
    pub(crate) fn called_by(&self, file: &str, text: &str) -> BTreeSet<usize> {
        let door = Function {
            file: file.to_owned(),
            name: String::new(),
            of: None,
            for_trait: None,
            signature: String::new(),
            body: text.to_owned(),
        };
        called(&door, &self.functions, &self.names)
    }

    /// Everything that is written from here, without what the functions write that are doors themselves. The
    /// permission is that of the verb that was called last.
    pub(crate) fn written(&self, from: BTreeSet<usize>, doors: &BTreeSet<usize>) -> (BTreeSet<Write>, BTreeSet<usize>) {
        let mut waiting: Vec<(usize, String)> = from.into_iter().map(|at| (at, String::new())).collect();
        let (mut seen, mut written) = (BTreeSet::new(), BTreeSet::new());
        while let Some((at, permission)) = waiting.pop() {
            let permission = self.demands[at].clone().unwrap_or(permission);
            if !seen.insert((at, permission.clone())) {
                continue;
            }
            let writes = self.writes[at].iter();
            written.extend(writes.map(|(table, fate)| (table.clone(), *fate, permission.clone())));
            let onward = self.calls[at].iter().filter(|next| !doors.contains(next));
            waiting.extend(onward.map(|next| (*next, permission.clone())));
        }
        (written, seen.into_iter().map(|(at, _)| at).collect())
    }

    /// Functions that write, by a statement of their own.
    pub(crate) fn writers(&self) -> impl Iterator<Item = (usize, &BTreeSet<(String, Fate)>)> {
        self.writes.iter().enumerate().filter(|(_, writes)| !writes.is_empty())
    }

    /// The function of this file and name.
    pub(crate) fn find(&self, file: &str, name: &str) -> usize {
        let found = self.functions.iter().position(|function| function.file == file && function.name == name);
        found.unwrap_or_else(|| panic!("{file} has no {name}"))
    }
}

/// The words of a file's imports.
fn imports((file, text): &(String, String)) -> (String, BTreeSet<String>) {
    let parts = text.split("use ").skip(1).filter_map(|part| part.split(';').next());
    (file.clone(), parts.flat_map(words).map(str::to_owned).collect())
}

/// The proofs that values carry: type, field, permission.
fn held_permissions(files: &[(String, String)]) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (_, text) in files {
        for part in text.split("\npub struct ").skip(1) {
            let name = words(part).next().unwrap_or_default();
            for line in part.split("\n}").next().unwrap_or_default().lines() {
                if let Some((field, held)) = line.trim().split_once(": Act<'") {
                    let permission = words(held).nth(1).unwrap_or_default();
                    found.push((
                        name.to_owned(),
                        words(field).last().unwrap_or_default().to_owned(),
                        permission.to_owned(),
                    ));
                }
            }
        }
    }
    found
}

fn demanded(function: &Function, kept: &[(String, String, String)]) -> Option<String> {
    if function.signature.contains("own: &Own<'_>") {
        return Some("UseOwnAccount".to_owned());
    }
    let taken = function.signature.split("&Act<'").skip(1).filter_map(|rest| words(rest).nth(1)).map(str::to_owned);
    let of_type: Vec<_> = kept.iter().filter(|(name, ..)| function.of.as_ref() == Some(name)).collect();
    // A value that carries one proof does everything by it.
    let is_by = |field: &str| of_type.len() == 1 || function.body.contains(&format!("self.{field}"));
    let held = of_type.iter().filter(|(_, field, _)| is_by(field));
    let all: BTreeSet<String> = taken.chain(held.map(|(_, _, permission)| permission.clone())).collect();
    let all: Vec<String> = all.into_iter().filter(|name| name.len() > 1).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// `SoftAuthenticator` is `soft_authenticator`.
fn as_field(name: &str) -> String {
    let mut field = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !field.is_empty() {
            field.push('_');
        }
        field.extend(c.to_lowercase());
    }
    field
}

fn rank(file: &str) -> Option<usize> {
    CRATES.iter().position(|name| file.split('/').next() == Some(*name))
}

fn called(from: &Function, all: &[Function], meanings: &Names) -> BTreeSet<usize> {
    let of_crate = |file: &str| file.split('/').next().unwrap_or_default().to_owned();
    let mut found = BTreeSet::new();
    let is_imported = |name: &str| meanings.imports.get(&from.file).is_some_and(|words| words.contains(name));
    let is_file_imported = |to: &Function| to.file.split('/').skip(2).any(is_imported);
    for call in calls(&from.body) {
        let (Call::Plain(name) | Call::Path(_, name) | Call::Method(_, name)) = &call;
        let Some(same) = meanings.functions.get(name) else { continue };
        let is_meant = |to: &Function| match &call {
            Call::Plain(_) => to.of.is_none() && (to.file == from.file || is_imported(name) && is_file_imported(to)),
            Call::Path(before, _) if before == "Self" => to.of == from.of,
            Call::Path(before, _) if before.starts_with(char::is_uppercase) => to.of.as_ref() == Some(before),
            Call::Path(before, _) => {
                let is_near = of_crate(&to.file) == of_crate(&from.file) || is_imported(before);
                is_near && to.of.is_none() && to.file.split('/').skip(1).any(|part| part == before)
            }
            Call::Method(Some(before), _) if before == "self" => to.of.is_some() && to.of == from.of,
            Call::Method(Some(before), _) => {
                let alias = FIELDS.iter().find(|(field, _)| field == before).map(|(_, name)| *name);
                let known = [to.of.as_deref(), to.for_trait.as_deref()];
                known.into_iter().flatten().any(|name| alias == Some(name) || as_field(name) == *before)
            }
            Call::Method(None, _) => false,
        };
        // No arrow runs back: what is called stands in this crate or in one below, or behind a trait.
        let is_below = |to: &Function| to.for_trait.is_some() || rank(&to.file) <= rank(&from.file);
        let meant: Vec<usize> = same.iter().copied().filter(|at| is_below(&all[*at]) && is_meant(&all[*at])).collect();
        // What is nearer is meant: of this file, then of this crate.
        let near = |is_near: &dyn Fn(&Function) -> bool| -> Vec<usize> {
            meant.iter().copied().filter(|at| is_near(&all[*at])).collect()
        };
        let in_file = if matches!(call, Call::Plain(_)) { near(&|to| to.file == from.file) } else { Vec::new() };
        let in_crate = near(&|to| of_crate(&to.file) == of_crate(&from.file));
        found.extend([in_file, in_crate, meant].into_iter().find(|some| !some.is_empty()).unwrap_or_default());
    }
    // A constant that a function of its file names.
    let mentioned: BTreeSet<&str> = words(&from.body).collect();
    let is_constant =
        |to: &Function| to.file == from.file && to.signature.is_empty() && mentioned.contains(to.name.as_str());
    found.extend(all.iter().enumerate().filter(|(_, to)| is_constant(to)).map(|(at, _)| at));
    found
}
