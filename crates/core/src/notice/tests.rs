//! Each notice as it is read, and what must not be in one.

use super::*;
use crate::{model::Language, time::Timestamp};

const READER: Reader<'_> =
    Reader { user: "ada", instance: "Home", issuer: "https://auth.example.org", language: Language::English };

fn notice(what: News) -> Notice {
    Notice { what, at: Timestamp::from_seconds(1_795_772_460), by: Doer::Owner, from: "203.0.113.9".to_owned() }
}

#[test]
fn each_notice_reads_as_a_person_reviewed_it() {
    for (name, news) in News::examples() {
        let Written { subject, text, .. } = notice(news).written(&READER);
        insta::assert_snapshot!(name, format!("Subject: {subject}\n\n{text}"));
    }
}

#[test]
fn the_html_has_the_words_of_the_text() {
    insta::assert_snapshot!(notice(News::PasskeyAdded { name: "YubiKey 5".to_owned() }).written(&READER).html);
}

#[test]
fn a_trial_says_that_mail_works_and_loads_nothing() {
    let Written { subject, text, html } = trial(&Reader { instance: "A <b>home</b>\r\nBcc: x", ..READER });
    assert_eq!(subject, "A <b>home</b>  Bcc: x: mail works");
    insta::assert_snapshot!(format!("{text}\n{html}"));
}

#[test]
fn who_did_it_is_said() {
    for (by, from, said) in [
        (Doer::Owner, "203.0.113.9", "By    somebody who was signed in as ada\nFrom  203.0.113.9\n"),
        (Doer::Administrator, "2001:db8::1", "By    an administrator\nFrom  2001:db8::1\n"),
        (Doer::Host, "", "By    a command on the server\n\n"),
    ] {
        let notice = Notice { by, from: from.to_owned(), ..notice(News::PasswordRemoved) };
        let text = notice.written(&READER).text;
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn a_recovery_says_what_is_left() {
    for (passkey, dropped, said) in [
        (Some("YubiKey 5".to_owned()), true, ["new passkey “YubiKey 5”", "from before were removed"]),
        (None, false, ["new password", "from before still work"]),
    ] {
        let text = notice(News::Recovered { passkey, dropped }).written(&READER).text;
        assert!(
            said.iter().all(|said| text.contains(said)) && text.contains("By    somebody who had the link"),
            "{text}"
        );
    }
}

/// Everything that looks like an address, but that of the issuer.
fn strange(text: &str) -> Vec<&str> {
    text.split([' ', '"', '<', '>', '\n'])
        .filter(|word| word.contains("//") && !word.starts_with(READER.issuer))
        .collect()
}

#[test]
fn security_74_every_link_in_a_notice_begins_with_the_issuer() {
    for (name, news) in News::examples() {
        let Written { text, html, .. } = notice(news).written(&READER);
        assert_eq!((strange(&text), strange(&html)), (vec![], vec![]), "{name}");
        assert!(text.contains("Open https://auth.example.org/account\n"), "{name}: {text}");
        assert_eq!(html.matches("href=").count(), 1, "{name}");
        for loads in ["src=", "url(", "<img", "<script", "<link", "@import"] {
            assert!(!html.contains(loads), "{name}: {loads}");
        }
    }
}

#[test]
fn security_52_and_102_what_others_wrote_is_text_and_begins_no_line() {
    let bad = "a\"><script>alert(1)</script>\r\nBcc: all";
    let token = News::TokenMade { label: bad.to_owned(), apps: vec!["wiki".to_owned()], read_only: false };
    let reader = Reader { instance: "Home\r\nBcc: all@evil.test", ..READER };
    for news in [token, News::PasskeyAdded { name: bad.to_owned() }] {
        let Written { subject, text, html } = notice(news).written(&reader);
        assert!(subject.starts_with("Home  Bcc: all@evil.test: a"), "{subject}");
        assert!(!subject.contains(char::is_control) && !subject.contains("script"), "{subject}");
        assert!(!html.contains("<script") && !html.contains("a\">"), "{html}");
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
    }
}

#[test]
fn facts_are_kept_and_read_again() {
    for (name, news) in News::examples() {
        let kept = serde_json::to_string(&notice(news.clone())).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&kept).unwrap(), notice(news), "{name}: {kept}");
    }
}

/// What of a mail came from no file: the made-up language puts each message between `⟦` and `⟧`.
pub(super) fn outside(text: &str) -> String {
    let mut depth = 0;
    let mut outside = String::new();
    for c in text.chars() {
        match c {
            '⟦' => depth += 1,
            '⟧' => depth -= 1,
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    outside
}

#[test]
fn every_notice_is_said_in_every_language_and_nothing_in_it_is_in_no_file() {
    for (name, news) in News::examples() {
        let english = notice(news.clone()).written(&READER);
        for language in Language::ALL {
            let Written { subject, text, html } = notice(news.clone()).written(&Reader { language, ..READER });
            assert!(!text.contains("notice-") && !text.contains("{ $"), "{name} {language:?}: {text}");
            assert_eq!((strange(&text), strange(&html)), (vec![], vec![]), "{name} {language:?}");
            assert_eq!(html.matches("href=\"https://auth.example.org/account\"").count(), 1, "{name} {language:?}");
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name} {language:?}: {html}");
            assert!(text.contains("ada") && text.contains("203.0.113.9"), "{name} {language:?}: {text}");
            assert_eq!(subject == english.subject, language == Language::English, "{name} {language:?}: {subject}");
        }
        let made_up = notice(news).written(&Reader { language: Language::Pseudo, ..READER });
        let left = outside(&made_up.text).replace("Home, https://auth.example.org", "");
        assert!(!left.contains(char::is_alphabetic), "{name}: {left}");
        assert!(made_up.html.contains("<html lang=\"qps-plocm\" dir=\"rtl\">"), "{}", made_up.html);
        assert_eq!(outside(&made_up.subject), "Home: ", "{name}");
    }
}
