//! A key inside a file that a person owns, in each form.

use crate::{
    contract::{Ground, holds},
    given::{checked, declared, deliver, delivered, rendered},
};
use doorstep_deliver::KeySink;
use doorstep_onboard::delivery::Rendered;
use doorstep_onboard::sink::{Removed, Sink, SinkError, SinkState};
use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

const NAME: &str = "SSO_CLIENT_SECRET";

/// A file of a person's, and the key in it.
struct Theirs {
    _dir: tempfile::TempDir,
    file: PathBuf,
    key: &'static str,
    /// The file without the key.
    before: &'static str,
    /// What stands on the line of the key, before and behind the value.
    line: (&'static str, &'static str),
    /// The file with something else at the key.
    occupied: &'static str,
}

impl Theirs {
    fn new(
        name: &str,
        (key, before): (&'static str, &'static str),
        line: (&'static str, &'static str),
        occupied: &'static str,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().canonicalize().unwrap().join(name);
        fs::write(&file, before).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        Self { _dir: dir, file, key, before, line, occupied }
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }

    fn wanted(&self, secret: &str) -> Rendered {
        deliver("vaultwarden", &self.place(), secret)
    }

    /// The value as it stands in the file.
    fn value(&self) -> String {
        let text = self.text();
        let (_, after) = text.split_once(self.line.0).unwrap();
        let (value, _) = after.split_once('\n').unwrap();
        value.trim_end_matches(',').trim_matches('"').to_owned()
    }
}

fn all() -> [Theirs; 5] {
    [
        Theirs::new(".env", ("K", "# mine\nA=1\n"), ("K=", ""), "A=1\nK=1\nK=2\n"),
        Theirs::new("a.ini", ("auth.k", "; mine\n[auth]\na = 1\n[b]\n"), ("k = ", ""), "[auth]\nk = 1\nk = 2\n"),
        Theirs::new(
            "a.json",
            ("auth.k", "{\n  \"auth\": {\n    \"a\": 1\n  }\n}\n"),
            ("\"k\": ", ""),
            "{\"auth\": {\"k\": {}}}",
        ),
        Theirs::new(
            "a.toml",
            ("auth.k", "# mine\n[auth]\na = 1 # one\n# of b\n[b]\n"),
            ("k = ", ""),
            "[auth.k]\na = 1\n",
        ),
        Theirs::new("a.yml", ("auth.k", "# mine\nauth:\n  a: [1]  # one\nb:\n"), ("k: ", ""), "auth:\n  k:\n  - 1\n"),
    ]
}

impl Ground for Theirs {
    fn scheme(&self) -> &'static str {
        "key"
    }
    fn place(&self) -> String {
        format!("key:{}#{}={NAME}", self.file.display(), self.key)
    }
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(KeySink)
    }
    fn held(&self) -> Option<String> {
        Some(self.text()).filter(|text| text != self.before)
    }
    fn stamp(&self) -> String {
        let found = fs::metadata(&self.file).unwrap();
        format!("{} {:?}", found.ino(), found.modified().unwrap())
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let text = match way {
            0 => self.text().replace(&self.value(), "mine"),
            1 => self.text().replace(&self.value(), &self.value()[..5]),
            2 => self.text().replace(&self.value(), ""),
            3 => self.before.to_owned(),
            _ => return None,
        };
        fs::write(&self.file, text).unwrap();
        ["edited", "cut off", "emptied", "taken out"].get(way).copied()
    }
    fn occupy(&self) {
        fs::write(&self.file, self.occupied).unwrap();
    }
    fn clear(&self) {
        fs::write(&self.file, self.before).unwrap();
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        None
    }
}

#[tokio::test]
async fn a_key_in_a_file_of_each_form_keeps_the_contract_of_all_places() {
    for theirs in all() {
        holds(&theirs).await;
        assert_eq!(fs::metadata(&theirs.file).unwrap().mode() & 0o777, 0o640, "the mode stays");
        // What is right is not written again.
        delivered(&KeySink, &theirs.wanted("s3cret")).await;
        let stamp = theirs.stamp();
        delivered(&KeySink, &theirs.wanted("s3cret")).await;
        assert_eq!(theirs.stamp(), stamp);
        let beside = fs::read_dir(theirs.file.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1, "nothing is left beside it");
    }
}

