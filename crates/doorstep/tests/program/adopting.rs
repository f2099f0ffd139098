//! `doorstep adopt` as it is typed: what it shows, what it changes and when, how it ends, and what is left when it is killed.

use crate::installation::Installation;
use crate::rotating::{delivered, proves, secret_in};
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

const OWN: &str = "# my own\nCLIENT_ID=mine\nCLIENT_SECRET=not-a-secret-of-doorstep\nDEBUG=1\n";

/// An instance whose app is to read a file that somebody wrote.
fn given() -> Installation {
    let instance = Installation::new("");
    fs::write(instance.path("own.env"), OWN).unwrap();
    let file = instance.path("own.env");
    instance.declare(&format!(
        "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/callback\"]\ndeliver = \"file:{}\"\n\
         [apps.chat]\nurl = \"https://chat.example.org\"\ncallbacks = [\"/callback\"]\n",
        file.display()
    ));
    instance
}

#[test]
fn what_stands_in_the_way_is_shown_and_taken_over_when_that_is_said() {
    let instance = given();
    let server = instance.serve();
    let plan = instance.command(&["plan"]);
    assert!(plan.code == 2 && plan.out.contains("doorstep adopt wiki"), "{plan:?}");

    let shown = instance.command(&["adopt", "wiki"]);
    assert_eq!(shown.code, 2, "{shown:?}");
    for words in [
        "own.env",
        "it holds CLIENT_ID, CLIENT_SECRET, DEBUG",
        "gone are then CLIENT_ID, CLIENT_SECRET, DEBUG",
        "it does not hold the secret of the app's client, which stays as it is",
        "Nothing was changed. This is done, and nothing else, by: doorstep adopt wiki --accept",
    ] {
        assert!(shown.out.contains(words), "{words}: {shown:?}");
    }
    let json = instance.command(&["adopt", "wiki", "--json"]);
    let told: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &told["found"]["secret"]), (2, &"stays".into()), "{json:?}");
    assert_eq!(told["found"]["places"][0]["keys"][1], "CLIENT_SECRET");
    for said in [&shown, &json] {
        assert!(!said.out.contains("not-a-secret-of-doorstep"), "{said:?}");
    }
    assert_eq!(fs::read_to_string(instance.path("own.env")).unwrap(), OWN, "looking changes nothing");

    fs::set_permissions(instance.path("own.env"), Permissions::from_mode(0o644)).unwrap();
    let taken = instance.command(&["adopt", "wiki", "--accept"]);
    let said = "own.env taken over; everyone on the machine could read it, and no longer can";
    assert!(taken.code == 0 && taken.out.contains(said), "{taken:?}");
    let secret = secret_in(&fs::read_to_string(instance.path("own.env")).unwrap());
    assert!(proves(&instance, "wiki", &secret));
    assert_eq!(instance.command(&["plan"]).code, 0);
    let again = instance.command(&["adopt", "wiki"]);
    assert!(again.code == 0 && again.out.contains("Nothing of wiki was made by somebody else"), "{again:?}");
    let accepted = instance.command(&["adopt", "wiki", "--accept"]);
    assert_eq!(accepted.code, 0, "{accepted:?}");
    assert!(proves(&instance, "chat", &delivered(&instance, "chat")), "nothing else was touched");
    assert_eq!(server.stop(), 0);
}

#[test]
fn what_is_typed_wrong_is_refused_with_what_to_write() {
    let instance = given();
    for (words, said) in
        [(&["adopt", "wikki"][..], "Did you mean `wiki`?"), (&["adopt", "wiki"], "There is no instance in")]
    {
        let refused = instance.command(words);
        assert!(refused.code == 1 && refused.err.contains(said), "{said}: {refused:?}");
    }
    let server = instance.serve();
    let refused = instance.command(&["adopt", "wiki", "--accept", "file:/elsewhere.env"]);
    assert!(refused.code == 1 && refused.err.contains("wiki delivers nothing to `file:/elsewhere.env`"), "{refused:?}");
    assert!(refused.err.contains("own.env"), "its places are named: {refused:?}");
    assert_eq!(fs::read_to_string(instance.path("own.env")).unwrap(), OWN);
    assert_eq!(server.stop(), 0);
}

/// Killed at any time: the file is the person's or ours, whole, and the command typed again comes to the end.
#[test]
fn one_that_is_killed_leaves_the_file_as_it_was_or_whole_and_is_finished_by_another() {
    let instance = given();
    assert_eq!(instance.serve().stop(), 0);
    for round in 0..12 {
        fs::write(instance.path("own.env"), OWN).unwrap();
        let begun = instance.start_with(&["adopt", "wiki", "--accept"]);
        thread::sleep(Duration::from_millis(round * 8));
        // Kills it (SIGKILL).
        drop(begun);
        let left = fs::read_to_string(instance.path("own.env")).unwrap();
        assert!(left == OWN || left.starts_with("# Delivered by Doorstep for wiki"), "{left}");
        let (first, second) = thread::scope(|scope| {
            let adopt = || scope.spawn(|| instance.command(&["adopt", "wiki", "--accept"]));
            let (first, second) = (adopt(), adopt());
            (first.join().unwrap(), second.join().unwrap())
        });
        assert_eq!((first.code, second.code), (0, 0), "{first:?} {second:?}");
        instance.reported(&["apply"]);
        assert_eq!(instance.command(&["plan"]).code, 0);
    }
}
