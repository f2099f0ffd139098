//! Every mistake in a declaration is told with its place, in words, and with a way out.

mod languages;
mod places;

use doorstep_onboard::{delivery::Address, language::Language};
use std::{fmt::Write, path::Path};

fn reported(text: &str) -> String {
    reported_in(text, Language::Toml)
}

/// As whoever writes in this language is told.
fn reported_in(text: &str, language: Language) -> String {
    let written = format!("issuer = \"https://auth.example.org\"\ngroups = {{ users = [\"ada\"] }}\n{text}");
    let mistakes = crate::support::read(&written, Path::new("/apps")).err().unwrap_or_default();
    mistakes.iter().fold(String::new(), |mut out, mistake| {
        let _ = writeln!(out, "{}: {}", mistake.at, mistake.what);
        if let Some(remedy) = &mistake.remedy {
            let _ = writeln!(out, "    {}", remedy.in_language(language));
        }
        out
    })
}

/// (declaration, place, a part of what is said, a part of how to mend it)
type Row = (&'static str, &'static str, &'static str, &'static str);

const TABLE: &[Row] = &[
    ("apps.Grafana.url = 'https://g.example.org'", "apps.Grafana", "cannot be the name", "a-z, 0-9 and -"),
    (
        "apps.login = { url = 'https://g.example.org', forward_auth = true }",
        "apps.login",
        "Doorstep's own",
        "reserved: account",
    ),
    ("apps.grafna.url = 'https://g.example.org'", "apps.grafna", "does not know `grafna`", "did you mean `grafana`?"),
    ("apps.wiki.url = 'https://g.example.org'", "apps.wiki", "does not know `wiki`", "say `callbacks = "),
    (
        "apps.x = { url = 'https://g.example.org', preset = 'immch' }",
        "apps.x.preset",
        "no `immch`",
        "did you mean `immich`?",
    ),
    ("apps.grafana.url = 'grafana.example.org'", "apps.grafana.url", "is not an address", "https://app.example.org"),
    ("apps.grafana.url = 'http://g.example.org'", "apps.grafana.url", "is not encrypted", "use https"),
    ("apps.grafana.url = 'ftp://g.example.org'", "apps.grafana.url", "`ftp`", "use https"),
    ("apps.grafana.url = 'https://g.example.org?x=1'", "apps.grafana.url", "before any `?`", ""),
    ("apps.grafana.url = 'https://g.example.org/#x'", "apps.grafana.url", "before any `?` or `#`", ""),
    ("apps.grafana.url = 'https://a@g.example.org'", "apps.grafana.url", "no user name", ""),
    ("apps.grafana.url = 'https://G.example.org'", "apps.grafana.url", "as browsers write it", "https://g.example.org"),
    (
        "apps.grafana.url = 'https://g.example.org:443'",
        "apps.grafana.url",
        "as browsers write it",
        "https://g.example.org",
    ),
    (
        "apps.grafana.url = 'https://g.example.org/a/../b'",
        "apps.grafana.url",
        "as browsers write it",
        "https://g.example.org/b",
    ),
    ("apps.grafana.url = 'https://*.example.org'", "apps.grafana.url", "one address", "without `*`"),
    (
        "apps.glances.url = 'https://auth.example.org'",
        "apps.glances.url",
        "host of Doorstep itself",
        "a host of its own",
    ),
    ("apps.grafana.url = 'https://auth.example.org/grafana'", "apps.grafana.url", "host of Doorstep itself", "cookies"),
    (
        "apps.grafana = { url = 'https://g.example.org', allow = ['user'] }",
        "apps.grafana.allow.0",
        "no group is called `user`",
        "did you mean `users`?",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', allow = [] }",
        "apps.grafana.allow",
        "lets nobody in",
        "leave `allow` out",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', roles = { amdins = 'Admin' } }",
        "apps.grafana.roles.amdins",
        "no group",
        "did you mean `admins`?",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', roles = { admins = 'Admn' } }",
        "apps.grafana.roles.admins",
        "no role `Admn`",
        "did you mean `Admin`?",
    ),
    (
        "apps.forgejo = { url = 'https://g.example.org', roles = { admins = 'x' } }",
        "apps.forgejo.roles",
        "takes no role",
        "inside the app",
    ),
    (
        "apps.wiki = { url = 'https://g.example.org', callbacks = [] }",
        "apps.wiki.callbacks",
        "send them back",
        "add one",
    ),
    ("apps.wiki = { url = 'https://g.example.org', callbacks = ['cb'] }", "apps.wiki.callbacks.0", "`cb`", ""),
    ("apps.wiki = { url = 'https://g.example.org', callbacks = ['/cb#x'] }", "apps.wiki.callbacks.0", "fragment", ""),
    (
        "apps.wiki = { url = 'https://g.example.org', title = '', forward_auth = true }",
        "apps.wiki.title",
        "1 to 80",
        "",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['/cb'], auth_method = 'none', pkce = 'optional' }",
        "apps.wiki.pkce",
        "public client must send PKCE",
        "leave `pkce` out",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', auth_method = 'none' }",
        "apps.grafana.auth_method",
        "a public client has none",
        "leave `auth_method` out",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', scopes = ['profile'] }",
        "apps.grafana.scopes",
        "lack openid",
        "add \"openid\"",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', scopes = ['openid', 'grups'] }",
        "apps.grafana.scopes.1",
        "`grups`: is not a scope",
        "did you mean `groups`?",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['wiki://cb'] }",
        "apps.wiki.callbacks.0",
        "a scheme without a dot",
        "",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['/cb'], schemes = ['wiki'] }",
        "apps.wiki.schemes.0",
        "no callback begins with",
        "wiki://callback",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['javascript:x'], schemes = ['javascript'] }",
        "apps.wiki.callbacks.0",
        "cannot be used to return",
        "",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', post_logout = ['/a', '/b#c'] }",
        "apps.grafana.post_logout.1",
        "fragment",
        "",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['/cb'], post_logout = ['https://auth.example.org/x'] }",
        "apps.wiki.post_logout.0",
        "host of Doorstep itself",
        "",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['/cb'], role_claim = 'groups', roles = { users = 'x' } }",
        "apps.wiki.role_claim",
        "a meaning of its own",
        "such as `role`",
    ),
    (
        "apps.wiki = { url = 'https://w.example.org', callbacks = ['/cb'], role_claim = 'level' }",
        "apps.wiki.role_claim",
        "no `roles`",
        "add `roles`",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', tokens = { access = '1x' } }",
        "apps.grafana.tokens.access",
        "not a length of time",
        "90s, 10m",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', tokens = { access = '2d', refresh = '1d' } }",
        "apps.grafana.tokens",
        "outlive",
        "shorter",
    ),
    (
        "apps.glances = { url = 'https://g.example.org', pkce = 'optional' }",
        "apps.glances.pkce",
        "does not sign people in",
        "remove `pkce`",
    ),
    (
        "apps.glances = { url = 'https://g.example.org', set = { A = 'x' } }",
        "apps.glances.set",
        "does not sign people in",
        "remove `set`",
    ),
    (
        "apps.glances = { url = 'https://g.example.org', roles = { users = 'x' } }",
        "apps.glances.roles",
        "takes no role",
        "",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', set = { GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET = 'mine' } }",
        "apps.grafana.set.GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET",
        "holds a credential",
        "wins over the delivered file",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', set = { 'A-B' = 'x' } }",
        "apps.grafana.set.A-B",
        "name of a variable",
        "letters",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', set = { A = ['x'] } }",
        "apps.grafana.set.A",
        "holds one value",
        "text in quotes",
    ),
    (
        "apps.immich = { url = 'https://g.example.org', set = { storageLabelClaim = 'email' } }",
        "apps.immich.set.storageLabelClaim",
        "section `oauth`",
        "oauth = { storageLabelClaim = … }",
    ),
    (
        "apps.immich = { url = 'https://g.example.org', set = { oauth = 'x' } }",
        "apps.immich.set.oauth",
        "is a section",
        "oauth = { NAME = … }",
    ),
    (
        "apps.immich = { url = 'https://g.example.org', set = { oauth = { clientSecret = 'x' } } }",
        "apps.immich.set.oauth.clientSecret",
        "holds a credential",
        "",
    ),
];

