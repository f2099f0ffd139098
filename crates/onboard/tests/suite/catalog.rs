//! Each entry of the catalog is read, is consistent, and yields what an app of that kind needs.

use crate::support::{Bench, HOME, url_of};
use doorstep_core::model::ClientAuthMethod;
use doorstep_onboard::{
    catalog::{Catalog, Kind, page, what},
    language::Language,
    render::{Style, render_plan},
};
use std::{collections::BTreeMap, fmt::Write};

#[test]
fn each_entry_is_read_and_consistent() {
    let catalog = Catalog::builtin();
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        assert!(entry.homepage.starts_with("https://"), "{name}");
        assert_ne!(entry.category, "other", "{name}");
        if entry.kind == Kind::ForwardAuth {
            continue;
        }
        let text = format!("{entry:?}");
        assert!(entry.person.is_some(), "{name} does not say by what the app knows a person");
        let public = entry.auth_method == ClientAuthMethod::None;
        assert!(text.contains("ClientId"), "{name} delivers no credentials");
        assert!(public || text.contains("ClientSecret"), "{name} delivers no secret");
        for scheme in &entry.schemes {
            assert!(text.contains(&format!("{scheme}:/")), "{name} names a scheme that no callback has");
        }
    }
}

#[test]
fn every_mistake_of_ones_own_entries_is_told_with_its_file() {
    let mut catalog = Catalog::from_sources([("broken", "name ="), ("grafana", "name =")]);
    assert!(catalog.mistakes().is_empty(), "those of the binary are not somebody's own");
    let good = "name = 'G'\nhomepage = 'https://g.example'\nkind = 'forward_auth'\n\
                doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', first_administrator = 'nobody', anonymous = 'nothing' }\n";
    for (name, source) in [("grafana", good), ("mine", "name = 'Mine'\nhomepage ="), ("yours", "name = 7\n")] {
        catalog.put(name.into(), source.into(), format!("/etc/catalog/{name}.toml").into());
    }
    let mistakes = catalog.mistakes();
    let told = mistakes.iter().map(|m| (m.name.as_str(), m.file.as_ref().unwrap().to_str().unwrap(), m.line));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("mine", "/etc/catalog/mine.toml", Some(2)), ("yours", "/etc/catalog/yours.toml", Some(1))]
    );
}

#[test]
fn every_file_of_the_catalog_is_part_of_the_binary() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    assert_eq!(files, Catalog::builtin().names().collect::<Vec<_>>());
}

#[test]
fn an_inconsistent_entry_says_why() {
    const NAMED: &str = "name = 'X'\nhomepage = 'https://x.example'\ncategory = 'x'\nevidence = 'source'\n";
    const DOORS: &str = "doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', first_administrator = 'nobody', anonymous = 'nothing' }\n";
    const OIDC: &str = "kind = 'oidc'\ncallbacks = ['{url}/cb']\nscopes = ['openid']\n";
    for (rest, why) in [
        ("kind = \"oidc\"\nscopes = [\"openid\"]\nenv = { A = \"x\" }", "send them back"),
        (
            "kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]\nauth_method = \"none\"\nenv = { A = \"{client_secret}\" }",
            "no secret to deliver",
        ),
        (OIDC, "takes env, json, yaml"),
        (&format!("{OIDC}env = {{ A = 'x' }}\ntried_with = 'X 1.0'"), "belongs to the evidence `tried`"),
        (&format!("{OIDC}env = {{ A = 'x' }}\njson = {{ A = 'x' }}"), "takes one form"),
        (&format!("{OIDC}commands = ['x {{client_id}}']"), "needs a filter"),
        (&format!("{OIDC}text = {{ syntax = 'ruby', body = 'x {{client_id}}' }}"), "needs a filter"),
        (&format!("{OIDC}text = {{ syntax = 'cobol', body = 'x' }}"), "unknown variant `cobol`"),
        (&format!("{OIDC}ini = {{ a = {{ b = {{ c = 'x' }} }} }}"), "a section of ini is flat"),
        (&format!("{OIDC}ini = {{ a = {{ b = ['x'] }} }}"), "a section of ini is flat"),
        ("kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nenv = { A = \"{client_id}\" }", "lack openid"),
        (
            "kind = \"oidc\"\ncallbacks = [\"{issuer}/cb\"]\nscopes = [\"openid\"]\nenv = { A = \"x\" }",
            "url and provider only",
        ),
        ("kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]\nenv = { \"A-B\" = \"x\" }", "bad name"),
        (
            "kind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]\nenv = { A = \"{sekret}\" }",
            "`{sekret}`",
        ),
        ("kind = \"forward_auth\"\nscopes = [\"openid\"]", "registers nothing"),
        ("kind = \"forward_auth\"\nenv = { A = \"{client_id}\" }", "registers nothing"),
        ("kind = \"forward_auth\"\ncolour = \"red\"", "unknown field `colour`"),
        ("kind = 'forward_auth'\nopen = { Api = { for = 'x', paths = ['/a'] } }", "a word of a-z, 0-9 and -"),
        ("kind = 'forward_auth'\nopen = { api = { for = 'x', paths = [] } }", "it has to name its paths"),
        ("kind = 'forward_auth'\nopen = { api = { for = 'x', paths = ['/'] } }", "`/` would be all of them"),
        ("kind = 'forward_auth'\nopen = { api = { for = 'x', paths = ['a'] } }", "does not begin with `/`"),
        ("kind = 'forward_auth'\nopen = { api = { for = 'x', paths = ['/a'], methods = ['get'] } }", "is no method"),
        ("kind = 'forward_auth'\nopen = { api = { for = 'x', paths = ['/a'], lock = ' ' } }", "`lock` is left out"),
    ] {
        let said = refused(&format!("{NAMED}{DOORS}{rest}"));
        assert!(said.contains(why), "{rest}\n{said}");
    }
}