#[tokio::test]
async fn a_value_that_was_never_delivered_is_the_persons_until_they_empty_it() {
    for theirs in all() {
        let (one, two) = (theirs.wanted("one-of-ours"), theirs.wanted("two-of-ours"));
        delivered(&KeySink, &one).await;
        let seen = KeySink.observe(&two, None).await;
        assert!(matches!(&seen, SinkState::Blocked { why } if why.contains("empty it, and it is filled")), "{seen:?}");
        assert_eq!(KeySink.observe(&two, Some(one.fingerprint())).await, SinkState::Differs);
        fs::write(&theirs.file, theirs.text().replace("one-of-ours", "")).unwrap();
        assert_eq!(KeySink.observe(&two, None).await, SinkState::Absent);
        delivered(&KeySink, &two).await;
    }
}

#[tokio::test]
async fn the_file_is_never_made_and_what_stands_in_the_way_is_told() {
    let theirs = &all()[0];
    let (wanted, file) = (theirs.wanted("s3cret"), &theirs.file);
    let folder = file.parent().unwrap();
    let told = async |said: &str| {
        let seen = KeySink.observe(&wanted, None).await;
        assert!(matches!(&seen, SinkState::Blocked { why } if why.contains(said)), "{said}: {seen:?}");
        let refused = KeySink.write(&wanted).await;
        assert!(matches!(&refused, Err(SinkError::Blocked(why)) if why.contains(said)), "{said}: {refused:?}");
    };
    fs::set_permissions(file, Permissions::from_mode(0o440)).unwrap();
    told("chmod u+w").await;
    fs::write(folder.join("real"), "A=1\n").unwrap();
    fs::remove_file(file).unwrap();
    told("does not make it").await;
    assert_eq!(KeySink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::WasNotThere));
    symlink("real", file).unwrap();
    told("symbolic link").await;
    fs::remove_file(file).unwrap();
    fs::create_dir(file).unwrap();
    told("not a plain file").await;
    fs::remove_dir(file).unwrap();
    fs::write(file, b"A=\xff\n").unwrap();
    told("UTF-8").await;
    assert_eq!(fs::read(file).unwrap(), b"A=\xff\n");
    let nowhere = deliver("vaultwarden", &format!("key:/nowhere/at/all/.env#K={NAME}"), "s3cret");
    assert!(matches!(KeySink.observe(&nowhere, None).await, SinkState::Blocked { why } if why.contains("/nowhere")));
}

#[tokio::test]
async fn security_118_no_secret_goes_into_a_file_that_everyone_can_read() {
    let theirs = &all()[0];
    let secret = theirs.wanted("s3cret");
    let public = deliver("vaultwarden", &format!("key:{}#P=SSO_CLIENT_ID", theirs.file.display()), "s3cret");
    delivered(&KeySink, &secret).await;
    fs::set_permissions(&theirs.file, Permissions::from_mode(0o644)).unwrap();
    for there in [theirs.text(), theirs.before.to_owned()] {
        fs::write(&theirs.file, &there).unwrap();
        let seen = KeySink.observe(&secret, Some(secret.fingerprint())).await;
        let said = format!("chmod o= {}", theirs.file.display());
        assert!(matches!(&seen, SinkState::Blocked { why } if why.contains(&said)), "{seen:?}");
        assert!(matches!(KeySink.write(&secret).await, Err(SinkError::Blocked(why)) if why.contains(&said)));
        assert_eq!(theirs.text(), there);
    }
    delivered(&KeySink, &public).await;
    assert_eq!(fs::metadata(&theirs.file).unwrap().mode() & 0o777, 0o644);
    fs::set_permissions(&theirs.file, Permissions::from_mode(0o640)).unwrap();
    delivered(&KeySink, &secret).await;
}

/// A program that changes the file all the time, and many deliveries into other keys of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_at_the_same_moment_is_not_lost() {
    let theirs = &all()[0];
    let file = theirs.file.clone();
    let keys: Vec<Rendered> = (0..8)
        .map(|n| deliver("vaultwarden", &format!("key:{}#K{n}={NAME}", file.display()), &format!("secret-{n}")))
        .collect();
    let done = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&done);
    let theirs = thread::spawn(move || {
        let mut count = 0;
        while !ended.load(Ordering::Relaxed) {
            count += 1;
            append(&file, &format!("LINE{count}=x\n"));
            thread::sleep(Duration::from_millis(3));
        }
        (fs::read_to_string(&file).unwrap(), count)
    });
    let writes: Vec<_> = keys
        .iter()
        .cloned()
        .map(|wanted| {
            tokio::spawn(async move {
                while let Err(error) = KeySink.write(&wanted).await {
                    assert!(matches!(error, SinkError::Unreachable(_)), "{error}");
                }
            })
        })
        .collect();
    for write in writes {
        write.await.unwrap();
    }
    for wanted in &keys {
        assert_eq!(KeySink.observe(wanted, None).await, SinkState::Same);
    }
    done.store(true, Ordering::Relaxed);
    let (text, count) = theirs.join().unwrap();
    for n in 1..=count {
        assert!(text.contains(&format!("LINE{n}=x\n")), "line {n} of {count} is gone: {text}");
    }
}

