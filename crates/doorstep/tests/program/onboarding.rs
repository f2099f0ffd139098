//! `plan`, `apply` and `generate`.

use crate::installation::{Installation, mode, wait};
use std::{fs, os::unix::fs::MetadataExt, thread, time::Duration};

const APPS: &str = "[groups]\nadmins = [\"ada\"]\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n\
    [apps.glances]\nurl = \"https://glances.example.org\"\nallow = [\"admins\"]\n";

#[test]
fn a_folder_of_apps_that_cannot_be_read_is_named_once() {
    let instance = Installation::new("");
    fs::write(instance.path("apps.d"), "").unwrap();
    let said = instance.command(&["plan"]);
    let reported = said.err.split_once(": ").map(|(reported, _)| reported.to_owned());
    assert_eq!((said.code, reported.as_deref()), (1, Some("apps.d  cannot be read")), "{said:?}");
}

#[test]
fn a_plan_before_the_first_start_names_everything_and_makes_nothing() {
    let instance = Installation::new(APPS);
    let said = instance.command(&["plan"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.out.contains("+ grafana") && said.out.ends_with("2 to create. No secret rotates.\n"), "{}", said.out);
    assert!(!instance.path("data").exists());
    for command in [&["apply"][..], &["user", "list"], &["recover", "ada"], &["explain", "7K2M-9QXF"]] {
        let said = instance.command(command);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.err.contains("Start the server once: doorstep serve"), "{said:?}");
        assert!(!instance.path("data").exists(), "{command:?}");
    }
}

#[test]
fn a_plan_is_pending_until_it_is_applied_and_empty_then() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    instance.declare(APPS);
    let planned = instance.command(&["plan"]);
    assert_eq!(planned.code, 2, "{planned:?}");
    let json = instance.command(&["plan", "--json"]);
    assert_eq!(json.code, 2);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["apps"][1]["name"], "grafana");
    let applied = instance.reported(&["apply"]);
    assert!(applied.contains("  grafana    client made · file ") && applied.contains("2 done in "), "{applied}");
    assert_eq!(mode(&instance.path("data/apps/grafana.env")), 0o600);
    let planned = instance.command(&["plan"]);
    assert_eq!((planned.code, planned.out.as_str()), (0, "    2 unchanged\n\nNothing to do. No secret rotates.\n"));
    assert_eq!(instance.reported(&["apply"]), "Nothing to do.\n");
}

#[test]
fn a_lost_delivery_is_written_again_byte_for_byte() {
    let instance = Installation::new(APPS);
    assert_eq!(instance.serve().stop(), 0);
    let env = instance.path("data/apps/grafana.env");
    let before = fs::read(&env).unwrap();
    fs::remove_file(&env).unwrap();
    assert_eq!(instance.command(&["plan"]).code, 2);
    let applied = instance.reported(&["apply"]);
    assert!(applied.contains("grafana.env written"), "{applied}");
    assert_eq!(fs::read(&env).unwrap(), before);
}

#[test]
fn apply_works_beside_a_running_server_which_notices() {
    let instance = Installation::new(APPS);
    let server = instance.serve();
    assert!(!server.printed().contains("removed"));
    instance.declare("[apps.grafana]\nurl = \"https://grafana.example.org\"\n");
    server.says("Serving the configuration of ");
    let planned = instance.command(&["plan"]);
    assert!(planned.code == 0 && planned.out.contains("? glances"), "an orphan waits for --prune: {planned:?}");
    let applied = instance.reported(&["apply", "--prune"]);
    assert!(applied.contains("glances    entry removed"), "{applied}");
    assert_eq!(instance.reported(&["plan"]), "    1 unchanged\n\nNothing to do. No secret rotates.\n");
}

