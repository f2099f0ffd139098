//! Files as SOPS encrypts them, decrypted, and edited, by `sops`.

use crate::{
    contract::{Ground, holds},
    given::{checked, deliver, delivered},
    sinks::sealed::{Reader, now, output, sealing, tool},
};
use doorstep_core::secret::Secret;
use doorstep_deliver::{FileSink, sops_sink};
use doorstep_onboard::{
    catalog::{Filled, Format, Node},
    delivery::{Address, Content, Delivery, Rendered},
    mistake::Mistake,
    provider::Credentials,
    sink::{Removed, Sink, SinkError, SinkState},
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

fn sops(reader: &Reader) -> Command {
    let mut sops = tool("sops");
    sops.env("SOPS_AGE_KEY_FILE", &reader.identity).env("HOME", reader.folder.path());
    sops.args(["--disable-version-check"]);
    sops
}

fn plain(reader: &Reader, file: &Path) -> String {
    output(sops(reader).arg("-d").arg(file))
}

fn sink(reader: &Reader) -> FileSink {
    sops_sink(reader.apps(), sealing(7, &[reader]), now)
}

struct Sealed {
    reader: Reader,
    name: &'static str,
}

impl Ground for Sealed {
    fn scheme(&self) -> &'static str {
        "sops"
    }
    fn place(&self) -> String {
        format!("sops:{}", self.reader.file(self.name).display())
    }
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(sink(&self.reader))
    }
    fn held(&self) -> Option<String> {
        let text = fs::read_to_string(self.reader.file(self.name)).ok()?;
        if text.contains("ENC[") { Some(plain(&self.reader, &self.reader.file(self.name))) } else { Some(text) }
    }
    fn stamp(&self) -> String {
        Reader::stamp(&self.reader.file(self.name))
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let file = self.reader.file(self.name);
        let text = fs::read_to_string(&file).unwrap();
        match way {
            0 => fs::write(&file, text.replace("SSO_ENABLED", "SSO_ENABLES")).unwrap(),
            1 => fs::write(&file, &text[..text.len() / 2]).unwrap(),
            2 => fs::write(&file, "").unwrap(),
            3 => fs::remove_file(&file).unwrap(),
            _ => return None,
        }
        ["edited", "truncated", "emptied", "deleted"].get(way).copied()
    }
    fn occupy(&self) {
        fs::write(self.reader.file(self.name), "MINE=1\n").unwrap();
    }
    fn clear(&self) {
        let _ = fs::remove_file(self.reader.file(self.name));
    }
    fn hands_over(&self) -> bool {
        true
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        None
    }
}

#[tokio::test]
async fn a_sops_file_of_each_form_keeps_the_contract_of_all_places() {
    for name in ["vaultwarden.env", "vaultwarden.yaml", "vaultwarden.json"] {
        holds(&Sealed { reader: Reader::new(), name }).await;
    }
}

#[tokio::test]
async fn sops_decrypts_what_each_form_of_an_app_becomes() {
    let reader = Reader::new();
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
    };
    for (app, name) in [
        ("vaultwarden", "v.env"),
        ("immich", "i.json"),
        ("matrix-synapse", "s.yaml"),
        ("peertube", "p.txt"),
        ("hashicorp-vault", "h.sh"),
    ] {
        let file = reader.file(name);
        let wanted = deliver(app, &format!("sops:{}", file.display()), "s3cret");
        delivered(&sink(&reader), &wanted).await;
        let (read, text) = (plain(&reader, &file), wanted.text.expose());
        let same = match name.rsplit('.').next() {
            Some("json") => {
                serde_json::from_str::<serde_json::Value>(&read).unwrap()
                    == serde_json::from_str::<serde_json::Value>(text).unwrap()
            }
            Some("env") => lines(&read) == lines(text),
            Some("yaml") => {
                let tree = |text: &str| serde_saphyr::from_str::<serde_json::Value>(text).unwrap();
                tree(&read) == tree(text)
            }
            _ => read == *text,
        };
        assert!(same, "{app}\n{read}\n{text}");
        assert!(!fs::read_to_string(&file).unwrap().contains("s3cret"), "{app}");
    }
}

/// No app of the catalog reads INI; entries of one's own may.
fn in_ini(file: &Path, secret: &str) -> Rendered {
    let text = |text: &str| Node::Text(Filled::text(text));
    let table = |members: &[(&str, Node<Filled>)]| {
        Node::Table(members.iter().map(|(key, node)| ((*key).to_owned(), node.clone())).collect())
    };
    let oidc = table(&[("client_id", text("x y")), ("client_secret", text(secret)), ("empty", text(""))]);
    let body = [("top", text("1 = 2")), ("auth.oidc", oidc), ("on", table(&[("yes", Node::Bool(true))]))];
    let body = body.into_iter().map(|(key, node)| (key.to_owned(), node)).collect();
    let content = Content::Document { format: Format::Ini, comments: vec![Filled::text("about it")], body };
    let delivery = Delivery { app: "x".parse().unwrap(), to: Address::Sops(file.to_owned()), content };
    let credentials = Credentials { client_id: "x".into(), client_secret: None };
    delivery.render(&credentials, &BTreeMap::new()).unwrap()
}

