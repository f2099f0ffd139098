//! Every language says everything that English says, with the same things in it, and nothing else.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the lint knows only functions that are marked as tests")]

use doorstep_words::Language;
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// What stands in a message.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    /// The arguments that are shown.
    shown: BTreeSet<String>,
    /// The arguments that only decide which words are right.
    decides: BTreeSet<String>,
    /// `<name>` and `</name>`, in order.
    marks: Vec<String>,
    /// All words of all variants.
    text: String,
    /// The plural forms of each choice by number, and which is the last resort.
    plurals: Vec<(BTreeSet<String>, String)>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("locales")
}

fn code(language: Language) -> &'static str {
    language.tag().split('-').next().unwrap()
}

/// The messages of a language by their keys; `file/key`, so that a message stands in the same file everywhere.
fn messages(language: Language) -> BTreeMap<String, Parts> {
    let mut all = BTreeMap::new();
    for file in std::fs::read_dir(folder().join(code(language))).unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let resource =
            parser::parse(text.as_str()).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    assert!(message.attributes.is_empty(), "{name}: {} has attributes", message.id.name);
                    let mut parts = Parts::default();
                    read(&message.value.unwrap(), &mut parts);
                    let before = all.insert(format!("{name}/{}", message.id.name), parts);
                    assert!(before.is_none(), "{name}: {} stands there twice", message.id.name);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                other => panic!("{}: {other:?}", file.display()),
            }
        }
    }
    all
}

fn read(pattern: &Pattern<&str>, parts: &mut Parts) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                parts.text.push_str(value);
                parts.marks.extend(value.split('<').skip(1).map(|rest| rest.split('>').next().unwrap().to_owned()));
            }
            PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
                InlineExpression::VariableReference { id } => {
                    parts.shown.insert(id.name.to_owned());
                }
                InlineExpression::StringLiteral { value } => parts.text.push_str(value),
                other => panic!("{other:?} is more than a message needs"),
            },
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                let InlineExpression::VariableReference { id } = selector else { panic!("a choice by {selector:?}") };
                parts.decides.insert(id.name.to_owned());
                let mut forms = BTreeSet::new();
                let mut last = String::new();
                for variant in variants {
                    let key = match variant.key {
                        VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name } => name,
                    };
                    if variant.default {
                        key.clone_into(&mut last);
                    }
                    forms.insert(key.to_owned());
                    read(&variant.value, parts);
                }
                parts.plurals.push((forms, last));
            }
        }
    }
}

/// A page names a message and no file: of two that share a key, one is shown in place of the other.
#[test]
fn a_key_stands_in_one_file() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for key in messages(Language::English).into_keys() {
        let (file, id) = key.split_once('/').unwrap();
        if let Some(before) = seen.insert(id.to_owned(), file.to_owned()) {
            panic!("{id} stands in {before} and in {file}");
        }
    }
}

#[test]
fn every_language_has_the_messages_of_english_and_no_more() {
    let english: BTreeSet<String> = messages(Language::English).into_keys().collect();
    for language in Language::ALL {
        let own: BTreeSet<String> = messages(language).into_keys().collect();
        let missing: Vec<_> = english.difference(&own).collect();
        let more: Vec<_> = own.difference(&english).collect();
        assert!(missing.is_empty() && more.is_empty(), "{language:?} lacks {missing:?} and has besides {more:?}");
    }
    let folders = std::fs::read_dir(folder()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(folders, Language::ALL.len(), "each folder is a language that can be chosen");
}

/// A number that decides may be left out where it is not shown, as by languages that have no plural.
#[test]
fn every_translation_says_the_same_things_as_english() {
    let english = messages(Language::English);
    for language in Language::ALL {
        for (key, parts) in messages(language) {
            let meant = &english[&key];
            let known: BTreeSet<_> = meant.shown.union(&meant.decides).collect();
            let used: BTreeSet<_> = parts.shown.union(&parts.decides).collect();
            assert!(meant.shown.is_subset(&parts.shown), "{language:?} {key} leaves out one of {:?}", meant.shown);
            assert!(used.is_subset(&known), "{language:?} {key} knows of one that is not among {known:?}");
            assert_eq!(parts.marks, meant.marks, "{language:?} {key}");
            let opened = parts.marks.iter().filter(|mark| !mark.starts_with('/'));
            let closed = parts.marks.iter().filter_map(|mark| mark.strip_prefix('/'));
            assert!(opened.eq(closed), "{language:?} {key} does not close what it opens");
        }
    }
}

/// Unicode CLDR, plural rules for cardinal numbers; `many` of French, Spanish, Italian and Portuguese begins at a million.
#[test]
fn every_plural_has_the_forms_of_its_language() {
    for language in Language::ALL {
        let forms: BTreeSet<_> = match language {
            Language::Polish => ["one", "few", "many"].into(),
            Language::Chinese | Language::Japanese => BTreeSet::new(),
            _ => ["one", "other"].into(),
        };
        for (key, parts) in messages(language) {
            for (given, last) in parts.plurals.into_iter().filter(|(given, _)| !given.contains("1")) {
                let given: BTreeSet<_> = given.iter().map(String::as_str).collect();
                assert!(given.is_subset(&forms), "{language:?} {key} has {given:?}");
                assert_eq!(
                    Some(last.as_str()),
                    if language == Language::Polish { Some("many") } else { Some("other") },
                    "{language:?} {key}"
                );
            }
        }
    }
}

/// Marks of places are characters that no file contains; what turns or hides text is written out where it is needed.
#[test]
fn no_message_contains_what_cannot_be_seen() {
    for language in Language::ALL {
        for (key, parts) in messages(language) {
            let odd = |c: char| {
                c.is_control()
                    || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            };
            assert!(!parts.text.contains(odd), "{language:?} {key}: {:?}", parts.text);
        }
    }
}

/// How Doorstep speaks: `locales/README.md`.
#[test]
fn nobody_is_begged_or_shouted_at() {
    for language in Language::ALL {
        let begging: &[&str] = match language {
            Language::English => &["please", "Please", "oops"],
            Language::German => &["Bitte ", " bitte,", "Sie können", " Ihr "],
            Language::French => &["s’il vous plaît", "veuillez", "Veuillez"],
            Language::Spanish => &["por favor", " usted"],
            Language::Portuguese => &["por favor", "Por favor"],
            Language::Italian => &["per favore", "Per favore"],
            Language::Dutch => &["alstublieft", "alsjeblieft", " u "],
            Language::Polish => &["proszę", "Proszę"],
            Language::Chinese => &["请勿", "，请", "。请", "您"],
            Language::Japanese => &["ください"],
            Language::Pseudo => &[],
        };
        for (key, parts) in messages(language) {
            assert!(!parts.text.contains(['!', '！']), "{language:?} {key}: {}", parts.text);
            for word in begging {
                assert!(!parts.text.contains(word), "{language:?} {key}: {}", parts.text);
            }
        }
    }
}
