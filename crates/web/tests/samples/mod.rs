//! Every page with sample data, for the snapshots and for `cargo run -p doorstep-web --example pages`.
//!
//! Each sample puts `text` wherever somebody else's words can stand, so that one list serves to look
//! at pages and to attack them.

#![expect(clippy::unwrap_used, reason = "samples are constants; the lint knows only functions marked as tests")]

mod activity;
mod asked;
mod asking;
mod authenticator;
mod denied;
mod denied_at_app;
mod device;
mod devices;
mod inviting;
mod language;
mod not_now;
mod own_data;
mod programs;
mod recovery;
mod sign_in;

use askama::Template;
use doorstep_core::{
    id::AppName,
    letter::letters,
    model::Level,
    time::{Timestamp, Ttl},
};
use doorstep_web::{
    headers::{Origin, Surface},
    pages::{
        About, Access, Account, Consent, Enrol, EnrolPassword, EnrolProblem, ErrorPage, FormPost, GoOn, Href,
        LinkedRow, LinkedSection, Message, Operator, PasskeyRow, PasswordSection, Portal, RelayRestart, Reported, Seen,
        SetUp, SignOut, Signals, SignedOut, Text, Tile, Unavailable, Welcome, When,
    },
    speech::Speech,
};
use doorstep_words::Language;
use std::cell::Cell;

/// A page, rendered.
pub(crate) struct Sample {
    /// Its name in snapshots and addresses.
    pub(crate) name: &'static str,
    /// Which headers it goes out with.
    pub(crate) surface: Surface,
    /// What is sent.
    pub(crate) html: String,
}

/// Somebody else's words, by the place they stand in.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) app: &'a str,
    pub(crate) person: &'a str,
    pub(crate) user_name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) group: &'a str,
    pub(crate) passkey: &'a str,
    pub(crate) value: &'a str,
}

/// A friendly instance.
pub(crate) const FRIENDLY: Words<'static> = Words {
    app: "Immich",
    person: "Ada Lovelace",
    user_name: "ada",
    email: "ada@example.org",
    group: "users",
    passkey: "iCloud Keychain",
    value: "af0ifjsldkj",
};

const INSTANCE: &str = "home.example.org";
const ISSUER: &str = "https://home.example.org";
const REFERENCE: &str = "7K2M-9QXF";
const NOW: Timestamp = Timestamp::from_seconds(1_787_407_380);

fn ago(ttl: Ttl) -> When {
    When { at: NOW - ttl, now: NOW }
}

fn href(address: &str) -> Href<'_> {
    Href::new(address).unwrap()
}

