//! Files that are encrypted with age, decrypted by `age`.

use crate::{
    contract::{Ground, holds},
    given::{deliver, delivered},
    sinks::sealed::{Reader, output, sealing, tool},
};
use doorstep_deliver::age_sink;
use doorstep_onboard::sink::{Sink, SinkState};
use std::fs;

const NAME: &str = "vaultwarden.env.age";

struct Aged(Reader);

fn plain(reader: &Reader, name: &str) -> String {
    output(tool("age").arg("-d").arg("-i").arg(&reader.identity).arg(reader.file(name)))
}

impl Ground for Aged {
    fn scheme(&self) -> &'static str {
        "age"
    }
    fn place(&self) -> String {
        format!("age:{}", self.0.file(NAME).display())
    }
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(age_sink(self.0.apps(), sealing(7, &[&self.0])))
    }
    fn held(&self) -> Option<String> {
        let text = fs::read_to_string(self.0.file(NAME)).ok()?;
        // What somebody else put there is no file of age.
        if text.starts_with("-----BEGIN") { Some(plain(&self.0, NAME)) } else { Some(text) }
    }
    fn stamp(&self) -> String {
        Reader::stamp(&self.0.file(NAME))
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let file = self.0.file(NAME);
        let text = fs::read_to_string(&file).unwrap();
        match way {
            0 => fs::write(&file, text.replace('\n', "\r\n")).unwrap(),
            1 => fs::write(&file, &text[..text.len() / 2]).unwrap(),
            2 => fs::write(&file, "").unwrap(),
            3 => fs::remove_file(&file).unwrap(),
            4 => {
                let (begin, end) = text.split_at(text.len() / 2);
                fs::write(&file, format!("{begin}{}", end.replace('a', "b"))).unwrap();
            }
            _ => return None,
        }
        ["edited", "truncated", "emptied", "deleted", "garbled"].get(way).copied()
    }
    fn occupy(&self) {
        fs::write(self.0.file(NAME), "mine").unwrap();
    }
    fn clear(&self) {
        let _ = fs::remove_file(self.0.file(NAME));
    }
    fn hands_over(&self) -> bool {
        true
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        None
    }
}

#[tokio::test]
async fn an_age_file_keeps_the_contract_of_all_places() {
    holds(&Aged(Reader::new())).await;
}

#[tokio::test]
async fn every_recipient_reads_it_nobody_else_does_and_a_new_one_is_a_change() {
    let (ada, grace) = (Reader::new(), Reader::new());
    let wanted = deliver("vaultwarden", &format!("age:{}", ada.file(NAME).display()), "one");
    let (before, after) =
        (age_sink(ada.apps(), sealing(7, &[&ada])), age_sink(ada.apps(), sealing(7, &[&grace, &ada])));
    delivered(&before, &wanted).await;
    let read =
        |reader: &Reader| tool("age").arg("-d").arg("-i").arg(&reader.identity).arg(ada.file(NAME)).output().unwrap();
    assert!(read(&ada).status.success() && !read(&grace).status.success());
    assert_eq!(after.observe(&wanted, None).await, SinkState::Differs);
    delivered(&after, &wanted).await;
    for reader in [&ada, &grace] {
        assert_eq!(String::from_utf8(read(reader).stdout).unwrap(), *wanted.text.expose());
    }
    // The order in which they are named is no change.
    assert_eq!(age_sink(ada.apps(), sealing(7, &[&ada, &grace])).observe(&wanted, None).await, SinkState::Same);
    // Another instance's file is another's.
    let other = age_sink(ada.apps(), sealing(8, &[&ada, &grace]));
    assert!(matches!(other.observe(&wanted, None).await, SinkState::Blocked { .. }));
    // And so it is when somebody spoilt it; we know our own.
    let text = fs::read_to_string(ada.file(NAME)).unwrap();
    for spoilt in [text.replace('\n', "\r\n"), format!("{text}\n"), text[..text.len() * 3 / 4].to_owned()] {
        fs::write(ada.file(NAME), &spoilt).unwrap();
        assert!(matches!(other.observe(&wanted, None).await, SinkState::Blocked { .. }), "{spoilt}");
        assert_eq!(after.observe(&wanted, None).await, SinkState::Differs, "{spoilt}");
    }
}

#[tokio::test]
async fn a_file_that_a_person_encrypted_is_left_alone() {
    let reader = Reader::new();
    let wanted = deliver("vaultwarden", &format!("age:{}", reader.file(NAME).display()), "one");
    fs::create_dir(reader.apps()).unwrap();
    let source = reader.folder.path().join("plain");
    fs::write(&source, "mine").unwrap();
    for armor in [true, false] {
        let mut age = tool("age");
        age.args(["-r", &reader.recipient, "-o"]).arg(reader.file(NAME));
        if armor {
            age.arg("-a");
        }
        output(age.arg(&source));
        let sink = age_sink(reader.apps(), sealing(7, &[&reader]));
        assert!(matches!(sink.observe(&wanted, None).await, SinkState::Blocked { .. }));
        assert!(sink.write(&wanted).await.is_err());
        assert_eq!(plain(&reader, NAME), "mine");
    }
}
