//! An address as a QR code (ISO/IEC 18004): a drawing for a page, rows of text for a terminal.

use fast_qr::{ECL, QRBuilder};
use std::fmt::Write;

/// How many modules of margin a reader wants around the code (ISO/IEC 18004 §5.3.8).
const MARGIN: usize = 4;
/// On a terminal the screen is scarce, and what stands around the code is of one colour.
const NARROW: usize = 2;

/// A code, module by module.
pub struct QrCode {
    side: usize,
    dark: Vec<bool>,
}

impl QrCode {
    /// The code of a text; `None` when no code holds as much.
    pub fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let dark = code.data.iter().take(code.size * code.size).map(|module| module.value()).collect();
        Some(Self { side: code.size, dark })
    }

    /// How many modules the drawing is wide and high, its margin included.
    pub const fn extent(&self) -> usize {
        self.side + 2 * MARGIN
    }

    /// The dark modules as the path of an SVG of [`Self::extent`]: one rectangle for each run of a row.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.side {
            let mut x = 0;
            while x < self.side {
                let run = (x..self.side).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    // Writing into a String does not fail.
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN);
                }
                x += run.max(1);
            }
        }
        path
    }

    /// Rows for a terminal, two modules a letter. Whatever is drawn in the colour of the letters is dark or, for a terminal
    /// whose letters are light, is not.
    pub fn rows(&self, letters_are_dark: bool) -> Vec<String> {
        let extent = self.side + 2 * NARROW;
        let drawn = |x: usize, y: usize| {
            let inside = x.checked_sub(NARROW).zip(y.checked_sub(NARROW));
            inside.is_some_and(|(x, y)| self.is_dark(x, y)) == letters_are_dark
        };
        let letter = |x, y| match (drawn(x, y), y + 1 < extent && drawn(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..extent).step_by(2).map(|y| (0..extent).map(|x| letter(x, y)).collect()).collect()
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark.get(y * self.side + x).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://auth.example.org/invite/ds_inv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// The modules that a path covers.
    fn painted(code: &QrCode) -> Vec<(usize, usize)> {
        let mut painted = Vec::new();
        for run in code.path().split('M').skip(1) {
            let numbers: Vec<usize> = run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            painted.extend((numbers[0]..numbers[0] + numbers[2]).map(|x| (x, numbers[1])));
        }
        painted
    }

    #[test]
    fn drawing_and_rows_show_the_modules_within_their_margin() {
        let code = QrCode::of(ADDRESS).unwrap();
        let painted = painted(&code);
        let dark: Vec<_> = (0..code.side)
            .flat_map(|y| (0..code.side).map(move |x| (x, y)))
            .filter(|(x, y)| code.is_dark(*x, *y))
            .map(|(x, y)| (x + MARGIN, y + MARGIN))
            .collect();
        assert_eq!(painted, dark, "each once");
        // Three finder patterns (§6.3.3.1): seven dark modules in a row at three corners, and not at the fourth.
        let corner = |x: usize, y: usize| (x..x + 7).all(|x| code.is_dark(x, y));
        let last = code.side - 7;
        assert_eq!([corner(0, 0), corner(last, 0), corner(0, last), corner(last, last)], [true, true, true, false]);
        let rows = code.rows(true);
        assert_eq!((rows.len(), rows[0].chars().count()), ((code.side + 4).div_ceil(2), code.side + 4));
        assert!(rows[0].chars().all(|c| c == ' ') && rows[1].starts_with("  █▀▀▀▀▀█ "), "{}", rows[1]);
        let inverse = code.rows(false);
        assert!(inverse[0].chars().all(|c| c == '█') && inverse[1].starts_with("██ ▄▄▄▄▄ █"), "{}", inverse[1]);
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(QrCode::of(&"x".repeat(2000)).is_some());
        assert!(QrCode::of(&"x".repeat(4000)).is_none());
    }
}
