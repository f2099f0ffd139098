//! Colour for a terminal. It helps and never carries meaning alone; without a terminal there is none.

use clap::ValueEnum;
use std::collections::BTreeMap;

/// When to colour what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Colours texts, or leaves them as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint(bool);

impl Paint {
    /// Leaves every text as it is.
    pub const PLAIN: Self = Self(false);

    /// Decides for one stream. <https://no-color.org>: set and not empty means none.
    pub fn decide(when: When, env: &BTreeMap<String, String>, terminal: bool) -> Self {
        let unwanted = env.get("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env.get("TERM").is_some_and(|value| value == "dumb");
        Self(match when {
            When::Auto => terminal && !unwanted && !dumb,
            When::Always => true,
            When::Never => false,
        })
    }

    /// What the eye should find first.
    pub fn strong(self, text: &str) -> String {
        self.with("1", text)
    }
    /// What stands behind.
    pub fn faint(self, text: &str) -> String {
        self.with("2", text)
    }
    /// What is wrong, or goes away.
    pub fn bad(self, text: &str) -> String {
        self.with("31", text)
    }
    /// What is well, or new.
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }
    /// What changes, or waits for a word.
    pub fn notice(self, text: &str) -> String {
        self.with("33", text)
    }

    /// What is read by a camera: black on white, whatever the terminal's colours are.
    pub fn on_paper(self, text: &str) -> String {
        self.with("30;107", text)
    }
    /// Whether it colours at all.
    pub const fn is_coloured(self) -> bool {
        self.0
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_want_it() {
        for (when, env, terminal, coloured) in [
            (When::Auto, ("LANG", "C"), true, true),
            (When::Auto, ("LANG", "C"), false, false),
            (When::Auto, ("NO_COLOR", "1"), true, false),
            (When::Auto, ("NO_COLOR", ""), true, true),
            (When::Auto, ("TERM", "dumb"), true, false),
            (When::Always, ("NO_COLOR", "1"), false, true),
            (When::Never, ("LANG", "C"), true, false),
        ] {
            let env = BTreeMap::from([(env.0.to_owned(), env.1.to_owned())]);
            let paint = Paint::decide(when, &env, terminal);
            assert_eq!(paint.bad("x") != "x", coloured, "{when:?} {env:?} {terminal}");
        }
    }
}
