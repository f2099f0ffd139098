//! The letters and the colour by which an app without an icon is told from the others: decided from the names of all
//! apps of an instance, so that no two share both, and the same names give the same tiles everywhere.
//!
//! One letter where no other app begins with it, two where some do. The colour follows from the name, and gives way
//! only where the same letters have it already.

use crate::id::AppName;
use std::collections::BTreeMap;

/// What stands on the tile of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One or two letters or digits; more only where thousands of apps begin alike.
    pub text: String,
    /// What they stand on.
    pub hue: Hue,
}

/// A colour of tiles: dark enough for white letters, light enough to stand out from a dark page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hue(usize);

/// Hues at equal steps around the circle, each of the luminance 0.16 (WCAG 2.2).
const HUES: [&str; 12] = [
    "#bc484e", "#b35301", "#926702", "#727304", "#327e1e", "#027e62", "#017b80", "#02779e", "#376dc6", "#735fc3",
    "#9a52aa", "#b24981",
];

impl Hue {
    /// The colour of the letters on it.
    pub const INK: &str = "#ffffff";

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..HUES.len()).map(Self)
    }

    /// As it stands in a picture: `#rrggbb`.
    pub fn hex(self) -> &'static str {
        HUES.get(self.0).copied().unwrap_or("#6a635a")
    }

    /// The one that a name begins with, by FNV-1a, so that it is the same in each release.
    fn of(name: &AppName) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = name.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, hash);
        // Names that differ in their end only would begin with few colours (the finalizer of MurmurHash3).
        let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        Self(usize::try_from((mixed >> 32) % HUES.len() as u64).unwrap_or_default())
    }

    /// This one, then the others in turn.
    fn and_others(self) -> impl Iterator<Item = Self> {
        (0..HUES.len()).map(move |step| Self((self.0 + step) % HUES.len()))
    }
}

/// The tile of each app, from all names with their titles.
pub fn letters<'a>(apps: impl IntoIterator<Item = (&'a AppName, &'a str)>) -> BTreeMap<AppName, Letter> {
    let apps: BTreeMap<&AppName, Vec<Vec<char>>> =
        apps.into_iter().map(|(name, title)| (name, words(name, title))).collect();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for words in apps.values() {
        *alike.entry(initial(words)).or_default() += 1;
    }
    let mut taken = Taken::default();
    let mut found = BTreeMap::new();
    // Those with a letter of their own come first: nothing that two letters fall back to takes it.
    for (name, words) in &apps {
        let initial = initial(words);
        if alike.get(&initial) == Some(&1) {
            found.insert((*name).clone(), taken.take(initial, Hue::of(name)));
        }
    }
    for (name, words) in &apps {
        if !found.contains_key(*name) {
            let letter = two_letters(&mut taken, words, Hue::of(name));
            found.insert((*name).clone(), letter);
        }
    }
    found
}

/// The letters and digits of a title, word by word; of the name where the title has none.
fn words(name: &AppName, title: &str) -> Vec<Vec<char>> {
    let of = |text: &str| -> Vec<Vec<char>> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(|word| word.chars().collect()).collect()
    };
    let of_title = of(title);
    match (of_title.is_empty(), of(name.as_str())) {
        (false, _) => of_title,
        (true, of_name) if !of_name.is_empty() => of_name,
        (true, _) => vec![vec!['?']],
    }
}

fn initial(words: &[Vec<char>]) -> String {
    words.iter().flatten().next().copied().map(upper).into_iter().collect()
}

fn upper(letter: char) -> char {
    letter.to_uppercase().next().unwrap_or(letter)
}

/// The first that is free of what people expect: the letters that two words begin with, then the first letter with each
/// that follows. Then the same in another colour, then whatever is left.
fn two_letters(taken: &mut Taken, words: &[Vec<char>], hue: Hue) -> Letter {
    let first = initial(words);
    let second_word = words.get(1).and_then(|word| word.first()).map(|second| format!("{first}{}", upper(*second)));
    let later = words.iter().flatten().skip(1).map(|second| format!("{first}{second}"));
    let expected: Vec<String> = second_word.into_iter().chain(later).collect();
    if let Some(text) = expected.iter().find(|text| !taken.has(text)) {
        return taken.take(text.clone(), hue);
    }
    let any = ('A'..='Z').chain('0'..='9').map(|second| format!("{first}{second}"));
    let counted = (1_u64..).map(|count| count.to_string());
    for text in expected.into_iter().chain(any).chain(counted) {
        if let Some(free) = hue.and_others().find(|hue| taken.is_free(&text, *hue)) {
            return taken.take(text, free);
        }
    }
    Letter { text: first, hue }
}

/// Which letters stand on a tile already, in which colours; `Gr` and `GR` are the same to whoever looks.
#[derive(Default)]
struct Taken(BTreeMap<String, Vec<Hue>>);

impl Taken {
    fn key(text: &str) -> String {
        text.chars().map(upper).collect()
    }

    fn has(&self, text: &str) -> bool {
        self.0.contains_key(&Self::key(text))
    }

    fn is_free(&self, text: &str, hue: Hue) -> bool {
        !self.0.get(&Self::key(text)).is_some_and(|hues| hues.contains(&hue))
    }

