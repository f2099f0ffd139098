//! A configuration that changes while the server runs.

use crate::installation::{Installation, wait};
use std::fs;
use std::os::unix::fs::symlink;

const GRAFANA: &str = "[apps.grafana]\nurl = \"https://grafana.example.org\"\n";
const FORGEJO: &str = "[apps.forgejo]\nurl = \"https://git.example.org\"\n";

#[test]
fn a_mistake_in_a_changed_file_changes_nothing_and_is_told_with_its_place() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    let before = fs::read(instance.path("data/apps/grafana.env")).unwrap();
    instance.declare(&format!("{FORGEJO}[apps.grafana]\nurl = \"https://grafana.example.org\"\nalow = [\"admins\"]\n"));
    let reported = server.says("Still serving the configuration of ");
    assert!(reported.contains("doorstep.toml:7:1  unknown key `alow` in [apps.grafana]\n"), "{reported}");
    assert!(reported.contains("did you mean `allow`?\n1 mistake. Still serving"), "{reported}");
    server.logs("the changed configuration is not taken in");
    assert!(!instance.path("data/apps/forgejo.env").exists(), "no part of a file with a mistake counts");
    assert_eq!(fs::read(instance.path("data/apps/grafana.env")).unwrap(), before);
    assert_eq!(instance.get("/readyz").0, 200);

    instance.declare(&format!("{FORGEJO}{GRAFANA}"));
    let reported = server.says("Serving the configuration of ");
    assert!(reported.contains("forgejo    client made"), "{reported}");
    assert_eq!(fs::read(instance.path("data/apps/grafana.env")).unwrap(), before, "no secret rotates");
}

#[test]
fn what_onboarding_finds_wrong_is_told_with_its_line() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    instance.declare(&format!("{GRAFANA}[apps.forgejo]\nurl = \"https://grafana.example.org\"\n"));
    let reported = server.says("1 mistake. Still serving");
    assert!(reported.contains("doorstep.toml:6"), "{reported}");
    assert!(reported.contains("forgejo and grafana both claim https://grafana.example.org"), "{reported}");
}

#[test]
fn a_hangup_reads_the_file_and_restores_what_was_lost() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    let env = instance.path("data/apps/grafana.env");
    let before = fs::read(&env).unwrap();
    fs::remove_file(&env).unwrap();
    server.signal("HUP");
    let reported = server.says("Serving the configuration of ");
    assert!(reported.rsplit_once("Serving").unwrap().1.contains("grafana.env written"), "{reported}");
    assert_eq!(fs::read(&env).unwrap(), before);
}

#[test]
fn settings_that_wait_for_a_restart_are_named_and_others_are_not() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    let waiting = "[sign_in]\npassword_checks = 1\n[log]\nformat = \"json\"\n";
    instance
        .declare(&format!("name = \"Home\"\n[session]\nidle = \"1d\"\n[tokens]\naccess = \"30m\"\n{waiting}{GRAFANA}"));
    let reported = server.says("after a restart");
    let env = fs::read_to_string(instance.path("data/apps/grafana.env")).unwrap();
    assert!(env.contains("GF_AUTH_GENERIC_OAUTH_NAME=Home\n"), "apps are told the new name at once: {env}");
    assert_eq!(instance.command(&["plan"]).code, 0, "whoever plans sees what the server has done");
    assert!(reported.contains("Take effect at once: name, session.idle, tokens.access.\n"), "{reported}");
    assert!(reported.contains("Take effect after a restart: log.format, sign_in.password_checks.\n"), "{reported}");
    assert!(reported.contains("  grafana    life of access tokens changed · file "), "{reported}");
}

#[test]
fn a_running_server_does_as_the_changed_settings_say() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    let page = || instance.get("/login").1;
    let before = page();
    assert!(!before.contains("name=\"password\"") && !before.contains("The Lighthouse"), "{before}");
    let changed = "[sign_in]\npasswords = true\n[log]\nlevel = \"debug\"\n";
    instance.declare(&format!("name = \"The Lighthouse\"\ntrusted_proxies = []\n{changed}{GRAFANA}"));
    let reported = server.says("Take effect at once");
    assert!(reported.contains("name, trusted_proxies, log.level, sign_in.passwords"), "{reported}");
    let after = page();
    assert!(after.contains("name=\"password\"") && after.contains("The Lighthouse"), "{after}");
}

#[test]
fn what_a_client_may_be_is_taken_from_the_changed_file() {
    const WIKI: &str = "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/cb\"]\n";
    let instance = Installation::new(WIKI);
    let server = instance.serve();
    let refused = || {
        let query = "client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example.org%2Fcb&response_type=code&scope=openid";
        let (status, page) = instance.get(&format!("/authorize?{query}&response_mode=form_post"));
        status == 200 && page.contains("invalid_request") && page.contains("code_challenge")
    };
    assert!(!refused(), "PKCE may be left out");
    let more = "post_logout = [\"/bye\"]\ntokens = { access = \"10m\" }\nset = { WIKI_THEME = \"dark\" }\n";
    instance.declare(&format!("{WIKI}{more}"));
    let reported = server.says("Serving the configuration of ");
    assert!(reported.contains("addresses after sign-out, life of access tokens changed · file "), "{reported}");
    let env = fs::read_to_string(instance.path("data/apps/wiki.env")).unwrap();
    for line in ["OIDC_POST_LOGOUT_REDIRECT_URI=https://wiki.example.org/bye\n", "WIKI_THEME=dark\n"] {
        assert!(env.contains(line), "{line}: {env}");
    }

    // What a working app relies on waits for a word.
    instance.declare(&format!("{WIKI}{more}pkce = \"required\"\n"));
    server.says("waits for --accept wiki");
    assert!(!refused());
    let plan = instance.command(&["plan"]);
    assert!(plan.out.contains("PKCE changes from optional to required; needs --accept wiki"), "{}", plan.out);
    assert_eq!(instance.command(&["apply", "--accept", "wiki"]).code, 0);
    wait("the client that must send PKCE", || refused().then_some(()));
    assert_eq!(instance.command(&["plan"]).code, 0, "nothing is left to do");
}

#[test]
fn a_mounted_folder_that_is_swapped_behind_a_link_counts_as_a_change() {
    let instance = Installation::new("");
    for (folder, text) in [("one", GRAFANA), ("two", FORGEJO)] {
        fs::create_dir(instance.path(folder)).unwrap();
        fs::write(instance.path(folder).join("apps.toml"), text).unwrap();
    }
    symlink("one", instance.path("apps.d")).unwrap();
    let server = instance.serve();
    assert!(instance.path("data/apps/grafana.env").exists());
    symlink("two", instance.path("next")).unwrap();
    fs::rename(instance.path("next"), instance.path("apps.d")).unwrap();
    server.says("forgejo    client made");
    wait("the delivery", || instance.path("data/apps/forgejo.env").exists().then_some(()));
}
