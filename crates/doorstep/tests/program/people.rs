//! `user`, `recover` and `explain`.

use crate::installation::Installation;
use doorstep_core::model::Refusal;
use doorstep_core::time::Timestamp;
use doorstep_store::{Db, refusals};
use std::io::{Read, Write};
use std::net::TcpStream;

fn instance() -> Installation {
    let instance = Installation::new("[groups]\nusers = [\"grace\"]\nnavy = []\n");
    assert_eq!(instance.serve().stop(), 0);
    instance
}

#[test]
fn a_person_is_added_with_a_link_and_belongs_to_the_declared_groups() {
    let instance = instance();
    assert!(instance.reported(&["user", "list"]).starts_with("Nobody has an account yet."));
    let added = instance.reported(&[
        "user",
        "add",
        "grace",
        "--name",
        "Grace Hopper",
        "--given-name",
        "Grace",
        "--group",
        "navy",
    ]);
    let link = added.split_whitespace().next().unwrap();
    assert!(link.starts_with(&format!("{}/enrol/ds_lnk_", instance.issuer())), "{added}");
    assert!(added.contains("opens once, until ") && added.contains("For grace"), "{added}");
    let listed = instance.reported(&["user", "list"]);
    assert_eq!(listed, "grace   Grace Hopper   navy, users   no passkey yet   not signed in\n");
    let json: serde_json::Value = serde_json::from_str(&instance.reported(&["user", "list", "--json"])).unwrap();
    assert_eq!((&json[0]["name"], &json[0]["groups"][1]), (&"grace".into(), &"users".into()));
    assert_eq!((&json[0]["given_name"], &json[0]["family_name"]), (&"Grace".into(), &serde_json::Value::Null));
    assert!(!json.to_string().contains("ds_lnk_"));
}

#[test]
fn a_person_is_shown_and_changed() {
    let instance = Installation::new("[groups]\nadmins = [\"root\", \"boss\"]\nnavy = [\"hopper\"]\n");
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "root"]);
    instance.reported(&["user", "add", "grace", "--email", "Grace@Navy.example"]);
    instance.reported(&["user", "add", "ada", "--email", "ada@example.org"]);
    instance.reported(&["user", "disable", "grace"]);
    for (words, code, reported) in [
        (&["set", "ada", "--email", "gräce@navy"][..], 0, "ada is ada, gräce@navy.\n"),
        (&["set", "ada", "--email", "GRACE@navy.EXAMPLE"], 1, "belongs to grace"),
        (&["set", "ada", "--email", "ada@"], 1, "mail address is not complete"),
        (&["set", "ada", "--email", ""], 0, "no mail address"),
        (&["set", "ada", "--name", "Ada \u{202e}L", "--email", "a@x"], 0, "\\u{202e}"),
        (&["set", "ada", "--given-name", " Ada \t", "--family-name", "King of L\u{f6}velace"], 0, "ada is Ada"),
        (&["show", "ada"], 0, "given name    Ada\nfamily name   King of L\u{f6}velace\n"),
        (&["set", "ada", "--given-name", ""], 0, "ada is Ada"),
        (&["show", "ada"], 0, "given name    none\nfamily name   King"),
        (&["set", "ada", "--user-name", "grace"], 1, "called `grace` already"),
        (&["set", "ada", "--user-name", "A B"], 1, "begins with a letter"),
        (&["set", "ada", "--user-name", "boss"], 1, "puts `boss` into admins (doorstep.toml:4).\nIf you mean that"),
        (&["set", "root", "--user-name", "ruth"], 1, "last administrator"),
        (&["set", "root", "--user-name", "hopper", "--with-groups"], 1, "last administrator"),
        (&["set", "root", "--user-name", "boss", "--with-groups"], 0, "boss is root"),
        (&["set", "ada", "--user-name", "hopper", "--with-groups"], 0, "hopper is Ada"),
        (&["set", "nobody", "--name", "x"], 1, "Nobody here is called `nobody`."),
        (&["set", "hopper"], 1, "required"),
        (&["show", "hopper"], 0, "groups        navy\n"),
        (&["passkeys", "list", "hopper"], 0, "hopper has no passkey.\n"),
        (&["sessions", "list", "hopper"], 0, "hopper is not signed in.\n"),
        (&["sessions", "end", "hopper"], 0, "Every session and token of hopper has ended.\n"),
        (&["sessions", "end", "hopper", "nothing"], 1, "There is no such session of hopper."),
        (&["passkeys", "remove", "hopper", "nothing"], 1, "There is no such passkey of hopper."),
    ] {
        let said = instance.command(&[&["user"], words].concat());
        assert!(said.code == code && format!("{}{}", said.out, said.err).contains(reported), "{words:?}: {said:?}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&instance.reported(&["user", "show", "hopper", "--json"])).unwrap();
    assert_eq!((&json["email"], &json["email_verified"]), (&"a@x".into(), &true.into()));
    assert_eq!((&json["groups"], &json["password"]), (&serde_json::json!(["navy"]), &false.into()));
}

#[test]
fn a_person_is_removed_after_it_was_said_what_is_lost() {
    let instance = Installation::new("[groups]\nnavy = [\"grace\"]\n");
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "root", "--group", "admins"]);
    instance.reported(&["user", "add", "grace", "--name", "Grace Hopper", "--email", "grace@navy.example"]);
    let asked = instance.command(&["user", "remove", "grace"]);
    let expected = "\
grace (Grace Hopper) would be removed, and this cannot be undone.
  lost        no passkey, no session; every token of theirs ends
  groups      navy
  known to    none of the apps, as far as that is still on record
  still named in the configuration, in navy: take grace out there
  stays       the audit log, and whose user name and mail address these were
