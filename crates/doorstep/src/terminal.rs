//! Text that somebody else wrote, as a terminal may show it: what is invisible or steers the terminal stands
//! there as an escape, so that a name cannot hide, reorder or forge a line.

use std::fmt::Write;

/// One line of foreign text: controls, line ends included, and invisible characters as `\u{202e}`.
pub fn shown(text: &str) -> String {
    escaped(text, |_| false, |c, out| out.extend(c.escape_default()))
}

/// Several lines: line ends stay.
pub fn shown_lines(text: &str) -> String {
    escaped(text, |c| c == '\n', |c, out| out.extend(c.escape_default()))
}

/// What a person typed, short enough to be repeated in a message.
pub fn repeated(text: &str) -> String {
    shown(&text.chars().take(80).collect::<String>())
}

/// Everything that is printed, with nothing but line ends, tabs (a proxy's configuration has them) and our own
/// colours left to steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, after) = rest.split_at(at);
        out.push_str(&layout(before));
        let colour = COLOURS.iter().find(|colour| after.starts_with(**colour)).copied().unwrap_or_default();
        out.push_str(colour);
        rest = after.get(colour.len()..).unwrap_or_default();
        if colour.is_empty() {
            out.push_str("\\u{1b}");
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out.push_str(&layout(rest));
    out
}

/// Several lines with tabs.
fn layout(text: &str) -> String {
    escaped(text, |c| matches!(c, '\n' | '\t'), |c, out| out.extend(c.escape_default()))
}

/// JSON that says the same with every invisible character as `\u202e` (RFC 8259 §7).
pub(crate) fn printable_json(json: &str) -> String {
    escaped(
        json,
        |c| c == '\n',
        |c, out| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing into a String does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}

/// What `paint` and the plan's own colours are made of.
const COLOURS: [&str; 9] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[35m",
    "\u{1b}[36m",
    "\u{1b}[30;107m",
];

fn escaped(text: &str, keep: impl Fn(char) -> bool, write: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && !keep(c) {
            write(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out
}

/// Controls, marks of direction, and what has no width: Unicode's `Cc`, `Zl`, `Zp`, and what
/// `Default_Ignorable_Code_Point` and `Bidi_Control` name, without the selectors that choose an emoji's form.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_steers_stands_there_as_an_escape() {
        for (text, expected) in [
            ("Ada Lovelace 👩\u{fe0f} é 日本", "Ada Lovelace 👩\u{fe0f} é 日本"),
            ("\u{202e}nimda", "\\u{202e}nimda"),
            ("ad\u{200b}a", "ad\\u{200b}a"),
            ("a\u{1b}[2Jb\u{9b}31m", "a\\u{1b}[2Jb\\u{9b}31m"),
            ("a\r\nb\tc\0", "a\\r\\nb\\tc\\u{0}"),
            (
                "\u{feff}\u{2066}\u{ad}\u{e0041}\u{3164}\u{2028}",
                "\\u{feff}\\u{2066}\\u{ad}\\u{e0041}\\u{3164}\\u{2028}",
            ),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn only_line_ends_and_our_own_colours_steer_the_terminal() {
        let text = "\u{1b}[31mFAILED\u{1b}[0m\n\tx\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}\u{1b}";
        let expected = "\u{1b}[31mFAILED\u{1b}[0m\n\tx\\u{1b}]0;title\\u{7}\\u{1b}[2J\\u{202e}\\u{1b}";
        assert_eq!(printable(text), expected);
    }

    #[test]
    fn json_says_the_same_without_a_hidden_character() {
        let value = serde_json::json!({ "name": "\u{202e}a\u{e0041}\u{9b}", "é": [1] });
        let text = printable_json(&format!("{value:#}"));
        assert!(text.contains("\\u202ea\\udb40\\udc41\\u009b"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
