//! Env files that `docker run --env-file`, podman, compose (`env_file`), systemd (`EnvironmentFile`), Kubernetes
//! (`--from-env-file`) and dotenv libraries read alike.
//!
//! Docker, podman and Kubernetes take what follows the first `=` as it stands, quotes included; the others strip
//! quotes and treat some characters on their own. So a value takes the first form that fits it:
//!
//! 1. bare, when it has none of `# $ \`, does not begin with a quote, and neither begins nor ends with white
//!    space: all of them read it as it stands;
//! 2. in `'…'`, when it has no `'` and does not end in `\` (compose takes `\'` for a quote);
//! 3. in `"…"`, when it has a `'` but none of `" $ \` and no backquote: those are what the readers treat differently;
//! 4. otherwise it is refused, and the catalog or the declaration must choose another value. So is one with `${`,
//!    which python-dotenv expands in quotes of either kind.
//!
//! Above a value in quotes stands a comment that says who keeps them. Line breaks and control characters are
//! always refused. A shell that sources such a file splits bare values at their spaces.

use super::{MARK, RenderError, lines::Lines};
use crate::catalog::Filled;
use doorstep_core::{id::AppName, secret::Secret};

const QUOTED: &str = "# In quotes, which docker run --env-file and podman keep: set the next one there without them.";

pub(super) fn render(
    app: &AppName,
    comments: &[Filled],
    variables: &[(String, Filled)],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let mut out = Lines::default();
    out.push(format!(
        "# {MARK} for {app}. Edits are overwritten: change the declaration of the app instead.\n\
         # For docker run --env-file, podman, env_file (compose) and EnvironmentFile (systemd); not for a shell."
    ));
    for comment in comments {
        let comment = close(comment)?;
        if comment.expose().contains(char::is_control) {
            return Err(RenderError::Unquotable { key: "a comment".into(), what: "a line break" });
        }
        out.push(format!("# {}", comment.expose()));
    }
    for (key, value) in variables {
        let value = close(value)?;
        let quoted = quote(value.expose()).map_err(|what| RenderError::Unquotable { key: key.clone(), what })?;
        if quoted != *value.expose() {
            out.push(QUOTED.to_owned());
        }
        out.push(format!("{key}={quoted}"));
    }
    Ok(out.join())
}

/// A value as it stands behind `NAME=`; or what is in it that readers take differently.
pub fn quote(value: &str) -> Result<String, &'static str> {
    if value.contains(char::is_control) {
        return Err("a line break or control character");
    }
    if value.contains("${") {
        return Err("`${`, which some readers replace even in quotes");
    }
    if is_bare(value) {
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

fn is_bare(value: &str) -> bool {
    !value.contains(['#', '$', '\\']) && !value.starts_with(['\'', '"']) && value.trim() == value
}

#[cfg(test)]
mod tests;
