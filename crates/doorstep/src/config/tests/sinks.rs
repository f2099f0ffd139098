//! How places of delivery are reached, as it is configured.

use super::*;

#[test]
fn a_command_to_deliver_by_is_a_list_that_begins_with_a_whole_path() {
    for (written, said) in [
        ("run = [\"deliver\"]", "`run` in [sinks.command.push] does not begin with the whole path of a program"),
        ("run = []", "does not begin with the whole path"),
        ("run = \"/bin/deliver\"", "write run = [\"…\"]"),
        ("observes = true", "`run` is missing in [sinks.command.push]"),
        ("run = [\"/bin/deliver\"]\nshell = true", "unknown key `shell`"),
    ] {
        let text = format!("issuer = \"https://auth.example.org\"\n[sinks.command.push]\n{written}\n");
        let mistakes = Instance::new(&text).reported();
        assert!(mistakes.contains(said), "{written}: {mistakes}");
    }
}

#[test]
fn what_is_set_up_can_be_delivered_to_and_a_change_of_it_is_named() {
    let head = "issuer = \"https://auth.example.org\"\n";
    let instance = Instance::new(&format!("{head}[sinks.kubernetes]\n[sinks.command.push]\nrun = [\"/bin/true\"]\n"));
    let first = instance.load();
    let reach = first.config.sinks.reach();
    assert_eq!(reach.schemes, BTreeSet::from(["kubernetes"]));
    assert_eq!(reach.commands, BTreeSet::from(["push".to_owned()]));
    instance.write("doorstep.toml", &format!("{head}[sinks.command.pull]\nrun = [\"/bin/true\"]\n"), 0o600);
    let second = instance.load();
    assert_eq!(second.config.sinks.reach().schemes, BTreeSet::new());
    let changed = second.changed_settings(&first);
    assert!(changed.contains(&"sinks.command.pull.run".to_owned()), "{changed:?}");
    assert!(changed.contains(&"sinks.command.push.run".to_owned()), "{changed:?}");
    assert!(changed.iter().all(|key| key.starts_with("sinks.")), "{changed:?}");
}

#[test]
fn who_may_read_encrypted_files_is_checked_letter_by_letter() {
    for (written, said) in [
        ("[sinks.sops]\nage_recipients = []", "`age_recipients` in [sinks.sops] names nobody who could read"),
        ("[sinks.age]", "`recipients` is missing in [sinks.age]"),
        ("[sinks.age]\nrecipients = [\"age1abc\"]", "entry 1 of `recipients` in [sinks.age] is not whole"),
        ("[sinks.age]\nrecipients = [\"AGE-SECRET-KEY-1CANARY\"]", "is a private key"),
        ("[sinks.age]\nrecipients = [\"ssh-ed25519 AAAA\"]", "name one that begins with `age1`"),
    ] {
        let reported = Instance::new(&format!("issuer = \"https://auth.example.org\"\n{written}\n")).reported();
        assert!(reported.contains(said) && !reported.contains("CANARY"), "{written}: {reported}");
    }
}

#[test]
fn one_way_to_ask_a_vault_is_given_and_no_secret_stands_in_the_file() {
    let head = "issuer = \"https://auth.example.org\"\n[sinks.vault]\n";
    let address = "address = \"https://vault.example.org:8200\"\n";
    for (written, said) in [
        ("address = \"vault.example.org\"\ntoken_file = \"t\"", "is not an address that can be called"),
        (address, "add one of `token_file`, `app_role` and `kubernetes`"),
        (&format!("{address}token_file = \"t\"\nkubernetes = {{ role = \"doorstep\" }}"), "several ways to ask there"),
        (&format!("{address}token = \"canary\""), "known keys: address, namespace, token_file"),
        (&format!("{address}app_role = {{ role_id = \"r\" }}"), "`secret_id_file` is missing"),
    ] {
        let reported = Instance::new(&format!("{head}{written}\n")).reported();
        assert!(reported.contains(said) && !reported.contains("canary"), "{written}: {reported}");
    }
    let loaded = Instance::new(&format!("{head}{address}token_file = \"t\"\n")).load();
    assert!(loaded.config.sinks.reach().schemes.contains("vault"));
    assert!(loaded.config.sinks.vault.as_ref().unwrap().token_file.as_ref().unwrap().is_absolute());
}

#[test]
fn a_machine_account_of_bitwarden_has_a_token_file_and_both_addresses_or_none() {
    let head = "issuer = \"https://auth.example.org\"\n[sinks.bitwarden]\n";
    let file = "token_file = \"t\"\n";
    for (written, said) in [
        ("", "`token_file` is missing in [sinks.bitwarden]"),
        ("token = \"canary\"", "known keys: token_file, api, identity"),
        (
            &format!("{file}api = \"https://api.bitwarden.eu\""),
            "`api` in [sinks.bitwarden] is given without `identity`",
        ),
        (&format!("{file}identity = \"https://identity.bitwarden.eu\""), "is given without `api`"),
        (&format!("{file}identity = \"bitwarden.eu\"\napi = \"https://a\""), "is not an address that can be called"),
    ] {
        let reported = Instance::new(&format!("{head}{written}\n")).reported();
        assert!(reported.contains(said) && !reported.contains("canary"), "{written}: {reported}");
    }
    let of = |written: &str| Instance::new(&format!("{head}{file}{written}")).load().config.sinks;
    let usual = of("");
    assert!(usual.reach().schemes.contains("bitwarden"));
    assert!(usual.bitwarden.as_ref().unwrap().token_file.is_absolute());
    let usual = usual.bitwarden.unwrap().servers();
    assert_eq!(usual, ("https://api.bitwarden.com".to_owned(), "https://identity.bitwarden.com".to_owned()));
    let own = of("api = \"https://b.example.org/api\"\nidentity = \"https://b.example.org/identity\"\n");
    let own = own.bitwarden.unwrap().servers();
    assert_eq!(own, ("https://b.example.org/api".to_owned(), "https://b.example.org/identity".to_owned()));
}
