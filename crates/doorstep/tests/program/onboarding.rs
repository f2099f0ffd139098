//! `plan`, `apply` and `generate`.

use crate::installation::{Installation, mode};
use std::fs;

const APPS: &str = "[groups]\nadmins = [\"ada\"]\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n\
    [apps.glances]\nurl = \"https://glances.example.org\"\nallow = [\"admins\"]\n";

#[test]
fn a_plan_before_the_first_start_names_everything_and_makes_nothing() {
    let house = Installation::new(APPS);
    let said = house.command(&["plan"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.out.contains("+ grafana") && said.out.ends_with("2 to create. No secret rotates.\n"), "{}", said.out);
    assert!(!house.path("data").exists());
    for command in [&["apply"][..], &["user", "list"], &["recover", "ada"], &["explain", "7K2M-9QXF"]] {
        let said = house.command(command);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.err.contains("Start the server once: doorstep serve"), "{said:?}");
        assert!(!house.path("data").exists(), "{command:?}");
    }
}

#[test]
fn a_plan_is_pending_until_it_is_applied_and_empty_then() {
    let house = Installation::new("");
    assert_eq!(house.serve().stop(), 0);
    house.declare(APPS);
    let planned = house.command(&["plan"]);
    assert_eq!(planned.code, 2, "{planned:?}");
    let json = house.command(&["plan", "--json"]);
    assert_eq!(json.code, 2);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["apps"][1]["name"], "grafana");
    let applied = house.told(&["apply"]);
    assert!(applied.contains("  grafana    client made · file ") && applied.contains("2 done in "), "{applied}");
    assert_eq!(mode(&house.path("data/apps/grafana.env")), 0o600);
    let planned = house.command(&["plan"]);
    assert_eq!((planned.code, planned.out.as_str()), (0, "    2 unchanged\n\nNothing to do. No secret rotates.\n"));
    assert_eq!(house.told(&["apply"]), "Nothing to do.\n");
}

#[test]
fn a_lost_delivery_is_written_again_byte_for_byte() {
    let house = Installation::new(APPS);
    assert_eq!(house.serve().stop(), 0);
    let env = house.path("data/apps/grafana.env");
    let before = fs::read(&env).unwrap();
    fs::remove_file(&env).unwrap();
    assert_eq!(house.command(&["plan"]).code, 2);
    let applied = house.told(&["apply"]);
    assert!(applied.contains("grafana.env written"), "{applied}");
    assert_eq!(fs::read(&env).unwrap(), before);
}

#[test]
fn apply_works_beside_a_running_server_which_notices() {
    let house = Installation::new(APPS);
    let server = house.serve();
    assert!(!server.printed().contains("removed"));
    house.declare("[apps.grafana]\nurl = \"https://grafana.example.org\"\n");
    server.says("Serving the configuration of ");
    let planned = house.command(&["plan"]);
    assert!(planned.code == 0 && planned.out.contains("? glances"), "an orphan waits for --prune: {planned:?}");
    let applied = house.told(&["apply", "--prune"]);
    assert!(applied.contains("glances    entry removed"), "{applied}");
    assert_eq!(house.told(&["plan"]), "    1 unchanged\n\nNothing to do. No secret rotates.\n");
}

#[test]
fn security_118_many_apps_are_removed_only_when_their_number_is_said() {
    let four = ["a", "b", "c", "d"]
        .map(|name| format!("[apps.app-{name}]\nurl = \"https://{name}.example.org\"\nforward_auth = true\n"));
    let house = Installation::new(&four.concat());
    assert_eq!(house.serve().stop(), 0);
    house.declare("");
    for command in ["plan", "apply"] {
        let said = house.command(&[command, "--prune"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains("would remove 4 apps: app-a, app-b, app-c, app-d.\n"), "{said:?}");
        assert!(said.err.ends_with("add --allow-delete 4.\n"), "{said:?}");
    }
    assert!(house.told(&["plan"]).contains("4 orphans."));
    assert!(house.told(&["apply", "--prune", "--allow-delete", "4"]).contains("4 done in "));
    assert_eq!(house.told(&["plan"]), "No app is declared. Nothing to do.\n");
}

#[test]
fn a_plan_names_the_memberships_that_apply_changes() {
    let house = Installation::new("[groups]\nusers = []\n");
    assert_eq!(house.serve().stop(), 0);
    house.told(&["user", "add", "grace"]);
    house.declare("[groups]\nusers = [\"grace\"]\n");
    let planned = house.command(&["plan"]);
    assert_eq!(planned.code, 2, "{planned:?}");
    assert!(planned.out.contains("~ users          group: grace joins\n"), "{}", planned.out);
    assert_eq!(house.told(&["apply"]), "  users      group: grace joins\n");
    assert_eq!(house.command(&["plan"]).code, 0);
}

#[test]
fn a_name_that_the_file_misspells_keeps_the_person_in_until_a_word_is_said() {
    let house = Installation::new("[groups]\nusers = []\n");
    assert_eq!(house.serve().stop(), 0);
    house.told(&["user", "add", "grace"]);
    house.declare("[groups]\nusers = [\"grace\"]\n");
    house.told(&["apply"]);
    house.declare("[groups]\nusers = [\"grave\"]\n");
    let planned = house.command(&["plan"]);
    assert_eq!(planned.code, 2, "{planned:?}");
    let told = "! users          group: nobody is called `grave`; did you mean `grace`, who would leave? \
                needs --accept group:users\n";
    assert!(planned.out.contains(told), "{}", planned.out);
    assert_eq!(house.command(&["apply"]).code, 2, "what waits is pending");
    assert!(house.told(&["user", "list"]).contains("users"));
    assert!(house.told(&["apply", "--accept", "group:users"]).contains("users      group: grace leaves\n"));
    assert!(!house.told(&["user", "list"]).contains("users"));
}

#[test]
fn an_app_that_goes_takes_its_delivered_file_along_and_an_edited_one_is_named() {
    let house = Installation::new(APPS);
    assert_eq!(house.serve().stop(), 0);
    let file = house.folder.path().join("data/apps/grafana.env");
    for edited in [false, true] {
        house.declare(APPS);
        house.told(&["apply"]);
        if edited {
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, format!("{text}MINE=1\n")).unwrap();
        }
        house.declare("");
        let orphans = house.told(&["plan"]);
        assert!(orphans.contains("was delivered once and nothing declares it"), "{orphans}");
        let pruned = house.told(&["apply", "--prune"]);
        assert_eq!(file.exists(), edited, "{pruned}");
        assert_eq!(pruned.contains("grafana.env stays: it is not what was delivered"), edited, "{pruned}");
        assert_eq!(house.told(&["plan"]), "No app is declared. Nothing to do.\n", "told once");
        if edited {
            std::fs::remove_file(&file).unwrap();
        }
    }
}

