//! The sign-in page, in the states that look different.

use super::{INSTANCE, Sample, Words, href, sample};
use doorstep_core::model::Level;
use doorstep_web::{
    headers::Surface,
    pages::{AddPasskey, Again, Offered, SignIn, SignInProblem},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let page = |passwords, problem, app: Option<&'static str>| SignIn {
        app: app.map(|_| words.app.into()),
        instance: INSTANCE.into(),
        interaction: Some("8JqW2xPz0kV7rT5nYb3mQA"),
        next: None,
        upstreams: vec![],
        former: vec![],
        passwords,
        user_name: if problem == Some(SignInProblem::NameOrPassword) { words.user_name.into() } else { "".into() },
        problem,
        register: None,
        too_long: false,
        again: None,
    };
    let other_account = || href("/login?i=8JqW2xPz0kV7rT5nYb3mQA&other=1");
    let again = |wanted| Some(Again { person: words.person.into(), wanted, other_account: other_account() });
    vec![
        sample("sign-in", Surface::Page, &page(false, None, Some("app"))),
        sample("sign-in-instance", Surface::Page, &page(false, None, None)),
        sample(
            "sign-in-upstreams",
            Surface::Page,
            &SignIn { upstreams: elsewhere(words), ..page(true, None, Some("app")) },
        ),
        sample(
            "sign-in-moved",
            Surface::Page,
            &SignIn { former: vec!["id.old.example".into()], ..page(false, None, Some("app")) },
        ),
        sample("add-passkey-moved", Surface::Page, &adding(words, Some("/authorize/resume?i=7"))),
        sample("sign-in-register", Surface::Page, &SignIn { register: Some(false), ..page(false, None, None) }),
        sample("sign-in-passwords", Surface::Page, &page(true, None, Some("app"))),
        sample("sign-in-wrong", Surface::Page, &page(true, Some(SignInProblem::NameOrPassword), Some("app"))),
        sample("sign-in-too-many", Surface::Page, &page(true, Some(SignInProblem::TooMany { minutes: 5 }), None)),
        sample(
            "sign-in-too-many-codes",
            Surface::Page,
            &page(true, Some(SignInProblem::TooManyCodes { minutes: 5 }), None),
        ),
        sample("sign-in-too-long", Surface::Page, &SignIn { too_long: true, ..page(false, None, Some("app")) }),
        sample("sign-in-again", Surface::Page, &SignIn { again: again(None), ..page(false, None, Some("app")) }),
        sample(
            "sign-in-again-passkey",
            Surface::Page,
            &SignIn { again: again(Some(Level::Passkey)), ..page(false, None, Some("app")) },
        ),
        sample(
            "sign-in-again-two-factors",
            Surface::Page,
            &SignIn { again: again(Some(Level::TwoFactors)), ..page(true, None, Some("app")) },
        ),
    ]
}

/// A further passkey, on the way of somebody who used one of a former host or not.
pub(super) fn adding<'a>(words: Words<'a>, next: Option<&'a str>) -> AddPasskey<'a> {
    AddPasskey { person: words.person.into(), instance: INSTANCE.into(), next }
}

/// Providers of others.
pub(super) fn elsewhere(words: Words<'_>) -> Vec<Offered<'_>> {
    vec![Offered { name: "google", label: "Google".into() }, Offered { name: "home", label: words.app.into() }]
}
