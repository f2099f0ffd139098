//! A change that is looked at before it takes effect, and one that is not written to its end yet.

use crate::installation::Installation;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

const GRAFANA: &str = "[apps.grafana]\nurl = \"https://grafana.example.org\"\n";
const FORGEJO: &str = "[apps.forgejo]\nurl = \"https://git.example.org\"\n";

#[test]
fn a_copy_is_planned_against_the_running_instance_and_changes_nothing() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    fs::create_dir(instance.path("copy")).unwrap();
    let copy = instance.path("copy/changed.toml");
    let text = fs::read_to_string(instance.path("doorstep.toml")).unwrap();
    fs::write(&copy, format!("{text}{FORGEJO}[tokens]\naccess = \"30m\"\n[session]\nidle = \"1d\"\n")).unwrap();
    let said = instance.command(&["plan", "--file", "copy/changed.toml"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.out.contains("+ forgejo") && !said.out.contains("+ grafana"), "{said:?}");
    assert!(said.out.contains("at once: session.idle, tokens.access.\n"), "{said:?}");
    assert_eq!(instance.command(&["plan"]).code, 0, "the file itself is as it was");
    fs::write(&copy, format!("{text}[apps.wiki]\nzebra = 1\n")).unwrap();
    let wrong = instance.command(&["plan", "--file", "copy/changed.toml"]);
    assert!(wrong.code == 1 && wrong.err.contains("copy/changed.toml:"), "{wrong:?}");
    let elsewhere = instance.command(&["plan", "--config", "copy/changed.toml"]);
    assert!(elsewhere.code == 1, "{elsewhere:?}");
    fs::write(&copy, &text).unwrap();
    let elsewhere = instance.command(&["plan", "--config", "copy/changed.toml"]);
    assert!(
        elsewhere.out.contains("There is no instance in ") && elsewhere.out.contains("--file COPY"),
        "{elsewhere:?}"
    );
    drop(server);
}

#[test]
fn a_change_waits_for_a_persons_word_where_the_configuration_says_so() {
    const ASK: &str = "[onboard]\napply = \"ask\"\n";
    let instance = Installation::new(&format!("{ASK}{GRAFANA}"));
    let server = instance.serve();
    let written = |app: &str| instance.path(&format!("data/apps/{app}.env")).exists();
    assert!(written("grafana"), "a first start has nothing to ask about");
    instance.declare(&format!("{ASK}[groups]\nusers = [\"grace\"]\n{GRAFANA}{FORGEJO}"));
    let reported = server.says("A changed configuration waits; ");
    assert!(!written("forgejo"), "{reported}");
    assert_eq!(instance.command(&["plan"]).code, 2);
    // It looks once a second: whoever waits over night finds one line in the log.
    sleep(Duration::from_secs(3));
    assert_eq!(server.logged().matches("a changed configuration waits").count(), 1, "{}", server.logged());
    assert_eq!(server.stop(), 0);
    let server = instance.serve();
    server.says("differ from those that are served: the change waits.");
    assert!(!written("forgejo"), "a restart is no word");
    assert_eq!(instance.command(&["apply"]).code, 0);
    assert!(written("forgejo"));
    server.says("Serving the configuration of ");
    instance.reported(&["user", "add", "grace"]);
    assert!(instance.reported(&["user", "list"]).contains("users"));
    assert_eq!(instance.command(&["plan"]).code, 0);
    drop(server);
}

/// How long between two looks: whoever writes more often is seen to be still writing.
const LOOKS: Duration = Duration::from_secs(1);

#[test]
fn a_file_that_is_still_being_written_is_not_taken_in() {
    // Where the machine kept the writer waiting for longer than a look, nothing was shown.
    let kept_waiting = (0..20).take_while(|_| written_without_a_pause().is_none()).count();
    assert!(kept_waiting < 20, "nobody could write without a pause");
}

/// `None` when there was a pause.
fn written_without_a_pause() -> Option<()> {
    let instance = Installation::new(&format!("{GRAFANA}{FORGEJO}"));
    let server = instance.serve();
    // In place, in pieces that are a whole configuration each: without the last one, forgejo is gone.
    let text = fs::read_to_string(instance.path("doorstep.toml")).unwrap();
    let without = text.replace(FORGEJO, "");
    fs::write(instance.path("doorstep.toml"), &without).unwrap();
    let mut file = OpenOptions::new().append(true).open(instance.path("doorstep.toml")).unwrap();
    let (begun, mut last) = (Instant::now(), Instant::now());
    // Over several looks.
    while begun.elapsed() < LOOKS * 4 {
        sleep(Duration::from_millis(50));
        writeln!(file, "# still writing").unwrap();
        if last.elapsed() > LOOKS * 3 / 4 {
            return None;
        }
        last = Instant::now();
    }
    write!(file, "{FORGEJO}").unwrap();
    drop(file);
    let meanwhile = server.printed();
    if last.elapsed() > LOOKS * 3 / 4 {
        return None;
    }
    assert!(!meanwhile.contains("Serving the configuration of "), "{meanwhile}");
    server.says("Serving the configuration of ");
    let printed = server.printed();
    let after = printed.split_once("Serving the configuration of ").unwrap().1;
    assert!(!after.contains("forgejo"), "{after}");
    Some(())
}