#[test]
fn what_the_provider_can_express_is_a_table() {
    let house = Installation::new("");
    let told = house.told(&["plan", "--capabilities"]);
    assert!(told.starts_with("What Doorstep can express\n"), "{told}");
    assert!(told.contains("  who may use it                  yes\n"), "{told}");
}

#[test]
fn an_app_that_leaves_the_file_is_told_of_while_the_server_runs() {
    let house = Installation::new(APPS);
    let server = house.serve();
    house.declare("[apps.grafana]\nurl = \"https://grafana.example.org\"\n");
    server.says("glances    nothing declares it any more and it stays; `doorstep apply --prune` removes it");
    assert!(server.logged().contains("app=glances"), "{}", server.logged());
}

#[test]
fn a_word_for_an_app_that_is_not_declared_is_a_mistake() {
    let house = Installation::new(APPS);
    assert_eq!(house.serve().stop(), 0);
    for command in ["plan", "apply"] {
        let said = house.command(&[command, "--accept", "grafna"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert_eq!(said.err, "No app is declared as `grafna`.\nDid you mean `grafana`?\n");
    }
}

#[test]
fn a_delivery_that_is_blocked_fails_its_app_and_says_why() {
    let house = Installation::new("");
    assert_eq!(house.serve().stop(), 0);
    let folder = house.folder.path().join("nowhere");
    house.declare(&format!(
        "[apps.grafana]\nurl = \"https://g.example.org\"\ndeliver = \"file:{}/g.env\"\n",
        folder.display()
    ));
    assert_eq!(house.command(&["plan"]).code, 2);
    let said = house.command(&["apply"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("FAILED") && said.out.contains("is not there"), "{said:?}");
    assert!(said.err.starts_with("1 app could not be brought in line.\n"), "{said:?}");
}

#[test]
fn a_proxy_configuration_names_each_place_or_says_that_it_is_missing() {
    let house = Installation::new(APPS);
    for kind in ["caddy", "nginx"] {
        let open = house.command(&["generate", kind]);
        assert_eq!((open.code, open.out.as_str()), (1, ""), "no configuration with a hole: {open:?}");
        assert!(open.err.contains("--upstream glances=HOST:PORT"), "{open:?}");
        let named = house.command(&["generate", kind, "--upstream", "glances=glances:61208"]);
        assert_eq!(named.err.contains("--resolver ADDRESS"), kind == "nginx", "{named:?}");
        let around = ["--resolver", "127.0.0.11", "--behind", "10.0.0.0/8", "--doorstep", "doorstep:8480"];
        let named = house.told(&[&["generate", kind, "--upstream", "glances=glances:61208"][..], &around].concat());
        for there in ["glances:61208", "doorstep:8480", "10.0.0.0/8"] {
            assert!(named.contains(there), "{there}: {named}");
        }
        let said = house.told(&["generate", kind, "--upstream", "glances=127.0.0.1:61208"]);
        assert!(said.contains("127.0.0.1:61208") && said.contains("/fa/"), "{said}");
        assert!(!said.contains("\\timport"), "a proxy reads it as it is: {said}");
        for wrong in ["glances", "glances=here", "glnces=127.0.0.1:1", "grafana=127.0.0.1:3000"] {
            let said = house.command(&["generate", kind, "--upstream", wrong]);
            assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        }
    }
    assert!(!house.path("data").exists());
}
