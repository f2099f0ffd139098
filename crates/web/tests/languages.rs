//! What every language must be: each message known and used, the same markup as in English, and no English in between.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the lint knows only functions that are marked as tests")]

mod samples;

use doorstep_web::{assets::APP_HOST_STYLE, headers::Surface};
use doorstep_words::{Language, is_known};
use samples::{FRIENDLY, Words};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The files below a folder of this repository that end like this.
fn below(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = vec![];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.path().to_string_lossy().ends_with(end) {
                found.push((entry.path().display().to_string(), std::fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    found
}

/// The texts between double quotes that are written as keys are.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|piece| {
        piece.starts_with(|c: char| c.is_ascii_lowercase())
            && piece.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}

#[test]
fn every_message_that_a_page_names_is_there() {
    for (path, text) in below("templates", ".html") {
        for expression in text.split("{{ \"").skip(1) {
            let key = expression.split('"').next().unwrap();
            let is_message = expression.split("}}").next().unwrap().contains("|say") || expression.contains("|bare }}");
            assert!(!is_message || is_known(key), "{path}: {key}");
        }
        for label in text.split("{% let label = \"").skip(1) {
            let key = label.split('"').next().unwrap();
            assert!(is_known(key), "{path}: {key}");
        }
    }
    let families: BTreeSet<&str> = [
        "sign-in-",
        "code-",
        "device-",
        "recover-",
        "invite-",
        "problem-",
        "ask-",
        "when-",
        "error-",
        "request-",
        "wait-",
        "done-",
        "happened-",
        "mail-done-",
        "mail-problem-",
        "tokens-",
        "authenticator-",
        "kit-",
        "data-",
    ]
    .into();
    for (path, text) in below("../core/src/notice", ".rs") {
        let of_mail = |key: &&str| key.starts_with("notice-") || key.starts_with("letter-");
        for key in literals(&text).filter(of_mail).filter(|key| key.matches('-').count() > 1) {
            assert!(is_known(key) || text.contains(&format!("(\"{key}\", Self::")), "{path}: {key}");
        }
    }
    for (path, text) in below("src/pages", ".rs").into_iter().chain(below("src/handlers", ".rs")) {
        for key in literals(&text).filter(|key| families.iter().any(|family| key.starts_with(family))) {
            assert!(is_known(key) || key.ends_with('-'), "{path}: {key}");
        }
    }
}

#[test]
fn every_message_is_used() {
    let mails = below("../core/src/notice", ".rs");
    let pages = below("src", ".rs").into_iter().chain(below("templates", ".html"));
    let sources: Vec<_> = pages.chain(mails).collect();
    let used: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| literals(text)).collect();
    for (path, text) in below("../words/locales/en", ".ftl") {
        let keys = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        for key in keys.map(|line| line.split(' ').next().unwrap()) {
            let title = key.strip_suffix("-title").or_else(|| key.strip_suffix("-next")).unwrap_or(key);
            assert!(used.contains(key), "{path}: {key} ({title})");
        }
    }
}

/// Tags with their names and attributes, counted: a translation may order them anew.
fn markup(html: &str) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for tag in html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()) {
        let names: Vec<&str> = tag.split('"').step_by(2).collect();
        *counted.entry(names.concat()).or_default() += 1;
    }
    counted
}

#[test]
fn a_translation_changes_words_and_no_markup() {
    let english = samples::all(FRIENDLY);
    for language in Language::ALL {
        for (page, own) in english.iter().zip(samples::all_in(language, FRIENDLY)) {
            assert_eq!(markup(&own.html), markup(&page.html), "{language:?} {}", page.name);
            assert!(!own.html.contains("{ $") && !own.html.contains("{$"), "{language:?} {}", page.name);
        }
    }
}

/// A sentence may be longer than in English; a refusal on an app's host stays small all the same.
#[test]
fn refusals_at_an_app_are_small_in_every_language() {
    for language in Language::ALL {
        for page in samples::all_in(language, FRIENDLY) {
            if matches!(page.surface, Surface::AppHost | Surface::Framed) {
                let bytes = page.html.len() - APP_HOST_STYLE.len();
                assert!(bytes < 4_200, "{language:?} {}: {bytes} bytes", page.name);
            }
        }
    }
}