";
    assert_eq!((asked.code, asked.out.as_str()), (1, expected));
    assert_eq!(
        asked.err,
        "Nobody was removed: there is no terminal to ask in.\nIf you mean it, run the command again with --yes.\n"
    );
    let last = instance.command(&["user", "remove", "root", "--yes"]);
    assert!(last.code == 1 && last.err.contains("last administrator"), "{last:?}");
    assert_eq!(last.out, "", "what would be lost is not listed where nothing will be");
    let gone = instance.reported(&["user", "remove", "grace", "--yes"]);
    assert_eq!(gone, format!("{expected}grace is removed.\n"));
    for (words, code, reported) in [
        (&["show", "grace"][..], 1, "Nobody here is called `grace`."),
        (&["add", "grace"], 1, "`grace` belonged to somebody who was removed, and apps may know them by it."),
        (&["add", "grace"], 1, "\nFirst look at what the apps keep under it, then run the command again with --reuse."),
        (&["set", "root", "--user-name", "grace", "--with-groups"], 1, "run the command again with --reuse."),
        (&["add", "ada", "--email", "GRACE@navy.example"], 1, "belonged to somebody who was removed"),
        (&["add", "ada", "--email", "GRACE@navy.example", "--reuse"], 0, "For ada"),
        (&["add", "grace", "--reuse"], 0, "For grace"),
    ] {
        let said = instance.command(&[&["user"], words].concat());
        assert!(said.code == code && format!("{}{}", said.out, said.err).contains(reported), "{words:?}: {said:?}");
    }
}

