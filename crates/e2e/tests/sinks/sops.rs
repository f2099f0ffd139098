//! Files as SOPS encrypts them, decrypted, and edited, by `sops`.

use crate::{
    contract::{Ground, holds},
    given::{deliver, delivered},
    sealed::{Reader, now, output, sealing, tool},
};
use doorstep_deliver::{FileSink, sops_sink};
use doorstep_onboard::sink::{Removed, Sink, SinkState};
use std::{fs, path::Path, process::Command};

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
        ("peertube", "p.yaml"),
        ("hashicorp-vault", "h.sh"),
    ] {
        let file = reader.file(name);
        let Ok(wanted) = std::panic::catch_unwind(|| deliver(app, &format!("sops:{}", file.display()), "s3cret"))
        else {
            continue;
        };
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
    // What a person encrypted is theirs.
    fs::write(&file, "MINE: 1\n").unwrap();
    output(sops(&reader).args(["-e", "-i", "--age", &reader.recipient]).arg(&file));
    assert!(matches!(both.observe(&wanted, None).await, SinkState::Blocked { .. }));
}
