//! What each notice says, in the language of whoever reads it: the messages of `locales/LANGUAGE/mail.ftl` that belong to it.
//! They blame nobody and name no product that they did not come from.

use super::{
    facts::{Doer, News, Notice, Reader},
    said::{listed, say, say_with, when},
};
use crate::model::Language;

/// The words of a notice, before they have a form.
pub(super) struct Words {
    /// What happened, for the subject: without a stop.
    pub(super) subject: String,
    /// What happened, as a sentence.
    pub(super) happened: String,
    /// What else there is to know, each as a sentence.
    pub(super) more: Vec<String>,
    /// What, when, by whom, from where.
    pub(super) facts: Vec<(String, String)>,
    /// What to do when one sees something that is not right.
    pub(super) unknown: String,
    /// What to tell an administrator then.
    pub(super) tell: String,
    /// Why it came to this address.
    pub(super) why: String,
}

pub(super) fn said(notice: &Notice, reader: &Reader<'_>) -> Words {
    let Reader { user, issuer, language, .. } = *reader;
    let (subject, happened) = headline(&notice.what);
    let (subject, when) = (say(language, subject), when(language, notice.at));
    let mut facts = Vec::new();
    facts.extend(subject_of(&notice.what, language).map(|what| ("notice-label-what", what)));
    facts.push(("notice-label-when", when.clone()));
    facts.push(("notice-label-by", by(notice, reader)));
    if !notice.from.is_empty() {
        facts.push(("notice-label-from", notice.from.clone()));
    }
    let why = if is_former(&notice.what) { "notice-why-former" } else { "notice-why" };
    let told = [("user", user), ("issuer", issuer), ("when", when.as_str()), ("what", subject.as_str())];
    Words {
        happened: say_with(language, happened, &[("user", user), ("issuer", issuer)]),
        more: more(&notice.what).iter().map(|key| say(language, key)).collect(),
        facts: facts.into_iter().map(|(label, fact)| (say(language, label), fact)).collect(),
        unknown: say_with(language, unknown(&notice.what), &[("section", &say(language, "linked"))]),
        tell: say_with(language, "notice-tell", &told),
        why: say_with(language, why, &[("user", user)]),
        subject,
    }
}

/// For the subject, and as a sentence.
const fn headline(what: &News) -> (&'static str, &'static str) {
    match what {
        News::PasskeyAdded { .. } => ("notice-passkey-added-subject", "notice-passkey-added"),
        News::PasskeyRemoved { .. } => ("notice-passkey-removed-subject", "notice-passkey-removed"),
        News::PasswordSet => ("notice-password-set-subject", "notice-password-set"),
        News::PasswordChanged => ("notice-password-changed-subject", "notice-password-changed"),
        News::PasswordRemoved => ("notice-password-removed-subject", "notice-password-removed"),
        News::Recovered { .. } => ("notice-recovered-subject", "notice-recovered"),
        News::RecoveryKitMade => ("notice-kit-made-subject", "notice-kit-made"),
        News::SignInLinked { .. } => ("notice-sign-in-linked-subject", "notice-sign-in-linked"),
        News::SignInUnlinked { .. } => ("notice-sign-in-unlinked-subject", "notice-sign-in-unlinked"),
        News::TotpAdded { .. } => ("notice-totp-added-subject", "notice-totp-added"),
        News::TotpRemoved { .. } => ("notice-totp-removed-subject", "notice-totp-removed"),
        News::EmailChanged { .. } => ("notice-email-changed-subject", "notice-email-changed"),
        News::NewBrowser { .. } => ("notice-new-browser-subject", "notice-new-browser"),
        News::TokenMade { .. } => ("notice-token-made-subject", "notice-token-made"),
    }
}

/// Which passkey, which token.
fn subject_of(what: &News, language: Language) -> Option<String> {
    let thing = |key, name| named(language, &say(language, key), name);
    match what {
        News::PasskeyAdded { name } | News::PasskeyRemoved { name } => Some(thing("notice-thing-passkey", name)),
        News::TotpAdded { name } | News::TotpRemoved { name, .. } => Some(thing("notice-thing-totp", name)),
        News::Recovered { passkey: Some(name), .. } => Some(thing("notice-thing-new-passkey", name)),
        News::Recovered { passkey: None, .. } => Some(say(language, "notice-thing-new-password")),
        News::SignInLinked { label } | News::SignInUnlinked { label } => Some(thing("notice-thing-account", label)),
        News::NewBrowser { browser: Some(browser), system: Some(system) } => {
            Some(say_with(language, "device-browser-on-system", &[("browser", browser), ("system", system)]))
        }
        News::NewBrowser { browser, system } => browser.clone().or_else(|| system.clone()),
        News::TokenMade { label, apps, read_only } => {
            let key = if *read_only { "notice-opens-reading" } else { "notice-opens" };
            let (token, apps) = (thing("notice-thing-token", label), listed(language, apps));
            Some(say_with(language, key, &[("thing", &token), ("apps", &apps)]))
        }
        News::PasswordSet
        | News::PasswordChanged
        | News::PasswordRemoved
        | News::RecoveryKitMade
        | News::EmailChanged { .. } => None,
    }
}