fn refused(source: &str) -> String {
    let source: &'static str = source.to_owned().leak();
    Catalog::from_sources([("x", source)]).get("x").unwrap().unwrap_err().to_string()
}

#[test]
fn an_entry_says_which_doors_stay_open_and_none_that_lets_a_stranger_own_a_linked_account() {
    const START: &str =
        "name = 'X'\nhomepage = 'https://x.example'\ncategory = 'x'\nevidence = 'source'\nkind = 'forward_auth'\n";
    let doors = |sign_up: &str, passwords: &str, linking: &str, first: &str| {
        format!(
            "{START}[doors]\nsign_up = '{sign_up}'\npasswords = '{passwords}'\nlinking = '{linking}'\nfirst_administrator = '{first}'\nanonymous = 'nothing'\n"
        )
    };
    for (source, why) in [
        (START.to_owned(), "says nothing about its [doors]"),
        (format!("{START}doors = {{ sign_up = 'absent' }}"), "missing field `passwords`"),
        (doors("ajar", "absent", "never", "nobody"), "unknown variant `ajar`"),
        (doors("open", "absent", "mail", "nobody"), "would own the account"),
        (doors("open", "absent", "name", "nobody") + "by_hand = ['x']", "would own the account"),
        (doors("by_hand", "absent", "mail", "nobody"), "by_hand says nothing"),
        (doors("open", "absent", "never", "nobody"), "by_hand says nothing"),
        (doors("by_hand", "absent", "never", "nobody"), "by_hand says nothing"),
        (doors("closed", "by_hand", "never", "nobody"), "by_hand says nothing"),
        (doors("closed", "closed", "mail", "nobody"), "by_hand says nothing"),
        (doors("absent", "absent", "never", "first_visitor"), "by_hand says nothing"),
        (doors("absent", "absent", "never", "nobody") + "by_hand = ['{sekret}']", "`{sekret}`"),
        (doors("closed", "absent", "never", "nobody"), "closed_by names nothing"),
        (doors("absent", "closed", "never", "nobody"), "closed_by names nothing"),
        (
            doors("closed", "absent", "never", "nobody") + "closed_by = { X = { door = 'passwords' } }",
            "closed_by names nothing",
        ),
        (
            doors("closed", "absent", "never", "nobody") + "closed_by = { X = { door = 'sign_up' } }",
            "closed_by names `X`, and nothing of that name is delivered",
        ),
        (doors("closed", "absent", "never", "nobody") + "closed_by = { X = { door = 'cellar' } }", "`cellar`"),
        (
            doors("closed", "closed", "never", "nobody")
                + "closed_by = { X = { door = 'sign_up', also = 'passwords' } }",
            "nothing of that name is delivered",
        ),
    ] {
        let said = refused(&source);
        assert!(said.contains(why), "{source}\n{said}");
    }
}

#[test]
fn a_sign_up_that_a_person_closes_beside_linking_is_told_as_what_it_is() {
    let source = "name = 'X'\nhomepage = 'https://x.example'\nkind = 'forward_auth'\n\
        doors = { sign_up = 'by_hand', passwords = 'absent', linking = 'mail', first_administrator = 'nobody', anonymous = 'nothing', by_hand = ['x'] }";
    let catalog = Catalog::from_sources([("x", source)]);
    let open = catalog.get("x").unwrap().unwrap().doors.as_ref().unwrap().open();
    assert!(open[0].contains("a stranger may make the account that a sign-in enters"), "{open:?}");
}

