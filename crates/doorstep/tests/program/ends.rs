//! Accounts and memberships for a time, on the command line.

use crate::installation::Installation;

#[test]
fn an_account_and_a_membership_can_be_for_a_time() {
    let instance = Installation::new("[groups]\nadmins = [\"root\"]\nguests = []\ncrew = [\"ada\"]\n");
    assert_eq!(instance.serve().stop(), 0);
    for name in ["root", "ada"] {
        instance.reported(&["user", "add", name]);
    }
    for (words, code, reported) in [
        (&["user", "end", "ada", "--days", "90"][..], 0, "The account of ada ends "),
        (&["user", "list"], 0, "not signed in, ends "),
        (&["user", "show", "ada"], 0, "account       enabled, ends "),
        (&["user", "end", "ada", "--never"], 0, "The account of ada does not end by itself.\n"),
        (&["user", "show", "ada"], 0, "account       enabled\n"),
        (&["user", "end", "ada", "--days", "0"], 1, "ends after 1 to 3650 days"),
        (&["user", "end", "ada"], 1, "required"),
        (&["user", "end", "ada", "--days", "1", "--never"], 1, "cannot be used with"),
        (&["user", "end", "nobody", "--days", "1"], 1, "Nobody here is called `nobody`."),
        (&["user", "group", "add", "ada", "guests", "--days", "7"], 0, "ada is now in guests, until "),
        (&["user", "show", "ada"], 0, "groups        crew, guests (until "),
        (&["user", "list"], 0, "crew, guests (until "),
        (
            &["user", "group", "add", "ada", "crew", "--days", "7"],
            1,
            "by the configuration, declared in doorstep.toml:",
        ),
        (&["user", "group", "add", "ada", "guests"], 0, "ada is now in guests.\n"),
        (&["user", "group", "add", "ada", "guests"], 0, "ada was already in guests.\n"),
        (
            &["invite", "--group", "guests", "--account-days", "30"],
            0,
            "Whoever comes joins guests; the account ends after 30 days.",
        ),
        (&["invite", "--group", "guests", "--account-days", "0"], 1, "An account ends after 1 to 3650 days."),
        (&["invite", "--group", "admins", "--account-days", "30"], 1, "made without admins"),
        (&["invite", "list"], 0, "joins guests; the account ends after 30 days"),
    ] {
        let said = instance.command(words);
        assert!(said.code == code && format!("{}{}", said.out, said.err).contains(reported), "{words:?}: {said:?}");
    }
    instance.reported(&["user", "group", "add", "ada", "guests", "--days", "7"]);
    let shown: serde_json::Value =
        serde_json::from_str(&instance.reported(&["user", "show", "ada", "--json"])).unwrap();
    assert_eq!(
        (&shown["groups"], &shown["ends_at"]),
        (&serde_json::json!(["crew", "guests"]), &serde_json::Value::Null)
    );
    assert!(shown["groups_end_at"]["guests"].as_str().unwrap().ends_with('Z'), "{shown}");
}
