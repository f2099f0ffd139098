//! Keys inside files that a person keeps: delivered, mended, rotated and taken out, and nothing else of the files touched.

use crate::installation::Installation;
use crate::rotating::proves;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const COMPOSE: &str = "# by hand\nservices:\n  grafana:\n    image: grafana/grafana:12 # pinned\n    environment:\n      GF_LOG_LEVEL: warn\n";
const SETTINGS: &str = "; by hand\n[server]\nhttp_port = 3000\n\n[auth.generic_oauth]\nenabled = true\n";
const URL: &str = "url = \"https://grafana.example.org\"\n";

fn grafana(deliver: &str) -> String {
    format!("[apps.grafana]\n{URL}deliver = {deliver}\n")
}

/// A file that not everyone can read.
fn theirs(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o640)).unwrap();
}

#[test]
fn all_values_of_an_app_go_into_a_table_of_a_file_and_out_of_it_again() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let file = instance.path("compose.yaml");
    theirs(&file, COMPOSE);
    let place = format!("[\"key:{}#services.grafana.environment.*\"]", file.display());
    instance.declare(&grafana(&place));
    let planned = instance.command(&["plan"]);
    assert!(
        planned.out.contains("key services.grafana.environment.GF_AUTH_GENERIC_OAUTH_CLIENT_ID in "),
        "{planned:?}"
    );
    instance.reported(&["apply"]);
    let delivered = fs::read_to_string(&file).unwrap();
    assert!(delivered.contains("      GF_AUTH_GENERIC_OAUTH_CLIENT_ID: \"grafana\"\n"), "{delivered}");
    let kept: String = delivered.split_inclusive('\n').filter(|line| COMPOSE.contains(*line)).collect();
    assert_eq!(kept, COMPOSE, "everything of the person's stays, in its order");
    assert_eq!(instance.reported(&["plan"]), "    1 unchanged\n\nNothing to do. No secret rotates.\n");
    // One that is edited is mended, and nothing else; the person's own edit stays.
    let edited = delivered.replace("_CLIENT_ID: \"grafana\"", "_CLIENT_ID: mine").replace("warn", "debug");
    fs::write(&file, edited).unwrap();
    let planned = instance.command(&["plan"]);
    assert_eq!((planned.code, planned.out.matches("key services.").count()), (2, 1), "{planned:?}");
    instance.reported(&["apply"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), delivered.replace("warn", "debug"));
    // What somebody changed stays when the app goes.
    let edited = delivered.replace("_CLIENT_ID: \"grafana\"", "_CLIENT_ID: mine");
    fs::write(&file, edited).unwrap();
    instance.declare("");
    let removed = instance.reported(&["apply", "--prune"]);
    assert!(removed.contains("_CLIENT_ID in ") && removed.contains("it is not what was delivered"), "{removed}");
    let left = COMPOSE.replace("environment:\n", "environment:\n      GF_AUTH_GENERIC_OAUTH_CLIENT_ID: mine\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), left);
}

#[test]
fn a_single_key_gets_the_secret_that_is_right_and_the_next_when_it_rotates() {
    let instance = Installation::new("");
    let file = instance.path("grafana.ini");
    theirs(&file, SETTINGS);
    let key = format!("{}#auth.generic_oauth.client_secret", file.display());
    instance.declare(&grafana(&format!("\"key:{key}=GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET\"")));
    let _server = instance.serve();
    let secret = || {
        let text = fs::read_to_string(&file).unwrap();
        let (rest, secret) = text.split_once("client_secret = ").unwrap();
        assert_eq!(rest, SETTINGS);
        secret.trim_end().to_owned()
    };
    let first = secret();
    assert!(proves(&instance, "grafana", &first));
    // What goes to no key is for the person to set.
    let planned = instance.reported(&["apply", "--json"]);
    assert!(!planned.contains(&first));
    let rotated = instance.command(&["rotate", "grafana", "--no-watch", "--within", "7d"]);
    assert!(rotated.code == 2 && rotated.out.contains("delivered to key "), "{rotated:?}");
    let second = secret();
    assert!(second != first && proves(&instance, "grafana", &second));
}

#[test]
fn a_value_of_the_persons_is_left_alone_and_told() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let file = instance.path("grafana.ini");
    let text = format!("{SETTINGS}client_secret = theirs\n");
    theirs(&file, &text);
    let key = format!("{}#auth.generic_oauth.client_secret", file.display());
    instance.declare(&grafana(&format!("\"key:{key}=GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET\"")));
    let said = instance.command(&["apply"]);
    let told = format!("{}{}", said.out, said.err);
    assert!(told.contains("has a value that Doorstep did not deliver; empty it, and it is filled"), "{said:?}");
    assert!(!told.contains("theirs"), "{said:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}