    fn take(&mut self, text: String, hue: Hue) -> Letter {
        self.0.entry(Self::key(&text)).or_default().push(hue);
        Letter { text, hue }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(apps: &[(&str, &str)]) -> BTreeMap<String, Letter> {
        let apps: Vec<(AppName, &str)> = apps.iter().map(|(name, title)| (name.parse().unwrap(), *title)).collect();
        let found = letters(apps.iter().map(|(name, title)| (name, *title)));
        found.into_iter().map(|(name, letter)| (name.to_string(), letter)).collect()
    }

    fn texts(apps: &[(&str, &str)]) -> Vec<String> {
        of(apps).into_values().map(|letter| letter.text).collect()
    }

    #[test]
    fn one_letter_is_enough_until_two_apps_begin_with_it() {
        for (apps, expected) in [
            (&[("grafana", "Grafana"), ("wiki", "wiki")][..], &["G", "W"][..]),
            (&[("glances", "Glances"), ("grafana", "Grafana"), ("wiki", "Wiki")], &["Gl", "Gr", "W"]),
            // Two words give their initials, of which the second is a capital.
            (&[("oauth", "OAuth2 Proxy"), ("open-webui", "Open WebUI")], &["OP", "OW"]),
            // The same second letter: a later one of the name.
            (&[("grafana", "Grafana"), ("graylog", "Graylog"), ("grocy", "Grocy")], &["Gr", "Ga", "Go"]),
            // `Ow` is `OW` to whoever looks.
            (&[("open", "Open WebUI"), ("owncloud", "ownCloud")], &["OW", "On"]),
            (&[("a", "日本語"), ("b", "日光")], &["日本", "日光"]),
            (&[("a", "Ωmega"), ("b", "éclair"), ("c", "ßeta")], &["Ω", "É", "S"]),
            // Nothing to read in the title: the name, and where that has nothing either, a mark.
            (&[("wiki", "— 🏠 —"), ("---", "…")], &["?", "W"]),
            (&[("photos", "<b>Photos"), ("wiki", "\u{202e}Wiki")], &["B", "W"]),
        ] {
            assert_eq!(texts(apps), expected, "{apps:?}");
        }
    }

    #[test]
    fn titles_that_are_the_same_differ_in_a_letter_or_in_the_colour() {
        let same = of(&[("a", "Go"), ("b", "Go"), ("c", "Go")]);
        let hues: BTreeSet<Hue> = same.values().map(|letter| letter.hue).collect();
        assert!(same.values().all(|letter| letter.text == "Go") && hues.len() == 3, "{same:?}");
    }

    #[test]
    fn the_same_names_give_the_same_tiles_in_whatever_order_they_come() {
        let names: Vec<AppName> = (0..200).map(|at| format!("app-{at}").parse().unwrap()).collect();
        let there = letters(names.iter().map(|name| (name, name.as_str())));
        let back = letters(names.iter().rev().map(|name| (name, name.as_str())));
        assert_eq!(there, back);
        // What a name begins with is for good: people know an app by it.
        let known = [("grafana", "#735fc3"), ("immich", "#027e62"), ("wiki", "#926702")];
        for (name, hex) in known {
            assert_eq!(Hue::of(&name.parse().unwrap()).hex(), hex, "{name}");
        }
    }

    fn all_differ(names: &[String]) {
        let names: Vec<AppName> = names.iter().map(|name| name.parse().unwrap()).collect();
        let found = letters(names.iter().map(|name| (name, name.as_str())));
        assert_eq!(found.len(), names.len());
        let seen: BTreeSet<(String, Hue)> =
            found.values().map(|letter| (letter.text.to_uppercase(), letter.hue)).collect();
        assert_eq!(seen.len(), names.len());
        assert!(found.values().all(|letter| (1..=2).contains(&letter.text.chars().count())));
    }

    #[test]
    fn no_two_of_a_thousand_apps_share_letters_and_colour() {
        all_differ(&(0..1000).map(|at| format!("app-{at}")).collect::<Vec<_>>());
        all_differ(&(0..1000).map(|at| "a".repeat(at % 100 + 1) + &at.to_string()).collect::<Vec<_>>());
        let words = ["grafana", "git", "immich", "wiki", "photos", "media", "home", "chat", "paper", "vault"];
        all_differ(&(0..1000).map(|at| format!("{}-{at}", words[at % 10])).collect::<Vec<_>>());
        all_differ(&(0..26).map(|at| char::from(b'a' + at).to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn every_colour_is_begun_with() {
        let begun: BTreeSet<Hue> = (0..200).map(|at| Hue::of(&format!("app-{at}").parse().unwrap())).collect();
        assert_eq!(begun.into_iter().collect::<Vec<_>>(), Hue::all().collect::<Vec<_>>());
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(hex: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    /// SC 1.4.3: 4.5 to 1 for text. That tiles stand out from the page is a test of `web`, where its colours are.
    #[test]
    fn the_letters_can_be_read_on_every_colour() {
        for hue in Hue::all() {
            let contrast = (luminance(Hue::INK) + 0.05) / (luminance(hue.hex()) + 0.05);
            assert!(contrast >= 4.5, "{}: {contrast}", hue.hex());
        }
    }
}
