//! Changes of a file that a person wrote: apps come and go, everything else stays as it is written, comments and
//! order included.

use doorstep_onboard::manifest::AppEntry;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value, value};

/// A byte order mark: some editors put one first.
pub const MARK: char = '\u{feff}';

/// What a person says of a new app. An empty list is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewApp {
    /// Where it lives.
    pub url: String,
    /// The catalog entry to follow.
    pub preset: Option<String>,
    /// What people read.
    pub title: Option<String>,
    /// Whether Doorstep stands in front.
    pub forward_auth: bool,
    /// Redirect addresses.
    pub callbacks: Vec<String>,
    /// Groups.
    pub allow: Vec<String>,
    /// Group and role.
    pub roles: Vec<(String, String)>,
    /// Where it reaches Doorstep: `public` or `internal`.
    pub reach: Option<String>,
    /// Places.
    pub deliver: Vec<String>,
}

/// Why a file cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is not TOML.
    #[error("it is not TOML: {0}")]
    NotToml(String),
    /// `apps` is something else than a table.
    #[error("`apps` is not a table there")]
    NoTable,
    /// It does not say the issuer.
    #[error("it does not say `issuer`")]
    NoIssuer,
    /// There is no such app in it.
    #[error("it does not declare {0}")]
    NotThere(String),
}

/// The text with one more app, as the last of its apps; `None` when it declares one of that name already.
pub fn add_app(text: &str, name: &str, app: &NewApp) -> Result<Option<String>, EditError> {
    let mut document = read(text)?;
    let apps = document.entry("apps").or_insert_with(|| {
        let mut apps = Table::new();
        apps.set_implicit(true);
        Item::Table(apps)
    });
    let apps = apps.as_table_like_mut().ok_or(EditError::NoTable)?;
    if apps.contains_key(name) {
        return Ok(None);
    }
    let mut table = Table::new();
    fill(&mut table, app);
    apps.insert(name, Item::Table(table));
    // What stands below the last table is a comment of the file's, and stays above the new one.
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing("");
    let is_last = document.to_string().trim_end().ends_with(app_alone(app).trim_end());
    let (above, below) = if is_last { (end.as_str(), "") } else { ("", end.as_str()) };
    let gap = if text.trim().is_empty() { "" } else { "\n" };
    let apps = document.get_mut("apps").and_then(Item::as_table_like_mut).ok_or(EditError::NoTable)?;
    if let Some(table) = apps.get_mut(name).and_then(Item::as_table_mut) {
        table.decor_mut().set_prefix(format!("{above}{gap}"));
    }
    document.set_trailing(below);
    Ok(Some(written_as(text, &document)))
}