/// What closes a door in each app, in the words of its own documentation.
const CLOSED: &[(&str, &[&str])] = &[
    (
        "open-webui.env",
        &[
            "ENABLE_SIGNUP=false",
            "ENABLE_INITIAL_ADMIN_SIGNUP=false",
            "ENABLE_LOGIN_FORM=false",
            "ENABLE_PASSWORD_AUTH=false",
            "OAUTH_MERGE_ACCOUNTS_BY_EMAIL=false",
        ],
    ),
    ("vaultwarden.env", &["SIGNUPS_ALLOWED=false", "SIGNUPS_DOMAINS_WHITELIST=", "SSO_SIGNUPS_MATCH_EMAIL=false"]),
    (
        "forgejo.env",
        &[
            "FORGEJO__service__ALLOW_ONLY_EXTERNAL_REGISTRATION=true",
            "FORGEJO__openid__ENABLE_OPENID_SIGNIN=false",
            "FORGEJO__openid__ENABLE_OPENID_SIGNUP=false",
            "FORGEJO__security__INSTALL_LOCK=true",
            "FORGEJO__oauth2_client__ACCOUNT_LINKING=login",
        ],
    ),
    ("grafana.env", &["GF_USERS_ALLOW_SIGN_UP=false", "GF_AUTH_OAUTH_ALLOW_INSECURE_EMAIL_LOOKUP=false"]),
    ("paperless-ngx.env", &["PAPERLESS_ACCOUNT_ALLOW_SIGNUPS=false"]),
];

#[tokio::test]
async fn what_is_delivered_leaves_no_door_beside_the_sign_in() {
    let bench = Bench::default();
    bench.apply(HOME).await;
    for (file, lines) in CLOSED {
        let text = bench.file(file);
        for line in *lines {
            let (key, _) = line.split_once('=').unwrap();
            let last = text.lines().rfind(|have| have.split_once('=').is_some_and(|(name, _)| name == key));
            assert_eq!(last, Some(*line), "{file}");
        }
    }
    // No known password is left where an app would make one.
    for (file, key) in
        [("grafana.env", "GF_SECURITY_ADMIN_PASSWORD="), ("paperless-ngx.env", "PAPERLESS_ADMIN_PASSWORD=")]
    {
        let text = bench.file(file);
        assert_eq!(text.lines().find_map(|line| line.strip_prefix(key)).unwrap().len(), 43, "{file}");
    }
    let immich: serde_json::Value = serde_json::from_str(&bench.file("immich.json")).unwrap();
    assert_eq!(immich["passwordLogin"]["enabled"], false);
}

#[tokio::test]
async fn the_doors_of_a_new_app_are_told_by_plan_once() {
    let bench = Bench::default();
    let one =
        "issuer = 'https://auth.example.org'\n[apps.chat]\npreset = 'open-webui'\nurl = 'https://chat.example.org'";
    let shown = |plan| render_plan(&plan, Style::default());
    let first = shown(bench.plan(one).await);
    assert!(first.contains("    chat           the first person to sign in becomes its administrator\n"), "{first}");
    assert!(first.contains("OAUTH_MERGE_ACCOUNTS_BY_EMAIL = \"true\" }` under `[apps.chat]`"), "{first}");
    let report = bench.apply(one).await;
    assert!(report.apps[0].setup.iter().any(|step| step.contains("in its database")), "{report:?}");
    let moved = shown(bench.plan(&one.replace("https://chat.", "https://talk.")).await);
    assert!(!moved.contains("Stays open"), "{moved}");
}

#[test]
fn the_size_of_the_catalog_costs_nothing_until_an_entry_is_asked_for() {
    let broken = (0..110).map(|n| (format!("broken-{n}").leak() as &str, "not toml at all ["));
    let good = ("glances", include_str!("../../catalog/glances.toml"));
    let catalog = Catalog::from_sources(broken.chain([good]));
    assert_eq!(catalog.names().count(), 111);
    assert!(catalog.get("glances").unwrap().is_ok());
    assert!(catalog.get("broken-7").unwrap().is_err());
}

