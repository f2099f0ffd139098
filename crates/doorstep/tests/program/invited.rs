//! People by invitation: what a command and the server make of `[people.NAME]`.

use crate::installation::Installation;

#[test]
fn whoever_the_file_invites_gets_an_account_and_a_link_when_somebody_asks_for_it() {
    let text = "[groups]\nadmins = [\"ada\"]\nusers = [\"grace\"]\n\
                [people.grace]\nname = \"Grace Hopper\"\nemail = \"grace@navy.example\"\n";
    let instance = Installation::new(text);
    let server = instance.serve();
    let printed = server.printed();
    assert!(printed.contains("/setup/ds_lnk_"), "an invitation takes nobody's place: {printed}");
    assert!(printed.contains("grace      person: gets an account once there is an administrator"), "{printed}");
    let planned = instance.command(&["plan"]);
    assert!(planned.code == 2 && planned.out.contains("once there is an administrator"), "{planned:?}");
    instance.reported(&["user", "add", "ada"]);
    assert_eq!(
        instance.reported(&["apply"]),
        "  grace      person: account made; the link to sign in with is printed by: doorstep recover grace\n  \
         users      group: grace joins\n"
    );
    assert_eq!(instance.reported(&["plan"]), "No app is declared. Nothing to do.\n");
    let link = instance.reported(&["recover", "grace"]);
    assert!(link.starts_with(&format!("{}/enrol/ds_lnk_", instance.issuer())), "{link}");
    instance.reported(&["user", "remove", "grace", "--yes"]);
    let planned = instance.command(&["plan"]);
    assert!(planned.code == 2 && planned.out.contains("! grace"), "{planned:?}");
    assert!(planned.out.contains("`grace` belonged to somebody who was removed"), "{planned:?}");
    for (accept, code, reported) in [
        ("person:gracie", 1, "invites nobody as `gracie`.\nDid you mean `person:grace`?"),
        ("grace", 1, "No app is declared as `grace`."),
        ("person:grace", 0, "person: account made"),
    ] {
        let said = instance.command(&["apply", "--accept", accept]);
        assert!(said.code == code && format!("{}{}", said.out, said.err).contains(reported), "{accept}: {said:?}");
    }
    let shown = instance.reported(&["config", "show"]);
    assert!(shown.contains("people.grace.email") && shown.contains("doorstep.toml:"), "{shown}");
    drop(server);
}
