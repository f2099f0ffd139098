//! Authenticator apps: the list, the page that shows a secret, and the question for a code at a sign-in.

use super::{INSTANCE, Sample, Words, ago, href, sample};
use doorstep_core::time::Ttl;
use doorstep_web::{
    headers::Surface,
    pages::{AddAuthenticator, AuthenticatorPage, AuthenticatorReported, AuthenticatorRow, CodeProblem, SignInCode},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let row = |id, last_used| AuthenticatorRow {
        id,
        name: words.passkey.into(),
        created: ago(Ttl::from_days(40)),
        last_used,
    };
    let list = |rows, fresh, reported| AuthenticatorPage {
        person: words.person.into(),
        rows,
        password: true,
        room: true,
        fresh,
        reported,
    };
    let rows = || vec![row("t1", Some(ago(Ttl::from_hours(3)))), row("t2", None)];
    let none = AuthenticatorPage { password: false, ..list(vec![], true, None) };
    let full = AuthenticatorPage { room: false, ..list(rows(), true, Some(AuthenticatorReported::Removed)) };
    let add = |wrong| AddAuthenticator {
        person: words.person.into(),
        code: Some((41, "M4 4h7v1h-7zM12 4h1v1h-1z".to_owned())),
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
        challenge: "8JqW2xPz0kV7rT5nYb3mQA",
        name: if wrong { words.passkey.into() } else { "".into() },
        wrong,
    };
    let code = |app: bool, problem| SignInCode {
        app: app.then(|| words.app.into()),
        instance: INSTANCE.into(),
        challenge: "8JqW2xPz0kV7rT5nYb3mQA",
        interaction: app.then_some("Yb3mQA8JqW2xPz0kV7rT5n"),
        next: (!app).then_some("/account"),
        problem,
        with_a_passkey: href("/login?i=Yb3mQA8JqW2xPz0kV7rT5n"),
    };
    vec![
        sample("authenticator", Surface::Page, &list(rows(), true, Some(AuthenticatorReported::Added))),
        sample("authenticator-old-sign-in", Surface::Page, &list(rows(), false, Some(AuthenticatorReported::Gone))),
        sample("authenticator-none", Surface::Page, &list(vec![], true, None)),
        sample("authenticator-no-password", Surface::Page, &none),
        sample("authenticator-full", Surface::Page, &full),
        sample("authenticator-add", Surface::Page, &add(false)),
        sample("authenticator-add-wrong", Surface::Page, &add(true)),
        sample("sign-in-code", Surface::Page, &code(true, None)),
        sample("sign-in-code-wrong", Surface::Page, &code(false, Some(CodeProblem::Wrong))),
        sample("sign-in-code-clock", Surface::Page, &code(true, Some(CodeProblem::ClockWrong))),
    ]
}
