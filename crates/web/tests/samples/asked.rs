//! What people ask for by mail: another address of their own, a recovery, an account; and what administrators see of it.

use super::{INSTANCE, Sample, Words, ago, sample};
use doorstep_core::time::Ttl;
use doorstep_web::{
    headers::Surface,
    pages::{
        AskByMailProblem, ConfirmEmail, EmailPage, EmailReported, EmailWaiting, RecoverByMail, RecoveryBanner,
        RecoveryStopped, Register, RegisterLink, RegisterWaits, RegistrationReported, RegistrationRow, Registrations,
        When,
    },
};

const LINK: &str = "ds_reg_ZmxvY2NpbmF1Y2luaWhpbGlwaWxpZmljYXRpb24tZmxvYy1hYmNkAAAAAA";

fn later(ttl: Ttl) -> When {
    let When { at, now } = ago(Ttl::from_seconds(0));
    When { at: at + ttl, now }
}

/// What somebody signed in is told of a recovery.
pub(super) fn banner(is_sent: bool) -> RecoveryBanner {
    let due = if is_sent { ago(Ttl::from_minutes(20)) } else { later(Ttl::from_hours(22)) };
    RecoveryBanner { asked: ago(Ttl::from_hours(2)), due, is_sent }
}

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let mut all = own_email(words);
    all.extend(recovery());
    all.extend(registering(words));
    all.extend(requests(words));
    all
}

fn own_email(words: Words<'_>) -> Vec<Sample> {
    let email = |waiting: bool, reported| EmailPage {
        person: words.person.into(),
        email: Some(words.email.into()),
        verified: true,
        waiting: waiting.then(|| EmailWaiting {
            email: words.email.into(),
            asked: ago(Ttl::from_minutes(3)),
            until: later(Ttl::from_hours(24)),
        }),
        mail: true,
        fresh: true,
        typed: "".into(),
        reported,
    };
    let confirm = ConfirmEmail {
        person: words.person.into(),
        user_name: words.user_name.into(),
        email: words.email.into(),
        link: LINK,
    };
    let wrong = EmailPage { typed: words.value.into(), ..email(false, Some(EmailReported::NotAnAddress)) };
    vec![
        sample("own-email", Surface::Page, &email(false, None)),
        sample("own-email-waits", Surface::Page, &email(true, Some(EmailReported::Mailed))),
        sample("own-email-wrong", Surface::Page, &wrong),
        sample("own-email-unconfirmed", Surface::Page, &EmailPage { verified: false, ..email(false, None) }),
        sample("own-email-none", Surface::Page, &EmailPage { email: None, ..email(false, None) }),
        sample("own-email-old-sign-in", Surface::Page, &EmailPage { fresh: false, ..email(true, None) }),
        sample("own-email-no-mail", Surface::Page, &EmailPage { mail: false, ..email(false, None) }),
        sample("own-email-confirm", Surface::SecretForm, &confirm),
    ]
}

fn recovery() -> Vec<Sample> {
    let page = |is_asked, problem| RecoverByMail { instance: INSTANCE.into(), hours: 24, is_asked, problem };
    let stop = |link, is_done| RecoveryStopped { instance: INSTANCE.into(), link, is_done };
    vec![
        sample("recover-mail", Surface::Page, &page(false, None)),
        sample("recover-mail-asked", Surface::Page, &page(true, None)),
        sample("recover-mail-too-many", Surface::Page, &page(false, Some(AskByMailProblem::TooMany))),
        sample("recover-stop", Surface::SecretForm, &stop(Some(LINK), false)),
        sample("recover-stopped", Surface::SecretForm, &stop(None, true)),
        sample("recover-nothing-to-stop", Surface::SecretForm, &stop(None, false)),
    ]
}

fn registering(words: Words<'_>) -> Vec<Sample> {
    let register = |approval, domains: &[&'static str], is_asked, problem: Option<AskByMailProblem>| Register {
        instance: INSTANCE.into(),
        approval,
        domains: domains.iter().map(|domain| (*domain).into()).collect(),
        typed: if is_asked || problem.is_some() { words.email.into() } else { "".into() },
        is_asked,
        problem,
    };
    let link = |approval, problem: Option<AskByMailProblem>| RegisterLink {
        instance: INSTANCE.into(),
        email: words.email.into(),
        approval,
        link: LINK,
        person: if problem.is_some() { words.person.into() } else { "".into() },
        reason: if problem.is_some() { words.value.into() } else { "".into() },
        problem,
    };
    let domains = ["example.org", "example.com", "example.net"];
    vec![
        sample("register", Surface::Page, &register(false, &[], false, None)),
        sample("register-approval", Surface::Page, &register(true, &domains, false, None)),
        sample("register-asked", Surface::Page, &register(true, &domains, true, None)),
        sample(
            "register-domain",
            Surface::Page,
            &register(false, &["example.org"], false, Some(AskByMailProblem::Domain)),
        ),
        sample("register-link", Surface::SecretForm, &link(false, None)),
        sample("register-link-approval", Surface::SecretForm, &link(true, None)),
        sample("register-link-words", Surface::SecretForm, &link(true, Some(AskByMailProblem::Words))),
        sample("register-waits", Surface::Page, &RegisterWaits { instance: INSTANCE.into(), waits: true }),
        sample("register-ended", Surface::SecretPage, &RegisterWaits { instance: INSTANCE.into(), waits: false }),
    ]
}

fn requests(words: Words<'_>) -> Vec<Sample> {
    let row = |id, reason: bool| RegistrationRow {
        id,
        who: words.person.into(),
        email: words.email.into(),
        reason: if reason { words.value.into() } else { "".into() },
        since: ago(Ttl::from_hours(5)),
    };
    let page = |rows, fresh, reported| Registrations {
        person: words.person.into(),
        rows,
        groups: vec![words.group.into()],
        fresh,
        reported,
    };
    let rows = || vec![row("r1", true), row("r2", false)];
    vec![
        sample("registrations", Surface::Page, &page(rows(), true, Some(RegistrationReported::Granted))),
        sample("registrations-old-sign-in", Surface::Page, &page(rows(), false, Some(RegistrationReported::Taken))),
        sample("registrations-none", Surface::Page, &page(vec![], true, None)),
    ]
}
