//! Copy sheets: what a person fills in on the pages of an app that takes its settings in no other way.

use super::{MARK, RenderError};
use crate::catalog::Filled;
use doorstep_core::{id::AppName, secret::Secret};
use std::fmt::Write;

pub(super) fn render(
    app: &AppName,
    comments: &[Filled],
    rows: &[(String, Filled)],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let mut out = format!(
        "# {MARK} for {app}, to be copied into its pages. Edits are overwritten: change the declaration of the app instead.\n"
    );
    for comment in comments {
        let comment = close(comment)?;
        let _ = writeln!(out, "# {}", comment.expose());
    }
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    out.push('\n');
    for (label, value) in rows {
        let value = close(value)?;
        if value.expose().contains(char::is_control) {
            return Err(RenderError::Unquotable { key: label.clone(), what: "a line break or control character" });
        }
        let gap = " ".repeat(width - label.chars().count());
        let _ = writeln!(out, "{label}{gap}  {}", value.expose());
    }
    Ok(Secret::new(out))
}
