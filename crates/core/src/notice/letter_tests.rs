//! Each letter as it is read, and what must not be in one.

use super::*;
use crate::{model::Language, time::Timestamp};

const READER: Reader<'_> =
    Reader { user: "ada", instance: "Home", issuer: "https://auth.example.org", language: Language::English };
const LINK: &str = "https://auth.example.org/page/ds_lnk_secret";

fn posted(what: Letter) -> Posted {
    let at = Timestamp::from_seconds(1_795_772_460);
    // Their links, where they have one, are no secret and do not end.
    let lasts = matches!(what, Letter::HasAccount | Letter::AccountAsked | Letter::AccountRefused);
    let until = (!lasts).then(|| Timestamp::from_seconds(1_795_776_060));
    Posted { what, at, until, from: "203.0.113.9".to_owned() }
}

#[test]
fn each_letter_reads_as_a_person_reviewed_it() {
    for (name, letter) in Letter::examples() {
        let Written { subject, text, .. } = posted(letter).written(&READER, LINK);
        insta::assert_snapshot!(name, format!("Subject: {subject}\n\n{text}"));
    }
}

#[test]
fn the_html_of_a_letter_has_the_words_of_its_text() {
    insta::assert_snapshot!(posted(Letter::ConfirmAddress).written(&READER, LINK).html);
}

/// Everything that looks like an address, but that of the issuer.
fn strange(text: &str) -> Vec<&str> {
    text.split([' ', '"', '<', '>', '\n'])
        .filter(|word| word.contains("//") && !word.starts_with(READER.issuer))
        .collect()
}

#[test]
fn security_74_every_link_in_a_letter_begins_with_the_issuer() {
    for (name, letter) in Letter::examples() {
        let Written { text, html, .. } = posted(letter).written(&READER, LINK);
        assert_eq!((strange(&text), strange(&html)), (vec![], vec![]), "{name}");
        let links = usize::from(letter != Letter::AccountRefused);
        assert_eq!((text.matches(LINK).count(), html.matches("href=").count()), (links, links), "{name}");
        for loads in ["src=", "url(", "<img", "<script", "<link", "@import"] {
            assert!(!html.contains(loads), "{name}: {loads}");
        }
    }
}

#[test]
fn security_52_a_stranger_is_led_nowhere_by_a_user_name() {
    let reader = Reader { user: "www.evil.test", ..READER };
    let Written { subject, text, html } = posted(Letter::ConfirmAddress).written(&reader, LINK);
    for said in [subject, text, html] {
        assert!(!said.contains("evil"), "{said}");
    }
}

#[test]
fn security_102_the_name_of_the_instance_begins_no_header() {
    let reader = Reader { instance: "Home\r\nBcc: all@evil.test", ..READER };
    for (name, letter) in Letter::examples() {
        let Written { subject, text, .. } = posted(letter).written(&reader, LINK);
        assert!(!subject.contains(char::is_control), "{name}: {subject}");
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{name}: {text}");
    }
}

#[test]
fn letters_are_kept_and_read_again() {
    for (name, letter) in Letter::examples() {
        let kept = serde_json::to_string(&posted(letter)).unwrap();
        assert_eq!(serde_json::from_str::<Posted>(&kept).unwrap(), posted(letter), "{name}: {kept}");
    }
}

#[test]
fn every_letter_is_said_in_every_language_and_nothing_in_it_is_in_no_file() {
    for (name, letter) in Letter::examples() {
        let english = posted(letter).written(&READER, LINK);
        for language in Language::ALL {
            let Written { subject, text, html } = posted(letter).written(&Reader { language, ..READER }, LINK);
            assert!(!text.contains("letter-") && !text.contains("{ $"), "{name} {language:?}: {text}");
            assert_eq!((strange(&text), strange(&html)), (vec![], vec![]), "{name} {language:?}");
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name} {language:?}: {html}");
            assert_eq!(subject == english.subject, language == Language::English, "{name} {language:?}: {subject}");
        }
        let made_up = posted(letter).written(&Reader { language: Language::Pseudo, ..READER }, LINK);
        let left = tests::outside(&made_up.text).replace("Home, https://auth.example.org", "").replace(LINK, "");
        let left = left.replace("203.0.113.9", "");
        assert!(!left.contains(char::is_alphabetic), "{name}: {left}");
    }
}
