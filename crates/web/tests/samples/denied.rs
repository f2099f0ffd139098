//! The page of somebody who is in none of the groups that an app is for, on the instance's own host.

use super::{REFERENCE, Sample, Words, href, sample};
use doorstep_web::{headers::Surface, pages::Denied};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let denied = |needed, groups| Denied {
        app: words.app.into(),
        needed,
        person: words.person.into(),
        groups,
        reference: REFERENCE.into(),
        ask: Some(href("/access/glances")),
        other_account: href("https://home.example.org/login?other=1&next=%2F"),
    };
    let three = vec!["admins".into(), "family".into(), words.group.into()];
    vec![
        sample("denied", Surface::Page, &denied(vec!["admins".into()], vec![words.group.into()])),
        sample("denied-no-group", Surface::Page, &denied(three, vec![])),
        sample(
            "denied-nobody",
            Surface::Page,
            &Denied { ask: None, ..denied(vec![], vec![words.group.into(), "family".into()]) },
        ),
        sample(
            "denied-without-report",
            Surface::Page,
            &Denied { reference: "".into(), ..denied(vec!["admins".into()], vec![words.group.into()]) },
        ),
    ]
}
