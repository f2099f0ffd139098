//! What each reader makes of a line, by its own rules, restated: no reader may see another value than was meant.

use super::*;

const BARE: [&str; 12] = [
    "",
    "true",
    "https://a.example/x?y=1,2",
    "*",
    "openid profile email",
    "it's here",
    r#"{"a":{"b":"c d","e":"f"}}"#,
    "contains(groups[*], 'admins') && 'Admin' || 'Viewer'",
    "https://a.example/?x=1&y=2",
    "~/x;y|z<w>(v)! `id`",
    "=a=b=",
    "Häuschen",
];

const QUOTED: [(&str, &str); 6] = [
    ("https://a.example/#f", "'https://a.example/#f'"),
    ("cost $5", "'cost $5'"),
    ("C:\\dir\\file x", "'C:\\dir\\file x'"),
    (" edge", "' edge'"),
    ("it's #1", "\"it's #1\""),
    ("'tis", "\"'tis\""),
];

/// `docker run --env-file`, podman, `kubectl create secret --from-env-file`: the rest of the line as it stands.
fn docker(written: &str) -> String {
    written.to_owned()
}

/// compose-go's dotenv, of 2021: `#` begins a comment anywhere outside quotes; `$` expands there and in `"…"`.
fn compose(written: &str) -> String {
    if let Some(inside) = written.strip_prefix('\'') {
        return inside.split('\'').next().unwrap().to_owned();
    }
    if let Some(inside) = written.strip_prefix('"') {
        assert!(!inside.contains(['$', '\\']), "would be expanded");
        return inside.split('"').next().unwrap().to_owned();
    }
    assert!(!written.contains('$'), "would be expanded");
    written.split('#').next().unwrap().trim_end().to_owned()
}

/// systemd.exec(5), EnvironmentFile=: quotes count at the beginning only, `\` escapes outside of single quotes.
fn systemd(written: &str) -> String {
    if let Some(inside) = written.strip_prefix('\'') {
        return inside.split('\'').next().unwrap().to_owned();
    }
    if let Some(inside) = written.strip_prefix('"') {
        assert!(!inside.contains('\\'), "would be an escape");
        return inside.split('"').next().unwrap().to_owned();
    }
    assert!(!written.contains('\\'), "would be an escape");
    written.trim().to_owned()
}

#[test]
fn a_bare_value_reads_alike_everywhere_docker_and_podman_included() {
    for value in BARE {
        let written = quote(value).unwrap();
        assert_eq!(written, value);
        for reader in [docker, compose, systemd] {
            assert_eq!(reader(&written), value);
        }
    }
}

#[test]
fn what_cannot_be_bare_is_quoted_for_those_who_strip_quotes() {
    for (value, wanted) in QUOTED {
        let written = quote(value).unwrap();
        assert_eq!(written, wanted);
        for reader in [compose, systemd] {
            assert_eq!(reader(&written), value);
        }
    }
    for refused in ["a\nb", "a\0b", "a\rb", "it's $5", "'\"$", "end's\\", "end \\", "${HOME}"] {
        assert!(quote(refused).is_err(), "{refused:?}");
    }
}

#[test]
fn a_value_in_quotes_is_announced_and_a_bare_one_is_not() {
    let lines = |value: &str| {
        let variables = [("X".to_owned(), Filled::text(value))];
        let close = |filled: &Filled| filled.close(|_| None).map_err(|value| RenderError::Missing(value.to_string()));
        let text = render(&"app".parse().unwrap(), &[], &variables, close).unwrap();
        text.expose().lines().skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines("openid email"), ["X=openid email"]);
    assert_eq!(lines("cost $5"), [super::QUOTED, "X='cost $5'"]);
}
