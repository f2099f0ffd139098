//! Mistakes in the configuration: where, what, and what to write instead.
//!
//! All of them are reported at once, sorted by place. A mistake never repeats a value, which may be a
//! secret, and never lets a control character through to the terminal.

use crate::paint::Paint;
use crate::terminal::shown_lines;
use std::fmt;

/// Where a mistake is, or where a value comes from. Files come before the environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A file, and as much as is known of the position in it. Lines and columns start at 1.
    File {
        /// As the person would type it from where they are.
        file: String,
        /// The line.
        line: Option<u32>,
        /// The column, in characters.
        column: Option<u32>,
    },
    /// An environment variable.
    Env(String),
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self::File { file: file.into(), line: None, column: None }
    }

    /// Whether it is one character of a file.
    pub(crate) const fn is_exact(&self) -> bool {
        matches!(self, Self::File { column: Some(_), .. })
    }

    /// The same place without its column, for what takes a whole line.
    #[must_use]
    pub fn line_only(self) -> Self {
        match self {
            Self::File { file, line, .. } => Self::File { file, line, column: None },
            Self::Env(_) => self,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => f.write_str(name),
            Self::File { file, line, column } => {
                f.write_str(file)?;
                for number in [line, column].into_iter().map_while(|number| *number) {
                    write!(f, ":{number}")?;
                }
                Ok(())
            }
        }
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where it is.
    pub place: Place,
    /// What is wrong, as one sentence without a full stop.
    pub what: String,
    /// What to write instead.
    pub remedy: Option<String>,
}

impl Mistake {
    /// A mistake that can be mended as `remedy` says.
    pub fn new(place: Place, what: impl Into<String>, remedy: Option<String>) -> Self {
        Self { place, what: shown_lines(&what.into()), remedy: remedy.map(|remedy| shown_lines(&remedy)) }
    }
}

/// All mistakes of one reading, sorted by place; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Sorts mistakes and drops repeated ones. `None` when there are none.
    pub fn collect(mistakes: impl IntoIterator<Item = Mistake>) -> Option<Self> {
        let mut all: Vec<Mistake> = Vec::new();
        for mistake in mistakes {
            if !all.contains(&mistake) {
                all.push(mistake);
            }
        }
        all.sort_by(|a, b| a.place.cmp(&b.place));
        (!all.is_empty()).then_some(Self(all))
    }

    /// A single mistake.
    pub fn one(mistake: Mistake) -> Self {
        Self(vec![mistake])
    }

    /// Each, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }

    /// The mistakes as lines, and a last line with their number and what follows from them:
    /// `Nothing was changed.`
    pub fn render(&self, paint: Paint, consequence: &str) -> String {
        let width = self.0.iter().map(|mistake| mistake.place.to_string().chars().count()).max().unwrap_or(0);
        let mut out = String::new();
        for mistake in &self.0 {
            let place = format!("{:width$}", mistake.place.to_string());
            out.extend([&paint.strong(&place), "  ", &mistake.what, "\n"]);
            for line in mistake.remedy.iter().flat_map(|remedy| remedy.lines()) {
                out.extend([" ".repeat(width + 2).as_str(), line, "\n"]);
            }
        }
        let noun = if self.0.len() == 1 { "mistake" } else { "mistakes" };
        let last = format!("{} {noun}. {consequence}", self.0.len());
        out.push_str(last.trim_end());
        out.push('\n');
        out
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Paint::PLAIN, ""))
    }
}

impl std::error::Error for Mistakes {}

impl IntoIterator for Mistakes {
    type Item = Mistake;
    type IntoIter = std::vec::IntoIter<Mistake>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: Option<u32>) -> Place {
        Place::File { file: "doorstep.toml".to_owned(), line: Some(line), column }
    }

    #[test]
    fn mistakes_are_told_in_order_and_aligned() {
        let mistakes = Mistakes::collect([
            Mistake::new(Place::Env("DOORSTEP_X".to_owned()), "is unknown", None),
            Mistake::new(at(18, None), "glances and grafana both claim https://grafana.example.org", None),
            Mistake::new(
                at(9, Some(1)),
                "unknown key `alow` in [apps.grafana]",
                Some("did you mean `allow`?".to_owned()),
            ),
            Mistake::new(at(18, None), "glances and grafana both claim https://grafana.example.org", None),
        ]);
        let reported = mistakes.unwrap().render(Paint::PLAIN, "Still serving the configuration of 09:12.");
        let expected = "\
doorstep.toml:9:1  unknown key `alow` in [apps.grafana]
                   did you mean `allow`?
doorstep.toml:18   glances and grafana both claim https://grafana.example.org
DOORSTEP_X         is unknown
3 mistakes. Still serving the configuration of 09:12.
";
        assert_eq!(reported, expected);
        assert_eq!(Mistakes::collect([]), None);
    }

    #[test]
    fn one_mistake_is_one_and_cannot_paint_the_terminal() {
        let one = Mistakes::one(Mistake::new(at(1, Some(2)), "unknown key `\u{1b}[31mred`", None));
        assert_eq!(one.to_string(), "doorstep.toml:1:2  unknown key `\\u{1b}[31mred`\n1 mistake.\n");
    }
}
