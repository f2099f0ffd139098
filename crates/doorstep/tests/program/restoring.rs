//! The commands of docs/operations.md for backup and restore, run as they stand there.

use crate::installation::{Installation, wait};
use std::fs;
use std::process::Command;

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

/// The lines of the block that holds `line`.
fn block(line: &str) -> &'static str {
    let at = OPERATIONS.find(line).unwrap();
    let begin = OPERATIONS[..at].rfind("```\n").unwrap() + 4;
    &OPERATIONS[begin..at + OPERATIONS[at..].find("\n```").unwrap()]
}

#[test]
fn a_restore_as_it_is_written_brings_the_backup_and_nothing_of_what_came_after() {
    for stop in ["TERM", "KILL"] {
        let instance = Installation::new("");
        let backup = tempfile::tempdir().unwrap();
        let shell = |script: &str, systemctl: &str| {
            let script = script
                .replace("/var/lib/doorstep", instance.path("data").to_str().unwrap())
                .replace("/backup", backup.path().to_str().unwrap());
            let script = format!("set -eu; systemctl() {{ {systemctl}; }}\n{script}");
            let done = Command::new("sh").arg("-c").arg(&script).output().unwrap();
            assert!(done.status.success(), "{script}\n{done:?}");
        };
        let server = instance.serve();
        instance.reported(&["user", "add", "grace"]);
        shell(block("sqlite3 /var/lib/doorstep/doorstep.db \".backup"), "false");
        instance.reported(&["user", "add", "mallory"]);
        let script = block("systemctl stop doorstep");
        let (before, after) = script.split_once("systemctl stop doorstep\n").unwrap();
        assert!(before.is_empty() && after.ends_with("systemctl start doorstep"), "{script}");
        if stop == "KILL" {
            server.signal(stop);
            wait("its end", || (instance.get("/healthz").0 == 0).then_some(()));
            assert!(
                fs::metadata(instance.path("data/doorstep.db-wal")).unwrap().len() > 0,
                "its log is what could come back"
            );
            drop(server);
        } else {
            assert_eq!(server.stop(), 0);
        }
        shell(after, "[ \"$*\" = \"start doorstep\" ]");
        let server = instance.serve();
        let people = instance.reported(&["user", "list"]);
        assert!(people.contains("grace") && !people.contains("mallory"), "{stop}: {people}");
        assert_eq!(server.stop(), 0);
        let kept = instance.path("data/before/doorstep.db");
        assert!(kept.exists(), "what was there is kept");
    }
}