thread_local! {
    /// In which language the samples are.
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

fn sample(name: &'static str, surface: Surface, page: &impl Template) -> Sample {
    Sample { name, surface, html: page.render_with_values(&Speech::from(LANGUAGE.get())).unwrap() }
}

/// All pages, each in the states that look different.
pub(crate) fn all(words: Words<'_>) -> Vec<Sample> {
    all_in(Language::English, words)
}

/// The same in another language.
pub(crate) fn all_in(language: Language, words: Words<'_>) -> Vec<Sample> {
    LANGUAGE.set(language);
    let mut all = sign_in::samples(words);
    all.extend(ceremonies(words));
    all.extend(at_an_app(words));
    all.extend(denied::samples(words));
    all.extend(refusals(words));
    all.extend(not_now::samples());
    all.extend(asking::samples(words));
    all.extend(asked::samples(words));
    all.extend(inviting::samples(words));
    all.extend(denied_at_app::samples(words));
    all.extend(rooms(words));
    all.extend(programs::programs(words));
    all.extend(recovery::samples(words));
    all.extend(authenticator::samples(words));
    all.extend(devices::samples(words));
    all.extend(device::samples(words));
    all.extend(activity::samples(words));
    all.extend(own_data::samples(words));
    all.extend(language::samples());
    all
}

fn ceremonies(words: Words<'_>) -> Vec<Sample> {
    let link = "ds_lnk_kq7v3m2px9dt";
    let enrol = |welcome| Enrol {
        instance: INSTANCE.into(),
        welcome,
        person: words.person.into(),
        user_name: words.user_name.into(),
        link,
        about: About { name: words.person.into(), email: Some("".into()) },
        passwords: welcome == Welcome::New,
    };
    let known = About { name: "".into(), email: None };
    let with_password = |welcome, problem| EnrolPassword {
        instance: INSTANCE.into(),
        welcome,
        person: words.person.into(),
        user_name: words.user_name.into(),
        link,
        about: About { name: words.person.into(), email: Some(words.email.into()) },
        shortest: 12,
        problem,
    };
    let set_up = |named| SetUp { instance: INSTANCE.into(), link, named };
    vec![
        sample("set-up", Surface::SecretPage, &set_up(vec![])),
        sample("set-up-named", Surface::SecretPage, &set_up(vec![words.user_name.into()])),
        sample("set-up-several", Surface::SecretPage, &set_up(vec![words.user_name.into(), "grace".into()])),
        sample("enrol", Surface::SecretPage, &enrol(Welcome::New)),
        sample("enrol-known", Surface::SecretPage, &Enrol { about: known, passwords: false, ..enrol(Welcome::New) }),
        sample("enrol-password", Surface::SecretForm, &with_password(Welcome::New, None)),
        sample(
            "enrol-password-refused",
            Surface::SecretForm,
            &with_password(Welcome::New, Some(EnrolProblem::Password)),
        ),
        sample("recover", Surface::SecretPage, &enrol(Welcome::Back)),
        sample("enrol-here", Surface::SecretPage, &enrol(Welcome::Here)),
        sample("recover-password", Surface::SecretForm, &with_password(Welcome::Back, None)),
        sample("add-passkey", Surface::Page, &sign_in::adding(words, None)),
    ]
}

fn at_an_app(words: Words<'_>) -> Vec<Sample> {
    let seen = vec![
        Seen::Name { person: words.person.into(), user_name: words.user_name.into() },
        Seen::Email(Some(words.email.into())),
        Seen::Groups(vec![words.group.into()]),
        Seen::SamePerson,
        Seen::Other(words.value.into()),
    ];
    let consent = |seen, offline| Consent {
        app: words.app.into(),
        person: words.person.into(),
        interaction: "8JqW2xPz0kV7rT5nYb3mQA",
        seen,
        offline,
        return_host: "links.example.org".into(),
        other_account: href("/login?i=8JqW2xPz0kV7rT5nYb3mQA&other=1"),
    };
    let bare = vec![Seen::SamePerson, Seen::Email(None), Seen::Groups(vec![])];
    let callback = "https://links.example.org/callback";
    let form_post = FormPost {
        app: words.app.into(),
        action: href(callback),
        fields: vec![("code", words.value), ("state", words.value)],
    };
    let sign_out = |app: Option<Text<'static>>, held_back| SignOut {
        person: words.person.into(),
        app: app.map(|_| words.app.into()),
        action: href("/logout"),
        fields: vec![("state", words.value)],
        held_back,
        stay: Href::home(),
    };
    vec![
        sample("consent", Surface::Page, &consent(seen, true)),
        sample("consent-bare", Surface::Page, &consent(bare, false)),
        sample("form-post", Surface::FormPost(Origin::of(callback).unwrap()), &form_post),
        sample(
            "go-on",
            Surface::SecretPage,
            &GoOn { app: Some(words.app.into()), next: href("/authorize/resume?i=8Jq&x=1") },
        ),
        sample("go-on-instance", Surface::SecretPage, &GoOn { app: None, next: Href::home() }),
        sample("sign-out", Surface::Page, &sign_out(None, false)),
        sample("sign-out-app", Surface::Page, &sign_out(Some("app".into()), true)),
        sample("signed-out", Surface::Page, &SignedOut { instance: INSTANCE.into(), back: None, held_back: true }),
        sample(
            "signed-out-app",
            Surface::Page,
            &SignedOut {
                instance: INSTANCE.into(),
                back: Some((href("https://photos.example.org/"), words.app.into())),
                held_back: false,
            },
        ),
    ]
}