#[test]
fn each_mistake_is_told_alone_and_with_a_way_out() {
    for (written, at, what, remedy) in TABLE.iter().chain(places::TABLE) {
        let reported = reported(written);
        let (first, rest) = reported.split_once('\n').unwrap_or((&reported, ""));
        assert!(first.starts_with(&format!("{at}: ")), "{written}\n{reported}");
        assert!(first.contains(what), "{written}\n{reported}");
        assert!(rest.contains(remedy), "{written}\n{reported}");
        assert!(rest.lines().all(|line| line.starts_with("    ")), "more than one mistake: {written}\n{reported}");
    }
}

const SET_UP: &str = "sinks = ['kubernetes', 'sops', 'age', 'vault', 'bitwarden']\ncommands = ['push']\n";

#[test]
fn each_kind_of_place_is_checked_and_one_that_is_not_set_up_is_told_with_the_lines_to_add() {
    for (place, set_up, what, remedy) in places::PLACES {
        let given = if set_up.is_empty() { "" } else { SET_UP };
        let reported =
            reported(&format!("{given}apps.grafana = {{ url = 'https://g.example.org', deliver = '{place}' }}"));
        let (first, rest) = reported.split_once('\n').unwrap_or((&reported, ""));
        assert!(first.starts_with("apps.grafana.deliver: ") && first.contains(what), "{place}\n{reported}");
        assert!(rest.contains(remedy) && rest.lines().count() == 1, "{place}\n{reported}");
    }
}

#[test]
fn each_kind_of_place_can_be_declared_and_is_read_back_as_it_was() {
    for (place, wanted) in places::TAKEN {
        let text = format!(
            "issuer = 'https://auth.example.org'\n{SET_UP}apps.grafana = {{ url = 'https://g.example.org', deliver = '{place}' }}"
        );
        let desired = crate::support::read(&text, Path::new("/apps")).unwrap();
        let to = &desired.apps[0].deliveries[0].to;
        assert_eq!(to.to_text(), *wanted);
        assert_eq!(Address::from_text(wanted).as_ref(), Some(to));
    }
}

