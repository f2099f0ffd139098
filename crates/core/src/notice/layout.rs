//! The one layout of notices: the same words as plain text and as HTML. The HTML loads nothing, runs nothing and has one
//! link, which leads to the issuer (security rows 52 and 74).

use super::{
    facts::{Reader, Written},
    said::{say, say_with},
    words::Words,
};
use crate::model::Language;
use doorstep_words::Direction;
use std::fmt::Write;

pub(super) fn laid_out(words: &Words, reader: &Reader<'_>) -> Written {
    let instance = one_line(reader.instance);
    let account = format!("{}/account", reader.issuer);
    Written {
        subject: format!("{instance}: {}", words.subject),
        text: text(words, &account, (&instance, reader)),
        html: html(words, &account, (&instance, reader)),
    }
}

/// A mail that says nothing but that mail works.
pub(super) fn trial(reader: &Reader<'_>) -> Written {
    let (instance, issuer) = (one_line(reader.instance), reader.issuer);
    let said = "Mail works: somebody who looks after this instance asked for a mail to this address.";
    let [shown, safe, issuer_safe] = [said, &instance, issuer].map(escaped);
    Written {
        subject: format!("{instance}: mail works"),
        text: format!("{said}\nThere is nothing to do.\n\n-- \n{instance}, {issuer}\n"),
        html: format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{safe}</title></head>\n<body>\n\
             <p>{shown}<br>There is nothing to do.</p>\n<p>{safe}, {issuer_safe}</p>\n</body>\n</html>\n"
        ),
    }
}

/// A line end in what becomes a header would begin another header.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn text(words: &Words, account: &str, (instance, reader): (&str, &Reader<'_>)) -> String {
    let Reader { issuer, language, .. } = *reader;
    let mut text = format!("{}\n", words.happened);
    for sentence in &words.more {
        text.push_str(sentence);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&beside_each_other(&words.facts));
    // Writing to a text cannot fail.
    let _ = write!(
        text,
        "\n{}\n\n1. {}\n   {}\n2. {}\n   {}\n\n-- \n{instance}, {issuer}\n{}\n",
        say(language, "notice-known"),
        say_with(language, "notice-open", &[("address", account)]),
        words.unknown,
        say(language, "notice-tell-administrator"),
        words.tell,
        words.why
    );
    text
}

/// Facts with their labels, each on its line.
pub(super) fn beside_each_other(facts: &[(String, String)]) -> String {
    let widest = facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default() + 2;
    facts.iter().fold(String::new(), |mut text, (label, fact)| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{label:widest$}{}", one_line(fact));
        text
    })
}

fn html(words: &Words, account: &str, (instance, reader): (&str, &Reader<'_>)) -> String {
    let language = reader.language;
    let more: Vec<_> = words.more.iter().map(|sentence| escaped(sentence)).collect();
    let between = say(language, "between-sentences");
    let more = more.join(&between);
    let facts: String = words.facts.iter().map(|(label, fact)| row(label, &one_line(fact))).collect();
    let account = escaped(account);
    // The address becomes a link where the language puts it.
    let link = format!("<a href=\"{account}\">{account}</a>");
    let open = escaped(&say_with(language, "notice-open", &[("address", PLACE)])).replace(PLACE, &link);
    let [known, first] = ["notice-known", "notice-tell-administrator"].map(|key| escaped(&say(language, key)));
    let [happened, unknown, tell, why] =
        [&words.happened, &words.unknown, &words.tell, &words.why].map(|one| escaped(one));
    let [instance, issuer] = [instance, reader.issuer].map(escaped);
    format!(
        "{}<p><strong>{happened}</strong>{between}{more}</p>\n<table>\n{facts}</table>\n\
         <p>{known}</p>\n<ol>\n\
         <li>{open}<br>{unknown}</li>\n\
         <li>{first}<br>{tell}</li>\n</ol>\n\
         <p style=\"font-size: 0.85em\">{instance}, {issuer}<br>{why}</p>\n</body>\n</html>\n",
        head(&instance, language)
    )
}

/// Where the link goes, in a sentence of ours that is being escaped.
const PLACE: &str = "\u{fffc}";

/// How each begins. The title is escaped already.
pub(super) fn head(title: &str, language: Language) -> String {
    let turned = if language.direction() == Direction::RightToLeft { " dir=\"rtl\"" } else { "" };
    format!(
        "<!doctype html>\n<html lang=\"{}\"{turned}>\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"font-family: system-ui, sans-serif; line-height: 1.5; max-width: 36em\">\n",
        language.tag()
    )
}

pub(super) fn row(label: &str, fact: &str) -> String {
    let cell = "style=\"text-align: left; vertical-align: top; padding-right: 1em\"";
    format!("<tr><th scope=\"row\" {cell}>{}</th><td>{}</td></tr>\n", escaped(label), escaped(fact))
}

/// Text as HTML, in an element or a quoted attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