#[test]
fn a_password_comes_from_standard_input_and_never_from_the_arguments() {
    let instance = Installation::new("[sign_in]\npasswords = true\n");
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let nothing = instance.command(&["user", "password", "grace"]);
    assert!(nothing.code == 1 && nothing.err.contains("--stdin"), "{nothing:?}");
    for (words, sent, code, reported) in [
        (&["--stdin"][..], "short\n", 1, "A password has 12 to 256 characters."),
        (&["--stdin"], "correct horse\nbattery\n", 1, "several lines"),
        (&["--remove"], "", 1, "`grace` has no password."),
        (&["--stdin"], "correct horse battery\n", 0, "grace can sign in with the new password.\n"),
        (&["--stdin"], "another horse battery", 0, "Every session and token of grace has ended.\n"),
        (&["--remove"], "", 0, "grace has no password any more.\n"),
        (&["--stdin", "--remove"], "", 1, "cannot be used with"),
        (&["correct horse battery"], "", 1, "unexpected argument"),
    ] {
        let said = instance.command_with(&[&["user", "password", "grace"], words].concat(), sent);
        assert!(said.code == code && format!("{}{}", said.out, said.err).contains(reported), "{words:?}: {said:?}");
    }
    instance.declare("[sign_in]\npasswords = false\n");
    let off = instance.command_with(&["user", "password", "grace", "--stdin"], "correct horse battery\n");
    assert!(off.code == 1 && off.err.contains("Passwords are switched off"), "{off:?}");
}

#[test]
fn an_account_is_switched_off_and_on_again() {
    let instance = instance();
    instance.reported(&["user", "add", "grace"]);
    assert_eq!(
        instance.reported(&["user", "disable", "grace"]),
        "grace is disabled. Every session and token has ended.\n"
    );
    assert!(instance.reported(&["user", "list"]).contains("disabled since"));
    assert!(instance.reported(&["recover", "grace"]).contains("the link opens after doorstep user enable grace"));
    assert_eq!(instance.reported(&["user", "enable", "grace"]), "grace is enabled again and can sign in.\n");
    assert!(!instance.reported(&["user", "list"]).contains("OFF"));
}

#[test]
fn membership_is_changed_here_unless_the_configuration_says_otherwise() {
    let instance = instance();
    instance.reported(&["user", "add", "grace"]);
    for (verb, group, code, reported) in [
        ("add", "admins", 0, "grace is now in admins."),
        ("add", "admins", 0, "grace was already in admins."),
        ("remove", "admins", 1, "last administrator"),
        ("remove", "users", 1, "by the configuration, declared in doorstep.toml:4.\nChange it there;"),
        ("remove", "navy", 0, "grace was not in navy."),
        ("add", "nvy", 1, "No group is called `nvy`.\nDid you mean `navy`?\n"),
        ("remove", "amins", 1, "No group is called `amins`.\nDid you mean `admins`?\n"),
        ("add", "cooks", 1, "as cooks under `groups` of the configuration; its list may be empty: []\n"),
    ] {
        let said = instance.command(&["user", "group", verb, "grace", group]);
        assert_eq!(said.code, code, "{verb} {group}: {said:?}");
        assert!(format!("{}{}", said.out, said.err).contains(reported), "{verb} {group}: {said:?}");
    }
}

#[test]
fn a_group_that_is_declared_nowhere_is_not_made_by_a_slip() {
    let instance = instance();
    let slip = instance.command(&["user", "add", "grace", "--group", "nvay"]);
    assert_eq!((slip.code, slip.err.as_str()), (1, "No group is called `nvay`.\nDid you mean `navy`?\n"));
    assert!(instance.reported(&["user", "list"]).starts_with("Nobody has an account yet."));
    // Declared a moment ago; the server has not taken it in, and does not even run.
    instance.declare("[groups]\nusers = [\"grace\"]\nnavy = []\ncooks = []\n");
    assert!(instance.reported(&["user", "add", "grace", "--group", "cooks"]).contains("For grace"));
}

#[test]
fn a_name_that_nobody_has_gets_the_nearest_one() {
    let instance = instance();
    instance.reported(&["user", "add", "grace"]);
    for command in [&["recover", "grce"][..], &["user", "disable", "grce"], &["user", "group", "add", "grce", "x"]] {
        let said = instance.command(command);
        assert_eq!(said.code, 1);
        assert_eq!(said.err, "Nobody here is called `grce`.\nDid you mean `grace`?\n", "{command:?}");
    }
    let taken = instance.command(&["user", "add", "grace"]);
    assert!(taken.code == 1 && taken.err.contains("doorstep recover grace"), "{taken:?}");
    let unfit = instance.command(&["user", "add", "Grace Hopper"]);
    assert!(unfit.code == 1 && unfit.err.contains("2 to 64"), "{unfit:?}");
}

