//! The page that a proxy itself shows while Doorstep or an app does not answer: nobody else could make it then.

/// A whole page in one line, with its style. `'`, a backtick, `$` and braces with nothing but a name in them
/// mean something to a proxy's configuration, and stand in no text here.
pub(super) fn away(title: &str, what: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>:root {{ color-scheme: light dark; font: \
         1.0625rem/1.5 system-ui, sans-serif }} body {{ max-width: 32rem; margin: 12vh auto; padding: 0 1.25rem }} \
         h1 {{ font-size: 1.5rem; line-height: 1.25 }}</style><h1>{title}</h1><p>{what}</p><p><a href=\"\">Try \
         again</a></p></html>"
    )
}

/// For a proxy that does not tell whether the app or Doorstep is away.
pub(super) fn no_answer() -> String {
    away(
        "No answer at the moment",
        "Either the app or Doorstep, which stands in front of it, cannot be reached. A form that you just sent may not have \
         arrived.",
    )
}
