//! Copy sheets: what a person fills in on the pages of an app that takes its settings in no other way.

use super::{MARK, RenderError, lines::Lines};
use crate::catalog::Filled;
use doorstep_core::{id::AppName, secret::Secret};

pub(super) fn render(
    app: &AppName,
    comments: &[Filled],
    rows: &[(String, Filled)],
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let mut out = Lines::default();
    out.push(format!(
        "# {MARK} for {app}, to be copied into its pages. Edits are overwritten: change the declaration of the app instead."
    ));
    for comment in comments {
        out.push(format!("# {}", one_line("a comment", close(comment)?.expose())?));
    }
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    out.push(String::new());
    for (label, value) in rows {
        let gap = " ".repeat(width - label.chars().count());
        out.push(format!("{label}{gap}  {}", one_line(label, close(value)?.expose())?));
    }
    Ok(out.join())
}

fn one_line<'v>(key: &str, value: &'v str) -> Result<&'v str, RenderError> {
    let what = "a line break or control character";
    let refused = || RenderError::Unsayable { key: key.to_owned(), what, form: "a line of text" };
    if value.contains(char::is_control) { Err(refused()) } else { Ok(value) }
}
