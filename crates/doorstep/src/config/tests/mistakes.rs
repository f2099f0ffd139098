//! What is refused, and how it is told.

use super::*;

/// What follows the issuer in the file, and what is told.
#[test]
fn a_key_that_is_not_one_is_told_with_the_nearest_that_is() {
    for (rest, reported) in [
        ("isuer = 1", "doorstep.toml:2:1  unknown key `isuer`\n                   did you mean `issuer`?"),
        (
            "\n[apps.grafana]\nurl = \"https://g.example\"\nalow = []",
            "doorstep.toml:5:1  unknown key `alow` in [apps.grafana]\n                   did you mean `allow`?",
        ),
        ("[app.grafana]\nurl = \"x\"", "doorstep.toml:2:2  unknown key `app`\n                   did you mean `apps`?"),
        (
            "[log]\nlisten = \"x\"",
            "doorstep.toml:3:1  unknown key `listen` in [log]\n                   `listen` belongs at the top of the file, before any [table]",
        ),
        ("idle = \"1d\"", "doorstep.toml:2:1  unknown key `idle`\n                   `idle` belongs in [session]"),
        (
            "[log]\nzebra = 1",
            "doorstep.toml:3:1  unknown key `zebra` in [log]\n                   known keys: format, level, file",
        ),
    ] {
        assert_eq!(minimal(rest).reported(), reported, "{rest}");
    }
}

#[test]
fn a_value_that_is_not_of_its_kind_is_told_with_what_is() {
    for (rest, reported) in [
        (
            "listen = 8480",
            "doorstep.toml:2:10  `listen` expects text in quotes, found a number\n                    write listen = \"127.0.0.1:8480\"",
        ),
        (
            "name = 2026-01-01",
            "doorstep.toml:2:8  `name` expects text in quotes, found a date\n                   write name = \"…\"",
        ),
        (
            "log = \"text\"",
            "doorstep.toml:2:7  `log` expects a table, found text\n                   write [log] on a line of its own, and what belongs to it below, like format = …",
        ),
        (
            "trusted_proxies = \"unix\"",
            "doorstep.toml:2:19  `trusted_proxies` expects a list in [ ], found text\n                    write trusted_proxies = [\"…\"], and [\"…\", \"…\"] for several",
        ),
        (
            "[[log]]",
            "doorstep.toml:2:1  `log` expects a table, found a list\n                   write [log], in single brackets",
        ),
        (
            "trusted_proxies = [8]",
            "doorstep.toml:2:20  entry 1 of `trusted_proxies` expects text in quotes, found a number\n                    write each entry in quotes: [\"…\", \"…\"]",
        ),
        (
            "[name]\nx = 1",
            "doorstep.toml:2:1  `name` expects text in quotes, found a table\n                   `name` is one value, not a table: write name = \"…\"",
        ),
        (
            "trusted_proxies = [\"unix\", \"x\"]",
            "doorstep.toml:2:28  entry 2 of `trusted_proxies` is not a network\n                    write a network like 10.0.0.0/8, an address, or unix",
        ),
    ] {
        assert_eq!(minimal(rest).reported(), reported, "{rest}");
    }
}

#[test]
fn what_is_said_about_a_client_is_checked_by_its_kind() {
    for (rest, reported) in [
        (
            "[apps.wiki]\nurl = \"x\"\npkce = \"optionl\"",
            "doorstep.toml:4:8  `pkce` in [apps.wiki] is not one of the values that it can have\n                   did you mean `optional`?",
        ),
        (
            "[apps.wiki]\nurl = \"x\"\ntokens = { access = \"1 hour\" }",
            "doorstep.toml:4:21  `access` in [apps.wiki.tokens] is not a length of time\n                    write a number and a unit: 90s, 10m, 12h, 28d",
        ),
        (
            "[apps.wiki]\nurl = \"x\"\nset = { A = 2026-01-01 }",
            "doorstep.toml:4:13  `A` in [apps.wiki.set] expects text in quotes or true or false or number or a list in [ ] or a table, found a date\n                    write A = true or A = false, without quotes",
        ),
    ] {
        assert_eq!(minimal(rest).reported(), reported, "{rest}");
    }
}