/// As an editor does it: read, and renamed over; under the lock that whoever shares a folder with others takes.
fn append(file: &Path, line: &str) {
    let folder = fs::File::open(file.parent().unwrap()).unwrap();
    rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let text = fs::read_to_string(file).unwrap();
    let draft = file.with_extension("theirs");
    fs::write(&draft, text + line).unwrap();
    fs::set_permissions(&draft, Permissions::from_mode(0o600)).unwrap();
    fs::rename(&draft, file).unwrap();
}

#[test]
fn one_place_may_stand_for_all_values_each_under_its_name() {
    let of = |deliver: &str, app: &str| {
        let desired = declared(&format!("[apps.{app}]\nurl = 'https://a.example.org'\ndeliver = {deliver}"));
        desired.apps[0].deliveries.iter().map(|delivery| delivery.to.to_text()).collect::<Vec<_>>()
    };
    let all = of("'key:/srv/compose.yaml#services.vaultwarden.environment.*'", "vaultwarden");
    assert!(all.contains(&format!("key:/srv/compose.yaml#services.vaultwarden.environment.{NAME}")), "{all:?}");
    let plain = of("'key:/srv/.env#*'", "vaultwarden");
    assert!(plain.len() == all.len() && plain.contains(&format!("key:/srv/.env#{NAME}")), "{plain:?}");
    assert_eq!(of(&format!("'key:/srv/.env#{NAME}'"), "vaultwarden"), [format!("key:/srv/.env#{NAME}")]);
    assert_eq!(
        of(&format!("'key:/srv/a.ini#auth.generic_oauth.s={NAME}'"), "vaultwarden"),
        ["key:/srv/a.ini#\"auth.generic_oauth\".s"]
    );
    // Members of a document, with the kinds of their values.
    let immich =
        declared("[apps.immich]\nurl = 'https://i.example.org'\ndeliver = ['key:/srv/immich.json#oauth.enabled']");
    let wanted = rendered(&immich, "immich", "s3cret");
    assert!(wanted.values[0].literal && wanted.text.expose() == "true");
}

#[test]
fn what_no_key_is_delivered_for_is_left_to_be_set() {
    let desired =
        declared(&format!("[apps.vaultwarden]\nurl = 'https://v.example.org'\ndeliver = 'key:/srv/.env#X={NAME}'"));
    let setup = desired.apps[0].setup.join("\n");
    assert!(setup.contains("set SSO_ENABLED to true yourself: no key is delivered for it"), "{setup}");
    assert!(setup.contains("SSO_CLIENT_ID, which holds {client_id}, goes to no key: deliver it, too"), "{setup}");
    assert!(!setup.contains(NAME), "{setup}");
    let all = declared("[apps.vaultwarden]\nurl = 'https://v.example.org'\ndeliver = 'key:/srv/.env#*'");
    assert!(!all.apps[0].setup.join("\n").contains("no key"));
    let both = "[apps.vaultwarden]\nurl = 'https://v.example.org'\ndeliver = ['file:/srv/a.env', 'key:/srv/.env#SSO_CLIENT_ID']";
    assert!(!declared(both).apps[0].setup.join("\n").contains("no key"));
}

#[test]
fn two_apps_share_a_file_and_no_key() {
    let of = |one: &str, two: &str| {
        checked(
            Path::new("/nowhere"),
            &format!(
                "[apps.vaultwarden]\nurl = 'https://v.example.org'\ndeliver = '{one}'\n\
                 [apps.grafana]\nurl = 'https://g.example.org'\ndeliver = '{two}'"
            ),
        )
        .map(|_| ())
        .map_err(|mistakes| format!("{mistakes:?}"))
    };
    let secret = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET";
    assert_eq!(of(&format!("key:/srv/.env#A={NAME}"), &format!("key:/srv/.env#B={secret}")), Ok(()));
    for (one, two) in [("key:/srv/a.env#A", "key:/srv/a.env#A"), ("key:/srv/a.yaml#a", "key:/srv/a.yaml#a.b")] {
        let mistakes = of(&format!("{one}={NAME}"), &format!("{two}={secret}")).unwrap_err();
        assert!(mistakes.contains("both deliver to key "), "{mistakes}");
    }
    let mistakes = of("file:/srv/a.env", &format!("key:/srv/a.env#A={secret}")).unwrap_err();
    assert!(mistakes.contains("both deliver to"), "{mistakes}");
}