fn refusals(words: Words<'_>) -> Vec<Sample> {
    let away = || Surface::AppHost;
    let error = ErrorPage {
        at_app: false,
        title: "request-other-return-title".into(),
        what: Message::from("request-other-return").name("app", "Forgejo"),
        next: "request-next".into(),
        operator: Some(Operator::Reference(REFERENCE.into())),
        back: Some((href("https://git.example.org/"), Message::from("back-to-app").name("app", "Forgejo"))),
    };
    vec![
        sample(
            "relay-restart",
            away(),
            &RelayRestart { at_app: true, app: words.app.into(), start: href("https://stats.example.org/") },
        ),
        sample("unavailable-at-app", away(), &Unavailable { at_app: true, reference: Some(REFERENCE.into()) }),
        sample("unavailable", Surface::Page, &Unavailable { at_app: false, reference: None }),
        sample("error", Surface::Page, &error),
        sample("error-link", Surface::SecretPage, &ErrorPage::link_ended()),
        sample("error-sign-in", Surface::Page, &ErrorPage::sign_in_unreadable()),
        sample("error-app-gone", Surface::Page, &ErrorPage::app_gone()),
        sample("error-late-again", Surface::Page, &ErrorPage::late_again(Some(href("https://glances.example.net/")))),
        sample("error-foreign", Surface::Page, &ErrorPage::foreign_form()),
        sample("error-signed-out-here-only", Surface::Page, &ErrorPage::signed_out_here_only()),
        sample("error-wrong-host", away(), &ErrorPage::wrong_host(ISSUER)),
        sample("error-stopped", away(), &ErrorPage::stopped()),
        sample("error-refused-by-proxy", away(), &ErrorPage::refused_by_proxy()),
        sample("error-bad-address", away(), &ErrorPage::bad_address(Some(REFERENCE))),
        sample("error-bad-address-bare", away(), &ErrorPage::bad_address(None)),
        sample(
            "error-sign-in-here",
            away(),
            &ErrorPage::sign_in_here(words.app, Some(href("https://stats.example.org/page?a=b"))),
        ),
        sample(
            "error-prove-again",
            away(),
            &ErrorPage::prove_again(words.app, Some(href("https://stats.example.org/admin"))),
        ),
        sample("error-without-a-passkey", Surface::Page, &ErrorPage::too_little_proof(words.app, Level::Passkey)),
        sample("error-one-factor", Surface::Page, &ErrorPage::too_little_proof(words.app, Level::TwoFactors)),
    ]
}

