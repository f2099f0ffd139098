//! `invite`, `invite list` and `invite end`.

use crate::installation::Installation;
use serde_json::Value;

const HOME: &str = "[groups]
admins = [\"ada\"]
users = []
family = []
[apps.photos]
url = \"https://photos.example.org\"
forward_auth = true
allow = [\"users\"]
[apps.safe]
url = \"https://safe.example.org\"
forward_auth = true
allow = [\"admins\"]
";

#[test]
fn an_invitation_is_printed_once_listed_and_ended() {
    let instance = Installation::new(HOME);
    let server = instance.serve();
    let words = ["invite", "--group", "users", "--for", "Grace"];
    let early = instance.command(&words);
    assert!(early.code == 1 && early.err.contains("set-up link") && early.err.contains("admins"), "{early:?}");
    instance.reported(&["user", "add", "ada"]);
    assert!(instance.reported(&["invite", "list"]).contains("doorstep invite --group GROUP makes one."));

    let made =
        instance.reported(&[&words[..], &["--days", "3", "--app", "photos", "--email", "g@example.org"]].concat());
    let url = made.split_whitespace().next().unwrap();
    assert!(url.starts_with(&format!("{}/invite/ds_inv_", instance.issuer())), "{made}");
    assert!(
        made.contains("    one person, until ") && made.contains("For Grace, who joins users as g@example.org"),
        "{made}"
    );
    let id = made.trim_end().rsplit(' ').next().unwrap();
    let many = instance.reported(&["invite", "--group", "users", "--group", "family", "--times", "20"]);
    assert!(many.contains("    20 people, until ") && many.contains("Whoever comes joins family, users."), "{many}");

    let listed = instance.reported(&["invite", "list"]);
    assert!(
        listed.contains(&format!("{id}   one person, until ")) && listed.contains("and is led to photos"),
        "{listed}"
    );
    assert!(listed.contains("20 of 20 people left") && !listed.contains("ds_inv_"), "{listed}");
    let json: Value = serde_json::from_str(&instance.reported(&["invite", "list", "--json"])).unwrap();
    assert_eq!((&json[0]["id"], &json[0]["for"], &json[0]["title"]), (&id.into(), &"Grace".into(), &"photos".into()));
    assert_eq!(
        (&json[1]["groups"][0], &json[1]["left"], &json[1]["opens"]),
        (&"family".into(), &20.into(), &true.into())
    );
    assert_eq!((&json[1]["made_by"], &json[0]["email"]), (&Value::Null, &"g@example.org".into()));
    assert!(!json.to_string().contains("ds_inv_"));

    let ended = instance.reported(&["invite", "end", id]);
    assert!(ended.contains("its address opens nothing. Nobody had used it."), "{ended}");
    let again = instance.command(&["invite", "end", id]);
    assert!(
        again.code == 1 && again.err.contains("No open invitation has the id") && again.err.contains("list"),
        "{again:?}"
    );
    assert!(!instance.reported(&["invite", "list"]).contains("Grace"));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_code_for_cameras_is_drawn_beside_the_address() {
    let instance = Installation::new(HOME);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "ada"]);
    // Two modules of margin: letters where they are light, or nothing on white.
    for (colour, margin) in [("never", "██"), ("always", "\u{1b}[30;107m  ")] {
        let drawn = instance.reported(&["--color", colour, "invite", "--group", "users", "--qr"]);
        assert!(drawn.lines().filter(|line| line.starts_with(margin)).count() > 15, "{drawn}");
        assert!(drawn.lines().next().unwrap().contains("/invite/ds_inv_"), "{drawn}");
    }
}

#[test]
fn what_cannot_be_is_said_with_what_to_do() {
    let instance = Installation::new(HOME);
    let server = instance.serve();
    instance.reported(&["user", "add", "ada", "--email", "ada@example.org"]);
    for (words, expected) in [
        (&["--group", "usrs"][..], "Did you mean `users`?"),
        (&["--group", "gardeners"], "Declare a new one first, as gardeners under `groups`"),
        (&["--group", "a b"], "`a b`: a group's name must be"),
        (&["--group", "users", "--app", "fotos"], "Did you mean `photos`?"),
        (&["--group", "family", "--app", "photos"], "It lets in users. Add one of them with --group"),
        (&["--group", "users", "--app", "safe"], "It lets in admins. Add one of them with --group"),
        (&["--group", "users", "--days", "0"], "open for 1 to 30 days"),
        (&["--group", "users", "--days", "31"], "open for 1 to 30 days"),
        (&["--group", "users", "--times", "0"], "for 1 to 100 people"),
        (&["--group", "users", "--times", "101"], "for 1 to 100 people"),
        (&["--group", "admins", "--times", "2"], "invite the others without admins"),
        (&["--group", "users", "--times", "2", "--email", "g@example.org"], "Leave out --times, or --email"),
        (&["--group", "users", "--email", "ADA@example.org"], "belongs to ada"),
        (&["--group", "users", "--email", "ada@"], "mail address is not complete"),
        (&["--for", "Grace"], "--group <GROUP>"),
        (&[], "--group <GROUP>"),
        (&["end", "no/id"], "doorstep invite list shows those that are open."),
    ] {
        let said = instance.command(&[&["invite"], words].concat());
        assert!(said.code == 1 && said.err.contains(expected), "{words:?}: {said:?}");
    }
    assert!(instance.reported(&["invite", "list"]).contains("No invitation is open."));
    assert_eq!(server.stop(), 0);
}