/// Security row 52, in every language: a name stays a name.
#[test]
fn security_52_a_name_is_no_markup_in_any_language() {
    let vector = "</bdi><svg onload=alert(1)>{ $app } <a>\u{202e}\u{2069}\u{e000}";
    let words = Words {
        app: vector,
        person: vector,
        user_name: vector,
        email: vector,
        group: vector,
        passkey: vector,
        value: "x",
    };
    for language in Language::ALL.into_iter().chain([Language::Pseudo]) {
        for (clean, attacked) in samples::all_in(language, FRIENDLY).iter().zip(samples::all_in(language, words)) {
            assert_eq!(markup(&clean.html), markup(&attacked.html), "{language:?} {}", clean.name);
            assert!(!attacked.html.contains('\u{202e}') && !attacked.html.contains('\u{2069}'), "{}", clean.name);
        }
    }
}

/// Elements that have no end.
const VOID: [&str; 6] = ["br", "img", "input", "link", "meta", "hr"];

/// What of a page is read or heard: its texts and the attributes that speak. Names stand in elements of their own, and
/// commands, codes and addresses are the same in every language.
fn spoken(html: &str) -> Vec<String> {
    let mut spoken = vec![];
    let mut open: Vec<(&str, bool)> = vec![];
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        let name = tag.split([' ', '\n']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            let at = open.iter().rposition(|(name, _)| *name == closed);
            open.truncate(at.unwrap_or_else(|| panic!("<{tag}> ends what has not begun")));
        } else {
            let outside = open.iter().any(|(_, same)| *same);
            for attribute in ["title", "placeholder", "aria-label", "data-done", "data-none"] {
                if let Some((_, value)) = tag.split_once(&format!(" {attribute}=\"")).filter(|_| !outside) {
                    spoken.push(value.split('"').next().unwrap().to_owned());
                }
            }
            let same = ["bdi", "code", "pre", "style", "script", "svg", "textarea", "time"].contains(&name)
                || ["class=\"mono", " mono\"", " host\""].iter().any(|class| tag.contains(class))
                || name != "html" && tag.contains(" lang=");
            if !VOID.contains(&name) && !tag.ends_with('/') && !tag.starts_with('!') {
                open.push((name, same));
            }
        }
        if !open.iter().any(|(_, same)| *same) {
            spoken.push(text.to_owned());
        }
    }
    spoken
}

/// Pages of administrators, which are English in every language, and say so.
const ENGLISH: [&str; 3] = ["access-requests", "invitation", "registrations"];

/// The made-up language puts each message between `⟦` and `⟧`; what stands outside did not come from a file.
#[test]
fn no_page_for_people_says_what_is_in_no_file() {
    let mut seen = 0;
    for page in samples::all_in(Language::Pseudo, FRIENDLY) {
        seen += 1;
        assert!(page.html.contains("<html lang=\"qps-plocm\" dir=\"rtl\">"), "{}", page.name);
        let english = page.html.contains("<main id=\"main\" tabindex=\"-1\" lang=\"en\" dir=\"ltr\">");
        assert_eq!(english, ENGLISH.iter().any(|name| page.name.starts_with(name)), "{}", page.name);
        let title = &page.html[page.html.find("<title>").unwrap()..page.html.find("</title>").unwrap()];
        let html = page.html.replacen(title, "<title>", usize::from(english));
        let mut depth = 0;
        // Whoever leaves for good types their own user name, which stands there as an example.
        for text in spoken(&html).into_iter().filter(|text| text != FRIENDLY.user_name) {
            let mut outside = String::new();
            for c in text.chars() {
                match c {
                    '⟦' => depth += 1,
                    '⟧' => depth -= 1,
                    c if depth == 0 => outside.push(c),
                    _ => {}
                }
            }
            let outside = outside.replace(" · Doorstep", "").replace("123456", "").replace("XXXX", "");
            assert!(!outside.contains(char::is_alphabetic), "{}: {outside:?}", page.name);
        }
    }
    assert!(seen > 150, "the pages that people meet are among the samples: {seen}");
}

/// Lines that run from right to left turn the page around, as long as no style names a side.
#[test]
fn no_style_names_left_or_right() {
    for (path, text) in below("static", ".css") {
        for (at, line) in text.lines().enumerate() {
            let declarations = line.split(['{', '}', ';']).map(str::trim);
            for declaration in declarations {
                let property = declaration.split(':').next().unwrap();
                assert!(!property.contains("left") && !property.contains("right"), "{path}:{}: {declaration}", at + 1);
                let four = property == "border-radius" && declaration.split(' ').count() > 2;
                assert!(!four, "{path}:{}: {declaration} names corners", at + 1);
            }
        }
    }
}
