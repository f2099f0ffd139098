//! Texts in a language of their own, below a head that says whose they are.

use super::{MARK, RenderError};
use crate::catalog::{Filled, Syntax};
use doorstep_core::{id::AppName, secret::Secret};
use std::fmt::Write;

/// How a text of ours begins.
pub(super) fn beginning(syntax: Syntax) -> String {
    let first = syntax.first_line().map(|line| format!("{line}\n")).unwrap_or_default();
    format!("{first}{}{MARK}", syntax.comment().0)
}

/// The lines above what is delivered.
pub(super) fn head(
    app: &AppName,
    syntax: Syntax,
    comments: &[Filled],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let (open, end) = syntax.comment();
    let mut out = format!(
        "{} for {app}. Edits are overwritten: change the declaration of the app instead.{end}\n",
        beginning(syntax)
    );
    for comment in comments {
        let comment = close(comment)?;
        let what = match comment.expose() {
            text if text.contains(char::is_control) => Some("a line break"),
            text if !end.is_empty() && text.contains("--") => Some("`--`"),
            _ => None,
        };
        if let Some(what) = what {
            return Err(RenderError::Unquotable { key: "a comment".into(), what });
        }
        let _ = writeln!(out, "{open}{}{end}", comment.expose());
    }
    Ok(Secret::new(out))
}

pub(super) fn render(
    app: &AppName,
    syntax: Syntax,
    comments: &[Filled],
    body: &[Filled],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let head = head(app, syntax, comments, &close)?;
    let mut out = head.expose().clone();
    if syntax == Syntax::Shell {
        out.push_str("set -eu\n");
    }
    for passage in body {
        let passage = close(passage)?;
        out.push_str(passage.expose().trim_end());
        out.push('\n');
    }
    Ok(Secret::new(out))
}
