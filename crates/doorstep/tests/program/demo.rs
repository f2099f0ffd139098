//! `demo` and `demo --once`.

use crate::installation::{Installation, free_ports};
use std::net::TcpListener;
use std::path::Path;

#[test]
fn the_whole_way_is_walked_without_a_screen() {
    let instance = Installation::new("");
    let said = instance.command(&["demo", "--once"]);
    assert_eq!(said.code, 0, "{said:?}");
    let steps: Vec<&str> =
        said.out.lines().filter(|line| line.starts_with("  ok      ") && line.ends_with(" ms")).collect();
    assert_eq!(steps.len(), 15, "{}", said.out);
    for part in ["a passkey makes", "ID Token verified", "refresh", "forward auth refuses again", "15 steps in "] {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    assert!(!said.out.contains("FAILED") && said.out.ends_with(" ms. All is well.\n"), "{}", said.out);
    assert!(!instance.path("data").exists(), "it has nothing to do with the folder that the person is in");
}

#[test]
fn the_demo_prints_what_to_open_and_takes_its_data_with_it() {
    let instance = Installation::new("");
    let port = free_ports(3);
    let demo = instance.start_with(&["demo", "--port", &port.to_string()]);
    let printed = demo.says("Ctrl-C to stop.\n");
    for part in [
        format!("http://localhost:{port}/setup/ds_lnk_"),
        format!("sample app      http://localhost:{}\n", port + 1),
        format!("without a sign-in          http://localhost:{}\n", port + 2),
        // As many as the example declares, which grows.
        " apps from examples/home.toml, credentials in ".to_owned(),
        "grafana  forgejo  immich  open-webui  paperless-ngx  oauth2-proxy  headscale  headplane  ".to_owned(),
    ] {
        assert!(printed.contains(&part), "{part}\n{printed}");
    }
    let log = printed.lines().find_map(|line| line.trim().strip_prefix("log in ")).unwrap();
    let folder = Path::new(log).parent().unwrap();
    assert!(Path::new(log).exists() && demo.logged().is_empty(), "{}", demo.logged());
    assert_eq!(demo.stop(), 0);
    assert!(!folder.exists());
}

#[test]
fn the_walk_goes_to_the_ports_that_are_asked_for() {
    let instance = Installation::new("");
    let port = free_ports(3);
    let said = instance.command(&["demo", "--once", "--port", &port.to_string()]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains(&format!("at http://localhost:{port}")), "{}", said.out);
}

#[test]
fn a_port_that_is_taken_is_named_with_the_option_that_changes_it() {
    let instance = Installation::new("");
    let port = free_ports(3);
    let taken = TcpListener::bind(("127.0.0.1", port + 1)).unwrap();
    let said = instance.command(&["demo", "--port", &port.to_string()]);
    drop(taken);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("cannot be used") && said.err.contains("doorstep demo --port 9480"), "{said:?}");
}