const fn more(what: &News) -> &'static [&'static str] {
    match what {
        News::PasskeyAdded { .. } => &["notice-more-passkey"],
        News::PasskeyRemoved { .. } | News::SignInUnlinked { .. } => &["notice-more-removed"],
        News::PasswordSet => &["notice-more-password"],
        News::PasswordChanged => &["notice-more-password-before"],
        News::PasswordRemoved => &["notice-more-password-gone"],
        News::Recovered { dropped: true, .. } => &["notice-more-signed-out", "notice-more-dropped"],
        News::Recovered { dropped: false, .. } => &["notice-more-signed-out", "notice-more-kept"],
        News::RecoveryKitMade => &["notice-more-kit", "notice-more-kit-before"],
        News::SignInLinked { .. } => &["notice-more-linked"],
        News::TotpAdded { .. } => &["notice-more-totp"],
        News::TotpRemoved { left: true, .. } => &["notice-more-totp-left"],
        News::TotpRemoved { left: false, .. } => &["notice-more-password-alone"],
        News::EmailChanged { to_former: true } => &["notice-more-address-former"],
        News::EmailChanged { to_former: false } => &["notice-more-address"],
        News::NewBrowser { .. } => &["notice-more-browser"],
        News::TokenMade { .. } => &["notice-more-token"],
    }
}

/// The first thing to do; telling an administrator is the second.
const fn unknown(what: &News) -> &'static str {
    match what {
        News::PasskeyAdded { .. } => "notice-do-passkey",
        News::NewBrowser { .. } => "notice-do-browser",
        News::TokenMade { .. } => "notice-do-token",
        News::RecoveryKitMade => "notice-do-kit",
        News::SignInLinked { .. } => "notice-do-linked",
        News::PasswordSet => "notice-do-password",
        News::TotpAdded { .. } | News::TotpRemoved { left: true, .. } => "notice-do-totp",
        News::TotpRemoved { left: false, .. } => "notice-do-totp-again",
        News::PasskeyRemoved { .. }
        | News::SignInUnlinked { .. }
        | News::PasswordChanged
        | News::PasswordRemoved
        | News::Recovered { .. }
        | News::EmailChanged { .. } => "notice-do-look",
    }
}

fn by(notice: &Notice, reader: &Reader<'_>) -> String {
    let key = match (notice.by, &notice.what) {
        (Doer::Owner, News::Recovered { .. }) => "notice-by-link",
        (
            Doer::Owner,
            News::PasskeyAdded { .. } | News::PasswordSet | News::PasswordChanged | News::SignInLinked { .. },
        ) => "notice-by-signed-in-or-link",
        (Doer::Owner, _) => "notice-by-signed-in",
        (Doer::Administrator, _) => "notice-by-administrator",
        (Doer::Host, _) => "notice-by-host",
    };
    say_with(reader.language, key, &[("user", reader.user)])
}

const fn is_former(what: &News) -> bool {
    matches!(what, News::EmailChanged { to_former: true })
}

/// A thing by what a person called it. What a mail program would make a link of is left out: whoever is in an account
/// that is not theirs must not lead its owner anywhere.
fn named(language: Language, thing: &str, name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    if name.trim().is_empty() || leads_somewhere(&name) {
        return thing.to_owned();
    }
    say_with(language, "notice-named", &[("thing", thing), ("name", &name)])
}

/// Whether a mail program could make a link of it: an address of mail, of the web, or a host by itself.
pub(super) fn leads_somewhere(text: &str) -> bool {
    let dots = text.char_indices().filter(|(_, c)| matches!(c, '.' | '。' | '．' | '｡'));
    let mut after = dots.filter_map(|(at, c)| text.get(at + c.len_utf8()..)?.chars().next());
    text.contains(['@', '＠', '/', '\\']) || after.any(char::is_alphabetic)
}

/// Marks that change how the rest is read, and have no form of their own.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_52_what_a_mail_program_would_make_a_link_of_is_left_out() {
        for (name, said) in [
            ("YubiKey 5", "passkey “YubiKey 5”"),
            ("Firmware 5.7", "passkey “Firmware 5.7”"),
            ("Ada's phone.", "passkey “Ada's phone.”"),
            ("evil.test", "passkey"),
            ("see www.evil.test", "passkey"),
            ("https://evil.test", "passkey"),
            ("evil。test", "passkey"),
            ("help@evil", "passkey"),
            ("mail to: a\\b", "passkey"),
            ("\u{202e}olleh", "passkey “olleh”"),
            (" \u{200b}", "passkey"),
        ] {
            assert_eq!(named(Language::English, "passkey", name), said, "{name:?}");
        }
    }
}