#[test]
fn security_118_many_apps_are_removed_only_when_their_number_is_said() {
    let four = ["a", "b", "c", "d"]
        .map(|name| format!("[apps.app-{name}]\nurl = \"https://{name}.example.org\"\nforward_auth = true\n"));
    let instance = Installation::new(&four.concat());
    assert_eq!(instance.serve().stop(), 0);
    instance.declare("");
    for command in ["plan", "apply"] {
        let said = instance.command(&[command, "--prune"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains("would remove 4 apps: app-a, app-b, app-c, app-d.\n"), "{said:?}");
        assert!(said.err.ends_with("add --allow-delete 4.\n"), "{said:?}");
    }
    assert!(instance.reported(&["plan"]).contains("4 orphans."));
    assert!(instance.reported(&["apply", "--prune", "--allow-delete", "4"]).contains("4 done in "));
    assert_eq!(instance.reported(&["plan"]), "No app is declared. Nothing to do.\n");
}

#[test]
fn a_plan_names_the_memberships_that_apply_changes() {
    let instance = Installation::new("[groups]\nusers = []\n");
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    instance.declare("[groups]\nusers = [\"grace\"]\n");
    let planned = instance.command(&["plan"]);
    assert_eq!(planned.code, 2, "{planned:?}");
    assert!(planned.out.contains("~ users          group: grace joins\n"), "{}", planned.out);
    assert_eq!(instance.reported(&["apply"]), "  users      group: grace joins\n");
    assert_eq!(instance.command(&["plan"]).code, 0);
}

#[test]
fn a_name_that_the_file_misspells_keeps_the_person_in_until_a_word_is_said() {
    let instance = Installation::new("[groups]\nusers = []\n");
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    instance.declare("[groups]\nusers = [\"grace\"]\n");
    instance.reported(&["apply"]);
    instance.declare("[groups]\nusers = [\"grave\"]\n");
    let planned = instance.command(&["plan"]);
    assert_eq!(planned.code, 2, "{planned:?}");
    let reported = "! users          group: nobody is called `grave`; did you mean `grace`, who would leave? \
                needs --accept group:users\n";
    assert!(planned.out.contains(reported), "{}", planned.out);
    assert_eq!(instance.command(&["apply"]).code, 2, "what waits is pending");
    assert!(instance.reported(&["user", "list"]).contains("users"));
    assert!(instance.reported(&["apply", "--accept", "group:users"]).contains("users      group: grace leaves\n"));
    assert!(!instance.reported(&["user", "list"]).contains("users"));
}

#[test]
fn an_app_that_goes_takes_its_delivered_file_along_and_an_edited_one_is_named() {
    let instance = Installation::new(APPS);
    assert_eq!(instance.serve().stop(), 0);
    let file = instance.folder.path().join("data/apps/grafana.env");
    for edited in [false, true] {
        instance.declare(APPS);
        instance.reported(&["apply"]);
        if edited {
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, format!("{text}MINE=1\n")).unwrap();
        }
        instance.declare("");
        let orphans = instance.reported(&["plan"]);
        assert!(orphans.contains("was delivered once and nothing declares it"), "{orphans}");
        let pruned = instance.reported(&["apply", "--prune"]);
        assert_eq!(file.exists(), edited, "{pruned}");
        assert_eq!(pruned.contains("grafana.env stays: it is not what was delivered"), edited, "{pruned}");
        assert_eq!(instance.reported(&["plan"]), "No app is declared. Nothing to do.\n", "told once");
        if edited {
            std::fs::remove_file(&file).unwrap();
        }
    }
}

#[test]
fn what_the_provider_can_express_is_a_table() {
    let instance = Installation::new("");
    let reported = instance.reported(&["plan", "--capabilities"]);
    assert!(reported.starts_with("What Doorstep can express\n"), "{reported}");
    assert!(reported.contains("  who may use it                  yes\n"), "{reported}");
}