/// What a person writes in a file of their own stands between backticks, so that it is told in the language of that file.
#[test]
fn each_line_to_write_is_told_in_every_language() {
    let keys = ["set = ", "callbacks = ", "forward_auth = ", "[apps."];
    let catalog = Catalog::builtin();
    let mut lines = 0;
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let by_hand = entry.doors.iter().flat_map(|doors| &doors.by_hand);
        for text in entry.setup.iter().chain(by_hand).map(|text| text.as_written().replace("{app}", "wiki")) {
            let told = Language::Yaml.sentence(&text);
            for (at, (written, told)) in text.split('`').zip(told.split('`')).enumerate() {
                if at % 2 == 0 {
                    assert!(!keys.iter().any(|key| written.contains(key)), "{name}: a line without backticks: {text}");
                } else if written.starts_with("set.") || keys.iter().any(|key| written.starts_with(key)) {
                    assert!(told != written && !told.contains(" = ") && !told.starts_with('['), "{name}: {written}");
                    lines += 1;
                }
            }
        }
    }
    assert!(lines > 100, "{lines}");
}

/// A page an app, generated. `INSTA_UPDATE=always cargo test -p doorstep-onboard` writes those that differ.
#[expect(clippy::disallowed_methods, reason = "asks as insta does whether to write")]
#[test]
fn the_pages_of_the_apps_say_what_their_entries_say() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/apps");
    let write = std::env::var_os("INSTA_UPDATE").is_some_and(|mode| mode == "always");
    let catalog = Catalog::builtin();
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    let mut index = String::from(
        "# The apps that the catalog knows\n\nGenerated from `crates/onboard/catalog`; what the words mean stands in \
         [The catalog](../catalog.md).\n\n| NAME | app | for | delivered |\n|---|---|---|---|\n",
    );
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let marks = if entry.kind == Kind::ForwardAuth { " (behind forward auth)" } else { "" };
        let _ =
            writeln!(index, "| [`{name}`]({name}.md) | {} | {} | {}{marks} |", entry.name, entry.category, what(entry));
        pages.insert(format!("{name}.md"), page(name, entry));
    }
    pages.insert("README.md".to_owned(), index);
    if write {
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut there: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    there.sort();
    assert_eq!(there, pages.keys().cloned().collect::<Vec<_>>());
    for (name, text) in &pages {
        assert_eq!(&std::fs::read_to_string(folder.join(name)).unwrap(), text, "{name}");
    }
}

/// What each app of the catalog gets, and what is registered for it, with secrets derived from a fixed key.
#[tokio::test]
async fn what_every_app_gets_is_as_reviewed() {
    let catalog = Catalog::builtin();
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let roles =
            entry.roles.as_ref().and_then(|roles| Some(format!("roles = {{ admins = {:?} }}", roles.values.first()?)));
        let text = format!(
            "issuer = 'https://auth.example.org'\n[groups]\nadmins = ['ada']\n[apps.{name}]\nurl = '{}'\n{}\n",
            url_of(name, entry),
            roles.unwrap_or_default()
        );
        let mut bench = Bench::default();
        bench.choices.accept.insert(name.parse().unwrap());
        let desired = bench.desired(&text);
        let mut shown = serde_json::to_string_pretty(&desired.apps[0].client).unwrap();
        let report = bench.apply(&text).await;
        assert!(report.succeeded(), "{name}: {report:?}");
        for delivery in &desired.apps[0].deliveries {
            let file = delivery.to.path().unwrap().file_name().unwrap().to_str().unwrap();
            let _ = write!(shown, "\n--- {file}\n{}", bench.file(file));
        }
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("app_{name}"), shown) });
    }
}

#[tokio::test]
async fn the_example_declares_every_app_of_the_first_release_and_all_of_it_is_made() {
    let seeds = [
        "cloudflare-access",
        "forgejo",
        "glances",
        "grafana",
        "hashicorp-vault",
        "headplane",
        "headscale",
        "immich",
        "kubernetes-apiserver",
        "kubernetes-dashboard",
        "linkwarden",
        "matrix-authentication-service",
        "matrix-synapse",
        "mealie",
        "oauth2-proxy",
        "open-webui",
        "paperless-ngx",
        "peertube",
        "sonarr",
        "vaultwarden",
    ];
    let bench = Bench::default();
    let text = include_str!("../../../../examples/home.toml");
    let report = bench.apply(text).await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(report.apps.iter().map(|app| app.name.as_str()).collect::<Vec<_>>(), seeds);
    assert_eq!(
        bench.tidy(&render_plan(&bench.plan(text).await, Style::default())),
        "    20 unchanged\n\nNothing to do. No secret rotates.\n"
    );
}
