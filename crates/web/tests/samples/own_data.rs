//! A person's own data.

use super::{INSTANCE, Sample, Words, sample};
use doorstep_web::{
    headers::Surface,
    pages::{AccountRemoved, LeaveProblem, OwnDataPage},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let page =
        |fresh, problem| OwnDataPage { person: words.person.into(), user_name: words.user_name.into(), fresh, problem };
    vec![
        sample("own-data", Surface::Page, &page(true, None)),
        sample("own-data-old-sign-in", Surface::Page, &page(false, None)),
        sample("own-data-refused", Surface::Page, &page(true, Some(LeaveProblem::LastAdministrator))),
        sample("account-removed", Surface::Page, &AccountRemoved { instance: INSTANCE.into() }),
    ]
}