#[test]
fn a_value_inside_a_table_that_is_not_of_its_kind_is_told_with_what_is() {
    for (rest, reported) in [
        (
            "[sign_in]\npasswords = \"yes\"",
            "doorstep.toml:3:13  `passwords` in [sign_in] expects true or false, found text\n                    write passwords = true or passwords = false, without quotes",
        ),
        (
            "[sign_in]\npassword_checks = 0",
            "doorstep.toml:3:19  `password_checks` in [sign_in] is out of range\n                    write a number from 1 to 64",
        ),
        (
            "[sign_in]\npassword_checks = 1.5",
            "doorstep.toml:3:19  `password_checks` in [sign_in] expects a whole number, found a number\n                    write a whole number without quotes, like password_checks = 2",
        ),
        (
            "[log]\nlevel = \"inf\"",
            "doorstep.toml:3:9  `level` in [log] is not one of the values that it can have\n                   did you mean `info`?",
        ),
        (
            "[log]\nformat = \"xml\"",
            "doorstep.toml:3:10  `format` in [log] is not one of the values that it can have\n                    write one of text, json",
        ),
        (
            "[session]\nidle = \"2 weeks\"",
            "doorstep.toml:3:8  `idle` in [session] is not a length of time\n                   write a number and a unit: 90s, 10m, 12h, 28d",
        ),
        (
            "[session]\nidle = \"29d\"",
            "doorstep.toml:3:8  `idle` in [session] is longer than `absolute`\n                   make `absolute` longer, or `idle` shorter",
        ),
        (
            "[tls]\nkey = \"k.pem\"",
            "doorstep.toml:2  `certificate` is missing in [tls]\n                 The file of the certificate and its chain.",
        ),
        (
            "[apps.wiki]\ntitle = \"W\"",
            "doorstep.toml:2  `url` is missing in [apps.wiki]\n                 Where the app lives, as people type it: `https://grafana.example.org`.",
        ),
        (
            "[apps.wiki]\nurl = \"x\"\ndeliver = 3",
            "doorstep.toml:4:11  `deliver` in [apps.wiki] expects text in quotes or a list in [ ], found a number\n                    write deliver = \"…\"",
        ),
        (
            "[apps]\nwiki = \"x\"",
            "doorstep.toml:3:8  `wiki` in [apps] expects a table, found text\n                   write [apps.wiki] on a line of its own, and what belongs to it below, like url = …",
        ),
        (
            "[groups]\nadmins = \"ada\"",
            "doorstep.toml:3:10  `admins` in [groups] expects a list in [ ], found text\n                    write admins = [\"…\"], and [\"…\", \"…\"] for several",
        ),
        ("apps_dir = \"none\"", "doorstep.toml:2:12  none cannot be read: No such file or directory (os error 2)"),
        (
            "name = ",
            "doorstep.toml:2:8  no value stands after `name =`\n                   write name = \"…\"; numbers, true and false without quotes, lists as [\"…\", \"…\"]",
        ),
    ] {
        assert_eq!(minimal(rest).reported(), reported, "{rest}");
    }
}