fn rooms(words: Words<'_>) -> Vec<Sample> {
    let apps = [
        ("Grafana", "https://grafana.example.org/"),
        ("Forgejo", "https://git.example.org/"),
        (words.app, "https://photos.example.org/"),
        ("Open WebUI", "https://chat.example.org/"),
        ("Paperless-ngx", "https://paper.example.org/"),
        ("Mealie", "https://recipes.example.org/"),
        ("Glances", "https://stats.example.org/"),
        ("Vaultwarden", "https://vault.example.org/"),
        ("Headplane", "https://headplane.example.org/admin"),
        ("Wiki of the house at the lake", "https://a-rather-long-name.of-a-host.example.org:8443/x"),
    ];
    let named: Vec<(AppName, _)> = (1..).map(|at| format!("app-{at}").parse().unwrap()).zip(apps).collect();
    let letters = letters(named.iter().map(|(name, (title, _))| (name, *title)));
    let tiles = |count: usize| {
        let tile = |(name, (title, url)): &(AppName, (_, &'static str))| Tile {
            title: Text::from(*title),
            url: href(url),
            icon: name.as_str().ends_with('4').then(|| href("/icons/KUTdHSgLkEsZHYGcQyGDGVPZRLg-wOHoN6PMOTiGK5s.svg")),
            letter: letters.get(name).unwrap().clone(),
        };
        named.iter().take(count).map(tile).collect()
    };
    let portal = |count, one_passkey, administrator| Portal {
        person: words.person.into(),
        apps: tiles(count),
        one_passkey,
        administrator,
        requests: usize::from(administrator),
        registrations: usize::from(administrator),
        recovery: None,
    };
    vec![
        sample("portal", Surface::Page, &portal(8, true, false)),
        sample("portal-many", Surface::Page, &portal(10, false, false)),
        sample("portal-empty", Surface::Page, &portal(0, false, false)),
        sample("portal-empty-admin", Surface::Page, &portal(0, true, true)),
        sample("portal-requests", Surface::Page, &Portal { requests: 3, ..portal(4, false, true) }),
        sample(
            "portal-recovery",
            Surface::Page,
            &Portal { recovery: Some(asked::banner(true)), ..portal(4, false, false) },
        ),
        sample("account", Surface::Page, &account(words, true)),
        sample("account-unconfirmed", Surface::Page, &Account { email_verified: false, ..account(words, true) }),
        sample(
            "account-told",
            Surface::Page,
            &Account { reported: Some(Reported::PasskeyRenamed(words.passkey.into())), ..account(words, false) },
        ),
        sample(
            "account-refused",
            Surface::Page,
            &Account { reported: Some(Reported::LastPasskeyKept), ..account(words, false) },
        ),
    ]
}

fn account(words: Words<'_>, rich: bool) -> Account<'_> {
    let passkey = |id, name: &'static str, days: i64| PasskeyRow {
        id,
        name: if days == 0 { words.passkey.into() } else { name.into() },
        former: (days == 400).then(|| "id.old.example".into()),
        backed_up: days == 0,
        created: ago(Ttl::from_days(120 + days)),
        last_used: (days != 400).then(|| ago(Ttl::from_hours(days * 24 + 3))),
        removable: rich,
    };
    let access = vec![
        Access {
            client: "immich",
            title: words.app.into(),
            url: Some(href("https://photos.example.org/")),
            since: ago(Ttl::from_days(9)),
            offline: true,
        },
        Access {
            client: "links",
            title: "Linkwarden".into(),
            url: None,
            since: ago(Ttl::from_minutes(4)),
            offline: false,
        },
    ];
    Account {
        person: words.person.into(),
        given_name: if rich { words.person.into() } else { "".into() },
        family_name: if rich { words.person.into() } else { "".into() },
        user_name: words.user_name.into(),
        email_verified: true,
        email: rich.then(|| words.email.into()),
        waiting: rich.then(|| words.email.into()),
        recovery: (!rich).then(|| asked::banner(false)),
        ends: (!rich).then(|| ago(Ttl::from_days(-30))),
        groups: if rich { vec!["admins".into(), words.group.into()] } else { vec![] },
        passkeys: if rich {
            vec![passkey("p1", "", 0), passkey("p2", "YubiKey 5 series", 41), passkey("p3", "Phone", 400)]
        } else {
            vec![passkey("p1", "", 0)]
        },
        signals: Signals {
            rp_id: INSTANCE,
            user_id: "dXNlcmhhbmRsZQ",
            name: words.user_name.into(),
            display_name: words.person.into(),
            all_accepted_credential_ids: vec!["bG9uZ2NyZWRlbnRpYWxpZA"; if rich { 3 } else { 1 }],
        },
        linked: rich.then(|| linked(words)),
        kit: rich.then(recovery::kit_shown),
        password: rich.then_some(PasswordSection { set: true, authenticators: 1, removable: true, shortest: 12 }),
        language: rich.then_some(Language::German),
        access: if rich { access } else { vec![] },
        reported: None,
    }
}

fn linked(words: Words<'_>) -> LinkedSection<'_> {
    let row = |id, works| LinkedRow {
        id,
        label: if works { "Google".into() } else { words.app.into() },
        shown: works.then(|| words.email.into()),
        works,
        linked: ago(Ttl::from_days(30)),
        last_used: works.then(|| ago(Ttl::from_hours(5))),
        removable: works,
    };
    LinkedSection { identities: vec![row("l1", true), row("l2", false)], offered: sign_in::elsewhere(words) }
}