#[test]
fn a_place_that_two_apps_claim_is_refused_and_a_command_serves_both() {
    for (one, two, said) in [
        ("vault:kv/a", "vault:kv/a", "forgejo and grafana both deliver to Vault kv/a"),
        ("sops:/a.env", "file:/a.env", "forgejo and grafana both deliver to file /a.env"),
        ("command:push/x", "command:push/x", "both deliver to command push for x"),
        ("command:push", "command:push", ""),
    ] {
        let reported = reported(&format!(
            "{SET_UP}apps.grafana = {{ url = 'https://g.example.org', deliver = '{one}' }}\n\
             apps.forgejo = {{ url = 'https://f.example.org', deliver = '{two}' }}"
        ));
        assert!(reported.contains(said) && reported.is_empty() == said.is_empty(), "{one} {two}: {reported}");
    }
}

#[test]
fn security_01_08_09_10_a_callback_that_could_lead_elsewhere_is_refused_with_its_place() {
    for bad in [
        "https://g.example.org@evil.test/cb",
        "https://g.example.org*",
        "https://*.example.org/cb",
        "/*",
        "http://localhost.evil.test:1/cb",
        "http://127.0.0.1.evil.test/",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://g.example.org/1",
        "file:///etc/passwd",
        " javascript:x",
        "\\tjavascript:x",
    ] {
        let reported =
            reported(&format!("apps.wiki = {{ url = 'https://g.example.org', callbacks = ['/ok', '{bad}'] }}"));
        assert!(reported.starts_with("apps.wiki.callbacks.1: "), "{bad}\n{reported}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let reported = reported(
        "apps.grafana = { url = 'http://g.example.org', allow = ['x'] }\n\
         apps.wiki.url = 'https://w.example.org'\n",
    );
    assert_eq!(reported.lines().filter(|line| !line.starts_with(' ')).count(), 3, "{reported}");
}

#[test]
fn groups_and_people_are_checked() {
    for (groups, at, what) in [
        ("users = ['a b']", "groups.users.0", "a user name is"),
        ("'two words' = []", "groups.two words", "cannot be the name of a group"),
    ] {
        let written = format!("issuer = 'https://auth.example.org'\n[groups]\n{groups}\n");
        let mistakes = crate::support::read(&written, Path::new("/apps")).unwrap_err();
        assert_eq!(mistakes.len(), 1);
        assert_eq!(mistakes[0].at.to_string(), at);
        assert!(mistakes[0].what.contains(what), "{}", mistakes[0].what);
    }
}

#[test]
fn what_is_fine_is_accepted() {
    for fine in [
        "apps.grafana.url = 'https://g.example.org/'",
        "apps.grafana.url = 'http://localhost:3000'",
        "apps.grafana.url = 'http://g.localhost'",
        "apps.grafana.url = 'https://g.example.org/sub/path'",
        "apps.grafana = { url = 'https://g.example.org', allow = ['admins'] }",
        "apps.grafana = { url = 'https://g.example.org', deliver = [] }",
        "apps.second = { url = 'https://g.example.org', preset = 'grafana' }",
        "apps.wiki = { url = 'https://g.example.org', callbacks = ['/cb', 'org.example.wiki:/cb'], roles = { users = 'anything' } }",
        "apps.plain = { url = 'https://g.example.org', forward_auth = true }",
        "apps.grafana.url = 'https://nas.example.org:3000'\napps.forgejo.url = 'https://nas.example.org:3001'",
        "apps.headscale.url = 'https://vpn.example.org'\napps.headplane.url = 'https://vpn.example.org/admin'",
    ] {
        assert_eq!(reported(fine), "", "{fine}");
    }
    let http = "issuer = 'http://auth.lan'\napps.grafana.url = 'http://grafana.lan'\n";
    assert!(crate::support::read(http, Path::new("/apps")).is_ok());
    let demo = "issuer = 'http://localhost:8480'\napps.glances.url = 'http://localhost:8481'\n\
                apps.plain = { url = 'http://localhost:8482', forward_auth = true }\n";
    assert!(crate::support::read(demo, Path::new("/apps")).is_ok(), "on loopback there is nothing but ports");
}

#[test]
fn a_title_is_one_line_of_1_to_80_characters() {
    for (title, fits) in [
        ("\u{e9}".repeat(80), true),
        ("x".repeat(81), false),
        (" ".to_owned(), false),
        ("two\\nlines".to_owned(), false),
        ("a\\u0007b".to_owned(), false),
    ] {
        let reported = reported(&format!(
            "apps.wiki = {{ url = 'https://g.example.org', callbacks = ['/cb'], title = \"{title}\" }}"
        ));
        assert_eq!(reported.is_empty(), fits, "{title}: {reported}");
        assert!(
            fits || reported.starts_with("apps.wiki.title: a title is one line of 1 to 80 characters\n"),
            "{reported}"
        );
    }
}
