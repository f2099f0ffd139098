//! A delivered env file, read by a parser that we did not write: python-dotenv, which many apps read theirs with.

use doorstep_core::secret::Secret;
use doorstep_e2e::process::from_venv;
use doorstep_onboard::{
    catalog::Filled,
    delivery::{Address, Content, Delivery},
    provider::Credentials,
};
use std::{fs, process::Command};

const VALUES: [&str; 16] = [
    "",
    "true",
    "openid profile email groups",
    "https://a.example/x?y=1,2&z=%20",
    "contains(groups[*], 'admins') && 'Admin' || 'Viewer'",
    r#"{"openid_connect":{"SCOPE":["openid","email"],"APPS":[{"name":"Example Home"}]}}"#,
    "it's here",
    "~/x;y|z<w>(v)! `id`",
    "=a=b=",
    "Häuschen",
    "https://a.example/#f",
    "cost $5 and $HOME",
    "C:\\dir\\file x",
    " edge ",
    "it's #1",
    "'tis",
];

#[test]
fn every_value_reads_back_as_it_was_meant() {
    let variables = VALUES.iter().enumerate().map(|(at, value)| (format!("V{at}"), Filled::text(*value)));
    let content = Content::Env { comments: vec![Filled::text("X=1 is a comment")], variables: variables.collect() };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.env");
    let delivery = Delivery { app: "app".parse().unwrap(), to: Address::File(path.clone()), content };
    let client_secret = Some(Secret::new("s3cret".to_owned()));
    let rendered = delivery.render(&Credentials { client_id: "app".into(), client_secret }, &[].into());
    fs::write(&path, rendered.unwrap().text.expose()).unwrap();
    let read = "import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))";
    let out = Command::new(from_venv("python")).args(["-c", read]).arg(&path).env_clear().output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let found: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(found.len(), VALUES.len());
    for (at, value) in VALUES.iter().enumerate() {
        assert_eq!(found[&format!("V{at}")], *value, "V{at}");
    }
}
