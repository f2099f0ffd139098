//! The one layout of notices: the same words as plain text and as HTML. The HTML loads nothing, runs nothing and has one
//! link, which leads to the issuer (security rows 52 and 74).

use super::{
    facts::{Reader, Written},
    words::Words,
};
use std::fmt::Write;

/// The widest label of a fact, with the space behind it.
const LABEL: usize = 6;

pub(super) fn laid_out(words: &Words, reader: &Reader<'_>) -> Written {
    let instance = one_line(reader.instance);
    let account = format!("{}/account", reader.issuer);
    Written {
        subject: format!("{instance}: {}", words.subject),
        text: text(words, &account, (&instance, reader.issuer)),
        html: html(words, &account, (&instance, reader.issuer)),
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

fn text(words: &Words, account: &str, (instance, issuer): (&str, &str)) -> String {
    let mut text = format!("{}\n", words.happened);
    for sentence in &words.more {
        text.push_str(sentence);
        text.push('\n');
    }
    text.push('\n');
    for (label, fact) in &words.facts {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{label:LABEL$}{}", one_line(fact));
    }
    let _ = write!(
        text,
        "\nIf you know of this, there is nothing to do. If you do not:\n\n\
         1. Open {account}\n   {}\n\
         2. Tell an administrator at once:\n   {}\n\n-- \n{instance}, {issuer}\n{}\n",
        words.unknown, words.tell, words.why
    );
    text
}

fn html(words: &Words, account: &str, (instance, issuer): (&str, &str)) -> String {
    let more = words.more.iter().map(|sentence| escaped(sentence)).collect::<Vec<_>>().join(" ");
    let facts: String = words.facts.iter().map(|(label, fact)| row(label, &one_line(fact))).collect();
    let [account, unknown, tell, why] = [account, &words.unknown, &words.tell, &words.why].map(escaped);
    let [instance, issuer] = [instance, issuer].map(escaped);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{instance}</title></head>\n\
         <body style=\"font-family: system-ui, sans-serif; line-height: 1.5; max-width: 36em\">\n\
         <p><strong>{}</strong> {more}</p>\n<table>\n{facts}</table>\n\
         <p>If you know of this, there is nothing to do. If you do not:</p>\n<ol>\n\
         <li>Open <a href=\"{account}\">{account}</a><br>{unknown}</li>\n\
         <li>Tell an administrator at once:<br>{tell}</li>\n</ol>\n\
         <p style=\"font-size: 0.85em\">{instance}, {issuer}<br>{why}</p>\n</body>\n</html>\n",
        escaped(&words.happened)
    )
}

pub(super) fn row(label: &str, fact: &str) -> String {
    let cell = "style=\"text-align: left; vertical-align: top; padding-right: 1em\"";
    format!("<tr><th scope=\"row\" {cell}>{label}</th><td>{}</td></tr>\n", escaped(fact))
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