/// The changed document with the line ends and the byte order mark of the file.
fn written_as(text: &str, document: &DocumentMut) -> String {
    let mut changed = document.to_string();
    let ends = text.matches('\n').count();
    if ends > 0 && text.matches("\r\n").count() == ends {
        changed = changed.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    if text.starts_with(MARK) && !changed.starts_with(MARK) {
        changed.insert(0, MARK);
    }
    changed
}

/// The first of `app`'s keys that the declared app says otherwise, or not at all. Its address is not looked at.
pub fn said_otherwise(declared: &AppEntry, app: &NewApp) -> Option<String> {
    let there = serde_json::to_value(declared).ok()?;
    let said: toml::Table = toml::from_str(&app_alone(app)).ok()?;
    let differs = |key: &str, value: &toml::Value| serde_json::to_value(value).ok().as_ref() != there.get(key);
    said.into_iter().find(|(key, value)| key != "url" && differs(key, value)).map(|(key, _)| key)
}

fn app_alone(app: &NewApp) -> String {
    let mut table = Table::new();
    fill(&mut table, app);
    table.to_string()
}

fn fill(table: &mut Table, app: &NewApp) {
    table.insert("url", value(&app.url));
    for (key, text) in [("preset", &app.preset), ("title", &app.title)] {
        if let Some(text) = text {
            table.insert(key, value(text));
        }
    }
    if app.forward_auth {
        table.insert("forward_auth", value(true));
    }
    for (key, texts) in [("callbacks", &app.callbacks), ("allow", &app.allow)] {
        if !texts.is_empty() {
            table.insert(key, value(texts.iter().collect::<Array>()));
        }
    }
    if !app.roles.is_empty() {
        let roles = app.roles.iter().map(|(group, role)| (group.as_str(), Value::from(role.as_str())));
        table.insert("roles", value(roles.collect::<toml_edit::InlineTable>()));
    }
    if let Some(reach) = &app.reach {
        table.insert("reach", value(reach));
    }
    match app.deliver.as_slice() {
        [] => {}
        [one] => drop(table.insert("deliver", value(one))),
        many => drop(table.insert("deliver", value(many.iter().collect::<Array>()))),
    }
}

/// The text without that app. A comment right above its table goes with it.
pub fn remove_app(text: &str, name: &str) -> Result<String, EditError> {
    let mut document = read(text)?;
    let apps = document.get_mut("apps").and_then(Item::as_table_like_mut).ok_or(EditError::NoTable)?;
    apps.remove(name).ok_or_else(|| EditError::NotThere(name.to_owned()))?;
    if apps.is_empty() && is_written(apps) {
        document.remove("apps");
    }
    Ok(written_as(text, &document))
}

/// The text with another issuer, and with these as the issuers before it.
pub fn set_issuer(text: &str, issuer: &str, former: &[String]) -> Result<String, EditError> {
    let mut document = read(text)?;
    let said = document.get_mut("issuer").and_then(Item::as_value_mut).ok_or(EditError::NoIssuer)?;
    replace(said, Value::from(issuer));
    let list = Value::from(former.iter().collect::<Array>());
    match document.get_mut("former_issuers").and_then(Item::as_value_mut) {
        _ if former.is_empty() => drop(document.remove("former_issuers")),
        Some(said) => replace(said, list),
        None => drop(document.insert("former_issuers", Item::Value(list))),
    }
    Ok(written_as(text, &document))
}

/// Another value, with the spaces and the comment that the one before had around it.
fn replace(said: &mut Value, other: Value) {
    let decor = said.decor().clone();
    *said = other;
    *said.decor_mut() = decor;
}

/// Whether a table has a line of its own that would stay behind with nothing below it.
fn is_written(table: &dyn TableLike) -> bool {
    !table.is_dotted()
}

fn read(text: &str) -> Result<DocumentMut, EditError> {
    text.trim_start_matches(MARK)
        .parse()
        .map_err(|error: toml_edit::TomlError| EditError::NotToml(error.message().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Mine.\nissuer = \"https://auth.example.org\"   # never changes\n\n[groups]\nadmins = [\"ada\"]\n\n\
        # Charts.\n[apps.grafana]\nurl = \"https://grafana.example.org\" # public\n\n# Where logs go.\n[log]\nlevel = \"info\"\n";

    fn app(url: &str) -> NewApp {
        NewApp { url: url.to_owned(), ..NewApp::default() }
    }

    #[test]
    fn an_app_is_added_after_the_others_and_nothing_else_changes() {
        let added = add_app(FILE, "wiki", &app("https://wiki.example.org")).unwrap().unwrap();
        let lines = "\n[apps.wiki]\nurl = \"https://wiki.example.org\"\n";
        assert_eq!(added.replace(lines, ""), FILE, "{added}");
        assert!(
            added.find("[apps.grafana]") < added.find("[apps.wiki]")
                && added.find("[apps.wiki]") < added.find("# Where logs go."),
            "{added}"
        );
        assert_eq!(remove_app(&added, "wiki").unwrap(), FILE, "and removing it gives the file as it was");
        assert_eq!(add_app(&added, "wiki", &app("https://other.example.org")).unwrap(), None);
    }

    #[test]
    fn the_first_app_of_a_file_stands_at_its_end() {
        for start in ["issuer = \"https://a.example\"\n", "", "# only a comment\n"] {
            let added = add_app(start, "wiki", &app("https://w.example")).unwrap().unwrap();
            assert!(added.ends_with("[apps.wiki]\nurl = \"https://w.example\"\n"), "{added:?}");
            assert!(added.contains(start) && !added.starts_with('\n'), "{added:?}");
            assert!(!added.contains("[apps]"), "{added:?}");
        }
    }

    #[test]
    fn everything_that_is_said_is_written_and_escaped() {
        let said = NewApp {
            url: "https://w.example/\"x".into(),
            preset: Some("grafana".into()),
            title: Some("My \\ \"Wiki\"".into()),
            forward_auth: true,
            callbacks: vec!["/cb".into(), "/other".into()],
            allow: vec!["admins".into()],
            roles: vec![("admins".into(), "Admin".into())],
            reach: Some("internal".into()),
            deliver: vec!["file:/a/b.env".into(), "file:/c.env".into()],
        };
        let text = add_app("", "wiki", &said).unwrap().unwrap();
        let read: toml::Table = toml::from_str(&text).unwrap();
        let wanted: toml::Table = toml::from_str(
            "[apps.wiki]\nurl = 'https://w.example/\"x'\npreset = 'grafana'\ntitle = 'My \\ \"Wiki\"'\nforward_auth = true\n\
             callbacks = ['/cb', '/other']\nallow = ['admins']\nroles = { admins = 'Admin' }\nreach = 'internal'\ndeliver = ['file:/a/b.env', 'file:/c.env']",
        )
        .unwrap();
        assert_eq!(read, wanted, "{text}");
        let one = NewApp { deliver: vec!["file:/a".into()], ..app("https://w.example") };
        assert!(add_app("", "w", &one).unwrap().unwrap().contains("deliver = \"file:/a\"\n"));
    }

    #[test]
    fn apps_in_every_way_of_writing_them_are_found() {
        for text in [
            "[apps]\nwiki = { url = 'x' }\n",
            "apps.wiki.url = 'x'\n",
            "apps = { wiki = { url = 'x' } }\n",
            "[apps.wiki]\nurl = 'x'\n[apps.wiki.roles]\na = 'b'\n[[apps.wiki.rules]]\npaths = ['/']\n",
        ] {
            assert_eq!(add_app(text, "wiki", &app("y")).unwrap(), None, "{text}");
            let left = remove_app(text, "wiki").unwrap();
            assert!(!left.contains("wiki"), "{text}\n{left}");
            toml::from_str::<toml::Table>(&left).unwrap();
            let two = add_app(text, "second", &app("z")).unwrap().unwrap();
            let read: toml::Table = toml::from_str(&two).unwrap();
            assert_eq!(read["apps"]["second"]["url"].as_str(), Some("z"), "{text}\n{two}");
            assert_eq!(read["apps"]["wiki"]["url"].as_str(), Some("x"), "{text}\n{two}");
        }
    }

    #[test]
    fn an_issuer_is_moved_and_moved_back_without_a_trace() {
        let [old, new] = ["https://auth.example.org", "https://id.example.com"];
        for text in [
            FILE,
            "issuer = 'https://auth.example.org'\n",
            "name = 'x'\nissuer = \"https://auth.example.org\"\nlisten = '[::]:8480'\n[log]\nlevel = 'info'\n",
        ] {
            let moved = set_issuer(text, new, &[old.to_owned()]).unwrap();
            let read: toml::Table = toml::from_str(&moved).unwrap();
            assert_eq!(read["issuer"].as_str(), Some(new), "{moved}");
            assert_eq!(read["former_issuers"].as_array().unwrap(), &[toml::Value::from(old)], "{moved}");
            let again = set_issuer(&moved, new, &[old.to_owned()]).unwrap();
            assert_eq!(again, moved);
            let back = set_issuer(&moved, old, &[]).unwrap();
            assert_eq!(back.replace('\'', "\""), text.replace('\'', "\""), "{back}");
        }
        assert!(set_issuer(FILE, new, &[]).unwrap().contains("\"https://id.example.com\"   # never changes\n"));
        assert_eq!(set_issuer("name = 'x'\n", new, &[]), Err(EditError::NoIssuer));
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_stay_as_they_are() {
        for (mark, end) in [("", "\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")] {
            let text = format!("{mark}{}", FILE.replace('\n', end));
            let added = add_app(&text, "wiki", &app("https://wiki.example.org")).unwrap().unwrap();
            let lines = format!("{end}[apps.wiki]{end}url = \"https://wiki.example.org\"{end}");
            assert_eq!(added.replace(&lines, ""), text, "{added:?}");
            assert_eq!(remove_app(&added, "wiki").unwrap(), text);
        }
    }

    #[test]
    fn what_the_file_says_otherwise_is_named() {
        let declared: AppEntry = toml::from_str("url = 'x'\nallow = ['admins']\n").unwrap();
        let with = |allow: &[&str], forward_auth| {
            let allow = allow.iter().map(|&group| group.to_owned()).collect();
            said_otherwise(&declared, &NewApp { forward_auth, allow, ..app("other") })
        };
        assert_eq!(with(&[], false), None);
        assert_eq!(with(&["admins"], false), None);
        assert_eq!(with(&["users"], false).as_deref(), Some("allow"));
        assert_eq!(with(&["admins"], true).as_deref(), Some("forward_auth"));
        let reach = NewApp { reach: Some("internal".into()), ..app("x") };
        assert_eq!(said_otherwise(&declared, &reach).as_deref(), Some("reach"));
    }

    #[test]
    fn what_cannot_be_changed_says_why() {
        assert_eq!(remove_app(FILE, "wiki"), Err(EditError::NotThere("wiki".into())));
        assert_eq!(remove_app("issuer = 'x'", "wiki"), Err(EditError::NoTable));
        assert_eq!(add_app("apps = 3", "wiki", &app("x")), Err(EditError::NoTable));
        assert!(matches!(add_app("apps = [", "wiki", &app("x")), Err(EditError::NotToml(_))));
    }
}
