//! Env files that docker compose (`env_file`), systemd (`EnvironmentFile`) and sh (`. FILE`) read alike.
//!
//! The three agree on less than it seems, so a value takes the first form that all of them share:
//!
//! 1. bare, when it has only `A-Z a-z 0-9 . _ - : / @ % + , = * ?`: nothing expands, splits or ends it;
//! 2. in `'…'`, when it has no `'` and does not end in `\`: no reader expands anything there
//!    (compose takes `\'` for a quote, hence the second condition);
//! 3. in `"…"`, when it has a `'` but none of `" $ \` and no backquote: those are what the readers treat differently;
//! 4. otherwise it is refused, and the catalog or the declaration must choose another value.
//!
//! Line breaks and control characters are always refused. `docker run --env-file` and
//! `kubectl create secret --from-env-file` know no quotes; they read the bare form, which secrets and
//! addresses have, and keep the quotes of the other two.

use super::RenderError;
use crate::catalog::Filled;
use doorstep_core::{id::AppName, secret::Secret};

/// How each of our env files begins; a file that begins otherwise is not ours to replace.
pub(super) const MARK: &str = "# Delivered by Doorstep";

pub(super) fn render(
    app: &AppName,
    comments: &[Filled],
    variables: &[(String, Filled)],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let mut out = Secret::new(format!(
        "{MARK} for {app}. Edits are overwritten: change the declaration of the app instead.\n\
         # For env_file (docker compose), EnvironmentFile (systemd), or `set -a; . FILE` (sh).\n"
    ));
    let mut push = |line: String| {
        let grown = Secret::new(format!("{}{line}\n", out.expose()));
        out = grown;
    };
    for comment in comments {
        let comment = close(comment)?;
        if comment.expose().contains(char::is_control) {
            return Err(RenderError::Unquotable { key: "a comment".into(), what: "a line break" });
        }
        push(format!("# {}", comment.expose()));
    }
    for (key, value) in variables {
        let value = close(value)?;
        let quoted = quote(value.expose()).map_err(|what| RenderError::Unquotable { key: key.clone(), what })?;
        push(format!("{key}={quoted}"));
    }
    Ok(out)
}

fn quote(value: &str) -> Result<String, &'static str> {
    if value.contains(char::is_control) {
        return Err("a line break or control character");
    }
    if value.bytes().all(is_bare) {
        return Ok(value.to_owned());
    }
    if !value.contains('\'') && !value.ends_with('\\') {
        return Ok(format!("'{value}'"));
    }
    if !value.contains(['"', '$', '\\', '`']) {
        return Ok(format!("\"{value}\""));
    }
    Err("a single quote beside one of \" $ \\ `, or a backslash at its end")
}

const fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'-' | b':' | b'/' | b'@' | b'%' | b'+' | b',' | b'=' | b'*' | b'?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const VALUES: [&str; 11] = [
        "",
        "true",
        "https://a.example/x?y=1,2",
        "*",
        "openid profile email",
        "it's here",
        r#"{"a":{"b":"c d","e":"$HOME \" `id`"}}"#,
        "contains(groups[*], 'admins') && 'Admin' || 'Viewer'",
        "https://a.example/?x=1&y=2#f",
        "~/x;y|z<w>(v)!",
        "C:\\dir\\file x",
    ];

    #[test]
    fn each_value_takes_the_plainest_form_that_all_readers_share() {
        for (value, wanted) in VALUES.iter().zip([
            "",
            "true",
            "https://a.example/x?y=1,2",
            "*",
            "'openid profile email'",
            "\"it's here\"",
            r#"'{"a":{"b":"c d","e":"$HOME \" `id`"}}'"#,
            "\"contains(groups[*], 'admins') && 'Admin' || 'Viewer'\"",
            "'https://a.example/?x=1&y=2#f'",
            "'~/x;y|z<w>(v)!'",
            "'C:\\dir\\file x'",
        ]) {
            assert_eq!(quote(value).as_deref(), Ok(wanted));
        }
        for refused in ["a\nb", "a\0b", "a\rb", "it's $5", "'\"", "end's\\", "end \\"] {
            assert!(quote(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn sh_reads_back_what_was_written() {
        let dir = tempfile::tempdir().unwrap();
        for value in VALUES {
            let path = dir.path().join("app.env");
            std::fs::write(&path, format!("X={}\n", quote(value).unwrap())).unwrap();
            let script = format!("set -a; . {}; printf %s \"$X\"", path.display());
            let out = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), value);
        }
    }
}
