//! Commands against real programs: scripts of Python, which keep what they are given in a file.

use crate::{
    contract::{Ground, holds},
    given::{declared, deliver, delivered},
};
use doorstep_deliver::{CommandSink, Program};
use doorstep_onboard::sink::{Removed, Sink, SinkError, SinkState, Written};
use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, path::PathBuf, time::Duration};

/// Keeps the text of each target in a folder, whole, and knows what is not its own.
const KEEP: &str = r##"
import json, os, sys
folder = sys.argv[1]
asked = json.load(sys.stdin)
assert asked["doorstep"] == 1 and "DOORSTEP_ROOT_KEY" not in os.environ
path = os.path.join(folder, asked["target"])
there = open(path).read() if os.path.exists(path) else None
ours = there is None or there.startswith("# Delivered by Doorstep") or not there.strip()
def say(**what):
    print(json.dumps(what)); sys.exit(0)
if asked["verb"] == "observe":
    if there is None: say(state="absent")
    if there == asked["text"]: say(state="same")
    say(state="differs") if ours else say(state="blocked", why="somebody else keeps something there")
if not ours:
    print(json.dumps({"why": "somebody else keeps something there\nand " + asked.get("text", "")})); sys.exit(3)
if asked["verb"] == "write":
    draft = path + ".new"
    with open(draft, "w") as out:
        out.write(asked["text"]); out.flush(); os.fsync(out.fileno())
    os.rename(draft, path)
    sys.exit(0)
if there is None: say(removed="was_not_there")
os.remove(path)
say(removed="gone")
"##;

struct Kept {
    folder: tempfile::TempDir,
    observes: bool,
}

impl Kept {
    fn new(observes: bool) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), observes }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("vaultwarden")
    }
}

fn python(script: &str, argument: &str, observes: bool) -> Program {
    let arguments = vec!["-c".to_owned(), script.to_owned(), argument.to_owned()];
    Program { path: "/usr/bin/python3".into(), arguments, observes }
}

fn only(name: &str, program: Program) -> CommandSink {
    CommandSink::new(BTreeMap::from([(name.to_owned(), program)]))
}

impl Ground for Kept {
    fn scheme(&self) -> &'static str {
        "command"
    }
    fn place(&self) -> String {
        "command:keep".into()
    }
    fn sink(&self) -> Box<dyn Sink> {
        let folder = self.folder.path().display().to_string();
        Box::new(only("keep", python(KEEP, &folder, self.observes)))
    }
    fn held(&self) -> Option<String> {
        fs::read_to_string(self.file()).ok()
    }
    fn stamp(&self) -> String {
        fs::metadata(self.file()).map(|found| found.ino().to_string()).unwrap_or_default()
    }
    fn spoil(&self, way: usize) -> Option<&'static str> {
        let text = self.held().unwrap();
        match way {
            _ if !self.observes => return None,
            0 => fs::write(self.file(), text.replace('=', "= ")).unwrap(),
            1 => fs::write(self.file(), "").unwrap(),
            2 => fs::remove_file(self.file()).unwrap(),
            _ => return None,
        }
        ["edited", "truncated", "deleted"].get(way).copied()
    }
    fn occupy(&self) {
        fs::write(self.file(), "mine").unwrap();
    }
    fn clear(&self) {
        let _ = fs::remove_file(self.file());
    }
    fn hanging(&self) -> Option<Box<dyn Sink>> {
        Some(Box::new(only("keep", python("import time; time.sleep(600)", "", false))))
    }
}

#[tokio::test]
async fn a_command_that_looks_keeps_the_contract_of_all_places() {
    holds(&Kept::new(true)).await;
}

#[tokio::test]
async fn what_a_command_that_cannot_look_holds_is_taken_for_what_was_delivered_last() {
    let kept = Kept::new(false);
    let sink = kept.sink();
    let (one, two) = (deliver("vaultwarden", "command:keep", "one"), deliver("vaultwarden", "command:keep", "two"));
    assert_eq!(sink.observe(&one, None).await, SinkState::Absent);
    delivered(&*sink, &one).await;
    assert_eq!(sink.observe(&two, Some(one.fingerprint())).await, SinkState::Differs);
    delivered(&*sink, &two).await;
    assert_eq!(sink.remove(&two.to, two.fingerprint()).await, Ok(Removed::Gone));
    assert_eq!(kept.held(), None);
}

