//! Apps one by one, from the command line: what is written, made, looked at and left to do.

use crate::installation::{Installation, wait};
use doorstep_store::testing::Intruder;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

const START: &str = "\n# Who is who.\n[groups]\nadmins = [\"ada\"]\nusers = [\"ada\"]\n\n# Where it says what.\n[log]\nlevel = \"info\"\n";
const GRAFANA: [&str; 4] = ["app", "add", "grafana", "https://grafana.example.org"];

#[test]
fn an_app_comes_by_one_command_and_goes_by_another() {
    let instance = Installation::new(START);
    let server = instance.serve();
    let file = instance.path("doorstep.toml");
    let before = fs::read_to_string(&file).unwrap();
    let mode = fs::metadata(&file).unwrap().permissions().mode();

    let shown = instance.command(&[&GRAFANA[..], &["--allow", "users", "--dry-run"]].concat());
    assert!(shown.code == 2 && shown.out.contains("+ grafana"), "{shown:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), before, "looking changes nothing");

    let added = instance.command(&[&GRAFANA[..], &["--allow", "users", "--role", "admins=Admin"]].concat());
    assert_eq!(added.code, 0, "{added:?}");
    for line in [
        "5 lines added to doorstep.toml",
        "has the client; its credentials are in file",
        "equals the issuer, byte for byte",
        "3 published",
    ] {
        assert!(added.out.contains(line), "{line}\n{added:?}");
    }
    assert_eq!(added.out.matches("An empty Grafana makes").count(), 1, "what is left to do is said once: {added:?}");
    assert!(!added.out.contains(&fs::read_to_string(instance.path("data/root.key")).unwrap()));
    let after = fs::read_to_string(&file).unwrap();
    assert_eq!(
        after.replace("\n[apps.grafana]\nurl = \"https://grafana.example.org\"\nallow = [\"users\"]\nroles = { admins = \"Admin\" }\n", ""),
        before
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode(), mode);
    let delivered = fs::read_to_string(instance.path("data/apps/grafana.env")).unwrap();
    assert!(delivered.contains("GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET="));
    assert_eq!(instance.command(&["plan"]).code, 0, "nothing is left to apply");

    let rows: Value = serde_json::from_str(&instance.command(&["app", "list", "--json"]).out).unwrap();
    assert_eq!(
        (&rows[0]["name"], &rows[0]["state"], rows[0]["allow"][0].as_str()),
        (&"grafana".into(), &"in line".into(), Some("users"))
    );
    assert!(rows[0]["client_id"].is_string() && rows[0]["declared"].as_str().unwrap().starts_with("doorstep.toml:"));
    let list = instance.command(&["app", "list"]).out;
    assert!(
        list.starts_with("grafana  https://grafana.example.org  openid connect  users  in line  doorstep.toml:"),
        "{list}"
    );

    let again = instance.command(&GRAFANA);
    assert!(again.code == 0 && again.out.contains("is declared in doorstep.toml already"), "{again:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), after);
    assert_eq!(fs::read_to_string(instance.path("data/apps/grafana.env")).unwrap(), delivered, "no secret rotates");

    let unasked = instance.command(&["app", "remove", "grafana"]);
    assert!(unasked.code == 1 && unasked.err.contains("--yes"), "{unasked:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), after);
    let removed = instance.command(&["app", "remove", "grafana", "--yes"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), before, "the file is as it was");
    assert!(!instance.path("data/apps/grafana.env").exists());
    assert_eq!(instance.command(&["plan"]).code, 0);
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_mistake_in_a_new_app_is_reported_and_nothing_is_written() {
    let instance = Installation::new(START);
    let file = instance.path("doorstep.toml");
    let before = fs::read_to_string(&file).unwrap();
    for (words, said) in [
        (&["wiki", "https://wiki.example.org"][..], "the catalog does not know `wiki`"),
        (&["grafana", "grafana.example.org"], "is not an address"),
        (&["grafana", "https://grafana.example.org", "--allow", "user"], "did you mean `users`?"),
        (&["grafana", "https://grafana.example.org", "--role", "admins"], "Write --role admins=Admin"),
        (&["grafana", "https://grafana.example.org", "--role", "admins=Boss"], "`Boss`"),
        (&["Grafana!", "https://grafana.example.org"], "cannot be the name of an app"),
        (&["grafana", "https://grafana.example.org", "--deliver", "post:x"], "post:"),
        (&["grafana", "https://grafana.example.org", "--preset", "grafna"], "did you mean `grafana`?"),
        (&["grafana", "https://grafana.example.org", "--reach", "internal"], "there is no internal address"),
    ] {
        let refused = instance.command(&[&["app", "add"], words].concat());
        assert!(refused.code == 1 && refused.err.contains(said), "{said}\n{refused:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), before, "{said}");
    }
    let gone = instance.command(&["app", "remove", "grafana", "--yes"]);
    assert!(gone.code == 1 && gone.err.contains("No app is declared"), "{gone:?}");
}

#[test]
fn an_app_that_does_not_reach_the_issuer_is_told_the_internal_address_where_it_can_be() {
    let instance = Installation::new("internal_url = \"http://doorstep:8480\"\n");
    let file = instance.path("doorstep.toml");
    let server = instance.serve();
    let before = fs::read_to_string(&file).unwrap();
    let add = |words: &[&str]| instance.command(&[&["app", "add"], words].concat());
    for (words, said) in [
        (&["opencloud", "https://cloud.example.org", "--reach", "internal"][..], "is read by browsers"),
        (&["outline", "https://notes.example.org", "--reach", "inside"], "possible values: public, internal"),
    ] {
        let refused = add(words);
        assert!(refused.code == 1 && refused.err.contains(said), "{refused:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), before, "{words:?}");
    }
    let added = add(&[&GRAFANA[2..], &["--reach", "internal"]].concat());
    assert_eq!(added.code, 0, "{added:?}");
    assert!(
        fs::read_to_string(&file).unwrap().ends_with("url = \"https://grafana.example.org\"\nreach = \"internal\"\n")
    );
    let delivered = fs::read_to_string(instance.path("data/apps/grafana.env")).unwrap();
    let (token, auth) =
        ("TOKEN_URL=http://doorstep:8480/token\n", format!("AUTH_URL={}/authorize\n", instance.issuer()));
    assert!(delivered.contains(token) && delivered.contains(&auth), "{delivered}");
    let again = add(&[&GRAFANA[2..], &["--reach", "public"]].concat());
    assert!(again.code == 1 && again.err.contains("its `reach` is not what was typed"), "{again:?}");
    assert_eq!(add(&GRAFANA[2..]).code, 0, "what is not said again stays");
    drop(server);
}

#[test]
fn one_app_is_removed_and_orphans_stay_and_what_was_changed_there_is_not_deleted() {
    let instance = Installation::new(
        "[apps.grafana]\nurl = \"https://grafana.example.org\"\n[apps.forgejo]\nurl = \"https://git.example.org\"\n[apps.immich]\nurl = \"https://photos.example.org\"\n",
    );
    let server = instance.serve();
    assert_eq!(server.stop(), 0);
    // forgejo becomes an orphan; what was delivered to immich was changed by a person.
    instance.declare(
        "[apps.grafana]\nurl = \"https://grafana.example.org\"\n[apps.immich]\nurl = \"https://photos.example.org\"\n",
    );
    let immich = instance.path("data/apps/immich.json");
    fs::write(&immich, "{\"mine\": true}\n").unwrap();
    let removed = instance.command(&["app", "remove", "grafana", "--yes"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    assert!(!instance.path("data/apps/grafana.env").exists() && instance.path("data/apps/forgejo.env").exists());
    let removed = instance.command(&["app", "remove", "immich", "--yes"]);
    assert_eq!(fs::read_to_string(&immich).unwrap(), "{\"mine\": true}\n", "{removed:?}");
    assert!(instance.command(&["plan"]).out.contains("forgejo"), "the orphan is still named");
}

#[test]
fn an_app_that_stands_in_a_file_of_its_own_is_removed_there() {
    let instance = Installation::new("");
    fs::create_dir(instance.path("apps.d")).unwrap();
    let file = instance.path("apps.d/charts.toml");
    fs::write(&file, "# Charts.\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n\n[apps.immich]\nurl = \"https://photos.example.org\"\n").unwrap();
    let removed = instance.command(&["app", "remove", "grafana", "--yes"]);
    assert!(removed.code == 0 && removed.out.contains("apps.d/charts.toml"), "{removed:?}");
    assert!(!fs::read_to_string(&file).unwrap().contains("grafana"));
    assert!(fs::read_to_string(&file).unwrap().contains("immich"));
}

#[test]
fn an_issuer_that_does_not_answer_is_told_after_the_app_is_made() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let added = instance.command(&GRAFANA);
    assert!(added.code == 1 && added.out.contains("WRONG discovery"), "{added:?}");
    assert!(added.err.contains("1 thing is wrong"), "{added:?}");
    assert!(instance.path("data/apps/grafana.env").exists(), "the app is made all the same");
    let file = instance.path("doorstep.toml");
    assert_eq!(fs::metadata(&file).unwrap().nlink(), 1);
    assert_eq!(instance.command(&["plan"]).code, 0);
}

#[test]
fn the_first_file_is_written_from_three_answers_and_never_over_another() {
    let instance = Installation::new("");
    fs::create_dir(instance.path("new")).unwrap();
    let words = ["init", "--config", "new/doorstep.toml", "--issuer", "https://auth.example.org", "--admin", "ada"];
    let asked = instance.command(&words);
    assert!(asked.code == 1 && asked.err.contains("no terminal") && asked.err.contains("--proxy"), "{asked:?}");
    for (proxy, next) in
        [("caddy", "doorstep generate caddy"), ("nginx", "doorstep generate nginx"), ("none", "certificate")]
    {
        let written = instance.command(&[&words[..], &["--proxy", proxy]].concat());
        assert!(written.code == 0 && written.out.contains(next), "{proxy}\n{written:?}");
        let shown = instance.command(&["config", "show", "--config", "new/doorstep.toml"]);
        assert!(shown.code == 0 && shown.out.contains("https://auth.example.org"), "{shown:?}");
        let again = instance.command(&[&words[..], &["--proxy", proxy]].concat());
        assert!(again.code == 1 && again.err.contains("is there already"), "{again:?}");
        let added = instance.command(&[
            "app",
            "add",
            "--config",
            "new/doorstep.toml",
            "grafana",
            "https://grafana.example.org",
        ]);
        assert!(added.code == 0 && added.out.contains("There is no instance yet."), "{added:?}");
        assert_eq!(instance.command(&["plan", "--config", "new/doorstep.toml"]).code, 2);
        fs::remove_file(instance.path("new/doorstep.toml")).unwrap();
    }
    for (flag, value, said) in
        [("--issuer", "auth.example.org", "https://"), ("--admin", "a b", "--admin"), ("--proxy", "apache", "caddy")]
    {
        let mut wrong = [&words[..], &["--proxy", "caddy"]].concat();
        let at = wrong.iter().position(|word| *word == flag).unwrap();
        wrong[at + 1] = value;
        let refused = instance.command(&wrong);
        assert!(refused.code != 0 && refused.err.contains(said), "{refused:?}");
        assert!(!instance.path("new/doorstep.toml").exists());
    }
    let nowhere =
        instance.command(&[&["init", "--config", "none/doorstep.toml"], &words[3..], &["--proxy", "caddy"]].concat());
    assert!(nowhere.code == 1 && nowhere.err.contains("none"), "{nowhere:?}");
}

#[test]
fn what_is_typed_of_an_app_that_is_declared_otherwise_is_refused() {
    let instance = Installation::new(START);
    let file = instance.path("doorstep.toml");
    assert_eq!(instance.command(&[&GRAFANA[..], &["--allow", "users"]].concat()).code, 0);
    let before = fs::read_to_string(&file).unwrap();
    assert_eq!(instance.command(&[&GRAFANA[..], &["--allow", "users"]].concat()).code, 0, "the same again is no fault");
    let refused = instance.command(&[&GRAFANA[..], &["--allow", "admins"]].concat());
    assert!(refused.code == 1 && refused.err.contains("`allow` is not what was typed"), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn a_configuration_behind_a_link_is_changed_where_it_is_and_the_link_stays() {
    let instance = Installation::new(START);
    fs::create_dir(instance.path("real")).unwrap();
    let real = instance.path("real/mine.toml");
    fs::write(&real, format!("\u{feff}{}", fs::read_to_string(instance.path("doorstep.toml")).unwrap())).unwrap();
    fs::remove_file(instance.path("doorstep.toml")).unwrap();
    std::os::unix::fs::symlink("real/mine.toml", instance.path("doorstep.toml")).unwrap();
    let before = fs::read_to_string(&real).unwrap();
    for _ in 0..2 {
        let added = instance.command(&GRAFANA);
        assert_eq!(added.code, 0, "{added:?}");
    }
    assert!(instance.path("doorstep.toml").is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("[apps.grafana]"));
    assert_eq!(instance.command(&["app", "remove", "grafana", "--yes"]).code, 0);
    assert_eq!(fs::read_to_string(&real).unwrap(), before);
}

#[test]
fn an_app_that_stands_in_a_file_of_its_own_is_not_added_a_second_time() {
    let instance = Installation::new("apps = {}\n");
    fs::create_dir(instance.path("apps.d")).unwrap();
    let charts = "[apps.grafana]\nurl = \"https://grafana.example.org\"\n";
    fs::write(instance.path("apps.d/charts.toml"), charts).unwrap();
    let again = instance.command(&GRAFANA);
    assert!(again.code == 0 && again.out.contains("is declared in apps.d/charts.toml already"), "{again:?}");
    let added = instance.command(&["app", "add", "immich", "https://photos.example.org"]);
    assert!(added.code == 0 && added.out.contains("a line of doorstep.toml has it now"), "{added:?}");
    fs::write(instance.path("apps.d/charts.toml"), format!("{charts}allow = [\n")).unwrap();
    let broken = instance.command(&["app", "add", "forgejo", "https://git.example.org"]);
    assert!(broken.code == 1 && broken.err.contains("apps.d/charts.toml:"), "{broken:?}");
}

#[test]
fn an_entry_that_breaks_hides_no_other() {
    let instance = Installation::new("");
    fs::create_dir(instance.path("catalog.d")).unwrap();
    fs::write(instance.path("catalog.d/mine.toml"), "name = \"Mine\"\nkind = 3\n").unwrap();
    let named = "catalog.d/mine.toml:2 is not an entry of the catalog";
    let list = instance.command(&["catalog", "list"]);
    assert!(list.code == 0 && list.err.contains(named) && list.out.contains("\ngrafana "), "{list:?}");
    fs::write(instance.path("catalog.d/My App.toml"), "name = \"Mine\"\n").unwrap();
    let list = instance.command(&["catalog", "list"]);
    let strange = "catalog.d/My App.toml is left out: the name of the file is not the name of an app";
    assert!(list.code == 0 && list.err.contains(strange) && list.err.contains(named), "{list:?}");
    let found = instance.command(&["catalog", "search", "grafana", "--json"]);
    assert!(serde_json::from_str::<Value>(&found.out).is_ok_and(|found| found[0]["id"] == "grafana"), "{found:?}");
    let shown = instance.command(&["catalog", "show", "mine"]);
    assert!(shown.code == 1 && shown.err.contains(named) && shown.err.contains("Correct it"), "{shown:?}");
}

#[test]
fn what_people_made_by_hand_is_listed_and_left_as_it_is() {
    let wiki = "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/cb\"]\n";
    let instance =
        Installation::new(&format!("{wiki}\n[apps.chat]\nurl = \"https://chat.example.org\"\ncallbacks = [\"/cb\"]\n"));
    assert_eq!(instance.serve().stop(), 0);
    let database = Intruder::open(&instance.path("data/doorstep.db"));
    database.run("UPDATE apps SET owner = 'console' WHERE name = 'chat'; UPDATE clients SET owner = 'console' WHERE app = 'chat'");
    database.run("DELETE FROM deliveries WHERE app_name = 'chat'");
    instance.declare(wiki);
    let planned = instance.command(&["plan"]);
    assert_eq!(planned.code, 0, "{planned:?}");
    assert!(planned.err.contains("Made by hand and left as it is: chat. See doorstep app list."), "{planned:?}");
    instance.reported(&["apply", "--prune"]);
    let listed = instance.reported(&["app", "list"]);
    assert!(
        listed.contains("chat  https://chat.example.org  openid connect") && listed.contains("by hand"),
        "{listed}"
    );
    let rows: Value = serde_json::from_str(&instance.reported(&["app", "list", "--json"])).unwrap();
    let owners: Vec<_> = rows.as_array().unwrap().iter().map(|row| (&row["name"], &row["owner"])).collect();
    assert_eq!(owners, [(&"wiki".into(), &"file".into()), (&"chat".into(), &"people".into())]);
}

#[test]
fn a_secret_is_supplied_by_reference_and_delivered_again_when_it_changes() {
    let instance = Installation::new("");
    let secret = instance.path("smtp");
    let write = |value: &str| {
        fs::write(&secret, value).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("canary-one\n");
    let app = |reference: &str| {
        format!(
            "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/cb\"]\nset = {{ SMTP_PASSWORD = \"{reference}\" }}\n"
        )
    };
    instance.declare(&app(&format!("${{file:{}}}", secret.display())));
    let server = instance.serve();
    let delivered = || fs::read_to_string(instance.path("data/apps/wiki.env")).unwrap_or_default();
    wait("the first", || delivered().contains("\nSMTP_PASSWORD=canary-one\n").then_some(()));
    let before = delivered();
    write("canary-two\n");
    wait("the second", || delivered().contains("\nSMTP_PASSWORD=canary-two\n").then_some(()));
    assert_eq!(delivered(), before.replace("canary-one", "canary-two"), "and nothing else is another");
    for words in [&["plan"][..], &["plan", "--json"], &["config", "show"], &["app", "list", "--json"]] {
        let said = instance.command(words);
        assert!(said.code == 0 && !format!("{said:?}").contains("canary"), "{said:?}");
    }
    fs::remove_file(&secret).unwrap();
    let planned = instance.command(&["plan"]);
    assert!(planned.out.contains("cannot be read: No such file"), "{planned:?}");
    assert!(delivered().contains("canary-two"), "what was delivered stays");
    assert_eq!(server.stop(), 0);
    let database = fs::read(instance.path("data/doorstep.db")).unwrap();
    assert!(!database.windows(6).any(|part| part == b"canary"), "nothing of it is kept");

    // A key of Doorstep's own is delivered to nobody, and what stands in clear is told.
    instance.declare(&app(&format!("${{file:{}}}", instance.path("data/root.key").display())));
    let refused = instance.command(&["apply"]);
    assert!(refused.code == 1 && refused.out.contains("a key of Doorstep's own"), "{refused:?}");
    instance.declare(&app("hunter22"));
    let hinted = instance.command(&["plan"]);
    assert!(hinted.err.contains("SMTP_PASSWORD looks like a secret") && !hinted.err.contains("hunter22"), "{hinted:?}");
}
