//! Texts in a language of their own, below a head that says whose they are.

use super::{MARK, RenderError, lines::Lines};
use crate::catalog::{Filled, Syntax};
use doorstep_core::{id::AppName, secret::Secret};

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
    let mut out = Lines::default();
    out.push(format!(
        "{} for {app}. Edits are overwritten: change the declaration of the app instead.{end}",
        beginning(syntax)
    ));
    for comment in comments {
        let comment = close(comment)?;
        let what = match comment.expose() {
            text if text.contains(char::is_control) => Some("a line break"),
            text if syntax == Syntax::Xml && text.contains("--") => Some("`--`"),
            // It ends PHP even in a comment.
            text if syntax == Syntax::Php && text.contains("?>") => Some("`?>`"),
            _ => None,
        };
        if let Some(what) = what {
            return Err(RenderError::Unsayable { key: "a comment".into(), what, form: syntax.extension() });
        }
        out.push(format!("{open}{}{end}", comment.expose()));
    }
    Ok(out.join())
}

pub(super) fn render(
    app: &AppName,
    syntax: Syntax,
    comments: &[Filled],
    body: &[Filled],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let mut out = Lines::default();
    out.append(head(app, syntax, comments, &close)?);
    if syntax == Syntax::Shell {
        out.push("set -eu".to_owned());
    }
    for passage in body {
        out.push(close(passage)?.expose().trim_end().to_owned());
    }
    Ok(out.join())
}