#[tokio::test]
async fn security_118_a_command_gets_neither_the_environment_nor_a_word_of_its_output_into_a_message() {
    const WHY: &str =
        "import sys, json; a = json.load(sys.stdin); print(json.dumps({'why': eval(sys.argv[1])})); sys.exit(1)";
    const TELL: &str =
        "import sys; t = sys.stdin.read(); print(t); print(t, file=sys.stderr); sys.exit(int(sys.argv[1]))";
    let wanted = deliver("vaultwarden", "command:refuse", "canary-5f0d2a");
    for (status, passes) in [("1", false), ("2", false), ("75", true)] {
        let sink = only("refuse", python(TELL, status, false));
        let error = sink.write(&wanted).await.unwrap_err();
        assert_eq!(matches!(error, SinkError::Unreachable(_)), passes, "{error}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    for (app, said) in [
        ("vaultwarden", "'not\\n' + a['values']['SSO_CLIENT_SECRET']"),
        (
            "vaultwarden",
            "'not\\n' + __import__('base64').b64encode(a['values']['SSO_CLIENT_SECRET'].encode()).decode().rstrip('=')",
        ),
        // A document is one value: a piece of it is hidden as well.
        ("immich", "'not\\n' + json.loads(a['text'])['oauth']['clientSecret']"),
    ] {
        let wanted = deliver(app, "command:refuse", "canary-5f0d2a");
        let said = only("refuse", python(WHY, said, false)).write(&wanted).await.unwrap_err();
        assert_eq!(said, SinkError::Blocked("/usr/bin/python3 ended with status 1: not ••••".into()));
    }
    // It is cut after it was hidden: no beginning of a secret is left at the end of the line.
    for before in 285..300 {
        let said = format!("'.' * {before} + a['values']['SSO_CLIENT_SECRET']");
        let said = only("refuse", python(WHY, &said, false)).write(&wanted).await.unwrap_err().to_string();
        assert!(said.ends_with(['.', '•']) && !said.contains("can"), "{before}: {said}");
    }
    let sink =
        only("refuse", python("import os, sys; sys.exit(len(set(os.environ) - {'PATH', 'LC_CTYPE'}))", "", false));
    assert_eq!(sink.write(&wanted).await.map_err(|error| error.to_string()), Ok(Written::default()));
}

#[tokio::test]
async fn what_a_command_says_of_a_rehearsal_is_shown_whole() {
    const WHY: &str = "import json; print(json.dumps({'state': 'blocked', 'why': 'next: fix the box of Max, exit 6'}))";
    let desired = declared("[apps.vaultwarden]\nurl = 'https://passwords.example.org'\ndeliver = 'command:refuse'");
    let wanted = desired.apps[0].deliveries[0].rehearse().unwrap();
    let seen = only("refuse", python(WHY, "", true)).observe(&wanted, None).await;
    assert_eq!(seen, SinkState::Blocked { why: "next: fix the box of Max, exit 6".into() });
}

#[tokio::test]
async fn a_command_that_is_not_there_or_does_not_answer_is_told() {
    let wanted = deliver("vaultwarden", "command:keep", "one");
    let missing = Program { path: "/nowhere/deliver".into(), arguments: Vec::new(), observes: false };
    let error = only("keep", missing).write(&wanted).await.unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/deliver cannot be started") && error.contains("whole path"), "{error}");
    let error = CommandSink::default().write(&wanted).await.unwrap_err().to_string();
    assert!(error.contains("add `sinks.command.keep`"), "{error}");
    let silent = only("keep", python("", "", true));
    assert!(matches!(silent.observe(&wanted, None).await, SinkState::Blocked { why } if why.contains("`state`")));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_no_success_and_a_long_one_is_heard_to_its_end() {
    let wanted = deliver("vaultwarden", "command:keep", "one");
    for answer in [
        "print('done')",
        "print('{\"state\": \"gone\"}')",
        "print('{\"removed\": \"lost\"}')",
        "print('[]')",
        "print('{\"why\": \"' + 'x' * 1000000 + '\"}')",
    ] {
        let sink = only("keep", python(answer, "", true));
        let refused = [
            sink.write(&wanted).await.map(|_| ()).unwrap_err(),
            sink.remove(&wanted.to, wanted.fingerprint()).await.map(|_| ()).unwrap_err(),
        ];
        for error in refused {
            assert!(matches!(&error, SinkError::Blocked(why) if why.contains("not the JSON object")), "{error}");
        }
        let seen = sink.observe(&wanted, None).await;
        assert!(matches!(&seen, SinkState::Blocked { why } if why.contains("not the JSON object")), "{seen:?}");
    }
    // It is not ended in the middle of what it prints, and its status counts.
    let script = "import sys; sys.stdout.write('x' * 1000000); sys.stdout.flush(); sys.exit(75)";
    let error = only("keep", python(script, "", false)).write(&wanted).await.unwrap_err().to_string();
    assert!(error.contains("asks to be tried again"), "{error}");
    // None is needed.
    let silent = only("keep", python("print()", "", false));
    assert_eq!(silent.write(&wanted).await, Ok(Written::default()));
    assert_eq!(silent.remove(&wanted.to, wanted.fingerprint()).await, Ok(Removed::Gone));
}

#[tokio::test]
async fn what_a_command_started_ends_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pid").display().to_string();
    let script = "import subprocess, sys, time; p = subprocess.Popen(['sleep', '600']); open(sys.argv[1] + '.new', 'w').write(str(p.pid)); import os; os.rename(sys.argv[1] + '.new', sys.argv[1]); time.sleep(600)";
    let sink = only("keep", python(script, &path, false));
    let wanted = deliver("vaultwarden", "command:keep", "one");
    let begun = async {
        while fs::metadata(&path).is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        done = sink.write(&wanted) => panic!("{done:?}"),
        () = begun => {}
    }
    let child = fs::read_to_string(&path).unwrap();
    let state = || fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    // Gone, or dead and not yet collected by whoever adopted it.
    while !state().is_empty() && !state().contains(") Z") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