#[test]
fn mistakes_in_the_issuer_name_what_to_write() {
    for (text, reported) in [
        (
            "issuer = \"https://a.example/\"",
            "doorstep.toml:1:10  `issuer` ends with a slash\n                    write https://a.example",
        ),
        (
            "issuer = \"http://a.example\"",
            "doorstep.toml:1:10  `issuer` begins with http, which apps and browsers refuse\n                    write https://a.example; a proxy in front may speak https for Doorstep",
        ),
        (
            "name = \"x\"",
            "doorstep.toml  `issuer` is missing\n               add issuer = \"https://auth.example.org\"",
        ),
    ] {
        assert_eq!(Instance::new(text).reported(), reported);
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_nothing_takes_effect() {
    let instance =
        minimal("listen = 1\n[log]\nlevel = \"loud\"\n[session]\nidel = \"1d\"").with("DOORSTEP_TOKENS_ACCESS", "soon");
    let reported = instance.reported();
    for part in ["doorstep.toml:2:10 ", "doorstep.toml:4:9 ", "doorstep.toml:6:1 ", "DOORSTEP_TOKENS_ACCESS "] {
        assert!(reported.contains(part), "{reported}");
    }
    assert!(load(&instance.sources).is_err());
}

#[test]
fn mistakes_in_the_environment_name_the_variable() {
    for (variables, reported) in [
        (
            &[("DOORSTEP_DATABSE_URL", "x")][..],
            "DOORSTEP_DATABSE_URL  is not a setting\n                      did you mean DOORSTEP_DATABASE_URL?",
        ),
        (
            &[("DOORSTEP_ZEBRA", "x")],
            "DOORSTEP_ZEBRA  is not a setting\n                doorstep config show names the settings",
        ),
        (&[("DOORSTEP_NAME", "")], "DOORSTEP_NAME  is empty\n               unset it, or give it a value"),
        (&[("DOORSTEP_NAME", "\u{fffd}")], "DOORSTEP_NAME  is not UTF-8"),
        (
            &[("DOORSTEP_NAME", "a"), ("DOORSTEP_NAME_FILE", "b")],
            "DOORSTEP_NAME  is set, and so is DOORSTEP_NAME_FILE\n               keep one of them",
        ),
        (
            &[("DOORSTEP_SIGN_IN_PASSWORDS", "yes")],
            "DOORSTEP_SIGN_IN_PASSWORDS  `passwords` in [sign_in] expects true or false, found text\n                            write true or false",
        ),
        (
            &[("DOORSTEP_TRUSTED_PROXIES", "unix,x")],
            "DOORSTEP_TRUSTED_PROXIES  entry 2 of `trusted_proxies` is not a network\n                          write a network like 10.0.0.0/8, an address, or unix",
        ),
        (
            &[("DOORSTEP_TLS_KEY", "k.pem")],
            "DOORSTEP_TLS_KEY  `certificate` is missing in [tls]\n                  The file of the certificate and its chain.",
        ),
        (&[("DOORSTEP_CONFIG", "none.toml")], "DOORSTEP_CONFIG  there is no file none.toml"),
    ] {
        let instance = variables.iter().fold(minimal(""), |instance, (name, value)| instance.with(name, value));
        assert_eq!(instance.reported(), reported, "{variables:?}");
    }
}

#[test]
fn the_variables_of_a_kubernetes_service_are_no_mistake() {
    let links = ["SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_80_TCP", "PORT_80_TCP_ADDR"];
    let instance = links.iter().fold(minimal(""), |instance, link| {
        instance.with(&format!("DOORSTEP_{link}"), "10.0.0.1").with(&format!("DOORSTEP_DB_{link}"), "10.0.0.2")
    });
    assert_eq!(instance.load().config.name, "a.example");
    assert!(minimal("").with("DOORSTEP_PORT", "8480").reported().starts_with("DOORSTEP_PORT  is not a setting"));
}

#[test]
fn security_118_a_secret_that_everyone_can_read_is_refused() {
    let instance = minimal("").with("DOORSTEP_ROOT_KEY_FILE", "key");
    instance.write("key", KEY, 0o644);
    assert_eq!(
        instance.reported(),
        "DOORSTEP_ROOT_KEY_FILE  names key, which everyone can read (mode 644)\n                        chmod 600 key"
    );

    let text = "issuer = \"https://a.example\"\n[database]\nurl = \"postgres://d:canary@db/d\"";
    let instance = Instance::new(text);
    assert!(load(&instance.sources).is_ok());
    instance.write("doorstep.toml", text, 0o644);
    let reported = instance.reported();
    assert!(reported.starts_with(
        "doorstep.toml:3:7  `url` in [database] holds a secret, and everyone can read this file (mode 644)\n"
    ));
    assert!(reported.contains("DOORSTEP_DATABASE_URL_FILE") && !reported.contains("canary"), "{reported}");
    instance.write("doorstep.toml", &text.replace(":canary", ""), 0o644);
    assert!(load(&instance.sources).is_ok());
}

#[test]
fn security_70_a_secret_that_cannot_be_had_stops_everything() {
    for (name, value) in
        [("DOORSTEP_ROOT_KEY_FILE", "nowhere"), ("DOORSTEP_ROOT_KEY", ""), ("DOORSTEP_ROOT_KEY", "canary")]
    {
        let reported = minimal("").with(name, value).reported();
        assert!(reported.starts_with(name) && !reported.contains("canary"), "{reported}");
    }
    let twice = minimal("root_key_path = \"k\"").with("DOORSTEP_ROOT_KEY", KEY);
    assert!(
        twice.reported().starts_with("DOORSTEP_ROOT_KEY  `root_key` is given, and a file for it in doorstep.toml:2:1")
    );
}

#[test]
fn mistakes_in_files_of_apps_name_both_places() {
    let grafana = "[apps.grafana]\nurl = \"https://g.example\"";
    for (main, other, reported) in [
        (
            grafana,
            grafana,
            "apps.d/a.toml:1  the app grafana is declared here and in doorstep.toml:2\n                 keep one of them",
        ),
        (
            "[groups]\nx = []",
            "[groups]\nx = []",
            "apps.d/a.toml:2  the group x is declared here and in doorstep.toml:3\n                 keep one of them",
        ),
        (
            "",
            "issuer = \"https://b.example\"",
            "apps.d/a.toml:1  `issuer` does not belong in a file of apps\n                 only [groups], [people.NAME] and [apps.NAME] stand here; the rest goes into doorstep.toml",
        ),
        (
            "",
            "[apps.x]\nurl = \"https://x.example\"\nalow = []",
            "apps.d/a.toml:3:1  unknown key `alow` in [apps.x]\n                   did you mean `allow`?",
        ),
        (
            "",
            "[apps.x]\nurl = ",
            "apps.d/a.toml:2:7  no value stands after `url =`\n                   write url = \"…\"; numbers, true and false without quotes, lists as [\"…\", \"…\"]",
        ),
    ] {
        assert_eq!(minimal(main).also("apps.d/a.toml", other).reported(), reported);
    }
}

#[test]
fn mistakes_of_the_declaration_are_told_with_their_lines() {
    use doorstep_onboard::catalog::Catalog;
    use doorstep_onboard::desired::desired;
    let instance = Instance::new(&INSTANCE.replace("[\"admins\", \"users\"]", "[\"admins\", \"usres\"]"))
        .also("apps.d/a.toml", "[apps.zebra]\nurl = \"https://zebra.example.org\"");
    let loaded = instance.load();
    let ground = crate::wire::basis(&loaded, &loaded.config);
    let found = desired(&loaded.manifest, &Catalog::builtin(), &ground).unwrap_err();
    let reported = loaded.placed(&found).unwrap();
    let places: Vec<String> = reported.iter().map(|mistake| mistake.place.to_string()).collect();
    assert_eq!(places, ["apps.d/a.toml:1", "doorstep.toml:10:22", "doorstep.toml:12:1"], "{reported}");
    assert!(reported.to_string().contains("did you mean `users`?"), "{reported}");
    assert_eq!(loaded.placed(&[]), None);
}

#[test]
fn both_passes_are_told_together_without_a_false_mistake() {
    let text = "issuer = \"auth.example.org\"\n[groups]\nadmins = [\"ada\"]\nusers = \"grace\"\n\
                [apps.grafana]\nurl = \"https://g.example\"\nallow = [\"users\", \"usres\"]\n\
                [apps.wiki]\nurl = 3\n[apps.zebra]\nurl = \"https://zebra.example\"\n";
    let instance = Instance::new(text);
    let mistakes = crate::wire::checked(&instance.sources, None).err().unwrap();
    let places: Vec<String> = mistakes.iter().map(|one| one.place.to_string()).collect();
    assert_eq!(
        places,
        ["doorstep.toml:1:10", "doorstep.toml:4:9", "doorstep.toml:7:19", "doorstep.toml:9:7", "doorstep.toml:10"],
        "{mistakes}"
    );
}

#[test]
fn what_needs_the_settings_only_is_not_stopped_by_an_app() {
    let good = "[apps.grafana]\nurl = \"https://g.example\"";
    for (rest, found) in [
        ("[apps.wiki]\nurl = 3", "doorstep.toml:5:7 "),
        ("[apps.wiki]\nzebra = 3", "doorstep.toml:4 "),
        ("[groups]\nusers = 3", "doorstep.toml:5:9 "),
    ] {
        let instance = minimal(&format!("{good}\n{rest}"));
        let (loaded, left_out) = load_settings(&instance.sources).unwrap();
        assert_eq!(loaded.manifest.apps.keys().collect::<Vec<_>>(), ["grafana"], "{rest}");
        assert!(left_out.unwrap().to_string().starts_with(found), "{rest}");
        assert!(load(&instance.sources).is_err());
    }
    for rest in ["listen = 3", "[log]\nlevle = 3", "[tls]\nkey = \"x\""] {
        assert!(load_settings(&minimal(&format!("{rest}\n{good}")).sources).is_err(), "{rest}");
    }
    assert!(load_settings(&minimal(good).with("DOORSTEP_ZEBRA", "x").sources).is_err());
    assert!(load_settings(&minimal(good).also("apps.d/a.toml", good).sources).unwrap().1.is_some());
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let marked = Instance::new("\u{feff}issuer = \"https://a.example\"\n");
    assert_eq!(marked.load().config.issuer.as_str(), "https://a.example");
}

#[test]
fn what_is_written_twice_is_told_together_with_every_other_mistake() {
    let reported = Instance::new(
        "issuer = \"https://auth.example.org\"\nlisten = \"nowhere\"\n[log]\nlevel = \"info\"\nlevel = \"debug\"\n\
         [apps.tv]\nurl = \"https://tv.example.org\"\nalow = []\n[apps.wiki]\nurl = \"https://a.example\"\n\
         url = \"https://b.example\"\n",
    )
    .also("apps.d/a.toml", "[apps.a]\nurl = \"https://a.example\"\nurl = \"https://a.example\"\n[log]\n")
    .reported();
    for part in [
        "doorstep.toml:2:10",
        "doorstep.toml:5:1",
        "`level` is written a second time",
        "doorstep.toml:8:1",
        "unknown key `alow`",
        "doorstep.toml:11:1",
        "`url` is written a second time",
        "apps.d/a.toml:3:1",
        "`log` does not belong in a file of apps",
    ] {
        assert!(reported.contains(part), "{part}:\n{reported}");
    }
    let settings =
        load_settings(&Instance::new("issuer = \"https://a.example\"\nname = \"a\"\nname = \"b\"\n").sources);
    assert!(settings.is_err(), "nothing is decided by which of two was read");
}

#[test]
fn a_line_end_in_what_was_typed_begins_no_line_of_its_own() {
    let instance = minimal("[apps.grafana]\nurl = \"https://g.example\\nfalse: line\"\n");
    let loaded = instance.load();
    let found = [doorstep_onboard::mistake::Mistake::new(
        doorstep_onboard::mistake::Place::of(["apps", "grafana", "url"]),
        "`https://g.example\nfalse: line` is not an address",
    )];
    let told = loaded.placed(&found).unwrap().to_string();
    assert!(told.starts_with("doorstep.toml:3:1  `https://g.example\\nfalse: line` is not an address\n"), "{told}");
}