#[test]
fn the_doors_of_declared_apps_are_told_whenever_somebody_asks_and_what_set_opens_at_every_plan_and_apply() {
    let chat = "[apps.open-webui]\nurl = \"https://chat.example.org\"\nset = { ENABLE_SIGNUP = true }\n";
    let instance = Installation::new(chat);
    let server = instance.serve();
    server.says("warning: `set` says ENABLE_SIGNUP = \"true\"");
    for command in ["plan", "apply"] {
        let said = instance.command(&[command]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.out.contains("warning: `set` says ENABLE_SIGNUP = \"true\""), "{said:?}");
    }
    let reported = instance.reported(&["plan", "--doors"]);
    assert!(reported.starts_with("  open-webui the first person to sign in becomes its administrator\n"), "{reported}");
    assert!(reported.contains("strangers may make accounts inside the app\n"), "{reported}");
    let json: serde_json::Value = serde_json::from_str(&instance.reported(&["plan", "--doors", "--json"])).unwrap();
    assert_eq!(json["apps"][0]["name"], "open-webui");
    assert_eq!(json["apps"][0]["doors"]["first_administrator"], "first_sign_in");
    assert_eq!(json["apps"][0]["reopens"][0]["door"], "sign_up");
    server.logs("app=open-webui");
}

#[test]
fn an_app_that_leaves_the_file_is_told_of_while_the_server_runs() {
    let instance = Installation::new(APPS);
    let server = instance.serve();
    instance.declare("[apps.grafana]\nurl = \"https://grafana.example.org\"\n");
    server.says("glances    nothing declares it any more and it stays; `doorstep apply --prune` removes it");
    server.logs("app=glances");
}