#[tokio::test]
async fn sops_reads_and_edits_ini_section_by_section() {
    let reader = Reader::new();
    let file = reader.file("x.ini");
    let (one, two) = (in_ini(&file, "one-s3cret"), in_ini(&file, "two-s3cret"));
    delivered(&sink(&reader), &one).await;
    let sealed = fs::read_to_string(&file).unwrap();
    assert!(sealed.contains("[auth.oidc]\nclient_id = ENC[") && !sealed.contains("s3cret"), "{sealed}");
    let squeezed = |text: &str| text.lines().map(|line| line.replace(' ', "")).collect::<Vec<_>>().join("\n");
    let read = squeezed(&plain(&reader, &file));
    for line in ["top=1=2", "[auth.oidc]\nclient_id=xy\nclient_secret=one-s3cret\nempty=", "[on]\nyes=true"] {
        assert!(read.contains(line), "{line}: {read}");
    }
    assert_eq!(sink(&reader).observe(&two, None).await, SinkState::Differs);
    output(sops(&reader).args(["set"]).arg(&file).args(["[\"auth.oidc\"][\"client_secret\"]", "\"mine\""]));
    assert!(squeezed(&plain(&reader, &file)).contains("client_secret=mine"));
    assert_eq!(sink(&reader).observe(&one, None).await, SinkState::Differs);
    assert_eq!(sink(&reader).remove(&one.to, one.fingerprint()).await, Ok(Removed::Changed));
    delivered(&sink(&reader), &one).await;
    // Cut off anywhere behind its mark, or with a line more, it is still ours.
    let whole = fs::read_to_string(&file).unwrap();
    let more = whole.replace("[on]\n", "[on]\nno = 1\n");
    for spoilt in [&whole[..whole.len() / 2], &whole[..whole.len() - 40], &more, &format!("# mine\n{whole}")] {
        fs::write(&file, spoilt).unwrap();
        assert_eq!(sink(&reader).observe(&one, None).await, SinkState::Differs, "{spoilt}");
        delivered(&sink(&reader), &one).await;
    }
    assert_eq!(sink(&reader).remove(&one.to, one.fingerprint()).await, Ok(Removed::Gone));
    // What a person made for the instance, too.
    let own = sealing(7, &[]).own.recipient().as_str().to_owned();
    fs::write(&file, "[mine]\na = 1\n").unwrap();
    output(sops(&reader).args(["-e", "-i", "--age", &format!("{own},{}", reader.recipient)]).arg(&file));
    assert!(matches!(sink(&reader).observe(&one, None).await, SinkState::Blocked { .. }));
}

#[test]
fn a_name_by_which_sops_would_take_the_file_for_another_form_is_refused_with_one_that_fits() {
    let text = "[apps.peertube]\nurl = 'https://peertube.example.org'\ndeliver = 'sops:/srv/p.yaml'";
    let mistakes = checked(Path::new("/nowhere"), text).unwrap_err();
    let [Mistake { what, remedy, .. }] = mistakes.as_slice() else { panic!("{mistakes:?}") };
    assert_eq!(what, "SOPS tells the form of a file by its name, and would take this for another");
    assert_eq!(remedy.as_ref().map(ToString::to_string).as_deref(), Some("name it /srv/p.txt"));
}

#[tokio::test]
async fn what_a_person_edits_with_sops_is_found_and_not_removed() {
    let reader = Reader::new();
    let file = reader.file("vaultwarden.yaml");
    let wanted = deliver("vaultwarden", &format!("sops:{}", file.display()), "one");
    delivered(&sink(&reader), &wanted).await;
    output(sops(&reader).args(["set"]).arg(&file).args(["[\"SSO_ENABLED\"]", "\"false\""]));
    assert!(plain(&reader, &file).contains("SSO_ENABLED: \"false\""));
    assert_eq!(sink(&reader).observe(&wanted, None).await, SinkState::Differs);
    assert_eq!(sink(&reader).remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Changed));
    delivered(&sink(&reader), &wanted).await;
    // One more reader is a change, too.
    let grace = Reader::new();
    let both = sops_sink(reader.apps(), sealing(7, &[&reader, &grace]), now);
    assert_eq!(both.observe(&wanted, None).await, SinkState::Differs);
    delivered(&both, &wanted).await;
    assert_eq!(plain(&grace, &file), plain(&reader, &file));
    // The order of recipients is none.
    let swapped = sops_sink(reader.apps(), sealing(7, &[&grace, &reader]), now);
    assert_eq!(swapped.observe(&wanted, None).await, SinkState::Same);
}