#[test]
fn a_link_to_recover_with_is_printed_once_and_kept_nowhere() {
    let instance = instance();
    instance.reported(&["user", "add", "grace"]);
    let reported = instance.reported(&["recover", "grace"]);
    let link = reported.split_whitespace().next().unwrap();
    let token = link.rsplit('/').next().unwrap();
    assert!(reported.contains("opens once") && token.len() > 40, "{reported}");
    let database = std::fs::read(instance.path("data/doorstep.db")).unwrap();
    assert!(!database.windows(token.len()).any(|bytes| bytes == token.as_bytes()));
}

#[test]
fn security_101_a_link_is_not_in_the_log_even_when_a_foreign_form_is_sent_to_it() {
    let instance = instance();
    let server = instance.serve();
    let reported = instance.reported(&["user", "add", "grace"]);
    let path = reported.split_whitespace().next().unwrap().strip_prefix(&instance.issuer()).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", instance.port)).unwrap();
    let host = instance.issuer().replace("http://", "");
    write!(stream, "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: null\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    server.logs("refused a form");
    server.logs("/enrol/{token}");
    assert!(!server.logged().contains("ds_lnk_"), "{}", server.logged());
}

#[tokio::test]
async fn the_report_of_a_refused_request_is_told_and_an_unknown_one_kindly_not() {
    let instance = instance();
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let report = Refusal {
        reference: "7K2M-9QXF".to_owned(),
        at: Timestamp::from_seconds(1_800_000_000),
        rule: "redirect_uri_not_registered".to_owned(),
        what: "the redirect address is not registered".to_owned(),
        remedy: "set the address exactly".to_owned(),
        facts: vec![fact("sent", "https://g/Cb"), fact("registered", "https://g/cb")],
    };
    let db = Db::open(&format!("sqlite:{}", instance.path("data/doorstep.db").display())).await.unwrap();
    refusals::insert(&mut db.write().await.unwrap(), &report, Timestamp::from_seconds(4_000_000_000)).await.unwrap();
    drop(db);
    let reported = instance.reported(&["explain", "7k2m9qxf"]);
    let (head, rest) = reported.split_once('\n').unwrap();
    assert!(head.starts_with("7K2M-9QXF   ") && head.ends_with("   redirect_uri_not_registered"), "{head}");
    let expected = "\
The redirect address is not registered.

  sent         https://g/Cb
  registered   https://g/cb
                         ^ they differ at `C`/`c`
  mend         set the address exactly
";
    assert_eq!(rest, expected);
    let json: serde_json::Value =
        serde_json::from_str(&instance.reported(&["explain", "7K2M-9QXF", "--json"])).unwrap();
    assert_eq!((&json["at"], &json["facts"][0]["value"]), (&"2027-01-15T08:00:00Z".into(), &"https://g/Cb".into()));
    let unknown = instance.command(&["explain", "AAAA-BBBB"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.err.contains("No report is kept under `AAAA-BBBB`.") && unknown.err.contains("7 days"),
        "{unknown:?}"
    );
}

#[test]
fn people_can_be_looked_after_while_an_app_has_a_mistake() {
    let instance = Installation::new("[groups]\nusers = []\n");
    let server = instance.serve();
    instance.declare("[groups]\nusers = []\n[apps.wiki]\nzebra = 1\n");
    for (command, says) in [
        (&["user", "add", "grace", "--group", "users"][..], "For grace"),
        (&["user", "list"], "grace"),
        (&["config", "show"], "groups.users"),
        (&["recover", "grace"], "For grace"),
    ] {
        let said = instance.command(command);
        assert!(said.code == 0 && said.out.contains(says), "{said:?}");
        assert!(
            said.err.contains("unknown key `zebra`") && said.err.contains("the rest of the configuration"),
            "{said:?}"
        );
    }
    let json = instance.command(&["user", "list", "--json"]).out;
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    assert_eq!(instance.command(&["plan"]).code, 1);
    drop(server);
}

#[test]
fn a_name_cannot_steer_or_forge_what_a_terminal_shows() {
    let instance = Installation::new("");
    let server = instance.serve();
    let name = "Ada\u{202e}nimda\u{200b}\u{9b}31m";
    let said = instance.command(&["user", "add", "ada", "--name", name]);
    let listed = instance.command(&["user", "list"]);
    let json = instance.command(&["user", "list", "--json"]);
    for said in [&said, &listed, &json] {
        let hidden = |c: char| matches!(c, '\u{202e}' | '\u{200b}' | '\u{9b}' | '\u{1b}');
        assert!(!said.out.contains(hidden) && !said.err.contains(hidden), "{said:?}");
    }
    assert!(said.code == 1 || listed.out.contains("Ada\\u{202e}nimda\\u{200b}"), "{listed:?}");
    let mistyped = instance.command(&["user", "disable", name]);
    assert!(mistyped.code == 1 && !mistyped.err.contains('\u{202e}'), "{mistyped:?}");
    drop(server);
}

#[test]
fn a_change_that_makes_somebody_another_person_in_an_app_names_the_app_and_waits() {
    let app = |name: &str| format!("[apps.{name}]\nurl = \"https://{name}.example.org\"\n");
    let instance = Installation::new(&format!(
        "{}{}{}{}{}",
        app("peertube"),
        app("mastodon"),
        app("grafana"),
        app("apache-guacamole"),
        app("healthchecks")
    ));
    let server = instance.serve();
    instance.reported(&["user", "add", "grace", "--email", "grace@example.org"]);
    let set = |words: &[&str]| instance.command(&[&["user", "set", "grace"], words].concat());
    let shown = || instance.reported(&["user", "show", "grace"]);

    assert_eq!(
        set(&["--name", "Grace Hopper", "--email", "grace@example.org"]).code,
        0,
        "the same address is no change"
    );
    let mail = set(&["--email", "hopper@example.org"]);
    assert!(mail.code == 1 && mail.err.contains("healthchecks") && mail.err.contains("peertube"), "{mail:?}");
    assert!(
        mail.err.contains("--accept peertube") && !mail.err.contains("grafana") && !mail.err.contains("mastodon"),
        "{mail:?}"
    );
    assert!(shown().contains("grace@example.org"));
    assert_eq!(set(&["--email", "hopper@example.org", "--accept", "mastodon"]).code, 1, "another app's word is none");
    let half = set(&["--email", "hopper@example.org", "--accept", "peertube"]);
    assert!(half.code == 1 && half.err.contains("healthchecks knows people by the mail address"), "{half:?}");
    assert_eq!(set(&["--email", "hopper@example.org", "--accept", "peertube", "--accept", "healthchecks"]).code, 0);
    assert!(shown().contains("hopper@example.org"));

    let name = set(&["--user-name", "hopper"]);
    assert!(name.code == 1 && name.err.contains("--accept mastodon") && !name.err.contains("peertube"), "{name:?}");
    assert!(name.err.contains("--accept apache-guacamole"), "by a header of forward auth as well: {name:?}");
    assert_eq!(set(&["--user-name", "hopper", "--accept", "mastodon", "--accept", "apache-guacamole"]).code, 0);
    assert_eq!(instance.command(&["user", "show", "hopper"]).code, 0);
    // What somebody had is given to another with a word, and the apps that would take the two for one are named.
    for (words, apps) in [
        (["grace", "--email", "new@example.org"], "apache-guacamole, mastodon know people by the user name"),
        (["alan", "--email", "grace@example.org"], "healthchecks, peertube know people by the mail address"),
    ] {
        let said = instance.command(&[&["user", "add"][..], &words].concat());
        assert!(said.code == 1 && said.err.contains(apps) && said.err.contains("--reuse"), "{said:?}");
        assert_eq!(instance.command(&[&["user", "add"][..], &words, &["--reuse"]].concat()).code, 0);
    }
    drop(server);
}