/// Some apps are told by an empty value.
#[tokio::test]
async fn an_empty_value_is_delivered_found_and_taken_out_again() {
    for theirs in all() {
        let place = format!("key:{}#{}=SIGNUPS_DOMAINS_WHITELIST", theirs.file.display(), theirs.key);
        let wanted = deliver("vaultwarden", &place, "s3cret");
        assert_eq!(wanted.text.expose(), "");
        assert_eq!(KeySink.observe(&wanted, None).await, SinkState::Absent);
        delivered(&KeySink, &wanted).await;
        assert_ne!(theirs.text(), theirs.before);
        fs::write(&theirs.file, theirs.before).unwrap();
        delivered(&KeySink, &wanted).await;
        assert_eq!(KeySink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Gone));
        assert_eq!(theirs.text(), theirs.before);
    }
}

#[tokio::test]
async fn a_folder_that_may_not_be_entered_is_told_when_a_key_is_to_go() {
    let theirs = &all()[0];
    let wanted = theirs.wanted("s3cret");
    delivered(&KeySink, &wanted).await;
    let folder = theirs.file.parent().unwrap();
    let aside = folder.with_extension("aside");
    fs::rename(folder, &aside).unwrap();
    assert_eq!(KeySink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::WasNotThere));
    fs::write(folder, "").unwrap();
    let removed = KeySink.remove(&wanted.to, wanted.fingerprint()).await;
    assert!(matches!(&removed, Err(SinkError::Blocked(why)) if why.contains("is not a folder")), "{removed:?}");
    fs::remove_file(folder).unwrap();
    fs::rename(&aside, folder).unwrap();
    assert_eq!(KeySink.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Gone));
}

#[tokio::test]
async fn what_compose_would_replace_in_its_own_file_is_not_written_there() {
    let theirs = &all()[0];
    for (name, taken) in [("compose.yaml", false), ("docker-compose.prod.yml", false), ("app.yaml", true)] {
        let file = theirs.file.with_file_name(name);
        fs::write(&file, "k: \"\"\n").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let place = format!("key:{}#k={NAME}", file.display());
        delivered(&KeySink, &deliver("vaultwarden", &place, "s3cret")).await;
        fs::write(&file, "k: \"\"\n").unwrap();
        let wanted = deliver("vaultwarden", &place, "a$HOME");
        let written = KeySink.write(&wanted).await;
        assert_eq!(written.is_ok(), taken, "{name}");
        assert_eq!(fs::read_to_string(&file).unwrap().contains("a$HOME"), taken);
        let seen = KeySink.observe(&wanted, None).await;
        assert!(taken || matches!(&seen, SinkState::Blocked { why } if why.contains("env_file")), "{seen:?}");
    }
}

/// What stands there when something else comes in the place of the file.
#[tokio::test]
async fn a_pipe_holds_nobody_up_and_the_other_name_of_a_file_is_left_as_it_was() {
    let theirs = &all()[0];
    let (wanted, file) = (theirs.wanted("s3cret"), &theirs.file);
    let other = file.with_file_name("other");
    fs::hard_link(file, &other).unwrap();
    delivered(&KeySink, &wanted).await;
    assert_eq!(fs::read_to_string(&other).unwrap(), theirs.before);
    fs::remove_file(file).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        file,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let seen = KeySink.observe(&wanted, None).await;
    assert!(matches!(&seen, SinkState::Blocked { why } if why.contains("not a plain file")), "{seen:?}");
    assert!(matches!(KeySink.write(&wanted).await, Err(SinkError::Blocked(_))));
    fs::remove_file(file).unwrap();
    // One that is larger than any that is kept in memory.
    fs::write(file, "A=1\n".repeat(1 << 19)).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    let seen = KeySink.observe(&wanted, None).await;
    assert!(matches!(&seen, SinkState::Blocked { why } if why.contains("larger than 1 MiB")), "{seen:?}");
}