#[tokio::test]
async fn what_sops_edited_in_each_form_is_still_ours() {
    let reader = Reader::new();
    for name in ["v.env", "v.json", "v.yaml"] {
        let file = reader.file(name);
        let wanted = deliver("vaultwarden", &format!("sops:{}", file.display()), "one");
        delivered(&sink(&reader), &wanted).await;
        output(sops(&reader).args(["set"]).arg(&file).args(["[\"SSO_ENABLED\"]", "\"false\""]));
        assert_eq!(sink(&reader).observe(&wanted, None).await, SinkState::Differs, "{name}");
        delivered(&sink(&reader), &wanted).await;
    }
}

#[tokio::test]
async fn a_file_that_a_person_made_for_the_instance_too_is_left_alone() {
    let reader = Reader::new();
    let own = sealing(7, &[]).own.recipient().as_str().to_owned();
    fs::create_dir(reader.apps()).unwrap();
    for (name, text) in [("p.yaml", "MINE: 1\n"), ("p.json", "{\"MINE\": 1}\n"), ("p.env", "MINE=1\n")] {
        let file = reader.file(name);
        let wanted = deliver("vaultwarden", &format!("sops:{}", file.display()), "one");
        fs::write(&file, text).unwrap();
        output(sops(&reader).args(["-e", "-i", "--age", &format!("{own},{}", reader.recipient)]).arg(&file));
        let before = fs::read_to_string(&file).unwrap();
        assert!(before.contains(&own), "{before}");
        // Whole, and cut off.
        for there in [&before, &before[..before.len() / 2]] {
            fs::write(&file, there).unwrap();
            let seen = sink(&reader).observe(&wanted, None).await;
            assert!(matches!(seen, SinkState::Blocked { .. }), "{name}: {seen:?}");
            assert!(sink(&reader).write(&wanted).await.is_err(), "{name}");
            assert_eq!(&fs::read_to_string(&file).unwrap(), there, "{name}");
        }
    }
    let rules = reader.file(".sops.yaml");
    fs::write(&rules, format!("creation_rules:\n  - age: {own}\n")).unwrap();
    let wanted = deliver("vaultwarden", &format!("sops:{}", rules.display()), "one");
    assert!(matches!(sink(&reader).observe(&wanted, None).await, SinkState::Blocked { .. }));
}

#[tokio::test]
async fn what_was_delivered_to_other_recipients_is_taken_away_all_the_same() {
    let (reader, grace) = (Reader::new(), Reader::new());
    let wanted = deliver("vaultwarden", &format!("sops:{}", reader.file("v.yaml").display()), "one");
    delivered(&sink(&reader), &wanted).await;
    let now = sops_sink(reader.apps(), sealing(7, &[&grace]), now);
    assert_eq!(now.observe(&wanted, None).await, SinkState::Differs);
    assert_eq!(now.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Gone));
}

#[tokio::test]
async fn what_somebody_changed_beside_the_values_is_found() {
    let reader = Reader::new();
    let file = reader.file("v.json");
    let wanted = deliver("vaultwarden", &format!("sops:{}", file.display()), "one");
    let read = || serde_json::from_str::<Value>(&fs::read_to_string(&file).unwrap()).unwrap();
    delivered(&sink(&reader), &wanted).await;
    let other = read()["sops"]["age"][1]["enc"].clone();
    sink(&reader).remove(&wanted.to, wanted.fingerprint()).await.unwrap();
    for (what, pointer, value) in [
        ("the key of a reader", "/sops/age/1/enc", other),
        ("a reader", "/sops/age/1/recipient", "age1other".into()),
        ("what stays in plain", "/sops/unencrypted_suffix", "_plain".into()),
        ("the version", "/sops/version", "3.0.0".into()),
        ("a further reader", "/sops/pgp", serde_json::json!([{ "fp": "1", "enc": "" }])),
        ("the code", "/sops/mac", "".into()),
    ] {
        delivered(&sink(&reader), &wanted).await;
        let mut whole = read();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        whole.pointer_mut(parent).unwrap()[member] = value;
        fs::write(&file, whole.to_string()).unwrap();
        assert_eq!(sink(&reader).observe(&wanted, None).await, SinkState::Differs, "{what}");
        let removed = sink(&reader).remove(&wanted.to, wanted.fingerprint()).await;
        assert_eq!(removed, Ok(Removed::Changed), "{what}");
    }
}

#[tokio::test]
async fn a_name_that_sops_keeps_for_itself_is_refused() {
    let reader = Reader::new();
    for (name, key) in [("v.yaml", "sops"), ("v.json", "sops"), ("v.env", "sops_version")] {
        let mut wanted = deliver("vaultwarden", &format!("sops:{}", reader.file(name).display()), "one");
        wanted.values[0].key = key.to_owned();
        wanted.text = Secret::new(format!("{key}=1\n"));
        let refused = sink(&reader).write(&wanted).await;
        assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.contains(&format!("`{key}`"))), "{refused:?}");
    }
}
