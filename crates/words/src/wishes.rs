//! Which language an answer is in: what the app asked for, what the person's account or browser keeps, what the browser
//! says, English.

use crate::Language;

/// What is known of the language that somebody would like. Whatever is none of ours is passed over, and nothing of it is
/// repeated anywhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// `ui_locales` of the authorization request, in order of preference: OpenID Connect Core §3.1.2.1.
    pub ui_locales: &'a str,
    /// What the account of the person keeps.
    pub account: Option<Language>,
    /// The tag that the browser keeps of a choice here.
    pub chosen: &'a str,
    /// `Accept-Language`, RFC 9110 §12.5.4.
    pub accept: &'a str,
}

/// As much of a list is read as any browser sends.
const MOST: usize = 32;

impl Wishes<'_> {
    /// Whether a list of `ui_locales` names a language of ours.
    pub fn is_met(ui_locales: &str) -> bool {
        asked(ui_locales).is_some()
    }

    /// The language.
    pub fn language(self) -> Language {
        asked(self.ui_locales)
            .or(self.account)
            .or_else(|| Language::of_tag(self.chosen))
            .or_else(|| accepted(self.accept))
            .unwrap_or_default()
    }
}

fn asked(ui_locales: &str) -> Option<Language> {
    ui_locales.split_ascii_whitespace().take(MOST).find_map(Language::of_tag)
}

/// The language with the highest weight, the first of several; none of weight 0.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(Language, u16)> = None;
    for range in header.split(',').take(MOST) {
        let (tag, weight) = range.split_once(';').map_or((range, 1000), |(tag, rest)| (tag, weight(rest)));
        let Some(language) = Language::of_tag(tag.trim()) else { continue };
        if weight > best.map_or(0, |(_, best)| best) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// In thousandths, RFC 9110 §12.4.2; what is no weight counts as none.
fn weight(parameter: &str) -> u16 {
    let value = parameter.trim().strip_prefix("q=").or_else(|| parameter.trim().strip_prefix("Q="));
    let Some((whole, fraction)) = value.map(|value| value.split_once('.').unwrap_or((value, ""))) else { return 0 };
    let digits = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
    let thousandths = format!("{fraction:0<3}").parse().unwrap_or(0);
    match whole {
        "1" => 1000,
        "0" if digits => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_asked_for_comes_before_the_choice_and_the_choice_before_the_browser() {
        for (ui_locales, chosen, accept, tag) in [
            ("", "", "", "en"),
            ("", "", "de", "de"),
            ("", "", "de-AT,de;q=0.9,en;q=0.8", "de"),
            ("", "", "sv-SE, pl;q=0.7, en;q=0.3", "pl"),
            ("", "", "en;q=0.5, ja;q=0.9", "ja"),
            ("", "", "fr;q=0.5, it;q=0.5", "fr"),
            ("", "", "fr;q=0, it;q=0.001", "it"),
            ("", "", "fr;q=2, it;q=x, nl;q=0.1234", "en"),
            ("", "", "*", "en"),
            ("", "", "zh-TW", "zh-Hans"),
            ("", "pl", "de", "pl"),
            ("", "xx", "de", "de"),
            ("fr-CA fr en", "pl", "de", "fr"),
            ("sv nl", "pl", "de", "nl"),
            ("sv", "pl", "de", "pl"),
            ("<script> \u{202e} ../..", "", "de", "de"),
        ] {
            assert_eq!(
                Wishes { ui_locales, account: None, chosen, accept }.language().tag(),
                tag,
                "{ui_locales:?} {chosen:?} {accept:?}"
            );
        }
    }

    #[test]
    fn what_an_account_keeps_comes_between_the_app_and_the_browser() {
        let account = Some(Language::Dutch);
        for (ui_locales, tag) in [("", "nl"), ("sv", "nl"), ("sv it", "it")] {
            let wishes = Wishes { ui_locales, account, chosen: "pl", accept: "de" };
            assert_eq!(wishes.language().tag(), tag, "{ui_locales:?}");
        }
    }

    #[test]
    fn a_list_without_an_end_is_read_to_its_thirty_second_entry() {
        let long = format!("{}de", "sv,".repeat(100_000));
        assert_eq!(Wishes { accept: &long, ..Wishes::default() }.language(), Language::English);
    }
}