#[test]
fn a_word_for_an_app_that_is_not_declared_is_a_mistake() {
    let instance = Installation::new(APPS);
    assert_eq!(instance.serve().stop(), 0);
    for command in ["plan", "apply"] {
        let said = instance.command(&[command, "--accept", "grafna"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert_eq!(said.err, "No app is declared as `grafna`.\nDid you mean `grafana`?\n");
    }
}

#[test]
fn a_delivery_that_is_blocked_fails_its_app_and_says_why() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let folder = instance.folder.path().join("nowhere");
    instance.declare(&format!(
        "[apps.grafana]\nurl = \"https://g.example.org\"\ndeliver = \"file:{}/g.env\"\n",
        folder.display()
    ));
    assert_eq!(instance.command(&["plan"]).code, 2);
    let said = instance.command(&["apply"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("FAILED") && said.out.contains("is not there"), "{said:?}");
    assert!(said.err.starts_with("1 app could not be brought in line.\n"), "{said:?}");
}

#[test]
fn a_proxy_configuration_holds_no_secret_and_says_that_it_needs_one() {
    let secret = "5ec2e7".repeat(6);
    let instance = Installation::new(&format!("proxy_secret = {secret:?}\n{APPS}"));
    // Nobody else may read it, or it would be refused.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(instance.path("doorstep.toml"), mode).unwrap();
    for kind in ["caddy", "nginx", "haproxy", "envoy", "traefik"] {
        let said = instance.command(&["generate", kind, "--upstream", "glances=127.0.0.1:61208"]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(!said.out.contains(&secret) && !said.err.contains(&secret), "{kind}: {said:?}");
        assert!(said.err.contains("`proxy_secret` is set"), "{kind}: {said:?}");
        let sends = said.out.contains("DOORSTEP_PROXY_SECRET") || said.out.contains("doorstep-secret.conf");
        assert_eq!(sends, kind != "traefik", "{kind}: {said:?}");
    }
}

#[test]
fn a_proxy_configuration_names_each_place_or_says_that_it_is_missing() {
    let instance = Installation::new(APPS);
    for kind in ["caddy", "nginx"] {
        let open = instance.command(&["generate", kind]);
        assert_eq!((open.code, open.out.as_str()), (1, ""), "no configuration with a hole: {open:?}");
        assert!(open.err.contains("--upstream glances=HOST:PORT"), "{open:?}");
        let named = instance.command(&["generate", kind, "--upstream", "glances=glances:61208"]);
        assert_eq!(named.err.contains("--resolver ADDRESS"), kind == "nginx", "{named:?}");
        let around = ["--resolver", "127.0.0.11", "--behind", "10.0.0.0/8", "--doorstep", "doorstep:8480"];
        let named =
            instance.reported(&[&["generate", kind, "--upstream", "glances=glances:61208"][..], &around].concat());
        for there in ["glances:61208", "doorstep:8480", "10.0.0.0/8"] {
            assert!(named.contains(there), "{there}: {named}");
        }
        let said = instance.reported(&["generate", kind, "--upstream", "glances=127.0.0.1:61208"]);
        assert!(said.contains("127.0.0.1:61208") && said.contains("/fa/"), "{said}");
        assert!(!said.contains("\\timport"), "a proxy reads it as it is: {said}");
        for wrong in ["glances", "glances=here", "glnces=127.0.0.1:1", "grafana=127.0.0.1:3000"] {
            let said = instance.command(&["generate", kind, "--upstream", wrong]);
            assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        }
    }
    assert!(!instance.path("data").exists());
}

#[test]
fn the_web_server_of_a_mail_domain_gets_its_lines() {
    let instance = Installation::new("");
    let with = |words: &[&str]| instance.command(&[&["generate", "webfinger"], words].concat());
    let caddy = with(&["--domain", "Example.org"]);
    assert!(caddy.code == 0 && caddy.out.contains("vars_regexp") && caddy.out.contains("@example.org"), "{caddy:?}");
    let nginx = with(&["--domain", "example.org", "--web-server", "nginx"]);
    assert!(nginx.code == 0 && nginx.out.contains("location = /.well-known/webfinger"), "{nginx:?}");
    for said in [&caddy, &nginx] {
        assert!(said.out.contains("\"rel\":\"http://openid.net/specs/connect/1.0/issuer\""), "{said:?}");
    }
    let written = with(&["--domain", "example.org", "--output", "webfinger.caddy"]);
    assert_eq!((written.code, written.out.as_str()), (0, "webfinger.caddy is written.\n"));
    assert_eq!(fs::read_to_string(instance.path("webfinger.caddy")).unwrap(), caddy.out);
    let wrong = with(&["--domain", "example.org }"]);
    assert!(wrong.code == 1 && wrong.out.is_empty() && wrong.err.contains("is not a domain of mail"), "{wrong:?}");
    assert_ne!(with(&[]).code, 0);
}

#[test]
fn a_proxy_configuration_is_written_whole_and_a_mistake_leaves_the_file_as_it_was() {
    let instance = Installation::new(APPS);
    for (kind, file) in [("caddy", "Caddyfile"), ("nginx", "doorstep.conf")] {
        let with = |upstream: &str| instance.command(&["generate", kind, "--upstream", upstream, "--output", file]);
        let read = || fs::read_to_string(instance.path(file)).unwrap();
        let first = with("glances=127.0.0.1:61208");
        assert_eq!((first.code, first.out), (0, format!("{file} is written.\n")));
        let there = read();
        let printed = ["generate", kind, "--upstream", "glances=127.0.0.1:61208"];
        assert_eq!(there, instance.reported(&printed));
        assert_eq!(there, instance.reported(&[&printed[..], &["--output", "-"]].concat()));
        assert_eq!(mode(&instance.path(file)), 0o644);

        let again = with("glances=127.0.0.1:61208");
        assert_eq!((again.code, again.out), (0, format!("{file} holds this already, and is left as it was.\n")));
        for mistake in ["glances=here", "glnces=127.0.0.1:1"] {
            assert_eq!((with(mistake).code, read()), (1, there.clone()), "{mistake}");
        }
        instance.declare("[apps.glances]\nurl = \"https://glances.example.org\"\nalow = [\"admins\"]\n");
        assert_eq!((with("glances=127.0.0.1:61208").code, read()), (1, there.clone()));
        instance.declare(APPS);
        assert_eq!(with("glances=127.0.0.1:61209").code, 0);
        assert_eq!(read(), there.replace("61208", "61209"));
    }
    let said =
        instance.command(&["generate", "caddy", "--upstream", "glances=127.0.0.1:1", "--output", "no/Caddyfile"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let folder = instance.path("no").display().to_string();
    assert!(said.err.starts_with(&format!("The folder {folder} is not there.\n")), "{}", said.err);
    assert!(said.err.contains(&format!("mkdir -p {folder}")), "{}", said.err);
    assert!(!instance.path("data").exists());
}

#[test]
fn a_slip_does_not_write_over_what_belongs_to_the_instance() {
    let instance = Installation::new(APPS);
    assert_eq!(instance.serve().stop(), 0);
    std::os::unix::fs::symlink("doorstep.toml", instance.path("link.conf")).unwrap();
    for file in
        ["doorstep.toml", "./data/../doorstep.toml", "data/root.key", "data/doorstep.db", "data/new.conf", "link.conf"]
    {
        let before = fs::read(instance.path(file)).ok();
        let said = instance.command(&["generate", "caddy", "--upstream", "glances=127.0.0.1:1", "--output", file]);
        assert!(said.code == 1 && said.err.contains("--output /etc/caddy/Caddyfile"), "{file}: {said:?}");
        assert_eq!(fs::read(instance.path(file)).ok(), before, "{file}");
    }
}

#[test]
fn without_an_app_behind_forward_auth_the_line_to_add_is_named() {
    let grafana = "[apps.grafana]\nurl = \"https://grafana.example.org\"\n";
    for (apps, add) in [("", "declare it under `apps`"), (grafana, "set its `forward_auth` to true")] {
        let said = Installation::new(apps).command(&["generate", "nginx"]);
        assert_eq!(said.code, 0);
        assert!(said.err.contains("No app is behind forward auth") && said.err.contains(add), "{said:?}");
        assert!(!said.out.contains("No app"), "a proxy does not read it: {said:?}");
    }
    let instance = Installation::new(grafana);
    let said = instance.command(&["generate", "nginx", "--upstream", "grafana=127.0.0.1:3000"]);
    assert!(said.err.contains("set `forward_auth` of grafana to true"), "{said:?}");
    let said = Installation::new("").command(&["generate", "nginx", "--upstream", "tv=127.0.0.1:8096"]);
    assert!(said.err.contains("No app is declared yet."), "{said:?}");
}

#[test]
fn a_running_server_mends_what_somebody_edits_or_deletes_and_then_touches_nothing() {
    let declared =
        "[onboard]\napply = \"ask\"\nmend_every = \"1s\"\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n";
    let instance = Installation::new(declared);
    let server = instance.serve();
    let file = instance.path("data/apps/grafana.env");
    let delivered = fs::read_to_string(&file).unwrap();
    let is_back = || fs::read_to_string(&file).is_ok_and(|text| text == delivered);
    fs::remove_file(&file).unwrap();
    wait("the deleted file", || is_back().then_some(()));
    fs::write(&file, delivered.replace("CLIENT_SECRET=", "CLIENT_SECRET=x")).unwrap();
    wait("the file as it was", || is_back().then_some(()));
    // Some looks later it is the same file.
    let before = fs::metadata(&file).unwrap();
    thread::sleep(Duration::from_secs(4));
    let after = fs::metadata(&file).unwrap();
    assert_eq!((after.ino(), after.mtime_nsec()), (before.ino(), before.mtime_nsec()));
    drop(server);
}

#[test]
fn an_app_that_moves_makes_room_for_a_new_one_and_many_are_made_at_once() {
    let app =
        |name: &str, host: &str| format!("[apps.{name}]\nurl = \"https://{host}.example.org\"\nforward_auth = true\n");
    let ask = "[onboard]\napply = \"ask\"\n";
    let instance = Installation::new(&format!("{ask}{}", app("b", "here")));
    let server = instance.serve();
    let one = |n| format!("[apps.wiki{n}]\nurl = \"https://wiki{n}.example.org\"\ncallbacks = [\"/cb\"]\n");
    let many = (0..60).map(one).collect::<Vec<_>>().concat();
    instance.declare(&format!("{ask}{}{}{many}", app("a", "here"), app("b", "there")));
    let applied = instance.command(&["apply"]);
    assert!(applied.code == 0 && applied.out.contains("62 done"), "{applied:?}");
    let named: Vec<&str> = applied
        .out
        .lines()
        .filter_map(|line| line.trim_start().split(' ').next())
        .filter(|name| name.starts_with("wiki"))
        .collect();
    assert!(named.len() == 60 && named.is_sorted(), "{named:?}");
    assert_eq!(instance.command(&["plan"]).code, 0);
    assert_eq!(fs::read_dir(instance.path("data/apps")).unwrap().count(), 60);
    drop(server);
}
